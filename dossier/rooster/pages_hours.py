"""The hours of a placement: how much was attended, as a drawing, in words and as a table."""

import re
from datetime import date

from aiohttp import web

from dossier.desk import Desk, Route
from dossier.fields import FieldError, one_of
from dossier.rooster.hours import COLUMNS, LOSSES, by_subject, by_week, to_csv, total
from dossier.rooster.hours_plot import PARTS, weeks
from dossier.rooster.pages import event_of, keeper_of
from dossier.visit import PageError, Visit, elsewhere

_NUMBER = re.compile(r"[0-9]{1,9}\Z")
_TERM_S = 91 * 86_400.0


def routes(desk: Desk) -> tuple[Route, ...]:
    pages = HoursPages(desk)
    base = "/plaatsing/{placement}/uren"
    return (
        Route("GET", base, "hours", pages.show),
        Route("GET", f"{base}/uren.csv", "hours", pages.csv),
        Route("POST", f"{base}/{{lesson}}", "hours_write", pages.say_why),
    )


class HoursPages:
    """Minutes and counts; never what happened in a lesson."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._keeper = desk, keeper_of(desk)

    async def show(self, visit: Visit) -> web.Response:
        done = visit.request.query.get("klaar") == "1"
        return await self._show(visit, visit.say("hours.saved") if done else "")

    def _since(self, visit: Visit) -> float:
        whole = visit.request.query.get("tijd") == "alles"
        return 0.0 if whole else self._keeper.timetables.clock() - _TERM_S

    async def _show(self, visit: Visit, done: str = "") -> web.Response:
        kept, number, since = self._keeper.hours, visit.here.id, self._since(visit)
        subjects = await kept.groups(number, since, subject=True)
        by_monday = by_week(await kept.groups(number, since, week=True))
        label = visit.say("hours.by_week")
        return self._desk.renderer.page(
            visit,
            "rooster/hours",
            done=done,
            whole=total(subjects),
            all_of_it=not since,
            drawing=weeks(by_monday, label, lambda day: f"{day:%d-%m}"),
            weeks=by_monday,
            subjects=by_subject(subjects),
            last=await kept.last(number, since),
            parts=PARTS,
            losses=LOSSES,
            hours=lambda seconds: _number(seconds / 3600, visit.language),
        )

    async def csv(self, visit: Visit) -> web.Response:
        heads = {name: visit.say(f"hours.col.{name}") for name in COLUMNS}
        found = await self._keeper.hours.groups(
            visit.here.id, self._since(visit), week=True, subject=True
        )
        response = web.Response(body=to_csv(found, heads), content_type="text/csv")
        response.charset = "utf-8"
        name = f"uren-{date.today().isoformat()}.csv"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

    async def say_why(self, visit: Visit) -> web.Response:
        wanted = visit.request.match_info["lesson"]
        try:
            lost = one_of(visit.form, "lost", LOSSES)
        except FieldError:
            raise PageError(400) from None
        if not _NUMBER.match(wanted) or not await self._keeper.hours.say_why(
            visit.here.id,
            int(wanted),
            lost,
            event_of(visit, self._keeper.timetables.clock(), "lost_said"),
        ):
            raise PageError(404)
        raise elsewhere(f"/plaatsing/{visit.here.code}/uren?klaar=1")


def _number(value: float, language: str) -> str:
    text = f"{value:.1f}"
    return text if language == "en" else text.replace(".", ",")
