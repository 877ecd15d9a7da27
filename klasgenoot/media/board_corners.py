"""The four corners of a board in a picture, found or given by hand."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

Point = tuple[float, float]

_BEYOND = 0.25  # a dragged corner may lie this far outside the picture
_SMALLEST_AREA = 0.01  # share of the picture
_SHORTEST_SIDE = 0.05


_AROUND = 1.14  # of the board's own extent: room for corners that are not quite exact
_WORTH = 0.87  # of the picture: a board that fills more gains nothing from zooming in


class CornersError(ValueError):
    """The four points given are no board; the message says why, `code` says it to the page.

    Codes: corners_count, corners_outside, corners_together, corners_crossed, corners_small,
    corners_turned.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Corners:
    """Corners as shares of the picture's width and height (0…1, y down), clockwise from top left.

    `confidence` is 0…1; corners given by hand have 1.
    """

    tl: Point
    tr: Point
    br: Point
    bl: Point
    confidence: float = 1.0

    def array(self) -> np.ndarray:
        """Float64 (4, 2) in the order tl, tr, br, bl."""
        return np.array((self.tl, self.tr, self.br, self.bl), np.float64)

    def pixels(self, width: int, height: int) -> np.ndarray:
        """Float64 (4, 2) in pixels; the picture spans 0…width and 0…height."""
        return self.array() * (width, height)

    def closer(self) -> tuple[float, float, float] | None:
        """What to look at to read the board: x, y from the picture's middle, and the width.

        All are shares of the picture, as in a Look; None when the board already fills it.
        """
        points = self.array()
        low, high = points.min(axis=0), points.max(axis=0)
        width = float((high - low).max()) * _AROUND
        if width > _WORTH:
            return None
        x, y = np.clip((low + high) / 2 - 0.5, -0.5, 0.5)
        return float(x), float(y), width

    def distance(self, other: "Corners") -> float:
        """The largest move of a corner, as a share of the picture's sides."""
        return float(np.abs(self.array() - other.array()).max())


def from_points(points: np.ndarray, confidence: float) -> Corners:
    """Corners of an array (4, 2) in the order tl, tr, br, bl."""
    tl, tr, br, bl = ((float(x), float(y)) for x, y in points)
    return Corners(tl, tr, br, bl, confidence)


def given_corners(points: Sequence[Sequence[float]]) -> Corners:
    """Check four points (x, y) dragged by the pupil, in the order tl, tr, br, bl; CornersError.

    They must be finite, at most a quarter of the picture outside it, clockwise, convex and not
    tiny.
    """
    numbers = [list(point) for point in points]
    if len(numbers) != 4 or any(len(point) != 2 for point in numbers):
        raise CornersError("corners_count", "a board has four corners of two numbers each")
    for value in (value for point in numbers for value in point):
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise CornersError("corners_outside", f"a corner must be numbers, not {value!r}")
        if not math.isfinite(value) or not -_BEYOND <= value <= 1 + _BEYOND:
            raise CornersError(
                "corners_outside", f"a corner must be about 0…1 of the picture, not {value!r}"
            )
    array = np.array(numbers, np.float64)
    sides = np.roll(array, -1, axis=0) - array
    following = np.roll(sides, -1, axis=0)
    turns = sides[:, 0] * following[:, 1] - sides[:, 1] * following[:, 0]
    if np.hypot(*sides.T).min() < _SHORTEST_SIDE:
        raise CornersError("corners_together", "two corners lie on top of each other")
    if not (turns > 0).all():
        raise CornersError(
            "corners_crossed", "corners must go round clockwise from the top left without a dent"
        )
    if quad_area(array) < _SMALLEST_AREA:
        raise CornersError("corners_small", "the board would be too small to read")
    # Clockwise, but begun at another corner, would show the board on its side.
    if array[0, 0] >= array[1, 0] or array[0, 1] >= array[3, 1]:
        raise CornersError("corners_turned", "the first corner must be the top left one")
    return from_points(array, 1.0)


def quad_area(points: np.ndarray) -> float:
    """Area of a polygon (n, 2), positive when clockwise with y down."""
    x, y = points.T
    return float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2
