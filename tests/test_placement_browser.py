"""The story of one placement in a real browser: from request to erased, every role with a way in of
its own, both languages, both sizes, nothing that axe objects to."""

import contextlib
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright

from bench.stage import CHROMIUM, FLAGS
from dossier.placement import avg
from tests.helpdesk_tools import PASSWORD, pages
from tests.pages_thread import PagesThread
from tests.test_helpdesk_browser import looked_at

pytestmark = pytest.mark.browser

_HOUSE = ("consulent", "projectbureau", "monteur", "helpdesk", "beheerder")
_PLACE = ("regiehouder", "begeleider", "ict", "docent", "buddy", "leerling", "ouder")


@contextlib.contextmanager
def house(folder: Path) -> Iterator[PagesThread]:
    """A server where each role of the house has somebody."""
    with PagesThread(lambda: pages(folder)) as one:
        for role in _HOUSE:
            one.run(one.at.account(f"Klaas {role}", role))  # type: ignore[arg-type]
        yield one


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PagesThread]:
    with house(tmp_path_factory.mktemp("server")) as one:
        yield one


@pytest.fixture(scope="module")
def shots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("placement")


@pytest.fixture(scope="module")
def chromium(play: Playwright) -> Iterator[Browser]:
    browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    yield browser
    browser.close()


class People:
    """A browser window for each, logged in once."""

    def __init__(self, server: PagesThread, chromium: Browser) -> None:
        self.server, self._chromium = server, chromium
        self._pages: dict[str, Page] = {}
        self.wrong: list[str] = []

    def new(self, role: str) -> Page:
        page = self._chromium.new_context(locale="nl-NL").new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("console", lambda said: self.wrong.append(said.text) if said.type == "error" else 0)
        self._pages[role] = page
        return page

    def __call__(self, role: str) -> Page:
        if role in self._pages:
            return self._pages[role]
        page = self.new(role)
        page.goto(f"{self.server.at.origin}/inloggen")
        page.fill("#name", f"Klaas {role}")
        page.fill("#password", PASSWORD)
        page.press("#password", "Enter")
        page.wait_for_selector("h1")
        return page


def test_the_story(server: PagesThread, chromium: Browser, shots: Path) -> None:
    people = People(server, chromium)
    today = date.today()
    page = people("consulent")
    looked_at(page, shots, "leeg")
    page.click("a:has-text('Nieuwe aanvraag')")
    looked_at(page, shots, "aanvraag")
    page.fill("#mine", "Carla Consulent")
    page.fill("#pupil", "Noor")
    page.fill("#school", "De Wilgen")
    page.select_option("#kind", "vo")
    page.fill("#age", "13")
    page.fill("#weeks", "20")
    for tick in page.locator(".tick input").all():
        tick.check()
    page.click("button.main")
    page.wait_for_selector("h1:has-text('Aangevraagd')")
    base = page.url
    _judged(people, base, shots)
    _invited(people, base, shots)
    _prepared(people, base, shots)
    _placed(people, base, today)
    _evaluated(people, base, shots)
    _over(people, base, shots, today)
    assert not [line for line in people.wrong if "404" not in line]


def _judged(people: People, base: str, shots: Path) -> None:
    page = people("projectbureau")
    page.goto(base)
    looked_at(page, shots, "beoordelen")
    for answers in page.locator("fieldset.answers").all():
        answers.locator("input[value=yes]").check()
    page.locator("fieldset.answers").first.locator("input[value=doubt]").check()
    page.click("button:has-text('Beoordeling bewaren')")
    page.fill("#consult-question", "Is de ziekte vastgesteld?")
    page.click("button:has-text('Vraag sturen')")
    page.wait_for_selector("h1:has-text('In overleg')")
    page = people("consulent")
    page.goto(base)
    page.fill("#answer-answer", "Ja.")
    page.click("button:has-text('Antwoord sturen')")
    page = people("projectbureau")
    page.goto(base)
    page.locator("fieldset.answers").first.locator("input[value=yes]").check()
    page.click("button:has-text('Beoordeling bewaren')")
    page.click("button:has-text('Goedkeuren')")
    page.wait_for_selector("h1:has-text('Goedgekeurd')")
    day = date.today()
    page.fill("#day", day.isoformat())
    page.fill("#delivery_day", (day - timedelta(days=1)).isoformat())
    page.fill("#monteur", "Mo")
    page.click("button:has-text('Planning bewaren')")
    page.wait_for_selector("h1:has-text('Gepland')")


