"""The systems under test, each started in the lab: sender at school, receiving page at home."""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Protocol

import psutil
from playwright.sync_api import Browser, Page, Playwright
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from bench.lab_net import SCHOOL_IP, Lab
from bench.lab_tls import make_tls
from bench.page_peer import LOOKER, SENDER
from bench.page_watch import WATCH
from bench.stage import CHROMIUM, FLAGS, has_chosen
from config.demo import Demo

_START_S = 30
_VIEWPORT = {"width": 1280, "height": 720}
_ORIGIN = "http://localhost:9/"  # served by Playwright itself: a secure context without a server


class System(Protocol):
    """Started by its constructor (the picture shows), ended by close()."""

    name: str
    page: Page
    video: str

    def pump(self) -> None:
        """Carry over what the two sides have to tell each other; called many times a second."""

    def sender(self) -> list[int]:
        """Process ids of the sender."""

    def close(self) -> None: ...


class Klasgenoot:
    """The product as `make demo` starts it, its processes in two networks; no kiosk page.

    `server` is the end and the address of the server, `source` the camera of the set.
    """

    name, video = "klasgenoot", "#klas-video"

    def __init__(
        self,
        playwright: Playwright,
        one: Lab,
        source: Path | str,
        server: tuple[str, str] = ("school", SCHOOL_IP),
    ) -> None:
        end, address = server
        self._folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        folder = Path(self._folder.name)
        tls = make_tls(folder, address)
        python = sys.executable
        school, home = " ".join(one.prefix("school")), " ".join(one.prefix("home"))
        prefixes = {
            "DEMO_SET_PREFIX": school,
            "DEMO_SERVER_PREFIX": " ".join(one.prefix(end)),
            "DEMO_UNIT_PREFIX": f"{school} {python} -m bench.lab_unit",
            "DEMO_HOME_PREFIX": home,
        }
        settings = {
            "KLASGENOOT_SERVER_HOST": address,
            "KLASGENOOT_SERVER_CERTIFICATE_FILE": str(tls.certificate),
            "KLASGENOOT_SERVER_CERTIFICATE_KEY_FILE": str(tls.key),
            "KLASGENOOT_LINK_SERVER_URL": f"wss://{address}:8780/ws",
            "KLASGENOOT_LINK_CA_FILE": str(tls.authority),
            "KLASGENOOT_CAMERA_SOURCE": source if isinstance(source, str) else f"bench:{source}",
            "NO_PROXY": "*",
        }
        os.environ.update(prefixes)
        try:
            self.demo = Demo(folder / "demo", settings)
        finally:
            for name in prefixes:
                del os.environ[name]
        has_chosen(folder / "demo")
        try:
            url, self.screen_url = self.demo.start()
            self._browser = browser_in(playwright, one, "home", folder)
            self.page = _page(self._browser)
            self.page.goto(url)
            self.page.wait_for_selector("[data-action=join]:visible", timeout=_START_S * 1000)
            self._join()
        except BaseException:
            self.close()
            raise

    def _join(self) -> None:
        """Press the button until the set is there; its link may still be on its way."""
        for _ in range(_START_S):
            self.page.click("[data-action=join]:visible", timeout=5000)
            try:
                self.page.wait_for_selector("body[data-state=live]", timeout=5000)
                return
            except PlaywrightTimeout:
                if self.page.evaluate("document.body.dataset.state") not in ("refused", "off"):
                    self.page.wait_for_selector("body[data-state=live]", timeout=_START_S * 1000)
                    return

    def pump(self) -> None:
        pass

    def sender(self) -> list[int]:
        process = self.demo.unit.process
        return [process.pid] if process else []

    def close(self) -> None:
        if hasattr(self, "_browser"):
            self._browser.close()
        self.demo.stop()
        self._folder.cleanup()


