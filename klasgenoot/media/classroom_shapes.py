"""Flat shapes as polygons, and the cards that stand them up in the room."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from klasgenoot.media.projection import FloatArray

Colour = tuple[int, int, int]  # blue, green, red: 0…255, as OpenCV wants them
Point = tuple[float, float]
Shape = tuple[FloatArray, Colour]  # (n, 2) on a card or (n, 3) in the room, metres


def colour(code: str) -> Colour:
    """`"F3E3C3"` (red, green, blue) as an OpenCV colour."""
    red, green, blue = bytes.fromhex(code)
    return blue, green, red


def shade(base: Colour, factor: float) -> Colour:
    """A colour made darker (< 1) or lighter (> 1)."""
    blue, green, red = (min(255, round(channel * factor)) for channel in base)
    return blue, green, red


def ellipse(  # noqa: PLR0917 - the numbers of an ellipse in their usual order
    x: float, y: float, rx: float, ry: float, start: float = 0, end: float = 360
) -> FloatArray:
    """A closed ellipse, or the segment of it between two angles in degrees."""
    steps = 36 if max(rx, ry) > 0.03 else 16
    turn = np.radians(np.linspace(start, end, steps, endpoint=end - start != 360))
    return np.stack((x + rx * np.cos(turn), y + ry * np.sin(turn)), axis=1)


def rectangle(x0: float, y0: float, x1: float, y1: float) -> FloatArray:
    """Corners of an upright rectangle."""
    return np.array(((x0, y0), (x1, y0), (x1, y1), (x0, y1)), np.float64)


def rounded(x0: float, y0: float, x1: float, y1: float, radius: float) -> FloatArray:
    """An upright rectangle with round corners."""
    left, right, low, high = x0 + radius, x1 - radius, y0 + radius, y1 - radius
    corners = ((right, high, 0), (left, high, 90), (left, low, 180), (right, low, 270))
    return np.concatenate([ellipse(x, y, radius, radius, a, a + 90)[::2] for x, y, a in corners])


def blob(points: Iterable[Point], steps: int = 8) -> FloatArray:
    """A smooth closed curve through the points (Catmull-Rom)."""
    p1 = np.array(list(points), np.float64)
    p0, p2, p3 = np.roll(p1, 1, 0), np.roll(p1, -1, 0), np.roll(p1, -2, 0)
    t = np.linspace(0, 1, steps, endpoint=False).reshape(1, -1, 1)
    a, b, c, d = (p[:, None, :] for p in (p0, p1, p2, p3))
    cubic = (3 * b - a - 3 * c + d) * t**3 + (2 * a - 5 * b + 4 * c - d) * t**2 + (c - a) * t
    return (cubic / 2 + b).reshape(-1, 2)


def limb(start: Point, end: Point, r0: float, r1: float) -> FloatArray:
    """A straight limb with round ends, r0 metres thick (radius) at its start and r1 at its end."""
    angle = np.degrees(np.arctan2(end[1] - start[1], end[0] - start[0]))
    first = ellipse(*start, r0, r0, angle + 90, angle + 270)[::2]
    return np.concatenate((first, ellipse(*end, r1, r1, angle - 90, angle + 90)[::2]))


def stroke(points: Sequence[Point], width: float) -> FloatArray:
    """An open line of some width along the points."""
    line = np.array(points, np.float64)
    along = np.gradient(line, axis=0)
    normal = np.stack((-along[:, 1], along[:, 0]), 1) / np.hypot(*along.T)[:, None]
    return np.concatenate((line + normal * width / 2, (line - normal * width / 2)[::-1]))


def arc(  # noqa: PLR0917
    x: float, y: float, rx: float, ry: float, start: float, end: float, width: float
) -> FloatArray:
    """A part of an ellipse drawn as a line."""
    turn = np.radians(np.linspace(start, end, 12 if end - start < 200 else 30))
    points = np.stack((x + rx * np.cos(turn), y + ry * np.sin(turn)), axis=1)
    return stroke([(px, py) for px, py in points], width)


@dataclass(frozen=True)
class Card:
    """A plane in the room with its own two axes: where a flat drawing hangs or stands."""

    origin: tuple[float, float, float]
    right: tuple[float, float, float]
    up: tuple[float, float, float] = (0.0, 1.0, 0.0)

    def stand(self, points: FloatArray) -> FloatArray:
        """Card metres (n, 2) to world metres (n, 3)."""
        placed: FloatArray = points @ np.array((self.right, self.up)) + np.array(self.origin)
        return placed

    def shapes(self, drawing: Iterable[Shape]) -> list[Shape]:
        """A flat drawing as shapes in the room."""
        return [(self.stand(points), paint) for points, paint in drawing]


def facing_card(x: float, z: float, floor: float) -> Card:
    """An upright card on the floor at (x, z) that faces the camera."""
    distance = float(np.hypot(x, z))
    return Card((x, floor, z), (z / distance, 0.0, -x / distance))


def box(low: Sequence[float], high: Sequence[float], paint: Colour) -> list[Shape]:
    """The sides of an axis-aligned box that the camera at the origin sees, shaded by direction."""
    faces: list[Shape] = []
    light = ((0.86, 0.94), (0.7, 1.0), (0.9, 0.82))  # (low, high) side along x, y, z
    for axis in range(3):
        others = [k for k in range(3) if k != axis]
        for limit, factor, seen in (
            (low[axis], light[axis][0], low[axis] > 0),
            (high[axis], light[axis][1], high[axis] < 0),
        ):
            if not seen:
                continue
            face = np.empty((4, 3))
            face[:, axis] = limit
            face[:, others] = rectangle(*(low[k] for k in others), *(high[k] for k in others))
            faces.append((face, shade(paint, factor)))
    return faces
