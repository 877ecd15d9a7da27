"""All places where private parts of aiortc 1.16 are touched, checked at start-up.

aiortc sends what its own encoder makes of a track; here the sender takes finished RTP payloads from
a `FrameFeed` instead, and hands back what the receiver reports. Nothing else of ours may reach
inside aiortc.
"""

from collections.abc import Awaitable, Callable
from copy import deepcopy
from struct import pack
from typing import Any, Protocol

import aiortc.codecs
import aiortc.rtp
from aiortc import MediaStreamTrack, RTCRtpSender, RTCRtpTransceiver
from aiortc.codecs.h264 import H264Encoder
from aiortc.mediastreams import MediaStreamError
from aiortc.rtcdtlstransport import RTCDtlsTransport
from aiortc.rtcrtpparameters import (
    RTCRtcpFeedback,
    RTCRtpCodecCapability,
    RTCRtpCodecParameters,
    RTCRtpHeaderExtensionParameters,
)
from aiortc.rtcrtpsender import RTCEncodedFrame
from aiortc.rtp import is_rtcp

from signaling.late_ice import SeamError

PLAYOUT_DELAY_URI = "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay"
TRANSPORT_CC_URI = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
_EXTENSIONS = {4: PLAYOUT_DELAY_URI, 5: TRANSPORT_CC_URI}
"""1 mid, 2 audio level and 3 abs-send-time are aiortc's own."""
_H264_MAIN = "4d001f"
_PAYLOAD_MAIN = 110  # and its retransmissions 111: free among aiortc's own


class Packets(Protocol):
    """What a sender asks and tells about its packets."""

    repeat: Callable[[int], Awaitable[None]]
    """Set by `attach`: sends the packet with this RTP sequence number once more."""

    def number(self) -> int:
        """Transport-wide sequence number of the packet that leaves next."""

    def may_retransmit(self) -> bool:
        """The receiver misses a packet (NACK): whether it is worth sending again now."""

    async def before_packet(self, size: int, again: bool) -> None:
        """A packet of `size` bytes is about to leave; waits until it may.

        `again` when it was sent before: somebody waits for it.
        """

    def after_packet(self, sequence: int, last: bool) -> None:
        """A packet of a picture left, for the first time; whether it is the picture's last."""


class FrameFeed(Protocol):
    """What a sender takes its frames from and tells what the receiver says."""

    @property
    def pacer(self) -> Packets: ...

    playout_delay_ms: int
    """How long the receiver may hold pictures to show them evenly; 0 shows them at once."""

    async def next_frame(self) -> tuple[list[bytes], int]:
        """RTP payloads of one picture and its time in units of 1/90000 s."""

    def want_keyframe(self) -> None:
        """The receiver asked for a picture that stands alone (PLI, FIR)."""

    def on_estimate(self, bits_per_second: int) -> None:
        """Receiver's estimate of what the line can bear (REMB)."""

    def on_rtcp(self, data: bytes) -> None:
        """A compound RTCP packet of the receiver, decrypted."""


class FeedClosedError(MediaStreamError):
    """The leg is over; aiortc ends its sender at this without a word."""


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
        (RTCRtpSender, "_retransmit"),
        (RTCRtpSender, "_run_rtp"),
        (H264Encoder, "_split_bitstream"),
        (H264Encoder, "_packetize"),
        (aiortc.rtp.HeaderExtensionsMap, "configure"),
        (aiortc.rtp.HeaderExtensionsMap, "set"),
        (aiortc.rtp, "unpack_header_extensions"),
        (aiortc.rtp, "pack_header_extensions"),
        (aiortc.rtp, "unpack_remb_fci"),
        (aiortc.codecs, "HEADER_EXTENSIONS"),
        (aiortc.codecs, "CODECS"),
        (RTCDtlsTransport, "_send_rtp"),
        (RTCDtlsTransport, "_handle_rtcp_data"),
        (RTCDtlsTransport, "_recv_next"),  # of inlet.py
    ]
    missing = [
        f"{getattr(where, '__name__', where)}.{name}"
        for where, name in wanted
        if not hasattr(where, name)
    ]
    if missing:
        raise SeamError(f"aiortc lacks {', '.join(missing)}; install the pinned version")


_installed = False


