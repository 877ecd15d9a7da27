"""The drivers `busylight` and `gpio`: a lamp that a process of its own holds (`lamp_guard`)."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from hardware.lamp_thread import CLOSE_S, LampOpeningError, LampThread

RESPAWN_S = 2.0


class GuardedLamp:
    """See `hardware.lamp_thread.Lamp`."""

    def __init__(self, backend: str, place: str) -> None:
        """Starts its process at the first `set`."""
        self._backend, self._place = backend, place
        self._process: subprocess.Popen[bytes] | None = None
        self._begun = -RESPAWN_S
        self._pending = b""
        self._told = ""

    def set(self, lit: bool) -> str:
        """See Lamp."""
        process = self._running()
        assert process.stdin and process.stdout
        try:
            with suppress(BlockingIOError):  # it hangs: then its own clock puts the lamp out
                os.write(process.stdin.fileno(), b"1" if lit else b"0")
            self._listen(process.stdout.fileno())
        except OSError as error:
            self._end()
            raise OSError(f"the process that holds the lamp ended: {error}") from error
        state, _, detail = self._told.partition(" ")
        if state == "ready":
            return detail
        if state == "absent":
            raise OSError(detail)
        raise LampOpeningError("looking for the lamp")

    def close(self) -> None:
        """See Lamp: the process puts it out and ends."""
        self._end()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            if time.monotonic() - self._begun < RESPAWN_S:
                raise OSError("the process that holds the lamp ended")
            self._begun = time.monotonic()
            self._told, self._pending = "", b""
            root = str(Path(__file__).parent.parent)
            paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
            self._process = subprocess.Popen(  # noqa: S603  our own module
                [sys.executable, "-m", "hardware.lamp_guard", self._backend, self._place],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
                process_group=0,  # Ctrl-C reaches us, and we close it
            )
            assert self._process.stdin and self._process.stdout
            os.set_blocking(self._process.stdin.fileno(), False)
            os.set_blocking(self._process.stdout.fileno(), False)
        return self._process

    def _listen(self, fd: int) -> None:
        with suppress(BlockingIOError):
            while True:
                data = os.read(fd, 4096)
                if not data:
                    raise OSError("no more word from it")
                *lines, self._pending = (self._pending + data)[-4096:].split(b"\n")
                if lines:
                    self._told = lines[-1].decode(errors="replace")

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        assert process.stdin and process.stdout
        with suppress(OSError):
            process.stdin.close()
        try:
            process.wait(CLOSE_S)
        except subprocess.TimeoutExpired:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(CLOSE_S)
            if process.poll() is None:
                process.kill()
                process.wait()
        process.stdout.close()


def busylight(place: str) -> LampThread:
    """A USB light by (part of) its name, "" for the first."""
    return LampThread(GuardedLamp("busylight", place))


def gpio(place: str) -> LampThread:
    """A lamp on a pin."""
    return LampThread(GuardedLamp("gpio", place))
