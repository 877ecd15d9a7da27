"""How a simulated camera is reached: a pseudo-terminal or a socket, before a head of some protocol.

A door is waited on with `select`; what arrives goes to its head, and the head's replies go out.
"""

from __future__ import annotations

import os
import tty
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from hardware.motion import Position

Note = Callable[[bytes], None]
"""Told of every piece that arrives, for the journal."""


class Body(Protocol):
    """A virtual head, whatever it speaks; pure."""

    mute: bool
    """Obeys but never answers."""
    rubbish: bool
    """Garbles its answers."""

    @property
    def position(self) -> Position:
        """Where it looks."""

    @property
    def moving(self) -> bool:
        """Whether any axis turns."""

    def advance(self, now: float) -> None:
        """Let the motors run until now."""


class Head(Body, Protocol):
    """One that speaks in bytes."""

    def receive(self, data: bytes, now: float) -> None:
        """From the controller; never raises."""

    def bytes_to_send(self, now: float) -> bytes:
        """The replies that are due."""

    def next_timeout(self) -> float | None:
        """When the next reply is due."""


class Door(Protocol):
    """The way in."""

    def waits(self) -> list[int]:
        """The descriptors to wait on."""

    def serve(self, ready: list[int], now: float) -> None:
        """Read what is there, let the head obey, send what is due."""

    def next_timeout(self) -> float | None:
        """When `serve` has something to do by itself."""

    def close(self) -> None:
        """Pull the cable."""


class PtyDoor:
    """A pseudo-terminal behind a link."""

    def __init__(self, link: Path, head: Head, note: Note) -> None:
        """Replaces a stale link; OSError."""
        self._link, self._head, self._note = link, head, note
        # Our own end of the slave stays open: without it the master reads EIO between two users.
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)
        link.unlink(missing_ok=True)
        self._terminal = os.ttyname(self._slave)
        link.symlink_to(self._terminal)

    def waits(self) -> list[int]:
        """See Door."""
        return [self._master]

    def serve(self, ready: list[int], now: float) -> None:
        """See Door."""
        if self._master in ready:
            data = os.read(self._master, 4096)
            self._note(data)
            self._head.receive(data, now)
        self._head.advance(now)
        if reply := self._head.bytes_to_send(now):
            with suppress(BlockingIOError):  # nobody reads: a real camera's bytes are lost too
                os.write(self._master, reply)

    def next_timeout(self) -> float | None:
        """See Door."""
        return self._head.next_timeout()

    def close(self) -> None:
        """The link goes, the other end of the line hangs up."""
        with suppress(OSError):
            if str(self._link.readlink()) == self._terminal:  # not one a later set has made
                self._link.unlink()
        os.close(self._master)
        os.close(self._slave)
