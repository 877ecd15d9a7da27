"""The engine against the simulated head, in virtual time: no test here waits."""

import math
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hardware import visca
from hardware.motion import MotionError
from hardware.profiles import find_profile
from hardware.ptz_conversation import ANSWER_S, MAX_STRIKES
from hardware.ptz_engine import PtzEngine
from hardware.sim_head import ACK_S, SimHead
from hardware.visca import PanTiltDrive, ZoomDrive
from hardware.visca_reply import Ack, Error, ErrorCode, NetworkChange, decode_reply, encode_reply

STOP = PanTiltDrive(0, 0)
Filter = Callable[[bytes], bytes]


class Line:
    """Both ends of a cable, and the clock."""

    def __init__(self, profile: str = "sim", **faults: float) -> None:
        self.now = 100.0
        self.engine = PtzEngine(find_profile(profile))
        self.head = SimHead(find_profile(profile), **faults)  # type: ignore[arg-type]
        self.sent: list[tuple[float, visca.Command]] = []
        self.to_head: Filter = bytes
        self.to_engine: Filter = bytes
        self._waiting_since: float | None = None

    def open(self) -> "Line":
        self.engine.open(self.now)
        self.run(1.0)
        self.sent.clear()
        return self

    def exchange(self) -> None:
        self.head.advance(self.now)
        if reply := self.head.bytes_to_send(self.now):
            self._waiting_since = None
            self.engine.receive(self.to_engine(reply), self.now)
        if packet := self.engine.bytes_to_send():
            assert packet.count(0xFF) == 1, "one packet at a time"
            waited, command = self._waiting_since, visca.decode(packet)[1]
            asked = bool(self.sent) and isinstance(self.sent[-1][1], visca.Inquiry)
            hurries = asked and isinstance(command, PanTiltDrive | ZoomDrive | visca.Cancel)
            answered = waited is None or self.now - waited >= ANSWER_S - 1e-9
            assert answered or hurries, "sent before the answer"
            self._waiting_since = self.now
            self.sent.append((self.now, command))
            self.head.receive(self.to_head(packet), self.now)

    def answer(self, reply: bytes) -> None:
        """An answer that the head did not give."""
        self._waiting_since = None
        self.engine.receive(reply, self.now)

    def run(self, seconds: float, each: Callable[[], None] = lambda: None) -> None:
        """Let time pass; `each` is called every 5 ms, as the owner's other thread."""
        end = self.now + seconds
        while self.now < end - 1e-9:
            self.exchange()
            times = [due for due in (self.engine.next_timeout(), self.head.next_timeout()) if due]
            tick = min(self.now + 0.005, end)
            self.now = max(self.now, min([tick, *times]))
            if self.now == tick:
                each()
            due = self.engine.next_timeout()
            if due is not None and self.now >= due:
                self.engine.timeout(self.now)
        self.exchange()

    def commands(self) -> list[visca.Command]:
        return [each for _, each in self.sent if not isinstance(each, visca.Inquiry)]

    def held(self, pan: float, tilt: float, zoom: float) -> Callable[[], None]:
        """A key that is held: repeated ten times a second."""
        last = [-math.inf]

        def press() -> None:
            if self.now - last[0] >= 0.1:
                last[0] = self.now
                self.engine.drive(pan, tilt, zoom, self.now)

        return press

    def state(self) -> str:
        return self.engine.health.state

    def still(self) -> bool:
        return not self.head.moving


def test_opening_numbers_clears_stops_and_asks() -> None:
    line = Line()
    line.engine.open(line.now)
    line.run(0.3)
    assert [each for _, each in line.sent][:5] == [
        visca.AddressSet(),
        visca.IfClear(),
        STOP,
        ZoomDrive(0),
        visca.Inquiry(visca.Question.VERSION),
    ]
    assert line.state() == "ready"
    assert "model 0001" in line.engine.health.detail


def test_a_head_that_turns_at_opening_is_stopped() -> None:
    line = Line()
    line.head.receive(visca.encode(PanTiltDrive(12, 0)), line.now)
    line.head.receive(visca.encode(ZoomDrive(3)), line.now)
    line.engine.open(line.now)
    line.run(0.5)
    assert line.still()


def test_a_drive_turns_and_stop_stops_at_once() -> None:
    line = Line().open()
    line.run(1.0, line.held(20, -5, 0.5))
    pose = line.head.position
    assert pose.pan_deg > 10
    assert pose.tilt_deg < -2
    assert pose.zoom > 1
    line.engine.stop(line.now)
    line.run(0.3)
    assert line.still()
    assert line.engine.stopped


