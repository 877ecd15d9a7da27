"""The eight bytes before each VISCA packet of Sony's VISCA over IP (UDP 52381). Pure.

Source: Sony SRG-300H and BRC-X400 command lists, "VISCA over IP": payload type and length in two
bytes each, sequence number in four, big endian. The number comes back with the answer; RESET
sets it to 0; a camera that minds says `0F 01` (number) or `0F 02` (type).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum

from hardware.visca import MAX_PACKET

PORT = 52381
RESET = b"\x01"
RESET_DONE = b"\x01"
BAD_NUMBER = b"\x0f\x01"
BAD_TYPE = b"\x0f\x02"
MAX_NUMBER = 0xFFFFFFFF

_HEADER = struct.Struct(">HHI")


class Payload(IntEnum):
    """What follows the header."""

    COMMAND = 0x0100
    INQUIRY = 0x0110
    REPLY = 0x0111
    SETTING = 0x0120
    CONTROL = 0x0200
    CONTROL_REPLY = 0x0201


class SonyHeaderError(ValueError):
    """This datagram is none of Sony's."""


@dataclass(frozen=True, slots=True)
class Message:
    """One datagram."""

    kind: Payload
    number: int
    payload: bytes


def encode(message: Message) -> bytes:
    """The datagram; SonyHeaderError if the payload or number does not fit."""
    size = len(message.payload)
    if not 1 <= size <= MAX_PACKET or not 0 <= message.number <= MAX_NUMBER:
        raise SonyHeaderError(f"payload of {size} bytes, number {message.number}")
    return _HEADER.pack(message.kind, size, message.number) + message.payload


def decode(data: bytes) -> Message:
    """The message in a whole datagram; SonyHeaderError."""
    if len(data) < _HEADER.size:
        raise SonyHeaderError(f"only {len(data)} bytes")
    kind, size, number = _HEADER.unpack_from(data)
    payload = data[_HEADER.size :]
    if size != len(payload) or not 1 <= size <= MAX_PACKET:
        raise SonyHeaderError(f"{len(payload)} bytes follow where {size} are announced")
    try:
        return Message(Payload(kind), number, payload)
    except ValueError:
        raise SonyHeaderError(f"unknown payload type {kind:04x}h") from None


def kind_of(packet: bytes) -> Payload:
    """Under which type a VISCA packet travels."""
    if packet[1:2] == b"\x09":
        return Payload.INQUIRY
    setting = packet[1:-1] in (b"\x30\x01", b"\x01\x00\x01")  # AddressSet, IF_Clear
    return Payload.SETTING if setting else Payload.COMMAND
