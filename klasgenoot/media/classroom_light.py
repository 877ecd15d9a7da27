"""Light of the room: daylight from the left, dimmer corners, soft shadows under the desks."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from klasgenoot.media.projection import FloatArray, View

FULL = 200  # the grey level that leaves a colour as it is; 255 brightens
GRID_PX = 16  # light is worked out once per cell of this many pixels, and smoothed between
CORNER_DEPTH, CORNER_M = 0.16, 0.45  # how much darker a corner is, and how far that reaches
SHADOW_CELL_M = 0.05


@dataclass(frozen=True)
class Box:
    """The room: low and high corner in metres, the camera at the origin inside."""

    low: tuple[float, float, float]
    high: tuple[float, float, float]


class RoomLight:
    """Grey levels of the light on walls, floor and ceiling for a view."""

    def __init__(self, room: Box, shadows: Sequence[tuple[float, float, float]]) -> None:
        """`shadows`: x, z and radius in metres of what stands on the floor."""
        self._low = np.array(room.low, np.float32)
        self._high = np.array(room.high, np.float32)
        self._shadow = _shadow_map(room, shadows)

    def level(self, view: View) -> np.ndarray:
        """Light (height, width) uint8 of a view, where FULL is neutral."""
        columns, rows = -(-view.width // GRID_PX), -(-view.height // GRID_PX)
        x = ((np.arange(columns, dtype=np.float32) + 0.5) / columns - 0.5) * view.width
        y = (0.5 - (np.arange(rows, dtype=np.float32) + 0.5) / rows) * view.height
        right, up, ahead = view.axes
        ray = (
            ahead
            + (x / view.focal_px)[None, :, None] * right
            + (y / view.focal_px)[:, None, None] * up
        ).astype(np.float32)
        # Smoothed before it is made whole numbers: rounded cells would show as stairs.
        size = (view.width, view.height)
        return cv2.convertScaleAbs(cv2.resize(self._at(ray), size), None, FULL)

    def _at(self, ray: FloatArray) -> FloatArray:
        ray = np.where(np.abs(ray) < 1e-6, np.float32(1e-6), ray)
        reach = np.where(ray > 0, self._high, self._low) / ray
        hit = ray * reach.min(axis=2, keepdims=True)
        gap = np.minimum(hit - self._low, self._high - hit)
        dim = 1 - CORNER_DEPTH * np.exp(-gap / CORNER_M)
        # The wall that is hit is at distance 0 of itself: take its own dimming out again.
        corners = dim.prod(axis=2) / (1 - CORNER_DEPTH)
        daylight = 0.97 + 0.10 * np.exp((self._low[0] - hit[..., 0]) / 3.0)
        column = (hit[..., 0] - self._low[0]) / SHADOW_CELL_M
        row = (hit[..., 2] - self._low[2]) / SHADOW_CELL_M
        shadow = cv2.remap(
            self._shadow, column, row, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        on_floor = hit[..., 1] < self._low[1] + 0.01
        lit: FloatArray = corners * daylight * np.where(on_floor, shadow, np.float32(1))
        return lit.astype(np.float32)


def _shadow_map(room: Box, shadows: Sequence[tuple[float, float, float]]) -> np.ndarray:
    width = round((room.high[0] - room.low[0]) / SHADOW_CELL_M)
    depth = round((room.high[2] - room.low[2]) / SHADOW_CELL_M)
    dark = np.zeros((depth, width), np.float32)
    for x, z, radius in shadows:
        at = (round((x - room.low[0]) / SHADOW_CELL_M), round((z - room.low[2]) / SHADOW_CELL_M))
        cv2.circle(dark, at, round(radius / SHADOW_CELL_M), (0.34,), -1)
    return 1 - cv2.GaussianBlur(dark, (0, 0), 0.14 / SHADOW_CELL_M)