def test_the_dead_man_stops_within_its_time() -> None:
    line = Line().open()
    start = line.now
    line.engine.drive(30, 0, 1, line.now)
    line.run(1.0)
    stops = [when for when, each in line.sent if each == STOP]
    assert stops
    assert stops[0] - start <= 0.4 + 2 * ACK_S  # at most one poll is in the way
    assert line.still()


def test_the_dead_man_waits_for_a_held_key() -> None:
    line = Line().open()
    line.run(1.5, line.held(10, 0, 0))
    assert STOP not in line.commands()
    assert line.head.moving


def test_an_equal_drive_costs_no_bytes() -> None:
    line = Line().open()
    line.run(1.5, line.held(10, 4, 0))
    assert len(line.commands()) == 1


def test_the_newest_drive_wins() -> None:
    line = Line().open()
    for speed in range(1, 60):
        line.engine.drive(speed, 0, 0, line.now)
    line.run(0.2)
    profile = line.engine.profile
    assert line.commands() == [
        PanTiltDrive(profile.pan_step(1), 0),
        PanTiltDrive(profile.pan_step(59), 0),
    ]


def test_stop_goes_first_and_drops_the_queued_drive() -> None:
    line = Line().open()
    line.engine.drive(10, 0, 0, line.now)
    line.engine.drive(20, 0, 1, line.now)  # waits behind the first
    line.engine.stop(line.now)
    line.run(0.3)
    assert line.commands()[1:] == [STOP, ZoomDrive(0)]
    assert line.still()


@pytest.mark.parametrize("answers", [True, False])
def test_motion_does_not_wait_for_a_position_poll(answers: bool) -> None:
    line = Line(ack_s=0.1).open()
    line.run(1.0, lambda: None)
    while not isinstance(line.sent[-1][1], visca.Inquiry):
        line.exchange()
        line.now += 0.001
        line.engine.timeout(line.now)
    if not answers:  # a camera that drops the question when the drive comes
        line.to_engine = lambda data: b"" if data[1:2] == b"\x50" else data
    pressed = line.now
    line.engine.drive(20, 0, 0, line.now)
    line.exchange()
    at, command = line.sent[-1]
    assert isinstance(command, PanTiltDrive)
    assert at == pressed
    line.run(0.3, line.held(20, 0, 0))
    assert not line.still()
    line.engine.stop(line.now)
    line.run(0.5)
    assert line.still()
    assert line.state() == "ready"


def test_stop_is_said_to_a_still_head_too() -> None:
    line = Line().open()
    line.engine.stop(line.now)
    line.run(0.2)
    assert line.commands() == [STOP, ZoomDrive(0)]


def test_a_stop_before_a_new_drive_is_not_lost() -> None:
    line = Line().open()
    line.run(0.5, line.held(10, 0, 0))
    line.sent.clear()
    line.engine.stop(line.now)
    line.engine.drive(-10, 0, 0, line.now)
    line.run(0.2)
    assert line.commands()[0] == STOP
    assert line.state() == "ready"


@pytest.mark.parametrize("profile", ["sim", "ptzoptics", "evi-d70", "evi-d100", "evi-d80"])
def test_targets_arrive_and_can_be_stopped(profile: str) -> None:
    line = Line(profile).open()
    line.engine.move_to(50, 10, 4, line.now)
    line.run(6.0)
    assert line.head.position.pan_deg == pytest.approx(50, abs=0.1)
    assert line.head.position.tilt_deg == pytest.approx(10, abs=0.1)
    assert line.head.position.zoom == pytest.approx(4, rel=0.01)
    assert line.engine.position is not None
    assert line.engine.position.pan_deg == pytest.approx(50, abs=0.1)
    line.engine.move_to(-90, 0, 1, line.now)
    line.run(0.2)
    assert line.head.moving
    line.engine.stop(line.now)
    line.run(0.4)
    assert line.still()
    assert line.engine.stopped
    assert line.head.position.pan_deg > -80


def test_the_profile_chooses_between_stop_and_cancel() -> None:
    for profile, cancels in (("evi-d70", 2), ("ptzoptics", 0)):
        line = Line(profile).open()
        line.engine.home(line.now)
        line.engine.move_to(60, 20, 5, line.now)
        line.run(0.3)
        line.engine.stop(line.now)
        line.sent.clear()
        line.run(0.3)
        assert sum(isinstance(each, visca.Cancel) for each in line.commands()) == cancels
        assert visca.IfClear() not in line.commands()
        assert line.still()


