"""Before the lesson, the page alone: what is wrong with this seat, what comes next, and a knock."""

import json
import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Playwright, expect

from bench.stage import CHROMIUM, FLAGS
from signaling import messages as m
from signaling.messages_agenda import Agenda, AgendaLesson
from signaling.messages_presence import Presence
from signaling.messages_seat import Knocked
from tests.axe import violations
from tests.conftest import wait_for
from tests.kiosk_tools import HOME, PlayedAgent

pytestmark = pytest.mark.browser

FINE = {
    "mic": "on", "camera": "on", "voice": "heard", "dark": False, "ears": "headset",
    "server": True, "away": "",
}  # fmt: skip


@pytest.fixture(scope="module")
def page(play: Playwright) -> Iterator[PlayedAgent]:
    browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    yield PlayedAgent(browser.new_page(viewport={"width": 1024, "height": 600}), HOME)
    browser.close()


def status(**changes: object) -> m.Status:
    said: dict[str, object] = {
        "wanted": False, "server": True, "peer": True, "peer_boot": "b", "peer_logins": 1,
        "paired": True, "language": "nl", "presence": Presence(step="picture"),
    }  # fmt: skip
    return m.Status(**(said | changes))  # type: ignore[arg-type]


def said(page: PlayedAgent, kind: str) -> bool:
    """Whether the page told its process this; only while the page is asked does it come in."""
    page.page.wait_for_timeout(20)
    return any(json.loads(text)["type"] == kind for text in page.heard)


@pytest.fixture
def lobby(page: PlayedAgent) -> PlayedAgent:
    page.reload()
    page.show(status())
    page.page.wait_for_selector("#arriving:visible")
    return page


@pytest.mark.parametrize(
    ("changes", "wrong", "advice"),
    [
        ({}, [], None),
        ({"mic": "absent"}, ["mic"], "seat.mic.absent"),
        ({"mic": "refused", "camera": "absent"}, ["mic", "camera"], "seat.mic.refused"),
        ({"voice": "nothing"}, ["mic"], "seat.mic.nothing"),
        ({"voice": "waiting"}, [], "seat.mic.waiting"),
        ({"mic": "off", "camera": "off"}, [], None),
        ({"dark": True}, ["camera"], "seat.camera.dark"),
        ({"ears": "speaker"}, [], "seat.headset.speaker"),
        ({"ears": "unknown"}, [], None),
        ({"ears": "absent", "camera": "refused"}, ["headset", "camera"], "seat.camera.refused"),
        ({"server": False, "away": "sign_in", "mic": "absent"}, ["mic", "line"], "reason.sign_in"),
        ({"server": False}, ["line"], "reason.server_away"),
    ],
)
def test_what_is_wrong_and_what_is_said_first(
    page: PlayedAgent, changes: dict[str, object], wrong: list[str], advice: str | None
) -> None:
    found, said = page.page.evaluate(
        """async (seen) => {
            const { judge, worst } = await import('/seat-check.js');
            const all = judge(seen);
            return [all.filter(({ ok }) => ok === false).map(({ part }) => part),
                    worst(all)?.advice ?? null];
        }""",
        FINE | changes,
    )
    assert found == wrong
    assert said == advice


@pytest.mark.parametrize(
    ("devices", "ears"),
    [
        ([], "unknown"),
        ([("audiooutput", "", "a")], "unknown"),  # no names before the microphone was allowed
        ([("audioinput", "Webcam", "c")], "absent"),
        ([("audioinput", "Webcam", "c"), ("audiooutput", "Speakers", "s")], "speaker"),
        ([("audioinput", "Mic", "mine"), ("audiooutput", "Analog", "mine")], "headset"),
        ([("audioinput", "Mic", "m"), ("audiooutput", "USB Headset", "h")], "headset"),
    ],
)
def test_a_headset_is_known_by_its_name_or_its_two_halves(
    page: PlayedAgent, devices: list[tuple[str, str, str]], ears: str
) -> None:
    told = [{"kind": kind, "label": label, "groupId": group} for kind, label, group in devices]
    assert ears == page.page.evaluate(
        "async (all) => (await import('/seat-check.js')).earsOf(all, 'mine')", told
    )


