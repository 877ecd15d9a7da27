"""The list of placements, and a new request."""

import re

import msgspec
from aiohttp import web

from dossier.desk import Desk, Route
from dossier.fields import FieldError, line, number, one_of, ticked, words
from dossier.placement.events import by
from dossier.placement.states import STATES, Facts, SchoolKind, StepError
from dossier.placement.store import Request
from dossier.visit import Visit, elsewhere

KINDS: tuple[SchoolKind, ...] = ("po", "vo", "mbo")


def routes(desk: Desk) -> tuple[Route, ...]:
    pages = ListPages(desk)
    return (
        Route("GET", "/plaatsingen", "placements", pages.list),
        Route("GET", "/plaatsingen/nieuw", "request", pages.new),
        Route("POST", "/plaatsingen/nieuw", "request", pages.request),
        Route("GET", "/plaatsing/{placement}/aanvraag", "amend", pages.old),
        Route("POST", "/plaatsing/{placement}/aanvraag", "amend", pages.amend),
    )


class ListPages:
    """For whoever has a placement, or may ask for one."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def list(self, visit: Visit) -> web.Response:
        query = visit.request.query
        find = " ".join(query.get("zoek", "").split())[:40]
        state = query.get("stand", "") if query.get("stand", "") in STATES else ""
        asked = query.get("blad", "1")
        sheet = max(1, int(asked)) if re.fullmatch(r"[0-9]{1,4}", asked) else 1
        who = visit.who
        found, last = await self._desk.placements.all_of(
            who.account_id, who.role, find, state, sheet
        )
        return self._desk.renderer.page(
            visit,
            "placement/list",
            found=found,
            find=find,
            state=state,
            states=[one for one in STATES if one != "erased"],
            sheet=sheet,
            last=max(1, last),
        )

    async def new(self, visit: Visit) -> web.Response:
        return self._form(visit, {"mine": visit.who.name})

    async def request(self, visit: Visit) -> web.Response:
        try:
            wanted, mine = _request(visit), line(visit.form, "mine", 80, 2)
        except FieldError as error:
            return self._form(visit, visit.form, _told(visit, error))
        code = await self._desk.placements.request(visit.who.account_id, mine, wanted)
        raise elsewhere(f"/plaatsing/{code}")

    async def old(self, visit: Visit) -> web.Response:
        here = visit.here
        return self._form(
            visit, {**_filled(here.facts), "pupil": here.pupil, "school": here.school}
        )

    async def amend(self, visit: Visit) -> web.Response:
        here = visit.here
        try:
            wanted = _request(visit, here.facts)
            await self._desk.placements.amend(here, wanted, by(visit, "amended"))
        except FieldError as error:
            return self._form(visit, visit.form, _told(visit, error))
        except StepError as error:
            return self._form(visit, visit.form, visit.say(f"needs.{error.codes[0]}"))
        raise elsewhere(f"/plaatsing/{here.code}")

    def _form(self, visit: Visit, given: dict[str, str], error: str = "") -> web.Response:
        return self._desk.renderer.page(
            visit,
            "placement/request",
            status=400 if error else 200,
            error=error,
            given=given,
            kinds=KINDS,
        )


def _request(visit: Visit, before: Facts | None = None) -> Request:
    """Raises FieldError."""
    form = visit.form
    return Request(
        pupil=line(form, "pupil", 80, 2),
        school=line(form, "school", 80, 2),
        facts=msgspec.structs.replace(
            before or Facts(),
            kind=one_of(form, "kind", KINDS),
            age=number(form, "age", 1, 99),
            weeks=number(form, "weeks", 1, 520),
            ill=ticked(form, "ill"),
            no_qualification=ticked(form, "no_qualification"),
            no_contraindication=ticked(form, "no_contraindication"),
            motive=words(form, "motive", 600),
        ),
    )


def _filled(facts: Facts) -> dict[str, str]:
    """The form as it was sent."""
    ticks = ("ill", "no_qualification", "no_contraindication")
    return {
        "kind": facts.kind,
        "age": str(facts.age),
        "weeks": str(facts.weeks),
        "motive": facts.motive,
        **{name: "1" for name in ticks if getattr(facts, name)},
    }


def _told(visit: Visit, error: FieldError) -> str:
    return visit.say(f"field.{error.code}", field=visit.say(f"request.{error.name}"))
