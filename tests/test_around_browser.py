"""The story around a lesson in a real browser: the timetable is made, the pupil signs off, people
find each other, a photo and the papers; every page at both sizes and in both languages."""

import asyncio
import contextlib
import re
import threading
from collections.abc import Coroutine, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from bench.stage import CHROMIUM, FLAGS
from dossier.papers.gather import PAPERS
from dossier.rooster.hours import Held
from dossier.rooster.lessons import ZONE
from signaling.messages import Message
from signaling.messages_agenda import Agenda
from tests.axe import violations
from tests.helpdesk_tools import Pages, pages
from tests.placement_tools import Case, case, with_set
from tests.server_tools import Pair
from tests.test_rondom_content import jpeg, pdf

pytestmark = pytest.mark.browser

SIZES = ((1280, 720), (390, 844))
TOMORROW = datetime.now(ZONE).date() + timedelta(days=1)
T = TypeVar("T")


@dataclass
class Story:
    """A server in a thread of its own, and browsers of whoever is asked for."""

    at: Pages
    here: Case
    pair: Pair
    number: int
    loop: asyncio.AbstractEventLoop
    play: Playwright
    folder: Path
    told: list[Message]
    browser: Browser | None = None
    wrong: list[str] = field(default_factory=list)
    """What `look` found, for the whole of a test."""

    def all_well(self) -> None:
        found, self.wrong = self.wrong, []
        assert not found

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(20)

    @contextlib.contextmanager
    def as_(self, role: str) -> Iterator[Page]:
        """This role, logged in."""
        token = self.run(self.at.site.desk.sessions.begin(self.here.people[role], "password"))
        assert self.browser is not None
        context = self.browser.new_context(locale="nl-NL")
        context.add_cookies([{"name": "klasgenoot", "value": token, "url": self.at.origin}])
        page = context.new_page()
        wrong: list[str] = []
        page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        yield page
        context.close()
        assert not wrong

    def open(self, page: Page, path: str) -> None:
        page.goto(f"{self.at.origin}/plaatsing/{self.here.code}{path}")

    def look(self, page: Page, name: str) -> None:
        """Both sizes, both languages: nobody is kept out, nothing sticks out or is too small."""
        back = page.url
        for language in ("en", "nl"):
            page.goto(re.sub(r"[?#].*", "", back) + f"?taal={language}")
            for width, height in SIZES:
                page.set_viewport_size({"width": width, "height": height})
                page.screenshot(path=self.folder / f"{name}_{language}_{width}.png", full_page=True)
                where = f"{name} {language} {width}"
                self.wrong += [f"{where}: {one}" for one in violations(page)]
                if page.evaluate("document.documentElement.scrollWidth > innerWidth + 1"):
                    self.wrong.append(f"{where}: sticks out")
                self.wrong += [f"{where}: small {one}" for one in page.evaluate(_SMALL)]
        page.set_viewport_size({"width": 1280, "height": 720})


_SMALL = """[...document.querySelectorAll(
    'button, input, select, textarea, summary, nav a, .lessons a')]
  .filter((e) => !['hidden', 'checkbox', 'radio'].includes(e.type) && e.offsetParent)
  .filter((e) => e.getBoundingClientRect().height < 43.5).map((e) => e.outerHTML.slice(0, 100))"""


