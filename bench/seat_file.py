"""A file from class to pupil while the lesson runs on a narrow line: does the picture notice?

The line of 2 Mbit/s is the one that the class picture takes too; the file goes over the talk leg.
"""

import os
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Playwright

from bench.lab_net import lab
from bench.page_watch import Watch
from bench.picture_figures import steady
from bench.picture_systems import Klasgenoot, browser_in
from bench.stage import write_tone

SCENARIO = "file_20mib_2mbit"
_KBPS = 2000
_SIZE = 20 * 1024 * 1024
_SETTLE_S, _BEFORE_S = 8.0, 10.0
_PATIENCE_S = 280.0
_PICK = "#file-input"
_HERE = "document.querySelector('#file-list [data-action^=file-view]') !== null"


def file_while_live(playwright: Playwright) -> dict[str, float]:
    """The figures of SCENARIO; one that could not be measured is left out. Needs root."""
    with tempfile.TemporaryDirectory() as name, lab() as one:
        folder = Path(name)
        file = folder / "werkblad.pdf"
        file.write_bytes(b"%PDF-1.7\n" + os.urandom(_SIZE - 9))  # what is not squeezed on the way
        system = Klasgenoot(playwright, one, "sim:stamped")
        try:
            tone = write_tone(folder / "class.wav", 880)
            flag = f"--use-file-for-fake-audio-capture={tone}"
            screen = browser_in(playwright, one, "school", folder, flag).new_page()
            screen.goto(system.screen_url)
            screen.wait_for_selector("body[data-state=live]")
            system.page.wait_for_selector("[data-action=mirror]:visible")  # the talk leg is up
            one.rate(_KBPS)
            watch = Watch(system.page, system.video)
            _pass(watch, system, _SETTLE_S)
            began = time.time()
            _pass(watch, system, _BEFORE_S)
            screen.set_input_files(_PICK, file)
            sent = time.time()
            arrived = _wait(watch, system, sent)
            ended = time.time()
        finally:
            system.close()
    before = steady(watch.shown, watch.counts, began, sent, _KBPS)
    during = steady(watch.shown, watch.counts, sent, ended, _KBPS)
    figures = {"arrived_pct": 100.0 * arrived, "seconds": ended - sent}
    figures |= {key: during[key] for key in ("fps", "p95_ms", "freezes_per_min") if key in during}
    return figures | {f"{key}_before": before[key] for key in ("fps", "p95_ms") if key in before}


def _pass(watch: Watch, system: Klasgenoot, seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        system.page.wait_for_timeout(500)
        watch.gather()


def _wait(watch: Watch, system: Klasgenoot, since: float) -> bool:
    """Until the file is there whole (its checksum holds, or the page would not list it)."""
    while time.time() - since < _PATIENCE_S:
        _pass(watch, system, 0.5)
        if system.page.evaluate(_HERE):
            return True
    return False
