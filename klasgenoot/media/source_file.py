"""A video file as a camera: played in a loop, at its own pace."""

from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np

from klasgenoot.media.fit import fit_frame
from klasgenoot.media.frame import Picture
from klasgenoot.media.source import Metronome, SourceError

_LONGEST_WAIT_S = 0.5  # a gap in the file's clock must not look like a camera that stopped


class FileSource:
    """`file:PATH`. The fps that is asked for is not used: a file has its own."""

    def __init__(self, path: str, width: int, height: int) -> None:
        self._path = Path(path)
        self._size = (width, height)
        self._container: av.container.InputContainer | None = None
        self._frames: Iterator[av.VideoFrame] = iter(())
        self._beat = Metronome()
        self._last: float | None = None
        self._sequence = 0

    def open(self) -> None:
        if not self._path.is_file():
            raise SourceError("file_unreadable", f"There is no file {self._path}: check file:PATH.")
        try:
            self._container = av.open(str(self._path))
            rate = self._container.streams.video[0].average_rate
        except (av.FFmpegError, OSError, IndexError) as error:
            self.close()
            raise SourceError(
                "file_unreadable", f"{self._path} is not a video that can be read: {error}"
            ) from error
        self._period = 1 / float(rate) if rate else 1 / 25
        self._frames = self._decode(self._container)

    def read(self) -> Picture:
        frame = self._next()
        i420 = fit_frame(frame, *self._size)
        at = frame.time
        step = self._period if at is None or self._last is None else at - self._last
        self._last = at
        # At the loop the file's clock jumps back.
        due = self._beat.wait(min(step, _LONGEST_WAIT_S) if step > 0 else self._period)
        self._sequence += 1
        return Picture(i420.astype(np.uint8, copy=False), *self._size, due, self._sequence - 1)

    def close(self) -> None:
        if self._container is not None:
            self._container.close()
            self._container = None
        self._frames = iter(())

    def _next(self) -> av.VideoFrame:
        try:
            frame = next(self._frames, None)
            if frame is None and self._container is not None:
                self._container.seek(0)
                self._frames = self._decode(self._container)
                frame = next(self._frames, None)
        except (av.FFmpegError, OSError) as error:
            raise SourceError(
                "file_unreadable", f"{self._path} cannot be read on: {error}"
            ) from error
        if frame is None:
            raise SourceError("file_unreadable", f"{self._path} has no pictures, or is not open.")
        return frame

    @staticmethod
    def _decode(container: av.container.InputContainer) -> Iterator[av.VideoFrame]:
        return container.decode(container.streams.video[0])
