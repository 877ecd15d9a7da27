"""What the line can bear, estimated from when packets arrive. Pure; time is an argument.

A line that is asked for more than it can carry makes a queue: packets arrive later and later
after they were sent. The least delay of late above the least delay ever is that standing queue;
the pace at which packets leave it is what the line carries, whatever was sent. A queue that leaves
faster than we send is not ours: somebody's processor was busy. Compare Google congestion control
(draft-ietf-rmcat-gcc-02), which looks at the slope; the standing queue is told from jitter with
fewer packets, which is what a narrow line has.
"""

import math
from collections import deque
from collections.abc import Sequence

from klasgenoot.media.feedback import Sent
from klasgenoot.media.line_bound import Bound

_WINDOW_S = 0.1  # the standing queue is the least delay within this, and some jitters more
_WINDOW_MOST_S = 0.3
_JITTER_S = 0.3
_BASE_S = 20.0  # a route may change: the least delay ever is forgotten after this
_RATE_S, _RATE_SOON_S = 0.5, 0.2  # what arrives is counted over this; and over less when it drops
_BUSY_S = 1.0  # packets that followed each other out of a queue are remembered so long
_BUSY_LEAST_BYTES = 1800  # and tell the line's pace when there are so many
_BUSY_MARGIN_S = 0.001
_EVEN, _EVEN_SHARE = (0.5, 1.6), 0.7  # of the pace; when less of it is even, it was held back
_UNREST_S = 0.06  # and let go: the line's own unrest, unless the queue stands so long
_OTHERS = 1.3  # a queue that leaves at this times our rate would not be there because of us
_QUEUE_S = 0.015  # a standing queue from here on is our own doing, not the line's noise
_TAIL_S = 0.02  # so much behind a picture's first packet, and the pace of the line is known
_CLEAR_S = 0.007
_JITTER_SHARE = 1.0  # of the jitter on top, because few packets may all be late by chance
_BACK_OFF = 0.9
_DRAIN_S = 0.5  # a queue is drained within about this, by sending so much less meanwhile
_DRAIN_LEAST = 0.4
_RESPITE_S = 0.25  # after backing off the queue needs this long to be seen to drain
_GREW = 1.5  # unless it still grows so much meanwhile
_LOSS_MANY = 0.12  # beyond this a line loses because it is full; below, because it is bad
_LOSS_S = 0.6
_LOSSY = 0.004
_DEAD_S = 1.0  # nothing of what was sent for so long came: the line was away, it was not full
_USUAL = 0.005  # of each packet's fate: about the last five seconds of a narrow line
_GROW_NEAR, _GROW_FAR = 0.3, 1.2  # a second: near what was too much of late, and far from it
_MOST_GAIN, _MOST_MORE = 1.5, 20_000  # beyond so much of what arrives, growing would be guessing
_STEP_S = 0.2  # growth is counted over no longer than this, however late feedback comes


