"""What is kept about whom: the file to take along, and how long what stays."""

import asyncio

import msgspec
from aiohttp import web
from sqlalchemy import func, select

from dossier.desk import Desk, Route
from dossier.placement import avg
from dossier.placement.events import by, record
from dossier.placement.store import today
from dossier.placement.tables import placements
from dossier.visit import Visit


def routes(desk: Desk) -> tuple[Route, ...]:
    pages = AvgPages(desk)
    return (
        Route("GET", "/account/gegevens", "own", pages.person),
        Route("GET", "/plaatsing/{placement}/gegevens", "export", pages.placement),
        Route("GET", "/bewaren", "keeping", pages.keeping),
    )


class AvgPages:
    """For everybody about himself; for family and consulent about the pupil."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def person(self, visit: Visit) -> web.Response:
        return await _file(
            await avg.of_person(self._desk.store, visit.who.account_id), "mijn-gegevens"
        )

    async def placement(self, visit: Visit) -> web.Response:
        found = await avg.of_placement(self._desk.store, visit.here.id)
        avg.only_talk_of(found, visit.here.member_id)
        avg.only_shared_contacts(found, visit.here.member_id)
        async with self._desk.store.transaction() as connection:
            await record(connection, visit.here.id, by(visit, "exported"))
        return await _file(found, "dossier")

    async def keeping(self, visit: Visit) -> web.Response:
        settings = self._desk.settings
        wanted = (
            select(placements.c.state, func.count(), func.min(placements.c.erase_on))
            .where(placements.c.state != "erased")
            .group_by(placements.c.state)
        )
        async with self._desk.store.transaction() as connection:
            counts = {state: number for state, number, _ in await connection.execute(wanted)}
            first = select(func.min(placements.c.erase_on)).where(placements.c.erase_on != "")
            next_day = (await connection.execute(first)).scalar() or ""
        return self._desk.renderer.page(
            visit,
            "placement/keeping",
            counts=counts,
            next_day=next_day,
            today=today(self._desk.placements.clock),
            rules=(
                ("file", settings.dossier.keep_days),
                ("link", settings.helpdesk.keep_days),
                ("audit", settings.helpdesk.audit_days),
                ("invitation", 30),
            ),
            session_h=settings.helpdesk.session_h,
        )


async def _file(found: dict[str, avg.Rows], name: str) -> web.Response:
    """Written in a thread: it may be megabytes, and others are waiting."""
    return web.Response(
        body=await asyncio.to_thread(
            lambda: msgspec.json.format(msgspec.json.encode(found), indent=1)
        ),
        content_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}.json"'},
    )
