"""Threads that must be on time, beside others that compute pictures."""

import os
import threading
from contextlib import suppress

URGENT = -10
"""Well before everything at the default 0, far from the -20 of the kernel's own threads."""
COMPUTING = 0
"""A thread inherits the priority of the one that makes it: pictures step back to the default."""


def hurry(nice: int = URGENT) -> None:
    """Let the calling thread run before others; without the right (LimitNICE) it stays as it is."""
    with suppress(PermissionError, OSError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), nice)
