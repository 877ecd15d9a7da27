"""How the class picture uses what the line can bear: rate, size, pictures a second. Pure."""

from dataclasses import dataclass
from typing import Literal

ViewName = Literal["klas", "bord"]

_SHARE = 0.92  # the rest of the estimate is for headers, retransmissions and control messages
_HOLD_S = 1.0  # a larger picture only after this long of room, so that it does not flicker
_ROOM = 1.1  # how much more than a rung's own rate makes room for it


@dataclass(frozen=True)
class Rung:
    """From `rate` (bits per second) on: divide width and height by `divisor`, keep 1 in `every`."""

    rate: int
    divisor: float
    every: int


LADDERS: dict[ViewName, tuple[Rung, ...]] = {
    # Movement first: 30 pictures a second down to where a picture has no bits left.
    "klas": (
        Rung(0, 4, 3),
        Rung(110_000, 4, 2),
        Rung(180_000, 8 / 3, 1),
        Rung(480_000, 2, 1),
        Rung(800_000, 4 / 3, 1),
        Rung(1_100_000, 1, 1),
    ),
    # Sharpness first: the whole size always, fewer pictures instead.
    "bord": (
        Rung(0, 1, 15),
        Rung(150_000, 1, 6),
        Rung(500_000, 1, 3),
        Rung(1_300_000, 1, 1),
    ),
}


@dataclass(frozen=True)
class Plan:
    """What the encoder is asked for."""

    bits_per_second: int
    divisor: float
    every: int


class Ladder:
    """Chooses the rung for a rate; down at once, up with patience."""

    def __init__(self, view: ViewName, rate: float) -> None:
        self._rungs = LADDERS[view]
        self._at = self._fitting(rate)
        self._room_since: float | None = None

    def plan(self, rate: float, now: float) -> Plan:
        """What to encode from now on, when the line bears `rate` bits per second."""
        fitting = self._fitting(rate)
        if fitting <= self._at:
            self._at, self._room_since = fitting, None
        elif self._fitting(rate / _ROOM) > self._at:
            self._room_since = now if self._room_since is None else self._room_since
            if now - self._room_since >= _HOLD_S:
                self._at, self._room_since = self._fitting(rate / _ROOM), None
        else:
            self._room_since = None
        rung = self._rungs[self._at]
        return Plan(int(rate * _SHARE), rung.divisor, rung.every)

    def _fitting(self, rate: float) -> int:
        return max(i for i, rung in enumerate(self._rungs) if rate >= rung.rate)
