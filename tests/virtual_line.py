"""The sending half of the camera leg over a modelled line, in virtual time: 30 s take a second.

Only the encoder is a stand-in: its pictures are as large as it was asked for, give or take. The
line is a token bucket as `tc tbf`, the receiver does what Chromium does: parity, NACK at once and
again after 0.1 s, a keyframe asked for after 1 s, transport-wide feedback 16 times a second.
"""

import asyncio
import math
import random
import selectors
from collections.abc import Callable, Coroutine
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from aiortc import rtp
from aiortc.rtcrtpparameters import RTCRtpHeaderExtensionParameters, RTCRtpParameters

from bench.lab_relay import Direction
from config.settings import Camera, Video
from klasgenoot.media import pacing, parity, seams, video_feed
from klasgenoot.media.feedback import Sent
from klasgenoot.media.frame import Picture
from klasgenoot.media.rate import Plan
from klasgenoot.media.rtp_sender import Payloads, PictureSender
from klasgenoot.media.video_feed import VideoFeed

FPS = 30
_VIDEO, _AGAIN, _PARITY = 110, 111, 112
_TRANSPORT_CC_ID = 5
_BURST_BITS, _LONGEST_S = 32_000.0, 0.15
_BELOW_BYTES = 58  # SRTP, UDP, IP and Ethernet below an RTP packet
_HOPELESS_S = 1.0
_NACK_AGAIN_S, _TICK_S, _REPORT_TICKS = 0.1, 0.02, 3
_ENCODING_S = 0.01
_KEY, _DELTA = b"\x65", b"\x41"


class _Selector(selectors.SelectSelector):
    now = 1000.0

    def select(self, timeout: float | None = None) -> list[Any]:
        ready = super().select(0)
        if not ready and timeout:
            self.now += timeout
        return ready


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._clock = _Selector()
        super().__init__(self._clock)

    def time(self) -> float:
        return self._clock.now

    def run_in_executor(
        self, _executor: object, call: Callable[..., object], *given: object
    ) -> Any:
        async def later() -> object:
            made = call(*given)
            await asyncio.sleep(_ENCODING_S)
            return made

        return self.create_task(later())


