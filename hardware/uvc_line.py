"""The driver `uvc`: V4L2 calls on a video device, or on the socket of the simulated one."""

from __future__ import annotations

import errno
import fcntl
import os
import socket
import stat
from pathlib import Path

from hardware import uvc_controls
from hardware.camera import Wiring
from hardware.camera_line import Line
from hardware.camera_thread import CameraThread
from hardware.motion import HealthCallback
from hardware.profiles import Profile
from hardware.uvc_controls import Answer
from hardware.uvc_engine import UvcEngine


class DeviceLine:
    """See `hardware.camera_line.Line`: each call is made as it is written.

    A call takes milliseconds. One that hangs holds up its caller: the kernel lets nobody else at
    the camera meanwhile, so there would be nothing to say it with either.
    """

    writing = False

    def __init__(self, path: str) -> None:
        """OSError. The picture is read by others meanwhile, which V4L2 allows."""
        self._device = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        self._answers = b""
        self._bell = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)

    def fileno(self) -> int:
        """Readable when there are answers."""
        return self._bell

    def write(self, data: bytes, now: float) -> int:
        """See Line."""
        for call, body in uvc_controls.calls(data):
            self._answers += uvc_controls.encode_answer(self._call(call, body))
        if self._answers:
            os.eventfd_write(self._bell, 1)
        return len(data)

    def read(self, now: float) -> bytes:
        """See Line."""
        try:
            os.eventfd_read(self._bell)
        except BlockingIOError:
            return b""
        data, self._answers = self._answers, b""
        return data

    def wake_at(self) -> float | None:
        """Never."""
        return None

    def timeout(self, now: float) -> None:
        """Nothing to do."""

    def close(self) -> None:
        """See Line."""
        os.close(self._device)
        os.close(self._bell)

    def _call(self, call: int, body: bytes) -> Answer:
        room = bytearray(body)
        try:
            fcntl.ioctl(self._device, call, room)
        except OSError as error:
            if error.errno == errno.ENODEV:
                raise OSError("the camera was unplugged") from error
            return Answer(call, error.errno or errno.EIO, body)
        return Answer(call, 0, bytes(room))


class SocketLine:
    """See `hardware.camera_line.Line`: the same calls to the simulated device."""

    writing = False

    def __init__(self, path: str) -> None:
        """OSError."""
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            self._socket.connect(path)
        except OSError:
            self._socket.close()
            raise
        self._socket.setblocking(False)

    def fileno(self) -> int:
        """See Line."""
        return self._socket.fileno()

    def write(self, data: bytes, now: float) -> int:
        """See Line."""
        return self._socket.send(data) if data else 0

    def read(self, now: float) -> bytes:
        """See Line."""
        try:
            data = self._socket.recv(4096)
        except BlockingIOError:
            return b""
        if not data:
            raise OSError("the camera was unplugged")
        return data

    def wake_at(self) -> float | None:
        """Never."""
        return None

    def timeout(self, now: float) -> None:
        """Nothing to do."""

    def close(self) -> None:
        """See Line."""
        self._socket.close()


def open_uvc(path: str) -> Line:
    """The device, or the simulated one if the path is a socket; OSError."""
    simulated = stat.S_ISSOCK(Path(path).stat().st_mode)
    return SocketLine(path) if simulated else DeviceLine(path)


def uvc(
    wiring: Wiring, profile: Profile, deadman_s: float, on_change: HealthCallback | None
) -> CameraThread:
    """A UVC camera, by the path of its video device; ValueError."""
    engine = UvcEngine(profile, deadman_s)
    return CameraThread("uvc", profile, engine, lambda: open_uvc(wiring.port), on_change)
