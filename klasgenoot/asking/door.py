"""Whether the pupil may come in without knocking: in the lessons of the timetable, and for a while
after the class said "come in". Pure."""

from signaling.agenda import may_meet
from signaling.messages_agenda import Agenda

WELCOME_S = 900.0
"""A quarter of an hour to press the button, and to come back over a bad line."""


class Door:
    """Open wherever there is no timetable, or no clock to hold it against."""

    def __init__(self) -> None:
        self._agenda: Agenda | None = None
        self._welcome_until: float | None = None

    def told(self, agenda: Agenda | None) -> None:
        """By the server; None for another pair."""
        self._agenda = agenda
        if agenda is None:
            self._welcome_until = None

    def welcome(self, now_s: float) -> None:
        """The class says "come in"; `now_s` on a clock that only runs forward."""
        self._welcome_until = now_s + WELCOME_S

    def opens(self, now_s: float, at: float, clock_right: bool) -> bool:
        """`at` in seconds since 1970, by this set's own clock."""
        welcome = self._welcome_until is not None and now_s < self._welcome_until
        return welcome or not clock_right or may_meet(self._agenda, at)
