"""From the newest picture to RTP payloads: what the camera leg's sender takes its frames from."""

import asyncio
import math
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import cv2
import numpy as np
import structlog

from config.settings import Camera, Video
from hardware.priority import COMPUTING, hurry
from klasgenoot.media import h264_payloads, parity
from klasgenoot.media.board_still import Still
from klasgenoot.media.camera_pace import CameraPace
from klasgenoot.media.encoder import CLOCK_HZ, EncoderError, H264Encoder, Profile
from klasgenoot.media.encoder_choice import usable
from klasgenoot.media.feedback import FeedbackError, Sent
from klasgenoot.media.fill import Fill
from klasgenoot.media.frame import Picture
from klasgenoot.media.frame_feed import FeedClosedError
from klasgenoot.media.line import LineEstimate
from klasgenoot.media.pacing import Pacer
from klasgenoot.media.rate import Ladder, Plan
from klasgenoot.media.resize import shrink
from klasgenoot.media.showing import Showing
from signaling.messages import ViewName

log = structlog.get_logger()

_COVERED_PERIOD_S = 0.5  # behind the curtain two even pictures a second keep the stream alive
_COVER_LUMA = 40
_PATIENCE_S = 1.0  # after this long without a picture the last one is sent again
_REPAIR_SHARE, _REPAIR_MOST = 2.0, 0.2  # left free for retransmissions, times the loss
_EVEN_S = 0.012  # jitter above this is smoothed at the receiver, below it would only cost delay
_EVEN_MOST_MS = 100
_PACKET_BYTES = 1200  # fits the smallest path of today, with room for a relay's own header


