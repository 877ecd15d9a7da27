"""The few V4L2 calls that turn a UVC camera, as bytes. Pure.

Source: linux/videodev2.h and linux/v4l2-controls.h; pan and tilt are in arc seconds there (UVC 1.5,
4.2.2.1.14), positive to the right and up. A message is the number of the call and its structure,
an answer the number, an errno and the structure; so a simulated device can stand behind a socket.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum

ARC_SECONDS = 3600
_CLASS = 0x009A0900  # V4L2_CID_CAMERA_CLASS_BASE


class Control(IntEnum):
    """The controls of a head."""

    PAN = _CLASS + 8
    TILT = _CLASS + 9
    ZOOM = _CLASS + 13
    ZOOM_SPEED = _CLASS + 15
    PAN_SPEED = _CLASS + 32
    TILT_SPEED = _CLASS + 33


_QUERY = struct.Struct("=II32siiiiI8x")  # struct v4l2_queryctrl
_VALUE = struct.Struct("=Ii")  # struct v4l2_control
_MESSAGE = struct.Struct("=I")
_ANSWER = struct.Struct("=Ii")
DISABLED, READ_ONLY = 0x0001, 0x0004


def _iowr(number: int, size: int) -> int:
    return 3 << 30 | size << 16 | ord("V") << 8 | number


GET = _iowr(27, _VALUE.size)
SET = _iowr(28, _VALUE.size)
QUERY = _iowr(36, _QUERY.size)
SIZES = {GET: _VALUE.size, SET: _VALUE.size, QUERY: _QUERY.size}
"""The structure of each call, in bytes."""


class UvcError(ValueError):
    """These bytes are no call or answer of this table."""


@dataclass(frozen=True, slots=True)
class Range:
    """What a control takes, in its own unit."""

    low: int
    high: int
    step: int

    def fit(self, value: float) -> int:
        """The nearest value that it takes."""
        steps = round((value - self.low) / self.step)
        return min(max(self.low + steps * self.step, self.low), self.high)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a call; `errno` 0 is success."""

    call: int
    errno: int
    body: bytes


def query(control: int) -> bytes:
    """Ask for a control's range."""
    return _MESSAGE.pack(QUERY) + _QUERY.pack(control, 0, b"", 0, 0, 0, 0, 0)


def get(control: int) -> bytes:
    """Ask for a control's value."""
    return _MESSAGE.pack(GET) + _VALUE.pack(control, 0)


def put(control: int, value: int) -> bytes:
    """Set a control."""
    return _MESSAGE.pack(SET) + _VALUE.pack(control, value)


def calls(data: bytes) -> list[tuple[int, bytes]]:
    """The calls in the bytes of `query`, `get` and `put`; UvcError."""
    found, at = [], 0
    while at < len(data):
        if len(data) - at < _MESSAGE.size:
            raise UvcError("half a call")
        (call,) = _MESSAGE.unpack_from(data, at)
        size = SIZES.get(call, 0)
        body = data[at + _MESSAGE.size : at + _MESSAGE.size + size]
        if not size or len(body) != size:
            raise UvcError(f"unknown call {call:08x}h, or half of one")
        found.append((call, body))
        at += _MESSAGE.size + size
    return found


def encode_answer(answer: Answer) -> bytes:
    """As it travels."""
    return _ANSWER.pack(answer.call, answer.errno) + answer.body


def answers(data: bytes) -> list[Answer]:
    """Back; UvcError."""
    found, at = [], 0
    while at < len(data):
        if len(data) - at < _ANSWER.size:
            raise UvcError("half an answer")
        call, errno = _ANSWER.unpack_from(data, at)
        at += _ANSWER.size
        size = SIZES.get(call, 0)
        body = data[at : at + size]
        if not size or len(body) != size:
            raise UvcError("an answer to another call")
        found.append(Answer(call, errno, body))
        at += size
    return found


def read_value(body: bytes) -> tuple[int, int]:
    """The control and its value."""
    control, value = _VALUE.unpack(body)
    return control, value


def write_value(control: int, value: int) -> bytes:
    """The structure of `get` and `put`."""
    return _VALUE.pack(control, value)


def read_range(body: bytes) -> tuple[int, Range | None]:
    """The control and what it takes; None if it takes nothing or makes no sense."""
    control, _, _, low, high, step, _, flags = _QUERY.unpack(body)
    usable = not flags & (DISABLED | READ_ONLY) and low < high
    return control, Range(low, high, max(1, step)) if usable else None


def write_range(control: int, each: Range) -> bytes:
    """The structure of an answered `query`."""
    return _QUERY.pack(control, 1, b"simulated", each.low, each.high, each.step, 0, 0)
