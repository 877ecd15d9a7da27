"""INVENTARISATIE-1 (home), -2 (school) and -3 (together): the two sides beside each other."""

from aiohttp import web

from dossier.desk import Desk, Route
from dossier.fields import FieldError, line, one_of
from dossier.forms import inventory_store as kept
from dossier.forms.factors import FACTORS
from dossier.forms.inventory import GOALS, IDEAS, KINDS, SMART, doubts, letters
from dossier.placement.events import by
from dossier.placement.states import is_day
from dossier.roles import PlacementRight
from dossier.visit import PageError, Visit, elsewhere

_MAY: dict[int, PlacementRight] = {1: "inventory_home", 2: "inventory_school", 3: "goals"}


def routes(desk: Desk) -> tuple[Route, ...]:
    pages = InventoryPages(desk)
    base = "/plaatsing/{placement}/inventarisatie"
    return (
        Route("GET", base, "inventory", pages.show),
        *(
            route
            for form, right in _MAY.items()
            for route in (
                Route("POST", f"{base}/{form}", right, pages.write),
                Route("POST", f"{base}/{form}/{{line}}/weg", right, pages.remove),
            )
        ),
    )


class InventoryPages:
    """For whoever may read the goals; each form is written by its own side."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def show(self, visit: Visit) -> web.Response:
        return await self._show(visit)

    async def write(self, visit: Visit) -> web.Response:
        form, values = _form(visit), visit.form
        try:
            kind = one_of(values, "kind", KINDS)
            goal = line(values, "goal", 300, 2)
            result = line(values, "result", 300)
        except FieldError as error:
            told = visit.say(f"field.{error.code}", field=visit.say(f"inventory.{error.name}"))
            return await self._show(visit, 400, told)
        until, number = values.get("until", ""), values.get("line", "0") or "0"
        if (until and not is_day(until)) or not (number.isdigit() and len(number) < 10):
            raise PageError(400)
        if form == 3 and kind not in GOALS:
            raise PageError(400)
        one = kept.Line(
            id=int(number),
            form=form,
            kind=kind,
            goal=goal,
            result=result if kind in GOALS else "",
            smart=letters(values) if form == 3 else "",
            until=until,
        )
        event = by(visit, f"inventory_{form}")
        try:
            await kept.write(self._desk.store, visit.here.id, one, event)
        except kept.NoSuchLineError:
            return await self._show(visit, 409, visit.say("inventory.gone"))
        raise self._back(visit, form)

    async def remove(self, visit: Visit) -> web.Response:
        form, number = _form(visit), visit.request.match_info["line"]
        if not (number.isdigit() and len(number) < 10):
            raise PageError(404)
        event = by(visit, f"inventory_{form}")
        try:
            await kept.remove(self._desk.store, visit.here.id, form, int(number), event)
        except kept.NoSuchLineError:
            raise PageError(404) from None
        raise self._back(visit, form)

    def _back(self, visit: Visit, form: int) -> web.HTTPSeeOther:
        return elsewhere(f"/plaatsing/{visit.here.code}/inventarisatie?formulier={form}")

    async def _show(self, visit: Visit, status: int = 200, error: str = "") -> web.Response:
        found = await kept.lines_of(self._desk.store, visit.here.id)
        asked = visit.request.query.get("formulier", "")
        form = int(asked) if asked in ("1", "2", "3") else _first(visit)
        if error:
            form = _form(visit)
        words = 1 if visit.language == "en" else 0
        ideas: dict[str, list[str]] = {kind: [one[words] for one in IDEAS[kind]] for kind in GOALS}
        ideas["factors"] = [one[words] for group in FACTORS.values() for one in group]
        return self._desk.renderer.page(
            visit,
            "placement/inventory",
            status=status,
            error=error,
            form=form,
            lines=found,
            kinds=KINDS if form != 3 else GOALS,
            goals=GOALS,
            ideas=ideas,
            smart=SMART,
            doubts={
                one.id: doubts(one.goal, one.result, one.until, one.smart)
                for one in found
                if one.form == 3
            },
            may_write={number: visit.may(right) for number, right in _MAY.items()},
        )


def _form(visit: Visit) -> int:
    return int(visit.request.path.split("/inventarisatie/")[1][0])


def _first(visit: Visit) -> int:
    return next((form for form, right in _MAY.items() if visit.may(right)), 1)