class VideoFeed:
    """Encodes the newest picture whenever the sender is ready for one; never queues any.

    `covered` replaces every picture by an even one, before the encoder: nothing of the class
    leaves the set.
    """

    def __init__(self, showing: Showing, camera: Camera, video: Video) -> None:
        self.covered = False
        self.playout_delay_ms = 0
        self.may_protect = False
        self.profile: Profile = "Main"
        self.last_sent: tuple[int, float] | None = None
        """RTP clock units of the last picture (before the sender's offset), its capture time."""
        self.showing = showing
        self._fps = camera.rate_fps
        self._line = LineEstimate(
            video.start_kbps * 1000, video.min_kbps * 1000, video.max_kbps * 1000
        )
        self._ladder = Ladder(showing.view, self._line.rate)
        self.pacer = Pacer(self._line, self._fps)
        self._pace = CameraPace(self._fps)
        self._hears = False  # whether the receiver sends transport-wide feedback
        self._codec = video.encoder
        self._encoder: H264Encoder | None = None
        self._encoder_for: tuple[int, int, float, int, Profile] | None = None
        self._fill = Fill()
        self._keyframe = True
        self._closed = False
        self._sequence = -1
        # One thread a leg: libx264 lets go of the interpreter, the event loop stays free to steer.
        self._thread = ThreadPoolExecutor(
            1, thread_name_prefix="encode", initializer=hurry, initargs=(COMPUTING,)
        )

    def prepare(self) -> None:
        """Set the encoder up while the connection is still being made: 50 ms nobody waits for."""
        picture = self.showing.capture.newest() or self._cover(None)
        plan = self._plan()
        self._thread.submit(self._encode, picture, plan, int(picture.captured_at * CLOCK_HZ), True)

    async def next_frame(self) -> tuple[list[bytes], int]:
        """See FrameFeed. Raises FeedClosedError after `close`."""
        loop = asyncio.get_running_loop()
        while True:
            plan = self._plan()
            picture = await self._next_picture(self._pace.step(plan.every))
            if self.pacer.behind:
                continue
            if self._closed:  # the picture came while the leg was closed
                raise FeedClosedError
            keyframe, self._keyframe = self._keyframe, False
            covered = self.covered
            timestamp = int(picture.captured_at * CLOCK_HZ)
            try:
                payloads = await loop.run_in_executor(
                    self._thread, self._encode, picture, plan, timestamp, keyframe
                )
            except (EncoderError, cv2.error, ValueError) as error:
                # A sender whose frame source raises is dead for good: begin anew instead.
                log.warning("encoder_restarted", problem=type(error).__name__)
                self._encoder, self._keyframe = None, True
                await asyncio.sleep(_COVERED_PERIOD_S)
                continue
            if self.covered and not covered:
                self._keyframe = True  # the curtain fell while it was encoded: it never leaves
                continue
            if payloads:
                self.last_sent = (timestamp, picture.captured_at)
                return payloads, timestamp

    def _plan(self) -> Plan:
        left = 1 - min(_REPAIR_SHARE * self._line.usual_loss, _REPAIR_MOST)
        if self.protected:
            left *= 1 - parity.overhead(left * self._line.rate / 8 / self._fps)
        rate, bears = left * self._line.rate, left * self._line.bears
        # Where much is lost, what is spare goes to sending again: no eye needs it in the picture.
        narrow = self._line.narrow and not self.protected
        return self._ladder.plan(rate, bears, time.monotonic(), narrow)

    @property
    def protected(self) -> bool:
        """See FrameFeed."""
        return self.may_protect and self._line.lossy

    def show(self, view: ViewName) -> None:
        """Show something else, from the next picture on."""
        if view != self.showing.view:
            self.showing.view = view
            self._ladder = Ladder(view, self._line.bears)
            self._pace = CameraPace(self._fps)
            # A picture that came before the last one sent would run the receiver's clock back.
            newest = self.showing.capture.newest()
            self._sequence = newest.sequence if newest else -1

    async def photo(self, most_bytes: int) -> Still | None:
        """A photo of what is shown, of at most `most_bytes`; None while there is no picture."""
        picture = self.showing.capture.newest()
        if picture is None or self.covered:
            return None
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self.showing.photo, picture, most_bytes)

    @property
    def usual_loss(self) -> float:
        """Share of the packets that the line loses in the long run."""
        return self._line.usual_loss

    @property
    def line_bps(self) -> float:
        """Bits per second that the line is thought to bear."""
        return self._line.rate

    def also_sent(self, size: int) -> None:
        """Something else put `size` bytes on the line."""
        self.pacer.also_sent(size)

    def want_keyframe(self) -> None:
        self._keyframe = True

    def on_estimate(self, bits_per_second: int) -> None:
        if not self._hears:
            self._line.on_bound(bits_per_second)

    def on_rtcp(self, data: bytes) -> None:
        try:
            packets = self.pacer.match(data)
        except FeedbackError as error:
            log.info("feedback_refused", problem=str(error))
            return
        if packets:
            self.heard(packets)

    def heard(self, packets: Sequence[Sent]) -> None:
        """What the receiver tells of packets, in order of sending."""
        self._hears = True
        self._line.on_feedback(packets, time.monotonic())
        self.pacer.waits(self._line.queue_s)
        self.playout_delay_ms = _playout_delay_ms(self._line.jitter_s)

    def close(self) -> None:
        """Let the encoder thread end; does not wait for it."""
        self._closed = True
        self.pacer.close()
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def _next_picture(self, every: int) -> Picture:
        if self.covered:
            await asyncio.sleep(_COVERED_PERIOD_S)
        capture = self.showing.capture
        try:
            async with asyncio.timeout(_PATIENCE_S):
                picture = await capture.next(self._sequence + every - 1)
        except TimeoutError:
            last = capture.newest()
            if last is None:
                return self._cover(None)
            picture = replace(last, captured_at=time.monotonic())
        if capture is self.showing.capture:  # another source counts for itself
            self._sequence = picture.sequence
            self._pace.seen(picture.sequence, picture.captured_at)
        return self._cover(picture) if self.covered else picture

    def _cover(self, picture: Picture | None) -> Picture:
        width, height = (picture.width, picture.height) if picture else (640, 360)
        even = np.full((height * 3 // 2, width), 128, np.uint8)
        even[:height] = _COVER_LUMA
        return Picture(even, width, height, time.monotonic(), self._sequence)

    def _encode(self, picture: Picture, plan: Plan, timestamp: int, keyframe: bool) -> list[bytes]:
        if not self.covered:
            picture = self.showing.prepare(picture)
        picture = shrink(picture, plan.divisor)
        fps = self._pace.fps / self._pace.step(plan.every)
        encoder = self._encoder
        wanted = (picture.width, picture.height, fps, plan.buffer_for, self.profile)
        same = encoder is not None and encoder.suits(plan.bits_per_second)
        if encoder is None or not same or self._encoder_for != wanted:
            name = usable(self._codec)
            # The old one goes first: with two at a time the heap keeps some 6 MiB of each change.
            self._encoder = encoder = None
            encoder = H264Encoder(*wanted[:4], profile=self.profile, name=name)
            self._encoder, self._encoder_for = encoder, wanted
        self._fill = self._fill if plan.whole else Fill()
        encoder.set_rate(int(self._fill.times * plan.bits_per_second))
        bitstream = encoder.encode(picture, timestamp, keyframe)
        share = 8 * len(bitstream) * fps / plan.bits_per_second
        self._fill.took(share, encoder.quantizer)
        self._ladder.encoded(encoder.quantizer)
        most = parity.packet_bytes(len(bitstream)) if self.protected else _PACKET_BYTES
        return h264_payloads.payloads(bitstream, most)


def _playout_delay_ms(jitter_s: float) -> int:
    if jitter_s < _EVEN_S:
        return 0
    return min(10 * math.ceil(jitter_s * 100), _EVEN_MOST_MS)
