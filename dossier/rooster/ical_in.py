"""Somebody's calendar file as rows of a timetable. Pure.

Whatever a file says, it ends as dates within a window around today: rules that never end or never
hold cost nothing. Of an event only its words, room and times are taken; descriptions and people are
left out, because they are where names are.
"""

import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from icalendar import Calendar

from dossier.rooster.lessons import KINDS, ZONE, Change, Kind, Row, Week, week_of

MOST_BYTES = 1_000_000
MOST_EVENTS = 4_000
MOST_RULES = 300
MOST_ROWS = 400
BACK_DAYS, AHEAD_DAYS = 60, 400
_MOST_TIMES = 500
_OLDEST_DAYS = 5 * 366
_RUN = 3
"""So many lessons at the same hour of the week are one row and not as many."""
_WEEKDAYS = {"MO": 0, "TU": 1, "WE": 2, "TH": 3, "FR": 4, "SA": 5, "SU": 6}
_LONGEST_MIN = 12 * 60


Event = Any
"""One of the library's; whatever a file said is in it, of whatever type."""


class CalendarError(Exception):
    """Refused; `code` (`calendar_…`) has words."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Found:
    """What a file gave. `left_out` events had no use: whole days, too long, rules not known."""

    rows: tuple[Row, ...]
    changes: tuple[Change, ...]
    left_out: int


@dataclass(frozen=True, order=True)
class _Slot:
    """When and where a lesson is, as the wall says it."""

    day: date
    begin_min: int
    end_min: int
    room: str


@dataclass
class _Series:
    """One event of the file with all its days: planned -> where it is held, None for cancelled."""

    subject: str
    kind: Kind
    uid: str
    days: dict[_Slot, _Slot | None] = field(default_factory=dict)


def from_ical(raw: bytes, today: date, week_a: date) -> Found:
    """Rows with ids from 1, for a timetable with this week A. Raises CalendarError."""
    if len(raw) > MOST_BYTES:
        raise CalendarError("calendar_too_large")
    events = _events(raw)
    series, left_out = _read(events, today)
    rows, changes = _rows(series, week_a)
    if len(rows) > MOST_ROWS:
        raise CalendarError("calendar_too_many")
    if not rows:
        raise CalendarError("calendar_empty")
    return Found(tuple(rows), tuple(changes), left_out)


def _events(raw: bytes) -> list[Event]:
    try:
        text = raw.decode("utf-8-sig")
        calendars = Calendar.from_ical(text, multiple=True)
        events = [one for calendar in calendars for one in calendar.walk("VEVENT")]
    except Exception:  # a parser of others, given anything
        raise CalendarError("calendar_unreadable") from None
    rules = sum(event.get("RRULE") is not None for event in events)
    if len(events) > MOST_EVENTS or rules > MOST_RULES:
        raise CalendarError("calendar_too_many")
    return events


def _read(events: Sequence[Event], today: date) -> tuple[list[_Series], int]:
    first, last = today - timedelta(days=BACK_DAYS), today + timedelta(days=AHEAD_DAYS)
    masters: dict[str, _Series] = {}
    singles: list[_Series] = []
    left_out = 0
    overrides = []
    for event in events:
        try:
            if event.get("RECURRENCE-ID") is not None:
                overrides.append(event)
                continue
            one = _series(event, first, last)
        except (_UselessError, *_RUBBISH):
            left_out += 1
            continue
        if one.uid and one.uid not in masters:
            masters[one.uid] = one
        else:
            singles.append(one)
    for event in overrides:
        try:
            _override(event, masters)
        except (_UselessError, *_RUBBISH):
            left_out += 1
    return [one for one in [*masters.values(), *singles] if one.days], left_out


_RUBBISH = (AttributeError, IndexError, KeyError, OverflowError, TypeError, ValueError)
"""What values of a wrong kind give, in a parser that keeps them."""


class _UselessError(Exception):
    """No lesson."""


def _series(event: Event, first: date, last: date) -> _Series:
    start, slot = _slot(event)
    uid = _plain(str(event.get("UID", "")), 120)
    one = _Series(_plain(str(event.get("SUMMARY", "")), 40) or "les", _kind(event), uid)
    skips = {_moment(value) for value in _dates(event, "EXDATE")}
    length = timedelta(minutes=slot.end_min - slot.begin_min)
    times = [*_times(start, event.get("RRULE"), first, last), *_dates(event, "RDATE")]
    cancelled = str(event.get("STATUS", "")).upper() == "CANCELLED"
    for time in times[:_MOST_TIMES]:
        moment = _moment(time)
        if moment in skips:
            continue
        here = _place(moment, length, slot.room)
        if first <= here.day <= last:
            one.days[here] = None if cancelled else here
    return one


def _override(event: Event, masters: dict[str, _Series]) -> None:
    """One day of a series that is elsewhere, or not at all."""
    _, slot = _slot(event)
    one = masters.get(_plain(str(event.get("UID", "")), 120))
    if one is None:
        raise _UselessError
    planned = _moment(event["RECURRENCE-ID"].dt)
    found = next((s for s in one.days if _begin(s) == planned), None)
    if found is None:
        raise _UselessError
    cancelled = str(event.get("STATUS", "")).upper() == "CANCELLED"
    one.days[found] = None if cancelled else slot


def _slot(event: Event) -> tuple[datetime, _Slot]:
    """When it begins, in its own zone, and where that is on the wall. Raises _UselessError."""
    start = event["DTSTART"].dt
    if not isinstance(start, datetime):
        raise _UselessError  # a whole day is no lesson
    if event.get("DTEND") is not None:
        length = _moment(event["DTEND"].dt) - _moment(start)
    elif event.get("DURATION") is not None:
        length = event["DURATION"].dt
    else:
        raise _UselessError
    if not timedelta(minutes=1) <= length <= timedelta(minutes=_LONGEST_MIN):
        raise _UselessError
    room = _plain(str(event.get("LOCATION", "")), 24)
    return start, _place(_moment(start), length, room)


def _place(moment: datetime, length: timedelta, room: str) -> _Slot:
    wall = moment.astimezone(ZONE)
    begin = wall.hour * 60 + wall.minute
    end = begin + max(1, round(length.total_seconds() / 60))
    if end > 1440:  # over midnight
        raise _UselessError
    return _Slot(wall.date(), begin, end, room)


def _begin(slot: _Slot) -> datetime:
    wall = datetime(slot.day.year, slot.day.month, slot.day.day, tzinfo=ZONE)
    return (wall + timedelta(minutes=slot.begin_min)).astimezone(UTC)


def _moment(value: Any) -> datetime:
    """To the second, in UTC; a time without a zone is one in the Netherlands."""
    if not isinstance(value, datetime):
        raise _UselessError
    here = value.replace(tzinfo=ZONE) if value.tzinfo is None else value
    return here.astimezone(UTC).replace(microsecond=0)


def _dates(event: Event, name: str) -> list[Any]:
    found = event.get(name)
    if found is None:
        return []
    lists = found if isinstance(found, list) else [found]
    return [one.dt for some in lists for one in some.dts][:_MOST_TIMES]


def _times(start: datetime, rule: Any, first: date, last: date) -> Iterator[datetime]:
    """Each beginning from `start` on, in its own zone: daily and weekly rules only, which is what
    lessons have. Raises _UselessError."""
    if rule is None:
        yield start
        return
    given = {str(key).upper(): value for key, value in dict(rule).items()}
    if set(given) - {"FREQ", "INTERVAL", "BYDAY", "UNTIL", "COUNT", "WKST"}:
        raise _UselessError
    freq, interval = str(given["FREQ"][0]).upper(), int(given.get("INTERVAL", [1])[0])
    if freq not in ("DAILY", "WEEKLY") or not 1 <= interval <= 52:
        raise _UselessError
    wanted = {_WEEKDAYS[str(day).upper()] for day in given.get("BYDAY", [])}
    if freq == "WEEKLY" and not wanted:
        wanted = {start.weekday()}
    if start.date() < first - timedelta(days=_OLDEST_DAYS):
        raise _UselessError  # its days would have to be counted from so far back
    until, left = given.get("UNTIL", [None])[0], int(given.get("COUNT", [sys.maxsize])[0])
    sunday = str(given.get("WKST", ["MO"])[0]).upper() == "SU"
    day = start.date()
    zero = day - timedelta(days=(day.weekday() + sunday) % 7)
    while day <= last and left > 0:
        steps = (day - zero).days // 7 if freq == "WEEKLY" else (day - start.date()).days
        if steps % interval == 0 and (not wanted or day.weekday() in wanted):
            moment = datetime.combine(day, start.time(), start.tzinfo)
            if until is not None and _after(moment, until):
                return
            left -= 1
            if day >= first - timedelta(days=1):
                yield moment
        day += timedelta(days=1)


def _after(moment: datetime, until: date) -> bool:
    if isinstance(until, datetime):
        return _moment(moment) > _moment(until)
    return moment.date() > until


# --- from days to rows -------------------------------------------------------------------------


def _rows(series: Sequence[_Series], week_a: date) -> tuple[list[Row], list[Change]]:
    """Days of the same words, weekday and hour become one row; what is left are rows of a day."""
    groups: dict[tuple[object, ...], dict[date, tuple[_Slot, _Slot | None]]] = defaultdict(dict)
    uids: dict[tuple[object, ...], str] = {}
    for one in series:
        for planned, held in one.days.items():
            key = (one.subject, one.kind, planned.room, planned.day.weekday(),
                   planned.begin_min, planned.end_min)  # fmt: skip
            groups[key].setdefault(planned.day, (planned, held))
            uids.setdefault(key, one.uid)
    rows: list[Row] = []
    changes: list[Change] = []
    for group, days in sorted(groups.items(), key=lambda item: (min(item[1]), str(item[0]))):
        for week, some in _runs(sorted(days), week_a):
            row = _row(len(rows) + 1, group, week, some, uids[group])
            rows.append(row)
            changes += [change for day in some if (change := _change(row, *days[day])) is not None]
    return rows, changes


def _runs(days: Sequence[date], week_a: date) -> Iterator[tuple[Week, list[date]]]:
    parities = {week_of(day, week_a) for day in days}
    week: Week = "elke" if len(parities) > 1 else parities.pop()
    step = 7 if week == "elke" else 14
    expected = (days[-1] - days[0]).days // step + 1
    if len(days) >= _RUN and len(days) * 2 >= expected:
        yield week, list(days)
    else:
        for day in days:
            yield "elke", [day]


def _row(row_id: int, key: tuple[Any, ...], week: Week, days: list[date], uid: str) -> Row:
    subject, kind, room, weekday, begin_min, end_min = key
    step = timedelta(days=7 if week == "elke" else 14)
    skips, day = set(), days[0]
    while day <= days[-1]:
        if day not in days:
            skips.add(day)
        day += step
    return Row(
        id=row_id,
        uid=uid,
        subject=subject,
        room=room,
        kind=kind,
        weekday=weekday + 1,
        begin_min=begin_min,
        end_min=end_min,
        week=week,
        first=days[0],
        last=days[-1],
        skips=frozenset(skips),
    )


def _change(row: Row, planned: _Slot, held: _Slot | None) -> Change | None:
    if held is None:
        return Change(row_id=row.id, day=planned.day, cancelled=True)
    if held == planned:
        return None
    return Change(
        row_id=row.id,
        day=planned.day,
        to_day=held.day if held.day != planned.day else None,
        begin_min=held.begin_min,
        end_min=held.end_min,
        room=held.room,
    )


def _kind(event: Event) -> Kind:
    found = event.get("CATEGORIES")
    words = {str(word).casefold() for word in getattr(found, "cats", [])}
    return next((kind for kind in KINDS if kind in words), "les")


def _plain(text: str, most: int) -> str:
    """In one line, without signs that hide or turn."""
    kept = "".join(
        sign if unicodedata.category(sign)[0] not in "CZ" else " " for sign in text[: 4 * most]
    )
    return " ".join(kept.split())[:most].strip()
