"""The timetable's pages: a week, one lesson, signing off, and a calendar for elsewhere."""

import re
from datetime import date, datetime, timedelta

from aiohttp import web

from dossier.desk import Desk, Route
from dossier.fields import FieldError, line, one_of
from dossier.placement.events import Event
from dossier.rooster.forms import clock_time, day_field
from dossier.rooster.ical_out import to_ical
from dossier.rooster.keeper import RoosterKeeper
from dossier.rooster.lessons import (
    REASONS,
    ZONE,
    Change,
    Lesson,
    Off,
    Reason,
    Timetable,
    at,
    day_of,
    lessons,
    same_moment,
    week_of,
)
from dossier.rooster.store import TooManyError
from dossier.rooster.tables import rooster_offs
from dossier.tokens import is_token
from dossier.visit import PageError, Visit, elsewhere

_LONGEST_OFF_DAYS = 92
_NUMBER = re.compile(r"[0-9]{1,9}\Z")
_AROUND_DAYS = 800
"""Weeks further away than this are nobody's."""


def routes(desk: Desk) -> tuple[Route, ...]:
    pages = RoosterPages(desk)
    base = "/plaatsing/{placement}/rooster"
    return (
        Route("GET", base, "rooster", pages.week),
        Route("GET", f"{base}/les/{{row}}/{{day}}", "rooster", pages.lesson),
        Route("POST", f"{base}/les/{{row}}/{{day}}", "rooster_write", pages.change),
        Route("POST", f"{base}/afmelden", "sign_off", pages.sign_off),
        Route("POST", f"{base}/afmelden/{{off}}/weg", "sign_off", pages.sign_on),
        Route("GET", f"{base}/rooster.ics", "rooster", pages.calendar),
        Route("POST", f"{base}/abonnement", "rooster", pages.subscribe),
        Route("GET", "/rooster/{token}.ics", None, pages.subscribed),
    )