def test_the_line_says_why_it_is_not_there(lobby: PlayedAgent) -> None:
    lobby.show(status(server=False, away="sign_in", peer=False))
    expect(lobby.page.locator("#seat-words")).to_contain_text("wifi-netwerk")
    assert lobby.page.get_attribute("[data-part=line]", "data-ok") == "false"
    assert not lobby.page.is_visible("[data-action=knock]")
    lobby.show(status(server=False, away="of_a_newer_version", peer=False))
    expect(lobby.page.locator("#seat-words")).to_contain_text("Er ging iets mis")


def test_a_knock_and_each_answer(lobby: PlayedAgent) -> None:
    lobby.page.click("[data-action=knock]")
    wait_for(lambda: said(lobby, "knock"), what="the knock")
    expect(lobby.page.locator("#knocked")).to_contain_text("Je klopt aan")
    assert lobby.page.is_disabled("[data-action=knock]")
    for answer, words in (
        ("heard", "ziet dat je aanklopt"),
        ("wait", "Nog even wachten"),
        ("come", "Kom maar binnen"),
        ("nobody", "Niemand"),
    ):
        lobby.show(Knocked(answer=answer))  # type: ignore[arg-type]
        expect(lobby.page.locator("#knocked")).to_contain_text(words)
    assert lobby.page.is_enabled("[data-action=knock]")


def test_an_answer_to_no_knock_says_nothing(lobby: PlayedAgent) -> None:
    lobby.show(Knocked(answer="come"))
    lobby.show(status(peer=False))  # what came before has been handled
    lobby.page.wait_for_selector("#peer[data-online=false]")
    assert not lobby.page.is_visible("#knocked")


def test_the_next_lesson_and_the_one_that_is_cancelled(lobby: PlayedAgent) -> None:
    now = time.time()
    lessons = (
        AgendaLesson(begin=now + 600, end=now + 3600, subject="gym", state="cancelled"),
        AgendaLesson(begin=now + 3600, end=now + 7200, subject="rekenen", room="lokaal 12"),
    )
    lobby.show(Agenda(holds=True, lessons=lessons))
    said = lobby.page.locator("#next-lesson")
    expect(said).to_contain_text(re.compile(r"^gym van \d+:\d\d gaat niet door\. Om .*rekenen"))
    expect(said).to_contain_text("lokaal 12")
    expect(said).to_contain_text("met je docent en je klas")
    lobby.page.click("[data-language=en]")
    expect(said).to_contain_text("with your teacher")
    lobby.page.click("[data-language=nl]")
    lobby.page.click("[data-action=knock]")
    lobby.show(Knocked(answer="nobody"))
    expect(lobby.page.locator("#knocked")).to_contain_text("geen les in je rooster")
    running = AgendaLesson(begin=now - 600, end=now + 3600, subject="taal")
    lobby.show(Agenda(holds=True, lessons=(running,)))
    expect(lobby.page.locator("#knocked")).to_contain_text("Je mag gewoon naar de klas")
    lobby.show(Agenda(holds=False, lessons=lessons))
    expect(said).to_be_hidden()


def test_no_barriers(lobby: PlayedAgent) -> None:
    lobby.page.click("[data-action=knock]")
    lobby.show(Knocked(answer="heard"))
    expect(lobby.page.locator("#knocked")).to_contain_text("Wacht even")
    assert violations(lobby.page) == []


def test_one_switch_gets_into_class(lobby: PlayedAgent) -> None:
    lobby.page.click("[data-action=scan]")
    join = "[data-action=join].scanned"
    lobby.page.wait_for_selector(join)  # alone or with the knock beside it
    lobby.page.keyboard.press("Space")
    if lobby.page.evaluate("document.body.dataset.state") == "off":
        lobby.page.wait_for_selector(join)
        lobby.page.keyboard.press("Enter")
    wait_for(lambda: said(lobby, "camera_offer"), what="the call")
    lobby.page.click("[data-action=scan]")
    assert lobby.page.locator(".scanned").count() == 0
