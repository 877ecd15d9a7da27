"""A timetable as iCalendar (RFC 5545), for anybody's calendar. Pure.

Sign-offs are not in it: why a pupil was not there is nobody's calendar entry.
"""

from datetime import UTC, datetime, timedelta

import msgspec
from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard

from dossier.rooster.lessons import Change, Row, Timetable, at, days, is_holiday

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_REFRESH = timedelta(hours=1)
_SUMMER, _WINTER = timedelta(hours=2), timedelta(hours=1)


def to_ical(timetable: Timetable, name: str, now: datetime) -> bytes:
    """The whole timetable; `name` is what a calendar shows as its heading."""
    calendar = Calendar()
    calendar.add("prodid", "-//Klasgenoot//rooster//NL")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", _REFRESH, parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", _REFRESH)
    calendar.add_component(_zone())
    for row in timetable.rows:
        for event in _events(timetable, row, now):
            calendar.add_component(event)
    made: bytes = calendar.to_ical()
    return made


def _zone() -> Timezone:
    """Europe/Amsterdam by its rule, so that no calendar needs to know the name."""
    zone = Timezone()
    zone.add("tzid", "Europe/Amsterdam")
    for part, hour, month, before, after in (
        (TimezoneDaylight(), 2, 3, _WINTER, _SUMMER),
        (TimezoneStandard(), 3, 10, _SUMMER, _WINTER),
    ):
        part.add("dtstart", datetime(1996, month, 31 if month == 3 else 27, hour))
        part.add("tzoffsetfrom", before)
        part.add("tzoffsetto", after)
        part.add("tzname", "CEST" if after == _SUMMER else "CET")
        part.add("rrule", {"FREQ": "YEARLY", "BYMONTH": month, "BYDAY": "-1SU"})
        zone.add_component(part)
    return zone


def _events(timetable: Timetable, row: Row, now: datetime) -> list[Event]:
    every = list(days(msgspec.structs.replace(row, skips=frozenset()), timetable.week_a))
    held = [day for day in every if day not in row.skips and not is_holiday(timetable, day)]
    if not held:
        return []
    first, known = held[0], set(held)
    changed = [one for one in timetable.changes if one.row_id == row.id and one.day in known]
    if len(held) == 1:  # an exception to something that is no series confuses many a calendar
        only = changed[0] if changed else Change(row_id=row.id, day=first)
        return [_event(row, now, only)]
    event = _event(row, now, Change(row_id=row.id, day=first))
    events = [event]
    rule: dict[str, object] = {
        "FREQ": "WEEKLY",
        "UNTIL": at(held[-1], row.begin_min).astimezone(UTC),
        "BYDAY": _DAYS[row.weekday - 1],
    }
    if row.week != "elke":
        rule["INTERVAL"] = 2
    event.add("rrule", rule)
    for day in every:
        if first < day < held[-1] and day not in known:
            event.add("exdate", at(day, row.begin_min))
    for one in changed:
        made = _event(row, now, one)
        made.add("recurrence-id", at(one.day, row.begin_min))
        events.append(made)
    return events


def _event(row: Row, now: datetime, held: Change) -> Event:
    day = held.to_day or held.day
    begin_min = row.begin_min if held.begin_min is None else held.begin_min
    end_min = row.end_min if held.end_min is None else held.end_min
    room = row.room if held.room is None else held.room
    event = Event()
    event.add("uid", row.uid)
    event.add("dtstamp", now.astimezone(UTC))
    event.add("dtstart", at(day, begin_min))
    event.add("dtend", at(day, end_min))
    event.add("summary", row.subject)
    if room:
        event.add("location", room)
    event.add("categories", [row.kind])
    if held.cancelled:
        event["STATUS"] = "CANCELLED"
    return event
