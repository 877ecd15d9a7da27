"""Ending a pair in mid-lesson, in the three ways there are, and an old backup of the server after
it: how long pictures go on, and whether the ended laptop ever gets in again."""

import shutil
import time
from pathlib import Path

from playwright.sync_api import Page, Playwright
from playwright.sync_api import TimeoutError as PlaywrightTimeout
from rich.progress import track

from bench.results import Results
from bench.stage import Stage, pictures, stage
from signaling.keyfile import load_pairing

WAYS: dict[str, tuple[str, tuple[str, ...]]] = {
    "server": ("server.db.revoked", ("signaling", "pair", "revoke")),
    "unit": ("unit/pair.json", ("klasgenoot", "unpair")),
    "laptop": ("laptop/pair.json", ("thuis_client", "unpair")),
}
"""Where it is ended: the file that says so from then on, and the command that does it."""

_VIDEOS = ("#klas-video", "#leerling-video")
_QUIET_S = 2.0  # without a picture this long, none comes any more
_PATIENCE_S = 20.0

_WATCH = """(selector) => {
    const video = document.querySelector(selector);
    const shown = () => {
        globalThis.lastShown = Date.now();
        video.requestVideoFrameCallback(shown);
    };
    video.requestVideoFrameCallback(shown);
}"""


def measure(playwright: Playwright, results: Results) -> None:
    """Each way in a lesson of its own."""
    stops, joined = [], 0
    for way in track(WAYS, "revocation"):
        with stage(playwright) as one:
            lesson = _Lesson(one)
            stops.append(lesson.stop(way))
            joined += lesson.comes_back()
        results.add("trust", f"revocation_{way}", "klasgenoot", live_to_stop_s=stops[-1])
    results.add(
        "trust",
        "revocation",
        "klasgenoot",
        live_to_stop_s=max(stops),
        joined_after_restore=joined,
    )


class _Lesson:
    """Both pictures are on the glass, and yesterday's backups are made."""

    def __init__(self, one: Stage) -> None:
        self._demo, self._folder = one.demo, one.folder
        self._database = self._demo.folder / "server.db"
        self._laptop = self._demo.folder / "laptop"
        pairing = load_pairing(self._demo.folder / "unit")
        assert pairing is not None
        self._name = pairing.name
        shutil.copy(self._database, self._folder / "backup.db")
        shutil.copytree(self._laptop, self._folder / "stolen")
        self._home, self._screen = one.lesson()
        for page, video in zip(self._pages, _VIDEOS, strict=True):
            page.evaluate(_WATCH, video)
            while pictures(page, video) == 0:
                page.wait_for_timeout(20)

    @property
    def _pages(self) -> tuple[Page, Page]:
        return self._home, self._screen

    def stop(self, way: str) -> float:
        """Seconds from the pair's end, as it stands on the disk, to the last picture anywhere."""
        file, command = WAYS[way]
        self._demo._tell(*command, *([self._name] if way == "server" else []))
        ended = (self._demo.folder / file).stat().st_mtime
        while time.time() - ended < _PATIENCE_S:
            last = self._last_shown()
            if time.time() - last > _QUIET_S:
                return max(0.0, last - ended)
            self._home.wait_for_timeout(50)
        return float("inf")

    def comes_back(self) -> bool:
        """The server's whole disk is of yesterday, and so is the laptop's: does it see the class?

        The laptop waits at the door before the set is there, which knows better.
        """
        demo = self._demo
        for process in (demo.home, demo.unit, demo.server):
            process.stop()
        shutil.copy(self._folder / "backup.db", self._database)
        Path(f"{self._database}.revoked").unlink(missing_ok=True)
        shutil.rmtree(self._laptop)
        shutil.copytree(self._folder / "stolen", self._laptop)
        if "valid" not in demo._tell("signaling", "pair", "list"):
            raise RuntimeError("the backup does not know the pair: nothing would be tried")
        demo.server.start()
        demo.server.wait_line("server")
        demo.home.start()
        demo.home.wait_line("home ")
        self._home.click("[data-action=join]")
        self._home.wait_for_selector("body[data-state=calling]")
        waiting_since = time.time()
        demo.unit.start()
        demo.unit.wait_line("screen ")
        try:
            told = "body[data-state=off], body[data-state=refused]"
            self._home.wait_for_selector(told, timeout=_PATIENCE_S * 1000)
        except PlaywrightTimeout:
            return True
        return self._last_shown() > waiting_since

    def _last_shown(self) -> float:
        return float(max(page.evaluate("lastShown") for page in self._pages)) / 1000
