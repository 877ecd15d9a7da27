"""The pinhole camera of the simulated set: from points in the room to pixels.

The camera stands at the origin. World axes in metres: x right, y up, z ahead (pan 0, tilt 0).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.floating[Any]]

HFOV_WIDE_DEG = 48.0  # Sony EVI-D70 at zoom 1
MAX_ZOOM = 18.0
NEAR_M = 0.05  # points closer than this to the camera's plane cannot be projected


@dataclass(frozen=True)
class View:
    """A pose and a picture size. Degrees (pan + right, tilt + up), zoom 1…18, pixels."""

    pan_deg: float
    tilt_deg: float
    zoom: float
    width: int
    height: int

    @property
    def focal_px(self) -> float:
        """Distance of the picture plane in pixels; pixels are square."""
        return self.width / 2 / math.tan(math.radians(HFOV_WIDE_DEG / 2)) * self.zoom

    @cached_property
    def axes(self) -> FloatArray:
        """Rows: right, up, forward of the camera in world axes, shape (3, 3)."""
        pan, tilt = np.radians((self.pan_deg, self.tilt_deg))
        sp, cp, st, ct = np.sin(pan), np.cos(pan), np.sin(tilt), np.cos(tilt)
        axes = ((cp, 0, -sp), (-sp * st, ct, -cp * st), (sp * ct, st, cp * ct))
        return np.array(axes, np.float32)

    def to_camera(self, points: FloatArray) -> FloatArray:
        """World metres (n, 3) to camera metres (n, 3): right, up, depth."""
        return points @ self.axes.T

    def to_pixels(self, camera: FloatArray) -> FloatArray:
        """Camera metres (n, 3) with depth > 0 to pixels (n, 2); (0.5, 0.5) is a pixel's middle."""
        scale = self.focal_px / camera[:, 2]
        x = self.width / 2 + camera[:, 0] * scale
        return np.stack((x, self.height / 2 - camera[:, 1] * scale), axis=1)

    def frustum(self, margin: float = 1.0) -> FloatArray:
        """Normals (5, 3) in camera axes: a point is inside where all products are ≥ 0.

        `margin` widens the four sides by a factor. The first is the near plane, `depth ≥
        NEAR_M`: take NEAR_M off its product.
        """
        tx = self.width / 2 / self.focal_px * margin
        ty = self.height / 2 / self.focal_px * margin
        planes = ((0, 0, 1), (-1, 0, tx), (1, 0, tx), (0, -1, ty), (0, 1, ty))
        return np.array(planes, np.float32)


def direction(pan_deg: float, tilt_deg: float) -> FloatArray:
    """Unit vector (3,) in world axes that looks at (pan, tilt)."""
    pan, tilt = np.radians((pan_deg, tilt_deg))
    return np.array((np.sin(pan) * np.cos(tilt), np.sin(tilt), np.cos(pan) * np.cos(tilt)))


def angles(point: Sequence[float]) -> tuple[float, float]:
    """(pan, tilt) in degrees at which a world point (x, y, z) is in the middle of the picture."""
    x, y, z = point
    pan = np.degrees(np.arctan2(x, z))
    return float(pan), float(np.degrees(np.arctan2(y, np.hypot(x, z))))


def clip_polygon(points: FloatArray, normal: FloatArray, offset: float) -> FloatArray:
    """The part of a polygon (n, d) where `points @ normal >= offset`; may be empty."""
    side = points @ normal - offset
    inside = side >= 0
    if inside.all():
        return points
    kept: list[FloatArray] = []
    for i in range(len(points)):
        j = (i + 1) % len(points)
        if inside[i]:
            kept.append(points[i])
        if inside[i] != inside[j]:
            kept.append(points[i] + (points[j] - points[i]) * (side[i] / (side[i] - side[j])))
    return np.array(kept, points.dtype).reshape(-1, points.shape[1])
