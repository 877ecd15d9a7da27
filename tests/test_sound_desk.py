"""The sound buttons in class, the mirror both ways, and the three words: both real pages."""

from collections.abc import Iterator

import pytest

from tests.conftest import Lesson, wait_for

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def talking(lesson: Lesson) -> Iterator[None]:
    """Both hear each other when a test begins."""
    lesson.wait_state(lesson.screen, "live")
    for page in (lesson.home, lesson.screen):
        page.wait_for_selector("[data-action=mirror]:visible", timeout=20_000)
    yield


def level(lesson: Lesson) -> int:
    return int(lesson.screen.get_attribute("#sound-level", "data-level") or 0)


def volume(lesson: Lesson) -> float:
    return lesson.screen.evaluate("document.querySelector('#leerling-video').volume")


def test_the_level_by_key_and_by_touch(lesson: Lesson) -> None:
    before, loud = level(lesson), volume(lesson)
    lesson.screen.keyboard.press("-")
    assert level(lesson) == before - 1
    assert volume(lesson) == pytest.approx(loud / 10 ** (3 / 20), rel=0.01)
    lesson.screen.click("[data-action=louder]")
    assert level(lesson) == before
    lesson.screen.keyboard.press("+")
    assert level(lesson) == before + 1
    lesson.screen.click("[data-action=softer]")
    words = lesson.screen.get_attribute("#sound-level", "aria-label")
    assert words == f"Luidspreker op {before} van 10"


def test_the_level_has_ends_and_is_remembered(lesson: Lesson) -> None:
    for _ in range(12):
        lesson.screen.keyboard.press("-")
    assert level(lesson) == 1
    lesson.screen.locator("#notices", has_text="De luidspreker staat zacht").wait_for()
    lesson.home.locator("#notices", has_text="De luidspreker in de klas staat zacht").wait_for()
    for _ in range(3):
        lesson.screen.keyboard.press("+")
    lesson.screen.locator("#notices", has_text="De luidspreker staat zacht").wait_for(
        state="hidden"
    )
    kept = lesson.screen.evaluate(
        """async () => {
            const { Loudspeaker } = await import('/loudspeaker.js');
            const fresh = (text) => {
                if (text !== null) localStorage.setItem('klasgenoot-luidspreker', text);
                return new Loudspeaker(new Audio(), () => {}).level;
            };
            return [fresh(null), ...['', '99', '-3', 'hard', 'NaN', '{}'].map(fresh)];
        }"""
    )
    assert kept == [4, 1, 10, 1, 8, 8, 8]
    for _ in range(4):
        lesson.screen.keyboard.press("+")
    assert level(lesson) == 8


def test_groepswerk_is_shown_on_both_sides_and_still_heard(lesson: Lesson) -> None:
    button = "[data-action=groepswerk]"
    lesson.screen.click(button)
    lesson.screen.wait_for_selector(f"{button}[aria-pressed=true]")
    assert "Groepswerk aan" in lesson.screen.inner_text(button)
    lesson.home.locator("#notices", has_text="De klas doet groepswerk").wait_for()
    wait_for(lambda: abs(lesson.home_hears() - 880) < 15, what="880 Hz, now mixed")
    lesson.screen.click(button)
    lesson.screen.wait_for_selector(f"{button}[aria-pressed=false]")
    lesson.home.locator("#notices", has_text="De klas doet groepswerk").wait_for(state="hidden")
    wait_for(lambda: abs(lesson.home_hears() - 880) < 15, what="880 Hz as before")


def shows_picture(lesson: Lesson, where: str) -> bool:
    page = lesson.home if where == "home" else lesson.screen
    return page.evaluate(
        """() => {
            const video = document.querySelector('#spiegel video');
            return video.videoWidth > 0 && video.getVideoPlaybackQuality().totalVideoFrames > 2;
        }"""
    )


def test_the_pupil_sees_itself_as_the_class_does_while_it_holds(lesson: Lesson) -> None:
    lesson.home.hover("[data-action=mirror]")
    lesson.home.mouse.down()
    wait_for(lambda: shows_picture(lesson, "home"), what="the picture that came back")
    lesson.screen.wait_for_selector("#bekeken:visible")
    lesson.home.locator("#spiegel", has_text="Het geluid is").wait_for()
    lesson.home.locator("#spiegel", has_text="Het beeld is goed").wait_for()
    lesson.home.mouse.up()
    lesson.home.wait_for_selector("#spiegel", state="hidden")
    lesson.screen.wait_for_selector("#bekeken", state="hidden")
    assert lesson.home.evaluate("document.querySelector('#spiegel video').srcObject === null")


