"""The curtain: closed until somebody opens it or its time is over; it never opens unannounced."""

import threading
from pathlib import Path

import structlog

from signaling import small_files

log = structlog.get_logger()

WARN_S = 30.0
"""The screen counts down this long before the curtain opens by itself."""

_WORDS = {True: b"closed", False: b"open"}


class Curtain:
    """Remembered in `curtain` of the state folder; any rubbish there counts as closed.

    `opens_after_s` is how long it stays closed, 0 for until a touch. One that was closed before
    this start stays closed until a touch: nobody knows for how long it was. Times are monotonic.
    """

    def __init__(self, folder: Path, opens_after_s: float) -> None:
        self._path = folder / "curtain"
        self._opens_after_s = opens_after_s
        self._writing = threading.Lock()
        self.opens_at: float | None = None
        """When it opens by itself, None if it doesn't."""
        try:
            self.closed = self._path.read_bytes()[:16].strip() != _WORDS[False]
        except FileNotFoundError:
            self.closed = False
        except OSError as error:
            log.warning("curtain_unreadable", problem=error.strerror)
            self.closed = True
        self.restarted = self.closed
        """Whether it is still closed from before this start."""

    def turn(self, now: float) -> None:
        """Close it, or open it; `remember` is for a thread that may wait for the disk."""
        self.closed = not self.closed
        self.restarted, self.opens_at = False, None
        if self.closed:
            self.keep(now)

    def keep(self, now: float) -> None:
        """Stay closed for the whole time, counted from now."""
        if self.closed and self._opens_after_s and not self.restarted:
            self.opens_at = now + self._opens_after_s

    def tick(self, now: float, seen: bool) -> bool:
        """To be called ten times a second; whether it opened by itself.

        `seen` says that there is a screen: without one nobody is warned, and the time waits.
        """
        if self.opens_at is None or self.opens_at - now > WARN_S:
            return False
        if not seen:
            self.opens_at = now + WARN_S
            return False
        if now < self.opens_at:
            return False
        self.turn(now)
        return True

    def remember(self) -> None:
        with self._writing:  # who comes last writes what holds last
            try:
                small_files.replace(self._path, _WORDS[self.closed])
            except OSError as error:
                log.warning("curtain_not_written", problem=error.strerror)
