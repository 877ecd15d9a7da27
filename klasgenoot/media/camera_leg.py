"""One camera leg: a peer connection that answers the laptop, sends the class picture and carries
the control channels."""

import asyncio
import contextlib
import time
from collections.abc import Callable

import structlog
from aiortc import (
    RTCDataChannel,
    RTCPeerConnection,
    RTCRtpSender,
    RTCSessionDescription,
)
from aiortc.sdp import candidate_from_sdp

from klasgenoot.media import inlet, seams
from klasgenoot.media.video_feed import VideoFeed
from signaling import messages as m
from signaling import sdp as sdp_rules
from signaling.late_ice import LateCandidates, configuration
from signaling.limits import TokenBucket
from signaling.link_settings import IceSettings
from signaling.messages_seat import FromSeat
from signaling.messages_sound import BothWays

log = structlog.get_logger()

CONTROL_CHANNEL = "control"
"""Reliable and ordered: questions, presets, the talk leg's offers, heartbeats."""
STEER_CHANNEL = "steer"
"""Unordered, never retransmitted: a steering message that is late is worth nothing."""
FILE_CHANNEL = "file"
"""Reliable and ordered: photos of the board, to the page only."""

_CLOSE_S = 2.0  # aiortc's close may wait for a dead peer; nothing of ours waits longer than this
_MESSAGES_PER_S, _BURST = 100.0, 200  # a page steers 14 times a second and beats 4 times
_SEND_LIMIT_BYTES = 1 << 20  # a receiver this far behind is gone; its heartbeat will tell


class LegError(Exception):
    """The offer of the camera leg can't be answered; the laptop is told `media_failed`."""


class CameraLeg:
    """Answers one offer; tells what arrives through the callbacks, in the event loop's thread.

    `on_message` gets every valid message of either channel, `on_open` comes once the control
    channel is up, `on_gone` once when the connection has failed or was closed by the peer.
    `on_candidate` gets what was found after the answer (STUN, relay), to be trickled.
    """

    def __init__(  # noqa: PLR0917
        self,
        feed: VideoFeed,
        ice: IceSettings,
        on_message: Callable[["CameraLeg", m.Message], None],
        on_open: Callable[["CameraLeg"], None],
        on_gone: Callable[["CameraLeg"], None],
        on_candidate: Callable[[m.IceCandidate], None],
    ) -> None:
        self.feed = feed
        self._on_message, self._on_open, self._on_gone = on_message, on_open, on_gone
        self.files: RTCDataChannel | None = None
        """Where photos go, None until the page has opened it."""
        self._control: RTCDataChannel | None = None
        self._sender: RTCRtpSender | None = None
        self._decode = m.Decoder(m.FromPupil | BothWays | FromSeat)
        self._bucket = TokenBucket(time.monotonic(), _MESSAGES_PER_S, _BURST)
        self._flooded = False
        self._closed = False
        self._late = LateCandidates(ice, on_candidate)
        self._connection = RTCPeerConnection(configuration(ice))
        self._connection.on("connectionstatechange", self._state_changed)
        self._connection.on("datachannel", self._channel_opened)

    async def answer(self, offer: str) -> str:
        """The SDP that answers `offer`. Raises LegError."""
        connection = self._connection
        self.feed.prepare()
        try:
            # The codec has to be preferred before the offer is read: aiortc chooses while reading.
            video = connection.addTransceiver(seams.StandInTrack(), direction="sendonly")
            video.setCodecPreferences(seams.h264_codecs())
            self._sender = video.sender
            pictures = seams.attach(self._sender, self.feed)
            await connection.setRemoteDescription(
                RTCSessionDescription(sdp_rules.drop_mdns(offer), "offer")
            )
            if video.mid is None:
                raise LegError("the offer has no video")
            await connection.setLocalDescription(await connection.createAnswer())
            self.feed.profile = "Main" if seams.takes_main_profile(video) else "Baseline"
            seams.attach_transport(video, pictures, self.feed)
            inlet.guard(self._sender)
            self._late.start(connection, self._sender, video.mid)
        except LegError:
            raise
        except Exception as error:  # whatever the peer's SDP does to aiortc ends here, named
            raise LegError(type(error).__name__) from None
        sdp = sdp_rules.more_to_come(sdp_rules.keep_sha256(connection.localDescription.sdp))
        if self.feed.may_protect:
            sdp = sdp_rules.name_parity(sdp, self._sender._ssrc, pictures.parity_ssrc)
        return sdp

    async def add_candidate(self, ice: m.IceCandidate) -> None:
        """A trickled candidate; what can't be used is passed over (RFC 8838)."""
        text = ice.candidate.removeprefix("candidate:")
        if ".local" in text or not text:  # looking up an mDNS name here costs a second
            return
        try:
            candidate = candidate_from_sdp(text)
        except (ValueError, IndexError, AssertionError):
            log.info("candidate_refused")
            return
        candidate.sdpMid = ice.mid
        with contextlib.suppress(Exception):
            await self._connection.addIceCandidate(candidate)

    def send(self, message: m.Message) -> bool:
        """Send on the control channel; False when it isn't there or hopelessly behind."""
        channel = self._control
        if channel is None or channel.readyState != "open":
            return False
        if channel.bufferedAmount > _SEND_LIMIT_BYTES:
            return False
        channel.send(m.encode(message))
        return True

    def capture_mark(self) -> tuple[int, float] | None:
        """RTP timestamp of the last picture sent, and when it was captured (monotonic seconds)."""
        if self._sender is None or self.feed.last_sent is None:
            return None
        return seams.last_rtp_timestamp(self._sender), self.feed.last_sent[1]

    async def round_trip_ms(self) -> float:
        """To the laptop and back, as its receiver reports tell; 0 while they do not."""
        if self._sender is None:
            return 0.0
        for one in (await self._sender.getStats()).values():
            if one.type == "remote-inbound-rtp":
                return 1000 * float(getattr(one, "roundTripTime", None) or 0.0)
        return 0.0

    async def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        self.feed.close()
        self._late.stop()
        with contextlib.suppress(TimeoutError, Exception):
            async with asyncio.timeout(_CLOSE_S):
                await self._connection.close()

    def _state_changed(self) -> None:
        state = self._connection.connectionState
        log.debug("camera_leg", state=state)
        if state in ("failed", "closed") and not self._closed:
            self._on_gone(self)

    def _channel_opened(self, channel: RTCDataChannel) -> None:
        if channel.label == FILE_CHANNEL:
            self.files = channel  # nothing is read from it
            return
        if channel.label == CONTROL_CHANNEL:
            self._control = channel
            channel.on("close", self._channel_closed)
        elif channel.label != STEER_CHANNEL:
            log.info("channel_refused")
            channel.close()
            return
        channel.on("message", self._received)
        if channel.label == CONTROL_CHANNEL:
            self._on_open(self)

    def _channel_closed(self) -> None:
        if not self._closed:
            self._on_gone(self)

    def _received(self, raw: str | bytes) -> None:
        if not self._bucket.take(time.monotonic()):
            if not self._flooded:  # said once: the log must not be flooded either
                log.warning("control_flood")
            self._flooded = True
            return
        try:
            self._on_message(self, self._decode(raw))
        except m.MessageError as error:
            log.info("control_refused", code=error.code)
        except Exception:
            # aiortc closes its side of the channel when a handler raises, and tells nobody.
            log.exception("control_failed")
