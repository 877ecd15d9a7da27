"""When a pair may meet without knocking. Pure; `now` in seconds since 1970."""

from signaling.messages_agenda import Agenda, AgendaLesson


def may_meet(agenda: Agenda | None, now: float) -> bool:
    """Whether a lesson of the timetable goes on, or is about to.

    True without a timetable, and while nobody told one: an old server may shut no door.
    """
    if agenda is None or not agenda.holds:
        return True
    return any(_open(agenda, one, now) for one in agenda.lessons)


def _open(agenda: Agenda, one: AgendaLesson, now: float) -> bool:
    around = one.begin - agenda.early_s <= now < one.end + agenda.late_s
    return one.state == "planned" and around
