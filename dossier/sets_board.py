"""The sets as they are now: who is logged in, what it reported last, what the helpdesk asked of it.

Hears of them as `signaling.set_watch.SetWatch`: from the event loop, without waiting; what has to
be remembered is written by `keep`, one after the other.
"""

import asyncio
import contextlib
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import structlog

from dossier.audit import Line
from dossier.history import SLOT_S, Record, Slot
from dossier.rooster.desk import AgendaDesk
from dossier.sets_store import SetsStore
from dossier.words import KNOWN_CODES
from signaling.limits import TokenBucket
from signaling.messages_helpdesk import (
    ActionName,
    HelpdeskAction,
    HelpdeskResult,
    Report,
    ToHelpdesk,
)
from signaling.set_watch import Tell
from signaling.store import StoreError

_log = structlog.get_logger("dossier.sets")

_REPORTS_PER_S, _REPORT_BURST = 0.5, 12
"""A set reports each 30 s and at a change; more than this is a fault or a game."""
_OPEN_ACTIONS = 256
_WAITING = 2000
_TICK_S = 15.0
_ANSWER_S = 2.5
"""An action is told back at once by a set that is there; the page waits so long for it."""


@dataclass
class SetNow:
    """One set since this server started; times in seconds since 1970."""

    record: Record
    seat: object = None
    tell: Tell | None = None
    online_since: float | None = None
    last_seen: float = 0.0
    report: Report | None = None
    faults: tuple[str, ...] = ()
    bucket: TokenBucket = field(
        default_factory=lambda: TokenBucket(time.monotonic(), _REPORTS_PER_S, _REPORT_BURST)
    )

    @property
    def online(self) -> bool:
        return self.tell is not None


@dataclass
class _Open:
    """An action that was sent."""

    unit_key: str
    seat: object
    action: ActionName
    first: asyncio.Event = field(default_factory=asyncio.Event)
    results: int = 0


