"""What is asked of a head whose protocol is plain: wishes, precedence, and the dead man.

Pure, `now` is monotonic time in seconds. The protocol of a camera (`pelco_engine`, `uvc_engine`,
`onvif_engine`) says in what bytes; VISCA, with its sockets, has `ptz_conversation` instead.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Literal

from hardware import ptz_health
from hardware.motion import (
    Health,
    MotionError,
    Position,
    check_deadman,
    check_drive,
    check_preset,
    check_target,
)
from hardware.profiles import Profile

Drive = tuple[float, float, float]
"""Pan and tilt in degrees a second, zoom −1…1."""
STILL: Drive = (0.0, 0.0, 0.0)
Due = Literal["stop", "drive", "goal", "ask"]
TARGET_DPS = 80.0  # a head at 300°/s startles the class


@dataclass(frozen=True, slots=True)
class MoveTo:
    """A direction in degrees within the model's reach; zoom None leaves the lens."""

    pan_deg: float
    tilt_deg: float
    zoom: float | None


@dataclass(frozen=True, slots=True)
class Home:
    """Pan 0, tilt 0, fully wide."""


@dataclass(frozen=True, slots=True)
class Preset:
    """Recall a preset, or store it."""

    number: int
    store: bool


Goal = MoveTo | Home | Preset


class HeadEngine(ABC):
    """See `hardware.camera_line.Engine`."""

    drive_again_s = math.inf
    """A drive that goes on is said again after this long, where the camera has a dead man too."""
    gap_s = 0.05
    """Between two drives: twenty a second are smooth, more would fill the line."""
    poll_s = 0.3

    def __init__(self, profile: Profile, deadman_s: float) -> None:
        """The dead man is in seconds, 0.1…2; ValueError."""
        self.profile = profile
        self.health = Health("absent", "not opened yet")
        self._deadman_s = check_deadman(deadman_s)
        self._forget()

    def _forget(self) -> None:
        self._halt = True  # Stop is owed even if we believe that it stands still
        self._wanted = self._told = STILL
        self._goal: Goal | None = None
        self._deadman_at = self._again_at = math.inf
        self._poll_at = self._free_at = -math.inf
        self._position: Position | None = None
        self._out = bytearray()

    @property
    def position(self) -> Position | None:
        """See Engine."""
        return self._position

    @property
    def stopped(self) -> bool:
        """See Engine."""
        return not self._halt and self._wanted == STILL and self._goal is None

    def lost(self, reason: str) -> None:
        """See Engine."""
        self._forget()
        self._turn("lost", reason)

    def drive(self, pan_dps: float, tilt_dps: float, zoom: float, now: float) -> None:
        """See Engine."""
        try:
            check_drive(pan_dps, tilt_dps, zoom)
        except MotionError:
            self.stop(now)
            raise
        if self.health.state != "ready":
            return
        wanted = (pan_dps, tilt_dps, zoom)
        if wanted == STILL:
            self._halt = self._halt or self._wanted != STILL
        else:
            self._goal = None
            self._deadman_at = now + self._deadman_s
        self._wanted = wanted
        self._pump(now)

    def stop(self, now: float) -> None:
        """See Engine."""
        self._wanted, self._goal, self._halt = STILL, None, True
        self._pump(now)

    def move_to(self, pan_deg: float, tilt_deg: float, zoom: float | None, now: float) -> None:
        """See Engine."""
        try:
            check_target(pan_deg, tilt_deg, zoom)
        except MotionError:
            self.stop(now)
            raise
        model = self.profile
        self._aim(MoveTo(model.clamp_pan(pan_deg), model.clamp_tilt(tilt_deg), zoom), now)

    def home(self, now: float) -> None:
        """See Engine."""
        self._aim(Home(), now)

    def preset(self, number: int, store: bool, now: float) -> None:
        """See Engine."""
        try:
            check_preset(number, self.profile.presets)
        except MotionError:
            self.stop(now)
            raise
        self._aim(Preset(number, store), now)

    def timeout(self, now: float) -> None:
        """See Engine."""
        if self._wanted != STILL and now >= self._deadman_at:
            self.stop(now)
        self._pump(now)

    def bytes_to_send(self) -> bytes:
        """See Engine."""
        data = bytes(self._out)
        self._out.clear()
        return data

    # -- for the protocols ----------------------------------------------------------------------

    @abstractmethod
    def _pump(self, now: float) -> None:
        """Put what is due into `_out`, if the camera can take it now."""

    def _due(self, now: float) -> Due | None:
        """What must be said next: standing still before all else, a question last."""
        if self._halt:
            return "stop"
        fresh = self._wanted != self._told
        if self._wanted != STILL and now >= (self._free_at if fresh else self._again_at):
            return "drive"
        if self._goal is not None:
            return "goal"
        return "ask" if now >= self._poll_at else None

    def _said_stop(self) -> None:
        self._halt, self._told = False, STILL

    def _said_drive(self, now: float) -> None:
        self._told, self._again_at = self._wanted, now + self.drive_again_s
        self._free_at = now + self.gap_s

    def _wake_at(self) -> float:
        """When `_due` changes by itself."""
        if self._wanted == STILL:
            return self._poll_at
        fresh = self._wanted != self._told
        return min(self._poll_at, self._deadman_at, self._free_at if fresh else self._again_at)

    def _turn(self, event: ptz_health.Event, detail: str) -> None:
        self.health = Health(ptz_health.after(self.health.state, event), detail)

    def _aim(self, goal: Goal, now: float) -> None:
        if self.health.state != "ready":
            return
        self._halt = self._halt or self._wanted != STILL
        self._wanted, self._goal = STILL, goal
        self._pump(now)


def share(speed: float, fastest: float) -> float:
    """A speed as a share −1…1 of the model's fastest."""
    return min(max(speed / fastest, -1.0), 1.0)
