"""The way of a placement by keyboard alone, in English: nobody here touches a mouse."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.axe import violations
from tests.helpdesk_tools import PASSWORD
from tests.pages_thread import PagesThread
from tests.test_placement_browser import chromium, house

pytestmark = pytest.mark.browser
_ = chromium

_MOST_TABS = 150


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PagesThread]:
    folder = tmp_path_factory.mktemp("keyboard")
    with house(folder) as one:
        one.run(one.at.account("Bea consulent", "consulent"))
        yield one


class Keys:
    """Somebody with a keyboard, in an English browser."""

    def __init__(self, server: PagesThread, chromium: Browser, name: str) -> None:
        self._origin = server.at.origin
        self.page = chromium.new_context(locale="en-GB").new_page()
        self.page.set_default_timeout(20_000)
        self.open("/inloggen")
        self.type("#name", name)
        self.type("#password", PASSWORD)
        self.press("Enter")
        self.page.wait_for_url("**/plaatsingen")

    def open(self, path: str) -> None:
        self.page.goto(f"{self._origin}{path}")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def to(self, selector: str) -> None:
        """Tab until the focus is there, where it can be seen."""
        self.page.wait_for_selector(selector, state="attached")  # also: it is the next page
        for _turn in range(_MOST_TABS):
            if self.page.evaluate(_THERE, selector):
                assert self.page.evaluate(_SEEN), f"the focus on {selector} is not seen"
                return
            self.press("Tab")
        raise AssertionError(f"no way to {selector} by keyboard")

    def type(self, selector: str, text: str) -> None:
        self.to(selector)
        self.press("Control+a")
        self.page.keyboard.type(text)

    def date(self, selector: str, day: date) -> None:
        """Digits, in the order that the browser's own language shows."""
        self.to(selector)
        for order in ("%d%m%Y", "%m%d%Y"):
            self.page.keyboard.type(day.strftime(order))
            if self.page.input_value(selector) == day.isoformat():
                return
            self.press("ArrowLeft", "ArrowLeft")
        raise AssertionError(f"no way to write {day} by keyboard")

    def do(self, selector: str, key: str = "Enter") -> None:
        self.to(selector)
        self.press(key)

    def at(self, heading: str) -> None:
        expect(self.page.locator("h1", has_text=re.compile(f"^{heading}$"))).to_be_visible()
        assert self.page.locator("html").get_attribute("lang") == "en"
        assert not violations(self.page)


_THERE = "(selector) => document.activeElement.matches(selector)"
_SEEN = """() => {
  const style = getComputedStyle(document.activeElement)
  return style.outlineStyle !== 'none' || style.boxShadow !== 'none'
}"""


def test_from_request_to_erased_by_keyboard(
    server: PagesThread, chromium: Browser, tmp_path: Path
) -> None:
    lead = Keys(server, chromium, "Klaas consulent")
    lead.do("a[href='/plaatsingen/nieuw']")
    for name, text in (("mine", "Carla"), ("pupil", "Noor"), ("school", "De Wilgen")):
        lead.type(f"#{name}", text)
    lead.to("#kind")
    lead.press("ArrowDown")
    lead.type("#age", "13")
    lead.type("#weeks", "20")
    for name in ("ill", "no_qualification", "no_contraindication"):
        lead.do(f"input[name={name}]", "Space")
    lead.do("button.main")
    lead.at("Requested")
    base = re.sub(r"^https?://[^/]+", "", lead.page.url)
    bureau = Keys(server, chromium, "Klaas projectbureau")
    bureau.do("a.number")
    for one in ("ill", "no_qualification", "ten_weeks", "age", "no_contraindication"):
        bureau.to(f"input[name=judged_{one}]")
        bureau.press("Space")
    bureau.do("form[action$='/stap/judge'] button")
    bureau.at("Judged")
    bureau.do("form[action$='/stap/approve'] button")
    bureau.at("Approved")
    lead.open(base)
    lead.date("#day", date.today())
    lead.date("#delivery_day", date.today() - timedelta(days=1))
    lead.type("#monteur", "Klaas monteur")
    lead.do("form[action$='/stap/plan'] button")
    lead.at("Planned")
    bureau.open(base)
    bureau.type("#set_number", "123-456-789")
    bureau.do("form[action$='/stap/deliver'] button")
    bureau.at("Delivered")
    monteur = Keys(server, chromium, "Klaas monteur")
    monteur.do("a.number")  # the plan brought the placement here
    monteur.do("form[action$='/stap/place'] button")
    monteur.at("Placed")
    lead.open(base)
    lead.do("#hand-over")
    lead.page.screenshot(path=tmp_path / "hand_over.png", full_page=True)
    lead.to("#to")
    lead.page.keyboard.type("Bea")
    lead.do("form[action$='/overdragen'] button")
    lead.at("Placements")
    other = Keys(server, chromium, "Bea consulent")
    other.do("a.number")
    other.do("form[action$='/stap/use'] button")
    other.at("In use")
    other.do("#step-close")
    other.do("form[action$='/stap/close'] button")
    other.at("Closing")
    other.do("form[action$='/stap/return'] button")
    other.at("Returned")
    other.do("#sooner")
    other.page.screenshot(path=tmp_path / "sooner.png", full_page=True)
    other.do("form[action$='/wisdatum'] button")
    other.do("form[action$='/stap/erase'] button")
    other.at("Placements")
    assert "Noor" not in other.page.inner_text("main")
