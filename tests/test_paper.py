"""The paper for the trolley is one A4; the report of a placement holds what was typed, no more."""

import datetime
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from playwright.sync_api import Playwright

from bench.stage import CHROMIUM
from config.settings import Contact, Timetable
from config.timetable import DAYS
from klasgenoot.upkeep import paper, placement
from klasgenoot.upkeep.doctor import NAMES, Finding
from signaling.reach import Reach, Try

CONTACT = Contact(
    helpdesk_phone="088 000 00 00",
    helpdesk_hours="ma-vr 8.00-17.00",
    begeleider_phone="06 00 00 00 00",
    school_phone="010 000 00 00",
)
DRAWINGS = paper.icons(paper.ICONS.read_text("utf-8"))
WEEK = Timetable(monday="8.30-9.20 taal, 10.15-11.05 gym", friday="8.30-9.20 rekenen")
FULL = Timetable(
    **{
        day: ", ".join(f"{h}.{m:02}-{h + 1}.{m:02} {40 * 'w'}" for h in range(8, 20))
        for m, day in enumerate(DAYS)
    }
)
DAY = datetime.date(2026, 11, 22)


@pytest.mark.browser
@pytest.mark.parametrize("side", paper.STEPS)
def test_it_is_one_a4(play: Playwright, side: paper.Side, tmp_path: Path) -> None:
    long = Contact(
        helpdesk_phone="+31 88 000 00 00",
        helpdesk_hours="maandag tot en met vrijdag van 8.00 tot 17.00 uur, niet op feestdagen",
        begeleider_phone="+31 6 00 00 00 00 of 010 000 00 00",
    )
    with_browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
    try:
        page = with_browser.new_page()
        for contact, week in ((CONTACT, WEEK), (long, FULL), (Contact(), Timetable())):
            page.set_content(paper.html(side, "Klasgenoot 0123", contact, week, DRAWINGS))
            pdf = page.pdf(prefer_css_page_size=True, print_background=True)
            assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1
            box = re.search(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]", pdf)
            assert box
            assert (round(float(box[1])), round(float(box[2]))) in ((595, 842), (596, 842))
    finally:
        with_browser.close()


def test_every_picture_is_there_and_every_number() -> None:
    for side, steps in paper.STEPS.items():
        text = paper.html(side, "Klasgenoot 0123", CONTACT, WEEK, DRAWINGS)
        assert all(name in DRAWINGS for name, _, _ in steps)
        assert text.count("<svg") == len(steps)
        assert CONTACT.helpdesk_phone in text
        assert "undefined" not in text
        assert "<tr><th>8.30–9.20</th><td>taal</td><td></td>" in text
        assert text.count("<td>rekenen</td>") == 1
    assert CONTACT.begeleider_phone in paper.html("set", "x", CONTACT, WEEK, DRAWINGS)
    assert CONTACT.school_phone in paper.html("laptop", "x", CONTACT, WEEK, DRAWINGS)


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.seen.add(tag)


def test_what_was_typed_stays_text() -> None:
    nasty = "<script>x</script>'\"&"
    typed = placement.Typed(nasty, nasty, nasty, nasty, nasty, False)
    findings = [Finding(name, "wrong", "disk_full", nasty) for name in NAMES]
    pages = (
        placement.html(typed, findings, None, nasty, DAY),
        paper.html(
            "set",
            nasty,
            Contact(helpdesk_phone=nasty),
            Timetable(monday=f"8.30-9.20 {nasty}"),
            DRAWINGS,
        ),
    )
    for text in pages:
        tags = _Tags()
        tags.feed(text)
        assert "script" not in tags.seen


def test_the_report_of_a_placement() -> None:
    findings = [Finding(name, "good") for name in NAMES]
    ways = (
        Try("server", "server.example", 443, ok=True),
        Try("udp", "relay.example", 3478, ok=True, kbps=2900, delay_ms=31),
    )
    reach = Reach("unit", ways, known=True, relay=True)
    typed = placement.Typed("Set 12", "De School", "2.14", words_equal=True)
    text = placement.html(typed, findings, reach, "1.2.3", DAY)
    for words in ("Set 12", "De School", "2.14", "1.2.3", "22 november 2026", "2,9 Mbit/s"):
        assert words in text
    assert "De set werkt." in text
    assert "waren gelijk" in text
    lines = sum(len(lines) for _, lines in placement.FIRST_CONTACT)
    assert text.count("af te vinken") == lines
    unequal = placement.html(placement.Typed(words_equal=False), [], None, "", DAY)
    assert "niet gelijk" in unequal
    later = placement.html(placement.Typed(), [], None, "", DAY)
    assert later.count("af te vinken") == lines + 1