@pytest.fixture(scope="module")
def story(play: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    folder = tmp_path_factory.mktemp("around")
    ready: Future[Story] = Future()
    done = asyncio.Event()

    async def serve() -> None:
        async with pages(folder) as at:
            at.site.desk.together.files._seal._file = folder / "key"
            here, pair = await case(at, "Anna"), await Pair().add_to(at.store)
            number = await with_set(at, here.code, pair.unit.public)
            told: list[Message] = []
            at.site.watch.agenda.came(pair.unit.public, "test", told.append)
            loop = asyncio.get_running_loop()
            ready.set_result(Story(at, here, pair, number, loop, play, folder, told))
            await done.wait()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    one = ready.result(30)
    browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    one.browser = browser
    yield one
    browser.close()
    one.loop.call_soon_threadsafe(done.set)
    thread.join(20)


def last(story: Story) -> Agenda:
    found = story.told[-1]
    assert isinstance(found, Agenda)
    return found


def test_a_timetable_is_made_with_the_keyboard_and_changed(story: Story) -> None:
    with story.as_("begeleider") as page:
        story.open(page, "/rooster")
        expect(page.locator("main")).to_contain_text("Er is nog geen rooster")
        page.get_by_role("link", name="Rooster maken").focus()
        page.keyboard.press("Enter")
        page.locator("#subject").focus()
        page.keyboard.type("rekenen")
        page.keyboard.press("Tab")
        page.keyboard.type("12")
        page.locator("#weekday").select_option(str(TOMORROW.isoweekday()))
        page.locator("#week").focus()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator(".told.right")).to_have_text("De les staat in het rooster.")
        assert last(story).lessons[0].subject == "rekenen"
        page.fill("#subject", "pauze")
        page.select_option("#kind", "pauze")
        page.fill("#begin", "10:15")
        page.fill("#end", "10:30")
        page.select_option("#weekday", str(TOMORROW.isoweekday()))
        page.get_by_role("button", name="Zet in het rooster").click()
        page.fill("#holiday", "kerst")
        page.fill("#h-first", "2030-12-21")
        page.fill("#h-last", "2031-01-05")
        page.get_by_role("button", name="Vakantie erbij").click()
        expect(page.locator(".told.right")).to_contain_text("vakantie")
        story.look(page, "setup")
        story.open(page, f"/rooster?week={TOMORROW}")
        page.locator(".lessons a", has_text="pauze").click()
        page.get_by_role("button", name="Laat vervallen").click()
        expect(page.locator(".lessons [data-lesson='cancelled']")).to_contain_text("pauze")
        assert [one.state for one in last(story).lessons[:2]] == ["planned", "cancelled"]
    with story.as_("leerling") as page:
        story.open(page, f"/rooster?week={TOMORROW}")
        page.locator(".lessons a", has_text="rekenen").click()
        story.look(page, "lesson")
        page.get_by_label("behandeling of afspraak").check()
        page.get_by_role("button", name="Meld af").click()
        expect(page.locator(".told.right")).to_contain_text("afgemeld")
        assert last(story).lessons[0].state == "signed_off"
        page.get_by_role("button", name="Maak een adres").click()
        expect(page.locator("code.link")).to_contain_text("/rooster/")
        page.locator("a.language").click()  # also on a page that answered a form
        expect(page.locator("h1")).to_contain_text("Timetable, week")
        story.open(page, f"/rooster?taal=nl&week={TOMORROW}")
        story.look(page, "week")
        story.open(page, "/rooster")
        page.get_by_role("button", name=re.compile("Toch meedoen")).click()
        expect(page.locator(".told.right")).to_contain_text("doet weer mee")
        assert last(story).lessons[0].state == "planned"
    story.all_well()


def test_hours_as_a_drawing_and_a_table(story: Story) -> None:
    now = datetime.now(ZONE).replace(hour=9, minute=0, second=0, microsecond=0)
    lost = ["", "ziek", "technisch", "", "vervallen", "", "anders", ""]
    for week in range(12):
        for day in range(4):
            begin = (now - timedelta(days=7 * week + day)).timestamp() - 86_400
            why = lost[(week * 3 + day) % len(lost)]
            one = Held(begin=begin, end=begin + 3000, subject=["taal", "rekenen"][day % 2],
                       live_s=0 if why else 2900, lost=why)  # type: ignore[arg-type] # fmt: skip
            story.run(story.at.site.desk.rooster.hours.close(story.number, one))
    with story.as_("regiehouder") as page:
        story.open(page, "/uren")
        expect(page.locator("svg.hours path.hours-live")).to_have_count(1)
        page.get_by_text("Getallen als tabel").click()
        page.locator("select[name=lost]").first.select_option("ziek")
        page.get_by_role("button", name="Bewaar").first.click()
        expect(page.locator(".told.right")).to_contain_text("bewaard")
        story.look(page, "hours")
    story.all_well()


