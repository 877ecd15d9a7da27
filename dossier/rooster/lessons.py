"""From the rows of a timetable to the lessons of a day. Pure; days and times are those on the wall
in the Netherlands, so that a lesson at half past eight is one on both sides of a clock change."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Annotated, Literal, get_args
from zoneinfo import ZoneInfo

import msgspec

ZONE = ZoneInfo("Europe/Amsterdam")

Kind = Literal["les", "pauze", "samen"]
"""`samen`: a celebration, group work, somebody who helps: together, and no lesson."""
KINDS: tuple[Kind, ...] = get_args(Kind)
Week = Literal["elke", "a", "b"]
WEEKS: tuple[Week, ...] = get_args(Week)
Reason = Literal["ziek", "behandeling", "rust", "anders"]
"""Why the pupil is not there. `ziek` and the next two say no more than this word."""
REASONS: tuple[Reason, ...] = get_args(Reason)
State = Literal["planned", "cancelled", "signed_off"]

A_MONDAY = date(2024, 1, 1)
"""Weeks A and B are counted from here where a school said nothing."""
EARLY_S, LATE_S = 600.0, 300.0
"""Buddies fetch the set five minutes early, and a lesson may run over: the door is open for it."""

Minute = Annotated[int, msgspec.Meta(ge=0, le=1440)]
"""Minutes since midnight, as a clock on the wall counts them."""

_DAY = timedelta(days=1)


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A lesson each week, or once (`first` equals `last`). `last` is included; `skips` are days on
    which there is none."""

    id: int = 0
    uid: str = ""
    subject: str
    room: str = ""
    kind: Kind = "les"
    weekday: int
    """1 is Monday."""
    begin_min: Minute
    end_min: Minute
    week: Week = "elke"
    first: date
    last: date
    skips: frozenset[date] = frozenset()


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What is different on one day: cancelled, or elsewhere in time or room."""

    row_id: int
    day: date
    cancelled: bool = False
    to_day: date | None = None
    begin_min: Minute | None = None
    end_min: Minute | None = None
    room: str | None = None


class Holiday(msgspec.Struct, frozen=True, kw_only=True):
    """`last` is included."""

    first: date
    last: date
    name: str = ""


class Off(msgspec.Struct, frozen=True, kw_only=True):
    """The pupil is signed off for what lies between these moments, in seconds since 1970."""

    begin: float
    end: float
    reason: Reason = "ziek"


class Timetable(msgspec.Struct, frozen=True, kw_only=True):
    """`week_a` is a Monday at which a week A begins."""

    rows: tuple[Row, ...] = ()
    changes: tuple[Change, ...] = ()
    holidays: tuple[Holiday, ...] = ()
    offs: tuple[Off, ...] = ()
    week_a: date = A_MONDAY


class Lesson(msgspec.Struct, frozen=True, kw_only=True):
    """One lesson on one day. `day` is the one it was planned on; times in seconds since 1970."""

    row_id: int
    day: date
    subject: str
    room: str
    kind: Kind
    begin: float
    end: float
    state: State
    reason: Reason | None = None
    moved: bool = False

    @property
    def planned_s(self) -> float:
        return self.end - self.begin


def at(day: date, minute: int) -> datetime:
    """That moment on the wall. Half past two in the night in which it is skipped is half past
    three; in the night that has it twice it is the first."""
    moment = datetime.combine(day, time(), ZONE) + timedelta(minutes=minute)  # wall arithmetic
    return moment.astimezone(ZONE)


def day_of(moment: float) -> date:
    return datetime.fromtimestamp(moment, ZONE).date()


def midnight_after(moment: float) -> float:
    """When the next day begins on the wall."""
    return at(day_of(moment) + _DAY, 0).timestamp()


def week_of(day: date, week_a: date) -> Week:
    monday = day - timedelta(days=day.weekday())
    anchor = week_a - timedelta(days=week_a.weekday())
    return "b" if (monday - anchor).days // 7 % 2 else "a"


def days(row: Row, week_a: date, first: date = date.min, last: date = date.max) -> Iterator[date]:
    """The days that a row has between these two, its skips left out."""
    start = max(row.first, first)
    day = start + timedelta(days=(row.weekday - start.isoweekday()) % 7)
    end = min(row.last, last)
    while day <= end:
        if row.week in ("elke", week_of(day, week_a)) and day not in row.skips:
            yield day
        day += 7 * _DAY


def lessons(timetable: Timetable, first: date, last: date) -> list[Lesson]:
    """What there is from `first` to `last`, both included, in the order of the clock."""
    changes = {(one.row_id, one.day): one for one in timetable.changes}
    moved_here = {
        (one.row_id, one.day)
        for one in timetable.changes
        if one.to_day is not None and first <= one.to_day <= last
    }
    found = []
    for row in timetable.rows:
        wanted = set(days(row, timetable.week_a, first, last))
        wanted |= {
            day for row_id, day in moved_here if row_id == row.id and _has(timetable, row, day)
        }
        for day in wanted:
            if not is_holiday(timetable, day):
                one = _lesson(timetable, row, day, changes.get((row.id, day)))
                if first <= day_of(one.begin) <= last:
                    found.append(one)
    return sorted(found, key=lambda one: (one.begin, one.end, one.subject))


def _has(timetable: Timetable, row: Row, day: date) -> bool:
    return day in days(row, timetable.week_a, day, day)


def is_holiday(timetable: Timetable, day: date) -> bool:
    return any(one.first <= day <= one.last for one in timetable.holidays)


def _lesson(timetable: Timetable, row: Row, day: date, change: Change | None) -> Lesson:
    held, begin, end, room = day, row.begin_min, row.end_min, row.room
    if change is not None and not change.cancelled:
        held = change.to_day or day
        begin = begin if change.begin_min is None else change.begin_min
        end = end if change.end_min is None else change.end_min
        room = room if change.room is None else change.room
    starts, ends = at(held, begin).timestamp(), at(held, end).timestamp()
    off = next((one for one in timetable.offs if one.begin < ends and one.end > starts), None)
    state: State = "planned" if off is None else "signed_off"
    if change is not None and change.cancelled:
        state = "cancelled"
    return Lesson(
        row_id=row.id,
        day=day,
        subject=row.subject,
        room=room,
        kind=row.kind,
        begin=starts,
        end=ends,
        state=state,
        reason=off.reason if off is not None and state == "signed_off" else None,
        moved=(held, begin, end) != (day, row.begin_min, row.end_min),
    )


def coming(timetable: Timetable, now: float, most: int, ahead_days: int = 14) -> list[Lesson]:
    """The lessons that are not over yet, the next ones first; cancelled ones are among them."""
    today = day_of(now)
    found = lessons(timetable, today - _DAY, today + timedelta(days=ahead_days))
    return [one for one in found if one.end + LATE_S > now][:most]


def holds(timetable: Timetable) -> bool:
    """Whether there is a timetable at all: without one the pair meets as it likes."""
    return bool(timetable.rows)


def same_moment(one: Lesson, others: Sequence[Lesson]) -> bool:
    """Whether another lesson lies over this one: nobody can be in two."""
    return any(
        other.begin < one.end and other.end > one.begin
        for other in others
        if other is not one and other.state != "cancelled"
    )
