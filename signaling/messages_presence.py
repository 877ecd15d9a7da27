"""How the pupil is in class: the ladder from sound only up to the picture, what stands in for a
picture, and the shield. Parts of messages; the same schema rules as signaling/messages.py.
"""

from typing import Annotated, Literal

import msgspec

PresenceStep = Literal["sound", "letters", "drawing", "blur", "picture"]
"""From least to most seen."""
Drawing = Literal["fox", "cat", "owl", "cactus", "planet", "mountains", "headphones", "kite"]
Colour = Literal["teal", "blue", "plum", "rose", "sand", "moss"]
Letters = Annotated[str, msgspec.Meta(max_length=4, pattern=r"^[^\W_]*\Z")]
"""The pupil's own: initials or a short name; letters and digits of any script."""
Edge = Annotated[float, msgspec.Meta(ge=0, le=1)]


class Presence(msgspec.Struct, frozen=True, kw_only=True):
    """Which step of the ladder is on, and what shows while it is one without a camera."""

    step: PresenceStep = "sound"
    letters: Letters = ""
    drawing: Drawing = "fox"
    colour: Colour = "teal"


class Microphone(msgspec.Struct, frozen=True, kw_only=True):
    """How the pupil's own microphone is switched; while `resting` nothing is sent at all."""

    muted: bool = False
    holds: bool = False
    """Open only for as long as a key is held."""
    resting: bool = False


class Shield(msgspec.Struct, frozen=True, kw_only=True):
    """Outside these edges of the own picture (shares, seen by the camera) the class gets a drawing
    instead, at every step; other beds lie there. Edges that leave nothing show nothing."""

    on: bool = False
    left: Edge = 0.2
    right: Edge = 0.8
    top: Edge = 0.05
