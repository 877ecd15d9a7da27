"""How the class picture uses what the line can bear: size and pictures a second. Pure.

The encoder spends the rate by itself; what tells whether a size fits is its quantizer (0 sharp …
51 coarse): far up, a smaller picture looks better; far down, bits are left for a larger one.
"""

import math
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
_COARSE, _FINE = 38.0, 30.0  # quantizers beyond which the picture is too large, or too small
_COARSE_S = 0.5
_FRESH_S = 2.0  # after a keyframe any picture is coarse for a while
_STEP = 6.0  # what the quantizer rises by with the next larger size, about
_SMOOTHING = 0.15  # of each new quantizer: about a fifth of a second at 30 a second
_COLLAPSE = 0.4  # of that rate: begin with a small picture
_MUCH_LESS, _MUCH_MORE = 0.6, 2.0  # of the rate that an encoder's buffer was made for
_PLENTY = 300_000  # beyond this the eye decides, not the line:
_SHARP, _SHARPEST = 14.0, 11.0  # quantizers that no eye tells from the original, measured by SSIM
_FINER = 5.0  # on a narrow line: what a line bears is only known of one that is used
_SPEND = 0.03  # a picture: the spending follows in about a second
_STARTLED = 24.0  # one picture this coarse on a wide line: the camera turns, all may be spent


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
        Rung(60_000, 90_000, 2.5, 2),
        Rung(80_000, 130_000, 2.5, 1),
        Rung(110_000, 200_000, 2, 1),
        Rung(150_000, 600_000, 4 / 3, 1),
        Rung(200_000, 1_000_000, 1, 1),
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
LADDERS["hoeken"] = LADDERS["klas"]


@dataclass(frozen=True)
class Plan:
    """What the encoder is asked for; its buffer is made for `buffer_for` bits per second.

    `whole`: the line is narrow, the encoder may make good for what it left over.
    """

    bits_per_second: int
    divisor: float
    every: int
    buffer_for: int
    whole: bool = False


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
        self._moved_at = -math.inf
        self._spent = self._wanted = self._buffer_for = rate
        self._outgrown_since: float | None = None
        self._narrow = False

    def encoded(self, quantizer: float) -> None:
        """The quantizer (0…51) of the picture that was just encoded."""
        if not 0 <= quantizer <= 51:
            return
        self._quantizer += _SMOOTHING * (quantizer - self._quantizer)
        finer = _FINER if self._narrow else 0
        if quantizer > _STARTLED:
            self._wanted = math.inf
        elif self._quantizer < _SHARPEST - finer:
            self._wanted = max(self._spent * (1 - _SPEND), _PLENTY)
        elif self._quantizer > _SHARP - finer:
            self._wanted = max(self._wanted, self._spent) * (1 + _SPEND)

    def plan(self, rate: float, bears: float, now: float, narrow: bool = False) -> Plan:
        """What to encode from now on, when the line bears `bears` bits per second.

        `rate` is what may be sent at this moment: less, while a queue drains.
        """
        highest = self._highest("least", bears)
        collapsed = bears < self._buffer_for * _COLLAPSE
        if collapsed and (lower := self._highest("enough", bears)) < self._at:
            # The first picture on such a line is a keyframe: a small one is through sooner.
            self._move(lower, bears, now)
        elif self._at > highest or (self._too_coarse(bears, now) and self._at > 0):
            self._move(min(highest, self._at - 1), bears, now)
        elif (target := self._roomy(bears, highest)) > self._at:
            self._room_since = now if self._room_since is None else self._room_since
            if now - self._room_since >= self._hold_s:
                self._move(target, bears, now)
        else:
            self._room_since = None
        self._fit_buffer(bears, now)
        rung = self._rungs[self._at]
        self._narrow = narrow
        self._spent = min(rate, self._wanted)
        spent = max(int(self._spent * _SHARE) - _OTHERS, _LEAST)
        return Plan(spent, rung.divisor, rung.every, max(int(self._buffer_for), _LEAST), narrow)

    def _too_coarse(self, bears: float, now: float) -> bool:
        fresh = now - self._moved_at < _FRESH_S
        if fresh or self._quantizer < _COARSE or bears >= self._rungs[self._at].enough:
            self._coarse_since = None
            return False
        self._coarse_since = now if self._coarse_since is None else self._coarse_since
        return now - self._coarse_since >= _COARSE_S

    def _roomy(self, bears: float, highest: int) -> int:
        """The rung that there is room for now."""
        by_picture = self._at + max(0, int((_FINE - self._quantizer) // _STEP) + 1)
        return max(self._highest("enough", bears / _ROOM), min(by_picture, highest))

    def _fit_buffer(self, bears: float, now: float) -> None:
        """Another encoder when the rate left its buffer far behind; the price is a keyframe."""
        if bears < self._buffer_for * _MUCH_LESS:
            self._buffer_for = bears
        if min(bears, self._wanted) <= self._buffer_for * _MUCH_MORE:
            self._outgrown_since = None
            return
        self._outgrown_since = now if self._outgrown_since is None else self._outgrown_since
        if now - self._outgrown_since >= _HOLD_S:
            self._buffer_for, self._outgrown_since = bears, None

    def _move(self, target: int, bears: float, now: float) -> None:
        if target > self._at:
            self._climbed_at = now
        elif self._climbed_at is not None and now - self._climbed_at < _SOON_S:
            self._hold_s = min(2 * self._hold_s, _HOLD_MOST_S)
        else:
            self._hold_s = _HOLD_S
        self._at, self._room_since, self._coarse_since = target, None, None
        self._moved_at = now
        self._quantizer = (_COARSE + _FINE) / 2
        self._buffer_for = bears

    def _highest(self, bound: Literal["least", "enough"], rate: float) -> int:
        return max(i for i, rung in enumerate(self._rungs) if rate >= getattr(rung, bound))
