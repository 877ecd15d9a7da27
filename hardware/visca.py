"""VISCA commands: one table of layouts, read in both directions.

Source: Sony EVI-D70 and EVI-D100 technical manuals, "Command List". A command is a header
`8x` (x = address 1…7, 8 = everyone), a body, and `FF`; 16 bytes at most. The replies are in
`visca_reply`. Pure: no clock, no port.

Signs: pan + is right, tilt + is up, zoom + is tele.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from hardware.visca_fields import (
    Byte,
    Choice,
    Direction,
    Field,
    Speed,
    ViscaSyntaxError,
    Word,
    in_range,
)

TERMINATOR = 0xFF
MAX_PACKET = 16  # bytes, the terminator included (manual: "3 to 16 bytes")
BROADCAST = 8

MAX_PAN_STEP = 0x18
MAX_TILT_STEP = 0x14  # an EVI-D70 takes 17h, an EVI-D100 refuses it; 14h is legal everywhere
MAX_ZOOM_STEP = 8


class Question(Enum):
    """What an inquiry asks for; the value is the body after `09`."""

    PAN_TILT = b"\x06\x12"
    ZOOM = b"\x04\x47"
    VERSION = b"\x00\x02"
    POWER = b"\x04\x00"
    FOCUS = b"\x04\x38"


class PresetAction(Enum):
    """What to do with a preset; the value is the byte on the line."""

    CLEAR = 0
    SET = 1
    RECALL = 2


@dataclass(frozen=True, slots=True)
class PanTiltDrive:
    """Turn until told otherwise; steps −24…24 and −20…20, both 0 is Stop."""

    pan: int
    tilt: int


@dataclass(frozen=True, slots=True)
class AbsolutePosition:
    """Go to a position in counts (signed 16 bits) at speed steps 1…24 and 1…20."""

    pan_speed: int
    tilt_speed: int
    pan: int
    tilt: int


@dataclass(frozen=True, slots=True)
class RelativePosition:
    """Go on by so many counts (signed 16 bits) at speed steps 1…24 and 1…20."""

    pan_speed: int
    tilt_speed: int
    pan: int
    tilt: int


@dataclass(frozen=True, slots=True)
class Home:
    """Turn to pan 0, tilt 0."""


@dataclass(frozen=True, slots=True)
class Reset:
    """Let the head find its end stops again, then home."""


@dataclass(frozen=True, slots=True)
class ZoomStandard:
    """Zoom at the camera's standard speed: 1 tele, −1 wide."""

    direction: int


@dataclass(frozen=True, slots=True)
class ZoomDrive:
    """Zoom at a chosen speed, step −8…8 (the manual's p plus one), 0 is Stop."""

    step: int


@dataclass(frozen=True, slots=True)
class ZoomDirect:
    """Zoom to a position in counts, 0…65535 (0000h wide, 4000h the optical end)."""

    position: int


@dataclass(frozen=True, slots=True)
class FocusMode:
    """Autofocus on or off."""

    auto: bool


@dataclass(frozen=True, slots=True)
class FocusOnePush:
    """Focus once."""


@dataclass(frozen=True, slots=True)
class Preset:
    """Clear, store or recall preset 0…127 (a Sony EVI has six)."""

    action: PresetAction
    number: int


@dataclass(frozen=True, slots=True)
class Power:
    """Wake the camera, or put it in standby."""

    on: bool


@dataclass(frozen=True, slots=True)
class Inquiry:
    """Ask; answered by data without an ACK."""

    question: Question


@dataclass(frozen=True, slots=True)
class AddressSet:
    """Broadcast: number the cameras of the chain, from 1."""


@dataclass(frozen=True, slots=True)
class IfClear:
    """Broadcast: empty the command buffers and end what is being executed."""


@dataclass(frozen=True, slots=True)
class Cancel:
    """End the command in socket 0…15 (a Sony has 1 and 2)."""

    socket: int


Command = (
    PanTiltDrive
    | AbsolutePosition
    | RelativePosition
    | Home
    | Reset
    | ZoomStandard
    | ZoomDrive
    | ZoomDirect
    | FocusMode
    | FocusOnePush
    | Preset
    | Power
    | Inquiry
    | AddressSet
    | IfClear
    | Cancel
)