def test_the_class_sees_itself_as_the_pupil_does_while_it_holds(lesson: Lesson) -> None:
    lesson.screen.focus("[data-action=mirror]")
    lesson.screen.keyboard.down(" ")
    wait_for(lambda: shows_picture(lesson, "class"), what="the picture that came back")
    lesson.home.wait_for_selector("#bekeken:visible")
    wide = "document.querySelector('#spiegel video').videoWidth"
    wait_for(lambda: lesson.screen.evaluate(wide) == 640, what="the class picture at half its size")
    wait_for(
        lambda: lesson.screen.evaluate(
            "lab.stamp(document.querySelector('#spiegel video')) > 1000"
        ),
        what="the class's own clock",
    )
    lesson.screen.locator("#spiegel", has_text="Het beeld is goed").wait_for()
    lesson.screen.keyboard.up(" ")
    lesson.screen.wait_for_selector("#spiegel", state="hidden")
    lesson.home.wait_for_selector("#bekeken", state="hidden")


def test_by_its_own_key_and_not_behind_the_curtain(lesson: Lesson) -> None:
    lesson.home.keyboard.down("m")
    lesson.home.wait_for_selector("#spiegel:visible")
    lesson.screen.wait_for_selector("#bekeken:visible")
    lesson.screen.keyboard.press("c")
    lesson.wait_state(lesson.home, "curtain")
    lesson.home.wait_for_selector("#spiegel", state="hidden")
    lesson.screen.wait_for_selector("#bekeken", state="hidden")
    lesson.home.keyboard.up("m")
    lesson.screen.keyboard.press("c")
    lesson.wait_state(lesson.home, "live")


def read_out(lesson: Lesson, words: str) -> None:
    """What is said in passing stays for a screen reader."""
    wait_for(lambda: words in lesson.home.inner_text("#spoken"), what=words)


def said(lesson: Lesson) -> list[str]:
    return lesson.screen.locator("#woorden li").all_inner_texts()


def test_three_words_heard(lesson: Lesson) -> None:
    lesson.screen.click("[data-action=words]")
    lesson.home.wait_for_selector("#woorden:visible")
    words = said(lesson)
    assert len(words) == 3
    assert lesson.home.locator("#woorden [data-word]").count() == 6
    done = lesson.home.locator("[data-action=words-done]")
    assert done.is_disabled()
    for word in words[:2]:
        lesson.home.click(f"[data-word={word}]")
    wrong = next(
        word
        for word in lesson.home.locator("[data-word]").all_inner_texts()
        if word.strip() not in words
    )
    lesson.home.click(f"[data-word={wrong.strip()}]")
    done.click()
    read_out(lesson, "Twee goed")
    lesson.screen.get_by_text("Twee van de drie gehoord").first.wait_for()
    lesson.screen.click("[data-action=words-stop]")
    lesson.screen.wait_for_selector("#woorden", state="hidden")


def test_three_words_by_keyboard_and_in_english(lesson: Lesson) -> None:
    lesson.home.click("[data-language=en]")
    lesson.screen.focus("[data-action=words]")
    lesson.screen.keyboard.press("Enter")
    lesson.home.wait_for_selector("#woorden:visible")
    assert lesson.home.inner_text("#woorden-titel") == "Which three words do you hear?"
    for word in said(lesson):
        lesson.home.focus(f"[data-word={word}]")
        lesson.home.keyboard.press("Enter")
    lesson.home.focus("[data-action=words-done]")
    lesson.home.keyboard.press("Enter")
    read_out(lesson, "All three right")
    lesson.screen.get_by_text("Alle drie gehoord").first.wait_for()
    lesson.screen.keyboard.press("Enter")  # the focus is on the button that closes the card
    lesson.screen.wait_for_selector("#woorden", state="hidden")
    lesson.home.click("[data-language=nl]")


def test_the_pupil_may_decline_and_the_class_may_stop(lesson: Lesson) -> None:
    lesson.screen.click("[data-action=words]")
    lesson.home.click("[data-action=words-decline]")
    lesson.screen.get_by_text("doet nu niet mee").first.wait_for()
    lesson.screen.click("[data-action=words-stop]")
    lesson.screen.click("[data-action=words]")
    lesson.home.wait_for_selector("#woorden:visible")
    lesson.screen.click("[data-action=words-stop]")
    lesson.home.wait_for_selector("#woorden", state="hidden")
    read_out(lesson, "De klas is gestopt")


def test_the_lesson_ends_and_so_does_the_groepswerk(lesson: Lesson) -> None:
    lesson.screen.click("[data-action=groepswerk]")
    lesson.screen.click("[data-action=words]")
    lesson.home.wait_for_selector("#woorden:visible")
    lesson.home.click("[data-action=leave]")
    lesson.wait_state(lesson.screen, "ready")
    lesson.screen.wait_for_selector("#woorden", state="hidden")
    lesson.home.click("[data-action=join]")
    lesson.wait_state(lesson.screen, "live")
    lesson.screen.wait_for_selector("[data-action=groepswerk][aria-pressed=false]")
