"""A UVC camera: speeds where it has speed controls, else small steps of its position.

Pure. Calls are made one after the other, each answered before the next. A camera with positions
only is led by set-points, twenty a second; its Stop is to be told the place where it stands. What
a dead man of the camera itself would do, nobody does here: UVC knows none.
"""

from __future__ import annotations

import math
from collections import deque
from typing import Literal

from hardware import uvc_controls as uvc
from hardware.head_engine import STILL, HeadEngine, Home, MoveTo, Preset, share
from hardware.motion import Position
from hardware.profiles import Profile
from hardware.uvc_controls import Answer, Control, Range, UvcError

ANSWER_S = 1.0  # a control transfer takes milliseconds; the kernel gives up after 5 s
STEP_S = 0.05
PROBE_S = 1.0
MAX_STRIKES = 3
LENS_S = 4.0  # from wide to tele by set-points

_TURNS = {Control.PAN, Control.TILT, Control.PAN_SPEED, Control.TILT_SPEED}
_SPEEDS = (Control.PAN_SPEED, Control.TILT_SPEED, Control.ZOOM_SPEED)
_PLACES = (Control.PAN, Control.TILT, Control.ZOOM)


class UvcEngine(HeadEngine):
    """See `hardware.camera_line.Engine`; bytes are those of `uvc_controls`."""

    drive_again_s = STEP_S  # only set-points need it; speeds are not said twice

    def __init__(self, profile: Profile, deadman_s: float) -> None:
        """The dead man is in seconds, 0.1…2; ValueError."""
        self._presets: dict[int, Position] = {}
        super().__init__(profile, deadman_s)

    def _forget(self) -> None:
        super()._forget()
        self._queue: deque[bytes] = deque()
        self._until = math.inf  # of the call under way
        self._ranges: dict[int, Range] = {}
        self._values: dict[int, int] = {}
        self._aims: dict[int, float] = {}
        self._holding: set[int] = set()
        self._aiming = True  # whether it may be on its way to a place
        self._strikes = 0
        self._stepped_at = -math.inf

    def open(self, now: float) -> None:
        """See Engine."""
        self._forget()
        self._turn("opened", "asking the camera for its controls")
        self._queue.extend(uvc.query(control) for control in Control)
        self._pump(now)

    @property
    def stopped(self) -> bool:
        """See Engine."""
        return super().stopped and not self._queue and math.isinf(self._until)

    def next_timeout(self) -> float | None:
        """See Engine."""
        if self.health.state == "absent":
            return None
        if math.isinf(self._until):
            return self._wake_at()
        return min(self._until, self._deadman_at) if self._wanted != STILL else self._until

    def timeout(self, now: float) -> None:
        """See Engine."""
        if now >= self._until:
            self._until = math.inf
            self._strike(now, "unanswered", "the camera does not answer: unplug it and plug it in")
        super().timeout(now)

    def receive(self, data: bytes, now: float) -> None:
        """See Engine."""
        if not data:
            return
        try:
            for answer in uvc.answers(data):
                self._until = math.inf
                self._on_answer(answer)
        except UvcError as error:
            self._until = math.inf
            self._strike(now, "garbled", f"the camera's controls make no sense: {error}")
        self._pump(now)

    # -- what is said ---------------------------------------------------------------------------

    def _pump(self, now: float) -> None:
        if self.health.state == "absent" or not math.isinf(self._until):
            return
        if self.health.state == "opening" and not self._queue:
            self._begin()
        if self.health.state in ("silent", "rubbish") and now >= self._poll_at:
            self.open(now)
            return
        if self.health.state == "ready":
            self._fill(now)
        if self._queue:
            self._out += self._queue.popleft()
            self._until = now + ANSWER_S

    def _begin(self) -> None:
        if self._ranges:
            turns = not _TURNS.isdisjoint(self._ranges)
            self._turn("answered", "UVC controls" if turns else "UVC controls: it only zooms")
        else:
            self._turn("lost", "this camera has no controls for turning or zooming")

    def _fill(self, now: float) -> None:
        due = self._due(now)
        if due == "stop":
            self._queue.clear()
            self._say_stop()
            self._said_stop()
        elif self._queue:
            return
        elif due == "drive":
            self._say_drive(now)
            self._said_drive(now)
        elif due == "goal":
            self._say_goal()
            self._goal = None
        elif due == "ask":
            self._poll_at = now + self.poll_s
            places = [each for each in _PLACES if each in self._ranges]
            alive = places or list(self._ranges)[:1]  # whether it is still there
            self._queue.extend(map(uvc.get, alive))

    def _say_stop(self) -> None:
        for control in _SPEEDS:
            if control in self._ranges:
                self._queue.append(uvc.put(control, 0))
        for control, speed in zip(_PLACES, _SPEEDS, strict=True):
            # Not where a speed of 0 stops it: some cameras with speeds tell a wrong place.
            if control in self._ranges and (self._aiming or speed not in self._ranges):
                self._holding.add(control)  # told to stay where its answer says that it is
                self._queue.append(uvc.get(control))
        self._aiming = False
        self._aims.clear()

    def _say_drive(self, now: float) -> None:
        seconds = min(now - self._stepped_at, 2 * STEP_S) if self._told != STILL else STEP_S
        self._stepped_at = now
        fresh = self._wanted != self._told
        self._holding.clear()
        fastest = (self.profile.pan_speeds[-1], self.profile.tilt_speeds[-1], 1.0)
        for place, control, speed, top in zip(_PLACES, _SPEEDS, self._wanted, fastest, strict=True):
            if control in self._ranges:
                if fresh:
                    value = self._speed(control, share(speed, top))
                    self._queue.append(uvc.put(control, value))
            elif place in self._values and speed:
                self._step(place, speed, seconds)

    def _speed(self, control: int, part: float) -> int:
        high = self._ranges[control].high
        value = round(part * high) or (int(math.copysign(1, part)) if part else 0)
        return self._ranges[control].fit(value)

    def _step(self, place: int, speed: float, seconds: float) -> None:
        reach = self._ranges[place]
        here = self._aims.get(place, float(self._values[place]))
        unit = (reach.high - reach.low) / LENS_S if place == Control.ZOOM else uvc.ARC_SECONDS
        aim = min(max(here + speed * unit * seconds, reach.low), reach.high)
        self._aims[place] = aim
        if reach.fit(aim) != reach.fit(here):
            self._queue.append(uvc.put(place, reach.fit(aim)))

    def _say_goal(self) -> None:
        match self._goal:
            case MoveTo(pan, tilt, zoom):
                self._say_direction(pan, tilt, zoom)
            case Home():
                self._say_direction(0, 0, 1)
            case Preset(number, True) if self._position:
                self._presets[number] = self._position  # V4L2 has no presets: kept while we run
            case Preset(number, False) if number in self._presets:
                kept = self._presets[number]
                self._say_direction(kept.pan_deg, kept.tilt_deg, kept.zoom)

    def _say_direction(self, pan: float, tilt: float, zoom: float | None) -> None:
        self._holding.clear()
        self._aiming = True
        for control, degrees in ((Control.PAN, pan), (Control.TILT, tilt)):
            if reach := self._ranges.get(control):
                self._queue.append(uvc.put(control, reach.fit(degrees * uvc.ARC_SECONDS)))
        if zoom is not None and (reach := self._ranges.get(Control.ZOOM)):
            part = self.profile.zoom_counts(zoom) / self.profile.zoom_table[-1][0]
            value = reach.fit(reach.low + part * (reach.high - reach.low))
            self._queue.append(uvc.put(Control.ZOOM, value))

    # -- what comes back ------------------------------------------------------------------------

    def _on_answer(self, answer: Answer) -> None:
        if answer.errno:  # a control that it has not, or does not take now
            return
        if answer.call == uvc.QUERY:
            control, reach = uvc.read_range(answer.body)
            if reach and control in list(Control):
                self._ranges[control] = reach
        elif answer.call == uvc.GET:
            self._on_value(*uvc.read_value(answer.body))
            self._strikes = 0

    def _on_value(self, control: int, value: int) -> None:
        reach = self._ranges.get(control)
        if reach is None or not reach.low <= value <= reach.high:
            raise UvcError("a value outside its own range")
        self._values[control] = value
        if control in self._holding:
            self._holding.discard(control)
            self._queue.append(uvc.put(control, value))
        if control in (Control.PAN, Control.TILT, Control.ZOOM):
            self._position = self._where()

    def _where(self) -> Position | None:
        pan, tilt = self._values.get(Control.PAN), self._values.get(Control.TILT)
        if pan is None or tilt is None:
            return None
        zoom, lens = self._values.get(Control.ZOOM), self._ranges.get(Control.ZOOM)
        part = (zoom - lens.low) / (lens.high - lens.low) if zoom is not None and lens else 0.0
        counts = part * self.profile.zoom_table[-1][0]
        return Position(
            pan / uvc.ARC_SECONDS, tilt / uvc.ARC_SECONDS, self.profile.magnification(counts)
        )

    def _strike(self, now: float, event: Literal["unanswered", "garbled"], why: str) -> None:
        self._halt = True
        self._strikes += 1
        if self._strikes >= MAX_STRIKES or self.health.state == "opening":
            self._forget()
            self._turn(event, why)
            self._poll_at = now + PROBE_S
