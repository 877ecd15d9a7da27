"""The messages of the pupil's seat beside those of signaling/messages.py; the same schema rules.

* laptop page <-> agent, over the camera leg: `Aim` to the set, `Reach` from it
* the knock: home page -> its process -> server -> agent, and `Knocked` the same way back. Unsigned:
  it opens nothing, a server that makes one up only shows a line on the screen in class.
"""

from typing import Annotated, Literal

import msgspec

from signaling.messages import Message, Sequence

Pan = Annotated[float, msgspec.Meta(ge=-360, le=360)]
Tilt = Annotated[float, msgspec.Meta(ge=-90, le=90)]
Zoom = Annotated[float, msgspec.Meta(ge=1, le=100)]


class Aim(Message, frozen=True):
    """Turn the camera to a direction (degrees, right and up are +); no zoom leaves the lens."""

    seq: Sequence
    pan_deg: Pan
    tilt_deg: Tilt
    zoom: Zoom | None = None


class Reach(Message, frozen=True):
    """How far the camera can turn, and how much it sees with the lens wide; once for each leg."""

    pan_min_deg: float
    pan_max_deg: float
    tilt_min_deg: float
    tilt_max_deg: float
    wide_deg: float
    most_zoom: float


class Knock(Message, frozen=True):
    """May I come in?"""


class Knocked(Message, frozen=True):
    """What became of it: it stands on the screen, there is no screen, or the class answered."""

    answer: Literal["heard", "nobody", "come", "wait"]


ToSeat = Reach
FromSeat = Aim
Knocking = Knock | Knocked
