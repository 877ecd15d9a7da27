"""The helpdesk in real browsers, with a real set behind the server: a passkey, the pages in both
sizes and languages, and what is seen in class of whatever the helpdesk does."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Playwright, expect

from bench.stage import CHROMIUM, FLAGS, Stage, stage
from tests.conftest import in_class, wait_for

pytestmark = pytest.mark.browser

AXE = Path(__file__).parent.parent / "node_modules" / "axe-core" / "axe.min.js"
SIZES = ((1280, 720), (390, 844))
_AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


class Desk:
    """A helpdesk's browser beside a demo that runs."""

    def __init__(self, one: Stage, page: Page) -> None:
        self.stage, self.page = one, page
        self.invitation = one.demo.invite()
        parts = urlsplit(self.invitation)
        self.origin = f"{parts.scheme}://{parts.netloc}"
        cdp = page.context.new_cdp_session(page)
        cdp.send("WebAuthn.enable")
        cdp.send("WebAuthn.addVirtualAuthenticator", {"options": _AUTHENTICATOR})
        self.wrong: list[str] = []
        page.on("console", lambda said: self.wrong.append(said.text) if said.type == "error" else 0)
        page.on("pageerror", lambda error: self.wrong.append(str(error)))

    def open(self, path: str) -> None:
        self.page.goto(f"{self.origin}{path}")

    def the_set(self) -> None:
        self.open("/helpdesk")
        self.page.click(".number")
        self.page.wait_for_selector("h1:has-text('Set')")

    def in_lesson(self) -> bool:
        self.the_set()
        return "In de les" in self.page.inner_text("main")

    def send(self, words: str) -> None:
        self.the_set()
        self.page.fill("#text", words)
        self.page.click("button:has-text('Bericht sturen')")
        expect(self.page.locator(".told.right")).to_contain_text("De set is gevraagd")

    def log(self) -> str:
        self.the_set()
        return self.page.locator("section:has(#log)").inner_text()


@pytest.fixture(scope="module")
def desk(play: Playwright) -> Iterator[Desk]:
    with stage(play) as one:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield Desk(one, browser.new_page(locale="nl-NL"))
        browser.close()


@pytest.fixture(scope="module")
def shots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("helpdesk")


def barriers(page: Page) -> list[str]:
    """What axe finds: rule and element."""
    if not AXE.exists():
        return []  # npm install (make lint does it)
    if not page.evaluate("'axe' in globalThis"):
        page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run(document)")["violations"]
    return [f"{v['id']}: {node['html'][:160]}" for v in found for node in v["nodes"]]


def sticks_out(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth + 1"))


def small(page: Page) -> list[str]:
    """Controls that a thumb misses."""
    return page.evaluate(
        """() => [...document.querySelectorAll('button, input, select, summary, nav a')]
          .filter((e) => e.type !== 'hidden')
          .filter((e) => e.offsetParent)
          .filter((e) => (e.closest('.tick') ?? e).getBoundingClientRect().height < 44)
          .map((e) => e.outerHTML.slice(0, 100))"""
    )


def looked_at(page: Page, shots: Path, name: str) -> None:
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        page.screenshot(path=shots / f"{name}_{width}.png", full_page=True)
        assert not barriers(page), f"{name} at {width}"
        assert not sticks_out(page), f"{name} at {width}"
        assert not small(page), f"{name} at {width}"
    page.set_viewport_size({"width": 1280, "height": 720})


def test_an_invitation_a_passkey_and_back_in_with_it(desk: Desk, shots: Path) -> None:
    page = desk.page
    page.goto(desk.invitation)
    looked_at(page, shots, "uitnodiging")
    page.fill("#name", "Demo")
    page.click("button:has-text('passkey')")
    page.wait_for_url("**/helpdesk")
    page.click("button:has-text('Uitloggen')")
    page.wait_for_url("**/inloggen")
    looked_at(page, shots, "inloggen")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    while not page.evaluate("document.activeElement.textContent.includes('passkey')"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/helpdesk")
    page.goto(desk.invitation)
    assert "gebruikt of verlopen" in page.inner_text("main")


def test_every_page_in_both_sizes_and_languages(desk: Desk, shots: Path) -> None:
    page = desk.page
    wait_for(lambda: (desk.the_set(), "Klaar" in page.inner_text("main"))[1], what="a report")
    for name in ("account", "accounts", "logboek", "helpdesk"):
        desk.open(f"/{name}")
        looked_at(page, shots, name)
    desk.the_set()
    looked_at(page, shots, "set")
    page.click("a.language")
    assert page.evaluate("document.documentElement.lang") == "en"
    looked_at(page, shots, "set_en")
    page.click("a.language")
    desk.open("/bestaat-niet")
    desk.open("/helpdesk/set/000-000-000")
    looked_at(page, shots, "niet-gevonden")
    unknown = [line for line in desk.wrong if "404" not in line]
    assert not unknown  # nothing was refused by the policy, nothing failed


def test_a_text_is_read_in_class(desk: Desk, shots: Path) -> None:
    screen = desk.stage.screen()
    screen.wait_for_selector("body[data-state=ready]")
    words = 'Zet de microfoon aan. <img src=x onerror="alert(1)"> & bedankt'
    desk.send(words)
    shown = screen.locator("#helpdesk-text")
    expect(shown).to_have_text(words)
    assert screen.locator("#helpdesk img").count() == 0
    for width, height in ((1920, 1080), (1280, 720)):
        screen.set_viewport_size({"width": width, "height": height})
        screen.screenshot(path=shots / f"kiosk_bericht_{width}.png")
        assert not barriers(screen)
        button = screen.locator("[data-action=message-ok]").bounding_box()
        assert button is not None and button["height"] >= 64
        assert button["y"] + button["height"] <= height
    screen.press("[data-action=message-ok]", "Enter")
    expect(screen.locator("#helpdesk")).to_be_hidden()
    wait_for(lambda: "gelezen in de klas" in desk.log(), what="the answer")
    screen.close()


def test_a_restart_and_a_lesson_that_is_not_cut(desk: Desk, shots: Path) -> None:
    lesson = in_class(desk.stage)
    unit = desk.stage.demo.unit
    assert unit.process is not None
    before = unit.process.pid
    for answer in ("no", "yes"):
        wait_for(desk.in_lesson, what="the report of a lesson")
        desk.page.click("button:has-text('opnieuw starten')")
        yes = lesson.screen.locator("[data-action=helpdesk-yes]")
        expect(yes).to_be_visible()
        assert lesson.state(lesson.home) == "live" and unit.alive
        lesson.screen.screenshot(path=shots / "kiosk_mag_het.png")
        assert not barriers(lesson.screen)
        lesson.screen.click(f"[data-action=helpdesk-{answer}]")
        if answer == "no":
            expect(lesson.screen.locator("#helpdesk")).to_be_hidden()
            wait_for(lambda: "zei nee" in desk.log(), what="the class's no")
            assert lesson.state(lesson.home) == "live" and unit.process.pid == before
    wait_for(lambda: not unit.alive, what="the agent's end")
    assert unit.process.returncode == 0
    unit.start()  # as whoever watches over it does
    doing = lesson.screen.locator("#helpdesk-doing")
    expect(doing).to_have_text("De helpdesk heeft de Klasgenoot opnieuw gestart.", timeout=20_000)
    lesson.wait_state(lesson.home, "live", 30)  # the pupil did nothing
    wait_for(lesson.picture_is_fresh, what="the picture")
