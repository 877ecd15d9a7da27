"""The simulated head: its motors, and its VISCA manners."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hardware import visca
from hardware.profiles import find_profile
from hardware.sim_axis import Axis
from hardware.sim_body import HEAD_ACCELERATION
from hardware.sim_head import ACK_S, SimHead
from hardware.visca import PanTiltDrive, encode
from hardware.visca_reply import (
    Ack,
    AddressReply,
    Completion,
    Decoder,
    Error,
    ErrorCode,
    IfClearReply,
    InquiryData,
    Reply,
    pan_tilt_counts,
)

FAR = visca.AbsolutePosition(10, 10, 2000, 500)


class Talk:
    """A head, a clock, and what it answered."""

    def __init__(self, profile: str = "sim") -> None:
        self.now = 5.0
        self.head = SimHead(find_profile(profile))
        self._decoder = Decoder()

    def say(self, command: visca.Command | bytes, wait: float = ACK_S) -> list[Reply]:
        packet = command if isinstance(command, bytes) else encode(command)
        self.head.receive(packet, self.now)
        return self.wait(wait)

    def wait(self, seconds: float) -> list[Reply]:
        self.now += seconds
        self.head.advance(self.now)
        return self._decoder.feed(self.head.bytes_to_send(self.now + ACK_S))


def test_a_drive_accelerates_runs_at_its_step_and_brakes() -> None:
    talk = Talk()
    step = 20
    speed = talk.head.profile.pan_speed(step)
    talk.say(PanTiltDrive(step, 0), 0.01)
    early = talk.head.position.pan_deg
    assert 0 < early < speed * 0.01
    talk.wait(1)
    before = talk.head.position.pan_deg
    talk.wait(0.5)
    assert talk.head.position.pan_deg - before == pytest.approx(speed * 0.5, rel=0.01)
    before = talk.head.position.pan_deg
    talk.say(PanTiltDrive(0, 0), 1)
    assert not talk.head.moving
    assert 0 < talk.head.position.pan_deg - before < speed**2 / HEAD_ACCELERATION


def test_an_absolute_move_takes_its_time_and_completes_at_the_end() -> None:
    talk = Talk()
    assert talk.say(FAR) == [Ack(1)]
    distance = talk.head.profile.degrees(2000)
    seconds = distance / talk.head.profile.pan_speed(10)
    assert talk.wait(seconds * 0.9) == []
    assert talk.head.moving
    assert talk.wait(seconds * 0.2 + 0.5) == [Completion(1)]
    assert talk.head.position.pan_deg == pytest.approx(distance)
    answer = talk.say(visca.Inquiry(visca.Question.PAN_TILT))
    assert isinstance(answer[0], InquiryData)
    assert pan_tilt_counts(answer[0].data) == (2000, 500)


def test_the_end_stops_hold() -> None:
    talk = Talk()
    talk.say(PanTiltDrive(-24, -20), 10)
    assert talk.head.position.pan_deg == pytest.approx(-170)
    assert talk.head.position.tilt_deg == pytest.approx(-30)


def test_the_lens_runs_from_end_to_end() -> None:
    talk = Talk()
    talk.say(visca.ZoomDrive(8), 3)
    assert talk.head.position.zoom == pytest.approx(12)
    talk.say(visca.ZoomDrive(-8), 1)
    assert 1 < talk.head.position.zoom < 12
    talk.say(visca.ZoomDrive(0), 1)
    assert not talk.head.moving


@settings(deadline=None, max_examples=40)
@given(st.floats(-170, 170), st.floats(-170, 170), st.floats(0.5, 120), st.integers(1, 60))
def test_an_axis_arrives_without_overshoot(
    start: float, end: float, speed: float, pieces: int
) -> None:
    axis = Axis(-170, 170, HEAD_ACCELERATION)
    axis.position = start
    axis.go(end, speed)
    low, high = sorted((start, end))
    slack = 2 * HEAD_ACCELERATION * 0.004**2
    seconds = abs(end - start) / speed + speed / HEAD_ACCELERATION + 0.1
    for _ in range(pieces):
        axis.advance(seconds / pieces)
        assert low - slack <= axis.position <= high + slack
    assert axis.position == end
    assert not axis.moving


def test_an_axis_never_jerks() -> None:
    axis = Axis(-170, 170, HEAD_ACCELERATION)
    axis.go(60, 100)
    step, speed, moved = 0.004, 0.0, [0.0]
    while axis.moving:
        axis.advance(step)
        moved.append(axis.position)
        before, speed = speed, (moved[-1] - moved[-2]) / step
        assert abs(speed - before) <= 4 * HEAD_ACCELERATION * step


def test_two_sockets_and_no_third() -> None:
    talk = Talk()
    assert talk.say(FAR) == [Ack(1)]
    assert talk.say(visca.ZoomDirect(0x4000)) == [Ack(2)]
    assert talk.say(visca.FocusMode(False)) == [Error(ErrorCode.BUFFER_FULL, 0)]
    assert talk.say(visca.Cancel(1)) == [Error(ErrorCode.CANCELLED, 1)]
    assert talk.say(visca.FocusMode(False)) == [Ack(1), Completion(1)]


def test_cancel_ends_the_motion_and_knows_empty_sockets() -> None:
    talk = Talk()
    talk.say(FAR)
    talk.say(visca.Cancel(1), 1)
    assert not talk.head.moving
    assert talk.say(visca.Cancel(1)) == [Error(ErrorCode.NO_SOCKET, 1)]


def test_if_clear_ends_the_motion() -> None:
    talk = Talk()
    talk.say(FAR)
    assert talk.say(visca.IfClear(), 1) == [IfClearReply()]
    assert not talk.head.moving


@pytest.mark.parametrize("target", [FAR, visca.Home(), visca.Reset()])
def test_a_target_is_refused_during_a_drive(target: visca.Command) -> None:
    talk = Talk()
    talk.say(PanTiltDrive(5, 0))
    assert talk.say(target) == [Error(ErrorCode.NOT_EXECUTABLE, 0)]


def test_stop_during_a_target_follows_the_profile() -> None:
    strict, lenient = Talk("evi-d70"), Talk("ptzoptics")
    for talk in (strict, lenient):
        talk.say(FAR)
        talk.wait(0.2)
    assert strict.say(PanTiltDrive(0, 0)) == [Error(ErrorCode.NOT_EXECUTABLE, 0)]
    assert strict.head.moving
    assert Error(ErrorCode.CANCELLED, 1) in lenient.say(PanTiltDrive(0, 0), 1)
    assert not lenient.head.moving


@pytest.mark.parametrize(
    "packet",
    [
        b"\x81\x01\x06\x01\x18\x18\x03\x03\xff",  # a tilt speed past 14h
        b"\x81\x01\x06\x01\x00\x05\x03\x03\xff",
        b"\x81\x01\x06\xff",
        b"\x81\xff",
        b"\x81\x01\x06\x02\x01\x01\x10\x00\x00\x00\x00\x00\x00\x00\xff",
    ],
)
def test_a_wrong_packet_is_a_syntax_error(packet: bytes) -> None:
    assert Talk().say(packet) == [Error(ErrorCode.SYNTAX, 0)]


def test_an_overlong_packet_is_a_length_error() -> None:
    assert Talk().say(b"\x81" * 40 + b"\xff") == [Error(ErrorCode.LENGTH, 0)]


def test_packets_for_others_are_not_answered() -> None:
    talk = Talk()
    assert talk.say(encode(visca.Home(), 2)) == []
    assert talk.say(b"\x00\xff\xff") == []
    assert talk.say(visca.AddressSet()) == [AddressReply(2)]


def test_standby_refuses_and_tells() -> None:
    talk = Talk()
    talk.say(visca.Power(False))
    assert talk.say(visca.Home()) == [Error(ErrorCode.NOT_EXECUTABLE, 0)]
    assert talk.say(visca.Inquiry(visca.Question.POWER)) == [InquiryData(b"\x03")]
    talk.say(visca.Power(True))
    assert talk.say(visca.Inquiry(visca.Question.POWER)) == [InquiryData(b"\x02")]


def test_focus_relative_and_presets() -> None:
    talk = Talk()
    talk.say(visca.FocusMode(False))
    assert talk.say(visca.Inquiry(visca.Question.FOCUS)) == [InquiryData(b"\x03")]
    assert talk.say(visca.FocusOnePush()) == [Ack(1), Completion(1)]
    talk.say(visca.RelativePosition(24, 20, -144, 72), 2)
    assert talk.head.position.pan_deg == pytest.approx(-10)
    recall = visca.Preset(visca.PresetAction.RECALL, 1)
    assert talk.say(recall) == [Error(ErrorCode.NOT_EXECUTABLE, 0)]
    talk.say(visca.Preset(visca.PresetAction.SET, 1))
    talk.say(visca.Home(), 2)
    talk.say(visca.ZoomStandard(1), 0.5)
    talk.say(visca.ZoomStandard(-1), 0.1)
    talk.say(visca.ZoomDrive(0), 1)
    assert talk.say(recall, 3) == [Ack(1), Completion(1)]
    assert talk.head.position.pan_deg == pytest.approx(-10)
    assert talk.head.position.zoom == 1
    talk.say(visca.Preset(visca.PresetAction.CLEAR, 1))
    assert talk.say(recall) == [Error(ErrorCode.NOT_EXECUTABLE, 0)]


def test_the_ack_takes_its_time() -> None:
    talk = Talk()
    talk.head.receive(encode(visca.Home()), talk.now)
    assert talk.head.bytes_to_send(talk.now + ACK_S * 0.9) == b""
    assert talk.head.bytes_to_send(talk.now + ACK_S) != b""


@settings(deadline=None)
@given(st.lists(st.binary(max_size=40), max_size=6))
def test_no_bytes_upset_the_head(pieces: list[bytes]) -> None:
    talk = Talk()
    for piece in pieces:
        talk.say(piece)
    talk.say(b"\xff")
    assert Ack(1) in talk.say(visca.ZoomDrive(0)) or talk.head.moving
