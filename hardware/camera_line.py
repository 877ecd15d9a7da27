"""What lies between a camera's engine and its camera: the two interfaces of `camera_thread`.

An engine is pure and has no clock; a line owns a port or a socket and never makes anybody wait.
"""

from __future__ import annotations

from typing import Protocol

from hardware.motion import Health, Position


class Line(Protocol):
    """An open way to a camera. OSError from any method: it is gone, open another."""

    @property
    def writing(self) -> bool:
        """Whether it has something left to write: `write` again (b"" will do) when it can."""

    def fileno(self) -> int:
        """To wait on; may change after a write."""

    def write(self, data: bytes, now: float) -> int:
        """How many of the bytes it took; never waits. `now` is monotonic seconds."""

    def read(self, now: float) -> bytes:
        """What has come for the engine, b"" if nothing is whole yet."""

    def wake_at(self) -> float | None:
        """When `timeout` has something to do."""

    def timeout(self, now: float) -> None:
        """Call at or after `wake_at`."""

    def close(self) -> None:
        """Let it go."""


class Engine(Protocol):
    """Feed it requests, bytes and time; send what `bytes_to_send` gives."""

    @property
    def health(self) -> Health:
        """How the camera feels."""

    @property
    def position(self) -> Position | None:
        """Where it looked at its last answer."""

    @property
    def stopped(self) -> bool:
        """Whether the camera is known to stand still, or as near to known as it gets."""

    def open(self, now: float) -> None:
        """There is a line: stop the camera, ask what it is."""

    def lost(self, reason: str) -> None:
        """The line is gone; everything wanted is forgotten."""

    def drive(self, pan_dps: float, tilt_dps: float, zoom: float, now: float) -> None:
        """Turn until the dead man; MotionError stops."""

    def stop(self, now: float) -> None:
        """Stand still, and say so in any case."""

    def move_to(self, pan_deg: float, tilt_deg: float, zoom: float | None, now: float) -> None:
        """Turn to a direction; MotionError stops."""

    def home(self, now: float) -> None:
        """Turn to the middle, fully wide."""

    def preset(self, number: int, store: bool, now: float) -> None:
        """Recall or store; MotionError stops."""

    def receive(self, data: bytes, now: float) -> None:
        """From the camera; never raises."""

    def timeout(self, now: float) -> None:
        """Call at or after `next_timeout`; earlier does no harm."""

    def next_timeout(self) -> float | None:
        """When `timeout` has something to do; None when only a new line helps."""

    def bytes_to_send(self) -> bytes:
        """What must go onto the line now; each byte is given once."""
