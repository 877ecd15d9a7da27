"""Parity over a few RTP packets, from which the receiver makes the one that was lost. Pure.

Source: draft-ietf-payload-flexible-fec-scheme-03, which is what Chromium calls flexfec-03 (RFC 8627
came later and differs). The parity covers bytes that are the same on both sides: header extensions
that are written anew at each sending count as zeros (RtpPacket::ZeroMutableExtensions there).
"""

import math
from collections.abc import Collection, Sequence
from itertools import pairwise

MOST_PACKETS = 8
"""One parity covers no more: with two lost of them it is of no use."""
_HEAD_BYTES = 12  # fixed RTP header
# Headers of RTP, SRTP, UDP and IP are 80 bytes; a packet more is also one more that may be lost,
# and a parity does not mend two. Tried on lines that lose 3 %: with 400 the parity is too large.
_PACKET_COST_BYTES = 200
_LARGEST_BYTES, _SMALLEST_BYTES = 1200, 200
_ONE_STREAM = b"\x01\0\0\0"  # packets of one SSRC are covered
_ONE_WORD_MASK = 0x8000  # the mask has 15 bits, no more follow
_ONE_BYTE, _PADDING_ID, _LAST_ID = 0xBEDE, 0, 15  # RFC 8285


def packet_bytes(picture_bytes: int) -> int:
    """Into how large pieces a picture is best cut when a parity follows it.

    Few large ones make a large parity, many small ones many headers.
    """
    pieces = max(1, round(math.sqrt(picture_bytes / _PACKET_COST_BYTES)))
    return min(max(math.ceil(picture_bytes / pieces), _SMALLEST_BYTES), _LARGEST_BYTES)


def overhead(picture_bytes: float) -> float:
    """Share of what is sent that is parity, for pictures of about so many bytes."""
    pieces = max(1.0, picture_bytes / packet_bytes(max(int(picture_bytes), 1)))
    return 1 / (min(pieces, MOST_PACKETS) + 1)


def groups(packets: int) -> list[range]:
    """A picture's packets, in runs of about the same length that get a parity each."""
    count = math.ceil(packets / MOST_PACKETS)
    cuts = [round(i * packets / count) for i in range(count + 1)]
    return [range(a, b) for a, b in pairwise(cuts)]


def covered(packet: bytes, mutable: Collection[int]) -> bytes:
    """What a parity covers of an RTP packet: all of it, but zeros for header extensions whose id
    is in `mutable`."""
    if not packet[0] & 0x10:
        return packet
    data = bytearray(packet)
    start = _HEAD_BYTES + 4 * (packet[0] & 0x0F)
    end = start + 4 + 4 * int.from_bytes(packet[start + 2 : start + 4])
    _clear(data, start, end, mutable)
    return bytes(data)


def parity(packets: Sequence[bytes]) -> bytes:
    """The FlexFEC payload that covers up to 15 consecutive packets, as `covered` gives them."""
    assert 0 < len(packets) <= 15
    bodies = [packet[_HEAD_BYTES:] for packet in packets]
    longest = max(map(len, bodies))
    flags, stamp, length, body = 0, 0, 0, 0
    for packet, rest in zip(packets, bodies, strict=True):
        flags ^= int.from_bytes(packet[:2]) & 0x3FFF  # all but the version
        stamp ^= int.from_bytes(packet[4:8])
        length ^= len(rest)
        body ^= int.from_bytes(rest.ljust(longest, b"\0"))
    mask = _ONE_WORD_MASK | (0x7FFF << (15 - len(packets))) & 0x7FFF
    head = flags.to_bytes(2) + length.to_bytes(2) + stamp.to_bytes(4) + _ONE_STREAM
    stream = packets[0][8:12] + packets[0][2:4] + mask.to_bytes(2)  # SSRC, first number, which
    return head + stream + body.to_bytes(longest)


def _clear(data: bytearray, at: int, end: int, mutable: Collection[int]) -> None:
    one_byte = int.from_bytes(data[at : at + 2]) == _ONE_BYTE
    at += 4
    while at < end:
        if data[at] == _PADDING_ID:
            at += 1
            continue
        if one_byte:
            identity, size, at = data[at] >> 4, (data[at] & 0x0F) + 1, at + 1
            if identity == _LAST_ID:
                return
        else:
            identity, size, at = data[at], data[at + 1], at + 2
        if identity in mutable:
            data[at : at + size] = bytes(size)
        at += size
