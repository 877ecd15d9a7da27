"""What the line can bear, estimated from when packets arrive. Pure; time is an argument.

A line that is asked for more than it can carry makes a queue: packets arrive later and later
after they were sent. The least delay of late above the least delay ever is that standing queue;
what arrives meanwhile is what the line carries. Compare Google congestion control
(draft-ietf-rmcat-gcc-02), which looks at the slope; the standing queue is told from jitter with
fewer packets, which is what a narrow line has.
"""

import math
from collections import deque
from collections.abc import Sequence

from klasgenoot.media.feedback import Sent

_WINDOW_S = 0.1  # the standing queue is the least delay within this, and some jitters more
_WINDOW_MOST_S = 0.25
_BASE_S = 20.0  # a route may change: the least delay ever is forgotten after this
_RATE_S, _RATE_SOON_S = 0.5, 0.2  # what arrives is counted over this; and over less when it drops
_QUEUE_S = 0.015  # a standing queue from here on is our own doing, not the line's noise
_CLEAR_S = 0.007
_JITTER_SHARE = 0.5  # of the jitter on top, because few packets may all be late by chance
_BACK_OFF = 0.88
_DRAIN_S = 0.5  # a queue is drained within about this, by sending so much less meanwhile
_DRAIN_LEAST = 0.4
_RESPITE_S = 0.25  # after backing off the queue needs this long to be seen to drain
_LOSS_MANY = 0.12  # beyond this a line loses because it is full; below, because it is bad
_LOSS_S = 0.6
_GROW_NEAR, _GROW_FAR = 0.08, 1.2  # a second: near what was too much of late, and far from it
_SURE_S = 3.0  # a router's burst allowance hides a line that is full for about this long
_NEAR = 0.8
_FORGET_S = 15.0  # a bound that was met longer ago than this may be gone
_MOST_GAIN = 1.6  # beyond this times what really arrives, growing would be guessing
_STEP_S = 0.2  # growth is counted over no longer than this, however late feedback comes


class LineEstimate:
    """Feed it what the receiver reports; `rate` is what may be sent, in bits per second."""

    def __init__(self, start: int, least: int, most: int) -> None:
        self.rate = float(start)
        self.queue_s = 0.0
        self.jitter_s = 0.0
        self.loss = 0.0
        self.received = 0.0
        self._least, self._most = least, most
        self._recent: deque[tuple[float, float]] = deque()  # (arrived, one-way delay)
        self._bases: deque[tuple[float, float]] = deque()  # least delay of each second
        self._arrivals: deque[tuple[float, int]] = deque()
        self._fates: deque[tuple[float, bool]] = deque()
        self._ceiling: float | None = None
        self._ceiling_at = -math.inf
        self._above_s = 0.0  # how long it has been past the ceiling without a queue
        self._backed_off_at = -math.inf
        self._draining = False
        self._decided_at: float | None = None

    def on_feedback(self, packets: Sequence[Sent], now: float) -> None:
        """What became of some packets, in order of sending."""
        for packet in packets:
            self._fates.append((now, packet.arrived_at is not None))
            if packet.arrived_at is not None:
                self._arrived(packet.arrived_at, packet.arrived_at - packet.sent_at, packet.size)
        while self._fates and now - self._fates[0][0] > _LOSS_S:
            self._fates.popleft()
        lost = sum(not arrived for _, arrived in self._fates)
        # What is surely lost: by chance a bad line may lose a few of few.
        self.loss = max(0.0, lost - 2 * math.sqrt(lost)) / max(len(self._fates), 1)
        if self._recent:
            self._measure()
            self._decide(now)

    def on_bound(self, bits_per_second: float) -> None:
        """A receiver without such feedback names a bound of its own (REMB)."""
        if math.isfinite(bits_per_second) and bits_per_second > 0:
            self.rate = self._clamp(bits_per_second * _BACK_OFF)

    def _arrived(self, at: float, delay: float, size: int) -> None:
        self._recent.append((at, delay))
        self._arrivals.append((at, size))
        if not self._bases or at - self._bases[-1][0] >= 1:
            self._bases.append((at, delay))
        elif delay < self._bases[-1][1]:
            self._bases[-1] = (self._bases[-1][0], delay)

    def _measure(self) -> None:
        newest = self._recent[-1][0]
        # A clock that jumps back (a wrapped reference time) would keep old packets for ever.
        window_s = min(_WINDOW_S + 3 * self.jitter_s, _WINDOW_MOST_S)
        for queue, keep_s in ((self._recent, window_s), (self._arrivals, _RATE_S)):
            while queue and not 0 <= newest - queue[0][0] <= keep_s and len(queue) > 1:
                queue.popleft()
        while len(self._bases) > 1 and not 0 <= newest - self._bases[0][0] <= _BASE_S:
            self._bases.popleft()
        base = min(delay for _, delay in self._bases)
        delays = [delay for _, delay in self._recent]
        self.queue_s = min(delays) - base
        spread = sorted(delays)[int(0.9 * (len(delays) - 1))] - min(delays)
        self.jitter_s += 0.1 * (spread - self.jitter_s)
        self.received = self._arriving(_RATE_S) or self.received

    def _arriving(self, window_s: float) -> float:
        """Bits per second that arrived lately; 0 while too few to tell."""
        newest = self._arrivals[-1][0]
        lately = [(at, size) for at, size in self._arrivals if newest - at <= window_s]
        span = newest - lately[0][0]
        return 8 * sum(size for _, size in lately[1:]) / span if span > window_s / 3 else 0.0

    def _decide(self, now: float) -> None:
        elapsed = min(now - (now if self._decided_at is None else self._decided_at), _STEP_S)
        self._decided_at = now
        margin = _JITTER_SHARE * self.jitter_s
        full = self.queue_s > _QUEUE_S + margin or self.loss > _LOSS_MANY
        respite = now - self._backed_off_at <= _RESPITE_S
        if full and not respite:
            self._back_off(now)
        elif self.queue_s < _CLEAR_S + margin and not full:
            if self._draining and self._ceiling is not None:
                self._draining = False
                self.rate = self._clamp(_BACK_OFF * self._ceiling)
            elif not respite:
                self._grow(now, elapsed)

    def _back_off(self, now: float) -> None:
        soon = self._arriving(_RATE_SOON_S)
        carried = min(filter(None, (self.received, soon, self.rate)))
        self._fates.clear()  # what was lost before this is answered by it
        self._ceiling, self._ceiling_at = carried, now
        self._backed_off_at, self._above_s, self._draining = now, 0.0, True
        share = max(_BACK_OFF - self.queue_s / _DRAIN_S, _DRAIN_LEAST)
        self.rate = self._clamp(carried * share)

    def _grow(self, now: float, elapsed: float) -> None:
        if self._ceiling is not None and now - self._ceiling_at > _FORGET_S:
            self._ceiling = None
        speed = _GROW_FAR
        if self._ceiling is not None and self.rate > _NEAR * self._ceiling:
            # Past the ceiling it goes faster and faster, as it becomes sure that it has risen.
            self._above_s += elapsed if self.rate > self._ceiling else 0.0
            sure = min(self._above_s / _SURE_S, 1.0)
            speed = _GROW_NEAR + (_GROW_FAR - _GROW_NEAR) * sure**2
        wanted = self.rate * (1 + speed * elapsed)
        proven = max(self.rate, _MOST_GAIN * self.received)
        self.rate = self._clamp(min(wanted, proven))

    def _clamp(self, rate: float) -> float:
        return min(max(rate, self._least), self._most)
