"""Tells systemd how the agent is (sd_notify(3)): a datagram to the socket that it names.

Own code because it is these few lines, and the packages for it rest since 2017 or want a compiler.
Without NOTIFY_SOCKET nobody listens, and nothing is sent.
"""

import os
import socket
from collections.abc import Mapping
from contextlib import suppress


class Notifier:
    """`send("READY=1", …)`; see `watchdog_s` for how often "WATCHDOG=1" is expected."""

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        environment = os.environ if environment is None else environment
        self._address = _address(environment.get("NOTIFY_SOCKET", ""))
        self._socket: socket.socket | None = None
        self.watchdog_s = _watchdog_s(environment) if self._address else 0.0
        """Silence after which systemd starts the agent again, in seconds; 0 when never."""

    @property
    def heard(self) -> bool:
        """Whether anybody listens."""
        return bool(self._address)

    def send(self, *lines: str) -> None:
        """Fields as in sd_notify(3); a systemd that does not listen right now is no error."""
        if not self._address:
            return
        with suppress(OSError):
            if self._socket is None:
                self._socket = socket.socket(
                    socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC | socket.SOCK_NONBLOCK
                )
            self._socket.sendto("\n".join(lines).encode(), self._address)

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None


def _address(name: str) -> str:
    """A path, or an abstract name, which begins with `@` in the environment."""
    if name.startswith("@"):
        return "\0" + name[1:]
    return name if name.startswith("/") else ""


def _watchdog_s(environment: Mapping[str, str]) -> float:
    """WATCHDOG_USEC is meant for one process only: the one that WATCHDOG_PID names, if any."""
    pid = environment.get("WATCHDOG_PID", "")
    text = environment.get("WATCHDOG_USEC", "")
    if (pid and pid != str(os.getpid())) or not (text.isascii() and text.isdecimal()):
        return 0.0
    return int(text[:15]) / 1e6
