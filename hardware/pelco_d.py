"""Pelco-D frames: seven bytes, both directions. Pure.

Sources: Pelco "D Protocol Manual" (byte layout, extended commands 03…0F, 4B…5D), and the command
lists of classroom cameras (Minrray UV950A, AVIPAS AV-2020, FrontRow LessonCam), which answer the
three position queries. A frame is `FF address command1 command2 data1 data2 checksum`, the
checksum being the sum of the five in the middle, modulo 256.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

SYNC = 0xFF
SIZE = 7
MAX_SPEED = 0x3F
RIGHT, LEFT, UP, DOWN, TELE, WIDE = 0x02, 0x04, 0x08, 0x10, 0x20, 0x40  # bits of command 2


class PelcoError(ValueError):
    """An argument does not fit a frame."""


class Extended(IntEnum):
    """Command 2 of the commands that are no motion (their lowest bit is 1)."""

    SET_PRESET = 0x03
    CLEAR_PRESET = 0x05
    GO_TO_PRESET = 0x07
    SET_PAN = 0x4B
    SET_TILT = 0x4D
    SET_ZOOM = 0x4F
    ASK_PAN = 0x51
    ASK_TILT = 0x53
    ASK_ZOOM = 0x55
    PAN_IS = 0x59
    TILT_IS = 0x5B
    ZOOM_IS = 0x5D


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame; every field a byte."""

    address: int
    command1: int
    command2: int
    data1: int
    data2: int

    @property
    def word(self) -> int:
        """Both data bytes as one number."""
        return self.data1 << 8 | self.data2


def encode(frame: Frame) -> bytes:
    """Its seven bytes; PelcoError if a field is no byte or the address is 0."""
    body = (frame.address, frame.command1, frame.command2, frame.data1, frame.data2)
    if not all(type(each) is int and 0 <= each <= 0xFF for each in body) or not frame.address:
        raise PelcoError(f"a frame has five bytes and an address 1…255, not {body}")
    return bytes((SYNC, *body, sum(body) & 0xFF))


def motion(address: int, pan: int, tilt: int, zoom: int) -> Frame:
    """Turn at signed speeds −63…63 and zoom by sign until told otherwise; all 0 is Stop."""
    for name, value in (("pan", pan), ("tilt", tilt)):
        if abs(value) > MAX_SPEED:
            raise PelcoError(f"{name} must be −63…63, not {value}")
    bits = (RIGHT if pan > 0 else LEFT if pan < 0 else 0) | (
        UP if tilt > 0 else DOWN if tilt < 0 else 0
    )
    return Frame(
        address, 0, bits | (TELE if zoom > 0 else WIDE if zoom < 0 else 0), abs(pan), abs(tilt)
    )


def speeds(frame: Frame) -> tuple[int, int, int] | None:
    """The signed pan, tilt and zoom of a motion; None if the frame is an extended command."""
    bits = frame.command2
    if bits & 1:
        return None
    pan = min(frame.data1, MAX_SPEED) * ((bits & RIGHT > 0) - (bits & LEFT > 0))
    tilt = min(frame.data2, MAX_SPEED) * ((bits & UP > 0) - (bits & DOWN > 0))
    return pan, tilt, (bits & TELE > 0) - (bits & WIDE > 0)


def extended(address: int, command: Extended, word: int = 0) -> Frame:
    """An extended command with a number 0…65535; PelcoError."""
    if type(word) is not int or not 0 <= word <= 0xFFFF:
        raise PelcoError(f"{command.name} takes 0…65535, not {word!r}")
    return Frame(address, 0, int(command), word >> 8, word & 0xFF)


class Framer:
    """Bytes in any cut → frames; a wrong checksum costs one byte, not the frame after it."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self.rubbish = 0
        """Bytes that were part of no frame."""

    @property
    def pending(self) -> int:
        """Bytes kept, 0…6."""
        return len(self._buffer)

    def feed(self, data: bytes) -> list[Frame]:
        """The frames that `data` completes; never raises."""
        frames = []
        for byte in data:
            self._buffer.append(byte)
            while self._buffer and not self._could_be():
                del self._buffer[0]
                self.rubbish += 1
            if len(self._buffer) == SIZE:
                frames.append(Frame(*self._buffer[1:6]))
                self._buffer.clear()
        return frames

    def _could_be(self) -> bool:
        whole = len(self._buffer) == SIZE
        return self._buffer[0] == SYNC and (
            not whole or sum(self._buffer[1:6]) & 0xFF == self._buffer[6]
        )
