"""The messages of pairing and un-pairing; the same schema rules as signaling/messages.py.

Two links carry them, each with its own closed set:

* device <-> server, on a socket of its own that ends with the pairing: `FromPairing`, `ToPairing`
* page <-> its local process, beside its other messages: `PagePairs`, `PairStep`

docs/pairing.md has the order as a picture.
"""

from typing import Annotated, Literal

import msgspec

from signaling.messages import Challenge, Code, Message, Problem, Short, Token

MAX_EPOCH = 2**31 - 1
Epoch = Annotated[int, msgspec.Meta(ge=0, le=MAX_EPOCH)]
Place = Annotated[str, msgspec.Meta(pattern=r"^[0-9A-HJKMNP-TV-Z]{6}\Z")]
"""The open part of a pairing code: where unit and laptop find each other at the server."""
PairName = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{32}\Z")]

PairState = Literal[
    "off", "opening", "waiting", "answered", "comparing", "confirmed", "done", "failed"
]

# --- device <-> server -------------------------------------------------------------------------


class PairOpen(Message, frozen=True):
    """Unit's first message: whoever shows the ticket with this hash may be introduced to me.

    `epoch` is the highest that this device ever had; the signature is over the challenge.
    """

    v: int
    key: Token
    place: Place
    ticket_sha256: Token
    epoch: Epoch
    signature: Token


class PairOpened(Message, frozen=True):
    """The code is good for `seconds` from now."""

    seconds: float


class PairClaim(Message, frozen=True):
    """Laptop's first message: the ticket, and a commitment to a nonce that is revealed later."""

    v: int
    key: Token
    place: Place
    ticket: Token
    epoch: Epoch
    commitment: Token
    mac: Token
    signature: Token


class PairHello(Message, frozen=True):
    """Server -> unit: the claim that won; `floor` is the highest epoch the server knows of both."""

    key: Token
    epoch: Epoch
    floor: Epoch
    commitment: Token
    mac: Token


class PairReply(Message, frozen=True):
    """Unit -> laptop: my key and nonce, and the epoch of this pairing."""

    key: Token
    nonce: Token
    epoch: Epoch
    mac: Token


class PairReveal(Message, frozen=True):
    """Laptop -> unit: the nonce that was committed to."""

    nonce: Token
    mac: Token


class PairConfirm(Message, frozen=True):
    """Either way: somebody said that the words are the same.

    The signature is the device's consent to this pair and epoch, also for the server; the server
    passes it on once it has both.
    """

    signature: Token
    mac: Token


class PairCancel(Message, frozen=True):
    """Either way: the words differ, or somebody stopped."""


class PairEnd(Message, frozen=True):
    """First message of a device that is un-paired: end this pair; signed over the challenge."""

    v: int
    key: Token
    pair: PairName
    epoch: Epoch
    signature: Token


class PairEnded(Message, frozen=True):
    """The server has ended that pair, or knew of none."""


FromPairing = (
    Challenge
    | Problem
    | PairOpened
    | PairHello
    | PairReply
    | PairReveal
    | PairConfirm
    | PairCancel
    | PairEnded
)
ToPairing = PairOpen | PairClaim | PairReply | PairReveal | PairConfirm | PairCancel | PairEnd

# --- page <-> its local process ----------------------------------------------------------------


class PairStart(Message, frozen=True):
    """Page -> process: begin; `code` is what was typed at home, nothing on the unit."""

    code: Short = ""


class PairSay(Message, frozen=True):
    """Page -> process: the words on both screens are the same, or not."""

    same: bool


class PairStop(Message, frozen=True):
    """Page -> process: stop pairing."""


class PairStep(Message, frozen=True):
    """Process -> page: how far the pairing is, sent whole at every change.

    `code` and `qr` (rows of 0 and 1) are shown by the unit only; `problem` says why it failed.
    """

    state: PairState
    problem: Code = ""
    code: Short = ""
    qr: tuple[str, ...] = ()
    seconds: float = 0.0
    words: tuple[str, ...] = ()


PagePairs = PairStart | PairSay | PairStop
