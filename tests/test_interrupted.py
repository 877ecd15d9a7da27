"""Interrupted in the middle of something, a pupil is back in the same place; nothing is stuck."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect

from bench.stage import pictures, stage
from tests.conftest import Lesson, in_class, wait_for

pytestmark = pytest.mark.browser


@pytest.fixture
def lesson(play: Playwright) -> Iterator[Lesson]:
    with stage(play) as one:
        yield in_class(one)


# --- how it is interrupted ----------------------------------------------------------------------


def reloaded(lesson: Lesson) -> None:
    lesson.home.reload()


def window_closed(lesson: Lesson) -> None:
    lesson.home.context.browser.close()  # type: ignore[union-attr]
    lesson.home = lesson.stage.home()


def line_cut(lesson: Lesson) -> None:
    """The set does not answer for a while."""
    pid = lesson.stage.demo.unit.process.pid  # type: ignore[union-attr]
    os.kill(pid, signal.SIGSTOP)
    try:
        lesson.wait_state(lesson.home, "reconnecting")
    finally:
        os.kill(pid, signal.SIGCONT)


def screen_reloaded(lesson: Lesson) -> None:
    lesson.screen.reload()


def laptop_killed(lesson: Lesson) -> None:
    with lesson.page_meets_new_process():
        lesson.stage.demo.home.kill()
        lesson.stage.demo.home.start()


_UNPLUG = """async () => {
    for (const track of window.__tracks ?? [])
        if (track.readyState === 'live') { track.stop(); track.dispatchEvent(new Event('ended')); }
}"""
_KEEP_TRACKS = """
    const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    window.__tracks = [];
    navigator.mediaDevices.getUserMedia = async (wanted) => {
        const stream = await open(wanted);
        window.__tracks.push(...stream.getTracks());
        return stream;
    };
"""
INTERRUPTIONS: tuple[Callable[[Lesson], None], ...] = (
    reloaded,
    line_cut,
    laptop_killed,
    window_closed,
    reloaded,
)


def back(lesson: Lesson) -> None:
    """In the lesson; the board's picture has no clock that could tell how old it is."""
    lesson.wait_state(lesson.home, "live")
    wait_for(lambda: pictures(lesson.home, "#klas-video") > 0, what="the picture again")
    wait_for(lesson.home_plays, what="the class sound again")


# --- where the pupil was ------------------------------------------------------------------------


def test_muted_at_the_board_with_a_question(lesson: Lesson) -> None:
    home, screen = lesson.home, lesson.screen
    home.click("[data-action=mute]")
    home.click("[data-action=board]")
    home.click("[data-action=question]")
    lesson.wait_question(screen, "asked")
    for interrupt in INTERRUPTIONS:
        interrupt(lesson)
        back(lesson)
        home = lesson.home
        home.wait_for_selector("[data-action=mute][data-device=off]")
        home.wait_for_selector("[data-action=board][aria-pressed=true]")
        screen.wait_for_selector("body:is([data-question=asked], [data-question=escalated])")
        home.wait_for_selector("body:is([data-question=asked], [data-question=escalated])")
        assert lesson.class_hears() == 0, interrupt.__name__
    home.click("[data-action=withdraw]")
    lesson.wait_question(screen, "none")
    home.click("[data-action=mute]")
    wait_for(lambda: abs(lesson.class_hears() - 660) < 15, what="the pupil's voice")


def test_resting_while_it_is_ones_turn(lesson: Lesson) -> None:
    home, screen = lesson.home, lesson.screen
    home.click("[data-action=rest]")
    home.click("[data-action=question]")
    lesson.wait_question(screen, "asked")
    screen.click("[data-action=turn]")
    lesson.wait_question(home, "turn")
    for interrupt in INTERRUPTIONS:
        interrupt(lesson)
        back(lesson)
        home = lesson.home
        home.wait_for_selector("[data-action=rest][aria-pressed=true]")
        lesson.wait_question(home, "turn")
        assert lesson.class_hears() == 0, interrupt.__name__
        expect(screen.locator("body")).to_have_attribute("data-question", "turn")
    home.click("[data-action=rest]")
    wait_for(lambda: abs(lesson.class_hears() - 660) < 15, what="the pupil's voice")


