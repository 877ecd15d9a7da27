"""The simulated camera while it turns: what moves fast over its sensor is not sharp."""

import math

import cv2
import numpy as np

from klasgenoot.media.classroom_render import Renderer
from klasgenoot.media.projection import View

BLUR_PX = 4.0
"""Between two pictures. A sensor that is open for half of that time smears half of it: more than
half the sharpness is gone, and a picture of half the size has all that is left. It is drawn in
half to two thirds of the time, which a machine with the whole demo on it needs meanwhile."""


class MovingCamera:
    """Draws as the renderer does, blurred as long as the view moves fast."""

    def __init__(self, room: Renderer) -> None:
        self._sharp, self._blurred = room, room.twin()
        self._last: View | None = None
        self._large = np.empty((0, 0), np.uint8)

    def draw(self, view: View, seconds: float) -> np.ndarray:
        """See `Renderer.draw`."""
        last, self._last = self._last, view
        halves = view.width % 4 == view.height % 4 == 0
        if last is None or not halves or shift_px(last, view) <= BLUR_PX:
            return self._sharp.draw(view, seconds)
        half = View(view.pan_deg, view.tilt_deg, view.zoom, view.width // 2, view.height // 2)
        return self._enlarge(self._blurred.draw(half, seconds), view)

    def _enlarge(self, small: np.ndarray, view: View) -> np.ndarray:
        width, height = view.width, view.height
        if self._large.shape != (height * 3 // 2, width):
            self._large = np.empty((height * 3 // 2, width), np.uint8)
        planes = [(self._large[:height], small[: height // 2])]
        for large, little in planes + _chroma(self._large, small, view):
            cv2.resize(little, large.shape[::-1], dst=large, interpolation=cv2.INTER_LINEAR)
        return self._large


def _chroma(
    large: np.ndarray, small: np.ndarray, view: View
) -> list[tuple[np.ndarray, np.ndarray]]:
    """U and V of both as planes."""
    width, height = view.width, view.height
    wide = large[height:].reshape(2, height // 2, width // 2)
    little = small[height // 2 :].reshape(2, height // 4, width // 4)
    return [(wide[i], little[i]) for i in range(2)]


def shift_px(before: View, after: View) -> float:
    """How far the middle of the picture moved, or its edge when zooming: in pixels."""
    across = (after.pan_deg - before.pan_deg) * math.cos(math.radians(after.tilt_deg))
    turned = math.radians(math.hypot(across, after.tilt_deg - before.tilt_deg))
    zoomed = abs(after.zoom / before.zoom - 1) * after.width / 2
    return max(turned * after.focal_px, zoomed)
