"""The measuring half inside the receiving page, and what it hands over.

For every picture on the glass: when it is shown, the clock that it carries, its size. Only the
stamp's strip of the decoded picture is looked at (VideoFrame.copyTo with a rectangle), so that
measuring costs next to nothing. Whole luma planes are kept when asked, for sharpness and letters.

Shown is a picture when the page is called for it, in the display's turn that it is drawn in: that
has the waiting for the turn in it and not the scan-out. Chromium's own `expectedDisplayTime` is no
clock to go by: where pictures go straight through (a playout delay of 0) version 156 jumps by two
turns of the display within a run, and then tells of pictures shown before they were received.
"""

import base64
from typing import NamedTuple

import numpy as np
from playwright.sync_api import Page

_CLOCK_MS = 50  # what rounding and a drifting clock may make of no delay at all
_OLDEST_MS = 60_000

WATCH = """
(() => {
  const watch = globalThis.watch = {
    shown: [], stats: [], kept: [], pcs: [], keepEvery: 0, keptAt: 0, video: null,
  };
  globalThis.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...given) { super(...given); watch.pcs.push(this); }
  };
  // Luma of a part of the picture (whole, even pixels), tightly packed.
  const luma = async (frame, width, height) => {
    const rect = { x: 0, y: 0, width, height };
    const bytes = new Uint8Array(frame.allocationSize({ rect }));
    const [layout] = await frame.copyTo(bytes, { rect });
    const { offset, stride } = layout;
    return { bytes: bytes.subarray(offset, offset + stride * height), stride };
  };
  const even = (x) => 2 * Math.ceil(x / 2);
  const read = async (frame) => {
    const block = frame.visibleRect.width / 80;
    const { bytes, stride } = await luma(frame, even(32 * block), even(block));
    const half = Math.max(block / 4, 0.5), first = Math.floor(block / 2 - half);
    const last = Math.max(first + 1, Math.floor(block / 2 + half));
    let value = 0;
    for (let bit = 0; bit < 32; bit++) {
      const left = Math.floor((bit + 0.5) * block - half);
      const right = Math.max(left + 1, Math.floor((bit + 0.5) * block + half));
      let sum = 0;
      for (let y = first; y < last; y++)
        for (let x = left; x < right; x++) sum += bytes[y * stride + x];
      const level = sum / ((last - first) * (right - left)) - 125.5;
      if (Math.abs(level) < 40) return -1;
      if (level > 0) value += 2 ** bit;
    }
    return value;
  };
  const look = async () => {
    const shownAt = performance.timeOrigin + performance.now();
    watch.video.requestVideoFrameCallback(look);
    let frame;
    try { frame = new VideoFrame(watch.video); } catch { return; }
    try {
      const { width, height } = frame.visibleRect;
      const stamp = await read(frame);
      watch.shown.push([shownAt, stamp, width, height]);
      const now = performance.now();
      if (watch.keepEvery && now - watch.keptAt >= watch.keepEvery) {
        watch.keptAt = now;
        watch.kept.push({ stamp, width, height, luma: (await luma(frame, width, height)).bytes });
      }
    } catch (error) { watch.error = String(error); } finally { frame.close(); }
  };
  watch.start = (video) => { watch.video = video; video.requestVideoFrameCallback(look); };
  watch.take = () => {
    const { shown, stats } = watch;
    watch.shown = []; watch.stats = [];
    const skew = Date.now() + 0.5 - performance.timeOrigin - performance.now();
    return { shown, stats, skew, error: watch.error };
  };
  watch.takeKept = () => {
    const { stamp, width, height, luma } = watch.kept.shift();
    let text = '';
    for (let i = 0; i < luma.length; i += 32768)
      text += String.fromCharCode(...luma.subarray(i, i + 32768));
    return { stamp, width, height, luma: btoa(text) };
  };
  setInterval(async () => {
    for (const [number, pc] of watch.pcs.entries()) {
      if (pc.connectionState === 'closed') continue;
      for (const s of (await pc.getStats()).values())
        if (s.type === 'inbound-rtp' && s.kind === 'video')
          watch.stats.push([Date.now(), number, s.bytesReceived + s.headerBytesReceived,
            s.packetsReceived, s.packetsLost, s.framesDecoded, s.keyFramesDecoded ?? 0,
            s.nackCount, s.pliCount]);
    }
  }, 500);
})();
"""


class Shown(NamedTuple):
    """A picture on the glass: wall clock (s), delay (ms; NaN when unreadable), stamp, size."""

    at: float
    delay_ms: float
    stamp: int
    width: int
    height: int


class Count(NamedTuple):
    """Counters of one connection's video at a time (s)."""

    at: float
    connection: int
    bytes: int
    packets: int
    lost: int
    decoded: int
    keyframes: int
    nacks: int
    plis: int


class Kept(NamedTuple):
    """A received picture's luma and its stamp."""

    stamp: int
    luma: np.ndarray


class Watch:
    """Collects what the page saw, until now."""

    def __init__(self, page: Page, selector: str) -> None:
        self._page = page
        self.shown: list[Shown] = []
        self.counts: list[Count] = []
        page.evaluate("(s) => watch.start(document.querySelector(s))", selector)

    def gather(self) -> None:
        """Fetch what is new."""
        taken = self._page.evaluate("watch.take()")
        for at, stamp, width, height in taken["shown"]:
            at_ms = at + taken["skew"]  # the page's own origin drifts from the wall clock
            delay = (at_ms - stamp + 2**31) % 2**32 - 2**31 if stamp >= 0 else float("nan")
            if -_CLOCK_MS < delay < _OLDEST_MS or stamp < 0:  # else Chromium's own black picture
                self.shown.append(Shown(at_ms / 1000, delay, stamp, width, height))
        self.counts += [Count(row[0] / 1000, *row[1:]) for row in taken["stats"]]

    def keep(self, every_ms: int) -> None:
        """Keep a whole picture this often from now on; 0 ends it."""
        self._page.evaluate("(ms) => { watch.keepEvery = ms; }", every_ms)

    def kept(self) -> list[Kept]:
        """The pictures that were kept; the page lets them go."""
        taken = []
        for _ in range(self._page.evaluate("watch.kept.length")):
            one = self._page.evaluate("watch.takeKept()")
            luma = np.frombuffer(base64.b64decode(one["luma"]), np.uint8)
            taken.append(Kept(one["stamp"], luma.reshape(one["height"], one["width"])))
        return taken

    def forget(self) -> None:
        """Begin anew: what was seen belongs to a run that is over."""
        self.shown, self.counts = [], []
