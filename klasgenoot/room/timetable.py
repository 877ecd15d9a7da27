"""Which lessons come: as the server tells, else by the week in the settings. Pure."""

import datetime

from config.settings import Timetable as TimetableSettings
from config.timetable import DAYS, slots
from signaling.messages_agenda import MAX_LESSONS, Agenda, AgendaLesson

_AGAIN_S = 600.0
_AHEAD_DAYS = 8  # a week later it is the same day again


class Timetable:
    """`due` gives what the screen has to be told, when it has to be told (anew)."""

    def __init__(self, settings: TimetableSettings) -> None:
        self._week = tuple(slots(getattr(settings, day)) for day in DAYS)
        self._told = Agenda(holds=False)
        self._next_s = 0.0

    def told(self, agenda: Agenda) -> None:
        """By the server: where it has a timetable, with holidays and changes, that one counts."""
        self._told = agenda
        self.again()

    def again(self) -> None:
        """A screen came, and knows nothing yet."""
        self._next_s = 0.0

    def due(self, now_s: float, local: datetime.datetime) -> Agenda | None:
        """`now_s` on a clock that only runs forward, `local` on that of the wall."""
        if now_s < self._next_s:
            return None
        self._next_s = now_s + _AGAIN_S
        told = self._told
        return told if told.holds else Agenda(holds=False, lessons=self._coming(local))

    def _coming(self, local: datetime.datetime) -> tuple[AgendaLesson, ...]:
        found = []
        for ahead in range(_AHEAD_DAYS):
            midnight = datetime.datetime.combine(
                local.date() + datetime.timedelta(days=ahead), datetime.time(), local.tzinfo
            )
            day = midnight.weekday()
            for begins, ends, what in self._week[day] if day < len(self._week) else ():
                if midnight + datetime.timedelta(minutes=ends) > local:
                    first, last = (
                        (midnight + datetime.timedelta(minutes=at)).timestamp()
                        for at in (begins, ends)
                    )
                    found.append(AgendaLesson(begin=first, end=last, subject=what))
        return tuple(found[:MAX_LESSONS])
