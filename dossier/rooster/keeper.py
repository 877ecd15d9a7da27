"""Keeps every placed set's timetable at hand: tells the devices, and closes the hours of each
lesson when it is over."""

import asyncio
import time
from collections.abc import Callable
from datetime import timedelta

import msgspec
import structlog
from sqlalchemy import select

from dossier.history import SLOT_S
from dossier.placement.states import Facts
from dossier.placement.tables import placements
from dossier.rooster.hours import attended_s, held
from dossier.rooster.hours_store import Hours
from dossier.rooster.lessons import LATE_S, Timetable, day_of, lessons, midnight_after
from dossier.rooster.store import Timetables
from dossier.sets_board import SetsBoard, slot_of
from dossier.sets_store import SetsStore
from signaling.set_number import set_number
from signaling.store import Store, StoreError

_log = structlog.get_logger("dossier.rooster")

_TICK_S = 20.0
_LOAD_S = 300.0
"""Changes made here are told at once; this is for what another process wrote."""
_BACK_S = 14 * 86_400.0
"""Hours of lessons before a server that was away; the link's history is kept longer."""
_AT_ONCE = 20
"""Timetables that are read in one go."""
_SETTLED_S = LATE_S + SLOT_S
"""After a lesson's end until its minutes are all known."""
WITH_SET = ("delivered", "placed", "in_use", "closing")


