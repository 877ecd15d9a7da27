"""How much the class picture may take of the line, and at what size. Pure; time is an argument.

First shape: follows the receiver's estimate (REMB) and backs off on loss. It only ever proposes;
the encoder is asked for what `plan` says.
"""

from dataclasses import dataclass

_SHARE_OF_ESTIMATE = 0.85  # the rest is for the class sound, retransmissions and probing
_LOSS_BACKS_OFF = 0.10  # below it loss is the line's own noise, above it our own doing
_BACK_OFF = 0.85
_HOLD_S = 4.0  # a larger size only after this long of room, so that it does not flicker
_LADDER = ((0, 3), (250_000, 2), (700_000, 1))  # from this bitrate on: divide width and height by
_ROOM_TO_CLIMB = 1.25


@dataclass(frozen=True)
class Plan:
    """What the encoder is asked for."""

    bits_per_second: int
    divisor: int


class RateControl:
    """Turns what the receiver reports into a Plan."""

    def __init__(self, start: int, least: int, most: int) -> None:
        """Rates in bits per second."""
        self._least, self._most = least, most
        self._rate = start
        self._divisor = _divisor(start)
        self._room_since: float | None = None

    def on_estimate(self, bits_per_second: int) -> None:
        """Receiver's estimate of the line; anything outside sense is clamped."""
        self._set(bits_per_second * _SHARE_OF_ESTIMATE)

    def on_loss(self, share: float) -> None:
        """Share of packets lost since the last report, 0..1."""
        if share > _LOSS_BACKS_OFF:
            self._set(self._rate * _BACK_OFF)

    def plan(self, now: float) -> Plan:
        """What to encode from now on."""
        wanted = _divisor(self._rate)
        if wanted >= self._divisor:
            self._divisor, self._room_since = wanted, None
        elif _divisor(self._rate / _ROOM_TO_CLIMB) < self._divisor:
            self._room_since = self._room_since or now
            if now - self._room_since >= _HOLD_S:
                self._divisor, self._room_since = self._divisor - 1, None
        else:
            self._room_since = None
        return Plan(int(self._rate), self._divisor)

    def _set(self, rate: float) -> None:
        self._rate = int(min(max(rate, self._least), self._most))


def _divisor(rate: float) -> int:
    return next(divisor for floor, divisor in reversed(_LADDER) if rate >= floor)
