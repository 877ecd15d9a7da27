"""Hours: what was attended of a lesson, why the rest was lost, and what becomes of it."""

import asyncio
import csv
import io
from datetime import date, datetime
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from dossier.history import SLOT_S, Slot
from dossier.rooster.hours import (
    COLUMNS,
    Group,
    Held,
    Lost,
    attended_s,
    by_subject,
    by_week,
    held,
    monday_of,
    to_csv,
    total,
    why_lost,
)
from dossier.rooster.hours_plot import weeks
from dossier.rooster.hours_store import Hours
from dossier.rooster.lessons import ZONE, Lesson
from dossier.rooster.tables import lesson_hours
from dossier.schema import prepare
from signaling.store import Store

START = float(datetime(2026, 9, 7, 8, 30, tzinfo=ZONE).timestamp())


def slots(*live_s: float, start: float = START) -> list[Slot]:
    first = int(start) // SLOT_S
    return [Slot(first + n, 300, live) for n, live in enumerate(live_s)]


def lesson(state: str = "planned", reason: str | None = None) -> Lesson:
    return Lesson(
        row_id=1, day=date(2026, 9, 7), subject="taal", room="", kind="les", begin=START,
        end=START + 3000, state=state, reason=reason,
    )  # type: ignore[arg-type]  # fmt: skip


def test_media_that_flowed_counts_and_nothing_else() -> None:
    assert attended_s(slots(*[300] * 10), START, START + 3000) == 3000
    assert attended_s(slots(*[300] * 20), START, START + 3000) == 3000
    assert attended_s(slots(0, 150, 300, start=START), START, START + 900) == 450
    assert attended_s(slots(300), START + 150, START + 3000) == 150
    assert attended_s(slots(300), START + 300, START + 3000) == 0
    assert attended_s([], START, START + 3000) == 0


@given(
    live=st.lists(st.floats(0, 300), max_size=30),
    begin=st.floats(-2000, 9000),
    length=st.floats(0, 9000),
)
def test_never_more_than_the_lesson_and_never_less_than_nothing(
    live: list[float], begin: float, length: float
) -> None:
    found = attended_s(slots(*live), START + begin, START + begin + length)
    assert -1e-6 <= found <= min(length, sum(live)) + 1e-3


@pytest.mark.parametrize(
    ("state", "reason", "live_s", "faults", "lost"),
    [
        ("planned", None, 2400, True, ""),
        ("planned", None, 2399, True, "technisch"),
        ("planned", None, 0, False, "anders"),
        ("cancelled", None, 0, True, "vervallen"),
        ("signed_off", "ziek", 0, True, "ziek"),
        ("signed_off", "behandeling", 600, False, "ziek"),
        ("signed_off", "anders", 0, False, "anders"),
        ("signed_off", "ziek", 3000, False, ""),
    ],
)
def test_why_a_lesson_is_lost(
    state: str, reason: str | None, live_s: float, faults: bool, lost: str
) -> None:
    assert why_lost(lesson(state, reason), live_s, faults) == lost


def three() -> list[Held]:
    first = held(lesson(), 3000, faults=False)
    return [
        Held(begin=first.begin, end=first.end, subject="taal", live_s=3000, questions=2, turns=1),
        held(lesson("signed_off", "ziek"), 0, faults=False),
        Held(begin=START + 7 * 86400, end=START + 7 * 86400 + 3000, subject="=1+1", live_s=1500,
             lost="technisch"),
    ]  # fmt: skip


def group(one: Held) -> Group:
    turned = int(one.turns > 0)
    return Group(
        one.begin, one.subject, one.lost, 1, one.planned_s, one.live_s, one.questions, one.turns,
        turned,
    )  # fmt: skip


def groups() -> list[Group]:
    return [group(one) for one in three()]


def test_sums_by_week_and_subject() -> None:
    whole = total(groups())
    assert (whole.lessons, whole.attended, whole.planned_s, whole.live_s) == (3, 1, 9000, 4500)
    assert whole.lost_s == {"ziek": 3000, "technisch": 1500}
    assert whole.share_pct == 50 and whole.turn_pct == 100 and whole.asked_per_h == 1.6
    assert list(by_week(groups())) == [date(2026, 9, 7), date(2026, 9, 14)]
    assert {name: one.lessons for name, one in by_subject(groups()).items()} == {
        "=1+1": 1,
        "taal": 2,
    }
    assert total([]).share_pct == total([]).turn_pct == total([]).asked_per_h == 0


def test_as_csv_a_spreadsheet_reads_and_runs_nothing() -> None:
    raw = to_csv(groups(), {name: name for name in COLUMNS})
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig")), delimiter=";"))
    assert rows[0] == list(COLUMNS)
    assert rows[1] == ["2026-09-07", "taal", "2", "100", "50", "50", "0", "0", "0", "2", "1"]
    assert rows[2][1] == "'=1+1" and rows[2][6] == "25"


def test_the_drawing_has_a_column_a_week_and_no_markup_of_others() -> None:
    drawn = str(weeks(by_week(groups()), 'uren "<b>"', lambda day: f"{day:%d-%m}"))
    assert "<b>" not in drawn and drawn.count("<path") == 3 and "07-09" in drawn
    far = [*groups(), group(held(lesson(), 0, faults=False))]
    far.append(group(Held(begin=START + 3e8, end=START + 3e8 + 60, subject="x", live_s=60)))
    assert len(str(weeks(by_week(far), "u", str))) < 20_000
    assert "<path" not in str(weeks({}, "u", str))


@given(
    st.lists(
        st.tuples(
            st.integers(0, 3 * 366 * 24 * 4),  # quarters of an hour, over clock changes
            st.sampled_from(["taal", "rekenen"]),
            st.sampled_from(["", "ziek", "technisch"]),
            st.integers(0, 3),
        ),
        max_size=30,
        unique_by=lambda one: one[:2],
    )
)
@settings(max_examples=25, deadline=None)
def test_the_database_adds_up_as_one_would_by_hand(
    some: list[tuple[int, str, Lost | Literal[""], int]],
) -> None:
    lessons = [
        Held(begin=START + n * 900, end=START + n * 900 + 2700, subject=subject, lost=lost,
             live_s=1000, questions=turns, turns=turns)
        for n, subject, lost, turns in some
    ]  # fmt: skip

    async def looked() -> None:
        store = await Store.open("sqlite+aiosqlite://")
        await prepare(store)
        async with store.transaction() as connection:
            if lessons:
                await connection.execute(
                    insert(lesson_hours),
                    [
                        {
                            name: getattr(one, name)
                            for name in Held.__struct_fields__
                            if name != "id"
                        }
                        | {"placement_id": 1, "over": True}
                        for one in lessons
                    ],
                )
        kept, by_hand = Hours(store), [group(one) for one in lessons]
        weekly = await kept.groups(1, week=True)
        assert by_week(weekly) == by_week(by_hand)
        assert len(weekly) <= 2 * len({(monday_of(one.begin), one.lost) for one in by_hand})
        assert by_subject(await kept.groups(1, subject=True)) == by_subject(by_hand)
        heads = {name: name for name in COLUMNS}
        both = await kept.groups(1, week=True, subject=True)
        assert to_csv(both, heads) == to_csv(by_hand, heads)
        middle = START + 900 * 50_000
        part = [one for one in by_hand if START + 900 <= one.begin < middle]
        assert total(await kept.groups(1, START + 900, middle)) == total(part)
        assert await kept.groups(2) == []
        await store.close()

    asyncio.run(looked())
