"""The timetable's rules: which lessons a day has, when a pair may meet, what the devices hear."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.rooster.desk import AgendaDesk, agenda
from dossier.rooster.lessons import (
    Change,
    Holiday,
    Off,
    Row,
    Timetable,
    at,
    coming,
    days,
    lessons,
    same_moment,
    week_of,
)
from signaling.agenda import may_meet
from signaling.messages import Decoder, Message, MessageError, encode
from signaling.messages_agenda import Agenda, AgendaLesson

NL = ZoneInfo("Europe/Amsterdam")
MONDAY = date(2026, 9, 7)


def row(**of: object) -> Row:
    values: dict[str, object] = {
        "id": 1,
        "subject": "rekenen",
        "room": "12",
        "weekday": 1,
        "begin_min": 510,
        "end_min": 560,
        "first": MONDAY,
        "last": MONDAY + timedelta(days=300),
    }
    return Row(**{**values, **of})  # type: ignore[arg-type]


def table(*rows: Row, **of: object) -> Timetable:
    return Timetable(rows=rows or (row(),), **of)  # type: ignore[arg-type]


def clock(moment: float) -> str:
    return datetime.fromtimestamp(moment, NL).strftime("%a %d-%m %H:%M")


def month(timetable: Timetable) -> list[str]:
    found = lessons(timetable, MONDAY, MONDAY + timedelta(days=27))
    return [f"{clock(one.begin)} {one.state}" for one in found]


def test_each_week_and_every_other() -> None:
    assert month(table()) == [
        f"Mon {day} 08:30 planned" for day in ("07-09", "14-09", "21-09", "28-09")
    ]
    a = week_of(MONDAY, MONDAY)
    assert a == "a" and week_of(MONDAY + timedelta(days=6), MONDAY) == "a"
    assert len(month(table(row(week="a"), week_a=MONDAY))) == 2
    b = month(table(row(week="b"), week_a=MONDAY))
    assert [one[:9] for one in b] == ["Mon 14-09", "Mon 28-09"]
    # Any day of the week may name it, and a later year counts on.
    assert week_of(MONDAY + timedelta(days=7 * 53), MONDAY + timedelta(days=3)) == "b"


def test_holidays_cancelled_and_moved() -> None:
    timetable = table(
        changes=(
            Change(row_id=1, day=date(2026, 9, 14), cancelled=True),
            Change(
                row_id=1,
                day=date(2026, 9, 28),
                to_day=date(2026, 9, 23),
                begin_min=600,
                end_min=650,
                room="aula",
            ),
        ),
        holidays=(Holiday(first=date(2026, 9, 19), last=date(2026, 9, 21)),),
    )
    assert month(timetable) == [
        "Mon 07-09 08:30 planned",
        "Mon 14-09 08:30 cancelled",
        "Wed 23-09 10:00 planned",
    ]
    moved = lessons(timetable, MONDAY, MONDAY + timedelta(days=27))[-1]
    assert moved.moved and moved.room == "aula" and moved.day == date(2026, 9, 28)
    # Moved into or out of what is looked at.
    assert [one.moved for one in lessons(timetable, date(2026, 9, 23), date(2026, 9, 23))] == [True]
    assert lessons(timetable, date(2026, 9, 28), date(2026, 9, 28)) == []


def test_a_change_of_a_day_that_has_no_lesson_makes_none() -> None:
    wrong = Change(row_id=1, day=date(2026, 9, 8), to_day=date(2026, 9, 9))
    assert len(month(table(changes=(wrong,)))) == 4


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 10, 25), 25), (date(2027, 3, 28), 23)])
def test_half_past_eight_stays_half_past_eight(day: date, hours: int) -> None:
    """The days on which the clock changes, and what lies across them."""
    assert (at(day + timedelta(days=1), 0) - at(day, 0)).total_seconds() == 86400  # wall time
    assert at(day + timedelta(days=1), 0).timestamp() - at(day, 0).timestamp() == hours * 3600
    everyday = [row(id=n, weekday=n, begin_min=510, end_min=560) for n in range(1, 8)]
    found = lessons(table(*everyday), day - timedelta(days=2), day + timedelta(days=2))
    assert {clock(one.begin)[-5:] for one in found} == {"08:30"} and len(found) == 5
    assert {one.planned_s for one in found} == {3000}


def test_a_time_that_the_night_skips() -> None:
    assert clock(at(date(2027, 3, 28), 150).timestamp()).endswith("03:30")
    assert at(date(2026, 10, 25), 150).utcoffset() == timedelta(hours=2)  # the first of two
    assert clock(at(date(2026, 10, 25), 1440).timestamp()) == "Mon 26-10 00:00"


def test_signed_off_for_a_lesson_a_day_or_longer() -> None:
    begin = at(date(2026, 9, 14), 0).timestamp()
    off = Off(begin=begin, end=begin + 86400, reason="behandeling")
    found = lessons(table(offs=(off,)), MONDAY, MONDAY + timedelta(days=27))
    assert [one.state for one in found] == ["planned", "signed_off", "planned", "planned"]
    assert found[1].reason == "behandeling"
    touching = Off(begin=begin, end=found[1].begin)
    assert month(table(offs=(touching,)))[1].endswith("planned")


def test_what_lies_over_each_other_is_noticed() -> None:
    found = lessons(table(row(), row(id=2, begin_min=550, end_min=600)), MONDAY, MONDAY)
    assert all(same_moment(one, found) for one in found)
    found = lessons(table(row(), row(id=2, begin_min=560, end_min=600)), MONDAY, MONDAY)
    assert not any(same_moment(one, found) for one in found)


dates = st.dates(date(2026, 8, 1), date(2027, 8, 1))


@given(
    first=dates,
    length=st.integers(0, 400),
    weekday=st.integers(1, 7),
    week=st.sampled_from(["elke", "a", "b"]),
    begin=st.integers(0, 1380),
    start=dates,
)
def test_a_day_at_a_time_is_the_whole(
    *, first: date, length: int, weekday: int, week: str, begin: int, start: date
) -> None:
    timetable = table(
        row(first=first, last=first + timedelta(days=length), weekday=weekday, week=week,
            begin_min=begin, end_min=begin + 60)
    )  # fmt: skip
    whole = lessons(timetable, start, start + timedelta(days=30))
    parts = [
        one
        for n in range(31)
        for one in lessons(timetable, start + timedelta(days=n), start + timedelta(days=n))
    ]
    assert whole == parts
    assert all(one.isoweekday() == weekday for one in days(timetable.rows[0], timetable.week_a))


# --- when they may meet ---------------------------------------------------------------------------


def test_the_door_is_open_around_a_lesson() -> None:
    begin = at(MONDAY, 510).timestamp()
    now = agenda(table(), begin - 3600)
    assert not may_meet(now, begin - 601)
    assert may_meet(now, begin - 600) and may_meet(now, begin + 3000 + 299)
    assert not may_meet(now, begin + 3000 + 300)


@pytest.mark.parametrize("state", ["cancelled", "signed_off"])
def test_no_door_for_a_lesson_that_is_not(state: str) -> None:
    one = AgendaLesson(begin=1000, end=2000, state=state)  # type: ignore[arg-type]
    assert not may_meet(Agenda(holds=True, lessons=(one,)), 1500)


def test_without_a_timetable_they_meet_as_they_like() -> None:
    assert may_meet(None, 0) and may_meet(Agenda(holds=False), 0)
    assert not may_meet(Agenda(holds=True), 0)  # a holiday


# --- what the devices hear ------------------------------------------------------------------------


def test_both_devices_hear_each_change_once() -> None:
    begin = at(MONDAY, 510).timestamp()
    now = [begin - 3600]
    desk = AgendaDesk(lambda: now[0])
    unit: list[Message] = []
    home: list[Message] = []
    desk.came("u", "unit", unit.append)
    assert not unit  # no timetable: nothing to say
    desk.changed("u", table())
    desk.came("u", "home", home.append)
    desk.tick()
    assert len(unit) == len(home) == 1 and unit == home
    desk.changed("u", table(changes=(Change(row_id=1, day=MONDAY, cancelled=True),)))
    told = unit[-1]
    assert (
        isinstance(told, Agenda) and told.lessons[0].state == "cancelled" and unit[-1] == home[-1]
    )
    now[0] = begin + 3000 + 301  # over
    desk.tick()
    assert unit[-1] != told and len(unit) == 3
    desk.went("u", "home")
    desk.changed("u", None)
    assert unit[-1] == Agenda(holds=False) and len(home) == 3
    desk.changed("u", None)
    assert len(unit) == 4
    desk.changed("other", table())
    assert len(unit) == 4


def test_an_agenda_fits_a_message_and_has_bounds() -> None:
    many = [row(id=n, weekday=n % 7 + 1, subject="é" * 40, room="x" * 24) for n in range(60)]
    told = agenda(table(*many), at(MONDAY, 0).timestamp())
    assert len(told.lessons) == 12 and len(coming(table(*many), 1.7e9, 5)) <= 5
    text = encode(told)
    decode = Decoder(Agenda)
    assert decode(text) == told and len(text) < 4000
    for wrong in (
        '{"type":"agenda"}',
        '{"type":"agenda","holds":1}',
        '{"type":"agenda","holds":true,"lessons":[{"begin":-1,"end":2}]}',
        '{"type":"agenda","holds":true,"lessons":[{"begin":1,"end":2,"subject":"a\\u0000"}]}',
        '{"type":"agenda","holds":true,"lessons":[{"begin":1,"end":2,"state":"x"}]}',
        '{"type":"agenda","holds":true,"early_s":1e9}',
        '{"type":"agenda","holds":true,"lessons":'
        + str([{"begin": 1, "end": 2}] * 13).replace("'", '"')
        + "}",
    ):
        with pytest.raises(MessageError):
            decode(wrong)
