"""The VISCA codec against the manual's bytes, and against noise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware import visca
from hardware import visca_reply as reply
from hardware.visca import Preset, PresetAction, Question, decode, encode
from hardware.visca_fields import ViscaRangeError, ViscaSyntaxError

STEPS = {"pan_speed": st.integers(1, 24), "tilt_speed": st.integers(1, 20)}
COUNTS = {"pan": st.integers(-0x8000, 0x7FFF), "tilt": st.integers(-0x8000, 0x7FFF)}
COMMANDS = st.one_of(
    st.builds(visca.PanTiltDrive, st.integers(-24, 24), st.integers(-20, 20)),
    st.builds(visca.AbsolutePosition, **STEPS, **COUNTS),
    st.builds(visca.RelativePosition, **STEPS, **COUNTS),
    st.builds(visca.Home),
    st.builds(visca.Reset),
    st.builds(visca.ZoomStandard, st.sampled_from([-1, 1])),
    st.builds(visca.ZoomDrive, st.integers(-8, 8)),
    st.builds(visca.ZoomDirect, st.integers(0, 0xFFFF)),
    st.builds(visca.FocusMode, st.booleans()),
    st.builds(visca.FocusOnePush),
    st.builds(visca.Preset, st.sampled_from(PresetAction), st.integers(0, 127)),
    st.builds(visca.Power, st.booleans()),
    st.builds(visca.Inquiry, st.sampled_from(Question)),
    st.builds(visca.AddressSet),
    st.builds(visca.IfClear),
    st.builds(visca.Cancel, st.integers(0, 15)),
)
REPLIES = st.one_of(
    st.builds(reply.Ack, st.integers(0, 15)),
    st.builds(reply.Completion, st.integers(0, 15)),
    st.builds(reply.Error, st.integers(0, 0xFE), st.integers(0, 15)),
    st.builds(reply.InquiryData, st.lists(st.integers(0, 15), min_size=1, max_size=12).map(bytes)),
    st.builds(reply.AddressReply, st.integers(1, 8)),
    st.builds(reply.IfClearReply),
    st.builds(reply.NetworkChange),
)


@pytest.mark.parametrize(
    ("command", "wire"),
    [
        (visca.PanTiltDrive(-24, 20), "81 01 06 01 18 14 01 01 ff"),
        (visca.PanTiltDrive(5, -3), "81 01 06 01 05 03 02 02 ff"),
        (visca.PanTiltDrive(0, 0), "81 01 06 01 01 01 03 03 ff"),
        (
            visca.AbsolutePosition(24, 20, -2267, 1200),
            "81 01 06 02 18 14 0f 07 02 05 00 04 0b 00 ff",
        ),
        (visca.RelativePosition(1, 1, -1, 1), "81 01 06 03 01 01 0f 0f 0f 0f 00 00 00 01 ff"),
        (visca.Home(), "81 01 06 04 ff"),
        (visca.Reset(), "81 01 06 05 ff"),
        (visca.ZoomDrive(0), "81 01 04 07 00 ff"),
        (visca.ZoomDrive(8), "81 01 04 07 27 ff"),
        (visca.ZoomDrive(-1), "81 01 04 07 30 ff"),
        (visca.ZoomStandard(1), "81 01 04 07 02 ff"),
        (visca.ZoomDirect(0x4000), "81 01 04 47 04 00 00 00 ff"),
        (visca.FocusMode(True), "81 01 04 38 02 ff"),
        (visca.FocusOnePush(), "81 01 04 18 01 ff"),
        (Preset(PresetAction.RECALL, 5), "81 01 04 3f 02 05 ff"),
        (visca.Power(False), "81 01 04 00 03 ff"),
        (visca.Inquiry(Question.PAN_TILT), "81 09 06 12 ff"),
        (visca.Inquiry(Question.VERSION), "81 09 00 02 ff"),
        (visca.AddressSet(), "88 30 01 ff"),
        (visca.IfClear(), "88 01 00 01 ff"),
        (visca.Cancel(2), "81 22 ff"),
    ],
)
def test_command_has_the_bytes_of_the_manual(command: visca.Command, wire: str) -> None:
    assert encode(command).hex(" ") == wire


@given(COMMANDS, st.integers(1, 7))
def test_every_command_survives_the_line(command: visca.Command, address: int) -> None:
    packet = encode(command, address)
    assert len(packet) <= visca.MAX_PACKET
    assert packet.index(0xFF) == len(packet) - 1
    broadcast = isinstance(command, visca.AddressSet | visca.IfClear)
    assert decode(packet) == (8 if broadcast else address, command)


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (visca.PanTiltDrive(25, 0), "pan must be a whole number -24…24"),
        (visca.PanTiltDrive(0, -21), "tilt must be a whole number -20…20"),
        (visca.PanTiltDrive(True, 0), "pan must be a whole number"),
        (visca.PanTiltDrive(1.5, 0), "pan must be a whole number"),  # type: ignore[arg-type]
        (visca.AbsolutePosition(0, 1, 0, 0), "pan_speed must be a whole number 1…24"),
        (visca.AbsolutePosition(1, 1, 0x8000, 0), "pan must be a whole number -32768…32767"),
        (visca.ZoomDrive(9), "step must be one of"),
        (visca.ZoomDirect(-1), "position must be a whole number 0…65535"),
        (Preset(PresetAction.SET, 128), "number must be a whole number 0…127"),
        (visca.Cancel(16), "socket must be one of"),
    ],
)
def test_an_argument_out_of_range_is_refused_by_name(command: visca.Command, told: str) -> None:
    with pytest.raises(ViscaRangeError, match=told):
        encode(command)


def test_an_address_out_of_range_is_refused() -> None:
    with pytest.raises(ViscaRangeError, match="address"):
        encode(visca.Home(), 8)


@given(st.binary(max_size=20))
def test_decoding_a_command_only_raises_its_own_error(packet: bytes) -> None:
    try:
        address, command = decode(packet)
    except ViscaSyntaxError:
        return
    assert decode(encode(command, address if address < 8 else 1))[1] == command


@given(st.lists(REPLIES, max_size=8), st.data())
def test_replies_arrive_in_any_cut(replies: list[reply.Reply], data: st.DataObject) -> None:
    stream = b"".join(reply.encode_reply(each) for each in replies)
    cuts = data.draw(st.lists(st.integers(0, len(stream)), max_size=6).map(sorted))
    decoder = reply.Decoder()
    got = []
    for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        got += decoder.feed(stream[start:end])
    assert got == replies


@given(st.lists(st.binary(max_size=64), max_size=8))
def test_noise_neither_raises_nor_grows(pieces: list[bytes]) -> None:
    decoder = reply.Decoder()
    for piece in pieces:
        for each in decoder.feed(piece):
            assert not isinstance(each, reply.Rubbish) or len(each.data) <= visca.MAX_PACKET
        assert decoder.pending <= visca.MAX_PACKET
    decoder.feed(b"\xff")
    assert decoder.feed(b"\x90\x41\xff") == [reply.Ack(1)]


def test_a_reply_after_an_overlong_packet_is_read() -> None:
    decoder = reply.Decoder()
    got = decoder.feed(b"\x90" * 500 + b"\xff" + b"\x90\x51\xff")
    assert got == [reply.Rubbish(b"\x90" * 16), reply.Completion(1)]


def test_a_packet_of_exactly_16_bytes_is_whole() -> None:
    packet = b"\x90\x50" + b"\x01" * 13 + b"\xff"
    assert reply.Decoder().feed(packet) == [reply.InquiryData(b"\x01" * 13)]


def test_positions_are_twos_complement() -> None:
    assert reply.pan_tilt_counts(bytes.fromhex("0f07020500040b00")) == (-2267, 1200)
    assert reply.zoom_counts(bytes.fromhex("04000000")) == 0x4000


@pytest.mark.parametrize("data", [b"", b"\x01" * 5, b"\x10" * 8, b"\x10" * 4, b"\xf0" * 9])
def test_data_of_another_form_is_refused(data: bytes) -> None:
    for parse in (reply.pan_tilt_counts, reply.zoom_counts, reply.version_text):
        with pytest.raises(reply.ViscaReplyError):
            parse(data)