class ChromiumPeer:
    """Chromium to Chromium, VP8, everything at its default; the reel comes from a worker."""

    name, video = "chromium", "#v"

    def __init__(self, playwright: Playwright, one: Lab, reel: Path) -> None:
        self._folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        folder = Path(self._folder.name)
        self._browsers: list[Browser] = []
        self._mark = f"--klab-sender={os.getpid()}-{id(self)}"
        try:
            self._browsers.append(browser_in(playwright, one, "school", folder, self._mark))
            self._browsers.append(browser_in(playwright, one, "home", folder))
            self._send, self.page = (_page(browser) for browser in self._browsers)
            _open(self._send, SENDER)
            self._send.set_input_files("#reel", reel)
            self._send.evaluate("peer.roll()")
            _open(self.page, LOOKER)
            self.page.evaluate("peer.join(true)")
            _until_picture(self)
        except BaseException:
            self.close()
            raise

    def pump(self) -> None:
        for source, target in ((self.page, self._send), (self._send, self.page)):
            for message in source.evaluate("peer.outbox.splice(0)"):
                target.evaluate("(message) => peer.receive(message)", message)

    def sender(self) -> list[int]:
        for process in psutil.process_iter(["cmdline"]):
            if self._mark in (process.info["cmdline"] or []):
                return [process.pid, *(child.pid for child in process.children(recursive=True))]
        return []

    def close(self) -> None:
        for browser in self._browsers:
            browser.close()
        self._folder.cleanup()


class AiortcPeer:
    """Plain aiortc to Chromium; signaling once, no way back after a dead line."""

    video = "#v"

    def __init__(self, playwright: Playwright, one: Lab, reel: Path, codec: str = "H264") -> None:
        self.name = "aiortc" if codec == "H264" else f"aiortc_{codec.lower()}"
        self._folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self._process = subprocess.Popen(
            [*one.prefix("school"), sys.executable, "-m", "bench.lab_aiortc", str(reel), codec],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parent.parent,
        )
        try:
            self._line()
            self._browser = browser_in(playwright, one, "home", Path(self._folder.name))
            self.page = _page(self._browser)
            _open(self.page, LOOKER)
            self.page.evaluate("peer.join(false)")
            _until_picture(self)
        except BaseException:
            self.close()
            raise

    def pump(self) -> None:
        for message in self.page.evaluate("peer.outbox.splice(0)"):
            if self._process.poll() is not None or self._process.stdin is None:
                raise RuntimeError("the aiortc peer has ended")
            self._process.stdin.write(json.dumps(message["description"]) + "\n")
            self._process.stdin.flush()
            answer = json.loads(self._line())
            self.page.evaluate("(message) => peer.receive(message)", {"description": answer})

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()

    def sender(self) -> list[int]:
        return [self._process.pid]

    def close(self) -> None:
        if hasattr(self, "_browser"):
            self._browser.close()
        self._process.kill()
        self._process.wait()
        self._folder.cleanup()


def browser_in(
    playwright: Playwright, one: Lab, end: str, folder: Path, *flags: str
) -> Browser:  # fmt: skip
    script = folder / f"chromium-{end}"
    script.write_text(f'#!/bin/sh\nexec {" ".join(one.prefix(end))} {CHROMIUM} "$@"\n')
    script.chmod(0o755)
    return playwright.chromium.launch(executable_path=script, args=[*FLAGS, *flags])


def _page(browser: Browser) -> Page:
    page = browser.new_page(viewport=_VIEWPORT)
    page.add_init_script(WATCH)
    return page


def _open(page: Page, html: str) -> None:
    page.route(
        f"{_ORIGIN}**", lambda route: route.fulfill(body=html, content_type="text/html")
    )  # fmt: skip
    page.goto(_ORIGIN)


def _until_picture(system: ChromiumPeer | AiortcPeer) -> None:
    deadline = time.monotonic() + _START_S
    while time.monotonic() < deadline:
        system.pump()
        if system.page.evaluate("document.querySelector('video').videoWidth"):
            return
        system.page.wait_for_timeout(50)
    raise TimeoutError(f"no picture of {system.name} in {_START_S} s")