class VirtualLine:
    """A leg on a line of `kbps` that loses `loss` of its packets; `run` lets time pass.

    Each packet takes `jitter_s` more or less than `jitter_s`, in order; the picture takes at most
    `shows_kbps`.
    """

    def __init__(
        self,
        monkeypatch: pytest.MonkeyPatch,
        kbps: float,
        loss: float,
        seed: int,
        *,
        jitter_s: float = 0.0,
        shows_kbps: float = math.inf,
    ) -> None:
        self._loop = _Loop()
        self._way: Direction | None = None
        if jitter_s:
            self.jitter(jitter_s, seed)
        self._shows_bps = shows_kbps * 1000
        self._draw = random.Random(seed)
        clock = SimpleNamespace(monotonic=self._loop.time)
        for module in (pacing, video_feed):
            monkeypatch.setattr(module, "time", clock)
        monkeypatch.setattr(VideoFeed, "_encode", self._encode)
        self.bits_per_second, self.loss = kbps * 1000, loss
        self.shown: list[tuple[float, float]] = []  # (when, seconds since it was captured)
        self.bytes = 0
        self._bucket, self._filled_at = _BURST_BITS, self._loop.time()
        self._sent: dict[int, rtp.RtpPacket] = {}
        self._came: set[int] = set()
        self._arrivals: dict[int, float] = {}
        self._reported = 0
        self._missing: dict[int, float] = {}
        self._stands_since: float | None = None
        self._made_for: object = None
        self._runs: list[list[int]] = []
        self._highest = self._next = -1
        self._loop.run_until_complete(self._begin())

    def run(self, seconds: float) -> "VirtualLine":
        """Forgets what was before."""
        self.shown, self.bytes, self._ran_s = [], 0, seconds
        self._loop.run_until_complete(asyncio.sleep(seconds))
        return self

    def jitter(self, jitter_s: float, seed: int) -> None:
        """From now on each packet takes `jitter_s` more or less than `jitter_s`."""
        self._way = Direction(jitter_s, jitter_s, random.Random(seed))

    @property
    def share(self) -> float:
        """Of the line's bits, what arrived as RTP."""
        return self.bytes * 8 / self._ran_s / self.bits_per_second

    def delay_ms(self, percent: float) -> float:
        return float(np.percentile([delay * 1000 for _, delay in self.shown], percent))

    def close(self) -> None:
        self.feed.close()
        for task in self._tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*self._tasks, return_exceptions=True))
        self._loop.close()

    async def _begin(self) -> None:
        showing: Any = SimpleNamespace(view="klas", capture=self)
        self.feed = VideoFeed(showing, Camera(), Video())
        self._newest, self._fresh = self._picture(0), asyncio.Event()
        seams.install_extensions()
        self._extensions: Any = rtp.HeaderExtensionsMap()
        known = RTCRtpHeaderExtensionParameters(id=_TRANSPORT_CC_ID, uri=seams.TRANSPORT_CC_URI)
        self._extensions.configure(RTCRtpParameters(headerExtensions=[known]))
        setattr(self._extensions, "feed", self.feed)  # noqa: B010 - as seams.attach does
        own = SimpleNamespace(
            _ssrc=7,
            _rtx_ssrc=8,
            transport=self,
            _RTCRtpSender__mid="0",
            _RTCRtpSender__rtp_header_extensions_map=self._extensions,
            _RTCRtpSender__octet_count=0,
            _RTCRtpSender__packet_count=0,
            _RTCRtpSender__rtp_started=asyncio.Event(),
            _RTCRtpSender__rtp_exited=asyncio.Event(),
        )
        self._sender = PictureSender(own, self.feed)  # type: ignore[arg-type]
        self._sender.agreed(Payloads(_VIDEO, _AGAIN, _PARITY), (_TRANSPORT_CC_ID,))
        self._sender._origin = self._sender._sequence = 0
        jobs: list[Coroutine[Any, Any, None]] = [
            self._roll(),
            self._receive(),
            self._sender.run(None),
        ]
        self._tasks = [asyncio.ensure_future(job) for job in jobs]

    # The camera

    def newest(self) -> Picture:
        return self._newest

    async def next(self, after: int) -> Picture:
        while self._newest.sequence <= after:
            await self._fresh.wait()
        return self._newest

    def _picture(self, number: int) -> Picture:
        return Picture(np.zeros((6, 4), np.uint8), 4, 4, self._loop.time(), number)

    async def _roll(self) -> None:
        for number in range(1, 1_000_000):
            await asyncio.sleep(1 / FPS)
            self._newest = self._picture(number)
            self._fresh.set()
            self._fresh = asyncio.Event()

    def _encode(
        self, _picture: Picture, plan: Plan, _timestamp: int, keyframe: bool
    ) -> list[bytes]:
        made_for = plan.divisor, plan.buffer_for
        first = _KEY if keyframe or made_for != self._made_for else _DELTA
        self._made_for = made_for
        meant = min(plan.bits_per_second, self._shows_bps) * plan.every / FPS / 8
        size = int(meant * min(self._draw.lognormvariate(-0.1, 0.35), 2.5)) + 40
        self.feed._ladder.encoded(20.0)  # there is always more to show
        most = parity.packet_bytes(size) if self.feed.protected else 1200
        count = -(-size // most)
        return [first * (size // count) for _ in range(count)]

    # The line

    async def _send_rtp(self, data: bytes) -> None:
        now = self._loop.time()
        packet = rtp.RtpPacket.parse(data, self._extensions)
        if packet.payload_type == _VIDEO:
            self._sent[packet.sequence_number] = packet
        if self._draw.random() < self.loss:
            return
        gained = (now - self._filled_at) * self.bits_per_second
        self._bucket, self._filled_at = min(self._bucket + gained, _BURST_BITS), now
        bits = (len(data) + _BELOW_BYTES) * 8
        wait_s = max(0.0, (bits - self._bucket) / self.bits_per_second)  # a debt is a queue
        if wait_s <= _LONGEST_S:
            self._bucket -= bits
            due = now + wait_s + 0.001
            if self._way is not None:
                self._way.take(data, due)
                due = self._way.waiting.popleft()[0]
            self._loop.call_at(due, self._arrive, packet, len(data))

    # The receiver

    def _arrive(self, packet: rtp.RtpPacket, size: int) -> None:
        self.bytes += size
        number: Any = packet.extensions.transport_sequence_number
        self._arrivals[number] = self._loop.time()
        if packet.payload_type == _PARITY:
            first, mask = (int.from_bytes(packet.payload[at : at + 2]) for at in (16, 18))
            self._runs.append([first + bit for bit in range(15) if mask >> (14 - bit) & 1])
        elif packet.payload_type == _AGAIN:
            self._have(int.from_bytes(packet.payload[:2]))
        else:
            self._have(packet.sequence_number)
        self._mend()

    def _mend(self) -> None:
        for run in self._runs[-20:]:
            lost = [sequence for sequence in run if sequence not in self._came]
            if len(lost) == 1:
                self._have(lost[0])
        self._runs = self._runs[-20:]

    def _have(self, sequence: int) -> None:
        self._came.add(sequence)
        self._missing.pop(sequence, None)
        gap = [one for one in range(self._highest + 1, sequence) if one not in self._came]
        self._highest = max(self._highest, sequence)
        self._ask(gap)
        self._jump(self._sent[sequence])
        while self._next + 1 in self._came:
            self._next += 1
            packet = self._sent[self._next]
            if packet.marker:
                now = self._loop.time()
                self.shown.append((now, now - packet.timestamp / 90_000))

    def _jump(self, packet: rtp.RtpPacket) -> None:
        """A whole keyframe stands alone: nobody waits for what was before."""
        if packet.payload[:1] != _KEY:
            return
        own = [n for n, one in self._sent.items() if one.timestamp == packet.timestamp]
        whole = self._sent[own[-1]].marker and self._came.issuperset(own)
        if whole and own[0] > self._next + 1:
            self._next = own[0] - 1
            self._missing = {n: at for n, at in self._missing.items() if n > self._next}

    def _ask(self, sequences: list[int]) -> None:
        self._missing |= dict.fromkeys(sequences, self._loop.time())
        if sequences and self._draw.random() >= self.loss:
            for one in sequences:
                self._tasks.append(asyncio.ensure_future(self._sender.missed(one)))

    async def _receive(self) -> None:
        for tick in range(1, 1_000_000):
            await asyncio.sleep(_TICK_S)
            now = self._loop.time()
            stands = self._next < self._highest
            self._stands_since = (self._stands_since or now) if stands else None
            if self._stands_since and now - self._stands_since > _HOPELESS_S:
                self.feed.want_keyframe()  # the next picture stands alone
                self._next, self._stands_since = self._highest, None
                self._missing.clear()
            before = now - _NACK_AGAIN_S
            self._ask([one for one, at in self._missing.items() if at <= before])
            if tick % _REPORT_TICKS == 0 and self._arrivals:
                self._report()

    def _report(self) -> None:
        arrivals, self._arrivals = self._arrivals, {}
        known, newest = self.feed.pacer._history._packets, max(arrivals)
        packets = [
            Sent(*known.pop(number), arrivals.get(number))
            for number in range(self._reported, newest + 1)
            if number in known
        ]
        self._reported = newest + 1
        if self._draw.random() >= self.loss:
            self.feed.heard(packets)
