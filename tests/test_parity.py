"""A parity gives back any one packet that it covers, byte for byte."""

import pytest
from aiortc.rtp import RtpPacket
from hypothesis import given
from hypothesis import strategies as st

from klasgenoot.media import parity

CHANGING, STAYING = 5, 4
SSRC = 77


def packet(sequence: int, payload: bytes, marker: int = 0, written: bytes = b"\x07") -> bytes:
    """An RTP packet with one header extension that each sending writes anew, and one that stays."""
    head = RtpPacket(
        payload_type=110,
        sequence_number=sequence,
        timestamp=90_000 + sequence,
        marker=marker,
        ssrc=SSRC,
    )
    changing, staying = bytes([CHANGING << 4 | 1]), bytes([STAYING << 4])
    extension = changing + written + b"\x01" + staying + b"\x55\0\0\0"
    data = bytearray(head.serialize())
    data[0] |= 0x10
    data += b"\xbe\xde" + (len(extension) // 4).to_bytes(2) + extension
    return bytes(data) + payload


def recover(packets: dict[int, bytes], fec: bytes, missing: int) -> bytes:
    """The draft's 6.3, written from its text, for one stream and the short mask."""
    assert fec[8] == 1 and fec[0] & 0xC0 == 0 and fec[18] & 0x80
    base, mask = int.from_bytes(fec[16:18]), int.from_bytes(fec[18:20]) & 0x7FFF
    covered = [(base + bit) & 0xFFFF for bit in range(15) if mask >> (14 - bit) & 1]
    assert missing in covered
    flags, length = int.from_bytes(fec[:2]) & 0x3FFF, int.from_bytes(fec[2:4])
    stamp, body = int.from_bytes(fec[4:8]), bytearray(fec[20:])
    for sequence in covered:
        if sequence != missing:
            other = packets[sequence]
            flags ^= int.from_bytes(other[:2]) & 0x3FFF
            stamp ^= int.from_bytes(other[4:8])
            length ^= len(other) - 12
            for at, byte in enumerate(other[12:]):
                body[at] ^= byte
    head = (0x8000 | flags).to_bytes(2) + missing.to_bytes(2) + stamp.to_bytes(4)
    return head + fec[12:16] + bytes(body[:length])


@given(
    st.lists(st.binary(min_size=1, max_size=60), min_size=1, max_size=15),
    st.integers(0, 0xFFFF),
    st.data(),
)
def test_any_one_packet_comes_back(payloads: list[bytes], first: int, data: st.DataObject) -> None:
    sent = {
        (first + number) & 0xFFFF: parity.covered(
            packet((first + number) & 0xFFFF, payload, number == len(payloads) - 1), [CHANGING]
        )
        for number, payload in enumerate(payloads)
    }
    fec = parity.parity(list(sent.values()))
    lost = data.draw(st.sampled_from(list(sent)))
    kept = {sequence: one for sequence, one in sent.items() if sequence != lost}
    assert recover(kept, fec, lost) == sent[lost]


def test_what_each_sending_changes_is_not_covered() -> None:
    """The transport-wide number differs when a packet is compared; the rest must not."""
    packets = [packet(9, b"same", written=written) for written in (b"\x01", b"\x02")]
    assert parity.covered(packets[0], [CHANGING]) == parity.covered(packets[1], [CHANGING])
    assert parity.covered(packets[0], []) == packets[0]
    assert b"\x55" in parity.covered(packets[0], [CHANGING])


def test_a_packet_without_extensions_is_covered_as_it_is() -> None:
    plain = RtpPacket(payload_type=110, payload=b"picture").serialize()
    assert parity.covered(plain, [CHANGING]) == plain


@pytest.mark.parametrize("count", [1, 2, 7, 8, 9, 40, 100])
def test_runs_are_whole_in_order_and_even(count: int) -> None:
    runs = parity.groups(count)
    assert [number for run in runs for number in run] == list(range(count))
    sizes = [len(run) for run in runs]
    assert max(sizes) <= parity.MOST_PACKETS
    assert max(sizes) - min(sizes) <= 1


@given(st.integers(1, 200_000))
def test_pieces_fit_a_network_and_are_worth_their_headers(size: int) -> None:
    assert 200 <= parity.packet_bytes(size) <= 1200
    assert 0 < parity.overhead(size) <= 0.5
