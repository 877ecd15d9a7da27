"""What is asked of a PTZ camera, and the dead man that ends it: the engine a driver runs.

Pure, without a port and without a clock: `now` is monotonic time in seconds.
"""

from __future__ import annotations

from hardware import visca
from hardware.motion import MotionError, check_deadman, check_drive, check_preset, check_target
from hardware.profiles import Profile
from hardware.ptz_conversation import Conversation
from hardware.visca import Command

DEADMAN_S = 0.4  # VISCA has no drive time-out; a page repeats a held key ten times a second
TARGET_DPS = 80.0  # a head at 300°/s startles the class


class PtzEngine(Conversation):
    """Feed it requests, bytes and time; send what `bytes_to_send` gives."""

    def __init__(
        self, profile: Profile, deadman_s: float = DEADMAN_S, *, chain: bool = True
    ) -> None:
        """The dead man is in seconds, 0.1…2; ValueError."""
        super().__init__(profile, chain=chain)
        self._deadman_s = check_deadman(deadman_s)
        self._deadman_at = 0.0

    def drive(self, pan_dps: float, tilt_dps: float, zoom: float, now: float) -> None:
        """Turn (degrees a second) and zoom (−1…1) until the dead man; MotionError stops."""
        try:
            check_drive(pan_dps, tilt_dps, zoom)
        except MotionError:
            self.stop(now)
            raise
        if self.health.state != "ready":
            return
        self._head.wanted = (self.profile.pan_step(pan_dps), self.profile.tilt_step(tilt_dps))
        self._lens.wanted = round(zoom * visca.MAX_ZOOM_STEP)
        self._deadman_at = now + self._deadman_s
        if self._moving:
            self._abandon_targets()
        self._pump(now)

    def move_to(self, pan_deg: float, tilt_deg: float, zoom: float | None, now: float) -> None:
        """Turn to a direction (degrees), zoom to a magnification; MotionError stops."""
        try:
            check_target(pan_deg, tilt_deg, zoom)
        except MotionError:
            self.stop(now)
            raise
        model = self.profile
        pan = model.counts(model.clamp_pan(pan_deg))
        tilt = model.counts(model.clamp_tilt(tilt_deg))
        speeds = model.pan_step(TARGET_DPS), model.tilt_step(TARGET_DPS)
        lens = [] if zoom is None else [visca.ZoomDirect(model.zoom_counts(zoom))]
        self._aim([visca.AbsolutePosition(*speeds, pan, tilt), *lens], now)

    def home(self, now: float) -> None:
        """Turn to pan 0, tilt 0, fully wide: the one view that everybody recognises."""
        self._aim([visca.Home(), visca.ZoomDirect(0)], now)

    def preset(self, number: int, store: bool, now: float) -> None:
        """Recall or store a preset of this model; MotionError stops."""
        try:
            check_preset(number, self.profile.presets)
        except MotionError:
            self.stop(now)
            raise
        action = visca.PresetAction.SET if store else visca.PresetAction.RECALL
        self._aim([visca.Preset(action, number)], now)

    def timeout(self, now: float) -> None:
        """Call at or after `next_timeout`; earlier does no harm."""
        if self._moving and now >= self._deadman_at:
            self.stop(now)
        super().timeout(now)

    def next_timeout(self) -> float | None:
        """When `timeout` has something to do; None when only a new line helps."""
        due = super().next_timeout()
        return min(due, self._deadman_at) if due is not None and self._moving else due

    def _aim(self, commands: list[Command], now: float) -> None:
        if self.health.state != "ready":
            return
        self._head.wanted, self._lens.wanted = (0, 0), 0
        self._abandon_targets()
        for command in commands:
            self._targets.add(command)
        self._pump(now)
