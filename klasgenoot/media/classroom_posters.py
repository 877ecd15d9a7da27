"""Posters, flags, coats and children's drawings on the walls of the classroom."""

import numpy as np

from klasgenoot.media.classroom_shapes import (
    Colour,
    Shape,
    arc,
    blob,
    colour,
    ellipse,
    limb,
    rectangle,
    rounded,
    shade,
    stroke,
)
from klasgenoot.media.classroom_walls import CREAM, FRONT, LEFT, REAR, RIGHT, WHITE, WOOD


def posters() -> list[Shape]:
    """Pictures on the front, right and rear wall, a row of letters, and coats on their hooks."""
    drawing = FRONT.shapes([*_tulips(3.15, 0.15), *_bunting()])
    drawing += RIGHT.shapes(
        [*_planets(-3.08, 0.25), *_whale(-1.75, 0.3), *_coats(0.2), *_tulips(2.3, 0.2)]
    )
    drawing += REAR.shapes(
        [*_whale(-2.6, 0.3), *_planets(-0.8, 0.3), *_drawings(0.7), *_tulips(3.0, 0.3)]
    )
    drawing += LEFT.shapes([*_planets(4.75, 0.35)])
    return drawing


def _paper(x: float, y: float, w: float, h: float, paint: Colour) -> list[Shape]:
    """A poster of w × h around (x, y), with a soft edge and a white border."""
    a, b, c, d = x - w / 2, y - h / 2, x + w / 2, y + h / 2
    return [
        (rectangle(a - 0.01, b - 0.025, c + 0.015, d), shade(CREAM, 0.87)),
        (rectangle(a - 0.02, b - 0.02, c + 0.02, d + 0.02), WHITE),
        (rectangle(a + 0.02, b + 0.02, c - 0.02, d - 0.02), paint),
    ]


def _tulips(x: float, y: float) -> list[Shape]:
    drawing = _paper(x, y, 0.75, 1.0, colour("DDF0F3"))
    drawing.append((rectangle(x - 0.355, y - 0.48, x + 0.355, y - 0.22), colour("8DBB6A")))
    for dx, code, h in ((-0.21, "E4572E", 0.12), (0.0, "F2B632", 0.2), (0.21, "C84B8C", 0.1)):
        stem = stroke([(x + dx, y - 0.4), (x + dx + 0.01, y - 0.1), (x + dx, y + h)], 0.018)
        leaf = [(0.0, -0.38), (0.07, -0.25), (0.1, -0.08), (0.04, -0.2), (-0.0, -0.33)]
        cup = [
            (-0.075, 0.14),
            (-0.08, 0.04),
            (0, -0.03),
            (0.08, 0.04),
            (0.075, 0.14),
            (0.035, 0.09),
            (0, 0.15),
            (-0.035, 0.09),
        ]
        drawing.append((stem, colour("4F8A45")))
        drawing.append((blob([(x + dx + px, y + py) for px, py in leaf]), colour("5C9A50")))
        drawing.append((blob([(x + dx + px, y + h + py) for px, py in cup]), colour(code)))
    return drawing


def _planets(x: float, y: float) -> list[Shape]:
    drawing = _paper(x, y, 1.15, 0.8, colour("22335A"))
    for i in range(22):
        dx, dy = 0.52 * np.sin(i * 2.4), 0.34 * np.cos(i * 1.7)
        drawing.append((ellipse(x + dx, y + dy, 0.006, 0.006), colour("FFF3C4")))
    drawing.append((ellipse(x - 0.55, y, 0.2, 0.2, -68, 68), colour("F7C143")))
    for dx, r, code in (
        (-0.26, 0.035, "B9B2A8"),
        (-0.13, 0.05, "E6B277"),
        (0.03, 0.06, "5AA7D8"),
        (0.2, 0.045, "D9643F"),
        (0.4, 0.1, "E2C08D"),
    ):
        drawing.append((ellipse(x + dx, y, r, r), colour(code)))
    drawing.append((arc(x + 0.4, y, 0.16, 0.035, 165, 375, 0.014), colour("F4E2BE")))
    return drawing


