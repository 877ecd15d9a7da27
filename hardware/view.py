"""From a point of the picture to a direction of the head, and back.

Derived with the head's own axes: forward f = (sin p cos t, sin t, cos p cos t), right
r = (cos p, 0, −sin p) and up u = r × f, for pan p (+ right) and tilt t (+ up). A point of the
picture is the ray f + X r + Y u with X = 2x tan(H/2) and Y = −2y tan(V/2), as y counts down.
"""

from __future__ import annotations

import math

from hardware.motion import Position, check_point
from hardware.profiles import ASPECT, Profile


def horizontal_fov(zoom: float, profile: Profile) -> float:
    """Degrees of view from left to right at this magnification (≥ 1)."""
    return math.degrees(2 * math.atan(_half_width(zoom, profile)))


def look_at(position: Position, x: float, y: float, profile: Profile) -> tuple[float, float]:
    """The (pan, tilt) in degrees that brings a point of the picture to its middle.

    x and y are −0.5…0.5 of the picture, x to the right, y down; outside them MotionError. Pan is
    −180…180, tilt −90…90; the head may not be able to reach it.
    """
    check_point(x, y)
    across = 2 * x * _half_width(position.zoom, profile)
    up = -2 * y * _half_width(position.zoom, profile) * ASPECT
    tilt = math.radians(position.tilt_deg)
    ahead = math.cos(tilt) - up * math.sin(tilt)
    height = math.sin(tilt) + up * math.cos(tilt)
    pan = position.pan_deg + math.degrees(math.atan2(across, ahead))
    wrapped = math.remainder(pan, 360)
    return wrapped, math.degrees(math.atan2(height, math.hypot(across, ahead)))


def project(
    position: Position, pan_deg: float, tilt_deg: float, profile: Profile
) -> tuple[float, float] | None:
    """Where a direction appears in the picture, as (x, y) of `look_at`; None if behind the lens.

    A point beyond the edge is outside −0.5…0.5.
    """
    tilt, other = math.radians(position.tilt_deg), math.radians(tilt_deg)
    turn = math.radians(pan_deg - position.pan_deg)
    right = math.cos(other) * math.sin(turn)
    height, ahead = math.sin(other), math.cos(other) * math.cos(turn)
    depth = height * math.sin(tilt) + ahead * math.cos(tilt)
    if depth <= 0:
        return None
    up = (height * math.cos(tilt) - ahead * math.sin(tilt)) / depth
    half = _half_width(position.zoom, profile)
    return right / depth / (2 * half), -up / (2 * half * ASPECT)


def _half_width(zoom: float, profile: Profile) -> float:
    return math.tan(math.radians(profile.wide_hfov) / 2) / zoom
