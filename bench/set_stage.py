"""The whole set with everything that can be taken from it: network, sound, cables, power, disk.

School, server and home stand in network namespaces of their own (needs root); the screen is a
Chromium with PulseAudio's devices; the state folder is a small disk of its own.
"""

import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from playwright.sync_api import Browser, Error, Page, Playwright

from bench.lab_net import Lab, lab
from bench.lab_tls import TlsFiles, make_tls
from bench.pulse import MICROPHONE, Pulse, pulse
from bench.stage import CHROMIUM, FLAGS, PAGE_TOOLS, has_chosen
from bench.uart import Cable
from config.demo import Demo
from config.processes import Managed

SERVER_IP, SERVER_PORT = "10.77.1.1", 443
_FAKE = "--use-fake-device-for-media-stream"
_LOOK_S = 0.05
_WELL = (
    "document.body.dataset.state === 'ready' && !document.querySelector('#checks [data-ok=false]')"
    " && document.querySelector('#checks [data-check=pupil][data-ok=true]') !== null"
)
_DISK = "size=4m,mode=0700"


class SetStage:
    """Started by `set_stage()`; `heal()` waits until nothing is red any more."""

    def __init__(
        self, playwright: Playwright, stack: ExitStack, folder: Path, net: Lab, sound: Pulse
    ) -> None:
        self.folder, self.net, self.sound = folder, net, sound
        self.power, self.thermal = folder / "power", folder / "thermal"
        self.tls: TlsFiles = make_tls(folder, SERVER_IP)
        self._playwright, self._stack = playwright, stack
        self._write_machine()
        self.demo = self._make_demo()
        self.state = self.demo.folder / "unit"
        self.state.mkdir(parents=True)
        subprocess.run(["mount", "-t", "tmpfs", "-o", _DISK, "tmpfs", self.state], check=True)
        stack.callback(subprocess.run, ["umount", "-l", self.state], check=False)
        self._plug_after_start()
        stack.callback(self.demo.stop)
        self.home_url, self.screen_url = self.demo.start()
        self.screen = self._page("school", self.screen_url, real_sound=True)
        self.home = self._page("home", self.home_url, real_sound=False)
        if not self.heal():
            raise TimeoutError(f"the set is not well: {self.screen.inner_text('main')[:300]}")

    # --- looking --------------------------------------------------------------------------------

    def heal(self, timeout_s: float = 40) -> bool:
        """Wait until all is well again, also for the eye; whether it is."""
        return seen(self.screen, _WELL, None, time.monotonic() + timeout_s)

    def join(self) -> None:
        self.home.click("[data-action=join]")

    def leave(self) -> None:
        self.home.click("[data-action=leave]")
        self.home.wait_for_selector("body[data-state=off]")

    # --- taking away ----------------------------------------------------------------------------

    def restart_unit(self, *prefix: str, **settings: str) -> float:
        """Stop the agent, and start it with other settings; when it began to start."""
        self.demo.unit.stop()
        environment = self.demo.environment | {f"KLASGENOOT_{k}": v for k, v in settings.items()}
        unit = Managed(
            "unit", ("klasgenoot", "run"), environment, [*self.net.prefix("school"), *prefix],
            self.demo.folder / "unit.log",
        )  # fmt: skip
        self.demo.unit = unit
        began = time.monotonic()
        unit.start()
        return began

    def unplug_ptz(self) -> None:
        self.cable.unplug()

    def plug_ptz(self) -> None:
        self.cable = Cable(self.folder / "cable", self.demo.folder / "hardware" / "ptz")

    def crash_screen(self) -> None:
        """As when the browser's page dies: its connections end, and nothing is told."""
        with suppress(Error):
            self.screen.close()

    def new_screen(self) -> None:
        browser = self.screen.context.browser
        assert browser is not None
        with suppress(Error):
            self.screen.close()
        self.screen = _open(browser, self.screen_url)

    def link(self, up: bool) -> None:
        """The network cable of the set."""
        state = "up" if up else "down"
        _ip("-n", self.net.school, "link", "set", "eth0", state)
        if up:
            _ip("-n", self.net.school, "route", "replace", "default", "via", SERVER_IP)

    # --- making ---------------------------------------------------------------------------------

    def _write_machine(self) -> None:
        """What the kernel would tell: a battery on mains, and a cool processor."""
        for name, values in {
            "AC": {"type": "Mains", "online": "1"},
            "BAT0": {"type": "Battery", "scope": "System", "capacity": "80", "status": "Full"},
        }.items():
            (self.power / name).mkdir(parents=True)
            for key, value in values.items():
                (self.power / name / key).write_text(value + "\n")
        (self.thermal / "thermal_zone0").mkdir(parents=True)
        self.heat(48.0)

    def heat(self, celsius: float) -> None:
        (self.thermal / "thermal_zone0" / "temp").write_text(f"{celsius * 1000:.0f}\n")

    def _make_demo(self) -> Demo:
        settings = {
            "SERVER_HOST": SERVER_IP,
            "SERVER_PORT": str(SERVER_PORT),
            "SERVER_CERTIFICATE_FILE": str(self.tls.certificate),
            "SERVER_CERTIFICATE_KEY_FILE": str(self.tls.key),
            "LINK_SERVER_URL": f"wss://{SERVER_IP}:{SERVER_PORT}/ws",
            "LINK_CA_FILE": str(self.tls.authority),
            "CAMERA_SOURCE": "sim:stamped",
            "PTZ_PORT": str(self.folder / "cable"),
            "UNIT_POWER_DIR": str(self.power),
            "UNIT_THERMAL_DIR": str(self.thermal),
            "SOUND_CLASS_MICROPHONE": MICROPHONE,
        }
        places = {"SERVER": "line", "UNIT": "school", "HOME": "home"}
        prefixes = {f"DEMO_{n}_PREFIX": " ".join(self.net.prefix(p)) for n, p in places.items()}
        os.environ.update(prefixes)
        try:
            environment = {f"KLASGENOOT_{name}": text for name, text in settings.items()}
            has_chosen(self.folder / "demo")
            return Demo(self.folder / "demo", environment)
        finally:
            for name in prefixes:
                del os.environ[name]

    def _plug_after_start(self) -> None:
        """The cable needs the simulated camera's port, which is there once the set has started."""
        start = self.demo.set.start

        def begin() -> None:
            start()
            self.demo.set.wait_line("ready")
            self.plug_ptz()

        self.demo.set.start = begin  # type: ignore[method-assign]

    def _page(self, end: str, url: str, real_sound: bool) -> Page:
        script = self.folder / f"chromium-{end}"
        prefix = " ".join(self.net.prefix(end))
        script.write_text(f'#!/bin/sh\nexec {prefix} {CHROMIUM} "$@"\n')
        script.chmod(0o755)
        browser = self._playwright.chromium.launch(
            executable_path=script,
            args=[flag for flag in FLAGS if not (real_sound and flag == _FAKE)],
            ignore_default_args=["--mute-audio"],
            env={**os.environ, **self.sound.environment} if real_sound else None,
        )
        self._stack.callback(_close, browser)
        return _open(browser, url)


def seen(page: Page, script: str, argument: object, deadline: float) -> bool:
    """Whether the script says true before the deadline (monotonic, s); the page's own policy
    forbids Playwright's waiting for a function."""
    while time.monotonic() < deadline:
        with suppress(Error):  # a page that is being loaded
            if page.evaluate(script, argument):
                return True
        time.sleep(_LOOK_S)
    return False


def _open(browser: Browser, url: str) -> Page:
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    page.add_init_script(PAGE_TOOLS)
    page.goto(url)
    return page


def _close(browser: Browser) -> None:
    with suppress(Error):  # one that was crashed on purpose
        browser.close()


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, timeout=10)


@contextmanager
def set_stage(playwright: Playwright) -> Iterator[SetStage]:
    """Everything started, and stopped again."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
        folder.chmod(0o755)
        net = stack.enter_context(lab())
        sound = stack.enter_context(pulse(folder))
        yield SetStage(playwright, stack, folder, net, sound)
