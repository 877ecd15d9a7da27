"""The sets by number, one set with its faults and link, and what may be done with it."""

import re
import time
from typing import NamedTuple

import msgspec
from aiohttp import web

from dossier import audit, plot
from dossier.desk import Desk, Route
from dossier.history import Slot
from dossier.render import clock, lasting, weekday, when
from dossier.sets_board import SetNow, slot_of
from dossier.visit import PageError, Visit, elsewhere
from signaling.messages_helpdesk import ActionName, ScreenText
from signaling.set_number import set_number

_SET_NAME = re.compile(r"[\w][\w -]{0,23}\Z")
_VERSIONS = ("klasgenoot", "python", "system", "kernel")
_SHEET = 100
_MEASURES = ("lost", "rtt", "rate")


class _Set(NamedTuple):
    key: str
    name: str


def routes(desk: Desk) -> tuple[Route, ...]:
    pages = SetPages(desk)
    return (
        Route("GET", "/helpdesk", "sets", pages.list),
        Route("GET", "/helpdesk/set/{number}", "sets", pages.one),
        Route("POST", "/helpdesk/set/{number}/naam", "sets", pages.name),
        Route("POST", "/helpdesk/set/{number}/doe", "act", pages.act),
    )


class SetPages:
    """For whoever has the right `sets`, and `act` for the last one."""

    def __init__(self, desk: Desk) -> None:
        self._board, self._kept, self._renderer = desk.board, desk.kept, desk.renderer

    async def list(self, visit: Visit) -> web.Response:
        sets = await self._kept.sets()
        wanted = visit.request.query.get("zoek", "").strip()[:40]
        fits = [key for key, name in sets.items() if _fits(wanted, set_number(key), name)]
        if wanted and len(fits) == 1:
            raise elsewhere(f"/helpdesk/set/{set_number(fits[0])}")
        sheet, last = _sheet(visit, len(fits))
        rows = [
            {
                "number": set_number(key),
                "name": sets[key],
                "now": (now := self._board.now(key)),
                "state": _state(now),
                "version": _version(now),
            }
            for key in fits[(sheet - 1) * _SHEET : sheet * _SHEET]
        ]
        online = sum(_state(self._board.now(key)) != "offline" for key in sets)
        return self._renderer.page(
            visit,
            "sets",
            rows=rows,
            wanted=wanted,
            online=online,
            whole=len(sets),
            sheet=sheet,
            last=last,
        )

    async def one(self, visit: Visit) -> web.Response:
        one = await self._found(visit)
        asked = visit.request.query.get("gevraagd") == "1"
        return await self._page(visit, one, done=visit.say("acted.sent") if asked else "")

    async def name(self, visit: Visit) -> web.Response:
        one = await self._found(visit)
        name = " ".join(visit.form.get("name", "").split())
        if name and not _SET_NAME.match(name):
            return await self._page(visit, one, 400, visit.say("error.set_name_wrong"))
        await self._kept.name(one.key, name, visit.who.name, time.time())
        one = _Set(one.key, name)
        return await self._page(visit, one, done=visit.say("set.named"))

    async def act(self, visit: Visit) -> web.Response:
        one = await self._found(visit)
        try:
            action = msgspec.convert(visit.form.get("action"), ActionName)
            text = msgspec.convert(visit.form.get("text", "").strip(), ScreenText)
        except msgspec.ValidationError:
            return await self._page(visit, one, 400, visit.say("error.text_wrong"))
        if (action == "text") != bool(text):
            return await self._page(visit, one, 400, visit.say("error.text_wrong"))
        # Written before it is done: what cannot be accounted for is not done.
        line = audit.Line(
            at=time.time(), who=visit.who.name, what=action, unit_key=one.key, detail=text
        )
        await self._kept.audited(line)
        if not await self._board.act(one.key, action, text):
            return await self._page(visit, one, 409, visit.say("set.not_there"))
        await self._board.settled()
        raise elsewhere(f"/helpdesk/set/{set_number(one.key)}?gevraagd=1")

    async def _found(self, visit: Visit) -> _Set:
        """The set that the path names. Raises PageError."""
        wanted = visit.request.match_info["number"]
        for key, name in (await self._kept.sets()).items():
            if set_number(key) == wanted:
                return _Set(key, name)
        raise PageError(404)

    async def _page(
        self, visit: Visit, one: _Set, status: int = 200, error: str = "", done: str = ""
    ) -> web.Response:
        key = one.key
        now, here = time.time(), self._board.now(key)
        a_week = visit.request.query.get("tijd") == "week"
        span = (plot.week if a_week else plot.day)(slot_of(now))
        written = await self._kept.history(key, span.first_slot)
        slots = [*written, *self._board.unwritten(key)]
        lines = await audit.lines(self._kept.store, key, 50)
        return self._renderer.page(
            visit,
            "set",
            status=status,
            error=error,
            done=done,
            number=set_number(key),
            name=one.name,
            here=here,
            state=_state(here),
            versions=_versions(here),
            faults=await self._kept.faults_of(key),
            plots=_plots(visit, span, plot.columns(span, slots), a_week),
            a_week=a_week,
            hours=_hours(span, slots),
            lines=lines,
            result=action_result,
            asof=now,
        )


