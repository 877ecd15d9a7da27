"""The agent's memory in small pages, so that what it holds is what it uses.

libx264 and numpy ask for huge pages (madvise(2), MADV_HUGEPAGE); the kernel makes them whole in
the background, whatever else lives there by then. An agent was seen with 32 MiB in such pages.
"""

import ctypes
import sys

_PR_SET_THP_DISABLE = 41  # prctl(2), Linux 3.15


def use_small_pages() -> None:
    """For this process and its children; where there are no huge pages nothing happens."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_THP_DISABLE, 1, 0, 0, 0)