_PAN, _TILT = Word("pan", -0x8000, 0x7FFF), Word("tilt", -0x8000, 0x7FFF)
_SPEEDS = (Byte("pan_speed", 1, MAX_PAN_STEP), Byte("tilt_speed", 1, MAX_TILT_STEP))
_ON_OFF = {b"\x02": True, b"\x03": False}
_ZOOM_STEPS: dict[bytes, object] = {b"\x00": 0}
for _p in range(MAX_ZOOM_STEP):
    _ZOOM_STEPS |= {bytes([0x20 + _p]): _p + 1, bytes([0x30 + _p]): -_p - 1}

_LAYOUTS: dict[type, tuple[bytes | Field, ...]] = {
    PanTiltDrive: (
        b"\x01\x06\x01",
        Speed("pan", MAX_PAN_STEP),
        Speed("tilt", MAX_TILT_STEP),
        Direction("pan", negative=1, positive=2),
        Direction("tilt", negative=2, positive=1),
    ),
    AbsolutePosition: (b"\x01\x06\x02", *_SPEEDS, _PAN, _TILT),
    RelativePosition: (b"\x01\x06\x03", *_SPEEDS, _PAN, _TILT),
    Home: (b"\x01\x06\x04",),
    Reset: (b"\x01\x06\x05",),
    ZoomStandard: (b"\x01\x04\x07", Choice("direction", {b"\x02": 1, b"\x03": -1})),
    ZoomDrive: (b"\x01\x04\x07", Choice("step", _ZOOM_STEPS)),
    ZoomDirect: (b"\x01\x04\x47", Word("position", 0, 0xFFFF)),
    FocusMode: (b"\x01\x04\x38", Choice("auto", _ON_OFF)),
    FocusOnePush: (b"\x01\x04\x18\x01",),
    Preset: (
        b"\x01\x04\x3f",
        Choice("action", {bytes([action.value]): action for action in PresetAction}),
        Byte("number", 0, 127),
    ),
    Power: (b"\x01\x04\x00", Choice("on", _ON_OFF)),
    Inquiry: (b"\x09", Choice("question", {each.value: each for each in Question}, size=2)),
    AddressSet: (b"\x30\x01",),
    IfClear: (b"\x01\x00\x01",),
    Cancel: (Choice("socket", {bytes([0x20 + socket]): socket for socket in range(16)}),),
}


def encode(command: Command, address: int = 1, *, chain: bool = True) -> bytes:
    """The packet for the camera at address 1…7; ViscaRangeError if an argument does not fit.

    On a `chain` AddressSet and IfClear go to everyone; over IP there is one camera only.
    """
    in_range("address", address, 1, 7)
    if chain and isinstance(command, AddressSet | IfClear):
        address = BROADCAST
    packet = bytearray([0x80 | address])
    for part in _LAYOUTS[type(command)]:
        packet += part if isinstance(part, bytes) else part.put(getattr(command, part.name))
    packet.append(TERMINATOR)
    return bytes(packet)


def decode(packet: bytes) -> tuple[int, Command]:
    """The address (8 = everyone) and command of a whole packet; ViscaSyntaxError if it is none."""
    if len(packet) < 3 or packet[-1] != TERMINATOR or not 0x81 <= packet[0] <= 0x88:
        raise ViscaSyntaxError(f"no command packet: {packet.hex(' ')}")
    for kind, layout in _LAYOUTS.items():
        try:
            values = _match(layout, packet[1:-1])
        except ViscaSyntaxError:
            continue
        command: Command = kind(**values)
        return packet[0] & 0xF, command
    raise ViscaSyntaxError(f"unknown command: {packet.hex(' ')}")


def _match(layout: tuple[bytes | Field, ...], body: bytes) -> dict[str, object]:
    values: dict[str, object] = {}
    at = 0
    for part in layout:
        size = len(part) if isinstance(part, bytes) else part.size
        data = body[at : at + size]
        at += size
        if len(data) < size or (isinstance(part, bytes) and data != part):
            raise ViscaSyntaxError("another command")
        if isinstance(part, Direction):
            speed, sign = values[part.name], part.take(data)
            assert isinstance(speed, int) and isinstance(sign, int)
            values[part.name] = speed * sign
        elif not isinstance(part, bytes):
            values[part.name] = part.take(data)
    if at != len(body):
        raise ViscaSyntaxError("too long")
    return values
