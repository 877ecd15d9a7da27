"""A systemd that only listens: what a process of ours says to its notify socket."""

import socket
import time
from pathlib import Path


class Listener:
    """A notify socket at `path`; `wait` gives the seconds until a field was said."""

    def __init__(self, path: Path | str) -> None:
        self.path = path
        self.said: list[tuple[float, str]] = []
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(path))

    def wait(self, start: str, timeout_s: float = 30.0, part: str = "") -> tuple[float, str]:
        """When (time.monotonic()) the first line that begins with `start` and has `part` in it
        came, and the line."""
        deadline = time.monotonic() + timeout_s
        while True:
            for at, line in self.said:
                if line.startswith(start) and part in line:
                    return at, line
            self._socket.settimeout(max(0.01, deadline - time.monotonic()))
            try:
                data = self._socket.recv(4096)
            except TimeoutError:
                raise AssertionError(f"no {start} in {timeout_s} s; said: {self.said}") from None
            self.said += [(time.monotonic(), line) for line in data.decode().splitlines()]

    def forget(self) -> None:
        """Wait for what is said from now on."""
        self._socket.setblocking(False)
        try:
            while self._socket.recv(4096):
                pass
        except BlockingIOError:
            self.said = []

    def close(self) -> None:
        self._socket.close()
