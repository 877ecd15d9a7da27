"""Transport-wide feedback: what aiortc's peers send, and rubbish."""

from struct import pack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klasgenoot.media.feedback import FeedbackError, SendHistory


def feedback(base: int, arrivals: list[float | None]) -> bytes:
    """An RTCP feedback as a receiver makes it: two-bit status vectors, seconds since 64 ms × 10."""
    symbols, deltas, clock = [], b"", 0.64
    for at in arrivals:
        if at is None:
            symbols.append(0)
            continue
        ticks = round((at - clock) / 250e-6)
        clock += ticks * 250e-6
        small = 0 <= ticks <= 255
        symbols.append(1 if small else 2)
        deltas += pack("!B" if small else "!h", ticks)
    chunks = b""
    for start in range(0, len(symbols), 7):
        seven = (symbols[start : start + 7] + [0] * 7)[:7]
        word = 0xC000
        for index, symbol in enumerate(seven):
            word |= symbol << (12 - 2 * index)
        chunks += pack("!H", word)
    body = pack("!HHI", base, len(arrivals), 10 << 8) + chunks + deltas
    body += b"\0" * (-len(body) % 4)
    return pack("!BBHII", 0x8F, 205, 2 + len(body) // 4, 1, 2) + body


def history(count: int) -> SendHistory:
    one = SendHistory()
    for index in range(count):
        one.sent(one.number(), 5.0 + index / 100, 1000 + index)
    return one


def test_arrivals_are_matched_to_what_was_sent() -> None:
    packets = history(10).match(feedback(1, [0.7, None, 0.71, 0.9, None, 0.901]))
    assert [packet.size for packet in packets] == [1000, 1001, 1002, 1003, 1004, 1005]
    assert [packet.arrived_at for packet in packets] == pytest.approx(
        [0.7, None, 0.71, 0.9, None, 0.901], abs=3e-4
    )


def test_a_packet_is_told_once_but_a_lost_one_may_turn_up() -> None:
    one = history(3)
    assert [p.arrived_at for p in one.match(feedback(1, [None, 0.7]))] == [None, pytest.approx(0.7)]
    later = one.match(feedback(1, [0.72, 0.7, 0.71]))
    assert [packet.size for packet in later] == [1000, 1002]


def test_numbers_wrap() -> None:
    one = history(65_540)
    packets = one.match(feedback(65_535, [0.7, 0.7, 0.7]))
    assert len(packets) == 3


def test_run_length_chunks() -> None:
    body = pack("!HHI", 1, 5, 10 << 8) + pack("!H", 1 << 13 | 5) + bytes([4] * 5) + b"\0"
    rtcp = pack("!BBHII", 0x8F, 205, 2 + len(body) // 4, 1, 2) + body
    arrivals = [packet.arrived_at for packet in history(5).match(rtcp)]
    assert arrivals == pytest.approx([0.641, 0.642, 0.643, 0.644, 0.645])


@given(st.binary(max_size=200))
def test_rubbish_is_refused_or_empty(data: bytes) -> None:
    one = history(20)
    for rtcp in (data, pack("!BBHII", 0x8F, 205, (8 + len(data)) // 4, 1, 2) + data):
        try:
            packets = one.match(rtcp)
        except FeedbackError:
            continue
        assert len(packets) <= 4000


def test_other_rtcp_is_passed_over() -> None:
    assert history(3).match(pack("!BBHIIII", 0x81, 201, 4, 1, 2, 3, 4)) == []
