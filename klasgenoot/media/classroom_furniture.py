"""Tables, cupboards and plants that stand in the classroom. Metres, camera at the origin."""

import numpy as np

from klasgenoot.media.classroom_scene import Thing
from klasgenoot.media.classroom_shapes import (
    Colour,
    Shape,
    blob,
    box,
    colour,
    ellipse,
    facing_card,
    rounded,
    shade,
)
from klasgenoot.media.classroom_walls import FLOOR, SILL

TOP, LEG = colour("E3BC85"), colour("8B939B")


def table(x: float, z: float, width: float, books: int) -> Thing:
    """A table of 0.7 m high, its middle at (x, z), with things on it."""
    y, half, deep = FLOOR + 0.7, width / 2, 0.25
    shapes: list[Shape] = []
    for sx in (-1, 1):
        for sz in (1, -1):
            lx, lz = x + sx * (half - 0.06), z + sz * (deep - 0.05)
            shapes += box((lx - 0.02, FLOOR, lz - 0.02), (lx + 0.02, y, lz + 0.02), LEG)
    shapes += box(
        (x - half, y - 0.11, z - deep + 0.03), (x + half, y - 0.03, z + deep), shade(TOP, 0.8)
    )
    shapes += box((x - half, y - 0.035, z - deep), (x + half, y, z + deep), TOP)
    codes = ("F7F4EA", "5AA7D8", "F7F4EA", "E4572E", "8DBB6A", "F2B632")
    for i in range(books):
        bx, bz = x - half + 0.3 + i * (width - 0.6) / max(1, books - 1), z + 0.03 * (-1) ** i
        shapes.append(
            _sheet(
                (bx, y, bz), (0.1, 0.14), 12 * (-1) ** i, colour(codes[(i * 2 + int(x * 7)) % 6])
            )
        )
        shapes.append(
            _sheet((bx + 0.18, y, bz + 0.1), (0.07, 0.02), -8, colour(codes[(i + 3) % 6]))
        )
    return Thing(float(np.hypot(x, z)), shapes)


def _sheet(
    middle: tuple[float, float, float], size: tuple[float, float], turned: float, paint: Colour
) -> Shape:
    """A flat rectangle that lies on a table; half its width and depth, turned in degrees."""
    (x, y, z), (half, deep) = middle, size
    sin, cos = np.sin(np.radians(turned)), np.cos(np.radians(turned))
    corners = ((-half, -deep), (half, -deep), (half, deep), (-half, deep))
    return np.array(
        [(x + a * cos - b * sin, y + 0.004, z + a * sin + b * cos) for a, b in corners]
    ), paint


def bookcase(x: float, z: float, width: float) -> Thing:
    """A low bookcase with its back to the right wall; (x, z) is its front left foot."""
    low, high = FLOOR, FLOOR + 1.15
    wood = colour("C99C66")
    shapes = box((x, low, z), (x + 0.4, high, z + width), wood)
    codes = ("C94F4F", "4C7FB0", "E8B23A", "6FA35B", "8A6BB0", "E88D5A", "3F8F8A")
    for shelf in range(3):
        y0 = low + 0.08 + shelf * 0.36
        shapes.append((_side(x, y0, z + 0.04, y0 + 0.31, z + width - 0.04), shade(wood, 0.62)))
        at, i = z + 0.07, shelf * 5
        while at < z + width - 0.16:
            thick, tall = 0.035 + 0.02 * ((i * 7) % 3), 0.2 + 0.03 * ((i * 5) % 4)
            shapes.append((_side(x - 0.002, y0, at, y0 + tall, at + thick), colour(codes[i % 7])))
            at, i = at + thick + (0.1 if i % 6 == 5 else 0.006), i + 1
    return Thing(float(np.hypot(x, z + width / 2)), shapes)


def _side(x: float, y0: float, z0: float, y1: float, z1: float) -> np.ndarray:
    """An upright rectangle across the x axis."""
    return np.array(((x, y0, z0), (x, y0, z1), (x, y1, z1), (x, y1, z0)))


def globe(x: float, y: float, z: float) -> Thing:
    """A globe on a stand, its foot at height y."""
    lands = (
        [(-0.09, 0.08), (-0.03, 0.1), (-0.02, 0.04), (-0.06, 0.0), (-0.1, 0.03)],
        [(0.0, 0.0), (0.06, 0.04), (0.1, 0.0), (0.06, -0.09), (0.02, -0.06)],
    )
    drawing: list[Shape] = [
        (rounded(-0.09, 0.0, 0.09, 0.03, 0.01), colour("6B4A32")),
        (rounded(-0.015, 0.02, 0.015, 0.1, 0.01), colour("6B4A32")),
        (ellipse(0, 0.24, 0.15, 0.15), colour("5AA7D8")),
    ]
    drawing += [(blob([(px, py + 0.24) for px, py in land]), colour("8DBB6A")) for land in lands]
    drawing.append((ellipse(-0.05, 0.31, 0.03, 0.02), colour("9CCDEB")))
    return Thing(float(np.hypot(x, z)) - 0.3, facing_card(x, z, y).shapes(drawing))


def plant(x: float, z: float, y: float, size: float, pot: str) -> Thing:
    """A plant in a pot whose foot is at height y; about one metre high at size 1."""
    clay, drawing = colour(pot), list[Shape]()
    for turn, reach, code in (
        (38, 0.5, "4F8A45"),
        (142, 0.5, "4F8A45"),
        (62, 0.66, "5C9A50"),
        (118, 0.66, "5C9A50"),
        (20, 0.36, "6FA95E"),
        (160, 0.36, "6FA95E"),
        (90, 0.72, "6FA95E"),
        (76, 0.5, "7DB86C"),
        (104, 0.5, "7DB86C"),
    ):
        a = np.radians(turn)
        ray, across = np.array((np.cos(a), np.sin(a))), np.array((-np.sin(a), np.cos(a)))
        leaf = [(0.0, 0.0), (0.35, 0.11), (0.75, 0.12), (1.0, 0.0), (0.75, -0.12), (0.35, -0.11)]
        points = [tuple(ray * u * reach + across * v * reach * 0.8 + (0, 0.3)) for u, v in leaf]
        drawing.append((blob([(float(px), float(py)) for px, py in points]), colour(code)))
    drawing.append((np.array(((-0.17, 0.34), (0.17, 0.34), (0.12, 0.0), (-0.12, 0.0))), clay))
    drawing.append((rounded(-0.19, 0.3, 0.19, 0.37, 0.02), shade(clay, 1.1)))
    card = facing_card(x, z, y)
    return Thing(
        float(np.hypot(x, z)), card.shapes([(points * size, paint) for points, paint in drawing])
    )


def furniture() -> list[Thing]:
    """Everything but the pupils' tables."""
    return [
        table(-3.1, 4.5, 1.4, 3),
        bookcase(3.98, 1.0, 1.9),
        bookcase(3.98, -2.9, 1.7),
        globe(4.15, FLOOR + 1.15, 1.5),
        plant(4.15, 2.5, FLOOR + 1.15, 0.45, "C8643F"),
        plant(3.9, 5.3, FLOOR, 1.0, "D98A5B"),
        plant(-4.0, 5.35, FLOOR, 1.1, "C8643F"),
        *(
            plant(-4.28, z, SILL - 0.05, 0.36, pot)
            for z, pot in (
                (-2.4, "5AA7D8"),
                (0.0, "E8B23A"),
                (0.8, "C8643F"),
                (2.3, "C84B8C"),
                (3.2, "5AA7D8"),
            )
        ),
    ]
