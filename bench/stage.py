"""The stage on which tests and benches play: the demo's processes and real Chromiums."""

import socket
import struct
import tempfile
import wave
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from math import pi, sin
from pathlib import Path

from playwright.sync_api import Browser, Page, Playwright

from config.demo import Demo
from signaling import messages as m
from signaling.messages_presence import Presence, PresenceStep
from thuis_client.appearance import NAME as APPEARANCE
from thuis_client.appearance import AppearanceFile

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--autoplay-policy=no-user-gesture-required",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
]
_RATE_HZ = 48_000


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on now, all different."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def has_chosen(folder: Path, step: PresenceStep = "picture") -> None:
    """The pupil of the demo in `folder` said before how to be seen: the page does not ask."""
    (folder / "laptop").mkdir(parents=True, exist_ok=True, mode=0o700)
    AppearanceFile(folder / "laptop" / APPEARANCE).keep(m.Appear(presence=Presence(step=step)))


def new_demo(folder: Path, seen_as: PresenceStep | None = "picture", **settings: str) -> Demo:
    """A demo with ports of its own; `settings` are environment overrides without the prefix.

    The pupil chose `seen_as` the last time; None: never yet.
    """
    if seen_as is not None:
        has_chosen(folder, seen_as)
    server, unit, laptop = free_ports(3)
    environment = {
        "KLASGENOOT_SERVER_PORT": str(server),
        "KLASGENOOT_UNIT_PORT": str(unit),
        "KLASGENOOT_LAPTOP_PORT": str(laptop),
        "KLASGENOOT_CAMERA_SOURCE": "sim:stamped",
        "KLASGENOOT_SOUND_CLASS_MICROPHONE": "sim:toon:880",
        **{f"KLASGENOOT_{name}": text for name, text in settings.items()},
    }
    return Demo(folder, environment)


def write_tone(path: Path, hertz: float, seconds: float = 2.0) -> Path:
    """A tone as a WAV file, for Chromium's fake microphone."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(_RATE_HZ)
        samples = (
            int(12_000 * sin(2 * pi * hertz * i / _RATE_HZ)) for i in range(int(seconds * _RATE_HZ))
        )
        file.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))
    return path


class Stage:
    """A demo and the browsers that look at it."""

    def __init__(self, playwright: Playwright, demo: Demo, folder: Path) -> None:
        self._playwright = playwright
        self.demo, self.folder = demo, folder
        self.home_url, self.screen_url = demo.start()
        self._browsers: list[Browser] = []

    def browser(self, *flags: str) -> Browser:
        browser = self._playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=[*FLAGS, *flags],
            ignore_default_args=["--mute-audio"],
        )
        self._browsers.append(browser)
        return browser

    def home(self, browser: Browser | None = None) -> Page:
        tone = write_tone(self.folder / "home.wav", 660)
        browser = browser or self.browser(f"--use-file-for-fake-audio-capture={tone}")
        return _open(browser, self.home_url)

    def screen(self, browser: Browser | None = None) -> Page:
        return _open(browser or self.browser(), self.screen_url)

    def lesson(self) -> tuple[Page, Page]:
        """Both pages in class: the home page's and the screen's, after the button was pressed."""
        screen, home = self.screen(), self.home()
        screen.wait_for_selector("body[data-state=ready]")
        home.click("[data-action=join]")
        home.wait_for_selector("body[data-state=live]")
        return home, screen

    def close(self) -> None:
        for browser in self._browsers:
            browser.close()
        self.demo.stop()


def _open(browser: Browser, url: str) -> Page:
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    page.add_init_script(PAGE_TOOLS)
    page.goto(url)
    return page


def pictures(page: Page, video: str) -> int:
    """How many this video element has shown since it got its stream."""
    count: int = page.evaluate(
        "(video) => document.querySelector(video).getVideoPlaybackQuality().totalVideoFrames", video
    )
    return count


@contextmanager
def stage(
    playwright: Playwright, seen_as: PresenceStep | None = "picture", **settings: str
) -> Iterator[Stage]:
    """Everything started, and stopped again; the arguments as in `new_demo`."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        one = Stage(playwright, new_demo(folder / "demo", seen_as, **settings), folder)
        try:
            yield one
        finally:
            one.close()


PAGE_TOOLS = """
globalThis.lab = {
  // The clock in the picture (32 blocks at the top left, least significant first), or null.
  stamp(video) {
    const w = video.videoWidth, h = video.videoHeight;
    if (!w) return null;
    this.canvas ??= new OffscreenCanvas(1, 1);
    const block = w / 80;
    this.canvas.width = w; this.canvas.height = Math.ceil(block);
    const pen = this.canvas.getContext('2d', { willReadFrequently: true });
    pen.drawImage(video, 0, 0, w, h);
    const pixels = pen.getImageData(0, 0, w, this.canvas.height).data;
    let value = 0;
    const row = Math.floor(block / 2) * w;
    for (let i = 0; i < 32; i++) {
      const at = 4 * (row + Math.floor((i + 0.5) * block));
      if (pixels[at + 1] > 128) value += 2 ** i;
    }
    return value;
  },
  // How loud a stream is now, 0..1; keeps one analyser a stream.
  async level(stream) {
    if (!stream?.getAudioTracks().length) return 0;
    this.meters ??= new WeakMap();
    if (!this.meters.has(stream)) {
      this.audio ??= new AudioContext();
      const analyser = new AnalyserNode(this.audio, { fftSize: 2048 });
      const sound = new MediaStream(stream.getAudioTracks());
      this.audio.createMediaStreamSource(sound).connect(analyser);
      this.meters.set(stream, analyser);
    }
    const samples = new Float32Array(2048);
    this.meters.get(stream).getFloatTimeDomainData(samples);
    return samples.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  },
  // Loudest frequency of a stream in Hz, or 0 when it is silent.
  async pitch(stream) {
    const audio = new AudioContext();
    await audio.resume();
    const analyser = new AnalyserNode(audio, { fftSize: 8192 });
    audio.createMediaStreamSource(new MediaStream(stream.getAudioTracks())).connect(analyser);
    const bins = new Float32Array(analyser.frequencyBinCount);
    await new Promise((done) => setTimeout(done, 400));
    analyser.getFloatFrequencyData(bins);
    const loudest = bins.reduce((best, level, i) => (level > bins[best] ? i : best), 0);
    const hertz = bins[loudest] < -70 ? 0 : (loudest * audio.sampleRate) / analyser.fftSize;
    await audio.close();
    return hertz;
  },
};
"""
