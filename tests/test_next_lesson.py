"""The next lesson on the screen: which one it is, from settings or server, and its words."""

import datetime

import pytest
from playwright.sync_api import Playwright, expect

from bench.stage import CHROMIUM, FLAGS
from config.settings import SettingsError, Timetable, parse
from config.timetable import slots
from klasgenoot.room import timetable
from signaling.messages_agenda import Agenda, AgendaLesson
from tests.kiosk_tools import PlayedAgent, checks, screen_of

TOLD = Agenda(
    holds=True,
    lessons=(AgendaLesson(begin=3.9e9, end=4e9, subject="rekenen", room="lokaal 12"),),
)
WEEK = Timetable(monday="10.15-11.05 gym, 8:30-9:20 taal", thursday="8.30 - 9.20")
THURSDAY = datetime.datetime(2026, 11, 26, 9, 0, tzinfo=datetime.UTC)


def test_the_week_of_the_settings_as_lessons() -> None:
    kept = timetable.Timetable(WEEK)
    first = kept.due(1.0, THURSDAY)
    assert first is not None
    assert not first.holds  # the pair meets as it likes
    found = [
        (datetime.datetime.fromtimestamp(one.begin, datetime.UTC), one.end - one.begin, one.subject)
        for one in first.lessons
    ]
    at = datetime.datetime(2026, 11, 26, tzinfo=datetime.UTC)
    hours, days = (lambda h, m: datetime.timedelta(hours=h, minutes=m)), datetime.timedelta
    assert found == [
        (at + hours(8, 30), 3000, ""),
        (at + days(4) + hours(8, 30), 3000, "taal"),
        (at + days(4) + hours(10, 15), 3000, "gym"),
        (at + days(7) + hours(8, 30), 3000, ""),
    ]
    assert kept.due(2.0, THURSDAY) is None
    kept.again()
    assert kept.due(3.0, THURSDAY) == first
    kept.told(TOLD)  # the server knows better, also when it says that nothing comes
    assert kept.due(4.0, THURSDAY) == TOLD
    kept.told(Agenda(holds=True))
    assert kept.due(5.0, THURSDAY) == Agenda(holds=True)
    assert kept.due(5000.0, THURSDAY) == Agenda(holds=True)
    kept.told(Agenda(holds=False))  # it has no timetable of this pair
    assert kept.due(5001.0, THURSDAY) == first


@pytest.mark.parametrize(
    "text",
    ["taal", "8.30", "8.30-9.20taal", "9.20-8.30 taal", "24.00-25.00", "8.30-9.61", "-",
     "٨.30-9.20", "8.30-9.20 " + 41 * "a", "8.30-9.20 a\x07", ",".join(13 * ["8.30-9.20"]),
     "8.30-9.20;10.00-11.00"],
)  # fmt: skip
def test_rubbish_in_the_week_is_named(text: str) -> None:
    with pytest.raises(SettingsError, match=r"timetable\.friday"):
        parse({"timetable": {"friday": text}})


def test_a_day_may_be_empty() -> None:
    assert slots("") == slots(" , ") == ()


WORDS = """async ({ language, lessons, now }) => {
    const { setLanguage } = await import('/gedeeld/teksten.js');
    const { nextOf, wordsOf } = await import('/next-lesson.js');
    setLanguage(language);
    const at = (parts) => new Date(...parts).getTime();
    const made = lessons.map(([begin, subject, room, state, moved]) =>
        ({ begin: at(begin) / 1000, end: at(begin) / 1000 + 3000, subject, room, state, moved }));
    const next = nextOf(made, at(now));
    return next && wordsOf(next, at(now));
}"""
NOW = [2026, 10, 26, 9, 30]  # a Thursday; months count from 0
FIRST = [[2026, 10, 26, 8, 30], "taal", "", "planned", False]
SECOND = [[2026, 10, 26, 10, 15], "rekenen", "lokaal 12", "planned", False]
MONDAY = [[2026, 10, 30, 8, 30], "gym", "", "planned", False]
LATER = [[2027, 0, 11, 8, 30], "", "", "planned", False]


@pytest.mark.browser
def test_words_and_screen(play: Playwright) -> None:
    browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    agent = PlayedAgent(browser.new_page())
    page = agent.page

    def said(lessons: list, now: list = NOW, language: str = "nl") -> str | None:
        return page.evaluate(WORDS, {"language": language, "lessons": lessons, "now": now})

    assert said([MONDAY, SECOND, FIRST]) == "Volgende les: 10:15, rekenen, lokaal 12"
    assert said([FIRST, SECOND], [2026, 10, 26, 8, 40]) == "Nu: 8:30, taal"
    assert said([FIRST, MONDAY]) == "Volgende les: maandag 8:30, gym"
    assert said([LATER], language="nl") == "Volgende les: 11 januari 8:30"
    for state, moved, words in (
        ("cancelled", False, "Gaat niet door"),
        ("signed_off", False, "De leerling is er niet bij"),
        ("planned", True, "Verplaatste les"),
    ):
        assert said([[*SECOND[:3], state, moved]]) == f"{words}: 10:15, rekenen, lokaal 12"
    assert said([FIRST]) is None
    assert said([]) is None

    line = page.locator("#next-lesson")
    agent.show(screen_of())
    agent.show(TOLD)
    expect(line).to_contain_text("rekenen, lokaal 12")
    agent.show(screen_of("ready", checks=checks(light="light_absent"), todo="light_absent"))
    expect(line).to_be_hidden()
    agent.show(screen_of("live"))
    expect(line).to_be_hidden()
    agent.show(screen_of())
    expect(line).to_be_visible()
    agent.show(Agenda(holds=True))
    expect(line).to_be_hidden()
    browser.close()
