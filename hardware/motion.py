"""Where a camera looks, how it feels, and what a request for motion may contain.

Pure; every camera driver checks with the same functions, so all refuse the same input.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal


class MotionError(ValueError):
    """A request for motion makes no sense; nothing moves because of it."""


@dataclass(frozen=True, slots=True)
class Position:
    """Pan in degrees (+ right), tilt in degrees (+ up), zoom as magnification ≥ 1."""

    pan_deg: float
    tilt_deg: float
    zoom: float


HealthState = Literal["opening", "ready", "silent", "rubbish", "absent", "fixed"]


@dataclass(frozen=True, slots=True)
class Health:
    """A state to branch on and a sentence for a person."""

    state: HealthState
    detail: str


HealthCallback = Callable[[Health], None]


def check_drive(pan_dps: float, tilt_dps: float, zoom: float) -> None:
    """Speeds must be finite (degrees a second), zoom −1…1; MotionError."""
    _finite("pan speed", pan_dps)
    _finite("tilt speed", tilt_dps)
    if not -1 <= _finite("zoom speed", zoom) <= 1:
        raise MotionError(f"zoom speed must be −1…1, not {zoom!r}")


def check_deadman(seconds: float) -> float:
    """The dead man's time must be 0.1…2 seconds; ValueError."""
    if not 0.1 <= seconds <= 2:
        raise ValueError(f"deadman_s must be 0.1…2 seconds, not {seconds!r}")
    return seconds


def check_target(pan_deg: float, tilt_deg: float, zoom: float | None) -> None:
    """Angles must lie within one turn (±360°), zoom must be ≥ 1 or None; MotionError."""
    for name, value in (("pan", pan_deg), ("tilt", tilt_deg)):
        if not -360 <= _finite(name, value) <= 360:
            raise MotionError(f"{name} must be −360…360 degrees, not {value!r}")
    if zoom is not None and _finite("zoom", zoom) < 1:
        raise MotionError(f"zoom is a magnification of at least 1, not {zoom!r}")


def check_preset(number: int, presets: int) -> None:
    """A preset is a whole number 0 … presets − 1; MotionError."""
    if type(number) is not int or not 0 <= number < presets:
        raise MotionError(f"preset must be 0…{presets - 1}, not {number!r}")


def check_point(x: float, y: float) -> None:
    """A point of the picture lies in −0.5…0.5 both ways; MotionError."""
    for name, value in (("x", x), ("y", y)):
        if not -0.5 <= _finite(name, value) <= 0.5:
            raise MotionError(f"{name} must be −0.5…0.5 of the picture, not {value!r}")


def _finite(name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise MotionError(f"{name} must be a finite number, not {value!r}")
    return value
