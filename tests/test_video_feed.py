"""From the newest picture to RTP payloads: whatever the camera or the receiver does, it goes on."""

import asyncio
import time
import weakref
from collections.abc import AsyncIterator, Callable
from itertools import pairwise
from typing import Any

import av
import numpy as np
import pytest
from aiortc.codecs.h264 import h264_depayload
from aiortc.mediastreams import MediaStreamError

from config.settings import Camera, Video
from klasgenoot.media import video_feed
from klasgenoot.media.encoder import EncoderError, H264Encoder
from klasgenoot.media.frame import Picture
from klasgenoot.media.rate import Plan
from klasgenoot.media.source import SourceError
from klasgenoot.media.video_feed import VideoFeed

LIGHT = 200


class FakeCapture:
    """A slot that the test fills; `next` waits as the real one does."""

    def __init__(self) -> None:
        self._newest: Picture | None = None
        self._came = asyncio.Event()

    def put(self, width: int = 320, height: int = 180) -> None:
        number = self._newest.sequence + 1 if self._newest else 0
        i420 = np.full((height * 3 // 2, width), LIGHT, np.uint8)
        self._newest = Picture(i420, width, height, time.monotonic(), number)
        self._came.set()
        self._came = asyncio.Event()

    def newest(self) -> Picture | None:
        return self._newest

    async def next(self, after_sequence: int) -> Picture:
        while self._newest is None or self._newest.sequence <= after_sequence:
            await self._came.wait()
        return self._newest


class FakeShowing:
    view = "klas"

    def __init__(self) -> None:
        self.capture = FakeCapture()

    def prepare(self, picture: Picture) -> Picture:
        return picture


@pytest.fixture
async def feed() -> AsyncIterator[VideoFeed]:
    one = VideoFeed(FakeShowing(), Camera(), Video())
    yield one
    one.close()


class Receiver:
    def __init__(self) -> None:
        self._decoder = av.CodecContext.create("h264", "r")
        self._decoder.thread_count = 1

    def luma(self, payloads: list[bytes]) -> np.ndarray:
        data = b"".join(h264_depayload(payload) for payload in payloads)
        (frame,) = self._decoder.decode(av.Packet(data))
        return frame.to_ndarray()[: frame.height]


async def test_pictures_come_out_as_they_came_in(feed: VideoFeed) -> None:
    receiver, times = Receiver(), []
    for _ in range(5):
        feed.showing.capture.put()
        payloads, timestamp = await feed.next_frame()
        times.append(timestamp)
        assert abs(receiver.luma(payloads).mean() - LIGHT) < 3
    assert all(earlier < later for earlier, later in pairwise(times))


async def test_a_size_that_changes_in_mid_stream_and_odd_sizes(feed: VideoFeed) -> None:
    receiver = Receiver()
    for width, height in ((320, 180), (640, 482), (322, 242), (320, 180)):
        feed.showing.capture.put(width, height)
        luma = receiver.luma((await feed.next_frame())[0])
        assert abs(luma.shape[0] - height) < 4
        assert abs(luma.shape[1] - width) < 4
        assert abs(luma.mean() - LIGHT) < 3


@pytest.mark.parametrize(("fps", "made_for"), [(7, 7), (60, 30)])
async def test_a_camera_with_a_pace_of_its_own(feed: VideoFeed, fps: int, made_for: int) -> None:
    """Of 60 a second every other is sent, and the bits are shared among what there is."""
    for number in range(4 * fps):
        feed._pace.seen(number, 1000 + number / fps)
    for _ in range(fps // made_for):
        feed.showing.capture.put()
    Receiver().luma((await feed.next_frame())[0])
    assert feed._sequence == fps // made_for - 1
    assert feed._encoder_for is not None
    assert feed._encoder_for[2] == pytest.approx(made_for, rel=0.05)


async def test_a_camera_that_stops_leaves_its_last_picture(feed: VideoFeed) -> None:
    feed.showing.capture.put()
    _, first = await feed.next_frame()
    _, again = await feed.next_frame()  # nothing new: the last one, so that the stream lives
    assert again > first


async def test_a_leg_that_closes_ends_it_quietly(feed: VideoFeed) -> None:
    waiting = asyncio.create_task(feed.next_frame())
    await asyncio.sleep(0)
    feed.close()
    feed.showing.capture.put()
    with pytest.raises(MediaStreamError):  # what aiortc ends a sender at, without a traceback
        await waiting


async def test_a_capture_that_was_stopped_ends_it(feed: VideoFeed) -> None:
    async def stopped(_after: int) -> Picture:
        raise SourceError("capture_stopped", "The camera was stopped.")

    feed.showing.capture.next = stopped
    with pytest.raises(SourceError):
        await feed.next_frame()


async def test_no_picture_of_the_class_leaves_once_the_curtain_fell(
    feed: VideoFeed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also not the one that was being encoded at that moment."""
    plain: Callable[[Picture, Plan, int, bool], list[bytes]] = feed._encode

    def the_curtain_falls(picture: Picture, plan: Plan, at: int, key: bool) -> list[bytes]:
        made = plain(picture, plan, at, key)
        feed.covered = True
        return made

    receiver = Receiver()
    feed.showing.capture.put()
    receiver.luma((await feed.next_frame())[0])
    feed.showing.capture.put()
    monkeypatch.setattr(feed, "_encode", the_curtain_falls)
    payloads, _ = await feed.next_frame()
    assert receiver.luma(payloads).mean() < LIGHT / 2


async def test_an_encoder_that_fails_is_made_anew(
    feed: VideoFeed, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain, failures = H264Encoder.encode, iter([True, False])

    def encode(self: H264Encoder, picture: Picture, timestamp: int, keyframe: bool) -> bytes:
        if next(failures, False):
            raise EncoderError("no")
        return plain(self, picture, timestamp, keyframe)

    monkeypatch.setattr(H264Encoder, "encode", encode)
    feed.showing.capture.put()
    coming = asyncio.create_task(feed.next_frame())
    while not coming.done():
        feed.showing.capture.put()
        await asyncio.sleep(0)
    assert Receiver().luma((await coming)[0]).shape == (180, 320)


async def test_another_encoder_finds_the_one_before_it_gone(
    feed: VideoFeed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two at a time leave holes in the heap that the agent then keeps for the rest of the day."""
    made: list[weakref.ref[H264Encoder]] = []
    alive = []

    class Watched(H264Encoder):
        def __init__(self, *given: Any, **named: Any) -> None:
            alive.append(sum(one() is not None for one in made))
            super().__init__(*given, **named)
            made.append(weakref.ref(self))

    monkeypatch.setattr(video_feed, "H264Encoder", Watched)
    for width, height in ((320, 180), (640, 360), (320, 180)):
        feed.showing.capture.put(width, height)
        await feed.next_frame()
    assert alive == [0, 0, 0]


@pytest.mark.parametrize("bound", [0, -5, 10_000_000_000, float("nan"), float("inf")])
async def test_a_lying_bound_changes_nothing_for_the_worse(feed: VideoFeed, bound: float) -> None:
    for _ in range(1000):
        feed.on_estimate(bound)
    feed.showing.capture.put()
    payloads, _ = await feed.next_frame()
    assert payloads
    assert 80_000 <= feed.line_bps <= 4_000_000


@pytest.mark.parametrize("rubbish", [b"", b"\x8f", b"\x8f\xcd\x00\x02" + bytes(8), bytes(1500)])
async def test_rubbish_for_feedback_is_passed_over(feed: VideoFeed, rubbish: bytes) -> None:
    feed.on_rtcp(rubbish)
    feed.showing.capture.put()
    assert (await feed.next_frame())[0]
