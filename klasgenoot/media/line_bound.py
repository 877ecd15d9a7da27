"""What a line was last seen to bear: how long that is believed, and how it is tried again. Pure."""

import math

_SAME = 0.2
_HOLD_S = (1.5, 4.0, 6.0)  # a bound is believed for so long: met once, again, time and again
_BELOW = (0.9, 0.95, 0.95)  # of it is sent: what was met again is better known
_BEYOND, _BEYOND_MOST = 1.15, 2.0  # times a bound, to see whether it is still there; farther if not
_NEAR = 0.8
_SURE_BITS = 40_000  # a router's burst allowance lets about so much more pass than the line bears
_DOUBT_S = 8.0  # so long as far beyond as may be tried, and still no queue


class Bound:
    """`at` is in bits per second, None while the line has never been full; times in seconds."""

    def __init__(self) -> None:
        self.at: float | None = None
        self._confirmed = 0  # how often it was met again, at most 2
        self._held_until = -math.inf
        self._above = 0.0  # bits that came through beyond it, without a queue
        self._reach, self._proven = _BEYOND, False
        self._reached_at = math.inf

    @property
    def below(self) -> float | None:
        """What may be sent without a queue."""
        return None if self.at is None else _BELOW[self._confirmed] * self.at

    @property
    def doubted(self) -> bool:
        """Whether more came through than it tells."""
        return self._reach > _BEYOND

    def holds(self, now: float) -> bool:
        """Whether it is not to be tried yet."""
        return now < self._held_until

    def met(self, at: float, now: float) -> None:
        """The line was full."""
        if self.at is None or abs(at - self.at) >= _SAME * self.at:
            self._confirmed = 0
        elif not self.holds(now):  # else it is still the same queue
            self._confirmed = min(self._confirmed + 1, len(_HOLD_S) - 1)
        self._held_until = now + _HOLD_S[self._confirmed]
        self.at, self._above = at, 0.0
        self._reach, self._proven, self._reached_at = _BEYOND, False, math.inf

    def passed(self, received: float, elapsed: float) -> None:
        """So much came through for so long, without a queue."""
        if self.at is None:
            return
        self._above += max(received - self.at, 0.0) * elapsed
        if self._above > _SURE_BITS:  # then it lies at least there
            self.at, self._above = max(self.at, received), 0.0
            if self._proven or self._reach >= _BEYOND_MOST:
                self._go_farther()
            self._proven = True

    def farthest(self, rate: float, now: float) -> float | None:
        """How much may be tried by whoever sends `rate`; None when it is no matter."""
        if self.at is None or rate <= _NEAR * self.at:
            return None
        most = max(rate, self._reach * self.at)
        if rate < _NEAR * most:
            self._reached_at = math.inf
        elif now - self._reached_at > _DOUBT_S:
            self._go_farther()
        self._reached_at = min(self._reached_at, now)
        return most

    def _go_farther(self) -> None:
        self._reached_at = math.inf
        if self._reach >= _BEYOND_MOST:
            self.at = None
        else:
            self._reach = min(2 * self._reach - 1, _BEYOND_MOST)
