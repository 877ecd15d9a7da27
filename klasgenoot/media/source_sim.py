"""The simulated camera: a view of the drawn classroom, as the virtual camera is turned."""

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from hardware.motion import Position
from hardware.pose import PoseError, PoseReader
from klasgenoot.media.classroom import Pose, classroom
from klasgenoot.media.classroom_motion import MovingCamera
from klasgenoot.media.frame import Picture
from klasgenoot.media.projection import MAX_ZOOM, View
from klasgenoot.media.source import Metronome
from klasgenoot.media.stamp import clock_ms, write_stamp

REST = Pose(0.0, 0.0, 1.0)
_RETRY_POSE_S = 1.0  # how often to look for a pose file that is not there yet


class SimSource:
    """`sim:` and, with the clock in the picture, `sim:stamped`.

    `pose_path` is the file in which the simulated camera writes where it looks; without it the
    pose is `fixed`. `clock` and `sleep` are in seconds, for tests that do not wait.
    """

    def __init__(
        self,
        width: int,
        height: int,
        fps: int,
        *,
        pose_path: Path | None = None,
        stamped: bool = False,
        fixed: Pose = REST,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._size = (width, height)
        self._period = 1 / fps
        self._stamped = stamped
        self._beat = Metronome(clock, sleep)
        self._pose = _PoseFollower(pose_path, fixed, clock)
        self._sequence = 0

    def open(self) -> None:
        self._room = MovingCamera(classroom())

    def read(self) -> Picture:
        width, height = self._size
        due = self._beat.wait(self._period)
        view = View(*self._pose.read(), width, height)
        i420: np.ndarray = self._room.draw(view, due).copy()
        if self._stamped:
            write_stamp(i420, width, height, clock_ms())
        self._sequence += 1
        return Picture(i420, width, height, due, self._sequence - 1)

    def close(self) -> None:
        self._pose.close()


class _PoseFollower:
    """The pose in the shared file, or the last one known while there is no file."""

    def __init__(self, path: Path | None, fixed: Pose, clock: Callable[[], float]) -> None:
        self._path = path
        self._last = fixed
        self._clock = clock
        self._reader: PoseReader | None = None
        self._retry_at = float("-inf")

    def read(self) -> Pose:
        if self._path is None:
            return self._last
        if self._reader is None and self._clock() >= self._retry_at:
            self._retry_at = self._clock() + _RETRY_POSE_S
            try:
                self._reader = PoseReader(self._path)
            except PoseError:  # not there yet, or still being made
                return self._last
        if self._reader is not None:
            try:
                self._last = _pose(self._reader.read())
            except PoseError:  # its writer died: stay, and look for a new one
                self.close()
        return self._last

    def close(self) -> None:
        if self._reader is not None:
            self._reader.close()
            self._reader = None


def _pose(posed: Position) -> Pose:
    return Pose(posed.pan_deg, posed.tilt_deg, min(MAX_ZOOM, max(1.0, posed.zoom)))