class RoosterPages:
    """What changes is told to both devices in the same breath."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._keeper = desk, keeper_of(desk)
        self._timetables = self._keeper.timetables

    async def week(self, visit: Visit) -> web.Response:
        return await self._week(visit)

    async def _week(
        self, visit: Visit, status: int = 200, error: str = "", *, link: str = "", done: str = ""
    ) -> web.Response:
        now = self._timetables.clock()
        monday = _monday(visit.request.query.get("week", ""), day_of(now))
        timetable = await self._timetables.of(visit.here.id)
        found = lessons(timetable, monday, monday + timedelta(days=6))
        by_day: list[tuple[date, list[Lesson]]] = [
            (day, [one for one in found if day_of(one.begin) == day])
            for day in (monday + timedelta(days=n) for n in range(7))
        ]
        return self._desk.renderer.page(
            visit,
            "rooster/week",
            status=status,
            error=error,
            done=done or _done(visit),
            days=[(day, some) for day, some in by_day if some or day.isoweekday() < 6],
            monday=monday,
            today=day_of(now),
            now=now,
            number=monday.isocalendar().week,
            week=week_of(monday, timetable.week_a) if _has_ab(timetable) else "",
            holidays=[
                one
                for one in timetable.holidays
                if one.first <= monday + timedelta(days=6) and one.last >= monday
            ],
            before=monday - timedelta(days=7),
            after=monday + timedelta(days=7),
            empty=not timetable.rows,
            offs=await self._timetables.offs(visit.here.id, now),
            reasons=REASONS,
            link=link,
            given=visit.form,
            over=lambda one: same_moment(one, found),
        )

    # --- one lesson ---------------------------------------------------------------------------

    async def lesson(self, visit: Visit) -> web.Response:
        timetable = await self._timetables.of(visit.here.id)
        return self._lesson(visit, timetable)

    def _lesson(
        self, visit: Visit, timetable: Timetable, status: int = 200, error: str = ""
    ) -> web.Response:
        one = _named(visit, timetable)
        row = next(row for row in timetable.rows if row.id == one.row_id)
        changed = any(
            change.row_id == one.row_id and change.day == one.day for change in timetable.changes
        )
        return self._desk.renderer.page(
            visit,
            "rooster/lesson",
            status=status,
            error=error,
            one=one,
            row=row,
            changed=changed,
            monday=day_of(one.begin) - timedelta(days=day_of(one.begin).weekday()),
            is_over=one.end <= self._timetables.clock(),
            reasons=REASONS,
            given=visit.form,
        )

    async def change(self, visit: Visit) -> web.Response:
        timetable = await self._timetables.of(visit.here.id)
        one = _named(visit, timetable)
        what = visit.form.get("what", "")
        try:
            change = _change(visit, one) if what == "move" else None
        except FieldError as error:
            return self._lesson(visit, timetable, 400, told(visit, error))
        if what == "cancel":
            change = Change(row_id=one.row_id, day=one.day, cancelled=True)
        elif what not in ("move", "restore"):
            raise PageError(400)
        event = self._event(visit, f"lesson_{what}", f"{one.subject} {one.day.isoformat()}")
        try:
            await self._timetables.change(visit.here.id, one.row_id, one.day, change, event)
        except TooManyError:
            return self._lesson(visit, timetable, 400, visit.say("rooster.too_many"))
        await self._keeper.changed(visit.here.id)
        await self._desk.together.tell(visit, "rooster")
        held = change.to_day if change is not None and change.to_day else one.day
        raise elsewhere(f"/plaatsing/{visit.here.code}/rooster?week={held}&klaar=lesson_{what}")

    # --- signing off ----------------------------------------------------------------------------

    async def sign_off(self, visit: Visit) -> web.Response:
        now = self._timetables.clock()
        try:
            off = _off(visit, now)
        except FieldError as error:
            return await self._week(visit, 400, told(visit, error))
        if off.end <= now:
            return await self._week(visit, 400, visit.say("rooster.off_past"))
        # The reason is not in the log: that the pupil is away is all that others need.
        event = self._event(visit, "signed_off", f"{day_of(off.begin)} {day_of(off.end - 1)}")
        try:
            await self._timetables.sign_off(visit.here.id, visit.here.member_id, off, event)
        except TooManyError:
            return await self._week(visit, 400, visit.say("rooster.too_many"))
        await self._keeper.changed(visit.here.id)
        await self._desk.together.tell(visit, "rooster_write")
        raise elsewhere(
            f"/plaatsing/{visit.here.code}/rooster?week={day_of(off.begin)}&klaar=signed_off"
        )

    async def sign_on(self, visit: Visit) -> web.Response:
        number = visit.request.match_info["off"]
        event = self._event(visit, "signed_on", "")
        if not _NUMBER.match(number) or not await self._timetables.drop(
            rooster_offs, visit.here.id, int(number), event
        ):
            raise PageError(404)
        await self._keeper.changed(visit.here.id)
        raise elsewhere(f"/plaatsing/{visit.here.code}/rooster?klaar=signed_on")

    # --- for other calendars ------------------------------------------------------------------

    async def calendar(self, visit: Visit) -> web.Response:
        return await self._calendar(visit.here.id, visit.say("rooster.calendar_name"))

    async def subscribe(self, visit: Visit) -> web.Response:
        if visit.here.member_id is None:
            raise PageError(403)
        token = await self._timetables.new_link(visit.here.id, visit.here.member_id)
        return await self._week(visit, link=f"{self._desk.place.origin}/rooster/{token}.ics")

    async def subscribed(self, visit: Visit) -> web.Response:
        """For a calendar program: whoever has the address reads subjects, rooms and times."""
        token = visit.request.match_info["token"]
        found = await self._timetables.of_link(token) if is_token(token) else None
        if found is None:
            raise PageError(404)
        return await self._calendar(found, visit.say("rooster.calendar_name"))

    async def _calendar(self, placement_id: int, name: str) -> web.Response:
        timetable = await self._timetables.of(placement_id)
        now = datetime.fromtimestamp(self._timetables.clock(), ZONE)
        response = web.Response(body=to_ical(timetable, name, now), content_type="text/calendar")
        response.charset = "utf-8"
        response.headers["Content-Disposition"] = 'attachment; filename="rooster.ics"'
        return response

    def _event(self, visit: Visit, what: str, detail: str) -> Event:
        return event_of(visit, self._timetables.clock(), what, detail)


def keeper_of(desk: Desk) -> RoosterKeeper:
    return desk.rooster


def event_of(visit: Visit, at: float, what: str, detail: str = "") -> Event:
    here = visit.here
    who = here.member_name or visit.who.name
    return Event(at=at, who=who, what=what, member_id=here.member_id, detail=detail)


def told(visit: Visit, error: FieldError) -> str:
    return visit.say(f"field.{error.code}", field=visit.say(f"rooster.f.{error.name}"))


_DONE = frozenset(
    {"lesson_cancel", "lesson_move", "lesson_restore", "signed_off", "signed_on", "row_added",
     "row_gone", "holiday_added", "holiday_gone", "week_a", "imported"}
)  # fmt: skip


def _done(visit: Visit) -> str:
    key = visit.request.query.get("klaar", "")
    return visit.say(f"rooster.done.{key}") if key in _DONE else ""


def _has_ab(timetable: Timetable) -> bool:
    return any(row.week != "elke" for row in timetable.rows)


def _monday(text: str, today: date) -> date:
    try:
        day = date.fromisoformat(text) if text else today
    except ValueError:
        day = today
    if abs((day - today).days) > _AROUND_DAYS:
        day = today
    return day - timedelta(days=day.weekday())


def _named(visit: Visit, timetable: Timetable) -> Lesson:
    """The lesson that the path names. Raises PageError."""
    info = visit.request.match_info
    if not _NUMBER.match(info["row"]):
        raise PageError(404)
    try:
        day = date.fromisoformat(info["day"])
    except ValueError:
        raise PageError(404) from None
    row_id = int(info["row"])
    change = next(
        (one for one in timetable.changes if one.row_id == row_id and one.day == day), None
    )
    held = (change.to_day if change is not None else None) or day
    for one in lessons(timetable, min(day, held), max(day, held)) if _near(day, held) else []:
        if one.row_id == row_id and one.day == day:
            return one
    raise PageError(404)


def _near(day: date, held: date) -> bool:
    return abs((day - held).days) <= _AROUND_DAYS


def _change(visit: Visit, one: Lesson) -> Change:
    """Raises FieldError."""
    to_day = day_field(visit.form, "day")
    begin_min, end_min = clock_time(visit.form, "begin"), clock_time(visit.form, "end")
    if end_min <= begin_min:
        raise FieldError("number", "end")
    if not _near(to_day, one.day):
        raise FieldError("choose", "day")
    return Change(
        row_id=one.row_id,
        day=one.day,
        to_day=to_day if to_day != one.day else None,
        begin_min=begin_min,
        end_min=end_min,
        room=line(visit.form, "room", 24),
    )


def _off(visit: Visit, now: float) -> Off:
    """One lesson (its moments are in the form), or whole days. Raises FieldError."""
    reason: Reason = one_of(visit.form, "reason", REASONS)
    first = day_field(visit.form, "first")
    last = day_field(visit.form, "last") if visit.form.get("last") else first
    today = day_of(now)
    if abs((first - today).days) > _AROUND_DAYS:
        raise FieldError("choose", "first")
    if not 0 <= (last - first).days <= _LONGEST_OFF_DAYS:
        raise FieldError("choose", "last")
    if "begin" not in visit.form:
        begin, end = at(first, 0), at(last + timedelta(days=1), 0)
    else:
        begin = at(first, clock_time(visit.form, "begin"))
        end = at(first, clock_time(visit.form, "end"))
    if end <= begin:
        raise FieldError("number", "end")
    return Off(begin=begin.timestamp(), end=end.timestamp(), reason=reason)
