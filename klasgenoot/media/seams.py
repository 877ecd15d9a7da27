"""All places where private parts of aiortc 1.16 are touched, checked at start-up.

aiortc sends what its own encoder makes of a track; here a sender's loop is replaced by our own
(`rtp_sender.py`), which takes pictures from a `FrameFeed`, and the feed hears what the receiver
reports. Nothing else of ours may reach
inside aiortc.
"""

from copy import deepcopy
from struct import pack
from typing import Any

import aiortc.codecs
import aiortc.rtcdtlstransport
import aiortc.rtp
from aioice import ice
from aiortc import MediaStreamTrack, RTCRtpSender, RTCRtpTransceiver
from aiortc.rtcdtlstransport import RTCCertificate, RTCDtlsTransport
from aiortc.rtcrtpparameters import (
    RTCRtcpFeedback,
    RTCRtpCodecCapability,
    RTCRtpCodecParameters,
    RTCRtpHeaderExtensionParameters,
)

from klasgenoot.media.frame_feed import FrameFeed
from klasgenoot.media.rtp_sender import Payloads, PictureSender
from signaling.late_ice import SeamError

PLAYOUT_DELAY_URI = "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay"
TRANSPORT_CC_URI = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
ABS_SEND_TIME_URI = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"
_WRITTEN_ANEW = (TRANSPORT_CC_URI, ABS_SEND_TIME_URI)
_EXTENSIONS = {4: PLAYOUT_DELAY_URI, 5: TRANSPORT_CC_URI}
"""1 mid, 2 audio level and 3 abs-send-time are aiortc's own."""
_H264_MAIN = "4d001f"
_PAYLOAD_MAIN = 110  # and its retransmissions 111: free among aiortc's own
_PARITY, _PAYLOAD_PARITY = "video/flexfec-03", 112


class StandInTrack(MediaStreamTrack):
    """aiortc wants a track to negotiate a sender; ours never delivers through it."""

    kind = "video"

    async def recv(self) -> Any:
        raise SeamError("the sender's seam was bypassed")


def check() -> None:
    """Raise SeamError when a private part that is used here is missing."""
    wanted: list[tuple[object, str]] = [
        (RTCRtpSender, "_send_keyframe"),
        (RTCRtpSender, "_retransmit"),
        (RTCRtpSender, "_run_rtp"),
        (aiortc.rtp.HeaderExtensionsMap, "configure"),
        (aiortc.rtp.HeaderExtensionsMap, "set"),
        (aiortc.rtp, "unpack_header_extensions"),
        (aiortc.rtp, "pack_header_extensions"),
        (aiortc.rtp, "unpack_remb_fci"),
        (aiortc.codecs, "HEADER_EXTENSIONS"),
        (aiortc.codecs, "CODECS"),
        (RTCDtlsTransport, "_send_rtp"),
        (RTCDtlsTransport, "_handle_rtcp_data"),
        (RTCDtlsTransport, "_recv_next"),  # of inlet.py, and the next two
        (ice.Connection, "check_incoming"),
        (ice.StunProtocol, "datagram_received"),
        (RTCCertificate, "_create_ssl_context"),  # of dtls.py
        (aiortc.rtcdtlstransport, "SRTP_PROFILES"),
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
    _know_parity()
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


def _know_parity() -> None:
    aiortc.codecs.CODECS["video"].append(
        RTCRtpCodecParameters(mimeType=_PARITY, clockRate=90_000, payloadType=_PAYLOAD_PARITY)
    )


def h264_codecs() -> list[RTCRtpCodecCapability]:
    """H.264, the Main profile first, its retransmission format, and parity."""
    codecs = RTCRtpSender.getCapabilities("video").codecs
    mine = [c for c in codecs if c.mimeType in ("video/H264", "video/rtx", _PARITY)]
    order = {"video/H264": 0, "video/rtx": 1}
    return sorted(
        mine,
        key=lambda c: (
            order.get(c.mimeType, 2),
            c.parameters.get("profile-level-id") != _H264_MAIN,
        ),
    )


def takes_main_profile(transceiver: RTCRtpTransceiver) -> bool:
    """Whether the peer accepted H.264's Main profile; to be called after negotiating."""
    codecs: list[RTCRtpCodecParameters] = transceiver._codecs
    return codecs[0].parameters.get("profile-level-id") == _H264_MAIN


def attach(sender: RTCRtpSender, feed: FrameFeed) -> PictureSender:
    """Make `sender` send what `feed` delivers; to be called before negotiating."""
    private: Any = sender
    pictures = PictureSender(sender, feed)
    private._run_rtp = pictures.run
    private._retransmit = pictures.missed
    private._send_keyframe = feed.want_keyframe
    private._RTCRtpSender__encoder = _EstimateSink(feed)
    private._RTCRtpSender__rtp_header_extensions_map.feed = feed
    return pictures


def attach_transport(
    transceiver: RTCRtpTransceiver, pictures: PictureSender, feed: FrameFeed
) -> None:
    """Tell `pictures` what was agreed, and let `feed` hear the receiver; after negotiating."""
    transport: Any = transceiver.sender.transport
    plain_rtcp = transport._handle_rtcp_data

    async def handle_rtcp_data(data: bytes) -> None:
        feed.on_rtcp(data)
        await plain_rtcp(data)

    transport._handle_rtcp_data = handle_rtcp_data
    extensions = transceiver._headerExtensions
    mutable = tuple(one.id for one in extensions if one.uri in _WRITTEN_ANEW)
    pictures.agreed(_payloads(transceiver._codecs), mutable)


def _payloads(codecs: list[RTCRtpCodecParameters]) -> Payloads:
    video = codecs[0].payloadType
    assert video is not None, "negotiating gives every codec a number"
    again = [codec.payloadType for codec in codecs if codec.parameters.get("apt") == video]
    parity = [codec.payloadType for codec in codecs if codec.mimeType.lower() == _PARITY]
    return Payloads(video, again[0] if again else None, parity[0] if parity else None)


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
