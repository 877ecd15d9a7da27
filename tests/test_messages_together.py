"""Signals, chat and the frames of a file: what has no place in the schema does not come through."""

import json

import pytest

from signaling import messages as m
from signaling.messages_together import (
    MAX_FILE_BYTES,
    MAX_FRAME_BYTES,
    Chat,
    ChatHeard,
    FileFrame,
    FileGo,
    FileGot,
    FileOffer,
    FileStop,
    Signal,
    Together,
)

DOOR = m.Decoder(m.FromPupil | Together)
FRAMES = m.Decoder(FileFrame)
SUM = 64 * "a"

GOOD = (
    Signal(kind="thumb", on=True),
    Chat(number=1, text="Hoi! 👋 Tot straks, Zoë."),
    Chat(number=2, text="مرحبا"),
    ChatHeard(number=0, shown=False),
)
RUBBISH = (
    '{"type":"signal","kind":"shout","on":true}',
    '{"type":"signal","kind":"thumb","on":"yes"}',
    '{"type":"signal","kind":"thumb"}',
    '{"type":"chat","number":-1,"text":"x"}',
    '{"type":"chat","number":1,"text":""}',
    '{"type":"chat","number":1,"text":"' + 201 * "x" + '"}',
    '{"type":"chat","number":1,"text":"a\\nb"}',
    '{"type":"chat","number":1,"text":"a\\u0000b"}',
    '{"type":"chat","number":1,"text":"a\\u202eb"}',
    '{"type":"chat","number":1,"text":7}',
    '{"type":"chat_heard","number":1}',
)
GOOD_FRAMES = (
    FileOffer(number=1, name="Blad 3.pdf", kind="pdf", size=MAX_FILE_BYTES, sha256=SUM),
    FileGo(number=1, at=0),
    FileGot(number=1, at=4096, clock_ms=12.5),
    FileStop(number=1, code="cancelled"),
)
_OFFER = {"type": "file_offer", "number": 1, "name": "a", "kind": "pdf", "size": 1, "sha256": SUM}
_RUBBISH_OFFERS = (
    {"number": 0},
    {"number": 1.5},
    {"name": ""},
    {"name": 81 * "x"},
    {"name": "a\u202efdp.exe"},
    {"kind": "html"},
    {"size": 0},
    {"size": MAX_FILE_BYTES + 1},
    {"size": "1"},
    {"sha256": SUM.upper()},
    {"sha256": SUM[:-1]},
    {"type": "file"},
)
RUBBISH_FRAMES = (
    *(json.dumps(_OFFER | change) for change in _RUBBISH_OFFERS),
    '{"type":"file_go","number":1,"at":-1}',
    '{"type":"file_got","number":1,"at":1,"clock_ms":-1}',
    '{"type":"file_got","number":1,"at":1e99,"clock_ms":1}',
    '{"type":"file_stop","number":1,"code":"<b>"}',
    "[]",
    "null",
    '"file_go"',
    "{",
)


@pytest.mark.parametrize("message", GOOD)
def test_what_is_ours_comes_through(message: m.Message) -> None:
    assert DOOR(m.encode(message)) == message


@pytest.mark.parametrize("raw", RUBBISH)
def test_rubbish_does_not(raw: str) -> None:
    with pytest.raises(m.MessageError):
        DOOR(raw)


@pytest.mark.parametrize("message", GOOD_FRAMES)
def test_frames_of_a_file(message: m.Message) -> None:
    raw = m.encode(message)
    assert FRAMES(raw) == message
    assert len(raw) <= MAX_FRAME_BYTES


@pytest.mark.parametrize("raw", RUBBISH_FRAMES)
def test_rubbish_frames(raw: str) -> None:
    with pytest.raises(m.MessageError):
        FRAMES(raw)
