"""What is wrong is named, in words, where the person who can mend it looks; the lesson goes on."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Playwright

from bench.stage import stage
from tests.conftest import in_class, wait_for

pytestmark = pytest.mark.browser

CAMERA_FAULTS = {
    "absent": ("v4l2:/dev/video99", "camera_absent"),
    "no file": ("file:/nowhere/lesson.mp4", "camera_stopped"),
    "no such source": ("webcam", "camera_stopped"),
}


@pytest.mark.parametrize("name", CAMERA_FAULTS)
def test_a_camera_that_gives_nothing(play: Playwright, name: str) -> None:
    source, reason = CAMERA_FAULTS[name]
    with stage(play, CAMERA_SOURCE=source) as one:
        screen = one.screen()
        screen.wait_for_selector("body[data-state=fault]", timeout=15_000)
        words = screen.evaluate(
            "async (r) => (await import('/gedeeld/teksten.js')).t('fault.' + r)", reason
        )
        screen.get_by_text(words).first.wait_for()


def test_no_serial_line(play: Playwright) -> None:
    with stage(play, PTZ_PORT="/nowhere/ptz") as one:
        lesson = in_class(one)
        wait_for(lesson.picture_is_fresh)
        assert lesson.home.locator("[data-action=left]").is_disabled()
        assert not lesson.commands()


def test_the_serial_line_is_unplugged_in_mid_lesson(play: Playwright) -> None:
    with stage(play) as one:
        lesson = in_class(one)
        left = lesson.home.locator("[data-action=left]")
        wait_for(left.is_enabled)
        one.demo.set.kill()
        wait_for(left.is_disabled, what="steering to be switched off")
        assert lesson.picture_is_fresh()
        seen = len(lesson.commands())
        one.demo.set.start()
        wait_for(left.is_enabled, what="steering again")
        stops = [c for c in lesson.commands()[seen:] if c.endswith("0303ff")]
        assert stops, "a line that comes back begins with Stop"


def test_no_light(play: Playwright) -> None:
    with stage(play, LIGHT_PATH="/nowhere/light") as one:
        lesson = in_class(one)
        lesson.home.click("[data-action=question]")
        lesson.wait_question(lesson.screen, "asked")  # the banner does without


def test_the_set_is_off_and_then_on(play: Playwright) -> None:
    with stage(play) as one:
        one.demo.unit.kill()
        home = one.home()
        home.click("[data-action=join]")
        home.wait_for_selector("body[data-state=calling]")
        home.get_by_text("staat nog uit").first.wait_for(timeout=15_000)
        one.demo.unit.start()
        home.wait_for_selector("body[data-state=live]", timeout=20_000)


def test_not_paired(play: Playwright, tmp_path: Path) -> None:
    with stage(play, LAPTOP_STATE_DIR=str(tmp_path / "fresh")) as one:
        (tmp_path / "fresh" / "pair.json").unlink()
        one.demo.home.kill()
        one.demo.home.start()
        one.demo.home.wait_line("home ")
        home = one.home()
        home.wait_for_selector("#pairing-code")  # no way in, but how to get one
        assert home.locator("[data-action=join]").is_hidden()


def test_another_key_behind_the_right_pair_is_not_believed(play: Playwright) -> None:
    """The server knows the laptop, but the set has pinned another key."""
    with stage(play) as one:
        pair = one.demo.folder / "unit" / "pair.json"
        stranger = _run(one.demo.environment, "klasgenoot", "key", state="UNIT", folder="other")
        _run(one.demo.environment, "klasgenoot", "trust", stranger.stdout.strip(), state="UNIT")
        assert pair.exists()
        one.demo.unit.kill()
        one.demo.unit.start()
        one.demo.unit.wait_line("screen ")
        home = one.home()
        home.wait_for_selector("[data-action=join]")
        home.click("[data-action=join]")
        home.wait_for_selector("body[data-state=refused]", timeout=20_000)
        assert home.evaluate("document.querySelector('#klas-video').videoWidth") < 16


def test_a_wrong_setting_is_one_clear_line() -> None:
    for module in ("klasgenoot", "thuis_client", "signaling"):
        done = _run({"KLASGENOOT_PTZ_DEADMAN_S": "0.4"}, module, "run")
        assert done.returncode == 2
        assert "did you mean deadman_ms?" in done.stderr
        assert "Traceback" not in done.stderr


def _run(
    environment: dict[str, str], *arguments: str, state: str = "", folder: str = ""
) -> "subprocess.CompletedProcess[str]":
    extra = {}
    if folder:
        base = Path(environment[f"KLASGENOOT_{state}_STATE_DIR"])
        extra[f"KLASGENOOT_{state}_STATE_DIR"] = str(base.parent / folder)
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        env={**os.environ, **environment, **extra},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
