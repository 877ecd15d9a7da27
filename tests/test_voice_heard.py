"""Being heard, both real pages: hold to talk, the level, and what the class says it hears."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Playwright

from bench.stage import stage
from tests.axe import violations
from tests.conftest import Lesson, in_class, wait_for
from tests.test_presence import CAMERAS

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def lesson(play: Playwright) -> Iterator[Lesson]:
    with stage(play, "sound") as one:
        lesson = in_class(one)
        lesson.home.add_init_script(CAMERAS)
        lesson.home.reload()
        lesson.wait_state(lesson.home, "live")
        lesson.wait_state(lesson.screen, "live")
        wait_for(lambda: lesson.class_hears() > 0, what="the voice in class")
        yield lesson


def test_it_says_that_the_class_hears_and_the_panel_has_no_barriers(lesson: Lesson) -> None:
    lesson.home.click("[data-action=voice]")
    lesson.home.locator("#klank-klas", has_text="De klas hoort je.").wait_for()
    wait_for(
        lambda: lesson.home.evaluate("document.querySelector('#klank-meter').value > 0.5"),
        what="the level",
    )
    assert violations(lesson.home) == []
    lesson.home.keyboard.press("Escape")
    lesson.home.wait_for_selector("#klank", state="hidden")


def test_a_pupil_without_a_picture_is_played_in_class(lesson: Lesson) -> None:
    playing = "document.querySelector('#leerling-video').readyState >= 2"
    wait_for(lambda: lesson.screen.evaluate(playing), what="the element that plays the voice")


def test_what_does_not_arrive_in_class_is_said_at_home(lesson: Lesson) -> None:
    switch = """async (active) => {
        for (const leg of legs.filter(({ connectionState }) => connectionState === 'connected'))
            for (const sender of leg.getSenders().filter(({ track }) => track?.kind === 'audio')) {
                const parameters = sender.getParameters();
                parameters.encodings.forEach((encoding) => (encoding.active = active));
                await sender.setParameters(parameters);
            }
    }"""
    lesson.home.evaluate(switch, False)
    lesson.home.locator("#notices", has_text="De klas hoort je niet.").wait_for()
    lesson.home.evaluate(switch, True)
    lesson.home.locator("#notices", has_text="De klas hoort je niet.").wait_for(state="hidden")


def test_a_loudspeaker_that_does_not_play_is_said_at_home(lesson: Lesson) -> None:
    lesson.screen.evaluate("document.querySelector('#leerling-video').pause()")
    lesson.home.locator("#notices", has_text="De luidspreker in de klas doet het niet").wait_for()
    lesson.screen.evaluate("document.querySelector('#leerling-video').play()")
    lesson.home.locator("#notices", has_text="De luidspreker in de klas").wait_for(state="hidden")


def test_held_to_talk_it_is_silent_until_the_key_is_down(lesson: Lesson) -> None:
    lesson.home.click("[data-action=voice]")
    lesson.home.click("[data-action=voice-hold]")
    lesson.home.click("[data-action=voice-done]")
    wait_for(lambda: lesson.class_hears() == 0, what="silence in class")
    bars = "getComputedStyle(document.querySelector('.waves i')).animationName"
    wait_for(lambda: lesson.screen.evaluate(bars) == "none", what="bars that stand still")
    lesson.home.wait_for_selector("[data-action=talk]:visible")
    assert not lesson.home.is_visible("[data-action=mute]")
    lesson.home.keyboard.down("t")
    wait_for(lambda: lesson.class_hears() > 0, what="the voice while held")
    wait_for(lambda: lesson.screen.evaluate(bars) == "speak", what="bars that move")
    lesson.home.keyboard.up("t")
    wait_for(lambda: lesson.class_hears() == 0, what="silence again")
    lesson.home.hover("[data-action=talk]")
    lesson.home.mouse.down()
    lesson.home.wait_for_selector("[data-action=talk][aria-pressed=true]")
    lesson.home.evaluate("window.dispatchEvent(new Event('blur'))")  # another window came in front
    lesson.home.wait_for_selector("[data-action=talk][aria-pressed=false]")
    lesson.home.mouse.up()
    lesson.home.click("[data-action=voice]")
    lesson.home.click("[data-action=voice-hold]")
    lesson.home.click("[data-action=voice-done]")
    wait_for(lambda: lesson.class_hears() > 0, what="the voice as before")


def test_noise_suppression_opens_the_microphone_anew_and_it_is_still_heard(lesson: Lesson) -> None:
    calm = """legs.flatMap((leg) => leg.getSenders()).map(({ track }) => track)
        .findLast((track) => track?.kind === 'audio').getSettings().noiseSuppression"""
    lesson.home.click("[data-action=voice]")
    assert lesson.home.evaluate(calm) is True
    lesson.home.click("[data-action=voice-calm]")
    wait_for(lambda: lesson.home.evaluate(calm) is False, what="a microphone without it")
    wait_for(lambda: lesson.class_hears() > 0, what="the voice")
    lesson.home.click("[data-action=voice-calm]")
    lesson.home.click("[data-action=voice-echo]")
    lesson.home.locator("#klank-echo", has_text="Geen echo").wait_for()
    lesson.home.click("[data-action=voice-done]")


REACH = """async (seconds) => {
    const { Reach } = await import('/reach.js');
    const reach = new Reach();
    return seconds.map(([peak, db, plays]) =>
        reach.step(peak, db === null ? null : { level_db: db, plays })).at(-1);
}"""
SPEAKS, SILENT = -15, -70


@pytest.mark.parametrize(
    ("seconds", "state"),
    [
        ([], None),
        ([(SPEAKS, -90, True)] * 2, "unknown"),
        ([(SPEAKS, -30, True)] * 4, "heard"),
        ([(SPEAKS, -90, True)] * 4, "unheard"),
        ([(SILENT, -90, True)] * 20, "quiet"),  # who is silent is not "not heard"
        ([(SPEAKS, None, True)] * 20, "unknown"),  # the line, not the microphone
        ([(SPEAKS, -90, True)] * 6 + [(SILENT, -90, True)] * 20, "unheard"),
        ([(SPEAKS, -90, True)] * 6 + [(SPEAKS, -30, True)], "heard"),
        ([(SILENT, -90, False)] * 3, "unplayed"),
        ([(SILENT, -90, False)] * 3 + [(SILENT, -90, True)], "quiet"),
        ([(SPEAKS, -90, True)] * 6 + [(None, -90, True)], "unknown"),
    ],
)
def test_heard_or_not(lesson: Lesson, seconds: list[tuple], state: str | None) -> None:
    assert lesson.home.evaluate(REACH, seconds) == state


ECHO = "async ([on, off]) => (await import('/echo.js')).judgeEcho(on, off)"


@pytest.mark.parametrize(
    ("on", "off", "told"),
    [
        ([-80] * 20, [-80] * 20, "none"),
        ([-40] * 20, [-80] * 20, "echo"),
        ([-40] * 20, [-40] * 20, "noisy"),
        ([-30] * 9 + [-80] * 11, [-80] * 20, "none"),  # once in a while is somebody who coughs
        ([], [], "failed"),
    ],
)
def test_an_echo(lesson: Lesson, on: list[float], off: list[float], told: str) -> None:
    assert lesson.home.evaluate(ECHO, [on, off]) == told


def test_without_a_microphone_the_echo_test_says_so(lesson: Lesson) -> None:
    told = lesson.home.evaluate("import('/echo.js').then(({ testEcho }) => testEcho(null))")
    assert told == "failed"
