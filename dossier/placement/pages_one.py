"""The front page of a placement: how far it is, what comes next and who does that."""

from collections.abc import Awaitable, Callable

import msgspec
from aiohttp import web

from dossier.desk import Desk, Route
from dossier.fields import FieldError, line, one_of, words
from dossier.placement.events import by, events
from dossier.placement.members import NoSuchMemberError, only_one
from dossier.placement.states import (
    CRITERIA,
    MAIN,
    STEPS,
    Answer,
    Closing,
    StepError,
    measured,
    missing,
)
from dossier.placement.store import Placement, today
from dossier.roles import ROLES, PlacementRight, Role, may
from dossier.sheets import SHEET, asked, sheet, skipped
from dossier.visit import PageError, Visit, elsewhere

ANSWERS: tuple[Answer, ...] = ("yes", "no", "doubt")
CLOSINGS: tuple[Closing, ...] = ("back", "other_way", "diploma", "new_school", "deceased", "other")
_LONG = ("question", "answer", "reason")


def routes(desk: Desk) -> tuple[Route, ...]:
    pages = OnePages(desk)
    steps = tuple(
        Route("POST", f"/plaatsing/{{placement}}/stap/{name}", step.right, pages.doing(name))
        for name, step in STEPS.items()
    )
    return (
        Route("GET", "/plaatsing/{placement}", "see", pages.overview),
        Route("GET", "/plaatsing/{placement}/logboek", "log", pages.log),
        Route("POST", "/plaatsing/{placement}/overdragen", "hand_over", pages.hand_over),
        Route("POST", "/plaatsing/{placement}/wisdatum", "erase", pages.erase_sooner),
        *steps,
    )


class OnePages:
    """For everybody with a role in the placement."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def overview(self, visit: Visit) -> web.Response:
        return await self._overview(visit)

    def doing(self, name: str) -> Callable[[Visit], Awaitable[web.Response]]:
        """The handler of one step."""

        async def handler(visit: Visit) -> web.Response:
            return await self._do(visit, name)

        return handler

    async def _do(self, visit: Visit, name: str) -> web.Response:
        here = visit.here
        try:
            given = _given(visit, name)
            if name == "erase":
                await self._desk.erase(here)
                raise elsewhere("/plaatsingen")
            await self._step(visit, name, given)
        except FieldError as error:
            kind, _, criterion = error.name.partition("judged_")
            field = visit.say(f"criterion.{criterion}" if criterion else f"fact.{kind}")
            return await self._overview(visit, 400, visit.say(f"field.{error.code}", field=field))
        except StepError as error:
            told = " ".join(visit.say(f"needs.{code}") for code in error.codes)
            return await self._overview(visit, 409, told)
        raise elsewhere(f"/plaatsing/{here.code}")

    async def _overview(self, visit: Visit, status: int = 200, error: str = "") -> web.Response:
        here, day = visit.here, today(self._desk.placements.clock)
        return self._desk.renderer.page(
            visit,
            "placement/one",
            status=status,
            error=error,
            here=here,
            main=MAIN,
            at=MAIN.index(here.state) if here.state in MAIN else -1,
            steps=[
                (name, step, missing(name, here.facts, day))
                for name, step in STEPS.items()
                if here.state in step.from_ and visit.may(step.right) and _now(name, here, day)
            ],
            waits=_waits(here),
            criteria=CRITERIA,
            measured=measured(here.facts),
            answers=ANSWERS,
            closings=CLOSINGS,
            long=_LONG,
            today=day,
            given=visit.form,
            monteurs=await self._of_the_house(visit, "monteur", "plan"),
            consulenten=await self._of_the_house(visit, "consulent", "hand_over"),
            sooner=bool(here.facts.erase_on) and visit.may("erase") and here.facts.erase_on > day,
        )

    async def _of_the_house(self, visit: Visit, role: Role, right: PlacementRight) -> list[str]:
        """Names of others, for whoever may do something with them here."""
        if not visit.may(right):
            return []
        found = await self._desk.members.of_the_house(role)
        return [name for name, account_id in found.items() if account_id != visit.who.account_id]

    async def _step(self, visit: Visit, name: str, given: dict[str, object]) -> None:
        """Raises StepError. Who is planned to come is in the placement from then on, where he has
        an account: he does the next step."""
        desk, here, event = self._desk, visit.here, by(visit, name)
        monteur = str(given.get("monteur", ""))
        known = await desk.members.of_the_house("monteur") if name == "plan" else {}
        async with desk.store.transaction() as connection:
            await desk.placements.step_in(connection, here, name, given, event)
            if name == "plan":
                who = (known[monteur], monteur) if monteur in known else None
                await only_one(connection, here.id, "monteur", who, event.at)

    async def hand_over(self, visit: Visit) -> web.Response:
        name = visit.form.get("to", "")[:80]
        try:
            await self._desk.members.hand_over(visit.here.id, name, by(visit, "handed_over", name))
        except NoSuchMemberError:
            return await self._overview(visit, 400, visit.say("hand_over.nobody"))
        raise elsewhere("/plaatsingen")

    async def erase_sooner(self, visit: Visit) -> web.Response:
        day = visit.form.get("erase_on", "")[:10]
        try:
            await self._desk.placements.erase_sooner(
                visit.here, day, by(visit, "erase_sooner", day)
            )
        except StepError as error:
            return await self._overview(visit, 409, visit.say(f"needs.{error.codes[0]}"))
        raise elsewhere(f"/plaatsing/{visit.here.code}")

    async def log(self, visit: Visit) -> web.Response:
        number = asked(visit)
        found = await events(self._desk.store, visit.here.id, SHEET + 1, skipped(number))
        return self._desk.renderer.page(visit, "placement/log", sheet=sheet(number, found))


def _now(name: str, here: Placement, day: str) -> bool:
    """Whether a step is worth showing: erasing is not before its day, approval not with a no."""
    if name in ("approve", "consult", "erase"):
        needed = {"consult": ("doubt",)}.get(name, STEPS[name].needs)
        return not set(needed) & set(missing(name, here.facts, day))
    return True


def _waits(here: Placement) -> list[str]:
    """The roles that can do the next step, for whoever can only wait."""
    rights = {step.right for step in STEPS.values() if here.state in step.from_} - {"withdraw"}
    if here.state in ("refused", "withdrawn", "returned", "erased"):
        return []
    return [role for role in ROLES if any(may(role, right) for right in rights)]


def _given(visit: Visit, name: str) -> dict[str, object]:
    """The facts of a step from its form. Raises FieldError, PageError."""
    form = visit.form
    given: dict[str, object] = {}
    known = msgspec.structs.asdict(visit.here.facts)
    for fact in STEPS[name].takes:
        if fact == "judged":
            given[fact] = {one: one_of(form, f"judged_{one}", ANSWERS) for one in CRITERIA}
        elif fact == "closing":
            given[fact] = one_of(form, fact, CLOSINGS)
        elif fact in _LONG:
            given[fact] = words(form, fact, 600)
        elif fact not in known:
            raise PageError(400)
        else:
            given[fact] = line(form, fact, 80)
    return given
