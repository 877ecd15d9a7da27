"""The agent's memory in small pages, so that what it holds is what it uses.

libx264 asks for huge pages (madvise(2), MADV_HUGEPAGE) and frees them at a change of size; the
kernel fills them up in the background, whatever else lives there by then: megabytes an hour.
"""

import ctypes
import sys

_PR_SET_THP_DISABLE = 41  # prctl(2), Linux 3.15


def use_small_pages() -> None:
    """For this process and its children; where there are no huge pages nothing happens."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_THP_DISABLE, 1, 0, 0, 0)