def test_news_messages_duties_and_a_photo(story: Story) -> None:
    with story.as_("docent") as page:
        story.open(page, "/samen")
        page.fill("#title", "Sinterklaas")
        page.fill("#text", "Donderdag vieren we het in de aula.\nDe set gaat mee.")
        page.get_by_role("button", name="Plaatsen").click()
        expect(page.get_by_role("heading", name="Sinterklaas")).to_be_visible()
        story.look(page, "news")
        story.open(page, "/samen/buddydienst")
        page.fill("#title", "Volgende week")
        page.fill("#places", "maandag, set halen\ndinsdag, set halen\nwoensdag, set halen")
        page.get_by_role("button", name="Maak de lijst").click()
    with story.as_("buddy") as page:
        story.open(page, "/samen/buddydienst")
        page.get_by_role("button", name="Ik: maandag, set halen").click()
        expect(page.locator(".rows li").first).to_contain_text("Anna buddy")
        story.look(page, "duties")
        story.open(page, "/samen/berichten")
        page.get_by_label("Anna leerling").check()
        page.fill("#title", "Pauze")
        page.fill("#text", "Kom je morgen in de pauze?")
        page.get_by_role("button", name="Stuur").click()
        expect(page.get_by_role("heading", name="Pauze")).to_be_visible()
    with story.as_("leerling") as page:
        story.open(page, "/samen/berichten")
        expect(page.locator(".rows em")).to_have_text("nieuw")
        story.look(page, "chats")
        page.get_by_role("link", name=re.compile("Pauze")).click()
        page.fill("#text", "Ja!")
        page.get_by_role("button", name="Stuur").click()
        expect(page.locator(".said .mine")).to_contain_text("Ja!")
        story.look(page, "chat")
        story.open(page, "/samen/album")
        files = {"name": "IMG.jpg", "mimeType": "image/jpeg", "buffer": jpeg(1)}
        page.set_input_files("#file", files)
        page.fill("#name", "Mijn kamer")
        page.get_by_role("button", name="Zet erbij").click()
        picture = page.get_by_role("img", name="Mijn kamer")
        expect(picture).to_be_visible()
        assert picture.evaluate("(e) => e.decode().then(() => e.naturalWidth)") == 64
        story.look(page, "album")
        story.open(page, "/samen/documenten")
        page.set_input_files(
            "#file", {"name": "x.pdf", "mimeType": "application/pdf", "buffer": pdf()}
        )
        page.get_by_role("button", name="Zet erbij").click()
        expect(page.locator(".rows strong")).to_have_text("x.pdf")
        story.look(page, "documents")
    with story.as_("regiehouder") as page:
        story.open(page, "/samen/gesprekken")
        page.fill("#title", "Evaluatie")
        page.fill("#places", "di 1 december 15.30, lokaal 4\ndo 3 december 16.00, online")
        page.get_by_role("button", name="Maak de lijst").click()
        expect(page.get_by_role("heading", name="Evaluatie")).to_be_visible()
        story.look(page, "meetings")
    story.all_well()


def test_the_papers_fit_their_sheets(story: Story) -> None:
    with story.as_("regiehouder") as page:
        story.open(page, "/papieren")
        story.look(page, "papers")
        for paper in PAPERS:
            story.open(page, f"/papieren/{paper}")
            story.look(page, f"paper_{paper}")
            raw = page.pdf(prefer_css_page_size=True)
            sheets = len(re.findall(rb"/Type\s*/Page\b", raw))
            assert sheets == 1 or (paper == "handelingsplan" and sheets <= 2), paper
    story.all_well()
