"""What a camera is to the rest of the camera leg, and how it may fail."""

import time
from collections.abc import Callable
from typing import Protocol

from klasgenoot.media.frame import Picture


class SourceError(Exception):
    """A camera does not give pictures. `code` is stable; the text tells a person what to do.

    Codes: camera_absent, camera_taken, camera_stopped, camera_unreadable, file_unreadable,
    source_unknown, size_unsupported, capture_stopped.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Source(Protocol):
    """Pictures of the size that was asked for, one at a time. Used by one thread."""

    def open(self) -> None:
        """Start the camera; SourceError when that fails."""

    def read(self) -> Picture:
        """Wait for the next picture; SourceError when the camera gives no more."""

    def close(self) -> None:
        """Let the camera go; safe to call at any time and twice."""


class Metronome:
    """Waits for the beats of a steady rate on a clock in seconds; after a lag it starts anew."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._due: float | None = None

    def wait(self, period_s: float) -> float:
        """Sleep until one period after the last beat; returns the time of this beat."""
        now = self._clock()
        due = now if self._due is None else self._due + period_s
        if due > now:
            self._sleep(due - now)
        elif now - due > period_s:
            due = now
        self._due = due
        return due
