"""EVALUATIE-1 (everybody's own scores), -2 and -3 (what they say, and what is done about it)."""

import math
import re
from collections.abc import Awaitable
from datetime import date, timedelta

from aiohttp import web

from dossier.desk import Desk, Route
from dossier.fields import FieldError, line, one_of, ticked
from dossier.forms import evaluation_store as kept
from dossier.forms.evaluation import plot, result
from dossier.forms.evaluation_read import (
    Evaluation,
    Round,
    Statement,
    evaluation_of,
    mine_of,
)
from dossier.forms.evaluation_store import EvaluationError
from dossier.forms.factors import FACTORS
from dossier.forms.statements import GENERAL, IDEAS
from dossier.placement.events import by
from dossier.placement.states import is_day
from dossier.placement.store import today
from dossier.roles import ROLES, any_may
from dossier.rooster.hours import Sum, total
from dossier.rooster.lessons import at
from dossier.visit import PageError, Visit, elsewhere

KINDS = ("success", "challenge", "helps", "hinders")
SCALE = (5, 4, 3, 2, 1)
_GENERAL = {one.key: one for one in GENERAL}


def routes(desk: Desk) -> tuple[Route, ...]:
    pages = EvaluationPages(desk)
    base = "/plaatsing/{placement}/evaluatie"
    one = f"{base}/{{round}}"
    return (
        Route("GET", base, "evaluate", pages.mine),
        Route("POST", base, "evaluation_lead", pages.begin),
        Route("POST", f"{one}/ik", "evaluate", pages.fill_in),
        Route("GET", f"{base}/samen", "evaluation", pages.together),
        Route("POST", f"{one}/einde", "evaluation_lead", pages.end),
        Route("POST", f"{one}/stelling", "evaluation_lead", pages.statement),
        Route("POST", f"{one}/punt", "evaluation_lead", pages.point),
        Route("POST", f"{one}/actie", "evaluation_lead", pages.action),
        Route("POST", f"{one}/weg", "evaluation_lead", pages.remove),
        Route("POST", f"{one}/gedaan", "evaluation_lead", pages.done),
    )


