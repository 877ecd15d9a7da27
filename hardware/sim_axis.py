"""One motor of the simulated head: speed, acceleration, end stops. Pure."""

from __future__ import annotations

import math

_STEP_S = 0.004  # fine enough that a 600°/s² start is smooth at 60 pictures a second


class Axis:
    """A position that follows a speed or a target, in any unit."""

    def __init__(self, low: float, high: float, acceleration: float) -> None:
        """Between the end stops low and high; acceleration in units/s²."""
        self.position = min(max(0.0, low), high)
        self._low, self._high, self._acceleration = low, high, acceleration
        self._velocity = self._speed = 0.0
        self._target: float | None = None

    @property
    def moving(self) -> bool:
        """Whether it turns now, or is about to."""
        return self._velocity != 0 or self._speed != 0 or self._target is not None

    @property
    def driving(self) -> bool:
        """Whether it turns until told otherwise."""
        return self._speed != 0

    @property
    def seeking(self) -> bool:
        """Whether it is on its way to a target."""
        return self._target is not None

    def drive(self, speed: float) -> None:
        """Turn at this signed speed in units/s; 0 brakes."""
        self._target, self._speed = None, speed

    def go(self, target: float, speed: float) -> None:
        """Turn to a target, clamped to the end stops, at most at this speed > 0."""
        self._target = min(max(target, self._low), self._high)
        self._speed = 0.0
        self._limit = speed

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        while seconds > 0 and self.moving:
            step = min(seconds, _STEP_S)
            seconds -= step
            self._advance(step)

    def _advance(self, step: float) -> None:
        if self._target is None:
            end = self._high if self._speed > 0 else self._low
            room, limit, sign = abs(end - self.position), abs(self._speed), self._speed
        else:
            sign = self._target - self.position
            room, limit = abs(sign), self._limit
        brake = self._acceleration * step
        aim = math.copysign(min(limit, math.sqrt(2 * self._acceleration * room)), sign)
        self._velocity += min(max(aim - self._velocity, -brake), brake)
        before = self.position
        self.position = min(max(before + self._velocity * step, self._low), self._high)
        if self._target is not None:
            near = abs(self._target - self.position) <= 2 * brake * step
            if near or (before - self._target) * (self.position - self._target) < 0:
                self.position, self._target, self._velocity = self._target, None, 0.0
        elif self._speed == 0 and abs(self._velocity) <= brake:
            self._velocity = 0.0