def test_stop_while_the_target_awaits_its_ack() -> None:
    line = Line().open()
    line.engine.move_to(90, 0, None, line.now)
    line.run(0.005)
    assert isinstance(line.commands()[0], visca.AbsolutePosition)
    line.engine.stop(line.now)
    line.run(0.5)
    assert line.still()
    assert line.head.position.pan_deg < 20


@pytest.mark.parametrize("profile", ["sim", "ptzoptics"])
def test_a_drive_takes_over_from_a_target(profile: str) -> None:
    line = Line(profile).open()
    line.engine.move_to(90, 0, 6, line.now)
    line.run(0.3)
    line.run(0.6, line.held(-30, 0, 0))
    before = line.head.position.pan_deg
    line.run(0.2, line.held(-30, 0, 0))
    assert line.head.position.pan_deg < before


def test_all_zero_leaves_a_target_alone() -> None:
    line = Line().open()
    line.engine.move_to(20, 0, None, line.now)
    line.run(1.5, line.held(0, 0, 0))
    assert line.head.position.pan_deg == pytest.approx(20, abs=0.1)


def test_a_target_ends_a_drive_first() -> None:
    line = Line().open()
    line.run(0.5, line.held(10, 0, 0))
    line.sent.clear()
    line.engine.move_to(0, 0, None, line.now)
    line.run(1.0)
    assert line.commands()[0] == STOP
    assert line.head.position.pan_deg == pytest.approx(0, abs=0.1)


def test_a_refused_target_is_tried_once_more_after_a_stop() -> None:
    line = Line().open()
    refusal = encode_reply(Error(ErrorCode.NOT_EXECUTABLE, 0))
    left = [1]

    def refuse_once(packet: bytes) -> bytes:
        if isinstance(visca.decode(packet)[1], visca.AbsolutePosition) and left[0]:
            left[0] -= 1
            line.answer(refusal)
            return b""
        return packet

    line.to_head = refuse_once
    line.engine.move_to(15, 0, None, line.now)
    line.run(1.0)
    kinds = [type(each) for each in line.commands()]
    assert kinds == [visca.AbsolutePosition, PanTiltDrive, visca.AbsolutePosition]
    assert line.head.position.pan_deg == pytest.approx(15, abs=0.1)


def test_a_target_that_is_always_refused_is_given_up() -> None:
    line = Line().open()
    line.engine.preset(3, False, line.now)  # never stored: the head refuses it
    line.run(2.0)
    assert sum(isinstance(each, visca.Preset) for each in line.commands()) == 2
    assert line.state() == "ready"


def test_presets_store_and_recall() -> None:
    line = Line().open()
    line.engine.move_to(30, 5, 3, line.now)
    line.run(3.0)
    line.engine.preset(2, True, line.now)
    line.run(0.2)
    line.engine.home(line.now)
    line.run(3.0)
    assert line.head.position.pan_deg == pytest.approx(0, abs=0.1)
    assert line.head.position.zoom == 1
    line.engine.preset(2, False, line.now)
    line.run(3.0)
    assert line.head.position.pan_deg == pytest.approx(30, abs=0.1)
    assert line.head.position.zoom == pytest.approx(3, rel=0.01)


def test_a_lost_ack_is_cleared_and_the_stop_repeated() -> None:
    line = Line().open()
    line.run(0.5, line.held(20, 0, 0))
    lost = [2]

    def lose(reply: bytes) -> bytes:
        lost[0] -= 1
        return reply if lost[0] < 0 else b""

    line.run(0.2, line.held(20, 0, 0))
    line.to_engine = lose
    line.sent.clear()
    line.engine.stop(line.now)
    line.run(1.5)
    commands = line.commands()
    assert visca.IfClear() in commands
    assert commands.index(visca.IfClear()) < len(commands) - 1 - commands[::-1].index(STOP)
    assert line.engine.stopped
    assert line.state() == "ready"


def test_a_stop_that_the_line_swallows_is_said_again() -> None:
    line = Line().open()
    line.run(0.5, line.held(20, 0, 0))
    swallowed = [2]

    def swallow(packet: bytes) -> bytes:
        if visca.decode(packet)[1] == STOP and swallowed[0]:
            swallowed[0] -= 1
            return b""
        return packet

    line.to_head = swallow
    line.engine.stop(line.now)
    line.run(2.0)
    assert swallowed == [0]
    assert line.still()
    assert line.engine.stopped


