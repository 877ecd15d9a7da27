"""The smartboard's own signal: a second source that is read only while somebody looks at it."""

import threading
from collections.abc import Callable

from klasgenoot.media.capture import NewestFrame
from klasgenoot.media.source import Source
from klasgenoot.situation import Part

WIDTH_PX, HEIGHT_PX = 1920, 1080
"""What smartboards and grabbers give; other sizes are fitted into it."""

_LINGER_S = 10.0  # who looks back at the class for a moment does not wait for the grabber again


class Smartboard:
    """Opens the source at the first `capture` and lets it go some seconds after the last wish."""

    def __init__(self, factory: Callable[[], Source]) -> None:
        """`factory` makes an opened source, or raises SourceError."""
        self.part = Part()
        self._factory = factory
        self._capture: NewestFrame | None = None
        self._wanted_at = 0.0

    def capture(self) -> NewestFrame:
        """Its pictures; starts reading when nobody did."""
        if self._capture is None:
            self._capture = NewestFrame(self._factory, self._health)
            self._capture.start()
        return self._capture

    def tick(self, wanted: bool, now: float) -> None:
        """To be called often: whether somebody looks, and the time in seconds on a steady clock."""
        if wanted:
            self._wanted_at = now
        elif self._capture is not None and now - self._wanted_at > _LINGER_S:
            # A driver that hangs may take a second to let go: steering must not wait for it.
            threading.Thread(target=self._capture.stop, daemon=True).start()
            self._capture, self.part = None, Part()

    def close(self) -> None:
        if self._capture is not None:
            self._capture.stop()
            self._capture = None

    def _health(self, state: str, code: str | None) -> None:
        if state == "running":
            self.part = Part(True)
        elif code is not None:
            self.part = Part(False, code)
