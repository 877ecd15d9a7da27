"""How pictures become RTP packets: numbers, pace, history, and parity on a line that loses.

Takes the place of aiortc's own loop (`RTCRtpSender._run_rtp`), which has no room for packets that
are no part of a picture. Private parts of aiortc 1.16 are used; `seams.check` looks for them.
"""

import asyncio
import math
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from aiortc import RTCRtpSender, clock
from aiortc.mediastreams import MediaStreamError
from aiortc.rtp import RtpPacket, wrap_rtx
from aiortc.utils import random16, random32, uint16_add, uint32_add

from klasgenoot.media import parity
from klasgenoot.media.frame_feed import FrameFeed

log = structlog.get_logger()

_HISTORY = 512
"""Packets that can be sent again: a second of a full line."""
_TOO_OLD_S = 0.5
"""What is missed so late was lost in an outage. Sent again one by one, such pictures would be shown
for seconds in slow motion, and the class as it was; one that stands alone is there at once."""
_ANEW_S = 1.0
"""Such a picture takes a narrow line half a second, and is asked for until it is there."""
_SENT_MOST = 0x7FFF
"""Half of all sequence numbers: beyond it, old cannot be told from new (RFC 1982)."""


@dataclass(frozen=True)
class Payloads:
    """Payload types that were agreed on; None for what the peer does not take."""

    video: int
    again: int | None = None
    parity: int | None = None


class PictureSender:
    """Sends what `feed` delivers, until the leg ends."""

    def __init__(self, sender: RTCRtpSender, feed: FrameFeed) -> None:
        self._private: Any = sender
        self._feed = feed
        self._payloads: Payloads | None = None
        self._mutable: tuple[int, ...] = ()
        # Far from a wrap, which SRTP must not miss at first.
        self._sequence, self._parity_sequence = random16() & 0x7FFF, random16() & 0x7FFF
        self.parity_ssrc = random32()
        self._origin = random32()
        self._again_sequence = random16()
        self._history: OrderedDict[int, tuple[RtpPacket, float]] = OrderedDict()
        self._worth = 0  # so many of the packets sent last are worth sending again
        self._anew_at = -math.inf
        feed.pacer.repeat = self.repeat

    def agreed(self, payloads: Payloads, mutable: tuple[int, ...]) -> None:
        """After negotiating; `mutable` are ids of header extensions that each sending changes."""
        self._payloads, self._mutable = payloads, mutable
        self._feed.may_protect = payloads.parity is not None

    async def run(self, _codec: object) -> None:
        """As `RTCRtpSender._run_rtp`: from the start of the sender to its stop."""
        own = self._private
        own._RTCRtpSender__rtp_started.set()
        try:
            while True:
                payloads, timestamp = await self._feed.next_frame()
                await self._send_picture(payloads, uint32_add(self._origin, timestamp))
        except (asyncio.CancelledError, ConnectionError, MediaStreamError):
            pass
        except Exception:  # nobody waits for this task: unsaid, the picture would just stand still
            log.exception("sender_failed")
        finally:
            own._RTCRtpSender__encoder = None
            own._RTCRtpSender__rtp_exited.set()

    async def missed(self, sequence: int) -> None:
        """The receiver asks for a packet (NACK)."""
        if not 0 < uint16_add(self._sequence, -sequence) <= self._worth:
            return
        now = time.monotonic()
        _, sent_at = self._history.get(sequence, (None, -math.inf))
        if now - sent_at > _TOO_OLD_S:
            self._begin_anew(now)
        # Also what a parity should mend: it may be lost too, and Chromium asks again after 0.1 s.
        elif self._feed.pacer.may_retransmit(sequence):
            await self.repeat(sequence)

    def _begin_anew(self, now: float) -> None:
        """With a picture that stands alone; what was sent before it is missed no more."""
        if now - self._anew_at >= _ANEW_S:
            self._anew_at, self._worth = now, 0
            self._feed.want_keyframe()

    async def repeat(self, sequence: int) -> None:
        """Send a packet once more (RFC 4588)."""
        if self._payloads is None or self._payloads.again is None or sequence not in self._history:
            return
        packet = wrap_rtx(
            self._history[sequence][0],
            payload_type=self._payloads.again,
            sequence_number=self._again_sequence,
            ssrc=self._private._rtx_ssrc,
        )
        self._again_sequence = uint16_add(self._again_sequence, 1)
        await self._send(packet, again=True)

    async def _send_picture(self, payloads: Sequence[bytes], timestamp: int) -> None:
        assert self._payloads is not None, "a sender starts after the answer"
        protected, count = self._feed.protected, len(payloads)
        for run in parity.groups(count) if protected else [range(count)]:
            sent = []
            for number in run:
                packet = self._packet(self._payloads.video, payloads[number], timestamp)
                packet.marker, packet.ssrc = int(number == count - 1), self._private._ssrc
                packet.sequence_number = self._sequence
                self._sequence = uint16_add(self._sequence, 1)
                self._remember(packet)
                sent.append(await self._send(packet, again=False))
                self._count(packet)
                self._feed.pacer.after_packet(packet.sequence_number, len(sent[-1]))
            if protected:
                await self._send_parity(sent, timestamp)
        self._feed.pacer.after_picture()

    async def _send_parity(self, sent: Sequence[bytes], timestamp: int) -> None:
        assert self._payloads is not None and self._payloads.parity is not None
        body = parity.parity([parity.covered(packet, self._mutable) for packet in sent])
        packet = self._packet(self._payloads.parity, body, timestamp)
        packet.ssrc, packet.sequence_number = self.parity_ssrc, self._parity_sequence
        self._parity_sequence = uint16_add(self._parity_sequence, 1)
        await self._send(packet, again=False)

    def _packet(self, payload_type: int, payload: bytes, timestamp: int) -> RtpPacket:
        packet = RtpPacket(payload_type=payload_type, timestamp=timestamp, payload=payload)
        packet.extensions.abs_send_time = (clock.current_ntp_time() >> 14) & 0x00FFFFFF
        packet.extensions.mid = self._private._RTCRtpSender__mid
        return packet

    def _remember(self, packet: RtpPacket) -> None:
        self._history[packet.sequence_number] = packet, time.monotonic()
        self._worth = min(self._worth + 1, _SENT_MOST)
        if len(self._history) > _HISTORY:
            self._history.popitem(last=False)

    async def _send(self, packet: RtpPacket, again: bool) -> bytes:
        data: bytes = packet.serialize(self._private._RTCRtpSender__rtp_header_extensions_map)
        await self._feed.pacer.before_packet(len(data), again)
        await self._private.transport._send_rtp(data)
        return data

    def _count(self, packet: RtpPacket) -> None:
        """What the sender's reports tell (RFC 3550, 6.4.1)."""
        own = self._private
        own._RTCRtpSender__ntp_timestamp = clock.current_ntp_time()
        own._RTCRtpSender__rtp_timestamp = packet.timestamp
        own._RTCRtpSender__octet_count += len(packet.payload)
        own._RTCRtpSender__packet_count += 1
