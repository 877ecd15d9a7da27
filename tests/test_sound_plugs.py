"""A microphone or loudspeaker is unplugged in mid-lesson: real PulseAudio, real kiosk page."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, Playwright

from bench.lab_pulse import Pulse, pulse
from bench.stage import CHROMIUM, FLAGS, stage
from tests.conftest import wait_for

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(shutil.which("pulseaudio") is None, reason="needs pulseaudio"),
]


plugs: dict[str, str] = {}
"""Numbers of the modules that are plugged in now."""


@pytest.fixture(scope="module")
def air() -> Iterator[Pulse]:
    with pulse() as one:
        plugs["speaker"] = one.sink("boxje")
        one.sink("lucht")
        one.sink("andere")
        one.microphone("tafelmic", "andere")
        yield one


@pytest.fixture(scope="module")
def screen(play: Playwright, air: Pulse) -> Iterator[Page]:
    names = {"SOUND_CLASS_MICROPHONE": "halsmic", "SOUND_LOUDSPEAKER": "boxje"}
    names["SOUND_ROOM_MICROPHONE"] = "tafelmic"
    plugs["mic"] = air.microphone("halsmic", "lucht")
    with stage(play, **names) as one:
        browser = play.chromium.launch(
            executable_path=CHROMIUM,
            args=[flag for flag in FLAGS if "fake-device" not in flag],
            ignore_default_args=["--mute-audio"],
            env={
                **os.environ,
                **air.environment,
                "PULSE_SOURCE": "tafelmic",
                "PULSE_SINK": "andere",
            },
        )
        page = browser.new_page()
        page.goto(one.screen_url)
        page.wait_for_selector("body[data-state=ready]")
        yield page
        browser.close()


def notice(page: Page, words: str) -> Locator:
    return page.locator("#notices", has_text=words)


def used(page: Page) -> str:
    return page.inner_text("#sound-used")


def test_the_named_ones_are_used_and_named_on_the_screen(screen: Page) -> None:
    wait_for(lambda: "halsmic" in used(screen), what="the microphone of the settings")
    wait_for(lambda: "Luidspreker: boxje" in used(screen), what="the loudspeaker of the settings")


def test_an_unplugged_microphone_is_replaced_and_taken_back(screen: Page, air: Pulse) -> None:
    air.unload(plugs["mic"])
    wait_for(lambda: "halsmic" not in used(screen), what="another microphone")
    notice(screen, "De gewone microfoon is er niet").wait_for()
    plugs["mic"] = air.microphone("halsmic", "lucht")
    wait_for(lambda: "halsmic" in used(screen), what="the microphone of the settings again")
    notice(screen, "De gewone microfoon is er niet").wait_for(state="hidden")


def test_an_unplugged_loudspeaker_is_replaced_and_taken_back(screen: Page, air: Pulse) -> None:
    sink = "document.querySelector('#leerling-video').sinkId"
    named = screen.evaluate(sink)
    assert named
    air.unload(plugs["speaker"])
    wait_for(lambda: screen.evaluate(sink) == "", what="the system's own choice")
    notice(screen, "De gewone luidspreker is er niet").wait_for()
    plugs["speaker"] = air.sink("boxje")
    wait_for(lambda: "Luidspreker: boxje" in used(screen), what="the one of the settings again")
    assert screen.evaluate(sink) == named
    notice(screen, "De gewone luidspreker is er niet").wait_for(state="hidden")
