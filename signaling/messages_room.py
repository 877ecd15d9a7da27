"""What the screen in class and the agent say about curtain, room change and switching off.

On the kiosk's loopback link, beside the messages of signaling/messages.py; the same schema rules.
"""

from typing import Annotated, Literal

import msgspec

from signaling.messages import Message, Milliseconds, Short

MAX_ROOMS = 24
"""More buttons than this are not read from the screen."""

MovingState = Literal["here", "parked", "arriving", "arrived"]
OffState = Literal["on", "going", "demo", "failed"]


class RoomScreen(Message, frozen=True):
    """Agent -> kiosk: curtain, room change and switching off, sent whole at every change.

    `curtain_left_ms` is None while the closed curtain opens by touch only, `restarted` says that it
    was closed before the set started; `arriving_left_ms` is when the picture comes back.
    """

    curtain_left_ms: Milliseconds | None
    restarted: bool
    turned_away: bool
    moving: MovingState
    arriving_left_ms: Milliseconds | None
    rooms: Annotated[tuple[Short, ...], msgspec.Meta(max_length=MAX_ROOMS)]
    room: Short
    off: OffState


class EnterRoom(Message, frozen=True):
    """Kiosk -> agent: we are in this room now; "" is one that has no name yet."""

    room: Short


class RoomKey(Message, frozen=True):
    """Kiosk -> agent: keep the curtain closed; we are there, stay, or not yet there; the set stays
    on after all; the camera parks where it looks now."""

    action: Literal["keep", "there", "stay", "not_yet", "awake", "park_here"]


FromRoom = EnterRoom | RoomKey