class LineEstimate:
    """Feed it what the receiver reports; `rate` is what may be sent, in bits per second."""

    def __init__(self, start: int, least: int, most: int) -> None:
        self.rate = float(start)
        self.queue_s = 0.0
        self._tail_s = 0.0  # the queue at its longest: behind the packets of one picture
        self.jitter_s = 0.0
        """How far delays lie apart of packets that did not wait behind one of ours."""
        self.loss = 0.0
        """Share of the packets lately that was surely lost, beyond what chance makes of a few."""
        self.usual_loss = 0.0
        """Share of the packets that this line loses in the long run."""
        self.received = 0.0
        self._least, self._most = least, most
        self._recent: deque[tuple[float, float]] = deque()  # (arrived, one-way delay)
        self._bases: deque[tuple[float, float]] = deque()  # least delay of each second
        self._lone: deque[tuple[float, float]] = deque()
        self._arrivals: deque[tuple[float, int]] = deque()
        self._busy: deque[tuple[float, float, int]] = deque()  # (arrived, after the one before)
        self._fates: deque[tuple[float, bool]] = deque()
        self._last_came = math.inf  # when the last packet that came was sent
        self._bound = Bound()
        self._backed_off_at = -math.inf
        self._answered_s = 0.0  # the queue as it was then
        self._draining = False
        self._decided_at: float | None = None

    def on_feedback(self, packets: Sequence[Sent], now: float) -> None:
        """What became of some packets, in order of sending."""
        for packet in packets:
            came = packet.arrived_at is not None
            if came and packet.sent_at - self._last_came > _DEAD_S:
                self._fates.clear()
            if not packet.sent_at < self._backed_off_at:  # what became of those is answered
                self._fates.append((now, came))
            if packet.arrived_at is not None:
                self._last_came = packet.sent_at
                self._arrived(packet.arrived_at, packet.arrived_at - packet.sent_at, packet.size)
        while self._fates and now - self._fates[0][0] > _LOSS_S:
            # What a full queue threw away was answered by backing off, and never gets here.
            _, came = self._fates.popleft()
            self.usual_loss += _USUAL * ((not came) - self.usual_loss)
        lost = sum(not arrived for _, arrived in self._fates)
        # What is surely lost: by chance a bad line may lose a few of few.
        self.loss = max(0.0, lost - 2 * math.sqrt(lost)) / max(len(self._fates), 1)
        if self._recent:
            self._measure()
            self._decide(now)

    @property
    def bears(self) -> float:
        """What the line bears, bits per second; `rate` is less while a queue drains."""
        if self._draining and (below := self._bound.below) is not None:
            return max(self.rate, self._clamp(below))
        return self.rate

    @property
    def lossy(self) -> bool:
        """Whether it usually loses enough to be worth sending more than once."""
        return self.usual_loss >= _LOSSY

    @property
    def narrow(self) -> bool:
        """Whether it lately bore no more than it was asked for."""
        return self._bound.at is not None

    def on_bound(self, bits_per_second: float) -> None:
        """A receiver without such feedback names a bound of its own (REMB)."""
        if math.isfinite(bits_per_second) and bits_per_second > 0:
            self.rate = self._clamp(bits_per_second * _BACK_OFF)

    def _arrived(self, at: float, delay: float, size: int) -> None:
        alone = True
        if self._recent:
            before = self._recent[-1][0]
            base = min(least for _, least in self._bases)
            if at - delay + base < before - _BUSY_MARGIN_S and at >= before:
                self._busy.append((at, at - before, size))
                alone = False
        if alone:  # not behind another of our own
            self._lone.append((at, delay))
        self._recent.append((at, delay))
        self._arrivals.append((at, size))
        if not self._bases or at - self._bases[-1][0] >= 1:
            self._bases.append((at, delay))
        elif delay < self._bases[-1][1]:
            self._bases[-1] = (self._bases[-1][0], delay)

    def _measure(self) -> None:
        newest = self._recent[-1][0]
        # A clock that jumps back (a wrapped reference time) would keep old packets for ever.
        window_s = min(_WINDOW_S + 4 * self.jitter_s, _WINDOW_MOST_S)
        for queue, keep_s in (
            (self._recent, window_s),
            (self._lone, _JITTER_S),
            (self._arrivals, _RATE_S),
        ):
            while queue and not 0 <= newest - queue[0][0] <= keep_s and len(queue) > 1:
                queue.popleft()
        while self._busy and not 0 <= newest - self._busy[0][0] <= _BUSY_S:
            self._busy.popleft()
        while len(self._bases) > 1 and not 0 <= newest - self._bases[0][0] <= _BASE_S:
            self._bases.popleft()
        base = min(delay for _, delay in self._bases)
        delays = [delay for _, delay in self._recent]
        self.queue_s, self._tail_s = min(delays) - base, max(delays) - base
        self.jitter_s += 0.1 * (_spread([delay for _, delay in self._lone]) - self.jitter_s)
        self.received = self._arriving(_RATE_S) or self.received

    def _arriving(self, window_s: float) -> float:
        """Bits per second that arrived lately; 0 while too few to tell."""
        newest = self._arrivals[-1][0]
        lately = [(at, size) for at, size in self._arrivals if newest - at <= window_s]
        span = newest - lately[0][0]
        return 8 * sum(size for _, size in lately[1:]) / span if span > window_s / 3 else 0.0

    def _carries(self) -> float | None:
        """The pace at which packets leave the queue, bits per second; None while unknown."""
        size = sum(size for _, _, size in self._busy)
        if size < _BUSY_LEAST_BYTES:
            return None
        pace = 8 * size / max(sum(after for _, after, _ in self._busy), _BUSY_MARGIN_S)
        # A full line lets packets go one by one, each in its time; one that jitters, in heaps.
        low, high = (share * 8 / pace for share in _EVEN)
        even = sum(size for _, after, size in self._busy if low * size <= after < high * size)
        unrest = self.queue_s < _UNREST_S and even < _EVEN_SHARE * size
        return None if unrest else pace

    def _decide(self, now: float) -> None:
        elapsed = min(now - (now if self._decided_at is None else self._decided_at), _STEP_S)
        self._decided_at = now
        margin = _JITTER_SHARE * self.jitter_s
        carries = self._carries()
        ours = carries is not None and carries < _OTHERS * self.rate
        full = (self.queue_s > _QUEUE_S + margin and ours) or self.loss > _LOSS_MANY
        respite = now - self._backed_off_at <= _RESPITE_S and (
            self.queue_s <= _GREW * self._answered_s
        )
        if full and not respite:
            self._back_off(carries, now)
        elif carries is not None and carries < self.rate and self._tail_s > _TAIL_S + margin:
            self.rate = self._clamp(carries)
            self._bound.met(carries, now)
        elif self.queue_s < _CLEAR_S + margin and not full:
            if self._draining and (below := self._bound.below) is not None:
                self._draining = False
                self.rate = self._clamp(below)
            elif not respite and not self._bound.holds(now):
                self._grow(now, elapsed)

    def _back_off(self, carries: float | None, now: float) -> None:
        # While a queue drains, the rate is below what the line bears: no measure of it.
        carried = carries or self.bears
        if self.loss > _LOSS_MANY and not self._draining:
            # A line that throws away what it can't carry has no queue.
            known = filter(None, (self.received, self._arriving(_RATE_SOON_S), carried))
            carried = min(known)
        self._fates.clear()  # what was lost before this is answered by it
        self._bound.met(carried, now)
        self._backed_off_at, self._draining = now, True
        self._answered_s = self.queue_s
        share = max(_BACK_OFF - self.queue_s / _DRAIN_S, _DRAIN_LEAST)
        if self.loss > _LOSS_MANY:  # what is missed waits for room to be sent again
            share = _DRAIN_LEAST
        self.rate = self._clamp(carried * share)

    def _grow(self, now: float, elapsed: float) -> None:
        speed, most = _GROW_FAR, max(self.rate, _MOST_GAIN * self.received + _MOST_MORE)
        self._bound.passed(self.received, elapsed)
        if (farthest := self._bound.farthest(self.rate, now)) is not None:
            speed, most = _GROW_FAR if self._bound.doubted else _GROW_NEAR, farthest
        self.rate = self._clamp(min(self.rate * (1 + speed * elapsed), most))

    def _clamp(self, rate: float) -> float:
        return min(max(rate, self._least), self._most)


def _spread(delays: Sequence[float]) -> float:
    """How far nine tenths of them lie above the least."""
    return sorted(delays)[int(0.9 * (len(delays) - 1))] - min(delays) if delays else 0.0
