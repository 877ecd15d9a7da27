"""When packets leave: at the line's pace, the missed before the new, spare time for repeats."""

import asyncio
import contextlib
import math
import time
from collections.abc import Awaitable, Callable, Sequence

from klasgenoot.media.feedback import SendHistory, Sent
from klasgenoot.media.line import LineEstimate

# Packets leave at this times the rate. On a line that is known to be narrow some wait here rather
# than in its queue, so that one that is sent again can go before them; most of a picture leaves
# faster than the line carries it, which tells the line's pace (`LineEstimate`) and costs no time.
_PACE_NARROW, _PACE = 2.5, 6.0
_BURST_S = 0.002  # a wait that is shorter costs more than it is worth: timers count milliseconds
_BACKLOG_S = 0.12  # a keyframe may take the line this long before pictures are left out
_OVERHEAD_BYTES = 38  # IPv4, UDP and the SRTP tag, which the line carries too
_RETRANSMIT_SHARE = 0.25  # a line that drops half of all must not be asked to carry it twice
_RETRANSMIT_BURST = 12.0
_QUICKEST_S = 0.05  # what was sent again is not sent once more before it can have been missed
_AGAIN_MOST = 200
_REPEATS = 4  # of a small picture, while there is time: one lost is seen, one sent twice is not
_PACKET_BITS = 1200 * 8


class Pacer:
    """One leg's packets, numbered, spaced and counted against what `line` bears."""

    def __init__(self, line: LineEstimate, fps: float) -> None:
        self._line, self._fps = line, fps
        self.repeat: Callable[[int], Awaitable[None]]
        """Set by the sender: sends the packet with this RTP sequence number once more."""
        self._history = SendHistory()
        self._free_at = self._spent_until = 0.0
        self._repairs, self._repaired_at = _RETRANSMIT_BURST, time.monotonic()
        self._again_at: dict[int, float] = {}
        self._picture: list[tuple[int, int]] = []  # number and size of what left of a picture
        self._began_at = 0.0
        self._repeating: asyncio.Task[None] | None = None

    def number(self) -> int:
        """Transport-wide sequence number of the packet that leaves next."""
        return self._history.number()

    def match(self, rtcp: bytes) -> Sequence[Sent]:
        """What became of packets, by the receiver's feedback. Raises FeedbackError."""
        return self._history.match(rtcp)

    def waits(self, queue_s: float) -> None:
        """The receiver tells that packets wait so long in the line: whatever was believed to be."""
        self._spent_until = max(self._spent_until, time.monotonic() + queue_s)

    @property
    def behind(self) -> bool:
        """Whether what was sent takes the line so long that another picture would queue."""
        return self._spent_until - time.monotonic() > _BACKLOG_S

    def also_sent(self, size: int) -> None:
        """Something else put `size` bytes on the line: pictures are left out to make room."""
        now = time.monotonic()
        self._spent_until = max(self._spent_until, now) + size * 8 / self._line.rate

    def may_retransmit(self, sequence: int) -> bool:
        """The receiver misses this packet: whether it is worth sending again now."""
        now = time.monotonic()
        allowance = _RETRANSMIT_SHARE * self._line.rate / _PACKET_BITS * (now - self._repaired_at)
        self._repairs = min(self._repairs + allowance, _RETRANSMIT_BURST)
        self._repaired_at = now
        on_its_way = (
            now - self._again_at.get(sequence, -math.inf) < self._line.queue_s + _QUICKEST_S
        )
        if self._repairs < 1 or on_its_way:
            return False
        self._repairs -= 1
        self._again_at[sequence] = now
        while len(self._again_at) > _AGAIN_MOST:
            del self._again_at[next(iter(self._again_at))]
        return True

    async def before_packet(self, size: int, again: bool) -> None:
        number, now = self._history.newest, time.monotonic()
        spent_s = (size + _OVERHEAD_BYTES) * 8 / self._line.rate
        self._spent_until = max(self._spent_until, now) + spent_s
        pace = (_PACE_NARROW if self._line.narrow else _PACE) * self._line.rate
        wait_s = 0 if again else self._free_at - now
        self._free_at = max(self._free_at, now) + size * 8 / pace
        if wait_s > _BURST_S:
            await asyncio.sleep(wait_s)
        self._history.sent(number, time.monotonic(), size)

    def after_packet(self, sequence: int, size: int) -> None:
        if not self._picture:  # a new picture: there is no spare time any more
            self.close()
            self._began_at = time.monotonic()
        self._picture.append((sequence, size))

    def after_picture(self) -> None:
        packets, self._picture = self._picture, []
        if self._line.lossy:
            self._repeating = asyncio.create_task(self._repeat(packets))

    def close(self) -> None:
        """Repeat nothing any more."""
        if self._repeating is not None:
            self._repeating.cancel()
            self._repeating = None

    async def _repeat(self, packets: Sequence[tuple[int, int]]) -> None:
        """Send a picture's packets again and again while the line would be idle, last one first.

        What is lost of a picture's end is noticed only with the next picture.
        """
        next_at = self._began_at + 1 / self._fps
        with contextlib.suppress(ConnectionError):  # the leg was closed meanwhile
            for sequence, size in [*reversed(packets)] * _REPEATS:
                idle_at = max(self._spent_until, time.monotonic())
                if idle_at + (size + _OVERHEAD_BYTES) * 8 / self._line.rate > next_at:
                    return
                await asyncio.sleep(idle_at - time.monotonic())
                await self.repeat(sequence)