def install_extensions() -> None:
    """Know H.264's Main profile too, and two header extensions (RFC 8285):

    playout-delay, with which Chromium shows pictures at once instead of smoothing them, and the
    transport-wide sequence number, whose feedback tells when each packet arrived. They are written
    only when the peer accepted them.
    """
    global _installed  # noqa: PLW0603 - aiortc's extension table is global too
    if _installed:
        return
    _installed = True
    for identity, uri in _EXTENSIONS.items():
        aiortc.codecs.HEADER_EXTENSIONS["video"].append(
            RTCRtpHeaderExtensionParameters(id=identity, uri=uri)
        )
    _know_main_profile()
    for codec in aiortc.codecs.CODECS["video"]:
        if codec.rtcpFeedback:
            codec.rtcpFeedback.append(RTCRtcpFeedback(type="transport-cc"))
    extensions = aiortc.rtp.HeaderExtensionsMap
    plain_configure, plain_set = extensions.configure, extensions.set

    def configure(self: Any, parameters: Any) -> None:
        plain_configure(self, parameters)
        ids = {extension.uri: extension.id for extension in parameters.headerExtensions}
        self.playout_delay_id = ids.get(PLAYOUT_DELAY_URI)
        self.transport_cc_id = ids.get(TRANSPORT_CC_URI)

    def set_with_ours(self: Any, values: Any) -> tuple[int, bytes]:
        profile, value = plain_set(self, values)
        feed: FrameFeed | None = getattr(self, "feed", None)
        if feed is None:
            return profile, value
        parts = list(aiortc.rtp.unpack_header_extensions(profile, value))
        if self.playout_delay_id is not None:
            # 12 bits least, 12 bits most, in units of 10 ms
            parts.append((self.playout_delay_id, pack("!I", feed.playout_delay_ms // 10)[1:]))
        if self.transport_cc_id is not None:
            parts.append((self.transport_cc_id, pack("!H", feed.pacer.number())))
        return aiortc.rtp.pack_header_extensions(parts)

    extensions.configure = configure  # type: ignore[method-assign]
    extensions.set = set_with_ours  # type: ignore[method-assign]


def _know_main_profile() -> None:
    known = aiortc.codecs.CODECS["video"]
    baseline = next(codec for codec in known if codec.mimeType == "video/H264")
    main = deepcopy(baseline)
    main.payloadType, main.parameters["profile-level-id"] = _PAYLOAD_MAIN, _H264_MAIN
    again = RTCRtpCodecParameters(
        mimeType="video/rtx",
        clockRate=baseline.clockRate,
        payloadType=_PAYLOAD_MAIN + 1,
        parameters={"apt": _PAYLOAD_MAIN},
    )
    known += [main, again]


def h264_codecs() -> list[RTCRtpCodecCapability]:
    """H.264 and its retransmission format, the Main profile first."""
    codecs = RTCRtpSender.getCapabilities("video").codecs
    mine = [c for c in codecs if c.mimeType in ("video/H264", "video/rtx")]
    return sorted(mine, key=lambda c: c.parameters.get("profile-level-id") != _H264_MAIN)


def takes_main_profile(transceiver: RTCRtpTransceiver) -> bool:
    """Whether the peer accepted H.264's Main profile; to be called after negotiating."""
    codecs: list[RTCRtpCodecParameters] = transceiver._codecs
    return codecs[0].parameters.get("profile-level-id") == _H264_MAIN


def packetize(bitstream: bytes) -> list[bytes]:
    """Cut an H.264 Annex B bitstream into RTP payloads (RFC 6184, mode 1)."""
    return H264Encoder._packetize(H264Encoder._split_bitstream(bitstream))


def attach(sender: RTCRtpSender, feed: FrameFeed) -> None:
    """Make `sender` send what `feed` delivers; to be called before negotiating."""
    private: Any = sender

    async def next_encoded_frame(_codec: object) -> RTCEncodedFrame:
        payloads, timestamp = await feed.next_frame()
        return RTCEncodedFrame(payloads, timestamp, None)  # type: ignore[arg-type]

    plain_retransmit = private._retransmit

    async def retransmit(sequence_number: int) -> None:
        if feed.pacer.may_retransmit():
            await plain_retransmit(sequence_number)

    feed.pacer.repeat = plain_retransmit
    private._next_encoded_frame = next_encoded_frame
    private._retransmit = retransmit
    private._send_keyframe = feed.want_keyframe
    private._RTCRtpSender__encoder = _EstimateSink(feed)
    private._RTCRtpSender__rtp_header_extensions_map.feed = feed


def attach_transport(sender: RTCRtpSender, feed: FrameFeed) -> None:
    """Let `feed` pace and count packets and hear the receiver; to be called after negotiating."""
    transport: Any = sender.transport
    own = pack("!I", sender._ssrc)
    plain_send, plain_rtcp = transport._send_rtp, transport._handle_rtcp_data

    async def send_rtp(data: bytes) -> None:
        if is_rtcp(data):
            await plain_send(data)
            return
        again = data[8:12] != own  # retransmissions have a stream of their own (RFC 4588)
        await feed.pacer.before_packet(len(data), again)
        await plain_send(data)
        if not again:
            feed.pacer.after_packet(int.from_bytes(data[2:4]), last=bool(data[1] & 0x80))

    async def handle_rtcp_data(data: bytes) -> None:
        feed.on_rtcp(data)
        await plain_rtcp(data)

    transport._send_rtp = send_rtp
    transport._handle_rtcp_data = handle_rtcp_data


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
