"""One VISCA conversation: which packet is next, and what each answer means.

Sources: Sony EVI-D70/D100/D80 technical manuals ("VISCA Device Setting", "Mode Condition").
Pure: `now` is monotonic time in seconds. One packet is in flight until its answer; `_choose` is
the order of precedence for the next one, and standing still comes first in it.
"""

from __future__ import annotations

import math
from collections import deque

from hardware import ptz_health, visca
from hardware import visca_reply as reply
from hardware.motion import Health, Position
from hardware.profiles import Profile
from hardware.ptz_readings import Readings
from hardware.ptz_wants import Flight, Setpoint, Target, Targets
from hardware.visca import Command, PanTiltDrive, Question, ZoomDrive
from hardware.visca_reply import ErrorCode

ANSWER_S = 0.25  # an ACK takes 20–40 ms; 0.25 s is six picture periods of 25 Hz mode
PROBE_S = 1.0  # a camera that is off is asked again often enough to be stopped when it wakes
RETRY_S = 0.1  # a head that was just stopped may still brake and refuse a target
MAX_STRIKES = 6  # unanswered packets in a row (three Stops among them) before "silent": 1.5 s


class Conversation:
    """Feed it bytes and time; send what `bytes_to_send` gives. `PtzEngine` says what is wanted."""

    def __init__(self, profile: Profile, *, chain: bool = True) -> None:
        """Silent until `open`. In a `chain` cameras are numbered first; over IP there is none."""
        self.profile = profile
        self._chain = chain
        self.health = Health("absent", "not opened yet")
        self._forget()

    def _forget(self) -> None:
        self._decoder = reply.Decoder()
        self._out = bytearray()
        self._flight: Flight | None = None
        self._head = Setpoint((0, 0))
        self._lens = Setpoint(0)
        self._targets = Targets()
        self._clear = False  # IF_Clear is due
        self._opening: deque[Command] = deque()
        self._readings = Readings()
        self._strikes = self._rubbish = 0
        self._acks = False  # whether this camera sends ACKs at all
        self._pause_until = -math.inf

    def open(self, now: float) -> None:
        """The line is there: number the camera, clear it, stop it, ask what it is."""
        self._forget()
        self._turn("opened", "starting the conversation")
        version = visca.Inquiry(Question.VERSION)
        numbering = (visca.AddressSet(),) if self._chain else ()
        self._opening.extend((*numbering, visca.IfClear(), version))
        self._pump(now)

    def lost(self, reason: str) -> None:
        """The line is gone; everything wanted is forgotten."""
        self._forget()
        self._turn("lost", reason)

    def stop(self, now: float) -> None:
        """Stand still: drops what waits, ends what runs, and says Stop even to a still camera."""
        self._head.halt()
        self._lens.halt()
        self._abandon_targets()
        self._pause_until = -math.inf  # not even a silent camera makes it wait
        self._pump(now)

    def receive(self, data: bytes, now: float) -> None:
        """Bytes from the camera; never raises."""
        for each in self._decoder.feed(data):
            self._on_reply(each, now)
        self._pump(now)

    def timeout(self, now: float) -> None:
        """Call at or after `next_timeout`; earlier does no harm."""
        if self._flight and now >= self._flight.deadline:
            self._on_silence(self._flight, now)
        self._pump(now)

    def next_timeout(self) -> float | None:
        """When `timeout` has something to do; None when only a new line helps."""
        if self.health.state == "absent":
            return None
        if self._flight:
            return self._flight.deadline
        if self.health.state in ("silent", "rubbish"):
            return self._pause_until
        poll_at, target_at = self._readings.wake_at, self._targets.wake_at()
        return poll_at if target_at is None else min(poll_at, target_at)

    def bytes_to_send(self) -> bytes:
        """What must go onto the line now; each byte is given once."""
        data = bytes(self._out)
        self._out.clear()
        return data

    @property
    def position(self) -> Position | None:
        """The last polled position, None until the camera told both head and lens."""
        return self._readings.position(self.profile)

    @property
    def stopped(self) -> bool:
        """Whether the camera has acknowledged that it stands still."""
        owed = self._head.stop_due or self._lens.stop_due or self._clear
        aiming = not self._targets.idle or (self._flight and self._flight.target)
        return not (self._moving or owed or aiming)

    # -- what is sent next ----------------------------------------------------------------------

    def _pump(self, now: float) -> None:
        if self.health.state == "absent" or now < self._pause_until:
            return
        if self._flight and not self._hurries:
            return
        command, target = self._choose(), None
        if command is None and (target := self._targets.next(now)):
            command = target.command
        if command is None and (question := self._readings.next(now)):
            command = visca.Inquiry(question)
        if command is not None:
            self._out += visca.encode(command, chain=self._chain)
            self._flight = Flight(command, now + ANSWER_S, target)

    @property
    def _hurries(self) -> bool:
        """Motion does not wait for the answer to a position poll (30 ms); a late one is passed
        over, and a camera that minds answers with an error, after which it is said again."""
        asks = self._flight is not None and isinstance(self._flight.command, visca.Inquiry)
        due = any(point.stop_due or point.drive_due for point in (self._head, self._lens))
        return asks and due and self.health.state == "ready"

    def _choose(self) -> Command | None:
        if self._clear:
            self._clear = False
            return visca.IfClear()
        if len(self._opening) > 1:  # all but the version inquiry
            return self._opening.popleft()
        if (socket := self._targets.next_cancel()) is not None:
            return visca.Cancel(socket)
        return self._choose_drive()

    def _choose_drive(self) -> Command | None:
        if self._head.stop_due:
            return PanTiltDrive(0, 0)
        if self._lens.stop_due:
            return ZoomDrive(0)
        if self._opening:
            return self._opening.popleft()
        if self.health.state == "opening":
            self._turn("answered", self._readings.version)
        if self._head.drive_due:
            return PanTiltDrive(*self._head.wanted)
        return ZoomDrive(self._lens.wanted) if self._lens.drive_due else None

    @property
    def _moving(self) -> bool:
        return self._head.moving or self._lens.moving

    def _abandon_targets(self) -> None:
        if self._flight and self._flight.target:
            self._flight.target.abandoned = True  # ended when its ACK names the socket
        for socket in self._targets.abandon():
            self._end(socket)

    def _end(self, socket: int) -> None:
        if self.profile.stop_ends_targeted:
            self._head.interrupt()
            self._lens.interrupt()
        elif socket == 0:
            self._clear = True  # a camera that names no socket cannot be told which to cancel
        else:
            self._targets.cancel(socket)

    # -- what comes back ------------------------------------------------------------------------

    def _on_reply(self, received: reply.Reply, now: float) -> None:
        if isinstance(received, reply.Rubbish):
            self._rubbish += 1
            return
        self._strikes = self._rubbish = 0
        changed = isinstance(received, reply.NetworkChange)
        if changed or self.health.state in ("silent", "rubbish"):
            self.open(now)  # it may have been moved or replaced meanwhile
            return
        match received:
            case reply.Ack(socket):
                self._acks = True
                self._on_accepted(socket)
            case reply.Completion(0) if self._carries(visca.IfClear):  # not as a broadcast
                self._on_cleared()
            case reply.Completion(socket):
                if not self._targets.ended(socket) and not self._acks:
                    self._on_accepted(socket)  # this camera skips the ACK
                    self._targets.ended(socket)
            case reply.Error(code, socket):
                self._on_error(code, socket, now)
            case reply.InquiryData(data):
                self._on_data(data)
            case reply.AddressReply() if self._carries(visca.AddressSet):
                self._flight = None
            case reply.IfClearReply() if self._carries(visca.IfClear):
                self._on_cleared()

    def _carries(self, kind: type) -> bool:
        return self._flight is not None and isinstance(self._flight.command, kind)

    def _on_accepted(self, socket: int) -> None:
        flight = self._flight
        if flight is None or isinstance(
            flight.command, visca.Inquiry | visca.AddressSet | visca.Cancel
        ):
            return
        self._flight = None
        match flight.command:
            case visca.IfClear():  # answered as if it were a plain command
                self._on_cleared()
                return
            case PanTiltDrive(pan, tilt):
                self._head.acknowledged((pan, tilt))
            case ZoomDrive(step):
                self._lens.acknowledged(step)
        abandoned = flight.target is not None and flight.target.abandoned
        self._targets.accepted(socket, None if abandoned else flight.target)
        if abandoned:
            self._end(socket)

    def _on_data(self, data: bytes) -> None:
        if self._flight is None or not isinstance(self._flight.command, visca.Inquiry):
            return
        question = self._flight.command.question
        self._flight = None
        try:
            self._readings.take(question, data)
        except reply.ViscaReplyError:
            self._rubbish += 1

    def _on_error(self, code: int, socket: int, now: float) -> None:
        flight = self._flight
        if code == ErrorCode.CANCELLED or flight is None:
            self._targets.ended(socket)  # the end of a target, whatever else is in flight
            if self._carries(visca.Cancel):
                self._flight = None
            return
        self._flight = None
        if isinstance(flight.command, visca.Cancel):
            self._targets.ended(flight.command.socket)
            self._clear = code != ErrorCode.NO_SOCKET  # it knows no Cancel: the last resort
        elif flight.target:
            self._on_target_refused(flight.target, code, now)
        elif isinstance(flight.command, PanTiltDrive | ZoomDrive):
            self._on_drive_refused(flight.command, code, now)
        elif isinstance(flight.command, visca.IfClear):
            self._on_cleared()

    def _on_target_refused(self, target: Target, code: int, now: float) -> None:
        if code not in (ErrorCode.NOT_EXECUTABLE, ErrorCode.BUFFER_FULL):
            return
        if self._targets.retry(target, now + RETRY_S) and code == ErrorCode.NOT_EXECUTABLE:
            zoom = isinstance(target.command, visca.ZoomDirect)
            (self._lens if zoom else self._head).interrupt()  # something still turns

    def _on_drive_refused(self, command: Command, code: int, now: float) -> None:
        setpoint = self._lens if isinstance(command, ZoomDrive) else self._head
        if not setpoint.refused():
            self._clear = True  # ends whatever unknown command is in the way, then says it again
            return
        if command == ZoomDrive(0):
            self._lens.acknowledged(0)  # a camera without a zoom
        elif command != PanTiltDrive(0, 0):
            self.stop(now)
        elif code == ErrorCode.NOT_EXECUTABLE:
            self._head.acknowledged((0, 0))  # in standby: it cannot be turning
        else:
            self._give_up(now)

    def _on_cleared(self) -> None:
        self._flight = None
        self._head.forget()
        self._lens.forget()
        self._targets.cleared()

    def _on_silence(self, flight: Flight, now: float) -> None:
        self._flight = None
        self._strikes += 1
        if isinstance(flight.command, visca.IfClear):
            self._on_cleared()  # perhaps unheard, but waiting longer would keep Stop waiting
        else:
            self._clear = True
        if flight.target:
            self._targets.retry(flight.target)
        if self._strikes >= MAX_STRIKES:
            self._give_up(now)

    def _give_up(self, now: float) -> None:
        """Say so, then try again from IF_Clear and Stop at every probe."""
        if self._rubbish:
            self._turn("garbled", "answers make no sense: wrong baud rate or a bad cable?")
        else:
            self._turn("unanswered", "no answer: is the camera switched on?")
        self._head, self._lens, self._targets = Setpoint((0, 0)), Setpoint(0), Targets()
        self._opening.clear()
        self._readings = Readings()
        self._clear = True
        self._rubbish = 0
        self._strikes = MAX_STRIKES - 2  # one IF_Clear and one Stop a probe
        self._pause_until = now + PROBE_S

    def _turn(self, event: ptz_health.Event, detail: str) -> None:
        self.health = Health(ptz_health.after(self.health.state, event), detail)
