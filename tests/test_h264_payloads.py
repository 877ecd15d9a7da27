"""RTP payloads of H.264: what is cut comes together again, and no piece is too large."""

from aiortc.codecs.h264 import h264_depayload
from hypothesis import given
from hypothesis import strategies as st

from klasgenoot.media.h264_payloads import payloads

START = b"\x00\x00\x00\x01"
SPS, PPS, SLICE, KEY = b"\x67\x4d\x00\x1f", b"\x68\xee", b"\x41", b"\x65"


@given(st.integers(1, 9000), st.integers(100, 1200))
def test_pieces_come_together_again(size: int, most: int) -> None:
    unit = SLICE + bytes(1 + n % 255 for n in range(size))
    pieces = payloads(START + unit, most)
    assert b"".join(map(h264_depayload, pieces)) == START + unit
    assert max(map(len, pieces)) <= most
    assert len(pieces) == 1 or max(map(len, pieces)) - min(map(len, pieces)) <= 1


def test_parameter_sets_travel_together() -> None:
    unit = KEY + b"k" * 3000
    pieces = payloads(START + SPS + START + PPS + b"\x00\x00\x01" + unit, 1200)
    assert len(pieces) == 4
    together = START + SPS + START + PPS + START + unit
    assert b"".join(map(h264_depayload, pieces)) == together


def test_nothing_becomes_nothing() -> None:
    assert payloads(b"", 1200) == []
