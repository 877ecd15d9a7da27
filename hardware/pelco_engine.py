"""A Pelco-D camera: says, and hears an answer only from cameras that tell their position.

Pure. Nothing acknowledges a motion, so Stop is said three times. Where it looks is unknown unless
the camera answers: reckoning it from speeds that nobody measured would send a click somewhere
else than where the pupil pointed, and the error would grow with every move.
"""

from __future__ import annotations

import math

from hardware import pelco_d
from hardware.head_engine import STILL, HeadEngine, Home, MoveTo, share
from hardware.motion import Position
from hardware.pelco_d import Extended, Framer
from hardware.profiles import Profile

STOPS, STOP_AGAIN_S = 3, 0.1
ASKED_IN_VAIN = 6  # two rounds of three questions
SELDOM_S = 10.0  # to a camera that never answered
PROBE_S = 1.0
LENS_END = 0xFFFF  # the manual gives the zoom as a share of 65535

_QUESTIONS = (Extended.ASK_PAN, Extended.ASK_TILT, Extended.ASK_ZOOM)
_SPEAKS_ONLY = "sends; this camera does not answer, so whether it hears is not known"


class PelcoEngine(HeadEngine):
    """See `hardware.camera_line.Engine`."""

    poll_s = 0.1  # one of the three questions

    def __init__(self, profile: Profile, deadman_s: float, address: int) -> None:
        """Address 1…255; PelcoError, ValueError."""
        pelco_d.encode(pelco_d.motion(address, 0, 0, 0))
        self._address = address
        super().__init__(profile, deadman_s)

    def _forget(self) -> None:
        super()._forget()
        self._framer = Framer()
        self._answers = False
        self._unanswered = self._asked = self._rubbish = 0
        self._stops = 0
        self._stop_at = -math.inf
        self._told_degrees: dict[int, int] = {}

    def open(self, now: float) -> None:
        """See Engine."""
        self._forget()
        self._turn("opened", "asking whether it answers")
        self._pump(now)

    @property
    def stopped(self) -> bool:
        """See Engine."""
        return super().stopped and self._stops == 0

    def next_timeout(self) -> float | None:
        """See Engine."""
        if self.health.state == "absent":
            return None
        due = self._wake_at()
        return min(due, self._stop_at) if self._stops else due

    def receive(self, data: bytes, now: float) -> None:
        """See Engine."""
        for frame in self._framer.feed(data):
            if frame.address == self._address and frame.command2 in (
                Extended.PAN_IS,
                Extended.TILT_IS,
                Extended.ZOOM_IS,
            ):
                self._told_degrees[frame.command2] = frame.word
                self._on_answer()
        if data:
            self._pump(now)

    def _on_answer(self) -> None:
        self._unanswered = 0
        self._rubbish = self._framer.rubbish
        if not self._answers or self.health.state != "ready":
            if self.health.state in ("silent", "rubbish"):
                self._turn("opened", "it is back")
                self._halt = True
            self._answers = True
            self._turn("opened", "answers")
            self._turn("answered", "answers, and tells where it looks")
        told = self._told_degrees
        if len(told) == len(_QUESTIONS):
            pan, tilt = told[Extended.PAN_IS] / 100, told[Extended.TILT_IS] / 100
            counts = told[Extended.ZOOM_IS] / LENS_END * self.profile.zoom_table[-1][0]
            self._position = Position(
                math.remainder(pan, 360),
                -math.remainder(tilt, 360),  # the manual counts down from the horizon
                self.profile.magnification(counts),
            )

    def _pump(self, now: float) -> None:
        if self.health.state == "absent":
            return
        due = self._due(now)
        if due != "stop" and self._stops and now >= self._stop_at and self._told == STILL:
            due = "stop"
        if due == "stop":
            self._say_stop(now)
            due = self._due(now)
        if due == "drive":
            self._stops = 0
            self._say(pelco_d.motion(self._address, *self._steps()))
            self._said_drive(now)
        elif due == "goal":
            self._stops = 0  # it would end what now begins
            self._say_goal()
            self._goal = None
        elif due == "ask":
            self._ask(now)

    def _say_stop(self, now: float) -> None:
        if self._halt:
            self._stops = STOPS
        self._say(pelco_d.motion(self._address, 0, 0, 0))
        self._said_stop()
        self._stops -= 1
        self._stop_at = now + STOP_AGAIN_S

    def _steps(self) -> tuple[int, int, int]:
        pan, tilt, zoom = self._wanted
        return (
            _step(pan, self.profile.pan_speeds[-1]),
            _step(tilt, self.profile.tilt_speeds[-1]),
            0 if zoom == 0 else int(math.copysign(1, zoom)),
        )

    def _say_goal(self) -> None:
        match self._goal:
            case MoveTo(pan, tilt, zoom) if self._answers:
                self._say_direction(pan, tilt, zoom)
            case Home():
                self._say_direction(0, 0, 1)
            case MoveTo() | None:  # a camera that tells nothing takes no direction either
                pass
            case preset:
                order = Extended.SET_PRESET if preset.store else Extended.GO_TO_PRESET
                self._say(pelco_d.extended(self._address, order, preset.number + 1))

    def _say_direction(self, pan: float, tilt: float, zoom: float | None) -> None:
        hundredths = round(pan * 100) % 36_000, round(-tilt * 100) % 36_000
        for order, value in zip((Extended.SET_PAN, Extended.SET_TILT), hundredths, strict=True):
            self._say(pelco_d.extended(self._address, order, value))
        if zoom is not None:
            end = self.profile.zoom_table[-1][0]
            lens = round(self.profile.zoom_counts(zoom) / end * LENS_END)
            self._say(pelco_d.extended(self._address, Extended.SET_ZOOM, lens))

    def _ask(self, now: float) -> None:
        self._say(pelco_d.extended(self._address, _QUESTIONS[self._asked % 3]))
        self._asked += 1
        self._unanswered += 1
        lazy = not self._answers and self._unanswered > ASKED_IN_VAIN
        self._poll_at = now + (SELDOM_S if lazy else self.poll_s)
        if self._unanswered > ASKED_IN_VAIN:
            self._on_silence(now)

    def _on_silence(self, now: float) -> None:
        if self._framer.rubbish - self._rubbish >= pelco_d.SIZE:
            self._turn("garbled", "answers make no sense: wrong baud rate or a bad cable?")
        elif self._answers:
            self._turn("unanswered", "no answer any more: is the camera switched on?")
        else:
            if self.health.state == "opening":
                self._turn("answered", _SPEAKS_ONLY)
            return
        self._rubbish = self._framer.rubbish
        self._wanted, self._goal, self._halt = STILL, None, True
        self._position = None
        self._told_degrees.clear()
        self._poll_at = now + PROBE_S

    def _say(self, frame: pelco_d.Frame) -> None:
        self._out += pelco_d.encode(frame)


def _step(speed: float, fastest: float) -> int:
    exact = share(speed, fastest) * pelco_d.MAX_SPEED
    return 0 if speed == 0 else round(exact) or int(math.copysign(1, speed))
