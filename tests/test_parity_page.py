"""A real browser makes a lost packet from the parity, without asking for it again."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import numpy as np
import pytest
from aiortc.rtp import is_rtcp
from playwright.async_api import Page, async_playwright

from bench.stage import CHROMIUM, FLAGS
from config.settings import Camera, Link, Video
from klasgenoot.media import seams
from klasgenoot.media.camera_leg import CameraLeg
from klasgenoot.media.frame import Picture
from klasgenoot.media.video_feed import VideoFeed
from signaling.link_settings import ice_settings

pytestmark = pytest.mark.browser

WIDTH, HEIGHT, FPS = 640, 360, 30
ENOUGH = 60  # pictures: two seconds

OFFER = """async () => {
    globalThis.pc = new RTCPeerConnection();
    pc.addTransceiver('video', { direction: 'recvonly' });
    pc.createDataChannel('control');
    await pc.setLocalDescription();
    if (pc.iceGatheringState !== 'complete')
        await new Promise((done) => {
            pc.onicegatheringstatechange = () => pc.iceGatheringState === 'complete' && done();
        });
    return pc.localDescription.sdp;
}"""
ANSWERED = "(sdp) => pc.setRemoteDescription({ type: 'answer', sdp })"
INBOUND = """async () => {
    const stats = [...(await pc.getStats()).values()];
    return stats.find(({ type, kind }) => type === 'inbound-rtp' && kind === 'video') ?? {};
}"""


class Noise:
    """A showing whose pictures each need several packets."""

    view = "klas"

    def __init__(self) -> None:
        self.capture = self
        self._chance = np.random.default_rng(3)
        self._newest = self._made(0)

    def newest(self) -> Picture:
        return self._newest

    async def next(self, after_sequence: int) -> Picture:
        await asyncio.sleep(1 / FPS)
        self._newest = self._made(max(after_sequence, self._newest.sequence) + 1)
        return self._newest

    def prepare(self, picture: Picture) -> Picture:
        return picture

    def _made(self, number: int) -> Picture:
        coarse = self._chance.integers(60, 200, (HEIGHT // 20, WIDTH // 20), np.uint8)
        i420 = np.full((HEIGHT * 3 // 2, WIDTH), 128, np.uint8)
        i420[:HEIGHT] = coarse.repeat(20, 0).repeat(20, 1)
        return Picture(i420, WIDTH, HEIGHT, time.monotonic(), number)


@asynccontextmanager
async def leg_to_page(feed: VideoFeed) -> AsyncIterator[tuple[CameraLeg, Page]]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = await browser.new_page()
        leg = CameraLeg(
            feed,
            ice_settings(Link()),
            lambda *_: None,
            lambda *_: None,
            lambda *_: None,
            lambda _: None,
        )
        try:
            # Its own addresses hide behind mDNS names; the agent's reach it all the same.
            await page.evaluate(ANSWERED, await leg.answer(await page.evaluate(OFFER)))
            yield leg, page
        finally:
            await leg.close()
            await browser.close()


async def decoded(page: Page, least: int) -> dict[str, float]:
    """What the browser counted once it decoded so many pictures; the last count after 30 s."""
    deadline = time.monotonic() + 30
    while True:
        counts = await page.evaluate(INBOUND)
        if counts.get("framesDecoded", 0) >= least or time.monotonic() > deadline:
            return dict(counts)
        await asyncio.sleep(0.05)


def lose(leg: CameraLeg) -> list[int]:
    """Lose the first packet of each picture of several; nothing is sent a second time."""
    lost: list[int] = []
    transport = leg._sender.transport  # type: ignore[union-attr]
    own, plain_send = leg._sender._ssrc.to_bytes(4), transport._send_rtp  # type: ignore[union-attr]
    stamp = b""

    async def send(data: bytes) -> None:
        nonlocal stamp
        if not is_rtcp(data) and data[8:12] == own:
            first, stamp = data[4:8] != stamp, data[4:8]
            if first and not data[1] & 0x80:
                lost.append(int.from_bytes(data[2:4]))
                return
        await plain_send(data)

    transport._send_rtp = send
    leg.feed.pacer.may_retransmit = lambda _sequence: False  # type: ignore[method-assign]
    return lost


@pytest.fixture(autouse=True)
def _extensions() -> None:
    seams.install_extensions()


async def test_each_picture_may_lose_a_packet() -> None:
    feed = VideoFeed(Noise(), Camera(), Video(start_kbps=1500))
    feed._line.usual_loss = 0.2  # what it would find out by itself within seconds
    async with leg_to_page(feed) as (leg, page):
        await decoded(page, 5)
        assert feed.protected
        lost = lose(leg)
        before = await decoded(page, 5)
        after = await decoded(page, int(before["framesDecoded"]) + ENOUGH)
    assert after["framesDecoded"] >= before["framesDecoded"] + ENOUGH
    assert len(lost) >= ENOUGH / 2
    assert after["fecPacketsReceived"] > 0


async def test_a_line_that_loses_nothing_gets_no_parity() -> None:
    feed = VideoFeed(Noise(), Camera(), Video(start_kbps=1500))
    async with leg_to_page(feed) as (_, page):
        counts = await decoded(page, ENOUGH)
        assert feed.may_protect
        assert not feed.protected
    assert counts["framesDecoded"] >= ENOUGH
    assert not counts.get("fecPacketsReceived")
