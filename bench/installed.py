"""The scheduler as the installer leaves it, while a bench runs (config/install/set/sysctl.conf)."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_SESSIONS = Path("/proc/sys/kernel/sched_autogroup_enabled")


@contextmanager
def as_installed() -> Iterator[None]:
    """For all systems alike, and given back afterwards; who is not root measures what there is.

    Where it is on, a session has a share of the processor, whatever its threads' nice values are
    (sched(7)): each browser and each process of ours is one.
    """
    try:
        before = _SESSIONS.read_text()
        _SESSIONS.write_text("0")
    except OSError as error:  # a kernel without it, or not root
        print(f"kernel.sched_autogroup_enabled stays as it is: {error.strerror}")
        yield
        return
    try:
        yield
    finally:
        _SESSIONS.write_text(before)
