"""Being noticed in a small way, chatting and sharing a file; the schema rules of messages.py.

`Together` travels pupil's page <-> agent <-> kiosk page, unchanged: signals and chat have to come
through also when the talk leg does not. `FileFrame` are the text frames of the talk leg's channel
`bestand`, page to page; between them travel the bytes of the file that was last begun with FileGo,
as binary frames of at most MAX_CHUNK_BYTES. Python never sees those; the pages check them by hand
(signaling/web/bestand-regels.js), with the bounds that stand here.
"""

from typing import Annotated, Literal

import msgspec

from signaling.messages import Message, Sequence

SIGNALS_PER_S, SIGNALS_BURST = 1.0, 8
"""Together messages of one side; more are dropped. A press a second, and a class that tidies up."""
MAX_FILE_BYTES = 25 * 1024 * 1024
MAX_CHUNK_BYTES = 16_384
MAX_FRAME_BYTES = 1024
"""The longest text frame is a FileOffer, about 400 bytes."""

SignalKind = Literal["thumb", "slower", "cannot_hear", "cannot_read", "pause"]
FileKind = Literal["pdf", "png", "jpeg", "text", "word"]
FileEnd = Literal["cancelled", "too_large", "kind", "broken"]
"""Why a file does not (further) travel; `broken`: what came is not what was announced."""

_PLAIN = r"^[^\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]*\Z"
"""No control characters, nor those that turn the direction of writing about."""

ChatText = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=_PLAIN)]
FileName = Annotated[str, msgspec.Meta(min_length=1, max_length=80, pattern=_PLAIN)]
FileNumber = Annotated[int, msgspec.Meta(ge=1, le=2**31)]
FileSize = Annotated[int, msgspec.Meta(ge=1, le=MAX_FILE_BYTES)]
Received = Annotated[int, msgspec.Meta(ge=0, le=MAX_FILE_BYTES)]
Sha256 = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
Clock = Annotated[float, msgspec.Meta(ge=0, le=1e15)]


class Signal(Message, frozen=True):
    """A small sign of the pupil; `on` False takes it back, or says that the class has seen it."""

    kind: SignalKind
    on: bool


class Chat(Message, frozen=True):
    """A line of text; `number` is the sender's own, counted up."""

    number: Sequence
    text: ChatText


class ChatHeard(Message, frozen=True):
    """That line shows on the other side; or it does not, because the class has the chat off.

    `number` 0 is no line: it only tells whether the class has the chat on.
    """

    number: Sequence
    shown: bool


class FileOffer(Message, frozen=True):
    """This file wants to come. Offered again with the same checksum after the line was away."""

    number: FileNumber
    name: FileName
    kind: FileKind
    size: FileSize
    sha256: Sha256


class FileGo(Message, frozen=True):
    """Send it, from this byte on."""

    number: FileNumber
    at: Received


class FileGot(Message, frozen=True):
    """So many bytes are here; `clock_ms` is when, by the receiver's clock."""

    number: FileNumber
    at: Received
    clock_ms: Clock


class FileStop(Message, frozen=True):
    """Either side: this file travels no further."""

    number: FileNumber
    code: FileEnd


Together = Signal | Chat | ChatHeard
FileFrame = FileOffer | FileGo | FileGot | FileStop