def test_a_drive_is_said_again_after_an_if_clear() -> None:
    line = Line().open()
    line.run(0.3, line.held(20, 0, 0))
    line.sent.clear()
    lost = [1]

    def lose(reply: bytes) -> bytes:
        lost[0] -= 1
        return reply if lost[0] < 0 else b""

    line.to_engine = lose
    line.run(1.0, line.held(20, 0, 0))
    drive = PanTiltDrive(line.engine.profile.pan_step(20), 0)
    # IF_Clear may have ended anything, so both setpoints are told anew.
    assert line.commands() == [visca.IfClear(), ZoomDrive(0), drive]


def test_silence_is_reported_and_a_waking_head_is_stopped() -> None:
    line = Line().open()
    line.run(0.5, line.held(20, 0, 0))
    line.head.mute = True
    line.engine.stop(line.now)
    line.run(MAX_STRIKES * ANSWER_S + 0.1)
    assert line.state() == "silent"
    assert line.engine.position is None
    line.sent.clear()
    line.run(3.0)
    assert STOP in line.commands()  # it is asked to stop even while it is silent
    assert len(line.sent) < 8  # but not as fast as the line allows
    line.head.receive(visca.encode(PanTiltDrive(5, 0)), line.now)  # someone's remote control
    line.head.mute = False
    line.run(2.0)
    assert line.state() == "ready"
    assert line.still()


def test_a_drive_is_dropped_while_the_camera_is_silent() -> None:
    line = Line(mute=True)
    line.engine.open(line.now)
    line.run(3.0)
    line.engine.drive(10, 0, 0, line.now)
    line.run(1.0)
    assert PanTiltDrive(line.engine.profile.pan_step(10), 0) not in line.commands()


def test_stop_does_not_wait_for_the_next_probe() -> None:
    line = Line(mute=True)
    line.engine.open(line.now)
    line.run(4.0)
    while (line.engine.next_timeout() or 0) < line.now + 0.5:  # until it pauses for a probe
        line.run(0.005)
    count = len(line.sent)
    line.engine.stop(line.now)
    line.run(0.3)
    assert STOP in [each for _, each in line.sent[count:]]


def test_rubbish_is_told_from_silence() -> None:
    line = Line(rubbish=True)
    line.engine.open(line.now)
    line.run(2.5)
    assert line.state() == "rubbish"
    line.head.rubbish = False
    line.run(2.0)
    assert line.state() == "ready"


def test_noise_between_the_replies_does_no_harm() -> None:
    line = Line().open()
    line.to_engine = lambda data: b"\x00\x12\xff" + data
    line.run(1.0, line.held(20, 0, 0))
    line.engine.stop(line.now)
    line.run(0.3)
    assert line.state() == "ready"
    assert line.still()


def test_a_full_buffer_ends_in_a_stop() -> None:
    line = Line().open()
    # Two targets that the engine does not know of hold both sockets.
    line.head.receive(visca.encode(visca.AbsolutePosition(5, 5, 2000, 0)), line.now)
    line.head.receive(visca.encode(visca.ZoomDirect(0x4000)), line.now)
    line.head.bytes_to_send(line.now + 1)
    line.engine.stop(line.now)
    line.run(0.5)
    assert line.still()
    assert line.engine.stopped


def test_a_changed_chain_is_numbered_again() -> None:
    line = Line().open()
    line.engine.receive(encode_reply(NetworkChange()), line.now)
    line.run(0.5)
    assert line.commands()[:4] == [visca.AddressSet(), visca.IfClear(), STOP, ZoomDrive(0)]
    assert line.state() == "ready"


def test_a_camera_without_a_zoom_or_a_version_is_usable() -> None:
    line = Line()
    refusal = encode_reply(Error(ErrorCode.SYNTAX, 0))
    lacking = (ZoomDrive, visca.Inquiry)

    def refuse(packet: bytes) -> bytes:
        command = visca.decode(packet)[1]
        if isinstance(command, lacking) and command != visca.Inquiry(visca.Question.PAN_TILT):
            line.answer(refusal)
            return b""
        return packet

    line.to_head = refuse
    line.engine.open(line.now)
    line.run(2.0)
    assert line.state() == "ready"
    line.run(0.5, line.held(20, 0, 0))
    assert line.head.moving


def test_a_camera_in_standby_answers_and_is_ready() -> None:
    line = Line()
    line.head.receive(visca.encode(visca.Power(False)), line.now)
    line.engine.open(line.now)
    line.run(2.0)
    assert line.state() == "ready"


