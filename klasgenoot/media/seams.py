"""All places where private parts of aiortc 1.16 are touched, checked at start-up.

aiortc sends what its own encoder makes of a track; here the sender takes finished RTP payloads from
a `FrameFeed` instead, and hands back what the receiver reports. Nothing else of ours may reach
inside aiortc.
"""

from collections.abc import Awaitable, Callable
from struct import pack
from typing import Any, Protocol

import aiortc.codecs
import aiortc.rtp
from aiortc import MediaStreamTrack, RTCRtpSender
from aiortc.codecs.h264 import H264Encoder
from aiortc.rtcrtpparameters import RTCRtpHeaderExtensionParameters
from aiortc.rtcrtpsender import RTCEncodedFrame
from aiortc.rtp import RtcpRrPacket, RtcpSrPacket

PLAYOUT_DELAY_URI = "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay"
_PLAYOUT_DELAY_ID = 4  # 1 mid, 2 audio level, 3 abs-send-time are aiortc's own
_SHOW_AT_ONCE = pack("!I", 0)[1:]  # 12 bits min, 12 bits max, in 10 ms: 0 and 0
MAX_PAYLOAD_BYTES = aiortc.codecs.h264.PACKET_MAX


class SeamError(Exception):
    """The installed aiortc is not the one this was written for; install the pinned version."""


class FrameFeed(Protocol):
    """What a sender takes its frames from and tells what the receiver says."""

    async def next_frame(self) -> tuple[list[bytes], int]:
        """RTP payloads of one picture and its time in units of 1/90000 s."""

    def want_keyframe(self) -> None:
        """The receiver asked for a picture that stands alone (PLI, FIR)."""

    def on_estimate(self, bits_per_second: int) -> None:
        """Receiver's estimate of what the line can bear (REMB)."""

    def on_report(self, lost_share: float, packets_lost: int, jitter_s: float) -> None:
        """Receiver report about our stream (RFC 3550, 6.4)."""


class StandInTrack(MediaStreamTrack):
    """aiortc wants a track to negotiate a sender; ours never delivers through it."""

    kind = "video"

    async def recv(self) -> Any:
        raise SeamError("the sender's seam was bypassed")


def check() -> None:
    """Raise SeamError when a private part that is used here is missing."""
    wanted: list[tuple[object, str]] = [
        (RTCRtpSender, "_next_encoded_frame"),
        (RTCRtpSender, "_send_keyframe"),
        (RTCRtpSender, "_handle_rtcp_packet"),
        (RTCRtpSender, "_run_rtp"),
        (H264Encoder, "_split_bitstream"),
        (H264Encoder, "_packetize"),
        (aiortc.rtp.HeaderExtensionsMap, "configure"),
        (aiortc.rtp.HeaderExtensionsMap, "set"),
        (aiortc.rtp, "unpack_header_extensions"),
        (aiortc.rtp, "pack_header_extensions"),
        (aiortc.rtp, "unpack_remb_fci"),
        (aiortc.codecs, "HEADER_EXTENSIONS"),
    ]
    missing = [
        f"{getattr(where, '__name__', where)}.{name}"
        for where, name in wanted
        if not hasattr(where, name)
    ]
    if missing:
        raise SeamError(f"aiortc lacks {', '.join(missing)}; install the pinned version")


_installed = False


def install_playout_delay() -> None:
    """Let every video packet carry playout-delay 0, so that Chromium shows pictures undelayed.

    Offered to the peer like any header extension (RFC 8285), written only when it was accepted.
    """
    global _installed  # noqa: PLW0603  (aiortc's extension table is global too)
    if _installed:
        return
    _installed = True
    aiortc.codecs.HEADER_EXTENSIONS["video"].append(
        RTCRtpHeaderExtensionParameters(id=_PLAYOUT_DELAY_ID, uri=PLAYOUT_DELAY_URI)
    )
    extensions = aiortc.rtp.HeaderExtensionsMap
    plain_configure, plain_set = extensions.configure, extensions.set

    def configure(self: Any, parameters: Any) -> None:
        plain_configure(self, parameters)
        self.playout_delay_id = next(
            (e.id for e in parameters.headerExtensions if e.uri == PLAYOUT_DELAY_URI), 0
        )

    def set_with_delay(self: Any, values: Any) -> tuple[int, bytes]:
        profile, value = plain_set(self, values)
        identity = getattr(self, "playout_delay_id", 0)
        if not identity:
            return profile, value
        parts = list(aiortc.rtp.unpack_header_extensions(profile, value))
        return aiortc.rtp.pack_header_extensions([*parts, (identity, _SHOW_AT_ONCE)])

    extensions.configure = configure  # type: ignore[method-assign]
    extensions.set = set_with_delay  # type: ignore[method-assign]


def packetize(bitstream: bytes) -> list[bytes]:
    """Cut an H.264 Annex B bitstream into RTP payloads (RFC 6184, mode 1)."""
    return H264Encoder._packetize(H264Encoder._split_bitstream(bitstream))


def attach(sender: RTCRtpSender, feed: FrameFeed) -> None:
    """Make `sender` send what `feed` delivers, and tell `feed` what the receiver reports."""
    private: Any = sender
    plain_rtcp: Callable[[Any], Awaitable[None]] = private._handle_rtcp_packet

    async def next_encoded_frame(_codec: object) -> RTCEncodedFrame:
        payloads, timestamp = await feed.next_frame()
        return RTCEncodedFrame(payloads, timestamp, None)  # type: ignore[arg-type]

    async def handle_rtcp(packet: Any) -> None:
        if isinstance(packet, RtcpRrPacket | RtcpSrPacket):
            for report in packet.reports:
                if report.ssrc == private._ssrc:
                    feed.on_report(
                        report.fraction_lost / 256, report.packets_lost, report.jitter / 90_000
                    )
        await plain_rtcp(packet)

    private._next_encoded_frame = next_encoded_frame
    private._send_keyframe = feed.want_keyframe
    private._handle_rtcp_packet = handle_rtcp
    private._RTCRtpSender__encoder = _EstimateSink(feed)


class _EstimateSink:
    """Stands where aiortc keeps its encoder, because REMB is written to `target_bitrate` there."""

    def __init__(self, feed: FrameFeed) -> None:
        self._feed = feed

    @property
    def target_bitrate(self) -> int:
        return 0

    @target_bitrate.setter
    def target_bitrate(self, bits_per_second: int) -> None:
        self._feed.on_estimate(bits_per_second)


def last_rtp_timestamp(sender: RTCRtpSender) -> int:
    """RTP timestamp of the packet sent last."""
    stamp: int = sender._RTCRtpSender__rtp_timestamp  # type: ignore[attr-defined]
    return stamp