def test_setting_the_boards_corners(lesson: Lesson) -> None:
    lesson.home.click("[data-action=board]")
    lesson.home.click("[data-action=corners]")
    lesson.home.wait_for_selector("#corners:visible")
    lesson.home.focus("[data-corner=tl]")
    for _ in range(4):
        lesson.home.keyboard.press("Shift+ArrowRight")
    moved = across(lesson)
    lesson.home.wait_for_selector("#corners[data-by-hand=true]")  # the set has them
    for interrupt in INTERRUPTIONS:
        interrupt(lesson)
        back(lesson)
        home = lesson.home
        home.wait_for_selector("#corners:visible")
        wait_for(lambda: across(lesson) == moved, what=f"the corner after {interrupt.__name__}")
        assert home.is_disabled("[data-action=left]"), "the camera stays where it is"
    home.click("[data-action=corners-done]")
    home.wait_for_selector("#corners", state="hidden")
    home.wait_for_selector("[data-action=board][aria-pressed=true]")
    home.click("[data-action=board]")
    home.wait_for_selector("[data-action=left]:enabled")


def across(lesson: Lesson) -> int:
    """How far to the right the upper left handle stands, in per cent."""
    return int(lesson.home.get_attribute("[data-corner=tl]", "aria-valuenow") or -1)


def test_half_a_file_is_sent_to_the_end_or_forgotten_by_both(
    lesson: Lesson, tmp_path: Path
) -> None:
    worksheet = tmp_path / "werkblad.pdf"
    worksheet.write_bytes(b"%PDF-1.7\n" + bytes(24 * 2**20))
    coming = lesson.screen.locator("#file-progress:visible")
    for interrupt, arrives in (
        (line_cut, True),
        (screen_reloaded, True),
        (laptop_killed, True),
        (reloaded, False),
        (window_closed, False),
    ):
        lesson.home.set_input_files("#file-input", worksheet)
        coming.wait_for()
        interrupt(lesson)
        back(lesson)
        lesson.wait_state(lesson.screen, "live")
        if arrives:
            lesson.screen.locator("[data-action=file-view]:visible").wait_for(timeout=60_000)
            expect(lesson.home.locator("#file-state")).to_contain_text("is aangekomen")
            lesson.home.evaluate("document.querySelector('[data-action=file-stop]').click()")
            lesson.screen.click("[data-action=file-drop]")
        lesson.screen.locator("#file-card").wait_for(state="hidden")


def test_before_the_lesson_it_stays_before_the_lesson(lesson: Lesson) -> None:
    lesson.home.click("[data-action=leave]")
    lesson.wait_state(lesson.screen, "ready")
    for interrupt in (reloaded, laptop_killed, window_closed):
        interrupt(lesson)
        lesson.home.wait_for_selector("[data-action=join]:enabled")
        assert lesson.state(lesson.home) == "off"
    lesson.home.click("[data-action=join]")
    back(lesson)


def test_devices_that_are_unplugged_come_back(play: Playwright) -> None:
    with stage(play) as one:
        lesson = Lesson(one, one.home(), one.screen())
        lesson.home.add_init_script(_KEEP_TRACKS)
        lesson.home.reload()
        lesson.home.click("[data-action=join]")
        back(lesson)
        wait_for(lambda: abs(lesson.class_hears() - 660) < 15, what="the pupil's voice")
        lesson.home.evaluate(_UNPLUG)
        lesson.home.wait_for_selector("[data-action=mute][data-device=absent]")
        wait_for(lambda: lesson.class_hears() == 0, what="no voice")
        lesson.home.evaluate("navigator.mediaDevices.dispatchEvent(new Event('devicechange'))")
        lesson.home.wait_for_selector("[data-action=mute][data-device=on]")
        wait_for(lambda: abs(lesson.class_hears() - 660) < 15, what="the pupil's voice again")
        lesson.home.click("[data-action=mute]")  # and what is shut stays shut
        lesson.home.evaluate(_UNPLUG)
        lesson.home.wait_for_selector("[data-action=mute][data-device=absent]")
        lesson.home.evaluate("navigator.mediaDevices.dispatchEvent(new Event('devicechange'))")
        lesson.home.wait_for_selector("[data-action=mute][data-device=off]")
        assert lesson.class_hears() == 0
