"""The simulated camera in a process of its own, as a real one computes outside the agent too.

Python runs one thread of a process at a time: a room that is drawn inside the agent makes a
steering command wait. The child (`main`) draws a picture for each byte on its standard input and
answers with one: its time and number, then the I420 bytes. Nothing touches a file.
"""

import fcntl
import os
import struct
import subprocess
import sys
from argparse import ArgumentParser
from pathlib import Path

import cv2
import numpy as np

from hardware.priority import hurry
from klasgenoot.media.frame import Picture
from klasgenoot.media.source import SourceError

_HEAD = struct.Struct("<dQ")  # seconds on time.monotonic(), which processes share; number
_NEXT = b"n"
_PIPE_BYTES = 1 << 20  # the most that Linux gives to anybody: few switches a picture
_NICE = 10  # what a set computes with a real camera too goes before
_END_S = 2.0  # the child ends at the end of its input; one that hangs is killed


class ApartSource:
    """A `Source`: pictures of `sim:` from a child process."""

    def __init__(
        self, width: int, height: int, fps: int, pose_path: Path | None, stamped: bool
    ) -> None:
        self._size = (width, height)
        self._command = [sys.executable, "-m", __name__, str(width), str(height), str(fps)]
        self._command += ["--stamped"] if stamped else []
        self._command += ["--pose", str(pose_path)] if pose_path else []
        self._child: subprocess.Popen[bytes] | None = None

    def open(self) -> None:
        """SourceError `camera_absent` when the child cannot be started."""
        pipe = subprocess.PIPE
        try:
            self._child = subprocess.Popen(  # noqa: S603 - our own interpreter, numbers and a path
                self._command, stdin=pipe, stdout=pipe, bufsize=0, process_group=0
            )
        except OSError as error:
            raise SourceError("camera_absent", f"The simulation does not start: {error}") from error
        _widen(self._child.stdout.fileno())  # type: ignore[union-attr]

    def read(self) -> Picture:
        """SourceError `camera_stopped` when the child is no more."""
        width, height = self._size
        head, i420 = bytearray(_HEAD.size), np.empty((height * 3 // 2, width), np.uint8)
        try:
            if self._child is None or not (self._child.stdin and self._child.stdout):
                raise BrokenPipeError
            self._child.stdin.write(_NEXT)
            for part in (memoryview(head), i420.data.cast("B")):
                got = 0
                while got < len(part):
                    count = self._child.stdout.readinto(part[got:])  # type: ignore[attr-defined]
                    if not count:
                        raise BrokenPipeError
                    got += count
        except (OSError, ValueError) as error:
            raise SourceError("camera_stopped", "The simulated camera's process ended.") from error
        captured_at, sequence = _HEAD.unpack(head)
        return Picture(i420, width, height, captured_at, sequence)

    def close(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        with child:  # closes both pipes: the end of its input ends the child
            child.stdin.close()  # type: ignore[union-attr]
            try:
                child.wait(_END_S)
            except subprocess.TimeoutExpired:
                child.kill()


def _widen(pipe: int) -> None:
    try:
        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
    except PermissionError:  # the user's share of pipe memory is spent; the usual size does
        return


def main() -> None:
    from klasgenoot.media.source_sim import SimSource

    parser = ArgumentParser()
    for name in ("width", "height", "fps"):
        parser.add_argument(name, type=int)
    parser.add_argument("--pose", type=Path)
    parser.add_argument("--stamped", action="store_true")
    asked = parser.parse_args()
    source = SimSource(
        asked.width, asked.height, asked.fps, pose_path=asked.pose, stamped=asked.stamped
    )
    hurry(_NICE)
    cv2.setNumThreads(1)  # one room does not need every core
    source.open()
    try:
        while os.read(0, 1):
            picture = source.read()
            _write(_HEAD.pack(picture.captured_at, picture.sequence))
            _write(picture.i420.tobytes())
    except BrokenPipeError:  # the agent is no more
        return
    finally:
        source.close()


def _write(data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(1, view) :]


if __name__ == "__main__":
    main()
