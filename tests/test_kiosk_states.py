"""Every state of the screen in class: no barrier for anybody (axe), keys for every action, a
picture of each in the test's own folder to look at."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from playwright.sync_api import Page, Playwright, expect

from bench.stage import CHROMIUM, FLAGS
from klasgenoot.fault_words import advice, catalogue, said
from klasgenoot.faults import FAULTS, HINTS
from signaling import messages as m
from signaling.messages_agenda import Agenda, AgendaLesson
from signaling.messages_pairing import PairStep
from tests.conftest import wait_for
from tests.kiosk_tools import PlayedAgent, checks, screen_of

pytestmark = pytest.mark.browser

AXE = Path(__file__).parent.parent / "node_modules" / "axe-core" / "axe.min.js"
SIZES = ((1920, 1080), (1280, 720))
QR = tuple("10" * 16 + "1" if row % 2 else "01" * 16 + "0" for row in range(33))
WORDS = ("appel", "boot", "citroen", "deur", "egel", "fiets")

FAULTY = screen_of(checks=checks(camera="camera_absent"), todo="camera_absent", state="fault",
                   reason="camera_absent")  # fmt: skip
TWO = checks(microphone="class_mic_silent", light="light_absent", set="disk_full")


def waiting() -> tuple[m.Check, ...]:
    hints = {"pupil": "pupil_away", "power": "on_battery"}
    return tuple(
        msgspec.structs.replace(c, ok=None, advice=hints[c.name]) if c.name in hints else c
        for c in checks()
    )


STATES: dict[str, tuple[m.Message, ...]] = {
    "starting": (screen_of("starting", checks=tuple(
        m.Check(name=name, ok=True if name in ("power", "camera") else None)
        for name in ("power", "network", "camera", "ptz", "light", "microphone", "server")
    )),),
    "ready": (screen_of(checks=(
        m.Check(name="power", ok=True, percent=64, charging=True), *checks()[1:])
    ),),
    "ready, hints": (screen_of(checks=waiting()),),
    "ready, next lesson": (
        screen_of(),
        Agenda(
            holds=True,
            lessons=(AgendaLesson(begin=3.9e9, end=4e9, subject="wiskunde", room="lokaal 12"),),
        ),
    ),
    "knock": (screen_of(knocks=True),),
    "ready, english": (screen_of(language="en"),),
    "ready, two wrong": (screen_of(checks=TWO, todo="class_mic_silent"),),
    "starting, one wrong": (
        screen_of("starting", checks=checks(ptz="ptz_silent"), todo="ptz_silent"),
    ),
    "fault": (FAULTY,),
    "fault, network": (
        screen_of("fault", reason="media_failed", todo="media_failed",
                  checks=checks(network="media_failed", power="battery_low")),
    ),
    "fault, not paired": (
        screen_of("fault", reason="not_paired", todo="not_paired",
                  checks=checks(server="not_paired")),
    ),
    "pairing, code": (
        screen_of("fault", reason="not_paired"),
        PairStep(state="waiting", code="ABCD-EFGH-JKMN-PQRS-TVWX-YZ01-2345", qr=QR, seconds=300),
    ),
    "pairing, words": (
        screen_of("fault", reason="not_paired"),
        PairStep(state="comparing", words=WORDS),
    ),
    "live": (screen_of("live"),),
    "live, notices": (
        screen_of("live", mic="off", notices=("class_mic_silent", "light_absent", "disk_full")),
    ),
    "question, asked": (screen_of("live", question="asked", asked_ago_ms=7000),),
    "question, escalated": (screen_of("live", question="escalated", asked_ago_ms=31_000),),
    "question, seen": (screen_of("live", question="seen", asked_ago_ms=65_000),),
    "question, turn": (screen_of("live", question="turn"),),
    "curtain": (screen_of("curtain", watching=True, reason="curtain"),),
}  # fmt: skip


@pytest.fixture(scope="module")
def kiosk(play: Playwright) -> Iterator[PlayedAgent]:
    browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    yield PlayedAgent(browser.new_page())
    browser.close()


@pytest.fixture(scope="module")
def shots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("kiosk")


@pytest.fixture
def fresh(kiosk: PlayedAgent) -> PlayedAgent:
    kiosk.page.reload()
    kiosk.page.emulate_media(reduced_motion="reduce")
    return kiosk


def barriers(page: Page) -> list[str]:
    """What axe finds: rule and element."""
    if not page.evaluate("'axe' in globalThis"):
        page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run(document)")["violations"]
    return [f"{v['id']}: {node['html'][:120]}" for v in found for node in v["nodes"]]


def overflows(page: Page) -> list[str]:
    """Elements with words that stick out of the screen or of their own box."""
    return page.evaluate(
        """() => [...document.querySelectorAll('h1, h2, p, li, b, button')].filter((e) => {
          if (e.offsetParent === null || e.closest('.spoken')) return false;
          const box = e.getBoundingClientRect();
          return box.right > innerWidth + 1 || box.bottom > innerHeight + 1
            || box.left < -1 || box.top < -1
            || box.bottom > (e.closest('#stage')?.getBoundingClientRect().bottom ?? Infinity) + 1
            || (e.clientWidth > 0 && e.scrollWidth > e.clientWidth + 2); // inline has no width
        }).map((e) => e.outerHTML.slice(0, 120))"""
    )


def shoot(page: Page, shots: Path, name: str) -> None:
    """Looked at in both sizes: a picture, nothing outside, no barrier."""
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        page.screenshot(path=shots / f"{name.replace(', ', '-').replace(' ', '_')}_{width}.png")
        assert not overflows(page), f"{name} at {width}"
    assert not barriers(page), name


needs_axe = pytest.mark.skipif(not AXE.exists(), reason="npm install (make lint does it)")


@needs_axe
@pytest.mark.parametrize("name", STATES)
def test_every_state(fresh: PlayedAgent, shots: Path, name: str) -> None:
    for message in STATES[name]:
        fresh.show(message)
    first = STATES[name][0]
    assert isinstance(first, m.Screen)
    fresh.page.wait_for_selector(f"body[data-state={first.state}]")
    if isinstance(STATES[name][-1], PairStep):
        fresh.page.wait_for_selector("#pairing")
    shoot(fresh.page, shots, name)


@needs_axe
@pytest.mark.parametrize("code", [code for code in FAULTS if code not in HINTS])
def test_every_fault_in_large(kiosk: PlayedAgent, shots: Path, code: str) -> None:
    fault = FAULTS[code]
    red = checks(**{fault.check: code})
    kiosk.show(screen_of("fault" if fault.blocks else "ready",
                         reason=code if fault.blocks else "", todo=code, checks=red))  # fmt: skip
    words = kiosk.page.locator("#words")
    expect(words).to_have_text(said(code))
    size = float(words.evaluate("(e) => parseFloat(getComputedStyle(e).fontSize)"))
    assert size >= 0.045 * kiosk.page.evaluate("innerHeight"), "read from six metres"
    shoot(kiosk.page, shots, f"fault-{code}")


@needs_axe
def test_questions_back(fresh: PlayedAgent, shots: Path) -> None:
    """The windows that ask something, and their keys."""
    page = fresh.page
    fresh.show(screen_of())
    page.wait_for_selector("[data-action=test-sound]:visible")
    page.keyboard.press("t")
    page.wait_for_selector("#sound-test[open]")
    shoot(page, shots, "sound-test")
    page.keyboard.press("n")
    expect(page.locator("#sound-test")).to_be_hidden()
    wait_for_word(fresh, lambda said: said.get("speaker") == "unheard")
    page.keyboard.press("t")
    page.locator("[data-heard=yes]").focus()
    page.keyboard.press("Enter")
    wait_for_word(fresh, lambda said: said.get("speaker") == "on")
    page.locator("[data-action=shutdown]").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#confirm[open]")
    shoot(page, shots, "confirm")
    page.keyboard.press("Escape")
    expect(page.locator("#confirm")).to_be_hidden()
    page.keyboard.press("t")
    fresh.show(screen_of("live"))  # a lesson begins: the question is no longer put
    expect(page.locator("#sound-test")).to_be_hidden()


def test_every_button_is_large(fresh: PlayedAgent) -> None:
    for state in ("ready", "live", "curtain"):
        fresh.show(screen_of(state, question="asked" if state == "live" else "none"))  # type: ignore[arg-type]
        fresh.page.wait_for_selector(f"body[data-state={state}]")
        for width, height in SIZES:
            fresh.page.set_viewport_size({"width": width, "height": height})
            small = fresh.page.evaluate(
                """() => [...document.querySelectorAll('button')].filter((b) => {
                  const box = b.getBoundingClientRect();
                  return b.offsetParent !== null && Math.min(box.width, box.height) < 64;
                }).map((b) => b.outerHTML.slice(0, 80))"""
            )
            assert not small


def test_the_bar_moves_and_the_page_says_what_it_hears(fresh: PlayedAgent) -> None:
    fresh.show(screen_of())
    wait_for_word(fresh, lambda said: said.get("hears") == "good")
    meter = fresh.page.locator("#checks meter")
    wait_for(lambda: fresh.page.wait_for_timeout(50) or meter.evaluate("(e) => e.value") > 0.3)
    fresh.show(screen_of(checks=checks(light="light_absent")))
    expect(fresh.page.locator("#checks [data-ok=false] .advice")).to_have_text(
        advice("light_absent")
    )
    wait_for(lambda: fresh.page.wait_for_timeout(50) or meter.evaluate("(e) => e.value") > 0.3)


def test_an_agent_that_stays_away_is_named(play: Playwright) -> None:
    browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    page = browser.new_page()
    page.clock.install()
    agent = PlayedAgent(page)
    agent.show(screen_of("ready"))
    page.wait_for_selector("body[data-state=ready]")
    agent.leave()
    page.wait_for_selector("body[data-state=starting]")
    page.clock.fast_forward(16_000)
    expect(page.locator("#words")).to_have_text(catalogue("nl")["fault.local_away"])
    browser.close()


def wait_for_word(agent: PlayedAgent, right: Callable[[dict], bool]) -> None:
    """Until the page has said something like this."""

    def found() -> bool:
        agent.page.wait_for_timeout(20)  # lets the page speak
        words = [json.loads(text) for text in agent.heard]
        return any(w["type"] == "sounding" and right(w) for w in words)

    wait_for(found)
    agent.heard.clear()
