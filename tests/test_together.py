"""Signs, a chat, files, rest, group work and a second screen, between both real pages."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Error

from tests.axe import violations
from tests.conftest import Lesson, wait_for

pytestmark = pytest.mark.browser
PNG_2X1 = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000020000000108020000007b40e8dd0000000d494441"
    "54789c63f8cf0004ff01070001ffe2239e590000000049454e44ae426082"
)
OPEN = "[data-action=together]"


@pytest.fixture(autouse=True)
def talking(lesson: Lesson) -> Iterator[None]:
    """Both hear each other, and the card at home is open."""
    lesson.wait_state(lesson.screen, "live")
    for page in (lesson.home, lesson.screen):
        page.wait_for_selector("[data-action=mirror]:visible", timeout=20_000)
    if not lesson.home.is_visible("#together"):
        lesson.home.click(OPEN)
    yield


def pdf(folder: Path, pages: int = 2) -> Path:
    """A small document whose pages are of one colour each."""
    kids = " ".join(f"{3 + 2 * i} 0 R" for i in range(pages))
    parts = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>",
    ]
    for i in range(pages):
        paint = f"{1 - i} 0 {i} rg 0 0 200 100 re f"
        parts += [
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 100] /Contents {4 + 2 * i} 0 R >>",
            f"<< /Length {len(paint)} >>\nstream\n{paint}\nendstream",
        ]
    text, places = "%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(text))
        text += f"{number} 0 obj\n{part}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    start = len(text)
    text += f"xref\n0 {len(parts) + 1}\n0000000000 65535 f \n{table}"
    text += f"trailer\n<< /Size {len(parts) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"
    path = folder / "werkblad.pdf"
    path.write_text(text)
    return path


def pixel(lesson: Lesson) -> list[int]:
    """The middle of the sheet on the screen in class."""
    return lesson.screen.evaluate(
        """() => {
            const canvas = document.querySelector('#blad canvas');
            const pen = canvas.getContext('2d');
            return [...pen.getImageData(canvas.width / 2, canvas.height / 2, 1, 1).data];
        }"""
    )


def test_a_sign_shows_in_class_until_somebody_has_seen_it(lesson: Lesson) -> None:
    home, screen = lesson.home, lesson.screen
    home.click("[data-action=signal-slower]")
    home.wait_for_selector("[data-action=signal-slower][aria-pressed=true]")
    screen.locator("#signals", has_text="Langzamer graag").wait_for()
    assert screen.get_attribute("body", "data-question") == "none", "no lamp and no banner"
    screen.click("#signals button")
    screen.wait_for_selector("#signals button", state="hidden")
    home.wait_for_selector("[data-action=signal-slower][aria-pressed=false]")
    wait_for(lambda: "De klas heeft het gezien" in home.inner_text("#spoken"), what="told")


def test_a_sign_is_taken_back_by_a_second_press(lesson: Lesson) -> None:
    for button in ("pause", "pause"):
        lesson.home.click(f"[data-action=signal-{button}]")
        lesson.home.wait_for_timeout(100)
    lesson.screen.wait_for_selector("#signals button", state="hidden")


def test_a_line_from_home_is_read_in_class_and_answered(lesson: Lesson) -> None:
    home, screen = lesson.home, lesson.screen
    home.focus("#chat-text")
    home.keyboard.type("Hoi b g")  # letters that are keys elsewhere, and spaces
    home.keyboard.press("Enter")
    screen.locator("#chat-card:visible", has_text="Hoi b g").wait_for()
    assert home.get_attribute("body", "data-question") == "none", "a space in a line asks nothing"
    screen.click("#chat-card [data-action=chat]")
    screen.wait_for_selector("#chat[open]")
    screen.click("#chat-quick button:has-text('Goed gedaan!')")
    home.locator("#chat-lines", has_text="Goed gedaan!").wait_for()
    screen.focus("#chat-text")
    screen.keyboard.type("gewoon bezig <b>")
    screen.keyboard.press("Enter")
    home.locator("#chat-lines", has_text="gewoon bezig <b>").wait_for()
    assert violations(screen) == []
    screen.click("[data-action=chat-close]")
    assert violations(home) == []


def test_the_class_can_switch_the_chat_off_and_a_question_is_never_behind_it(
    lesson: Lesson,
) -> None:
    home, screen = lesson.home, lesson.screen
    screen.click("#chat-open")
    screen.click("[data-action=chat-switch]")
    home.locator("#chat-state", has_text="uitgezet").wait_for()
    assert home.is_disabled("#chat-text")
    screen.click("[data-action=chat-switch]")
    home.wait_for_selector("#chat-text:enabled")
    home.click("[data-action=question]")
    screen.wait_for_selector("#chat[open]", state="hidden")
    home.click("[data-action=withdraw]")
    lesson.wait_question(screen, "none")


def test_a_document_from_home_shows_large_page_by_page(lesson: Lesson, tmp_path: Path) -> None:
    home, screen = lesson.home, lesson.screen
    home.set_input_files("#file-input", pdf(tmp_path))
    home.locator("#file-state", has_text="is aangekomen").wait_for()
    screen.locator("#file-card", has_text="werkblad.pdf").wait_for()
    assert not screen.is_visible("#blad"), "nothing is thrown on the screen"
    screen.click("[data-action=file-view]")
    screen.locator(".blad-count", has_text="Bladzijde 1 van 2").wait_for()
    wait_for(lambda: pixel(lesson)[:3] == [255, 0, 0], what="the first page")
    assert violations(screen) == []
    screen.keyboard.press("PageDown")  # a presenter's
    wait_for(lambda: pixel(lesson)[:3] == [0, 0, 255], what="the second page")
    screen.keyboard.press("Escape")
    screen.wait_for_selector("#blad", state="hidden")
    screen.click("[data-action=file-drop]")
    screen.wait_for_selector("#file-card", state="hidden")
    home.click("[data-action=file-stop]")


def test_a_document_that_is_broken_is_said_so(lesson: Lesson, tmp_path: Path) -> None:
    path = tmp_path / "stuk.pdf"
    path.write_bytes(b"%PDF-1.7\n" + bytes(range(256)) * 20)
    lesson.home.set_input_files("#file-input", path)
    lesson.screen.wait_for_selector("[data-action=file-view]:visible")
    lesson.screen.click("[data-action=file-view]")
    lesson.screen.locator("#spoken", has_text="kan hier niet op het scherm").wait_for()
    assert not lesson.screen.is_visible("#blad")
    lesson.home.click("[data-action=file-stop]")


def test_a_picture_from_class_is_looked_at_and_kept_only_by_a_press(
    lesson: Lesson, tmp_path: Path
) -> None:
    home, screen = lesson.home, lesson.screen
    path = tmp_path / "bord.exe"
    path.write_bytes(PNG_2X1)
    screen.set_input_files("#file-input", path)
    home.locator("#file-list", has_text="bord.exe").wait_for()
    home.click("#file-list [data-action^=file-view]")
    home.wait_for_selector("#blad:visible")
    home.keyboard.press("Escape")
    home.wait_for_selector("#blad", state="hidden")
    assert home.is_visible("#together"), "one step back at a time"
    with home.expect_download() as kept:
        home.click("#file-list [data-action^=file-save]")
    assert kept.value.suggested_filename == "bord.exe.png"
    assert Path(kept.value.path()).read_bytes() == PNG_2X1
    home.click("#file-list [data-action^=file-drop]")
    home.wait_for_selector("#file-list li", state="hidden")


def test_what_will_not_do_is_refused_where_it_is_chosen(lesson: Lesson, tmp_path: Path) -> None:
    program = tmp_path / "foto.png"
    program.write_bytes(b"MZ\x90\0\x03")
    text = tmp_path / "config.toml"
    text.write_text("[unit]")
    lesson.home.set_input_files("#file-input", program)
    lesson.home.locator("#file-state", has_text="kan hier niet").wait_for()
    lesson.screen.set_input_files("#file-input", text)
    assert "kan hier niet" in str(
        wait_for(lambda: lesson.screen.evaluate("document.querySelector('#chat-file').textContent"))
    )


def test_only_listening_is_one_press_and_back_is_one(lesson: Lesson) -> None:
    home, screen = lesson.home, lesson.screen
    home.click("#ladder [data-step=letters]")  # by choice: the rest may not end with a picture
    home.click("[data-action=rest]")
    home.wait_for_selector("[data-action=mute][data-device=off]")
    screen.locator("#placeholder", has_text="Even uitrusten").wait_for()
    wait_for(lambda: lesson.class_hears() == 0, what="silence")
    home.click("[data-action=rest]")
    home.wait_for_selector("[data-action=mute][data-device=on]")
    assert home.is_visible("#ladder [data-step=letters][aria-pressed=true]")
    assert home.evaluate("document.querySelector('#zelf-video').srcObject === null")
    wait_for(lambda: abs(lesson.class_hears() - 660) < 15, what="the voice again")
    home.click("#ladder [data-step=picture]")
    screen.wait_for_selector("#leerling-video:visible")
    home.click("[data-action=rest]")
    screen.locator("#placeholder", has_text="Even uitrusten").wait_for()
    home.wait_for_selector("#zelf-video", state="hidden")
    home.click("[data-action=rest]")
    screen.wait_for_selector("#leerling-video:visible")


def test_group_work_lays_the_signs_in_the_open_and_says_who_speaks(lesson: Lesson) -> None:
    home, screen = lesson.home, lesson.screen
    home.click("[data-action=together-close]")
    screen.click("[data-action=groepswerk]")
    home.wait_for_selector("#group [data-action=signal-thumb]:visible")
    home.locator("#group-speaks", has_text="praat").wait_for()
    screen.wait_for_selector("#stage[data-groepswerk=true][data-speaks=true]")
    assert violations(home) == []
    screen.click("[data-action=groepswerk]")
    screen.wait_for_selector("#stage[data-groepswerk=false]")
    home.wait_for_selector("#group", state="hidden")
    home.click(OPEN)
    home.wait_for_selector("#together [data-action=signal-thumb]:visible")


def test_the_second_screen_shows_the_same_picture_and_hears_the_keys(lesson: Lesson) -> None:
    with lesson.home.expect_popup() as opened:
        lesson.home.click("[data-action=popout]")
    second = opened.value
    wide = "document.querySelector('video')?.videoWidth"
    wait_for(lambda: second.evaluate(wide), what="the class picture")
    assert second.evaluate("document.querySelector('video').srcObject") is not None
    assert violations(second) == []
    second.keyboard.press(" ")
    lesson.wait_question(lesson.home, "asked")
    lesson.home.click("[data-action=withdraw]")
    lesson.wait_question(lesson.screen, "none")
    with suppress(Error):  # the page goes with the key still down
        second.keyboard.press("Escape")
    # Playwright hears of it only while something else is asked.
    wait_for(lambda: lesson.home.evaluate("true") and second.is_closed(), what="it closes")


def test_behind_the_curtain_nothing_of_it_shows(lesson: Lesson) -> None:
    home, screen = lesson.home, lesson.screen
    home.click("[data-action=signal-thumb]")
    screen.wait_for_selector("#signals button")
    screen.keyboard.press("c")
    lesson.wait_state(home, "curtain")
    assert not screen.is_visible("#signals")
    assert home.is_disabled("[data-action=signal-thumb]")
    screen.keyboard.press("c")
    lesson.wait_state(home, "live")


def test_with_the_lesson_all_of_it_goes(lesson: Lesson, tmp_path: Path) -> None:
    """The last of the module: the lesson ends."""
    home, screen = lesson.home, lesson.screen
    home.set_input_files("#file-input", pdf(tmp_path, pages=1))
    screen.locator("#file-card", has_text="werkblad.pdf").wait_for()
    with home.expect_popup() as opened:
        home.click("[data-action=popout]")
    home.click("[data-action=leave]")
    lesson.wait_state(screen, "ready")
    wait_for(opened.value.is_closed, what="the second screen")
    assert not home.is_visible("#together")
    assert not screen.is_visible("#file-card")
    home.click("[data-action=join]")
    lesson.wait_state(screen, "live")
    home.click(OPEN)
    assert home.locator("#chat-lines li").count() == 0
    assert home.locator("#file-state").inner_text() == ""
    assert not screen.is_visible("#file-card")
