"""Verplaatsen: from the old room to the next one. Pure; time is an argument.

    here -move-> parked -booted-> arrived -room-> here
                   └─network-> arriving ─late─┘

While `parked` and `arriving` nothing of a room is seen or heard. A network that is new may be that
of the corridor: then the picture waits until somebody touches, or nobody says "not yet".
"""

from typing import Literal

import msgspec

from config.settings import Text
from signaling.messages import Short
from signaling.messages_room import MovingState

Event = Literal["move", "booted", "network", "there", "stay", "not_yet", "room", "late"]

ARRIVING_S = 15.0
"""From a network that came to the picture: long enough to say that this is not the room yet."""
ARRIVED_S = 120.0
"""Nobody says which room it is: the lesson needs the screen more than we need the answer."""

TABLE: dict[tuple[MovingState, Event], MovingState] = {
    ("here", "move"): "parked",
    ("parked", "stay"): "here",
    ("parked", "booted"): "arrived",
    ("parked", "network"): "arriving",
    ("parked", "there"): "arrived",
    ("arriving", "late"): "arrived",
    ("arriving", "there"): "arrived",
    ("arriving", "room"): "here",
    ("arriving", "not_yet"): "parked",
    ("arriving", "stay"): "here",
    ("arriving", "booted"): "arrived",
    ("arrived", "move"): "parked",
    ("arrived", "room"): "here",
    ("arrived", "stay"): "here",
    ("arrived", "late"): "here",
}
"""What is not in it changes nothing: presses may cross."""

_LASTS_S: dict[MovingState, float] = {"arriving": ARRIVING_S, "arrived": ARRIVED_S}


class Remembered(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What survives switching off: how far we are, and the room that was chosen.

    `setting` is unit.room at that time: a monteur who changes the setting means it. `boot` is the
    system's own id of its start: an agent that was only restarted has not been moved.
    """

    state: Literal["here", "parked", "arrived"]
    room: Short
    setting: Text
    boot: Short


class Moving:
    """One set's way between rooms; `remembered` is None when nothing is known."""

    def __init__(self, remembered: Remembered | None, setting: str, boot: str, now: float) -> None:
        self._setting, self._boot = setting, boot
        self._since = now
        self.state: MovingState = remembered.state if remembered else "here"
        self.room = setting
        if remembered is not None and remembered.setting == setting:
            self.room = remembered.room
        if remembered is not None and remembered.boot != boot:
            self.handle("booted", now)

    @property
    def withheld(self) -> bool:
        """Whether nobody may see or hear the room."""
        return self.state in ("parked", "arriving")

    def handle(self, event: Event, now: float) -> bool:
        """Whether the state changed."""
        target = TABLE.get((self.state, event))
        if target is None:
            return False
        if event == "late" and target == "here":
            self.room = ""  # places taught elsewhere would lead to walls
        self.state, self._since = target, now
        return True

    def enter(self, room: str, now: float) -> bool:
        """Somebody said which room this is; whether that was asked."""
        if (self.state, "room") not in TABLE:
            return False
        self.room = room
        return self.handle("room", now)

    def tick(self, now: float) -> bool:
        """To be called now and then; whether the state changed."""
        left = self.left_s(now)
        return left is not None and left <= 0 and self.handle("late", now)

    def left_s(self, now: float) -> float | None:
        """Until this state ends by itself, None if it doesn't."""
        lasts = _LASTS_S.get(self.state)
        return None if lasts is None else self._since + lasts - now

    def remembered(self) -> Remembered:
        """What to write down; `arriving` counts as on the way."""
        state = "parked" if self.state == "arriving" else self.state
        return Remembered(state=state, room=self.room, setting=self._setting, boot=self._boot)
