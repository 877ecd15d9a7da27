"""Fixed places and following on the home page, with a real set: short, long, and by key."""

import pytest

from tests.conftest import Lesson, wait_for

pytestmark = pytest.mark.browser


def pressed(lesson: Lesson, number: int) -> dict[str, str]:
    return lesson.home.evaluate(
        "(n) => ({...document.querySelector(`[data-action=preset-${n}]`).dataset})", number
    )


def told(lesson: Lesson, words: str) -> None:
    lesson.home.locator("#told", has_text=words).wait_for()
    wait_for(lambda: words in lesson.home.inner_text("#spoken"), what="what is read out")


def hold(lesson: Lesson, number: int) -> None:
    lesson.home.hover(f"[data-action=preset-{number}]")
    lesson.home.mouse.down()
    lesson.home.wait_for_selector(f"[data-action=preset-{number}][data-held]")
    lesson.home.wait_for_selector(f"[data-action=preset-{number}]:not([data-held])")
    lesson.home.mouse.up()


def targets(lesson: Lesson) -> list[str]:
    """Absolute moves on the serial line so far."""
    return [packet for packet in lesson.commands() if packet.startswith("81010602")]


def test_a_short_press_on_a_place_nobody_taught_says_so(lesson: Lesson) -> None:
    before = targets(lesson)
    lesson.home.click("[data-action=preset-3]")
    told(lesson, "Nog niet ingesteld: houd lang ingedrukt")
    assert targets(lesson) == before
    assert pressed(lesson, 3)["taught"] == "false"


def test_a_long_press_teaches_and_a_short_one_goes_there(lesson: Lesson) -> None:
    before = len(targets(lesson))
    hold(lesson, 2)
    told(lesson, "Bewaard: docent")
    lesson.home.wait_for_selector("[data-action=preset-2][data-taught=true]")
    lesson.home.click("[data-action=preset-3]")
    told(lesson, "Nog niet ingesteld")  # the set answers in order: what came before is done
    assert len(targets(lesson)) == before  # the click that ends the press goes nowhere
    lesson.home.click("[data-action=preset-2]")
    wait_for(lambda: len(targets(lesson)) == before + 1, what="the way there")
    presets = (lesson.stage.demo.folder / "unit" / "presets.json").read_text()
    assert '"2":{"pan_deg"' in presets


def press(lesson: Lesson, number: int, ms: int, *ends: str) -> bool:
    """A press timed by the page itself, so that a busy machine makes it no longer.

    Gives whether the ring was there while it lasted, and is gone now.
    """
    return lesson.home.evaluate(
        """async ([number, ms, ends]) => {
            const button = document.querySelector(`[data-action=preset-${number}]`);
            const say = (type) => button.dispatchEvent(
                new PointerEvent(type, { bubbles: true, button: 0, detail: 1 }));
            say('pointerdown');
            const ring = 'held' in button.dataset;
            await new Promise((done) => setTimeout(done, ms));
            ends.forEach(say);
            return ring && !('held' in button.dataset);
        }""",
        [number, ms, ends],
    )


def test_letting_go_early_goes_and_does_not_teach(lesson: Lesson) -> None:
    assert press(lesson, 4, 400, "pointerup", "click")
    told(lesson, "Nog niet ingesteld")
    assert pressed(lesson, 4) == {"action": "preset-4", "taught": "false"}


def test_sliding_off_the_button_neither_goes_nor_teaches(lesson: Lesson) -> None:
    lesson.home.wait_for_selector("#told", state="hidden")
    assert press(lesson, 4, 400, "pointerleave")
    assert press(lesson, 4, 500, "pointerleave")  # not added up either
    lesson.home.click("[data-action=preset-3]")
    told(lesson, "Nog niet ingesteld")  # the set answers in order: nothing came before
    assert pressed(lesson, 4)["taught"] == "false"


def test_the_keyboard_goes_and_teaches(lesson: Lesson) -> None:
    before = len(targets(lesson))
    lesson.home.focus("[data-action=preset-4]")
    lesson.home.keyboard.press("Shift+Enter")
    told(lesson, "Bewaard: buddy")
    lesson.home.keyboard.press("Enter")
    wait_for(lambda: len(targets(lesson)) == before + 1, what="the way there")
    lesson.home.keyboard.press("4")
    wait_for(lambda: len(targets(lesson)) == before + 2, what="the way there again")
    lesson.home.keyboard.press("Shift+Digit3")
    told(lesson, "Bewaard: klas")


def test_the_first_arrow_lets_go_of_following(lesson: Lesson) -> None:
    lesson.home.click("[data-action=follow]")
    lesson.home.wait_for_selector("[data-action=follow][aria-pressed=true]")
    wait_for(lambda: "volgt de docent" in lesson.home.inner_text("#spoken"), what="the words")
    lesson.home.keyboard.press("ArrowLeft")
    lesson.home.wait_for_selector("[data-action=follow][aria-pressed=false]")
    wait_for(lambda: "volgt niet meer" in lesson.home.inner_text("#spoken"), what="the words")
    lesson.home.click("[data-action=follow]")
    lesson.home.wait_for_selector("[data-action=follow][aria-pressed=true]")
    lesson.home.click("[data-action=follow]")
    lesson.home.wait_for_selector("[data-action=follow][aria-pressed=false]")


def test_the_curtain_ends_the_following(lesson: Lesson) -> None:
    lesson.home.click("[data-action=follow]")
    lesson.home.wait_for_selector("[data-action=follow][aria-pressed=true]")
    lesson.screen.click("[data-action=curtain]")
    lesson.wait_state(lesson.home, "curtain")
    lesson.screen.click("[data-action=curtain]")
    lesson.wait_state(lesson.home, "live")
    lesson.home.wait_for_selector("[data-action=follow][aria-pressed=false]")


def test_in_english_too(lesson: Lesson) -> None:
    lesson.home.click("[data-language=en]")
    assert lesson.home.inner_text("[data-action=preset-2]") == "teacher"
    assert lesson.home.inner_text("[data-action=follow]") == "Follow teacher"
    lesson.home.click("[data-language=nl]")
    assert lesson.home.inner_text("[data-action=preset-2]") == "docent"