def _invited(people: People, base: str, shots: Path) -> None:
    host = people("consulent")
    for role in _PLACE:
        host.goto(f"{base}/mensen")
        host.fill("#name", f"Iemand {role}")
        host.select_option("#role", role)
        host.click("button:has-text('Link maken')")
        link = host.inner_text("code.link")
        page = people.new(role)
        page.goto(link)
        page.fill("#name", f"Klaas {role}")
        page.fill("#password", PASSWORD)
        page.press("#password", "Enter")
        page.wait_for_url("**/plaatsingen")
        page.click("a.number")
        page.wait_for_selector(".tabs")
    looked_at(host, shots, "mensen")


def _prepared(people: People, base: str, shots: Path) -> None:
    page = people("ouder")
    page.goto(f"{base}/inventarisatie?formulier=1")
    page.click("section:has(#kind-social) summary")
    page.fill("#goal-new-social", "Contact in de pauze")
    page.fill("#result-new-social", "2 pauzes per week")
    page.press("#result-new-social", "Enter")
    page.wait_for_selector("strong:has-text('Contact in de pauze')")
    looked_at(page, shots, "doelen_thuis")
    page = people("regiehouder")
    page.goto(f"{base}/inventarisatie?formulier=3")
    page.click("button:has-text('Overnemen')")
    page.wait_for_selector(".doubts")
    looked_at(page, shots, "doelen_samen")
    page.goto(f"{base}/taken?fase=1")
    first = page.locator("details summary").first
    first.focus()
    page.keyboard.press("Enter")
    page.locator("details[open] button").click()
    page.wait_for_selector(".tasks .done")
    looked_at(page, shots, "taken")


def _placed(people: People, base: str, today: date) -> None:
    page = people("projectbureau")
    page.goto(base)
    page.fill("#set_number", "123-456-789")
    page.click("button:has-text('Geleverd')")
    page.wait_for_selector("h1:has-text('Geleverd')")
    page = people("consulent")
    page.goto(base)
    page.click("button:text-is('Geplaatst')")
    page.wait_for_selector("h1:has-text('Geplaatst')")
    page.click("button:text-is('In gebruik')")
    page.wait_for_selector("h1:has-text('In gebruik')")


def _evaluated(people: People, base: str, shots: Path) -> None:
    lead = people("regiehouder")
    for turn in (1, 2):
        lead.goto(f"{base}/evaluatie/samen")
        lead.click("button:has-text('Nieuwe ronde')")
        for role in ("leerling", "docent", "buddy"):
            page = people(role)
            page.goto(f"{base}/evaluatie")
            for statement in page.locator(".statement").all():
                statement.locator(f"input[value='{4 if role == 'docent' else 5 - turn}']").check()
            if role == "leerling" and turn == 1:
                looked_at(page, shots, "evaluatie_1")
            page.click("button:has-text('Antwoorden bewaren')")
            page.wait_for_selector(".told.right")
        lead.goto(f"{base}/evaluatie/samen")
        lead.click("summary:has-text('Actie erbij')")
        lead.fill("#what", f"Microfoon op tafel {turn}")
        lead.fill("#who", "docent")
        lead.fill("#due", "2027-01-10")
        lead.press("#who", "Enter")
        lead.wait_for_selector(f"th:has-text('Microfoon op tafel {turn}')")
        if turn == 2:
            lead.wait_for_selector("svg.plot")
            looked_at(lead, shots, "evaluatie_samen")
            lead.emulate_media(media="print")
            lead.screenshot(path=shots / "evaluatie_papier.png", full_page=True)
            assert not lead.locator("button").first.is_visible()
            lead.emulate_media(media="screen")
        lead.click("button:has-text('Ronde sluiten')")


def _over(people: People, base: str, shots: Path, today: date) -> None:
    for role in ("leerling", "buddy", "ict", "helpdesk", "monteur"):
        page = people(role)
        page.goto(f"{base}?taal=en" if role != "monteur" else f"{people.server.at.origin}/account")
        if role == "leerling":
            looked_at(page, shots, "stand_en")
    page = people("beheerder")
    page.goto(f"{people.server.at.origin}/bewaren")
    looked_at(page, shots, "bewaren")
    page = people("consulent")
    page.goto(base)
    page.click("summary:has-text('Afsluiten')")
    page.click("button:text-is('Afsluiten')")
    page.wait_for_selector("h1:has-text('Afsluiting')")
    page.click("button:has-text('Alles is terug')")
    page.wait_for_selector("h1:has-text('Retour')")
    assert "Wordt gewist op" in page.inner_text("main")
    looked_at(page, shots, "retour")
    page.goto(f"{base}/logboek")
    looked_at(page, shots, "logboek")
    kept = people.server.at.site.desk.placements
    kept.clock = lambda: time.time() + 92 * 86_400.0
    assert people.server.run(avg.erase_due(kept)) == 1
    assert page.goto(base).status == 404  # type: ignore[union-attr]
    page = people("ouder")
    page.goto(base)
    assert page.url.endswith("/inloggen")
