"""In the lesson, with each of its panels open: no barrier (axe) in any theme, at 100 and 200 %."""

from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path

import pytest
from playwright.sync_api import Playwright

from bench.stage import stage
from tests.axe import violations
from tests.conftest import Lesson, in_class, wait_for
from tests.test_board_lesson import COARSE, look_at, size_of
from tests.test_together import PNG_2X1

pytestmark = pytest.mark.browser

Room = Iterator[None]
ROOMS: list[Callable[[Lesson, Path], Room]] = []


def room(enter: Callable[[Lesson, Path], Room]) -> Callable[[Lesson, Path], Room]:
    """A place in the lesson: entered up to its `yield`, looked at, and left again."""
    ROOMS.append(enter)
    return enter


@pytest.fixture(scope="module")
def lesson(play: Playwright) -> Iterator[Lesson]:
    """With a smartboard, and text on the board that is too small."""
    settings = {"CAMERA_SOURCE": "sim:", "CAMERA_SCREEN_SOURCE": "sim:screen", **COARSE}
    with stage(play, **settings) as one:
        lesson = in_class(one)
        lesson.home.emulate_media(reduced_motion="reduce")  # colours are there at once
        for page in (lesson.home, lesson.screen):
            page.wait_for_selector("[data-action=mirror]:visible", timeout=20_000)
        yield lesson


@room
def _looking(lesson: Lesson, _folder: Path) -> Room:
    lesson.home.wait_for_selector("#overview:visible")
    yield


@room
def _asking(lesson: Lesson, _folder: Path) -> Room:
    lesson.home.click("[data-action=question]")
    lesson.wait_question(lesson.screen, "asked")
    yield
    lesson.home.click("[data-action=withdraw]")
    lesson.wait_question(lesson.home, "none")


@room
def _ones_turn(lesson: Lesson, _folder: Path) -> Room:
    lesson.home.click("[data-action=question]")
    lesson.wait_question(lesson.screen, "asked")
    lesson.screen.click("[data-action=turn]")
    lesson.wait_question(lesson.home, "turn")
    yield
    lesson.home.click("[data-action=withdraw]")
    lesson.wait_question(lesson.home, "none")


@room
def _at_the_board(lesson: Lesson, _folder: Path) -> Room:
    look_at(lesson, "board")
    lesson.home.wait_for_selector("[data-action=closer]:visible", timeout=20_000)
    yield
    look_at(lesson, "class")


@room
def _setting_corners(lesson: Lesson, _folder: Path) -> Room:
    look_at(lesson, "board")
    lesson.home.click("[data-action=corners]")
    lesson.home.wait_for_selector("[data-corner=bl]")
    yield
    lesson.home.click("[data-action=corners-seek]")
    look_at(lesson, "class")


@room
def _reading_a_photo(lesson: Lesson, _folder: Path) -> Room:
    look_at(lesson, "screen")
    wait_for(lambda: size_of(lesson) == [1280, 720], what="the smartboard")
    lesson.home.click("[data-action=photo]")
    lesson.home.wait_for_selector("#photo[open]", timeout=20_000)
    yield
    lesson.home.keyboard.press("Escape")
    look_at(lesson, "class")


@room
def _together(lesson: Lesson, folder: Path) -> Room:
    """With something said and something shared, from both sides."""
    home = lesson.home
    home.click("[data-action=together]")
    home.fill("#chat-text", "Hoi")
    home.keyboard.press("Enter")
    picture = folder / "foto.png"
    picture.write_bytes(PNG_2X1)
    lesson.screen.set_input_files("#file-input", picture)
    home.locator("#file-list", has_text="foto.png").wait_for()
    home.set_input_files("#file-input", picture)
    home.locator("#file-state", has_text="is aangekomen").wait_for()
    yield
    home.click("[data-action=file-stop]")
    home.click("#file-list [data-action^=file-drop]")
    home.click("[data-action=together-close]")


@room
def _reading_a_sheet(lesson: Lesson, folder: Path) -> Room:
    home = lesson.home
    picture = folder / "blad.png"
    picture.write_bytes(PNG_2X1)
    home.click("[data-action=together]")
    lesson.screen.set_input_files("#file-input", picture)
    home.click("#file-list [data-action^=file-view]")
    home.wait_for_selector("#blad:visible")
    yield
    home.keyboard.press("Escape")
    home.click("#file-list [data-action^=file-drop]")
    home.click("[data-action=together-close]")


@room
def _choosing_how_to_be_seen(lesson: Lesson, _folder: Path) -> Room:
    home = lesson.home
    home.click("[data-action=appear]")
    home.click("[data-action=shield]")
    home.wait_for_selector("#schild-randen:visible")
    yield
    home.click("[data-action=shield]")
    home.click("[data-action=appear-done]")


