"""Making the timetable: lessons of each week, holidays, weeks A and B, a calendar file."""

import asyncio
import re
from datetime import date, timedelta

from aiohttp import web

from dossier.desk import Desk, Route
from dossier.fields import FieldError, line, number, one_of
from dossier.rooster.forms import clock_time, day_field
from dossier.rooster.ical_in import CalendarError, from_ical
from dossier.rooster.lessons import KINDS, WEEKS, Holiday, Row, day_of
from dossier.rooster.pages import event_of, keeper_of, told
from dossier.rooster.store import TooManyError
from dossier.rooster.tables import rooster_holidays
from dossier.visit import PageError, Visit, elsewhere

_NUMBER = re.compile(r"[0-9]{1,9}\Z")
_MOST_DAYS = 400


def routes(desk: Desk) -> tuple[Route, ...]:
    pages = SetupPages(desk)
    base = "/plaatsing/{placement}/rooster/maken"
    return (
        Route("GET", base, "rooster_write", pages.show),
        Route("POST", f"{base}/les", "rooster_write", pages.add),
        Route("POST", f"{base}/les/{{row}}/weg", "rooster_write", pages.drop),
        Route("POST", f"{base}/vakantie", "rooster_write", pages.add_holiday),
        Route("POST", f"{base}/vakantie/{{holiday}}/weg", "rooster_write", pages.drop_holiday),
        Route("POST", f"{base}/week", "rooster_write", pages.week_a),
        Route("POST", f"{base}/bestand", "rooster_write", pages.take_file),
    )


class SetupPages:
    """Everything here is written by whoever keeps the timetable at school."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._keeper = desk, keeper_of(desk)
        self._timetables = self._keeper.timetables

    async def show(self, visit: Visit) -> web.Response:
        return await self._show(visit)

    async def _show(
        self, visit: Visit, status: int = 200, error: str = "", done: str = ""
    ) -> web.Response:
        here = visit.here
        timetable = await self._timetables.of(here.id)
        today = day_of(self._timetables.clock())
        key = visit.request.query.get("klaar", "")
        return self._desk.renderer.page(
            visit,
            "rooster/setup",
            status=status,
            error=error,
            done=done or (visit.say(f"rooster.done.{key}") if key in _DONE else ""),
            rows=sorted(
                timetable.rows, key=lambda row: (row.last < today, row.weekday, row.begin_min)
            ),
            holidays=await self._timetables.holidays(here.id),
            week_a=timetable.week_a,
            kinds=KINDS,
            weeks=WEEKS,
            today=today,
            until=_summer(today),
            given=visit.form,
        )

    async def add(self, visit: Visit) -> web.Response:
        try:
            row = _row(visit)
        except FieldError as error:
            return await self._show(visit, 400, told(visit, error))
        event = event_of(visit, self._timetables.clock(), "row_added", row.subject)
        try:
            await self._timetables.add_row(visit.here.id, row, event)
        except TooManyError:
            return await self._show(visit, 400, visit.say("rooster.too_many"))
        return await self._changed(visit, "row_added")

    async def drop(self, visit: Visit) -> web.Response:
        row_id = visit.request.match_info["row"]
        event = event_of(visit, self._timetables.clock(), "row_gone")
        if not _NUMBER.match(row_id) or not await self._timetables.drop_row(
            visit.here.id, int(row_id), event
        ):
            raise PageError(404)
        return await self._changed(visit, "row_gone")

    async def add_holiday(self, visit: Visit) -> web.Response:
        try:
            one = Holiday(
                first=day_field(visit.form, "first"),
                last=day_field(visit.form, "last"),
                name=line(visit.form, "name", 40),
            )
            if not 0 <= (one.last - one.first).days <= _MOST_DAYS:
                raise FieldError("choose", "last")
        except FieldError as error:
            return await self._show(visit, 400, told(visit, error))
        event = event_of(visit, self._timetables.clock(), "holiday_added", one.first.isoformat())
        try:
            await self._timetables.add_holiday(visit.here.id, one, event)
        except TooManyError:
            return await self._show(visit, 400, visit.say("rooster.too_many"))
        return await self._changed(visit, "holiday_added")

    async def drop_holiday(self, visit: Visit) -> web.Response:
        wanted = visit.request.match_info["holiday"]
        event = event_of(visit, self._timetables.clock(), "holiday_gone")
        if not _NUMBER.match(wanted) or not await self._timetables.drop(
            rooster_holidays, visit.here.id, int(wanted), event
        ):
            raise PageError(404)
        return await self._changed(visit, "holiday_gone")

    async def week_a(self, visit: Visit) -> web.Response:
        try:
            day = day_field(visit.form, "week_a")
        except FieldError as error:
            return await self._show(visit, 400, told(visit, error))
        monday = day - timedelta(days=day.weekday())
        event = event_of(visit, self._timetables.clock(), "week_a", monday.isoformat())
        await self._timetables.set_week_a(visit.here.id, monday, event)
        return await self._changed(visit, "week_a")

    async def take_file(self, visit: Visit) -> web.Response:
        upload = visit.files.get("file")
        if upload is None:
            return await self._show(visit, 400, visit.say("calendar_unreadable"))
        clock, here = self._timetables.clock(), visit.here
        week_a = (await self._timetables.of(here.id)).week_a
        try:
            found = await asyncio.to_thread(from_ical, upload.raw, day_of(clock), week_a)
        except CalendarError as error:
            return await self._show(visit, 400, visit.say(error.code))
        event = event_of(visit, clock, "imported", str(len(found.rows)))
        await self._timetables.replace(here.id, found, event)
        await self._keeper.changed(here.id)
        words = visit.say("rooster.imported", rows=len(found.rows), left=found.left_out)
        return await self._show(visit, done=words)

    async def _changed(self, visit: Visit, done: str) -> web.Response:
        await self._keeper.changed(visit.here.id)
        raise elsewhere(f"/plaatsing/{visit.here.code}/rooster/maken?klaar={done}")


_DONE = frozenset({"row_added", "row_gone", "holiday_added", "holiday_gone", "week_a"})


def _summer(today: date) -> date:
    """The end of this school year, as a beginning for the form."""
    return today.replace(year=today.year + (today.month > 7), month=7, day=31)


def _row(visit: Visit) -> Row:
    """Raises FieldError."""
    form = visit.form
    begin_min, end_min = clock_time(form, "begin"), clock_time(form, "end")
    if end_min <= begin_min:
        raise FieldError("number", "end")
    first, last = day_field(form, "first"), day_field(form, "last")
    if not 0 <= (last - first).days <= _MOST_DAYS:
        raise FieldError("choose", "last")
    return Row(
        subject=line(form, "subject", 40, 1),
        room=line(form, "room", 24),
        kind=one_of(form, "kind", KINDS),
        weekday=number(form, "weekday", 1, 7),
        begin_min=begin_min,
        end_min=end_min,
        week=one_of(form, "week", WEEKS),
        first=first,
        last=last,
    )
