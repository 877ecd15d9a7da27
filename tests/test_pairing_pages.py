"""Pairing by hand in two real browsers, with the keyboard alone, in both languages."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Playwright, expect

from bench.stage import Stage, new_demo
from signaling.keyfile import load_pairing
from tests.conftest import wait_for

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def unpaired(play: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """All processes, and devices that have never seen each other."""
    folder = tmp_path_factory.mktemp("unpaired")
    demo = new_demo(folder / "demo")
    demo._introduce = lambda: None  # type: ignore[method-assign]
    one = Stage(play, demo, folder)
    yield one
    one.close()


@pytest.fixture(scope="module")
def pages(unpaired: Stage) -> tuple[Page, Page]:
    return unpaired.home(), unpaired.screen()


def type_code(home: Page, text: str) -> None:
    home.locator("#pairing-code").focus()
    home.keyboard.press("Control+a")
    home.keyboard.press("Delete")
    home.keyboard.type(text)
    home.keyboard.press("Enter")


def show_code(screen: Page) -> str:
    """By keyboard: the button is reached and pressed."""
    button = screen.locator("[data-action=pair-start]:visible")
    button.focus()
    screen.keyboard.press("Enter")
    code = screen.locator("#pairing-code")
    expect(code).to_be_visible()
    return "-".join(code.locator("span").all_inner_texts())


def words(page: Page) -> list[str]:
    expect(page.locator("#pairing-words li")).to_have_count(6)
    return page.locator("#pairing-words li").all_inner_texts()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Typ de code"),
        ("ABCD", "28 tekens"),
        ("U" * 28, "nooit een U"),
        ("<img src=x onerror=alert(1)>", "cijfers en letters"),
        ("0" * 27 + "1", "typefout"),
        ("0" * 28, "Geen Klasgenoot"),
        ("é" * 120, "cijfers en letters"),
    ],
)
def test_rubbish_in_the_form_is_explained(pages: tuple[Page, Page], text: str, said: str) -> None:
    home, _ = pages
    expect(home.locator("#pairing-form")).to_be_visible()
    type_code(home, text)
    expect(home.locator("#pairing-problem")).to_contain_text(said)
    expect(home.locator("#pairing-form")).to_be_visible()


def test_words_that_differ_pair_nobody(pages: tuple[Page, Page], unpaired: Stage) -> None:
    home, screen = pages
    type_code(home, show_code(screen))
    words(home)
    screen.locator("[data-action=pair-differ]").focus()
    screen.keyboard.press("Enter")
    expect(screen.locator("#pairing-problem")).to_contain_text("woorden waren anders")
    expect(home.locator("#pairing-problem")).to_contain_text("gestopt")
    assert load_pairing(unpaired.demo.folder / "unit") is None
    assert load_pairing(unpaired.demo.folder / "laptop") is None


def test_two_people_pair_with_the_keyboard_and_join(
    pages: tuple[Page, Page], unpaired: Stage
) -> None:
    home, screen = pages
    code = show_code(screen)
    assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){6}[0-9A-HJKMNP-TV-Z]{4}", code)
    type_code(home, code.replace("-", "").lower())
    wait_for(lambda: words(home) == words(screen), what="the new words on both")
    for page in (home, screen):
        assert page.evaluate("document.activeElement.id") == "pairing-title"
        yes = page.locator("[data-action=pair-same]")
        for _ in range(3):  # the next stops of the Tab key, whatever the browser has between
            page.keyboard.press("Tab")
            if yes.evaluate("button => button === document.activeElement"):
                break
        page.keyboard.press("Enter")
    for page in (home, screen):
        expect(page.locator("#pairing")).to_have_attribute("data-step", "done")
        page.locator("[data-action=pair-stop]").focus()
        page.keyboard.press("Enter")
        expect(page.locator("#pairing")).to_be_hidden()
    pairing = load_pairing(unpaired.demo.folder / "unit")
    assert pairing is not None
    assert pairing == load_pairing(unpaired.demo.folder / "laptop")
    screen.wait_for_selector("body[data-state=ready]")
    home.wait_for_selector("[data-online=true]")
    home.click("[data-action=join]")
    home.wait_for_selector("body[data-state=live]")


def test_a_paired_set_starts_no_pairing(pages: tuple[Page, Page]) -> None:
    for page in pages:
        expect(page.locator("#pairing")).to_be_hidden()
        expect(page.locator("[data-action=pair-start]:visible")).to_have_count(0)


def test_unpairing_ends_the_lesson_and_says_so(pages: tuple[Page, Page], unpaired: Stage) -> None:
    home, screen = pages
    home.wait_for_selector("body[data-state=live]")
    unpaired.demo._tell("klasgenoot", "unpair")
    home.wait_for_selector("body[data-state=off]")
    expect(home.locator("#pairing-text")).to_contain_text("losgemaakt")
    expect(home.locator("#pairing-form")).to_be_visible()
    expect(screen.locator("#pairing-begin")).to_be_visible()
    home.click("[data-language=en]")
    expect(home.locator("#pairing-text")).to_contain_text("un-paired")
    expect(home.locator("#pairing-title")).to_have_text("Pair this laptop")


def test_every_text_exists_in_both_languages(pages: tuple[Page, Page]) -> None:
    texts = pages[0].evaluate("import('/gedeeld/teksten-koppelen.js').then((m) => m.KOPPELEN)")
    assert set(texts["nl"]) == set(texts["en"])
    assert all(text.strip() for one in texts.values() for text in one.values())
    problems = {key.rsplit(".", 1)[1] for key in texts["nl"] if key.startswith("pair.problem.")}
    assert {"code_empty", "code_check", "words_differ", "unverified", "unknown"} <= problems