class EvaluationPages:
    """Scores are told by role and as means; who gave which is nobody's but his own."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    # --- EVALUATIE-1 ----------------------------------------------------------------------------

    async def mine(self, visit: Visit) -> web.Response:
        return await self._mine(visit)

    async def fill_in(self, visit: Visit) -> web.Response:
        scores: dict[int, int] = {}
        for name, value in visit.form.items():
            if name.startswith("s") and name[1:].isdigit() and len(name) < 11:
                if value not in ("1", "2", "3", "4", "5"):
                    raise PageError(400)
                scores[int(name[1:])] = int(value)
        try:
            noticed = line(visit.form, "noticed", 300)
        except FieldError as error:
            told = visit.say(f"field.{error.code}", field=visit.say("evaluation.noticed"))
            return await self._mine(visit, 400, told)
        role = next((one for one in ROLES if one in visit.roles and any_may([one], "evaluate")), "")
        try:
            await kept.fill_in(
                self._desk.store,
                visit.here.id,
                _round(visit),
                role=role,
                scores=scores,
                noticed=noticed,
                event=by(visit, "evaluated"),
            )
        except EvaluationError as error:
            return await self._mine(visit, 409, visit.say(f"evaluation.{error.code}"))
        return await self._mine(visit, done=visit.say("evaluation.thanks"))

    async def _mine(
        self, visit: Visit, status: int = 200, error: str = "", done: str = ""
    ) -> web.Response:
        found = await mine_of(self._desk.store, visit.here.id, visit.here.member_id)
        return self._desk.renderer.page(
            visit,
            "placement/evaluate",
            status=status,
            error=error,
            done=done,
            last=found.round if found else None,
            statements=[
                (one.id, one.kind, _text(one, visit.language))
                for one in (found.statements if found else ())
            ],
            own=found.own if found else {},
            scale=SCALE,
        )

    # --- EVALUATIE-2 and -3 ---------------------------------------------------------------------

    async def together(self, visit: Visit) -> web.Response:
        return await self._together(visit)

    async def begin(self, visit: Visit) -> web.Response:
        return await self._do(
            visit, kept.begin(self._desk.store, visit.here.id, self._day, by(visit, "round_began"))
        )

    async def end(self, visit: Visit) -> web.Response:
        event = by(visit, "round_ended")
        return await self._do(
            visit, kept.end(self._desk.store, visit.here.id, _round(visit), self._day, event)
        )

    async def statement(self, visit: Visit) -> web.Response:
        text = await self._text(visit, "text", "evaluation.own")
        event = by(visit, "statement_added")
        return await self._do(
            visit,
            kept.add_statement(self._desk.store, visit.here.id, _round(visit), text, event),
        )

    async def point(self, visit: Visit) -> web.Response:
        text = await self._text(visit, "text", "evaluation.point")
        try:
            kind = one_of(visit.form, "kind", KINDS)
        except FieldError:
            raise PageError(400) from None
        event = by(visit, "point_added")
        return await self._do(
            visit,
            kept.add_point(self._desk.store, visit.here.id, _round(visit), kind, text, event=event),
        )

    async def action(self, visit: Visit) -> web.Response:
        values = {
            "what": await self._text(visit, "what", "evaluation.what"),
            "who": await self._text(visit, "who", "evaluation.who", 80),
            "how": await self._text(visit, "how", "evaluation.how", least=0),
            "due": visit.form.get("due", ""),
        }
        if not is_day(values["due"]):
            raise PageError(400)
        event = by(visit, "action_added")
        return await self._do(
            visit, kept.add_action(self._desk.store, visit.here.id, _round(visit), values, event)
        )

    async def remove(self, visit: Visit) -> web.Response:
        try:
            kind = one_of(visit.form, "kind", ("point", "action"))
        except FieldError:
            raise PageError(400) from None
        event = by(visit, "evaluation_removed")
        number = _number(visit.form.get("number", ""))
        return await self._do(
            visit,
            kept.remove(self._desk.store, visit.here.id, _round(visit), kind, number, event=event),
        )

    async def done(self, visit: Visit) -> web.Response:
        number, event = _number(visit.form.get("number", "")), by(visit, "action_done")
        return await self._do(
            visit,
            kept.action_done(
                self._desk.store, visit.here.id, number, ticked(visit.form, "done"), event
            ),
        )

    async def _do(self, visit: Visit, work: Awaitable[None]) -> web.Response:
        try:
            await work
        except EvaluationError as error:
            return await self._together(visit, 409, visit.say(f"evaluation.{error.code}"))
        raise elsewhere(f"/plaatsing/{visit.here.code}/evaluatie/samen")

    async def _text(
        self, visit: Visit, name: str, word: str, most: int = 300, least: int = 2
    ) -> str:
        """Raises PageError: the browser has told already what is wrong."""
        try:
            return line(visit.form, name, most, least)
        except FieldError:
            raise PageError(400) from None

    @property
    def _day(self) -> str:
        return today(self._desk.placements.clock)

    async def _hours(self, visit: Visit, rounds: list[Round], shown: Round | None) -> Sum:
        """What was attended between the round before and this one."""
        if shown is None or not visit.may("hours"):
            return Sum()
        ends = [one.ended_on for one in rounds if one.number < shown.number and one.ended_on]
        return total(
            await self._desk.rooster.hours.groups(
                visit.here.id,
                _end_of(max(ends)) if ends else 0.0,
                _end_of(shown.ended_on) if shown.ended_on else math.inf,
            )
        )

    async def _together(self, visit: Visit, status: int = 200, error: str = "") -> web.Response:
        asked = visit.request.query.get("ronde", "")
        number = int(asked) if re.fullmatch(r"[0-9]{1,9}", asked) else None
        found = await evaluation_of(self._desk.store, visit.here.id, number)
        words = 1 if visit.language == "en" else 0
        return self._desk.renderer.page(
            visit,
            "placement/evaluation",
            status=status,
            error=error,
            rounds=found.rounds,
            shown=found.shown,
            table=_table(found, visit),
            points={
                kind: [one for one in found.points if one.kind == kind]
                for kind in (*KINDS, "noticed")
            },
            actions=found.actions,
            hours=await self._hours(visit, found.rounds, found.shown),
            filled=found.filled,
            kinds=KINDS,
            ideas=[one[words] for some in IDEAS.values() for one in some],
            factors=[one[words] for some in FACTORS.values() for one in some],
        )


def _end_of(day: str) -> float:
    """When the day after it begins, in seconds since 1970."""
    return at(date.fromisoformat(day) + timedelta(days=1), 0).timestamp()


def _table(found: Evaluation, visit: Visit) -> list[dict[str, object]]:
    """Each statement of the round with its result, and its means over all rounds."""
    rows: list[dict[str, object]] = []
    for one in found.statements:
        text = _text(one, visit.language)
        over = [(str(number), mean) for number, mean in found.over.get(one.key, [])]
        rows.append(
            {
                "text": text,
                "turned": one.turned,
                "result": result(found.means.get(one.id, []), one.turned),
                "plot": plot(over, text) if len(over) > 1 else None,
                "over": over,
            }
        )
    return rows


def _text(one: Statement, language: str) -> str:
    if one.kind == "general" and (general := _GENERAL.get(one.key)) is not None:
        return general.english if language == "en" else general.dutch
    return one.text


def _round(visit: Visit) -> int:
    return _number(visit.request.match_info["round"])


def _number(text: str) -> int:
    """Raises PageError."""
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise PageError(404)
    return int(text)
