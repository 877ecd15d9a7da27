"""Two real browsers that speak with each other over the lab's line, through PulseAudio's air.

class_air   what sounds in the classroom: the teacher, and the loudspeaker; class_mic hears all
home_mouth  what the pupil says; home_mic hears it
home_ear    the pupil's headset
"""

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, Protocol

from playwright.sync_api import Browser, Page, Playwright

from bench.lab_net import SCHOOL_IP, Lab
from bench.lab_pulse import Pulse
from bench.lab_tls import make_tls
from bench.stage import CHROMIUM, FLAGS, has_chosen
from config.demo import Demo
from signaling.window import VOICE_FLAG

REAL_FLAGS = [flag for flag in FLAGS if flag != "--use-fake-device-for-media-stream"]
_START_S = 40
_PICTURE = {
    # Two machines' work and a drawn classroom on one: full size leaves no room for a measurement.
    "KLASGENOOT_CAMERA_WIDTH_PX": "640",
    "KLASGENOOT_CAMERA_HEIGHT_PX": "360",
    "KLASGENOOT_CAMERA_RATE_FPS": "15",
}
_ORIGIN = "http://localhost:9/"  # served by Playwright itself: a secure context without a server


class _End(NamedTuple):
    """One side: its network, what it speaks into and what it listens to."""

    network: str
    microphone: str
    ear: str


_SCHOOL = _End("school", "class_mic", "class_air")
_HOME = _End("home", "home_mic", "home_ear")


class System(Protocol):
    """Once made, both sides hear each other; ended by close()."""

    name: str

    def close(self) -> None: ...


def furnish(one: Pulse) -> None:
    """The classroom's air, the pupil's mouth and ear, and a microphone at either end."""
    for sink in ("class_air", "home_mouth", "home_ear"):
        one.sink(sink)
    one.microphone("class_mic", "class_air")
    one.microphone("home_mic", "home_mouth")


class Klasgenoot:
    """The product: demo's processes in two networks, kiosk page and home page; no camera at home.

    The class microphone and the loudspeaker are chosen by name, as on an installed set. The class
    picture runs beside it, small. The browsers have the flag for the voice that our own window has.
    """

    name = "klasgenoot"

    def __init__(self, playwright: Playwright, line: Lab, air: Pulse) -> None:
        self._folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        folder = Path(self._folder.name)
        self._browsers: list[Browser] = []
        self._demo = self._make_demo(line, folder)
        try:
            home_url, screen_url = self._demo.start()
            screen = _browser(playwright, line, air, folder, _SCHOOL, VOICE_FLAG)
            home = _browser(playwright, line, air, folder, _HOME, VOICE_FLAG)
            self._browsers = [screen, home]
            self.screen, self.home = screen.new_page(), home.new_page()
            self.screen.goto(screen_url)
            self.screen.wait_for_selector("body[data-state=ready]", timeout=_START_S * 1000)
            self.home.goto(home_url)
            self.home.wait_for_timeout(1000)
            self.home.click("[data-action=join]:visible")
            self.home.wait_for_selector("body[data-state=live]", timeout=_START_S * 1000)
            _until(self.home, "document.querySelector('#klas-geluid').currentTime > 1")
        except BaseException:
            self.close()
            raise

    def _make_demo(self, line: Lab, folder: Path) -> Demo:
        tls = make_tls(folder, SCHOOL_IP)
        school, home = " ".join(line.prefix("school")), " ".join(line.prefix("home"))
        prefixes = {
            f"DEMO_{name}_PREFIX": home if name == "HOME" else school
            for name in ("SET", "SERVER", "UNIT", "HOME")
        }
        os.environ.update(prefixes)
        has_chosen(folder / "demo")
        try:
            return Demo(
                folder / "demo",
                {
                    "KLASGENOOT_SERVER_HOST": SCHOOL_IP,
                    "KLASGENOOT_SERVER_CERTIFICATE_FILE": str(tls.certificate),
                    "KLASGENOOT_SERVER_CERTIFICATE_KEY_FILE": str(tls.key),
                    "KLASGENOOT_LINK_SERVER_URL": f"wss://{SCHOOL_IP}:8780/ws",
                    "KLASGENOOT_LINK_CA_FILE": str(tls.authority),
                    **_PICTURE,
                    "KLASGENOOT_SOUND_CLASS_MICROPHONE": "class_mic",
                    "KLASGENOOT_SOUND_LOUDSPEAKER": "class_air",
                    "NO_PROXY": "*",
                },
            )
        finally:
            for name in prefixes:
                del os.environ[name]

    def close(self) -> None:
        for browser in self._browsers:
            browser.close()
        self._demo.stop()
        self._folder.cleanup()


class ChromiumPeer:
    """Chromium to Chromium, microphone and element at their defaults."""

    name = "chromium"

    def __init__(self, playwright: Playwright, line: Lab, air: Pulse) -> None:
        self._folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        folder = Path(self._folder.name)
        self._browsers: list[Browser] = []
        try:
            for end in (_SCHOOL, _HOME):
                self._browsers.append(_browser(playwright, line, air, folder, end))
            first, second = (_open(browser) for browser in self._browsers)
            offer = first.evaluate("describe()")
            answer = second.evaluate("(offer) => describe(offer)", offer)
            first.evaluate("(answer) => take(answer)", answer)
            for page in (first, second):
                _until(page, "v.currentTime > 1")
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        for browser in self._browsers:
            browser.close()
        self._folder.cleanup()


_PEER = """<!doctype html><audio id=v autoplay></audio><script>
const pc = new RTCPeerConnection();
pc.ontrack = ({ track }) => { v.srcObject = new MediaStream([track]); };
globalThis.describe = async (offer) => {
    const sound = await navigator.mediaDevices.getUserMedia({ audio: true });
    for (const track of sound.getTracks()) pc.addTrack(track, sound);
    if (offer) await pc.setRemoteDescription(offer);
    await pc.setLocalDescription();
    while (pc.iceGatheringState !== 'complete') await new Promise((done) => setTimeout(done, 10));
    return pc.localDescription.toJSON();
};
globalThis.take = (answer) => pc.setRemoteDescription(answer);
</script>"""


def _open(browser: Browser) -> Page:
    page = browser.new_page()
    page.route(f"{_ORIGIN}**", lambda route: route.fulfill(body=_PEER, content_type="text/html"))
    page.goto(_ORIGIN)
    return page


def _browser(
    playwright: Playwright, line: Lab, air: Pulse, folder: Path, end: _End, *flags: str
) -> Browser:  # fmt: skip
    script = folder / f"chromium-{end.network}"
    script.write_text(f'#!/bin/sh\nexec {" ".join(line.prefix(end.network))} {CHROMIUM} "$@"\n')
    script.chmod(0o755)
    ends = {"PULSE_SOURCE": end.microphone, "PULSE_SINK": end.ear}
    return playwright.chromium.launch(
        executable_path=script,
        args=[*REAL_FLAGS, *flags],
        ignore_default_args=["--mute-audio"],
        env={**os.environ, **air.environment, **ends},
    )


def _until(page: Page, condition: str) -> None:
    deadline = time.monotonic() + _START_S
    while not page.evaluate(condition):
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {_START_S} s for {condition}")
        page.wait_for_timeout(100)


@contextmanager
def speaking(
    playwright: Playwright, line: Lab, air: Pulse, system: type[Klasgenoot] | type[ChromiumPeer]
) -> Iterator[System]:
    """The system, ended whatever happens."""
    one = system(playwright, line, air)
    try:
        yield one
    finally:
        one.close()