def _whale(x: float, y: float) -> list[Shape]:
    drawing = _paper(x, y, 1.0, 0.8, colour("BFE3EC"))
    body = [
        (-0.36, 0.0),
        (-0.25, 0.13),
        (0.0, 0.15),
        (0.2, 0.06),
        (0.3, 0.1),
        (0.4, 0.2),
        (0.39, 0.07),
        (0.3, -0.03),
        (0.1, -0.13),
        (-0.2, -0.14),
    ]
    belly = [(-0.34, -0.03), (-0.1, -0.06), (0.1, -0.1), (-0.05, -0.14), (-0.24, -0.13)]
    drawing.append((rectangle(x - 0.48, y - 0.38, x + 0.48, y - 0.05), colour("8CC8DA")))
    drawing.append((blob([(x + px, y + py) for px, py in body]), colour("3F7FA6")))
    drawing.append((blob([(x + px, y + py) for px, py in belly]), colour("E8F4F5")))
    drawing.append((ellipse(x - 0.24, y + 0.02, 0.013, 0.015), colour("1F2B38")))
    drawing.append((arc(x - 0.27, y - 0.01, 0.05, 0.03, 200, 330, 0.008), colour("28506B")))
    for dx in (-0.05, 0.05):
        spray = stroke(
            [(x - 0.12, y + 0.15), (x - 0.12 + dx, y + 0.25), (x - 0.12 + 2 * dx, y + 0.24)], 0.016
        )
        drawing.append((spray, WHITE))
    return drawing


def _bunting() -> list[Shape]:
    """A string of small flags along the top of the front wall."""
    codes = ("E4572E", "F2B632", "5AA7D8", "8DBB6A", "C84B8C")
    xs = np.linspace(-4.2, 4.2, 43)
    line = [(float(x), 1.70 - 0.05 * float(np.sin((x + 4.2) / 8.4 * np.pi * 4) ** 2)) for x in xs]
    drawing: list[Shape] = [(stroke(line, 0.008), colour("8E7B5F"))]
    for i, (x, y) in enumerate(line[1:-1:2]):
        flag = np.array(((x - 0.075, y), (x + 0.075, y), (x, y - 0.13)))
        drawing.append((flag, colour(codes[i % 5])))
    return drawing


def _coats(x: float) -> list[Shape]:
    """A rail with coats and bags."""
    drawing: list[Shape] = [(rounded(x - 0.55, 0.0, x + 1.25, 0.1, 0.02), WOOD)]
    for i, code in enumerate(("D9534F", "4C7FB0", "E8B23A", "6FA35B", "8A6BB0")):
        at, paint = x - 0.38 + i * 0.36, colour(code)
        coat = [
            (-0.03, 0.03),
            (0.03, 0.03),
            (0.12, -0.06),
            (0.15, -0.4),
            (0.13, -0.62),
            (-0.13, -0.62),
            (-0.15, -0.4),
            (-0.12, -0.06),
        ]
        drawing.append((blob([(at + px, py) for px, py in coat]), paint))
        drawing.append(
            (stroke([(at, -0.02), (at + 0.005, -0.3), (at, -0.6)], 0.012), shade(paint, 0.75))
        )
        drawing.append((rounded(at - 0.1, -0.42, at - 0.04, -0.3, 0.01), shade(paint, 0.85)))
        drawing.append((rounded(at + 0.04, -0.42, at + 0.1, -0.3, 0.01), shade(paint, 0.85)))
        drawing.append((limb((at, 0.05), (at, 0.02), 0.016, 0.016), colour("6F6A60")))
    return drawing


def _drawings(x: float) -> list[Shape]:
    """A pin board with children's drawings."""
    drawing: list[Shape] = [
        (rectangle(x - 0.55, -0.45, x + 1.55, 0.95), WOOD),
        (rectangle(x - 0.5, -0.4, x + 1.5, 0.9), colour("D6B384")),
    ]
    for i in range(8):
        a, b = x - 0.4 + 0.47 * (i % 4), 0.32 - 0.62 * (i // 4)
        drawing.append((rectangle(a, b, a + 0.4, b + 0.5), WHITE))
        drawing.append((rectangle(a + 0.02, b + 0.02, a + 0.38, b + 0.16), colour("A9CF86")))
        sun, house = (a + 0.32, b + 0.41), colour(("E4572E", "5AA7D8", "C84B8C", "F2B632")[i % 4])
        drawing.append((ellipse(*sun, 0.05, 0.05), colour("F7C143")))
        drawing.append((rectangle(a + 0.08, b + 0.1, a + 0.24, b + 0.25), house))
        drawing.append(
            (
                np.array(((a + 0.05, b + 0.25), (a + 0.27, b + 0.25), (a + 0.16, b + 0.36))),
                shade(house, 0.75),
            )
        )
    return drawing