@room
def _choosing_a_drawing(lesson: Lesson, _folder: Path) -> Room:
    home = lesson.home
    home.click("[data-action=appear]")
    home.click("#verschijn [data-step=drawing]")
    home.wait_for_selector("#verschijn-tekening:visible")
    yield
    home.click("#verschijn [data-step=picture]")
    home.click("[data-action=appear-done]")


@room
def _listening_to_oneself(lesson: Lesson, _folder: Path) -> Room:
    lesson.home.click("[data-action=voice]")
    lesson.home.click("[data-action=voice-hold]")
    yield
    lesson.home.click("[data-action=voice-hold]")
    lesson.home.click("[data-action=voice-done]")


@room
def _holding_to_talk(lesson: Lesson, _folder: Path) -> Room:
    home = lesson.home
    for press in ("voice", "voice-hold", "voice-done"):
        home.click(f"[data-action={press}]")
    home.wait_for_selector("[data-action=talk]:visible")
    yield
    for press in ("voice", "voice-hold", "voice-done"):
        home.click(f"[data-action={press}]")


@room
def _in_the_mirror(lesson: Lesson, _folder: Path) -> Room:
    lesson.home.focus("[data-action=mirror]")
    lesson.home.keyboard.down("m")
    lesson.home.wait_for_selector("#spiegel:visible")
    yield
    lesson.home.keyboard.up("m")
    lesson.home.wait_for_selector("#spiegel", state="hidden")


@room
def _hearing_three_words(lesson: Lesson, _folder: Path) -> Room:
    lesson.screen.click("[data-action=words]")
    lesson.home.wait_for_selector("#woorden:visible")
    yield
    lesson.home.click("[data-action=words-decline]")
    lesson.home.wait_for_selector("#woorden", state="hidden")


@room
def _in_group_work(lesson: Lesson, _folder: Path) -> Room:
    lesson.screen.click("[data-action=groepswerk]")
    lesson.home.wait_for_selector("#group:visible")
    yield
    lesson.screen.click("[data-action=groepswerk]")
    lesson.home.wait_for_selector("#group", state="hidden")


@room
def _resting(lesson: Lesson, _folder: Path) -> Room:
    lesson.home.click("[data-action=rest]")
    lesson.home.wait_for_selector("[data-action=rest][aria-pressed=true]")
    yield
    lesson.home.click("[data-action=rest]")


@room
def _scanning(lesson: Lesson, _folder: Path) -> Room:
    lesson.home.click("[data-action=scan]")
    yield
    lesson.home.click("[data-action=scan]")


@room
def _asking_for_help(lesson: Lesson, _folder: Path) -> Room:
    lesson.home.click("[data-action=help]")
    lesson.home.click("[data-help=see]")
    yield
    lesson.home.keyboard.press("Escape")


@room
def _behind_the_curtain(lesson: Lesson, _folder: Path) -> Room:
    lesson.screen.keyboard.press("c")
    lesson.wait_state(lesson.home, "curtain")
    yield
    lesson.screen.keyboard.press("c")
    lesson.wait_state(lesson.home, "live")


_TOO_WIDE = """document.documentElement.scrollWidth <= innerWidth ? [] :
    ['too wide', ...[...document.querySelectorAll('body *')]
        .filter((one) => one.checkVisibility() && one.getBoundingClientRect().right > innerWidth)
        .map((one) => one.id || one.className || one.dataset.action || one.tagName)]
"""


@pytest.mark.parametrize("enter", ROOMS, ids=lambda enter: enter.__name__.strip("_"))
def test_axe_finds_nothing_in_any_theme_and_size(
    lesson: Lesson, tmp_path: Path, enter: Callable[[Lesson, Path], Room]
) -> None:
    inside = enter(lesson, tmp_path)
    next(inside)
    found = {}
    for theme, size in product(("light", "dark", "contrast"), ("100", "200")):
        lesson.home.evaluate(
            "(look) => Object.assign(document.documentElement.dataset, look)",
            {"theme": theme, "size": size},
        )
        wrong = violations(lesson.home)
        found[theme, size] = wrong + lesson.home.evaluate(_TOO_WIDE)
    lesson.home.evaluate(
        "Object.assign(document.documentElement.dataset, { theme: 'light', size: '100' })"
    )
    assert next(inside, None) is None
    assert {look: wrong for look, wrong in found.items() if wrong} == {}


def test_every_panel_of_the_page_is_a_room_here(lesson: Lesson) -> None:
    """What is added to the picture later is looked at too."""
    panels = lesson.home.evaluate(
        "[...document.querySelectorAll('.stage > :is(section, dialog)')].map(({ id }) => id)"
    )
    assert set(panels) == {
        *("photo", "together", "blad", "spiegel", "woorden", "verschijn", "klank", "pairing"),
    }
    wait_for(lambda: lesson.state(lesson.home) == "live", what="as it was")
