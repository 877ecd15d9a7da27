"""The messages of a buddy's phone; the same schema rules as signaling/messages.py.

buddy's page <-> agent, over the school's network (klasgenoot/asking/buddy_page.py): `FromBuddy`,
`ToBuddy`. They carry that there is a question, and nothing else: no name, no picture, no sound.

agent -> kiosk page: `BuddyLink`, beside its other messages.
"""

from typing import Annotated, Literal

import msgspec

from signaling.messages import Message, Token

MAX_BUDDY_BYTES = 512
"""The longest message of a phone is its Hello, about 120 bytes."""

BuddySees = Literal["none", "call", "told", "answered"]
"""No question that concerns a buddy; please tell the teacher; somebody does; it is answered."""
BuddyEnd = Literal["over", "wrong_link", "full", "too_fast"]


class BuddyHello(Message, frozen=True):
    """A phone's first message, with the secret of its link."""

    v: int
    token: Token


class BuddyTell(Message, frozen=True):
    """Ik zeg het: this buddy tells the teacher."""


class BuddyNews(Message, frozen=True):
    """How it is; sent at every change."""

    sees: BuddySees
    language: str


class BuddyBye(Message, frozen=True):
    """No more from here, and why."""

    code: BuddyEnd


class BuddyLink(Message, frozen=True):
    """Agent -> kiosk: scan this; `url` is the same to type. Good for `seconds`."""

    url: Annotated[str, msgspec.Meta(max_length=200)]
    qr: tuple[str, ...]
    seconds: float


FromBuddy = BuddyHello | BuddyTell
ToBuddy = BuddyNews | BuddyBye
