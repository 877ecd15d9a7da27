"""Transport-wide congestion control: what was sent when, and what the receiver says of it. Pure.

Source: draft-holmer-rmcat-transport-wide-cc-extensions-01 (RTCP type 205, format 15).
"""

from collections import OrderedDict
from dataclasses import dataclass
from struct import unpack_from

_RTPFB, _TRANSPORT_CC = 205, 15
_TICK_S = 250e-6  # unit of the arrival deltas
_REFERENCE_S = 0.064  # unit of the reference time, which wraps after 24 bits
_HISTORY = 2000  # packets; four seconds of a full line, longer than any feedback takes
_MOST_PACKETS = 4000  # a feedback that claims more than this is rubbish


class FeedbackError(ValueError):
    """A feedback packet that no receiver would send; it is passed over."""


@dataclass(frozen=True)
class Sent:
    """One packet that was sent, and what became of it: `arrived_at` None means lost.

    Times in seconds, each on its own side's clock; size in bytes.
    """

    sent_at: float
    size: int
    arrived_at: float | None = None


class SendHistory:
    """Numbers packets as they leave, and matches the receiver's feedback to them."""

    def __init__(self) -> None:
        self._next = 0
        self._packets: OrderedDict[int, tuple[float, int]] = OrderedDict()

    def number(self) -> int:
        """The transport-wide sequence number (16 bits) of the packet that leaves next."""
        self._next = (self._next + 1) & 0xFFFF
        return self._next

    @property
    def newest(self) -> int:
        """The number given out last."""
        return self._next

    def sent(self, number: int, now: float, size: int) -> None:
        """The packet of this number has left."""
        self._packets[number] = (now, size)
        if len(self._packets) > _HISTORY:
            self._packets.popitem(last=False)

    def match(self, rtcp: bytes) -> list[Sent]:
        """The packets that the feedbacks in a compound RTCP packet speak of, in order of sending.

        Every packet is told once. Raises FeedbackError.
        """
        result = []
        for fci in _feedbacks(rtcp):
            for number, arrived_at in _parse(fci):
                # A lost one may still be reported as arrived later: then it counts again, late.
                packet = (
                    self._packets.get(number)
                    if arrived_at is None
                    else self._packets.pop(number, None)
                )
                if packet is not None:
                    result.append(Sent(*packet, arrived_at))
        return result


def _feedbacks(rtcp: bytes) -> list[bytes]:
    """Bodies of the transport-cc packets in a compound packet (RFC 3550, 6.1)."""
    found, at = [], 0
    while at + 4 <= len(rtcp):
        first, kind, words = unpack_from("!BBH", rtcp, at)
        end = at + 4 * (words + 1)
        if end > len(rtcp):
            raise FeedbackError("RTCP packet is shorter than it says")
        if kind == _RTPFB and first & 0x1F == _TRANSPORT_CC:
            found.append(rtcp[at + 12 : end])
        at = end
    return found


def _parse(fci: bytes) -> list[tuple[int, float | None]]:
    if len(fci) < 8:
        raise FeedbackError("feedback without a header")
    base, count = unpack_from("!HH", fci)
    if count > _MOST_PACKETS:
        raise FeedbackError("feedback about more packets than can be")
    clock = int.from_bytes(fci[4:7], "big", signed=True) * _REFERENCE_S
    symbols, at = _symbols(fci, count)
    result: list[tuple[int, float | None]] = []
    for index, symbol in enumerate(symbols):
        number = (base + index) & 0xFFFF
        if symbol in (0, 3):  # 3 is reserved
            result.append((number, None))
            continue
        size = symbol  # 1: one byte, 2: two bytes, signed
        if at + size > len(fci):
            raise FeedbackError("feedback without its arrival times")
        clock += int.from_bytes(fci[at : at + size], "big", signed=size == 2) * _TICK_S
        at += size
        result.append((number, clock))
    return result


def _symbols(fci: bytes, count: int) -> tuple[list[int], int]:
    """The status of each packet, and where the arrival times begin."""
    symbols: list[int] = []
    at = 8
    while len(symbols) < count:
        if at + 2 > len(fci):
            raise FeedbackError("feedback without its status chunks")
        (chunk,) = unpack_from("!H", fci, at)
        at += 2
        if not chunk & 0x8000:
            symbols += [chunk >> 13 & 3] * (chunk & 0x1FFF)
        elif chunk & 0x4000:
            symbols += [chunk >> shift & 3 for shift in range(12, -1, -2)]
        else:
            symbols += [chunk >> shift & 1 for shift in range(13, -1, -1)]
        if len(symbols) > count + 0x1FFF:
            raise FeedbackError("feedback runs beyond its count")
    return symbols[:count], at