def _sheet(visit: Visit, count: int) -> "tuple[int, int]":
    """Which hundred of the list, and the last there is."""
    asked, last = visit.request.query.get("blad", "1"), max(1, -(-count // _SHEET))
    return (min(last, max(1, int(asked))) if re.fullmatch(r"[0-9]{1,5}", asked) else 1), last


def _fits(wanted: str, number: str, name: str) -> bool:
    digits = re.sub(r"\D", "", wanted)
    by_number = bool(digits) and digits in number.replace("-", "")
    return not wanted or by_number or wanted.casefold() in name.casefold()


def _state(now: SetNow | None) -> str:
    if now is None or not now.online:
        return "offline"
    return now.report.state if now.report is not None else "silent"


def _versions(now: SetNow | None) -> "list[tuple[str, str]]":
    found = now.report.versions if now is not None and now.report is not None else ()
    return [(one.name if one.name in _VERSIONS else "other", one.text) for one in found if one.text]


def _version(now: SetNow | None) -> str:
    return dict(_versions(now)).get("klasgenoot", "")


def _plots(
    visit: Visit, span: plot.Span, found: "list[Slot]", a_week: bool
) -> "list[dict[str, object]]":
    tick = weekday if a_week else clock
    online, live = sum(c.online_s for c in found), sum(c.live_s for c in found)
    if not online:
        return []
    restarts = sum(column.restarts for column in found)
    made: list[dict[str, object]] = [
        {
            "title": visit.say("plot.on"),
            "words": visit.say(
                "plot.on_sum", online=lasting(online), live=lasting(live), restarts=restarts
            ),
            "drawing": plot.presence(span, found, visit.say("plot.on"), tick),
        }
    ]
    for name in _MEASURES:
        label = visit.say(f"plot.{name}")
        made.append(
            {
                "title": label,
                "words": _in_words(visit, span, found, name),
                "drawing": plot.measure(span, found, lambda c, n=name: _value(c, n), label, tick),  # type: ignore[misc]
            }
        )
    return made


def _value(column: Slot, name: str) -> float:
    return {"lost": column.lost_pct, "rtt": column.rtt_ms, "rate": column.rate_kbps}[name]


def _in_words(visit: Visit, span: plot.Span, found: "list[Slot]", name: str) -> str:
    measured = [(i, c) for i, c in enumerate(found) if c.samples]
    if not measured:
        return visit.say("plot.no_lesson")
    count = sum(column.samples for _, column in measured)
    mean = sum(_value(column, name) * column.samples for _, column in measured) / count
    index, most = max(measured, key=lambda one: _value(one[1], name))
    return visit.say(
        "plot.sum",
        mean=_number(mean, visit.language),
        most=_number(_value(most, name), visit.language),
        when=when(span.start_of(index)),
    )


def _number(value: float, language: str) -> str:
    text = f"{value:.1f}" if value < 10 else f"{value:.0f}"
    return text if language == "en" else text.replace(".", ",")


def _hours(span: plot.Span, slots: "list[Slot]") -> "list[tuple[float, Slot]]":
    """The same as a table: an hour a row, or a day where a week is shown; empty ones left out."""
    wide = 12 * 24 if span.slots > 1 else 12
    whole = plot.Span(span.first_slot, wide, span.slots * span.count // wide)
    return [
        (whole.start_of(index), column)
        for index, column in enumerate(plot.columns(whole, slots))
        if column.online_s
    ]


def action_result(detail: str) -> "tuple[str, str, list[str]]":
    """A set's answer in the audit list: the action, the outcome, and the codes found."""
    words = [*detail.split(), "", ""]
    return words[0], words[1], [word for word in words[2:] if word]