class SetsBoard:
    """All sets of this server. `keep` has to run as a task."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._sets: dict[str, SetNow] = {}
        self._open: OrderedDict[int, _Open] = OrderedDict()
        self._number = int(clock() * 1000)  # of an action; also after a restart a new one
        self.agenda = AgendaDesk(clock)
        self.asked: Callable[[str, int, int], None] = lambda _key, _questions, _turns: None
        """Called with how often the pupil asked and got the turn since the last report."""
        self._work: asyncio.Queue[Callable[[SetsStore], Awaitable[None]]] = asyncio.Queue(_WAITING)

    def now(self, unit_key: str) -> SetNow | None:
        return self._sets.get(unit_key)

    def unwritten(self, unit_key: str) -> list[Slot]:
        """The last minutes of a set's link, which are not in the store yet."""
        one = self._sets.get(unit_key)
        if one is None:
            return []
        one.record.advance(self._clock())
        return one.record.seen()

    # --- SetWatch -----------------------------------------------------------------------------

    def came(self, key: str, seat: object, boot: str, tell: Tell) -> None:
        now = self._clock()
        one = self._sets.setdefault(key, SetNow(Record(now)))
        one.record.advance(now)
        one.record.came(boot)
        if not one.online:
            one.online_since = now
        one.seat, one.tell, one.last_seen, one.report = seat, tell, now, None
        self.agenda.came(key, seat, tell)

    def told(self, key: str, seat: object, message: ToHelpdesk) -> None:
        one = self._sets.get(key)
        if one is None or one.seat is not seat or not one.bucket.take(time.monotonic()):
            return
        match message:
            case Report():
                self._reported(key, one, message)
            case HelpdeskResult():
                self._resulted(key, seat, message)

    def home_came(self, key: str, seat: object, tell: Tell) -> None:
        self.agenda.came(key, seat, tell)

    def home_went(self, key: str, seat: object) -> None:
        self.agenda.went(key, seat)

    def went(self, key: str, seat: object) -> None:
        self.agenda.went(key, seat)
        one = self._sets.get(key)
        if one is None or one.seat is not seat:
            return
        now = self._clock()
        one.record.advance(now)
        one.record.went()
        self._now_wrong(key, one, ())
        one.seat = one.tell = one.online_since = one.report = None
        one.last_seen = now

    def _reported(self, key: str, one: SetNow, report: Report) -> None:
        now = self._clock()
        one.record.advance(now)
        one.record.told(report, now)
        if (before := one.report) is not None:  # the first one counts from before this login
            more = report.questions - before.questions, report.turns - before.turns
            if min(more) >= 0 and any(more):
                self.asked(key, *more)
        one.report, one.last_seen = report, now
        # A code that no catalogue of ours has is not shown: it could be anybody's name.
        self._now_wrong(key, one, tuple(dict.fromkeys(known(code) for code in report.faults)))

    def _now_wrong(self, key: str, one: SetNow, faults: tuple[str, ...]) -> None:
        now, before = self._clock(), one.faults
        one.faults = faults
        for code in faults:
            if code not in before:
                self._later(lambda store, code=code: store.fault_began(key, code, now))  # type: ignore[misc]
        for code in before:
            if code not in faults:
                self._later(lambda store, code=code: store.fault_ended(key, code, now))  # type: ignore[misc]

    def _resulted(self, key: str, seat: object, result: HelpdeskResult) -> None:
        asked = self._open.get(result.number)
        if asked is None or asked.seat is not seat or asked.results >= 4:
            return
        asked.results += 1
        now, found = self._clock(), [known(code) for code in result.findings]
        detail = f"{asked.action} {' '.join([result.outcome, *dict.fromkeys(found)])}"
        line = Line(at=now, who="set", what="action_result", unit_key=key, detail=detail)
        self._later(lambda store: store.audited(line))
        asked.first.set()

    # --- the helpdesk -------------------------------------------------------------------------

    async def act(self, unit_key: str, action: ActionName, text: str) -> bool:
        """Ask this of the set and wait a moment for its first word; False when it is not there."""
        one = self._sets.get(unit_key)
        if one is None or one.tell is None or one.report is None:
            return False  # a set that does not report may not know the words
        self._number += 1
        asked = _Open(unit_key, one.seat, action)
        self._open[self._number] = asked
        while len(self._open) > _OPEN_ACTIONS:
            self._open.popitem(last=False)
        one.tell(HelpdeskAction(number=self._number, action=action, text=text))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_ANSWER_S):
                await asked.first.wait()
        return True

    # --- remembering --------------------------------------------------------------------------

    async def keep(self, store: SetsStore) -> None:
        """Write what has to be remembered, until cancelled."""
        turn = time.monotonic()
        while True:
            if time.monotonic() - turn >= _TICK_S:
                turn = time.monotonic()
                await self.write(store)
            try:
                async with asyncio.timeout(_TICK_S):
                    work = await self._work.get()
            except TimeoutError:
                continue
            try:
                await _try(work(store))
            finally:
                self._work.task_done()

    async def settled(self) -> None:
        """Wait until all that came before is written; not for ever on a database that is slow."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_ANSWER_S):
                await self._work.join()

    async def write(self, store: SetsStore, *, all_of_it: bool = False) -> None:
        """The slots that are full; with `all_of_it` (the server stops) also those that fill."""
        now = self._clock()
        slots = []
        for key, one in self._sets.items():
            one.record.advance(now)
            slots += [(key, slot) for slot in one.record.take(all_of_it=all_of_it)]
        if slots:
            await _try(store.add_slots(slots))

    def _later(self, work: Callable[[SetsStore], Awaitable[None]]) -> None:
        try:
            self._work.put_nowait(work)
        except asyncio.QueueFull:
            _log.warning("not_written")  # a database that is away may not fill the memory


def known(code: str) -> str:
    """The code, or `unknown` for one of which the screen has no words."""
    return code if code in KNOWN_CODES else "unknown"


def slot_of(at: float) -> int:
    return int(at) // SLOT_S


async def _try(work: Awaitable[None]) -> None:
    try:
        await work
    except StoreError as error:
        _log.error("store", code=error.code)
    except Exception:  # what cannot be remembered may not end the remembering
        _log.exception("not_written")
