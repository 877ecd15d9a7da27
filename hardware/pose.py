"""The pose of the simulated head in a small file that a camera source reads while it turns.

Layout, 40 bytes, little endian: float64 pan_deg, tilt_deg, zoom (magnification), time of the
sample (`time.monotonic`, seconds), then uint64 sequence. The sequence is odd while the writer is
at work; a reader that sees it odd or changed reads again (a seqlock).
"""

from __future__ import annotations

import mmap
import struct
import time
from pathlib import Path

from hardware.motion import Position

_POSE = struct.Struct("<dddd")
_SEQUENCE = struct.Struct("<Q")
SIZE = _POSE.size + _SEQUENCE.size
_TRIES, _PAUSE_S = 1000, 0.0001  # a writer that lost its turn is back within 0.1 s, or is dead


class PoseError(OSError):
    """The file is absent, has another size, or its writer died half-way."""


class PoseWriter:
    """The one writer."""

    def __init__(self, path: Path) -> None:
        """Makes the file, or takes over a stale one; OSError."""
        path.touch()
        with path.open("r+b") as file:
            file.truncate(SIZE)
            self._map = mmap.mmap(file.fileno(), SIZE)
        self._sequence = 0

    def write(self, position: Position, now: float) -> None:
        """Publish a sample taken at monotonic time now."""
        self._put_sequence(self._sequence + 1)
        _POSE.pack_into(self._map, 0, position.pan_deg, position.tilt_deg, position.zoom, now)
        self._put_sequence(self._sequence + 1)

    def close(self) -> None:
        """The file stays, with the last pose."""
        self._map.close()

    def _put_sequence(self, value: int) -> None:
        self._sequence = value
        _SEQUENCE.pack_into(self._map, _POSE.size, value)


class PoseReader:
    """Any number of readers, each cheap enough for every picture."""

    def __init__(self, path: Path) -> None:
        """PoseError if there is no such file yet."""
        try:
            with path.open("rb") as file:
                self._map = mmap.mmap(file.fileno(), SIZE, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as error:  # ValueError: the file is shorter
            raise PoseError(f"no pose in {path}: {error}") from error

    def read(self) -> Position:
        """The newest pose."""
        return self.read_timed()[0]

    def read_timed(self) -> tuple[Position, float]:
        """The newest pose and its monotonic time in seconds; PoseError if the writer died."""
        for _ in range(_TRIES):
            before = self._map[_POSE.size : SIZE]
            pan, tilt, zoom, when = _POSE.unpack_from(self._map, 0)
            if before == self._map[_POSE.size : SIZE] and before[0] % 2 == 0:
                return Position(pan, tilt, zoom), when
            time.sleep(_PAUSE_S)
        raise PoseError("the writer of the pose died while writing")

    def close(self) -> None:
        """Let the file go."""
        self._map.close()
