"""How the home page looks and what it says in other languages; its help. No class is needed."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Playwright, expect

from bench.stage import Stage, stage
from tests.axe import violations

pytestmark = pytest.mark.browser

THEMES = ("light", "dark", "contrast")
PHONES = {"CONTACT_HELPDESK_PHONE": "0800 0000", "CONTACT_SCHOOL_PHONE": "010 000 0000"}
PARENTS = ("ar", "tr", "pl", "uk")


@pytest.fixture(scope="module")
def one(play: Playwright) -> Iterator[Stage]:
    with stage(play, **PHONES) as running:
        yield running


@pytest.fixture(scope="module")
def shared(one: Stage) -> Page:
    return one.home()


@pytest.fixture
def home(shared: Page) -> Page:
    """The lobby as on a laptop that nobody has changed anything on."""
    shared.evaluate("localStorage.clear()")
    shared.reload()
    expect(shared.locator("[data-action=join]")).to_be_visible()
    return shared


def look(page: Page, name: str) -> str | None:
    return page.locator("html").get_attribute(f"data-{name}")


def choose(page: Page, name: str, value: str) -> None:
    page.check(f"input[name=looks-{name}][value='{value}']")


def open_looks(page: Page) -> None:
    page.click("[data-action=looks]")
    expect(page.locator("#weergave")).to_be_visible()


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", ["100", "200"])
def test_axe_finds_nothing_in_any_theme(home: Page, theme: str, size: str) -> None:
    open_looks(home)
    choose(home, "theme", theme)
    choose(home, "size", size)
    assert violations(home) == []
    home.keyboard.press("Escape")
    assert violations(home) == []
    home.click("[data-action=help]")
    assert violations(home) == []
    home.click("[data-help=hear]")
    assert violations(home) == []
    # Nothing is cut off to the side.
    assert home.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_what_was_chosen_is_still_there_after_a_reload(home: Page) -> None:
    open_looks(home)
    for name, value in {
        "theme": "dark",
        "size": "125",
        "letters": "clear",
        "motion": "calm",
    }.items():
        choose(home, name, value)
        assert look(home, name) == value
    choose(home, "language", "tr")
    expect(home.locator("[data-action=join]")).to_have_text("Sınıfa git")
    home.reload()
    expect(home.locator("[data-action=join]")).to_have_text("Sınıfa git")
    assert (look(home, "theme"), look(home, "letters")) == ("dark", "clear")
    font = home.evaluate(
        "document.fonts.load('16px OpenDyslexic').then((found) => found[0]?.status)"
    )
    assert font == "loaded"


@pytest.mark.parametrize(
    "kept",
    ["{", "[]", "null", "7", json.dumps({"theme": "pink", "size": [], "language": "toString"})],
)
def test_rubbish_that_was_kept_is_passed_over(home: Page, kept: str) -> None:
    home.evaluate("(kept) => localStorage.setItem('weergave', kept)", kept)
    home.reload()
    expect(home.locator("[data-action=join]")).to_have_text("Naar de klas")
    assert (look(home, "theme"), look(home, "size")) == ("light", "100")


def test_the_laptops_own_choice_is_followed_until_another_is_made(home: Page) -> None:
    for scheme in ("dark", "light"):
        home.emulate_media(color_scheme=scheme)
        expect(home.locator("html")).to_have_attribute("data-theme", scheme)
    open_looks(home)
    choose(home, "theme", "contrast")
    home.emulate_media(color_scheme="dark")
    assert home.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    assert look(home, "theme") == "contrast"
    home.emulate_media(color_scheme="light")


def test_by_keyboard_alone(home: Page) -> None:
    home.focus("[data-action=looks]")
    home.keyboard.press("Enter")
    expect(home.locator("#weergave")).to_be_visible()
    home.focus("input[name=looks-theme][value=light]")
    home.keyboard.press("ArrowRight")
    assert look(home, "theme") == "dark"
    home.keyboard.press("Escape")
    expect(home.locator("#weergave")).to_be_hidden()
    expect(home.locator("[data-action=looks]")).to_be_focused()


def test_arabic_runs_from_the_right_and_the_camera_does_not(home: Page) -> None:
    open_looks(home)
    choose(home, "language", "ar")
    expect(home.locator("html")).to_have_attribute("dir", "rtl")
    home.keyboard.press("Escape")
    assert violations(home) == []
    assert home.evaluate("document.documentElement.scrollWidth <= innerWidth")
    mark, leave = (home.locator(one).bounding_box() for one in (".mark", "[data-action=help]"))
    assert mark and leave and mark["x"] > leave["x"]
    # Left stays left.
    home.evaluate("document.body.dataset.layout = 'cockpit'")
    left, right = (home.locator(f"[data-action={d}]").bounding_box() for d in ("left", "right"))
    assert left and right and left["x"] < right["x"]
    # What has no words of its own is Dutch, and says so to a screen reader.
    assert home.locator("[data-t='steer.still'], [data-t='follow.name']").first.get_attribute(
        "lang"
    ) == ("nl")


@pytest.mark.parametrize("language", PARENTS)
def test_a_parents_language_has_only_keys_that_exist_and_all_of_the_helps(
    home: Page, language: str
) -> None:
    unknown, missing, unfilled = home.evaluate(
        """async (language) => {
            const { TEKSTEN } = await import('/gedeeld/teksten.js');
            const { WEERGAVE } = await import('/gedeeld/teksten-weergave.js');
            const { OUDERS } = await import('/gedeeld/teksten-ouders.js');
            const mine = OUDERS[language];
            const holes = (text) => (text.match(/\\{\\w+\\}/g) ?? []).sort().join();
            return [
                Object.keys(mine).filter((key) => !(key in TEKSTEN.nl)),
                Object.keys(WEERGAVE.nl).filter((key) => !(key in mine)),
                Object.keys(mine).filter((key) => holes(mine[key]) !== holes(TEKSTEN.nl[key])),
            ];
        }""",
        language,
    )
    assert (unknown, missing, unfilled) == ([], [], [])


def test_help_has_three_steps_a_number_and_the_codes_only_when_asked(home: Page) -> None:
    home.click("[data-action=help]")
    sheet = home.locator("#hulp")
    expect(sheet.locator(".help-topics button")).to_have_count(6)
    expect(sheet.locator("pre")).to_be_hidden()
    for topic in ("in", "see", "hear", "seen", "heard", "turn"):
        home.click(f"[data-help={topic}]")
        expect(sheet.locator("ol li")).to_have_count(3)
        expect(sheet.locator(".help-call")).to_contain_text("0800 0000")
        expect(sheet.locator(".help-call")).to_contain_text("010 000 0000")
        expect(home.locator("[data-help=back]")).to_be_focused()
        home.keyboard.press("Enter")
        expect(sheet.locator(".help-topics")).to_be_visible()
    home.click("#hulp summary")
    expect(sheet.locator("pre")).to_contain_text("state: off")
    home.keyboard.press("Escape")
    expect(sheet).to_be_hidden()


def test_help_opens_at_what_is_wrong(home: Page, one: Stage) -> None:
    home.click("[data-action=join]")  # no screen is open, but the set is there and answers
    home.wait_for_selector("body[data-state=live]")
    expect(home.locator("#notice-list li").first).to_be_visible()
    home.click("[data-action=help]")
    expect(home.locator("#hulp .help-now")).to_be_visible()
    home.keyboard.press("Escape")
    home.click("[data-action=leave]")
    home.wait_for_selector("body[data-state=off]")
