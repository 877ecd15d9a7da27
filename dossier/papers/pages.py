"""The papers as pages to print."""

from datetime import date

from aiohttp import web

from dossier.desk import Desk, Route
from dossier.forms.evaluation_read import Action, open_actions
from dossier.forms.inventory import GOALS
from dossier.forms.inventory_store import Line, lines_of
from dossier.papers.gather import PAPERS, grid, names, phones
from dossier.rooster.lessons import day_of
from dossier.visit import PageError, Visit

_JOINT = 3
"""INVENTARISATIE-3"""


def routes(desk: Desk) -> tuple[Route, ...]:
    pages = PaperPages(desk)
    base = "/plaatsing/{placement}/papieren"
    return (
        Route("GET", base, "papers", pages.all),
        Route("GET", f"{base}/{{paper}}", "papers", pages.one),
    )


class PaperPages:
    """Nothing is kept of a paper: it is made anew of what is known at that moment."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def all(self, visit: Visit) -> web.Response:
        return self._desk.renderer.page(visit, "papers/all", papers=PAPERS)

    async def one(self, visit: Visit) -> web.Response:
        paper = next((one for one in PAPERS if one == visit.request.match_info["paper"]), None)
        if paper is None:
            raise PageError(404)
        here, contact = visit.here, self._desk.settings.contact
        people = await self._desk.members.all(here.id)
        timetable = await self._desk.rooster.timetables.of(here.id)
        today = day_of(self._desk.rooster.timetables.clock())
        return self._desk.renderer.page(
            visit,
            f"papers/{paper}",
            facts=here.facts,
            named=lambda role: names(people, role),
            phones=phones(people),
            grid=grid(timetable.rows, today),
            contact=contact,
            goals=await self._goals(visit),
            actions=await self._actions(visit),
            day_today=_long(today, visit),
            school=here.school,
            pupil=here.pupil,
        )

    async def _goals(self, visit: Visit) -> list[Line]:
        """The joint ones; for who may read the form they come from."""
        if not visit.may("inventory"):
            return []
        found = await lines_of(self._desk.store, visit.here.id)
        return [one for one in found if one.form == _JOINT and one.kind in GOALS]

    async def _actions(self, visit: Visit) -> list[Action]:
        """Those that are not done yet."""
        if not visit.may("evaluation"):
            return []
        return await open_actions(self._desk.store, visit.here.id)


def _long(day: date, visit: Visit) -> str:
    """26 november 2026"""
    return f"{day.day} {visit.say(f'month.{day.month}')} {day.year}"
