"""A camera head that speaks VISCA, without a port and without a clock.

It is stricter than most cameras: a drive is refused during a target (unless the profile's Stop
ends targets), a target during a drive, and two sockets are all there are. Pure.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from hardware import visca
from hardware.motion import Position
from hardware.profiles import Profile
from hardware.sim_axis import Axis
from hardware.sim_body import (
    LENS_END,
    LENS_SECONDS,
    SEEK_LENS,
    SEEK_PAN,
    SEEK_TILT,
    SimBody,
)
from hardware.visca import Command, Question
from hardware.visca_fields import ViscaSyntaxError, words
from hardware.visca_reply import (
    Ack,
    AddressReply,
    Completion,
    Error,
    ErrorCode,
    Framer,
    IfClearReply,
    InquiryData,
    Reply,
    encode_reply,
)

ACK_S = 0.02  # a camera in 50 Hz mode answers in the next picture
VERSION = b"\x4b\x47\x00\x01\x01\x00\x02"  # vendor "KG", model 1, firmware 1.0, two sockets


class _RefusalError(Exception):
    """The command is answered with this error code."""

    def __init__(self, code: ErrorCode) -> None:
        super().__init__(code.name)
        self.code = code


@dataclass(slots=True)
class _Job:
    """What a socket waits for."""

    axes: tuple[Axis, ...]


class SimHead:
    """Give it bytes and time; it gives replies and a pose."""

    def __init__(
        self,
        profile: Profile,
        *,
        ack_s: float = ACK_S,
        mute: bool = False,
        rubbish: bool = False,
    ) -> None:
        """`mute` obeys but never answers; `rubbish` garbles its answers. Both may change later."""
        self.profile = profile
        self.ack_s, self.mute, self.rubbish = ack_s, mute, rubbish
        self._body = SimBody(profile)
        self._pan, self._tilt, self._lens = self._body.pan, self._body.tilt, self._body.lens
        self._framer = Framer()
        self._replies: deque[tuple[float, bytes]] = deque()
        self._jobs: dict[int, _Job] = {}
        self._presets = self._body.presets
        self._auto_focus = self._on = True

    @property
    def position(self) -> Position:
        """Where the head looks."""
        return self._body.position

    @property
    def moving(self) -> bool:
        """Whether any axis turns."""
        return self._body.moving

    def receive(self, data: bytes, now: float) -> None:
        """Bytes from the controller; never raises."""
        self.advance(now)
        for packet, overlong in self._framer.feed(data):
            if overlong:
                self._answer(Error(ErrorCode.LENGTH, 0), now)
            elif packet[0] in (0x81, 0x88):
                self._obey(packet, now)

    def advance(self, now: float) -> None:
        """Let the motors run until now (seconds, monotonic)."""
        self._body.advance(now)
        for socket, job in list(self._jobs.items()):
            if not any(axis.seeking for axis in job.axes):
                del self._jobs[socket]
                self._answer(Completion(socket), now)

    def bytes_to_send(self, now: float) -> bytes:
        """The replies that are due."""
        data = b""
        while self._replies and self._replies[0][0] <= now:
            data += self._replies.popleft()[1]
        return data

    def next_timeout(self) -> float | None:
        """When the next reply is due."""
        return self._replies[0][0] if self._replies else None

    def _answer(self, reply: Reply, now: float) -> None:
        if self.mute:
            return
        data = encode_reply(reply)
        if self.rubbish:
            data = bytes(byte ^ 0x5A for byte in data[:-1]) + data[-1:]
        due = now + self.ack_s
        if self._replies:  # replies leave in order
            due = max(due, self._replies[-1][0])
        self._replies.append((due, data))

    def _obey(self, packet: bytes, now: float) -> None:
        try:
            _, command = visca.decode(packet)
        except ViscaSyntaxError:
            self._answer(Error(ErrorCode.SYNTAX, 0), now)
            return
        match command:
            case visca.AddressSet():
                self._answer(AddressReply(2), now)
            case visca.IfClear():
                for socket in list(self._jobs):
                    self._end_job(socket)
                everyone = packet[0] == 0x88
                self._answer(IfClearReply() if everyone else Completion(0), now)
            case visca.Cancel(socket):
                known = socket in self._jobs
                if known:
                    self._end_job(socket)
                code = ErrorCode.CANCELLED if known else ErrorCode.NO_SOCKET
                self._answer(Error(code, socket), now)
            case visca.Inquiry(question):
                self._answer(InquiryData(self._data(question)), now)
            case _:
                self._execute(command, now)

    def _data(self, question: Question) -> bytes:
        counts = self.profile.counts
        match question:
            case Question.PAN_TILT:
                return words(counts(self._pan.position), counts(self._tilt.position))
            case Question.ZOOM:
                return words(round(self._lens.position))
            case Question.VERSION:
                return VERSION
            case Question.POWER:
                return b"\x02" if self._on else b"\x03"
            case Question.FOCUS:
                return b"\x02" if self._auto_focus else b"\x03"

    def _execute(self, command: Command, now: float) -> None:
        socket = next((number for number in (1, 2) if number not in self._jobs), None)
        stop = command in (visca.PanTiltDrive(0, 0), visca.ZoomDrive(0))
        if socket is None and not (stop and self.profile.stop_ends_targeted):
            self._answer(Error(ErrorCode.BUFFER_FULL, 0), now)
            return
        try:
            axes = self._start(command, now)
        except _RefusalError as refusal:
            self._answer(Error(refusal.code, 0), now)
            return
        number = socket or 1  # with both taken, a camera that stops anyway names one of them
        self._answer(Ack(number), now)
        if axes:
            self._jobs[number] = _Job(axes)
        else:
            self._answer(Completion(number), now)

    def _start(self, command: Command, now: float) -> tuple[Axis, ...]:
        """Begin; gives the axes that a socket waits for."""
        if not self._on and not isinstance(command, visca.Power):
            raise _RefusalError(ErrorCode.NOT_EXECUTABLE)
        match command:
            case visca.PanTiltDrive(pan, tilt):
                self._make_way(now, self._pan, self._tilt)
                self._pan.drive(self.profile.pan_speed(pan))
                self._tilt.drive(self.profile.tilt_speed(tilt))
            case visca.ZoomDrive(step):
                self._zoom(step, now)
            case visca.ZoomStandard(direction):
                self._zoom(4 * direction, now)
            case visca.ZoomDirect(position):
                self._make_way(now, self._lens)
                self._lens.go(position, SEEK_LENS)
                return (self._lens,)
            case visca.Preset(action, number):
                return self._preset(action, number, now)
            case visca.FocusMode(auto):
                self._auto_focus = auto
            case visca.Power(on):
                self._on = on
            case _:
                return self._turn(command, now)
        return ()

    def _zoom(self, step: int, now: float) -> None:
        self._make_way(now, self._lens)
        speed = LENS_END / LENS_SECONDS[abs(step) - 1] if step else 0.0
        self._lens.drive(-speed if step < 0 else speed)

    def _turn(self, command: Command, now: float) -> tuple[Axis, ...]:
        pan, tilt, speeds = 0.0, 0.0, (SEEK_PAN, SEEK_TILT)
        degrees, profile = self.profile.degrees, self.profile
        match command:
            case visca.AbsolutePosition(pan_speed, tilt_speed, pan_counts, tilt_counts):
                pan, tilt = degrees(pan_counts), degrees(tilt_counts)
                speeds = profile.pan_speed(pan_speed), profile.tilt_speed(tilt_speed)
            case visca.RelativePosition(pan_speed, tilt_speed, pan_counts, tilt_counts):
                pan = self._pan.position + degrees(pan_counts)
                tilt = self._tilt.position + degrees(tilt_counts)
                speeds = profile.pan_speed(pan_speed), profile.tilt_speed(tilt_speed)
            case visca.Home() | visca.Reset():
                pass
            case _:  # focus once: nothing turns
                return ()
        self._head_free(now)
        self._pan.go(pan, speeds[0])
        self._tilt.go(tilt, speeds[1])
        return self._pan, self._tilt

    def _preset(self, action: visca.PresetAction, number: int, now: float) -> tuple[Axis, ...]:
        known = number in self._presets
        recall = action is visca.PresetAction.RECALL
        if number >= self.profile.presets or (recall and not known):
            raise _RefusalError(ErrorCode.NOT_EXECUTABLE)
        if action is visca.PresetAction.CLEAR:
            self._presets.pop(number, None)
        elif action is visca.PresetAction.SET:
            self._body.store(number)
        if not recall:
            return ()
        self._head_free(now)
        self._make_way(now, self._lens)
        self._body.recall(number)
        return self._pan, self._tilt, self._lens

    def _head_free(self, now: float) -> None:
        if self._pan.driving or self._tilt.driving:
            raise _RefusalError(ErrorCode.NOT_EXECUTABLE)
        self._make_way(now, self._pan, self._tilt)

    def _make_way(self, now: float, *axes: Axis) -> None:
        """Refuse, or end, the jobs that hold these axes: the profile's stop rule."""
        for socket, job in list(self._jobs.items()):
            if any(axis in job.axes for axis in axes):
                if not self.profile.stop_ends_targeted:
                    raise _RefusalError(ErrorCode.NOT_EXECUTABLE)
                self._end_job(socket)
                self._answer(Error(ErrorCode.CANCELLED, socket), now)

    def _end_job(self, socket: int) -> None:
        for axis in self._jobs.pop(socket).axes:
            axis.drive(0.0)
