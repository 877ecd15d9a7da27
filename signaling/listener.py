"""The server's listening sockets: strangers are counted before anything is built for them.

A connection costs memory and a good part of a millisecond before its first word, if it ever says
one. Counted here, from the first packet to the login (so a TLS handshake without end counts too),
one that is too much costs three system calls.
"""

import asyncio
import contextlib
import socket
import struct
import time
from typing import Any

from signaling.doorstep import Doorstep

_AT_ONCE = 16
"""Refused in a row before the others have their turn again: half a millisecond."""
_SWEEP_S = 1.0
_RECEIVE_BYTES = 16_384
"""What a connection may pile up in the kernel."""
_READ_BYTES = 2_048
"""What is worked through before the others have their turn: 340 frames without content, below a
millisecond. A whole buffer of them took up to 12, and who sends 40 is cut anyway."""
_RESET = struct.pack("ii", 1, 0)
"""SO_LINGER of 0 s: whoever is refused leaves nothing behind in the kernel."""


def listeners(host: str, port: int, doorstep: Doorstep) -> list["Listener"]:
    """Bound sockets, one for each address of `host` ("" is all). Raises OSError."""
    found = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    made: list[Listener] = []
    try:
        for family, _, _, _, address in dict.fromkeys(found):
            made.append(Listener(family, doorstep))
            made[-1].bind(address)
    except OSError:
        for one in made:
            one.close()
        raise
    return made


class Listener(socket.socket):
    """asyncio accepts through it; whoever is too much never reaches asyncio."""

    def __init__(self, family: int, doorstep: Doorstep) -> None:
        super().__init__(family, socket.SOCK_STREAM)
        self._doorstep = doorstep
        self.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BYTES)
        if family == socket.AF_INET6:  # as asyncio does: 0.0.0.0 has a socket of its own
            self.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)

    def accept(self) -> tuple[socket.socket, Any]:
        """The next who may come in. Raises BlockingIOError when there is none now."""
        for _ in range(_AT_ONCE):
            plain, peer = super().accept()
            if self._doorstep.enter(peer, time.monotonic()):
                guest = _Guest(plain, peer, self._doorstep)
                self._doorstep.may_cut(peer, guest.cut)
                return guest, peer
            plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            plain.close()
        raise BlockingIOError


class _Guest(socket.socket):
    """A connection that is off the doorstep when it is closed, whoever closes it."""

    def __init__(self, plain: socket.socket, peer: tuple[Any, ...], doorstep: Doorstep) -> None:
        super().__init__(plain.family, plain.type, plain.proto, plain.detach())
        self._peer, self._doorstep = peer, doorstep

    def recv(self, size: int, flags: int = 0) -> bytes:
        """At most _READ_BYTES, so that nobody's flood holds up the others."""
        return super().recv(min(size, _READ_BYTES), flags)

    def recv_into(self, buffer: Any, nbytes: int = 0, flags: int = 0) -> int:
        """The same, as TLS reads."""
        size = min(nbytes or len(buffer), _READ_BYTES)
        return super().recv_into(buffer, size, flags)

    def close(self) -> None:
        self._doorstep.leave(self._peer)
        super().close()

    def cut(self) -> None:
        """Its reader finds the end of the line, and closes."""
        with contextlib.suppress(OSError):
            self.shutdown(socket.SHUT_RDWR)


async def sweeping(doorstep: Doorstep) -> None:
    """Cut whoever stands there too long. Until cancelled."""
    while True:
        await asyncio.sleep(_SWEEP_S)
        doorstep.sweep(time.monotonic())
