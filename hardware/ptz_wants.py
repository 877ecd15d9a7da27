"""What is wanted of a camera beside what it was told: the memory of `ptz_engine`.

Pure. `Setpoint` is for what goes on until told otherwise (drives), `Targets` for what ends by
itself (absolute moves, home, presets), `Flight` for the packet on the line.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from typing import Generic, TypeVar

from hardware.visca import Command

MAX_TRIES = 2  # a target is begun once more after an IF_Clear, a full buffer or a refusal
MAX_REFUSALS = 3  # a drive is said this often to a camera that refuses it
T = TypeVar("T")


class Setpoint(Generic[T]):
    """One drive: the newest wish wins, and an equal one costs no bytes."""

    def __init__(self, still: T) -> None:
        """`still` is the value that stops; it is owed from the beginning."""
        self._still = still
        self._refusals = 0
        self._halt = True  # Stop is owed even if we believe that it stands still
        self.wanted = still
        self.told: T | None = None  # None = it may be doing anything

    def halt(self) -> None:
        """Want stillness, and say so in any case."""
        self.wanted = self._still
        self._halt = True

    def interrupt(self) -> None:
        """Say Stop first, then what is wanted."""
        self._halt = True

    def forget(self) -> None:
        """The camera may have lost what it was told."""
        self.told = None

    def acknowledged(self, value: T) -> None:
        """The camera takes this value."""
        self.told = value
        self._refusals = 0
        self._halt = self._halt and value != self._still

    def refused(self) -> bool:
        """The camera does not take it; True if that was the last of its tries."""
        self._refusals = (self._refusals + 1) % MAX_REFUSALS
        return self._refusals == 0

    @property
    def moving(self) -> bool:
        """Whether motion is wanted."""
        return self.wanted != self._still

    @property
    def stop_due(self) -> bool:
        """Whether Stop must be said."""
        return self._halt or (not self.moving and self.told != self._still)

    @property
    def drive_due(self) -> bool:
        """Whether the camera must be told another value."""
        return self.wanted != self.told


@dataclass(slots=True)
class Target:
    """A command that ends by itself, and how often it was sent."""

    command: Command
    tries: int = 0
    abandoned: bool = False


@dataclass(slots=True)
class Flight:
    """The packet that awaits its answer until the deadline, and the target it carries."""

    command: Command
    deadline: float
    target: Target | None


class Targets:
    """The targets that wait, run, and must be cancelled."""

    def __init__(self) -> None:
        self._queue: deque[Target] = deque()
        self._sockets: dict[int, Target | None] = {}  # acknowledged; None = a drive
        self._cancel: deque[int] = deque()
        self._hold_until = -math.inf

    def add(self, command: Command) -> None:
        """Wait behind the others."""
        self._queue.append(Target(command))

    def next(self, now: float) -> Target | None:
        """The target to send now; counts the try."""
        if not self._queue or now < self._hold_until:
            return None
        target = self._queue.popleft()
        target.tries += 1
        return target

    def next_cancel(self) -> int | None:
        """The socket to cancel now."""
        return self._cancel.popleft() if self._cancel else None

    def retry(self, target: Target, not_before: float = -math.inf) -> bool:
        """Send it again before the others; False if it had its tries."""
        if target.abandoned or target.tries >= MAX_TRIES:
            return False
        self._hold_until = not_before
        self._queue.appendleft(target)
        return True

    def accepted(self, socket: int, target: Target | None) -> None:
        """The command lives in this socket; a reused number replaces the old command."""
        self._sockets[socket] = target

    def ended(self, socket: int) -> bool:
        """The command in this socket is over; False if there was none."""
        known = socket in self._sockets
        self._sockets.pop(socket, None)
        return known

    def cancel(self, socket: int) -> None:
        """Cancel this socket as soon as the line is free."""
        self._cancel.append(socket)

    def abandon(self) -> list[int]:
        """Drop what waits; gives the sockets that still run and must be ended."""
        self._queue.clear()
        running = [socket for socket, target in self._sockets.items() if target]
        for socket in running:
            self._sockets[socket] = None
        return running

    def cleared(self) -> None:
        """IF_Clear ended every socket; a target it hit is begun once more."""
        self._cancel.clear()
        for target in reversed(self._sockets.values()):
            if target:
                self.retry(target)
        self._sockets.clear()

    def wake_at(self) -> float | None:
        """When `next` has something, None if nothing waits."""
        return self._hold_until if self._queue else None

    @property
    def idle(self) -> bool:
        """Whether nothing waits, runs or is to be cancelled."""
        return not self._queue and not self._cancel and not any(self._sockets.values())
