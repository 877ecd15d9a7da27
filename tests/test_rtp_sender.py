"""Which packets a picture becomes, and which are sent again when the receiver misses them."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from aiortc import rtp
from aiortc.mediastreams import MediaStreamError

from klasgenoot.media import rtp_sender
from klasgenoot.media.rtp_sender import Payloads, PictureSender

VIDEO, AGAIN, PARITY = 110, 111, 112
OWN, SECOND = 7, 8


class Line:
    """An aiortc sender as far as ours needs one, its feed and its pacer; keeps what was sent."""

    def __init__(self, protected: bool, allowed: int = 100) -> None:
        self.sent: list[rtp.RtpPacket] = []
        self.may_protect, self.protected, self.pacer = False, protected, self
        self.allowed, self.pictures, self.keyframes = allowed, 0, 0
        self._ssrc, self._rtx_ssrc, self.transport = OWN, SECOND, self
        self._RTCRtpSender__mid = "0"
        self._RTCRtpSender__rtp_header_extensions_map = rtp.HeaderExtensionsMap()
        self._RTCRtpSender__octet_count = self._RTCRtpSender__packet_count = 0
        self._RTCRtpSender__rtp_started = self._RTCRtpSender__rtp_exited = asyncio.Event()
        self.waiting = [[b"one", b"two", b"three"]]
        self.sender = PictureSender(self, self)  # type: ignore[arg-type]
        self.sender.agreed(Payloads(VIDEO, AGAIN, PARITY), ())

    async def _send_rtp(self, data: bytes) -> None:
        self.sent.append(rtp.RtpPacket.parse(data))

    def want_keyframe(self) -> None:
        self.keyframes += 1

    async def before_packet(self, size: int, again: bool) -> None: ...

    def after_packet(self, sequence: int, size: int) -> None: ...

    def after_picture(self) -> None:
        self.pictures += 1

    def may_retransmit(self, sequence: int) -> bool:
        self.allowed -= 1
        return self.allowed >= 0

    async def next_frame(self) -> tuple[list[bytes], int]:
        if not self.waiting:
            raise MediaStreamError
        return self.waiting.pop(), 90_000

    async def picture(self) -> list[rtp.RtpPacket]:
        await self.sender.run(None)
        return self.sent

    async def missed(self, *sequences: int) -> list[int]:
        """What is sent again when these are asked for."""
        before = len(self.sent)
        for sequence in sequences:
            await self.sender.missed(sequence)
        return [int.from_bytes(packet.payload[:2]) for packet in self.sent[before:]]


class Clock:
    """Seconds since the test began."""

    now = 0.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    one = Clock()
    monkeypatch.setattr(rtp_sender, "time", one)
    return one


async def test_a_picture_is_its_packets_the_last_one_marked() -> None:
    sent = await Line(protected=False).picture()
    assert [packet.payload for packet in sent] == [b"one", b"two", b"three"]
    assert [packet.marker for packet in sent] == [0, 0, 1]
    assert {(packet.payload_type, packet.ssrc) for packet in sent} == {(VIDEO, OWN)}


async def test_a_parity_follows_in_a_stream_of_its_own() -> None:
    line = Line(protected=True)
    *media, parity = await line.picture()
    assert [packet.payload for packet in media] == [b"one", b"two", b"three"]
    assert [packet.marker for packet in media] == [0, 0, 1]
    first = media[0].sequence_number
    assert [packet.sequence_number for packet in media] == [first, first + 1, first + 2]
    assert (parity.payload_type, parity.ssrc) == (PARITY, line.sender.parity_ssrc)
    assert parity.payload[16:18] == first.to_bytes(2)
    assert line.pictures == 1


async def test_one_that_the_parity_should_mend_is_sent_again_too() -> None:
    """The parity may be lost as well, and the receiver asks again only after 0.1 s."""
    line = Line(protected=True)
    first = (await line.picture())[0].sequence_number
    assert await line.missed(first) == [first]


async def test_without_parity_it_is_sent_again_at_once() -> None:
    line = Line(protected=False)
    first = (await line.picture())[0].sequence_number
    assert await line.missed(first + 1) == [first + 1]


@pytest.mark.parametrize("sequence", [0, 1, 65_535, 40_000])
async def test_what_was_never_sent_is_not_sent_again(sequence: int) -> None:
    line = Line(protected=False)
    known = {packet.sequence_number for packet in await line.picture()}
    assert await line.missed(*({sequence} - known)) == []


async def test_a_flood_of_requests_is_bounded() -> None:
    line = Line(protected=False, allowed=2)
    first = (await line.picture())[0].sequence_number
    assert len(await line.missed(*[first] * 50)) == 2


async def test_what_an_outage_took_is_made_good_by_one_picture_that_stands_alone(
    clock: Clock,
) -> None:
    """Sent again one by one, the class of seconds ago would be shown in slow motion."""
    line = Line(protected=False)
    first = (await line.picture())[0].sequence_number
    clock.now = 0.4
    assert await line.missed(first) == [first]
    clock.now = 0.7
    assert await line.missed(first, first + 1, first + 2, first) == []
    assert line.keyframes == 1
    clock.now = 3.0
    assert await line.missed(first, first + 1) == []  # it was made good
    assert line.keyframes == 1


async def test_pictures_that_stand_alone_are_not_asked_for_without_end(clock: Clock) -> None:
    line = Line(protected=False)
    for late_s, keyframes in ((0.7, 1), (1.4, 1), (2.1, 2)):
        line.waiting = [[b"one"]]
        await line.picture()
        newest = line.sent[-1].sequence_number
        clock.now = late_s
        assert await line.missed(newest) == []
        assert line.keyframes == keyframes


async def test_the_new_picture_itself_is_sent_again(clock: Clock) -> None:
    line = Line(protected=False)
    first = (await line.picture())[0].sequence_number
    clock.now = 0.7
    await line.missed(first)
    line.waiting = [[b"new", b"one"]]
    await line.picture()
    assert await line.missed(first + 2, first + 3, first + 4) == [first + 3, first + 4]


async def test_a_peer_that_takes_no_parity_gets_none() -> None:
    line: Any = SimpleNamespace(pacer=SimpleNamespace(), may_protect=True)
    PictureSender(line, line).agreed(Payloads(VIDEO, AGAIN), ())
    assert line.may_protect is False
