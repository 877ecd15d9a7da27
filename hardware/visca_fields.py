"""The kinds of argument in a VISCA packet: how each is written, read and bounded.

Source: Sony EVI-D70 technical manual, "Command List".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


class ViscaRangeError(ValueError):
    """An argument does not fit the command; the message names the argument and its range."""


class ViscaSyntaxError(ValueError):
    """These bytes are no command of this table."""


def words(*values: int) -> bytes:
    """Each value as four nibbles, the most significant first, two's complement."""
    return bytes(value >> shift & 0xF for value in values for shift in (12, 8, 4, 0))


def word(data: bytes) -> int:
    """Four nibbles as an unsigned number; ViscaSyntaxError if one is not a nibble."""
    if any(byte > 0xF for byte in data):
        raise ViscaSyntaxError(f"not nibbles: {data.hex(' ')}")
    return data[0] << 12 | data[1] << 8 | data[2] << 4 | data[3]


def signed(value: int) -> int:
    """16 bits read as two's complement."""
    return value - 0x10000 if value >= 0x8000 else value


def in_range(name: str, value: object, low: int, high: int) -> int:
    """The value if it is a whole number from low to high; ViscaRangeError."""
    if type(value) is not int or not low <= value <= high:
        raise ViscaRangeError(f"{name} must be a whole number {low}…{high}, not {value!r}")
    return value


@dataclass(frozen=True, slots=True)
class Byte:
    """A number in one byte."""

    name: str
    low: int
    high: int
    size: int = 1

    def put(self, value: object) -> bytes:
        """The bytes of this argument; ViscaRangeError."""
        return bytes([in_range(self.name, value, self.low, self.high)])

    def take(self, data: bytes) -> object:
        """The argument in `size` bytes; ViscaSyntaxError."""
        if not self.low <= data[0] <= self.high:
            raise ViscaSyntaxError(f"{self.name} {data[0]:02x}h is outside the range")
        return data[0]


@dataclass(frozen=True, slots=True)
class Word:
    """A number in four nibbles."""

    name: str
    low: int
    high: int
    size: int = 4

    def put(self, value: object) -> bytes:
        """The bytes of this argument; ViscaRangeError."""
        return words(in_range(self.name, value, self.low, self.high))

    def take(self, data: bytes) -> object:
        """The argument in `size` bytes; ViscaSyntaxError."""
        return signed(word(data)) if self.low < 0 else word(data)


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few byte strings."""

    name: str
    table: Mapping[bytes, object]
    size: int = 1

    def put(self, value: object) -> bytes:
        """The bytes of this argument; ViscaRangeError."""
        for data, known in self.table.items():
            if known == value and type(known) is type(value):
                return data
        known_values = ", ".join(repr(known) for known in self.table.values())
        raise ViscaRangeError(f"{self.name} must be one of {known_values}, not {value!r}")

    def take(self, data: bytes) -> object:
        """The argument in `size` bytes; ViscaSyntaxError."""
        if data not in self.table:
            raise ViscaSyntaxError(f"{self.name} {data.hex()}h is unknown")
        return self.table[data]


@dataclass(frozen=True, slots=True)
class Speed:
    """The size of a signed step; a still axis carries 1, because 0 is illegal on some models."""

    name: str
    high: int
    size: int = 1

    def put(self, value: object) -> bytes:
        """The bytes of this argument; ViscaRangeError."""
        return bytes([max(1, abs(in_range(self.name, value, -self.high, self.high)))])

    def take(self, data: bytes) -> object:
        """The argument in `size` bytes; ViscaSyntaxError."""
        if not 1 <= data[0] <= self.high:
            raise ViscaSyntaxError(f"{self.name} speed {data[0]:02x}h is outside the range")
        return data[0]


@dataclass(frozen=True, slots=True)
class Direction:
    """The sign of a step whose size came earlier."""

    name: str
    negative: int
    positive: int
    size: int = 1

    def put(self, value: object) -> bytes:
        """The bytes of this argument; ViscaRangeError."""
        assert isinstance(value, int)  # Speed has refused everything else
        return bytes([3 if value == 0 else self.positive if value > 0 else self.negative])

    def take(self, data: bytes) -> object:
        """The argument in `size` bytes; ViscaSyntaxError."""
        sign = {self.negative: -1, self.positive: 1, 3: 0}.get(data[0])
        if sign is None:
            raise ViscaSyntaxError(f"{self.name} direction {data[0]:02x}h is unknown")
        return sign


Field = Byte | Word | Choice | Speed | Direction
