"""The camera leg's encryption against peers that are weak, lie or flood, and against strangers."""

import asyncio
import re
from typing import Any

import pytest
import structlog
from aiortc.rtcdtlstransport import (
    SRTP_AES128_CM_SHA1_80,
    RTCCertificate,
    certificate_digest,
)
from aiortc.rtp import RtcpPsfbPacket, RtcpRrPacket
from pylibsrtp import Policy, Session

from bench.packets import Packets
from klasgenoot.media.camera_leg import CameraLeg
from signaling import messages as m
from signaling.link_settings import IceSettings
from tests.leg_tools import Leg, beginning, connected, throw
from tests.server_tools import until

RTCP = bytes(RtcpRrPacket(ssrc=7))


def fingerprint(sdp: str) -> str:
    found = set(re.findall(r"^a=fingerprint:sha-256 (\S+)\r?$", sdp, re.MULTILINE))
    assert len(found) == 1
    return found.pop()


async def failed(leg: Leg) -> None:
    """Ours has given up, and nothing came through."""
    await until(lambda: leg.ours.connectionState == "failed", 15)
    assert leg.channel.readyState != "open"
    assert not leg.heard


async def test_each_leg_has_a_key_and_certificate_of_its_own() -> None:
    async with beginning() as one, beginning() as other:
        ends = (one.ours, one.theirs, other.ours, other.theirs)
        assert len({fingerprint(end.localDescription.sdp) for end in ends}) == len(ends)


async def test_what_is_agreed_also_authenticates() -> None:
    async with connected() as leg:
        assert re.search("GCM|CHACHA20", leg.transport._ssl.get_cipher_name())
        assert leg.transport._ssl.get_protocol_version_name() in {"DTLSv1.2", "DTLSv1.3"}
        assert b"AEAD" in leg.transport._ssl.get_selected_srtp_profile()


def weak_context(certificate: RTCCertificate, suites: bytes, profiles: list[Any]) -> Any:
    context = RTCCertificate._create_ssl_context(certificate, profiles)
    context.set_cipher_list(suites)
    context.set_max_proto_version(0xFEFD)  # DTLS 1.3 has other suites, good ones only
    return context


@pytest.mark.parametrize("weak", ["suite", "profile", ""])
async def test_a_peer_that_knows_only_weak_ones_is_refused(weak: str) -> None:
    async with beginning() as leg:
        certificate: Any = leg.their_transport._RTCDtlsTransport__local_certificate
        suites = b"ECDHE-ECDSA-AES128-SHA" if weak == "suite" else b"ECDHE-ECDSA-AES128-GCM-SHA256"
        if weak == "profile":
            leg.their_transport._srtp_profiles = [SRTP_AES128_CM_SHA1_80]
        certificate._create_ssl_context = lambda srtp_profiles: weak_context(
            certificate, suites, srtp_profiles
        )
        await leg.end()
        if weak:
            await failed(leg)
        else:
            await until(lambda: leg.channel.readyState == "open")
            await leg.works()


async def test_another_certificate_than_the_signed_one_is_refused() -> None:
    stranger = certificate_digest(RTCCertificate.generateCertificate()._cert, "sha-256")

    def lie(sdp: str) -> str:
        sdp = re.sub(r"a=fingerprint:sha-(384|512) \S+\r\n", "", sdp)
        return re.sub(r"(a=fingerprint:sha-256) \S+", rf"\1 {stranger}", sdp)

    async with beginning(lie) as leg:
        await leg.end()
        await failed(leg)
        assert leg.transport._tx_srtp is None  # not even a key for pictures was made


async def test_nothing_is_injected() -> None:
    """From the right address, too: whoever is between can write that on a packet."""
    forger = Policy(
        key=bytes(44),
        ssrc_type=Policy.SSRC_ANY_OUTBOUND,
        srtp_profile=Policy.SRTP_PROFILE_AEAD_AES_256_GCM,
    )
    async with connected() as leg:
        authentic = leg.their_transport._tx_srtp.protect_rtcp(RTCP)
        changed = bytearray(authentic)
        changed[-20] ^= 1
        forged = Session(forger).protect_rtcp(RTCP)
        for packet in (bytes(changed), forged, RTCP, authentic, authentic):
            leg.agent.data_received(packet, 1)
        await leg.works()
        assert leg.reports == [RTCP]  # the authentic one, once


async def test_an_honest_peer_that_floods_ends_nothing() -> None:
    pli = bytes(RtcpPsfbPacket(fmt=1, ssrc=7, media_ssrc=9))
    async with connected() as leg:
        for _ in range(20_000):
            leg.agent.data_received(leg.their_transport._tx_srtp.protect_rtcp(pli), 1)
        assert leg.agent._queue.qsize() <= 2_000
        await leg.works()
        assert 0 < len(leg.reports) <= 2_000


async def test_strangers_cannot_spoil_a_handshake() -> None:
    """Plain records: a ClientHello, a fatal alert, and whatever else looks like DTLS."""
    alert = b"\x15\xfe\xfd" + bytes(8) + b"\x00\x02\x02\x28"
    source = Packets(8)
    records = [alert, *(source._dtls() for _ in range(30)), source._client_hello()]
    async with beginning() as leg:

        async def race() -> None:
            while True:
                throw(leg, records)
                await asyncio.sleep(0.001)

        racing = asyncio.create_task(race())
        await leg.end()
        await until(lambda: leg.channel.readyState == "open", 15)
        racing.cancel()
        await leg.works()


async def test_a_laptop_that_floods_the_control_channel_is_heard_at_a_pace() -> None:
    heard: list[m.Message] = []
    feed: Any = object()
    leg = CameraLeg(
        feed,
        IceSettings(),
        lambda _, message: heard.append(message),
        lambda _: None,
        lambda _: None,
        lambda _: None,
    )
    word = m.encode(m.Withdraw())
    with structlog.testing.capture_logs() as lines:
        for _ in range(5_000):
            leg._received(word)
    assert 200 <= len(heard) < 1_000
    assert [line["event"] for line in lines] == ["control_flood"]
    await leg._connection.close()
