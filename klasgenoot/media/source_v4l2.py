"""A camera on a cable, through Video4Linux.

PyAV rather than cv2.VideoCapture: it names why a device fails, and it hands over the planes of a
decoded JPEG without a detour over BGR.
"""

import errno
import stat
import time
from collections.abc import Iterator
from pathlib import Path

import av

from klasgenoot.media.fit import fit_frame
from klasgenoot.media.frame import Picture
from klasgenoot.media.source import SourceError

_ABSENT = (errno.ENOENT, errno.ENODEV, errno.ENXIO)
_NOT_ALLOWED = (errno.EACCES, errno.EPERM)
_DAMAGED_MOST = 30  # pictures in a row, a second of them: then the camera is opened anew


class V4l2Source:
    """`v4l2:DEVICE`, for example `v4l2:/dev/video0`; the camera's own size and rate may differ."""

    def __init__(self, device: str, width: int, height: int, fps: int) -> None:
        self._device = device
        self._size = (width, height)
        self._fps = fps
        self._container: av.container.InputContainer | None = None
        self._frames: Iterator[av.VideoFrame] = iter(())
        self._sequence = 0

    def open(self) -> None:
        self._check_device()
        wanted = {"video_size": f"{self._size[0]}x{self._size[1]}", "framerate": str(self._fps)}
        # MJPEG first: raw 720p at 30/s does not fit through USB 2. Then whatever the camera has.
        attempts: tuple[dict[str, str], ...] = ({"input_format": "mjpeg", **wanted}, wanted, {})
        for number, options in enumerate(attempts):
            try:
                self._container = av.open(self._device, format="v4l2", options=options)
                break
            except (av.FFmpegError, OSError) as error:
                refused = error.errno == errno.EINVAL
                if not refused or number == len(attempts) - 1:
                    raise self._error(error) from error
        assert self._container is not None
        stream = self._container.streams.video[0]
        # Frame threads would hold pictures back.
        stream.codec_context.thread_type = "NONE"
        self._frames = _decoded(self._container, stream)

    def read(self) -> Picture:
        try:
            frame = next(self._frames, None)
        except (av.FFmpegError, OSError) as error:
            raise self._error(error, stopped=True) from error
        if frame is None:
            raise SourceError("camera_stopped", f"{self._device} gives no more pictures.")
        captured_at = time.monotonic()
        i420 = fit_frame(frame, *self._size)
        self._sequence += 1
        return Picture(i420, *self._size, captured_at, self._sequence - 1)

    def close(self) -> None:
        self._frames = iter(())
        if self._container is not None:
            self._container.close()
            self._container = None

    def _check_device(self) -> None:
        """FFmpeg calls a regular file an ioctl error: say what is wrong instead."""
        try:
            mode = Path(self._device).stat().st_mode
        except OSError as error:
            raise self._error(error) from error
        except ValueError as error:
            raise SourceError("camera_absent", "The device of v4l2: is not a path.") from error
        if not stat.S_ISCHR(mode):
            raise SourceError(
                "camera_unreadable", f"{self._device} is not a device: write v4l2:/dev/video0."
            )

    def _error(self, error: OSError | av.FFmpegError, stopped: bool = False) -> SourceError:
        if error.errno in _ABSENT:
            return SourceError("camera_absent", f"{self._device} is not there: plug the camera in.")
        if error.errno == errno.EBUSY:
            return SourceError(
                "camera_taken", f"{self._device} is used by another program: close that one."
            )
        if error.errno in _NOT_ALLOWED:
            return SourceError(
                "camera_unreadable", f"{self._device} is not allowed: add the user to group video."
            )
        code = "camera_stopped" if stopped else "camera_unreadable"
        return SourceError(code, f"{self._device} fails: {error}")


def _decoded(
    container: av.container.InputContainer, stream: av.VideoStream
) -> Iterator[av.VideoFrame]:
    """Its pictures; a damaged one, as webcams give at first or on a bad cable, is passed over."""
    damaged = 0
    for packet in container.demux(stream):
        try:
            frames = packet.decode()
        except av.InvalidDataError:
            damaged += 1
            if damaged > _DAMAGED_MOST:
                raise
            continue
        damaged = 0
        yield from frames
