"""How the class picture uses what the line can bear: size and pictures a second. Pure.

The encoder spends the rate by itself; what tells whether a size fits is its quantizer (0 sharp …
51 coarse): far up, a smaller picture looks better; far down, bits are left for a larger one.
"""

from dataclasses import dataclass
from typing import Literal

from signaling.messages import ViewName

_SHARE = 0.97  # the rest of the estimate is for headers and retransmissions
_OTHERS = (
    15_000  # bits per second of heartbeats, positions and feedback, whatever the picture takes
)
_LEAST = 30_000
_ROOM = 1.1  # how much more than a rung's own rate makes room for it
_HOLD_S = 1.0  # a larger picture only after this long of room, so that it does not flicker
_HOLD_MOST_S = 16.0  # longer each time when the larger one had to be given up again soon
_SOON_S = 6.0
_COARSE, _FINE = 37.0, 27.0  # quantizers beyond which the picture is too large, or too small
_COARSE_S = 0.5
_SMOOTHING = 0.15  # of each new quantizer: about a fifth of a second at 30 a second


@dataclass(frozen=True)
class Rung:
    """A size: width and height divided by `divisor`, one picture in `every` kept.

    Never below `least` bits per second; from `enough` on whatever the picture shows.
    """

    least: int
    enough: int
    divisor: float
    every: int


LADDERS: dict[ViewName, tuple[Rung, ...]] = {
    # Movement first: 30 pictures a second down to where a picture has no bits left.
    "klas": (
        Rung(0, 0, 4, 3),
        Rung(90_000, 120_000, 4, 2),
        Rung(140_000, 200_000, 8 / 3, 1),
        Rung(230_000, 480_000, 2, 1),
        Rung(380_000, 900_000, 4 / 3, 1),
        Rung(600_000, 1_300_000, 1, 1),
    ),
    # Sharpness first: the whole size always, fewer pictures instead.
    "bord": (
        Rung(0, 0, 1, 15),
        Rung(100_000, 200_000, 1, 6),
        Rung(200_000, 600_000, 1, 3),
        Rung(500_000, 1_300_000, 1, 1),
    ),
}
LADDERS["scherm"] = LADDERS["bord"]


@dataclass(frozen=True)
class Plan:
    """What the encoder is asked for."""

    bits_per_second: int
    divisor: float
    every: int


class Ladder:
    """Chooses the rung; down at once, up with patience."""

    def __init__(self, view: ViewName, rate: float) -> None:
        self._rungs = LADDERS[view]
        self._at = self._highest("enough", rate)
        self._quantizer = (_COARSE + _FINE) / 2
        self._room_since: float | None = None
        self._coarse_since: float | None = None
        self._hold_s = _HOLD_S
        self._climbed_at: float | None = None

    def encoded(self, quantizer: float) -> None:
        """The quantizer (0…51) of the picture that was just encoded."""
        if 0 <= quantizer <= 51:
            self._quantizer += _SMOOTHING * (quantizer - self._quantizer)

    def plan(self, rate: float, now: float) -> Plan:
        """What to encode from now on, when the line bears `rate` bits per second."""
        highest = self._highest("least", rate)
        if self._at > highest or (self._too_coarse(rate, now) and self._at > 0):
            self._move(min(highest, self._at - 1), now)
        elif (target := self._roomy(rate, highest)) > self._at:
            self._room_since = now if self._room_since is None else self._room_since
            if now - self._room_since >= self._hold_s:
                self._move(target, now)
        else:
            self._room_since = None
        rung = self._rungs[self._at]
        spent = max(int(rate * _SHARE) - _OTHERS, _LEAST)
        return Plan(spent, rung.divisor, rung.every)

    def _too_coarse(self, rate: float, now: float) -> bool:
        if self._quantizer < _COARSE or rate >= self._rungs[self._at].enough:
            self._coarse_since = None
            return False
        self._coarse_since = now if self._coarse_since is None else self._coarse_since
        return now - self._coarse_since >= _COARSE_S

    def _roomy(self, rate: float, highest: int) -> int:
        """The rung that there is room for now."""
        by_picture = self._at + 1 if self._quantizer <= _FINE else self._at
        return max(self._highest("enough", rate / _ROOM), min(by_picture, highest))

    def _move(self, target: int, now: float) -> None:
        if target > self._at:
            self._climbed_at = now
        elif self._climbed_at is not None and now - self._climbed_at < _SOON_S:
            self._hold_s = min(2 * self._hold_s, _HOLD_MOST_S)
        else:
            self._hold_s = _HOLD_S
        self._at, self._room_since, self._coarse_since = target, None, None
        self._quantizer = (_COARSE + _FINE) / 2

    def _highest(self, bound: Literal["least", "enough"], rate: float) -> int:
        return max(i for i, rung in enumerate(self._rungs) if rate >= getattr(rung, bound))
