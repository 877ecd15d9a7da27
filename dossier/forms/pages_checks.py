"""The checklists: a phase at a time, one's own tasks first."""

from aiohttp import web
from sqlalchemy.exc import IntegrityError

from dossier.desk import Desk, Route
from dossier.fields import FieldError, line, ticked
from dossier.forms.checklists import BY_KEY, ITEMS, PHASES, known, mine, phase_of
from dossier.forms.checks_store import Check, checks_of, tick
from dossier.placement.events import by
from dossier.placement.states import is_day
from dossier.placement.store import today
from dossier.visit import PageError, Visit, elsewhere


def routes(desk: Desk) -> tuple[Route, ...]:
    pages = CheckPages(desk)
    base = "/plaatsing/{placement}/taken"
    return (
        Route("GET", base, "check", pages.list),
        Route("POST", f"{base}/{{item}}", "check", pages.tick),
    )


class CheckPages:
    """Everybody sees the tasks of a phase; ticking is for whoever's task it is."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def list(self, visit: Visit) -> web.Response:
        return await self._list(visit)

    async def tick(self, visit: Visit) -> web.Response:
        item = BY_KEY.get(visit.request.match_info["item"])
        if item is None or not mine(item, visit.roles, visit.may("check_all")):
            raise PageError(404)
        here, day = visit.here, today(self._desk.placements.clock)
        try:
            remark = line(visit.form, "remark", 200)
        except FieldError as error:
            told = visit.say(f"field.{error.code}", field=visit.say("checks.remark"))
            return await self._list(visit, 400, told)
        done = visit.form.get("done_on", "") or day
        if not is_day(done) or done > day:
            return await self._list(visit, 400, visit.say("checks.day_wrong"))
        check = Check(
            done_on=done if ticked(visit.form, "done") else "",
            who=here.member_name or visit.who.name,
            remark=remark,
        )
        event = by(visit, "checked" if check.done_on else "unchecked", item.key)
        try:
            await tick(self._desk.store, here.id, item.key, check, event)
        except IntegrityError:
            return await self._list(visit, 409, visit.say("needs.changed"))
        phase = next(n for n, parts in PHASES.items() if item.part in parts)
        raise elsewhere(f"/plaatsing/{here.code}/taken?fase={phase}#{item.key}")

    async def _list(self, visit: Visit, status: int = 200, error: str = "") -> web.Response:
        here = visit.here
        asked = visit.request.query.get("fase", "")
        phase = int(asked) if asked in ("1", "2", "3", "4") else phase_of(here.state)
        ticks, forms = await checks_of(self._desk.store, here.id)
        itself = known(here.facts, forms)
        english, every = visit.language == "en", visit.may("check_all")
        done = {one.key for one in ITEMS if one.key in itself or _done(ticks, one.key)}
        parts = [
            (
                part,
                [
                    (
                        place,
                        [
                            {
                                "key": one.key,
                                "text": one.english if english else one.dutch,
                                "roles": one.roles,
                                "check": ticks.get(one.key),
                                "itself": itself.get(one.key),
                                "mine": bool(set(one.roles) & visit.roles),
                                "may": mine(one, visit.roles, every),
                            }
                            for one in ITEMS
                            if one.part == part and one.place == place
                        ],
                    )
                    for place in ("home", "school")
                ],
            )
            for part in PHASES[phase]
        ]
        counts = {
            number: (
                sum(one.key in done for one in ITEMS if one.part in inside),
                sum(one.part in inside for one in ITEMS),
            )
            for number, inside in PHASES.items()
        }
        return self._desk.renderer.page(
            visit,
            "placement/checks",
            status=status,
            error=error,
            phase=phase,
            parts=parts,
            counts=counts,
            today=today(self._desk.placements.clock),
        )


def _done(ticks: dict[str, Check], key: str) -> bool:
    return key in ticks and bool(ticks[key].done_on)
