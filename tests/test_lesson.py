"""The main job in two real browsers: see, hear, turn, ask, be seen and heard, leave."""

import pytest
from playwright.sync_api import Playwright

from bench.stage import stage
from tests.conftest import Lesson, in_class, wait_for

pytestmark = pytest.mark.browser


def test_the_class_picture_arrives(lesson: Lesson) -> None:
    wait_for(lesson.picture_is_fresh, what="a fresh stamp")
    first = lesson.stamp()
    wait_for(lambda: lesson.stamp() != first, what="the next picture")
    size = lesson.home.evaluate(
        "[document.querySelector('#klas-video').videoWidth,"
        " document.querySelector('#klas-video').videoHeight]"
    )
    assert size == [1280, 720]


def test_the_screen_says_that_somebody_watches(lesson: Lesson) -> None:
    lesson.wait_state(lesson.screen, "live")
    assert lesson.screen.get_by_text("kijkt mee").first.is_visible()


def test_home_hears_the_class(lesson: Lesson) -> None:
    wait_for(lambda: abs(lesson.home_hears() - 880) < 15, what="880 Hz at home")


def test_the_class_hears_the_pupil(lesson: Lesson) -> None:
    wait_for(lambda: abs(lesson.class_hears() - 660) < 15, what="660 Hz in class")


def test_the_class_sees_the_pupil(lesson: Lesson) -> None:
    wait_for(
        lambda: lesson.screen.evaluate("document.querySelector('#leerling-video').videoWidth > 0"),
        what="the pupil's picture",
    )


def test_mute_is_silence_in_class_and_back(lesson: Lesson) -> None:
    wait_for(lambda: lesson.class_hears() > 0)
    lesson.home.click("[data-action=mute]")
    wait_for(lambda: lesson.class_hears() == 0, what="silence in class")
    lesson.home.click("[data-action=mute]")
    wait_for(lambda: lesson.class_hears() > 0, what="the voice again")


def test_pressing_left_turns_the_camera_and_the_picture(lesson: Lesson) -> None:
    before = _thumbnail(lesson)
    seen = len(lesson.commands())
    lesson.home.hover("[data-action=left]")
    lesson.home.mouse.down()
    # 81 01 06 01 VV WW 01 03 FF: pan left, tilt still
    wait_for(lambda: _drives(lesson, seen, "0103ff"), what="a drive to the left")
    wait_for(lambda: _difference(before, _thumbnail(lesson)) > 8, what="another picture")
    lesson.home.mouse.up()
    wait_for(lambda: _drives(lesson, seen, "0303ff"), what="the Stop")
    lesson.home.click("[data-action=home]")
    wait_for(lambda: _difference(before, _thumbnail(lesson)) < 6, what="the first picture again")


def test_arrow_key_turns_and_letting_go_stops(lesson: Lesson) -> None:
    seen = len(lesson.commands())
    lesson.home.keyboard.down("ArrowRight")
    wait_for(lambda: _drives(lesson, seen, "0203ff"), what="a drive to the right")
    lesson.home.keyboard.up("ArrowRight")
    wait_for(lambda: _drives(lesson, seen, "0303ff"), what="the Stop")


def test_a_click_centres(lesson: Lesson) -> None:
    seen = len(lesson.commands())
    box = lesson.home.locator("#klas-video").bounding_box()
    assert box
    lesson.home.mouse.click(box["x"] + box["width"] * 0.7, box["y"] + box["height"] * 0.4)
    wait_for(
        lambda: any(c.startswith("81010602") for c in lesson.commands()[seen:]),
        what="an absolute move",
    )


def test_the_question_travels_both_ways(lesson: Lesson) -> None:
    light = lesson.stage.demo.folder / "hardware" / "light" / "shown"
    lesson.home.click("[data-action=question]")
    lesson.wait_question(lesson.screen, "asked")
    lesson.wait_question(lesson.home, "asked")
    wait_for(lambda: light.read_text().strip() != "0", what="the lamp")
    lesson.screen.click("[data-action=seen]")
    lesson.wait_question(lesson.home, "seen")
    wait_for(lambda: light.read_text().strip() == "0", what="the lamp out")
    lesson.screen.click("[data-action=turn]")
    lesson.wait_question(lesson.home, "turn")
    lesson.home.click("[data-action=withdraw]")
    lesson.wait_question(lesson.screen, "none")


def test_the_curtain_closes_picture_and_sound(lesson: Lesson) -> None:
    wait_for(lambda: lesson.home_hears() > 0)
    lesson.screen.click("[data-action=curtain]")
    lesson.wait_state(lesson.home, "curtain")
    wait_for(lambda: lesson.home_hears() == 0, what="no class sound")
    wait_for(lambda: not lesson.picture_is_fresh(), what="no class picture")
    lesson.screen.click("[data-action=curtain]")
    lesson.wait_state(lesson.home, "live")
    wait_for(lesson.picture_is_fresh, what="the picture again")
    wait_for(lambda: lesson.home_hears() > 0, what="the sound again")


def test_a_second_window_takes_over(lesson: Lesson) -> None:
    second = lesson.stage.home(lesson.home.context.browser)
    second.wait_for_selector("body[data-state=live]", timeout=15_000)
    lesson.wait_state(lesson.home, "refused")
    first, lesson.home = lesson.home, second
    first.close()
    wait_for(lesson.picture_is_fresh)


def test_leave_and_come_again(play: Playwright) -> None:
    with stage(play) as one:
        lesson = in_class(one)
        lesson.wait_state(lesson.screen, "live")
        lesson.home.click("[data-action=leave]")
        lesson.wait_state(lesson.home, "off")
        lesson.wait_state(lesson.screen, "ready")
        assert not lesson.screen.get_by_text("kijkt mee").first.is_visible()
        lesson.home.click("[data-action=join]")
        lesson.wait_state(lesson.home, "live")
        wait_for(lesson.picture_is_fresh)


def _drives(lesson: Lesson, seen: int, ending: str) -> bool:
    return any(c.startswith("81010601") and c.endswith(ending) for c in lesson.commands()[seen:])


def _thumbnail(lesson: Lesson) -> list[int]:
    """32×18 grey values of the class picture, without the row of the stamp."""
    return lesson.home.evaluate(
        """() => {
            const pen = new OffscreenCanvas(32, 18).getContext('2d', { willReadFrequently: true });
            pen.drawImage(document.querySelector('#klas-video'), 0, 0, 32, 18);
            return [...pen.getImageData(0, 1, 32, 17).data].filter((_, i) => i % 4 === 1);
        }"""
    )


def _difference(a: list[int], b: list[int]) -> float:
    return sum(abs(x - y) for x, y in zip(a, b, strict=True)) / len(a)


def test_the_board_is_straightened_and_back(play: Playwright) -> None:
    with stage(play) as one:
        lesson = in_class(one)
        wait_for(lesson.picture_is_fresh)
        before = _thumbnail(lesson)
        lesson.home.click("[data-action=board]")
        lesson.home.wait_for_selector("[data-action=board][aria-pressed=true]")
        wait_for(lambda: _difference(before, _thumbnail(lesson)) > 15, what="the board")
        lesson.home.click("[data-action=board]")
        lesson.home.wait_for_selector("[data-action=board][aria-pressed=false]")
        wait_for(lambda: _difference(before, _thumbnail(lesson)) < 10, what="the class again")
