"""One slow turn of the head: sets off softly, slows down before the end, never turns back."""

import math

from hardware.profiles import Profile

_PICTURE_WIDTH_S = 3.0  # at full speed the picture passes by in this time: one can watch on
_SET_OFF_S, _BRAKE_S = 0.3, 0.35
_THERE = 0.01  # of the picture's width
_LONGEST_STEP_S = 0.3  # the dead man of the set has stopped the head by then


class Glide:
    """Counts itself where the head is: what cameras say of it is a third of a second old.

    Angles in degrees, `now` in seconds on a steady clock.
    """

    def __init__(
        self, pan_deg: float, tilt_deg: float, fov_deg: float, profile: Profile, now: float
    ) -> None:
        """`pan_deg`, `tilt_deg` is the way to go, `fov_deg` the picture's horizontal view."""
        self._pan, self._tilt, self._fov = pan_deg, tilt_deg, fov_deg
        self._profile = profile
        self._began = self._last = now
        self._speed = (0.0, 0.0)

    def speed(self, now: float) -> tuple[float, float] | None:
        """(pan, tilt) in degrees a second to turn with until the next call, None at the end."""
        passed, self._last = min(now - self._last, _LONGEST_STEP_S), now
        self._pan = _left(self._pan, self._speed[0] * passed)
        self._tilt = _left(self._tilt, self._speed[1] * passed)
        way = math.hypot(self._pan, self._tilt)
        if way <= _THERE * self._fov:
            return None
        most = self._fov / _PICTURE_WIDTH_S
        ramp = most * min(1.0, 0.4 + (now - self._began) / _SET_OFF_S)
        slowest = max(self._profile.pan_speeds[0], self._profile.tilt_speeds[0])
        share = min(max(ramp, slowest), way / _BRAKE_S) / way
        # As the head really turns, in its own steps: else the count would run away from it.
        pan = self._profile.pan_speed(self._profile.pan_step(self._pan * share))
        tilt = self._profile.tilt_speed(self._profile.tilt_step(self._tilt * share))
        self._speed = (pan, tilt)
        return self._speed if pan or tilt else None


def _left(way: float, gone: float) -> float:
    """What is left of a way; nothing of one that was overshot."""
    return way - gone if abs(gone) < abs(way) else 0.0
