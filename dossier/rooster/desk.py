"""Tells both devices of a pair what their timetable says next, whenever that changes.

Called from the event loop; never waits. `tick` has to be called a few times a minute.
"""

import time
from collections.abc import Callable

from dossier.rooster.lessons import (
    EARLY_S,
    LATE_S,
    Lesson,
    Timetable,
    coming,
    holds,
    midnight_after,
)
from signaling.messages_agenda import MAX_LESSONS, Agenda, AgendaLesson
from signaling.set_watch import Tell


class AgendaDesk:
    """Every timetable of a set that is placed, and who is logged in now."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._tables: dict[str, Timetable] = {}
        self._lines: dict[str, dict[object, Tell]] = {}
        self._told: dict[str, Agenda] = {}
        self._due: dict[str, float] = {}
        """Until when nothing can change by time alone: hundreds of sets are looked at each tick."""

    def came(self, unit_key: str, seat: object, tell: Tell) -> None:
        """A device of this set's pair logged in. A pair without a timetable hears nothing, so that
        a device that does not know the message never gets it."""
        self._lines.setdefault(unit_key, {})[seat] = tell
        if unit_key in self._tables:
            self._told[unit_key] = now = self._agenda(unit_key)
            tell(now)

    def went(self, unit_key: str, seat: object) -> None:
        lines = self._lines.get(unit_key, {})
        lines.pop(seat, None)
        if not lines:
            self._lines.pop(unit_key, None)
            self._told.pop(unit_key, None)
            self._due.pop(unit_key, None)

    def changed(self, unit_key: str, timetable: Timetable | None) -> None:
        """The placement of this set has another timetable, or none (any more)."""
        if timetable is not None and holds(timetable):
            self._tables[unit_key] = timetable
        elif self._tables.pop(unit_key, None) is None:
            return
        self._look(unit_key)

    def timetable(self, unit_key: str) -> Timetable | None:
        return self._tables.get(unit_key)

    def tick(self) -> None:
        """Lessons pass; what is over makes place for what comes."""
        now = self._clock()
        for unit_key in list(self._lines):
            if unit_key in self._tables and now >= self._due.get(unit_key, 0.0):
                self._look(unit_key)

    def _look(self, unit_key: str) -> None:
        lines, now = self._lines.get(unit_key), self._agenda(unit_key)
        if lines and self._told.get(unit_key) != now:
            self._told[unit_key] = now
            for tell in list(lines.values()):
                tell(now)

    def _agenda(self, unit_key: str) -> Agenda:
        timetable = self._tables.get(unit_key)
        if timetable is None:
            return Agenda(holds=False)
        now = self._clock()
        found = agenda(timetable, now)
        ends = [one.end + LATE_S for one in found.lessons]
        self._due[unit_key] = min([midnight_after(now), *ends])
        return found


def agenda(timetable: Timetable, now: float) -> Agenda:
    """What the devices are told of it."""
    found = coming(timetable, now, MAX_LESSONS)
    return Agenda(holds=True, lessons=tuple(map(_told, found)), early_s=EARLY_S, late_s=LATE_S)


def _told(one: Lesson) -> AgendaLesson:
    return AgendaLesson(
        begin=one.begin,
        end=one.end,
        subject=one.subject,
        room=one.room,
        kind=one.kind,
        state=one.state,
        moved=one.moved,
    )
