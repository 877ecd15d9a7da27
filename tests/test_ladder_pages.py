"""The question's ladder in real browsers: at home, on the screen in class, on a buddy's phone."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Playwright, WebSocketRoute, expect

from bench.buddy_link import PHONE, join, scan
from bench.stage import free_ports, stage
from tests.axe import violations
from tests.conftest import Lesson, in_class, wait_for

pytestmark = pytest.mark.browser

STEP_S = "0.8"
RUNGS = ["light", "pulse", "large", "buddy", "teacher"]
BUDDY_STATES = ["none", "call", "told", "answered"]
BUDDY_ENDS = ["over", "wrong_link", "full", "too_fast"]

# Notes the rungs that the page goes through, and what the chime is made of.
WATCH = """() => {
    globalThis.rungs = [];
    globalThis.tones = [];
    new MutationObserver(() => {
        const { rung } = document.body.dataset;
        if (rungs.at(-1) !== rung) rungs.push(rung);
    }).observe(document.body, { attributes: true });
    const start = OscillatorNode.prototype.start;
    OscillatorNode.prototype.start = function (...given) {
        tones.push(this.frequency.value);
        return start.apply(this, given);
    };
}"""


class Ladder:
    def __init__(self, lesson: Lesson, link: str, phone: Page) -> None:
        self.lesson, self.link, self.phone = lesson, link, phone
        self.home, self.screen = lesson.home, lesson.screen
        self.light = lesson.stage.demo.folder / "hardware" / "light" / "shown"

    def ask(self, loud: bool = True) -> None:
        self.home.click(f"[data-action={'loud' if loud else 'quiet'}]")
        self.screen.evaluate("() => { rungs.length = tones.length = 0; }")
        self.home.click("[data-action=question]")

    def rung(self, page: Page, name: str) -> None:
        page.wait_for_selector(f"body[data-rung={name}]", timeout=15_000)

    def clear(self) -> None:
        """Nobody asks anything any more."""
        if self.home.evaluate("document.body.dataset.question") != "none":
            self.home.click("[data-action=withdraw]")
        for page in (self.home, self.screen):
            self.lesson.wait_question(page, "none")


@pytest.fixture(scope="module")
def shared(play: Playwright) -> Iterator[Ladder]:
    times = {f"QUESTION_{r}_AFTER_S": STEP_S for r in ("ESCALATE", "LARGE", "BUDDY", "TEACHER")}
    port = str(free_ports(1)[0])
    with stage(play, BUDDY_HOST="127.0.0.1", BUDDY_PORT=port, **times) as one:
        lesson = in_class(one)
        lesson.wait_state(lesson.screen, "live")
        link = scan(lesson.screen)
        phone = join(one.browser(), link)
        lesson.screen.evaluate(WATCH)
        yield Ladder(lesson, link, phone)


@pytest.fixture
def ladder(shared: Ladder) -> Iterator[Ladder]:
    yield shared
    shared.clear()


def test_a_loud_question_that_nobody_answers(ladder: Ladder) -> None:
    ladder.phone.evaluate("navigator.vibrate = (pattern) => { globalThis.buzzed = pattern; }")
    ladder.ask()
    ladder.lesson.wait_question(ladder.screen, "asked")
    wait_for(lambda: ladder.light.read_text().strip() not in ("", "0"), what="the lamp")
    ladder.rung(ladder.screen, "teacher")
    rungs = ladder.screen.evaluate("rungs.filter((rung) => rung !== 'none')")
    assert rungs == RUNGS
    assert ladder.screen.evaluate("tones.filter((hertz) => hertz === 784).length") == 3
    expect(ladder.screen.locator("#plea")).to_contain_text("Docent")
    ladder.rung(ladder.home, "teacher")
    expect(ladder.home.locator("#ask-label")).to_contain_text("hele scherm")
    # On the last rung the question is the screen, and it still says who watches.
    expect(ladder.screen.locator("#stage")).to_be_hidden()
    expect(ladder.screen.locator("#watching")).to_be_visible()
    ladder.phone.wait_for_selector("body[data-state=call]")
    assert ladder.phone.evaluate("buzzed") == [300, 150, 300]


def test_a_buddy_says_it(ladder: Ladder) -> None:
    ladder.ask()
    ladder.phone.click("[data-action=tell]")
    ladder.phone.wait_for_selector("body[data-state=told]")
    for page in (ladder.home.locator("#ask-label"), ladder.screen.locator("#plea")):
        expect(page).to_contain_text("Een klasgenoot zegt het")
    ladder.screen.click("[data-action=seen]")
    ladder.phone.wait_for_selector("body[data-state=answered]")
    ladder.lesson.wait_question(ladder.home, "seen")
    ladder.clear()
    ladder.phone.wait_for_selector("body[data-state=none]")


def test_a_quiet_question_by_keyboard_is_lamp_and_screen_only(ladder: Ladder) -> None:
    ladder.home.focus("[data-action=quiet]")
    ladder.home.keyboard.press("Enter")
    expect(ladder.home.locator("[data-action=quiet]")).to_have_attribute("aria-pressed", "true")
    expect(ladder.home.locator("[data-action=loud]")).to_have_attribute("aria-pressed", "false")
    ladder.phone.evaluate(
        """() => {
            globalThis.states = [];
            new MutationObserver(() => states.push(document.body.dataset.state))
                .observe(document.body, { attributes: true });
        }"""
    )
    ladder.ask(loud=False)
    ladder.rung(ladder.screen, "teacher")
    assert ladder.screen.evaluate("rungs.filter((rung) => rung !== 'none')") == [
        "light",
        "pulse",
        "large",
        "teacher",
    ]
    assert ladder.screen.evaluate("tones") == []
    assert "call" not in ladder.phone.evaluate("states")
    ladder.clear()
    ladder.home.click("[data-action=loud]")


def test_zo_meteen(ladder: Ladder) -> None:
    ladder.ask()
    ladder.lesson.wait_question(ladder.screen, "asked")
    ladder.screen.click("[data-action=soon]")
    ladder.home.wait_for_selector("body[data-question=seen][data-answer=soon]")
    ladder.screen.wait_for_selector("body[data-question=seen][data-answer=soon][data-rung=none]")
    expect(ladder.home.locator("#ask-label")).to_contain_text("Zo meteen")
    expect(ladder.screen.locator("[data-action=soon]")).to_be_hidden()
    wait_for(lambda: ladder.light.read_text().strip() == "0", what="the lamp out")


@pytest.mark.parametrize(
    ("keys", "states"),
    [
        (["PageDown", "PageDown", "PageDown"], ["seen", "turn", "none"]),
        (["PageUp", "PageDown"], ["seen", "turn"]),
        (["."], ["turn"]),
        (["g", "b", "b"], ["seen", "turn", "none"]),
        (["z"], ["seen"]),
    ],
)
def test_a_presenter_remote_answers(ladder: Ladder, keys: list[str], states: list[str]) -> None:
    ladder.screen.evaluate("globalThis.sameDocument = true")
    ladder.ask()
    ladder.lesson.wait_question(ladder.screen, "asked")
    ladder.screen.keyboard.press("F5")  # its "start" key: nothing
    for key, state in zip(keys, states, strict=True):
        ladder.screen.keyboard.press(key)
        ladder.lesson.wait_question(ladder.home, state)
        ladder.lesson.wait_question(ladder.screen, state)
    assert ladder.screen.evaluate("sameDocument")


def test_the_curtain_holds_the_ladder(ladder: Ladder) -> None:
    ladder.ask()
    ladder.rung(ladder.screen, "pulse")
    ladder.screen.click("[data-action=curtain]")
    ladder.rung(ladder.screen, "light")
    ladder.lesson.wait_question(ladder.home, "asked")
    wait_for(lambda: ladder.light.read_text().strip() not in ("", "0"), what="the lamp")
    ladder.screen.click("[data-action=curtain]")
    wait_for(lambda: ladder.screen.evaluate("rungs.at(-1)") != "light", what="the ladder again")
    ladder.lesson.wait_state(ladder.home, "live")
    rungs = ladder.screen.evaluate("rungs")
    curtain = len(rungs) - 1 - rungs[::-1].index("light")
    before, after = (RUNGS.index(rungs[curtain + step]) for step in (-1, 1))
    assert after - before in (0, 1)  # where it was, or just due


@pytest.mark.parametrize("rung", ["light", "large", "teacher"])
def test_axe_finds_nothing_on_any_rung(ladder: Ladder, rung: str) -> None:
    """From this rung on: the ladder does not wait for axe."""
    ladder.ask()
    ladder.rung(ladder.screen, rung)
    for page in (ladder.screen, ladder.home):
        assert violations(page) == []


def test_axe_finds_nothing_after_any_answer(ladder: Ladder) -> None:
    ladder.ask()
    for answer in ("seen", "soon", "turn"):
        ladder.screen.click(f"[data-action={answer}]")
        for page in (ladder.screen, ladder.home):
            page.wait_for_selector(f"body[data-answer={answer}]")
            assert violations(page) == []


def test_the_link_is_in_a_dialog_that_a_question_closes(ladder: Ladder) -> None:
    ladder.screen.click("[data-action=buddy]")
    expect(ladder.screen.locator("#buddy-link")).to_be_visible()
    expect(ladder.screen.locator("#buddy-count")).to_contain_text("1")
    assert violations(ladder.screen) == []
    ladder.ask()
    expect(ladder.screen.locator("#buddy-link")).to_be_hidden()


@pytest.mark.parametrize(("language", "locale"), [("nl", "nl-NL"), ("en", "en-GB")])
def test_every_state_of_the_phone(ladder: Ladder, language: str, locale: str) -> None:
    """By keyboard, with an agent that says what is wanted; axe finds nothing."""
    lines: list[WebSocketRoute] = []
    greets = ""

    def news(sees: str) -> str:
        return json.dumps({"type": "buddy_news", "sees": sees, "language": language})

    def agent(line: WebSocketRoute) -> None:
        lines.append(line)
        line.on_message(lambda _hello: line.send(greets) if greets else None)

    browser = ladder.phone.context.browser
    assert browser
    with browser.new_context(viewport=PHONE, locale=locale) as context:
        phone = context.new_page()
        phone.route_web_socket("**/ws", agent)
        phone.goto(ladder.link)
        texts = phone.evaluate("import('/gedeeld/teksten-buddy.js').then((m) => m.BUDDY)")

        def shows(state: str) -> None:
            phone.wait_for_selector(f"body[data-state={state}]")
            assert phone.locator("html").get_attribute("lang") == language
            expect(phone.locator("#title")).to_have_text(texts[language][f"buddy.{state}.title"])
            assert violations(phone) == []
            # All of it is on the screen, without scrolling.
            assert phone.evaluate("document.documentElement.scrollHeight <= innerHeight")

        def press_begin() -> None:
            expect(phone.locator("[data-action=begin]")).to_be_visible()
            phone.keyboard.press("Tab")
            phone.keyboard.press("Enter")

        shows("begin")
        press_begin()
        shows("connecting")
        lines[-1].close()
        shows("away")  # also when it is back, until it is told something
        greets = news("none")
        if len(lines) > 1:
            lines[-1].close()
        shows("none")
        for wanted in BUDDY_STATES[1:]:
            lines[-1].send(news(wanted))
            shows(wanted)
        # Few loads: the agent lets an address open so many connections and no more.
        for wanted in BUDDY_ENDS:
            greets = json.dumps({"type": "buddy_bye", "code": wanted})
            phone.reload()
            press_begin()
            shows(wanted)


def test_the_choice_is_kept_and_the_phone_goes_with_the_lesson(ladder: Ladder) -> None:
    ladder.home.click("[data-action=quiet]")
    ladder.home.click("[data-action=leave]")
    ladder.phone.wait_for_selector("body[data-state=over]")
    expect(ladder.screen.locator("[data-action=buddy]")).to_be_hidden()
    ladder.home.reload()
    ladder.lesson.wait_state(ladder.home, "off")
    expect(ladder.home.locator("[data-action=quiet]")).to_have_attribute("aria-pressed", "true")
    ladder.home.click("[data-action=join]")
    ladder.lesson.wait_state(ladder.home, "live")
    assert ladder.phone.context.browser
    late = ladder.phone.context.browser.new_page()
    late.goto(ladder.link)
    late.click("[data-action=begin]")
    late.wait_for_selector("body[data-state=over]")
