"""Datagrams that nearly are what a media port expects: STUN, DTLS, RTP, RTCP, SCTP, and noise.

A seed gives the same packets every time.
"""

import random
import struct
from collections.abc import Callable
from zlib import crc32

_COOKIE = 0x2112A442
_MOST_BYTES = 1_500
_HUGE_BYTES = 65_000
_EDGES = (0, 1, 3, 4, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF)
_STUN_ATTRIBUTES = (
    0x0001, 0x0003, 0x0006, 0x0008, 0x0009, 0x000C, 0x0012, 0x0013, 0x0014, 0x0020, 0x0024,
    0x0025, 0x001C, 0x8022, 0x8028, 0x8029, 0x802A, 0x802B, 0x7FFF,
)  # fmt: skip
_RTCP_KINDS = (192, 200, 201, 202, 203, 204, 205, 206, 207, 208)


class Packets:
    """`next()` gives a kind and a datagram, for ever."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self._last = b""
        self._kinds: dict[str, Callable[[], bytes]] = {
            "stun": self._stun,
            "dtls": self._dtls,
            "rtp": self._rtp,
            "rtcp": self._rtcp,
            "sctp": self._sctp,
            "random": self._random,
        }

    def next(self) -> tuple[str, bytes]:
        kind = self._chance.choice(list(self._kinds))
        packet = self._kinds[kind]()
        if self._chance.random() < 0.7:
            packet = self._mutated(packet)
        self._last = packet
        return kind, packet[: _HUGE_BYTES if kind == "random" else _MOST_BYTES]

    def _bytes(self, most: int) -> bytes:
        return self._chance.randbytes(self._chance.randint(0, most))

    def _short(self) -> int:
        return self._chance.choice((*_EDGES, self._chance.getrandbits(16)))

    def _mutated(self, packet: bytes) -> bytes:
        """One to four accidents: a bit, a byte, a number, a cut, a piece of the packet before."""
        data = bytearray(packet)
        for _ in range(self._chance.randint(1, 4)):
            at = self._chance.randrange(len(data) + 1)
            match self._chance.randrange(6):
                case 0 if at < len(data):
                    data[at] ^= 1 << self._chance.randrange(8)
                case 1 if at < len(data):
                    data[at] = self._chance.choice((0, 0x7F, 0x80, 0xFF))
                case 2 if at + 2 <= len(data):
                    data[at : at + 2] = struct.pack("!H", self._short())
                case 3:
                    del data[at:]
                case 4:
                    data[at:at] = self._last[self._chance.randrange(len(self._last) + 1) :][:200]
                case _:
                    data += self._bytes(40)
        return bytes(data)

    def _stun(self) -> bytes:
        body = b""
        for _ in range(self._chance.randint(0, 8)):
            value = self._bytes(40)
            told = len(value) if self._chance.random() < 0.8 else self._short()
            kind = self._chance.choice(_STUN_ATTRIBUTES)
            body += struct.pack("!HH", kind, told) + value + bytes(-len(value) % 4)
        method = self._chance.choice((0x0001, 0x0101, 0x0111, 0x0011, 0x0003, 0x0016, 0x0FFF))
        head = struct.pack("!HHI", method, len(body), _COOKIE) + self._chance.randbytes(12)
        if self._chance.random() < 0.5:  # with the right fingerprint it is looked at further
            head = head[:2] + struct.pack("!H", len(body) + 8) + head[4:]
            body += struct.pack("!HHI", 0x8028, 4, crc32(head + body) ^ 0x5354554E)
        return head + body

    def _dtls(self) -> bytes:
        """Records (RFC 6347 4.1), of handshakes, alerts and data, in the clear or not."""
        records = b""
        for _ in range(self._chance.randint(1, 3)):
            kind = self._chance.choice((20, 21, 22, 23, 24, 25, 63))
            body = self._chance.choice(
                (b"\x01\x00", b"\x02\x28", b"\x01", self._client_hello(), self._bytes(300))
            )
            version = self._chance.choice((0xFEFF, 0xFEFD, 0x0303, 0x0100))
            epoch, sequence = self._chance.randrange(3), self._chance.getrandbits(48)
            records += struct.pack("!BHH", kind, version, epoch) + sequence.to_bytes(6)
            records += struct.pack("!H", len(body)) + body
        return records

    def _client_hello(self) -> bytes:
        body = b"\xfe\xfd" + self._chance.randbytes(32) + b"\x00\x00\x00\x02\xc0\x2b\x01\x00"
        size, offset = len(body), self._chance.choice((0, 0, 1, 0xFFFFFF))
        kind = self._chance.choice((1, 2, 11, 14, 16, 20))
        sizes = [value.to_bytes(3) for value in (size, offset, size)]
        sequence = struct.pack("!H", self._short())
        return bytes([kind]) + sizes[0] + sequence + sizes[1] + sizes[2] + body

    def _rtp(self) -> bytes:
        first = 0x80 | self._chance.getrandbits(6)  # padding, extension and CSRC count by chance
        words = self._chance.getrandbits(64)
        extension = struct.pack("!HH", self._chance.choice((0xBEDE, 0x1000)), self._short())
        kind = self._chance.choice((96, 97, 110, 111, 0, 127)) | self._chance.choice((0, 0x80))
        head = struct.pack("!BBHQ", first, kind, self._short(), words)
        return head + extension + self._bytes(600)

    def _rtcp(self) -> bytes:
        compound = b""
        for _ in range(self._chance.randint(1, 4)):
            body = self._chance.randbytes(4 * self._chance.randint(0, 12))
            told = len(body) // 4 if self._chance.random() < 0.7 else self._short()
            first = 0x80 | self._chance.getrandbits(6)
            compound += struct.pack("!BBH", first, self._chance.choice(_RTCP_KINDS), told) + body
        return compound

    def _sctp(self) -> bytes:
        """Data channels travel inside DTLS; in the clear it is nothing."""
        kind = self._chance.choice((0, 1, 3, 4, 6, 9, 130, 192))
        chunk = self._bytes(60)
        return (
            struct.pack("!HHII", 5_000, 5_000, self._chance.getrandbits(32), 0)
            + struct.pack("!BBH", kind, 3, self._short())
            + chunk
        )

    def _random(self) -> bytes:
        most = self._chance.choice((0, 1, 4, 20, 200, 1_200, 1_500, 9_000))
        return self._bytes(_HUGE_BYTES if self._chance.random() < 0.001 else most)
