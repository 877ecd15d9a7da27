"""VISCA replies: types, both directions, and a decoder that survives a bad line.

Source: Sony EVI-D70 technical manual, "VISCA Device Setting / Command and inquiry". A reply is
`z0 … FF` with z = address + 8, or an echoed broadcast `88 … FF`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from hardware.visca import MAX_PACKET, TERMINATOR
from hardware.visca_fields import ViscaSyntaxError, signed, word


class ErrorCode(IntEnum):
    """The codes of the manual; a camera may send others."""

    LENGTH = 0x01
    SYNTAX = 0x02
    BUFFER_FULL = 0x03
    CANCELLED = 0x04
    NO_SOCKET = 0x05
    NOT_EXECUTABLE = 0x41


class ViscaReplyError(ValueError):
    """The data does not answer the question that was asked."""


@dataclass(frozen=True, slots=True)
class Ack:
    """The command is accepted and lives in this socket until its completion."""

    socket: int


@dataclass(frozen=True, slots=True)
class Completion:
    """The command in this socket is done."""

    socket: int


@dataclass(frozen=True, slots=True)
class InquiryData:
    """The answer to an inquiry, without `z0 50` and `FF`."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Error:
    """A refusal, or the end of a cancelled command; the code is an ErrorCode if it is known."""

    code: int
    socket: int


@dataclass(frozen=True, slots=True)
class AddressReply:
    """AddressSet came back; the chain ends before this address."""

    next_address: int


@dataclass(frozen=True, slots=True)
class IfClearReply:
    """IF_Clear came back."""


@dataclass(frozen=True, slots=True)
class NetworkChange:
    """A camera joined or left the chain: enumerate again."""


@dataclass(frozen=True, slots=True)
class Rubbish:
    """Bytes that are no reply, at most 16 of them."""

    data: bytes


Reply = (
    Ack | Completion | InquiryData | Error | AddressReply | IfClearReply | NetworkChange | Rubbish
)


def encode_reply(reply: Reply, address: int = 1) -> bytes:
    """The packet that the camera at address 1…7 sends."""
    match reply:
        case AddressReply(next_address):
            return bytes([0x88, 0x30, next_address, TERMINATOR])
        case IfClearReply():
            return bytes([0x88, 0x01, 0x00, 0x01, TERMINATOR])
        case Ack(socket):
            body = bytes([0x40 | socket])
        case Completion(socket):
            body = bytes([0x50 | socket])
        case InquiryData(data):
            body = b"\x50" + data
        case Error(code, socket):
            body = bytes([0x60 | socket, code])
        case NetworkChange():
            body = b"\x38"
        case Rubbish(data):
            return data
    return bytes([0x80 | address << 4, *body, TERMINATOR])


def decode_reply(packet: bytes) -> Reply:
    """The reply in a whole packet; Rubbish if it is none."""
    header, body = packet[:1], packet[1:-1]
    if packet[-1:] != bytes([TERMINATOR]):
        return Rubbish(packet)
    if header == b"\x88":
        return _broadcast(body) or Rubbish(packet)
    if len(header) != 1 or header[0] < 0x90 or header[0] & 0xF:
        return Rubbish(packet)
    return _answer(body) or Rubbish(packet)


def _broadcast(body: bytes) -> Reply | None:
    if body == b"\x01\x00\x01":
        return IfClearReply()
    if len(body) == 2 and body[0] == 0x30 and 1 <= body[1] <= 8:
        return AddressReply(body[1])
    return None


def _answer(body: bytes) -> Reply | None:
    match [body[0] >> 4 if body else None, len(body)]:
        case [4, 1]:
            return Ack(body[0] & 0xF)
        case [5, 1]:
            return Completion(body[0] & 0xF)
        case [5, _]:
            return InquiryData(body[1:])
        case [6, 2]:
            return Error(body[1], body[0] & 0xF)
        case [3, 1] if body == b"\x38":
            return NetworkChange()
    return None


class Framer:
    """Cuts a stream at `FF`; keeps at most 16 bytes whatever arrives."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._overlong = False

    @property
    def pending(self) -> int:
        """Bytes of the unfinished packet, 0…16."""
        return len(self._buffer)

    def feed(self, data: bytes) -> list[tuple[bytes, bool]]:
        """The packets that `data` completes, each with whether it was too long (then cut)."""
        packets = []
        for byte in data:
            if len(self._buffer) < MAX_PACKET:
                self._buffer.append(byte)
            else:
                self._overlong = True
            if byte == TERMINATOR:
                packets.append((bytes(self._buffer), self._overlong))
                self._buffer.clear()
                self._overlong = False
        return packets


class Decoder:
    """Bytes in any cut → replies; rubbish costs at most the packet it is in."""

    def __init__(self) -> None:
        self._framer = Framer()

    @property
    def pending(self) -> int:
        """Bytes of the unfinished reply, 0…16."""
        return self._framer.pending

    def feed(self, data: bytes) -> list[Reply]:
        """The replies that `data` completes; never raises."""
        return [
            Rubbish(packet) if overlong else decode_reply(packet)
            for packet, overlong in self._framer.feed(data)
        ]


def pan_tilt_counts(data: bytes) -> tuple[int, int]:
    """Pan and tilt in counts from the answer to a position inquiry; ViscaReplyError."""
    if len(data) != 8:
        raise ViscaReplyError(f"a position has 8 nibbles, not {data.hex(' ')}")
    return signed(_word(data[:4])), signed(_word(data[4:]))


def zoom_counts(data: bytes) -> int:
    """Zoom in counts from the answer to a zoom inquiry; ViscaReplyError."""
    if len(data) != 4:
        raise ViscaReplyError(f"a zoom position has 4 nibbles, not {data.hex(' ')}")
    return _word(data)


def version_text(data: bytes) -> str:
    """Vendor, model and firmware as a person may look them up; ViscaReplyError."""
    if len(data) != 7:
        raise ViscaReplyError(f"a version has 7 bytes, not {data.hex(' ')}")
    return f"vendor {data[:2].hex()} model {data[2:4].hex()} firmware {data[4:6].hex()}"


def _word(data: bytes) -> int:
    try:
        return word(data)
    except ViscaSyntaxError as error:
        raise ViscaReplyError(str(error)) from None
