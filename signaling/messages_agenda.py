"""What the timetable says next, as both devices and their pages are told it.

The same schema rules as signaling/messages.py. The server sends an `Agenda` to unit and laptop of a
pair, whole at every change; each hands it to its page as it is. No names of persons: a subject, a
room and times.
"""

from typing import Annotated, Literal

import msgspec

from signaling.messages import Message

MAX_LESSONS = 12

_PLAIN = "^[^\\x00-\\x1f\\x7f-\\x9f\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]*\\Z"
Subject = Annotated[str, msgspec.Meta(max_length=40, pattern=_PLAIN)]
RoomName = Annotated[str, msgspec.Meta(max_length=24, pattern=_PLAIN)]
Moment = Annotated[float, msgspec.Meta(ge=0, le=1e11)]
"""Seconds since 1970."""


class AgendaLesson(msgspec.Struct, frozen=True, kw_only=True):
    """`early_s` and `late_s` around it the door is open as well. `moved`: it was planned at another
    time."""

    begin: Moment
    end: Moment
    subject: Subject = ""
    room: RoomName = ""
    kind: Literal["les", "pauze", "samen"] = "les"
    state: Literal["planned", "cancelled", "signed_off"] = "planned"
    moved: bool = False


class Agenda(Message, frozen=True):
    """Server -> device -> page: the lessons that are not over, the next ones first.

    `holds` is False where the pair has no timetable: then it meets as it likes.
    """

    holds: bool
    lessons: Annotated[tuple[AgendaLesson, ...], msgspec.Meta(max_length=MAX_LESSONS)] = ()
    early_s: Annotated[float, msgspec.Meta(ge=0, le=3600)] = 600.0
    late_s: Annotated[float, msgspec.Meta(ge=0, le=3600)] = 300.0
