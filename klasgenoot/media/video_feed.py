"""From the newest picture to RTP payloads: what the camera leg's sender takes its frames from."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import cv2
import numpy as np
import numpy.typing as npt
import structlog

from config.settings import Camera, Video
from klasgenoot.media import seams
from klasgenoot.media.encoder import CLOCK_HZ, EncoderError, H264Encoder
from klasgenoot.media.frame import Picture
from klasgenoot.media.rate import Plan, RateControl
from klasgenoot.media.sources import NewestFrame

log = structlog.get_logger()

_COVERED_PERIOD_S = 0.5  # behind the curtain two even pictures a second keep the stream alive
_COVER_LUMA = 40
_PATIENCE_S = 1.0  # after this long without a picture the last one is sent again


class VideoFeed:
    """Encodes the newest picture whenever the sender is ready for one; never queues any.

    `covered` replaces every picture by an even one, before the encoder: nothing of the class
    leaves the set.
    """

    def __init__(self, capture: NewestFrame, camera: Camera, video: Video) -> None:
        self.covered = False
        self.last_sent: tuple[int, float] | None = None
        """RTP clock units of the last picture (before the sender's offset), its capture time."""
        self._capture = capture
        self._fps = camera.rate_fps
        self._rate = RateControl(
            video.start_kbps * 1000, video.min_kbps * 1000, video.max_kbps * 1000
        )
        self._most = video.max_kbps * 1000
        self._encoder: H264Encoder | None = None
        self._encoding_rate = 0
        self._keyframe = True
        self._sequence = -1
        # One thread a leg: libx264 lets go of the interpreter, the event loop stays free to steer.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="encode")

    def prepare(self) -> None:
        """Set the encoder up while the connection is still being made: 50 ms nobody waits for."""
        picture = self._capture.newest() or self._cover(None)
        plan = self._rate.plan(time.monotonic())
        self._thread.submit(self._encode, picture, plan, int(picture.captured_at * CLOCK_HZ), True)

    async def next_frame(self) -> tuple[list[bytes], int]:
        while True:
            picture = await self._next_picture()
            plan = self._rate.plan(time.monotonic())
            keyframe, self._keyframe = self._keyframe, False
            timestamp = int(picture.captured_at * CLOCK_HZ)
            loop = asyncio.get_running_loop()
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
            if payloads:
                self.last_sent = (timestamp, picture.captured_at)
                return payloads, timestamp

    def want_keyframe(self) -> None:
        self._keyframe = True

    def on_estimate(self, bits_per_second: int) -> None:
        self._rate.on_estimate(bits_per_second)

    def on_report(self, lost_share: float, packets_lost: int, jitter_s: float) -> None:
        del packets_lost, jitter_s
        self._rate.on_loss(lost_share)

    def close(self) -> None:
        """Let the encoder thread end; does not wait for it."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def _next_picture(self) -> Picture:
        if self.covered:
            await asyncio.sleep(_COVERED_PERIOD_S)
        try:
            async with asyncio.timeout(_PATIENCE_S):
                picture = await self._capture.next(self._sequence)
        except TimeoutError:
            last = self._capture.newest()
            if last is None:
                return self._cover(None)
            picture = replace(last, captured_at=time.monotonic())
        self._sequence = picture.sequence
        return self._cover(picture) if self.covered else picture

    def _cover(self, picture: Picture | None) -> Picture:
        width, height = (picture.width, picture.height) if picture else (640, 360)
        even = np.full((height * 3 // 2, width), 128, np.uint8)
        even[:height] = _COVER_LUMA
        return Picture(even, width, height, time.monotonic(), self._sequence)

    def _encode(self, picture: Picture, plan: Plan, timestamp: int, keyframe: bool) -> list[bytes]:
        picture = shrink(picture, plan.divisor)
        if self._encoder is None or self._encoder.size != (picture.width, picture.height):
            self._encoder = H264Encoder(
                picture.width, picture.height, self._fps, plan.bits_per_second, self._most
            )
            self._encoding_rate = plan.bits_per_second
        if plan.bits_per_second != self._encoding_rate:
            self._encoder.set_rate(plan.bits_per_second)
            self._encoding_rate = plan.bits_per_second
        return seams.packetize(self._encoder.encode(picture, timestamp, keyframe))


def shrink(picture: Picture, divisor: int) -> Picture:
    """The picture at 1/divisor of its width and height, even sizes (4:2:0)."""
    if divisor == 1:
        return picture
    width, height = (picture.width // divisor) & ~1, (picture.height // divisor) & ~1
    flat, luma = picture.i420.reshape(-1), picture.width * picture.height
    colour = (picture.height // 2, picture.width // 2)
    planes = (
        (flat[:luma].reshape(picture.height, picture.width), (width, height)),
        (flat[luma : luma * 5 // 4].reshape(colour), (width // 2, height // 2)),
        (flat[luma * 5 // 4 :].reshape(colour), (width // 2, height // 2)),
    )
    small = [
        cv2.resize(plane, size, interpolation=cv2.INTER_AREA).reshape(-1) for plane, size in planes
    ]
    i420: npt.NDArray[np.uint8] = np.concatenate(small, dtype=np.uint8).reshape(
        height * 3 // 2, width
    )
    return replace(picture, i420=i420, width=width, height=height)
