"""The messages about the sound of the room and how each side comes across; the same schema rules
as signaling/messages.py.

`BothWays` travels pupil's page <-> agent <-> kiosk page, unchanged in either direction: what one
side holds or asks, the other side's page does. `KioskSound` is all that the kiosk page may say;
`FromClass` is what of it goes on to the pupil.
"""

from typing import Annotated, Literal

import msgspec

from signaling.messages import Code, Message
from signaling.messages_together import Together

RoomNotice = Literal[
    "groepswerk",
    "class_mic_other",
    "room_mic_absent",
    "speaker_other",
    "speaker_low",
    "howls",
    "pupil_soft",
]
WordsStep = Literal["ask", "picked", "declined", "result", "stop"]
MAX_WORDS = 6


class RoomSound(Message, frozen=True):
    """Kiosk -> agent: what is worth a word about the sound in class, sent whole at every change."""

    notices: Annotated[tuple[RoomNotice, ...], msgspec.Meta(max_length=8)]


class Mirror(Message, frozen=True):
    """Show me how I come across. Repeated while held: the other page stops by itself without it."""

    on: bool


class Reflection(Message, frozen=True):
    """What a page gets of the side that holds the mirror: picture as it is shown, sound in dBFS."""

    width: Annotated[int, msgspec.Meta(ge=0, le=8192)]
    height: Annotated[int, msgspec.Meta(ge=0, le=8192)]
    fps: Annotated[float, msgspec.Meta(ge=0, le=1000)]
    level_db: Annotated[float, msgspec.Meta(ge=-120, le=0)]


class Words(Message, frozen=True):
    """The three words: the class asks (six to choose from), the pupil picks or declines, the class
    tells how many were `right`; either side may stop."""

    step: WordsStep
    words: Annotated[tuple[Code, ...], msgspec.Meta(max_length=MAX_WORDS)]
    right: Annotated[int, msgspec.Meta(ge=0, le=3)]


class HeardInClass(Message, frozen=True):
    """Kiosk -> pupil, once a second: the level that arrived, and whether a loudspeaker plays it."""

    level_db: Annotated[float, msgspec.Meta(ge=-120, le=0)]
    plays: bool


BothWays = Mirror | Reflection | Words | Together
FromClass = HeardInClass | Mirror | Reflection | Words | Together
KioskSound = RoomSound | HeardInClass | Mirror | Reflection | Words