class RoosterKeeper:
    """`run` has to run as a task."""

    def __init__(
        self,
        store: Store,
        board: SetsBoard,
        kept: SetsStore,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.timetables = Timetables(store, clock)
        self.hours = Hours(store)
        self._store, self._board, self._kept, self._clock = store, board, kept, clock
        self._tables: dict[int, Timetable] = {}
        self._units: dict[int, str] = {}
        self._closed_until: dict[int, float] = {}
        self._due: dict[int, float] = {}
        """Placement -> when its next lesson is settled: until then there is nothing to look at."""
        self._asked: asyncio.Queue[tuple[str, int, int]] = asyncio.Queue(1000)
        board.asked = self._heard

    async def run(self) -> None:
        """Until cancelled."""
        loaded = -_LOAD_S
        self._closed_until = await self._first()
        while True:
            try:
                if time.monotonic() - loaded >= _LOAD_S:
                    await self.load()
                    loaded = time.monotonic()
                self._board.agenda.tick()
                await self.close_lessons()
            except StoreError as error:
                _log.error("store", code=error.code)
            except Exception:  # one timetable that is odd may not end the telling of all others
                _log.exception("rooster")
            await self._write_asked(_TICK_S)

    async def _first(self) -> dict[int, float]:
        while True:
            try:
                return await self.hours.newest()
            except StoreError as error:
                _log.error("store", code=error.code)
                await asyncio.sleep(_TICK_S)

    async def load(self) -> None:
        """Every placement that has a set. Raises StoreError."""
        units = await self._with_set()
        for placement_id in set(self._units) - set(units):
            self._forget(placement_id)
        wanted = list(units)
        for start in range(0, len(wanted), _AT_ONCE):  # pages are answered in between
            some = wanted[start : start + _AT_ONCE]
            tables = await self.timetables.all(some)
            for placement_id in some:
                timetable = tables.get(placement_id, Timetable())
                self._take(placement_id, units[placement_id], timetable)

    async def changed(self, placement_id: int) -> None:
        """Somebody changed this timetable: both devices hear of it at once. Raises StoreError."""
        units = await self._with_set(placement_id)
        if placement_id in units:
            self._take(placement_id, units[placement_id], await self.timetables.of(placement_id))
        else:
            self._forget(placement_id)

    def unit_of(self, placement_id: int) -> str:
        """The key of the placement's set, "" while it has none."""
        return self._units.get(placement_id, "")

    async def close_lessons(self) -> None:
        """Write the hours of each lesson that is over. Raises StoreError."""
        now = self._clock()
        for placement_id, timetable in list(self._tables.items()):
            if now < self._due.get(placement_id, 0.0):
                continue
            await asyncio.sleep(0)  # pages are answered in between
            if self._tables.get(placement_id) is not timetable:
                continue
            since = self._closed_until.get(placement_id, now - _BACK_S)
            first = day_of(since) - timedelta(days=1)
            found = [one for one in lessons(timetable, first, day_of(now)) if one.begin >= since]
            due = [one for one in found if one.end + _SETTLED_S <= now]
            for one in due:
                live_s = await self._live_s(placement_id, one.begin, one.end)
                faults = await self.hours.had_faults(self._units[placement_id], one.begin, one.end)
                await self.hours.close(placement_id, held(one, live_s, faults))
            if due:
                self._closed_until[placement_id] = max(one.begin for one in due) + 1
            if self._tables.get(placement_id) is timetable:  # else it was changed meanwhile
                left = [one.end + _SETTLED_S for one in found if one not in due]
                self._due[placement_id] = min([midnight_after(now), *left])

    async def _live_s(self, placement_id: int, begin: float, end: float) -> float:
        unit_key = self._units[placement_id]
        slots = await self._kept.history(unit_key, slot_of(begin))
        return attended_s([*slots, *self._board.unwritten(unit_key)], begin, end)

    async def _with_set(self, placement_id: int | None = None) -> dict[int, str]:
        wanted = select(placements.c.id, placements.c.facts).where(placements.c.state.in_(WITH_SET))
        if placement_id is not None:
            wanted = wanted.where(placements.c.id == placement_id)
        async with self._store.transaction() as connection:
            rows = (await connection.execute(wanted)).all()
        known = {set_number(key): key for key in await self._kept.sets()}
        found = {}
        for number, facts in rows:
            unit_key = known.get(_decode(facts).set_number)
            if unit_key is not None:
                found[number] = unit_key
        return found

    def _take(self, placement_id: int, unit_key: str, timetable: Timetable) -> None:
        old = self._units.get(placement_id)
        if old is not None and old != unit_key:
            self._board.agenda.changed(old, None)
        self._units[placement_id], self._tables[placement_id] = unit_key, timetable
        self._due.pop(placement_id, None)
        self._board.agenda.changed(unit_key, timetable)

    def _forget(self, placement_id: int) -> None:
        unit_key = self._units.pop(placement_id, None)
        self._tables.pop(placement_id, None)
        self._due.pop(placement_id, None)
        if unit_key is not None and unit_key not in self._units.values():
            self._board.agenda.changed(unit_key, None)

    # --- questions and turns ------------------------------------------------------------------

    def _heard(self, unit_key: str, questions: int, turns: int) -> None:
        if not self._asked.full():
            self._asked.put_nowait((unit_key, questions, turns))

    async def _write_asked(self, within_s: float) -> None:
        """What is told of them in so many seconds."""
        end = time.monotonic() + within_s
        while (left := end - time.monotonic()) > 0:
            try:
                async with asyncio.timeout(left):
                    unit_key, questions, turns = await self._asked.get()
            except TimeoutError:
                return
            try:
                await self.count(unit_key, questions, turns)
            except StoreError as error:
                _log.error("store", code=error.code)

    async def count(self, unit_key: str, questions: int, turns: int) -> None:
        """Add them to the lesson that goes on; outside one they are nobody's. Raises StoreError."""
        now = self._clock()
        for placement_id, key in self._units.items():
            if key == unit_key:
                today = lessons(self._tables[placement_id], day_of(now), day_of(now))
                for one in today:
                    if one.begin <= now < one.end + LATE_S and one.state != "cancelled":
                        await self.hours.count(placement_id, one, questions, turns)
                        return


def _decode(facts: str) -> Facts:
    try:
        return msgspec.json.decode(facts, type=Facts)
    except msgspec.DecodeError:  # of a newer version
        return Facts()