def test_a_camera_that_skips_acks_is_understood() -> None:
    line = Line()

    def skip(data: bytes) -> bytes:
        packets = [part + b"\xff" for part in data.split(b"\xff") if part]
        return b"".join(each for each in packets if not isinstance(decode_reply(each), Ack))

    line.to_engine = skip
    line.engine.open(line.now)
    line.run(1.0)
    assert line.state() == "ready"
    line.run(1.0, line.held(20, 0, 0))
    line.engine.stop(line.now)
    line.run(0.5)
    assert line.still()


def test_positions_are_polled_three_to_four_times_a_second() -> None:
    line = Line().open()
    for moving in (0.0, 10.0):
        line.sent.clear()
        line.run(2.0, line.held(moving, 0, 0))
        asked = visca.Inquiry(visca.Question.PAN_TILT)
        assert 6 <= sum(each == asked for _, each in line.sent) <= 8


def test_a_lost_line_forgets_the_drive() -> None:
    line = Line().open()
    line.run(0.5, line.held(10, 0, 0))
    line.engine.lost("unplugged")
    assert line.state() == "absent"
    assert line.engine.next_timeout() is None
    assert line.engine.position is None
    line.engine.drive(10, 0, 0, line.now)
    line.engine.stop(line.now)
    assert line.engine.bytes_to_send() == b""
    line.sent.clear()
    line.engine.open(line.now)
    line.run(1.0)
    assert line.still()
    assert STOP in line.commands()
    assert line.state() == "ready"


BAD = (math.nan, math.inf, -math.inf, None, "1", True)


@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize("place", range(3))
def test_nonsense_stops_the_camera(bad: float, place: int) -> None:
    line = Line().open()
    line.run(0.3, line.held(20, 0, 0))
    speeds: list[float] = [1, 1, 1]
    speeds[place] = bad
    pan, tilt, zoom = speeds
    with pytest.raises(MotionError):
        line.engine.drive(pan, tilt, zoom, line.now)
    line.run(0.3)
    assert line.still()


def test_every_request_refuses_nonsense() -> None:
    engine = Line().open().engine
    requests: list[Callable[[], None]] = [
        lambda: engine.drive(0, 0, 1.01, 200),
        lambda: engine.move_to(math.nan, 0, None, 200),
        lambda: engine.move_to(0, 361, None, 200),
        lambda: engine.move_to(0, 0, 0.5, 200),
        lambda: engine.preset(16, False, 200),
        lambda: engine.preset(-1, True, 200),
        lambda: engine.preset(1.0, True, 200),  # type: ignore[arg-type]
    ]
    for request in requests:
        with pytest.raises(MotionError):
            request()


@pytest.mark.parametrize("deadman_s", [0, 0.05, 3, math.nan])
def test_a_dead_man_must_be_a_sensible_time(deadman_s: float) -> None:
    with pytest.raises(ValueError, match="deadman_s"):
        PtzEngine(find_profile("sim"), deadman_s)


def test_large_values_are_clamped_to_the_model() -> None:
    line = Line().open()
    line.run(0.2, line.held(1e9, -1e9, 1))
    assert line.commands()[0] == PanTiltDrive(24, -20)
    line.engine.move_to(350, 90, 1000, line.now)
    line.run(8.0)
    assert line.head.position.pan_deg == pytest.approx(170, abs=0.1)
    assert line.head.position.zoom == pytest.approx(12, rel=0.01)


REQUEST = st.one_of(
    st.tuples(st.just("drive"), st.floats(-100, 100), st.floats(-100, 100), st.floats(-1, 1)),
    st.tuples(st.just("move_to"), st.floats(-170, 170), st.floats(-30, 90), st.floats(1, 12)),
    st.tuples(st.just("home")),
    st.tuples(st.just("stop")),
    st.tuples(st.just("preset"), st.integers(0, 3), st.booleans()),
    st.tuples(st.just("noise"), st.binary(max_size=8)),
    st.tuples(st.just("mute")),
)


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(["sim", "ptzoptics"]),
    st.lists(st.tuples(REQUEST, st.floats(0, 0.4)), max_size=12),
)
def test_whatever_happens_a_stop_stops(
    profile: str, story: list[tuple[tuple[object, ...], float]]
) -> None:
    line = Line(profile).open()
    for (name, *arguments), pause in story:
        if name == "noise":
            line.engine.receive(bytes(arguments[0]), line.now)  # type: ignore[call-overload]
            line._waiting_since = None  # noise may look like an answer
        elif name == "mute":
            line.head.mute = not line.head.mute
        else:
            getattr(line.engine, str(name))(*arguments, line.now)
        line.run(pause)
    line.head.mute = False
    line.engine.stop(line.now)
    line.run(4.0)
    assert line.still()
    assert line.engine.stopped
    assert line.state() == "ready"
