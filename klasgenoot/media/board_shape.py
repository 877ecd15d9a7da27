"""What four corners in a picture say about the rectangle in the room.

With the field of view known, the homography of a rectangle gives the directions of its sides:
Zhang and He, "Whiteboard scanning and image enhancement", Digital Signal Processing 17, 2007.
"""

import math

import numpy as np

_NARROWEST, _WIDEST = 0.6, 6.0  # of a board, width to height
_MOST_OFF = 0.09  # of the right angle and of the plumb line, as a sine: corners are not exact


def side_axes(
    quads: np.ndarray, width: float, height: float, hfov_deg: float
) -> tuple[np.ndarray, np.ndarray]:
    """The top side and the left side of quadrilaterals (n, 4, 2) in pixels, in camera axes.

    Both (n, 3): right, down, ahead; their lengths are in proportion. The picture is width ×
    height pixels and hfov_deg degrees wide, its middle is on the lens's axis.
    """
    focal = width / 2 / math.tan(math.radians(hfov_deg) / 2)
    p = (quads - (width / 2, height / 2)) / focal
    p0, p1, p2, p3 = p[:, 0], p[:, 1], p[:, 2], p[:, 3]
    d1, d2, s = p1 - p2, p3 - p2, p0 - p1 + p2 - p3
    den = _cross(d1, d2)
    den = np.where(np.abs(den) < 1e-12, 1e-12, den)
    g, h = _cross(s, d2) / den, _cross(d1, s) / den
    across = np.column_stack((p1 - p0 + g[:, None] * p1, g))
    down = np.column_stack((p3 - p0 + h[:, None] * p3, h))
    return across, down


def aspect_ratio(quad: np.ndarray, width: float, height: float, hfov_deg: float) -> float:
    """Width to height of the rectangle seen as a quadrilateral (4, 2) in pixels."""
    across, down = side_axes(quad[None], width, height, hfov_deg)
    return float(np.linalg.norm(across) / max(float(np.linalg.norm(down)), 1e-9))


def plausibility(quads: np.ndarray, width: float, height: float, hfov_deg: float) -> np.ndarray:
    """How much (n,) in 0…1 quadrilaterals look like rectangles hung level on a wall.

    A camera that is not tilted sideways sees plumb lines without a sideways part.
    """
    across, down = side_axes(quads, width, height, hfov_deg)
    width_to_height = np.linalg.norm(across, axis=1) / np.linalg.norm(down, axis=1)
    across /= np.linalg.norm(across, axis=1, keepdims=True)
    down /= np.linalg.norm(down, axis=1, keepdims=True)
    square = (across * down).sum(axis=1)
    likely: np.ndarray = np.exp(-((square / _MOST_OFF) ** 2) - (down[:, 0] / _MOST_OFF) ** 2)
    likely[(width_to_height < _NARROWEST) | (width_to_height > _WIDEST)] = 0
    return likely


def _cross(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    product: np.ndarray = a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]
    return product
