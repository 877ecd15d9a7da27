"""Walls, floor and ceiling of the classroom, and the windows, door and clock in them.

Metres; the camera is at the origin.
"""

from collections.abc import Sequence

import numpy as np

from klasgenoot.media.classroom_light import Box
from klasgenoot.media.classroom_scene import Motion, Mover, Part
from klasgenoot.media.classroom_shapes import (
    Card,
    Colour,
    Shape,
    colour,
    ellipse,
    limb,
    rectangle,
    rounded,
    shade,
    stroke,
)
from klasgenoot.media.projection import FloatArray, clip_polygon

FLOOR, CEILING = -1.45, 1.85
ROOM = Box((-4.4, FLOOR, -3.4), (4.4, CEILING, 5.8))
FRONT = Card((0.0, 0.0, 5.8), (1.0, 0.0, 0.0))
LEFT = Card((-4.4, 0.0, 0.0), (0.0, 0.0, 1.0))  # x on the card is z in the room
RIGHT = Card((4.4, 0.0, 0.0), (0.0, 0.0, -1.0))  # x on the card is −z in the room
REAR = Card((0.0, 0.0, -3.4), (-1.0, 0.0, 0.0))  # x on the card is −x in the room

CLOCK_AT, CLOCK_RADIUS = (-1.72, 1.2), 0.2  # on the front wall
WINDOWS = ((-2.9, -1.0), (-0.55, 1.35), (1.8, 3.7))  # from z to z in the left wall
SILL, LINTEL = -0.5, 1.42

CREAM, WAINSCOT = colour("F6E6C8"), colour("E9CFA2")
WOOD, WHITE = colour("B98A55"), colour("FBFAF5")


def room_shell() -> list[Shape]:
    """The six planes, with tiles on the floor, a wainscot and a skirting."""
    (x0, y0, z0), (x1, y1, z1) = ROOM.low, ROOM.high
    floor, line = colour("D8BE97"), colour("CDB087")

    def flat(y: float, paint: Colour, *sides: float) -> Shape:
        corners = rectangle(*sides)  # x, z to x, z
        return np.insert(corners, 1, y, axis=1), paint

    shell = [
        flat(y1, colour("FAF6EC"), x0, z0, x1, z1),
        flat(y0, floor, x0, z0, x1, z1),
    ]
    shell += [flat(y0, line, x - 0.008, z0, x + 0.008, z1) for x in np.arange(x0 + 0.8, x1, 0.8)]
    shell += [flat(y0, line, x0, z - 0.008, x1, z + 0.008) for z in np.arange(z0 + 0.8, z1, 0.8)]
    for z_near, z_far in WINDOWS:  # patches of sun
        patch = [
            (-3.9, z_near + 0.4),
            (-2.3, z_near + 0.9),
            (-2.3, z_far + 0.7),
            (-3.9, z_far + 0.2),
        ]
        shell.append((np.array([(x, y0, z) for x, z in patch]), colour("EBD6AE")))
    for card, half, middle, wall in (
        (FRONT, 4.4, 0.0, CREAM),
        (REAR, 4.4, 0.0, CREAM),
        (LEFT, 4.6, 1.2, shade(CREAM, 0.95)),
        (RIGHT, 4.6, -1.2, shade(CREAM, 0.985)),
    ):
        a, b = middle - half, middle + half
        shell += card.shapes(
            [
                (rectangle(a, y0, b, y1), wall),
                (rectangle(a, y0, b, y0 + 0.85), shade(WAINSCOT, 1.0)),
                (rectangle(a, y0 + 0.84, b, y0 + 0.88), shade(WAINSCOT, 0.9)),
                (rectangle(a, y0, b, y0 + 0.1), shade(WOOD, 0.95)),
            ]
        )
    return shell


def ceiling_lamps() -> list[Shape]:
    """Flat lamps under the ceiling."""
    lamps: list[Shape] = []
    for x in (-2.4, 1.0):
        for z in (-1.6, 1.0, 3.6):
            for grow, paint in ((0.05, colour("DAD5C8")), (0.0, colour("FFFFFF"))):
                corners = rectangle(x - grow, z - grow, x + 1.4 + grow, z + 0.45 + grow)
                points = np.insert(corners, 1, CEILING - 0.01, axis=1)
                lamps.append((points, paint))
    return lamps


def windows() -> list[Shape]:
    """Three windows in the left wall, with a Dutch street and trees behind them."""
    drawing: list[Shape] = []
    for start, end in WINDOWS:
        frame = rectangle(start - 0.07, SILL - 0.07, end + 0.07, LINTEL + 0.07)
        drawing.append((frame, colour("FFFFFF")))
        pane = (start, SILL, end, LINTEL)
        drawing += [(_cut(points, pane), paint) for points, paint in _outdoors()]
        middle = (start + end) / 2
        for x in (start, middle, end):
            drawing.append((rectangle(x - 0.03, SILL, x + 0.03, LINTEL), WHITE))
        for y in (SILL, 0.75, LINTEL):
            drawing.append((rectangle(start, y - 0.025, end, y + 0.025), colour("F1EFE8")))
        drawing.append((rectangle(start - 0.15, SILL - 0.13, end + 0.15, SILL - 0.05), WHITE))
        drawing.append(
            (rectangle(start - 0.15, SILL - 0.15, end + 0.15, SILL - 0.12), colour("D8D2C4"))
        )
        drawing += _radiator(start + 0.15, end - 0.15)
    return LEFT.shapes([(points, paint) for points, paint in drawing if len(points) > 2])


def _cut(points: FloatArray, pane: tuple[float, float, float, float]) -> FloatArray:
    x0, y0, x1, y1 = pane
    for normal, offset in (((1, 0), x0), ((-1, 0), -x1), ((0, 1), y0), ((0, -1), -y1)):
        if len(points):
            points = clip_polygon(points, np.array(normal, np.float64), offset)
    return points


def _outdoors() -> list[Shape]:
    """Sky, clouds, a row of houses, trees and a hedge on the plane of the left wall."""
    drawing: list[Shape] = []
    sky = ("8EC5EA", "9DCDED", "ACD5F0", "BCDEF3", "CCE6F6", "DCEFF8")
    for i, code in enumerate(sky):
        top = LINTEL - i * 0.27
        drawing.append((rectangle(-3.2, top - 0.3, 4, top), colour(code)))
    for x, y in ((-2.3, 1.05), (0.1, 1.15), (2.6, 1.0), (3.3, 1.2), (1.0, 0.9)):
        for dx, dy, r in ((-0.17, 0, 0.09), (0, 0.04, 0.14), (0.18, 0.01, 0.1)):
            drawing.append((ellipse(x + dx, y + dy, r * 1.4, r * 0.75), colour("F7FBFD")))
    walls = ("C77B5B", "D9A07A", "B96D55", "E3C9A6", "C98A66")
    for i, x in enumerate(np.arange(-3.0, 3.9, 0.52)):
        wall, top = colour(walls[i % 5]), 0.16 + 0.05 * (i % 3)
        gable = [(x, -0.5), (x + 0.5, -0.5), (x + 0.5, top), (x + 0.34, top + 0.2)]
        gable += [(x + 0.3, top + 0.27), (x + 0.2, top + 0.27), (x + 0.16, top + 0.2), (x, top)]
        drawing.append((np.array(gable), wall))
        for wx in (0.08, 0.29):
            for wy in (-0.18, top - 0.13):
                drawing.append((rectangle(x + wx, wy, x + wx + 0.12, wy + 0.16), colour("F3EEE2")))
                drawing.append(
                    (
                        rectangle(x + wx + 0.015, wy + 0.015, x + wx + 0.105, wy + 0.145),
                        colour("7FA0B5"),
                    )
                )
    for x, r in ((-2.5, 0.3), (-1.2, 0.26), (0.45, 0.32), (1.25, 0.24), (2.25, 0.33), (3.45, 0.3)):
        drawing.append((limb((x, -0.5), (x, 0.0), 0.035, 0.025), colour("7B5A42")))
        for dx, dy, k, code in (
            (0, 0.1, 1, "6FA35B"),
            (-0.5, -0.12, 0.7, "649852"),
            (0.42, 0.0, 0.72, "83B56B"),
        ):
            drawing.append(
                (ellipse(x + dx * r, 0.08 + dy + dy * r, r * k, r * k * 0.92), colour(code))
            )
    hedge = [
        (x, -0.33 + 0.03 * np.sin(x * 17) + 0.02 * np.sin(x * 41)) for x in np.linspace(-3.2, 4, 90)
    ]
    drawing.append((np.array([(-3.2, -0.6), *hedge, (4, -0.6)]), colour("5E8F4E")))
    return drawing


def _radiator(start: float, end: float) -> list[Shape]:
    drawing: list[Shape] = [(rounded(start, -1.28, end, -0.72, 0.03), colour("EFEBE0"))]
    for x in np.arange(start + 0.06, end - 0.05, 0.09):
        drawing.append((rounded(x, -1.25, x + 0.045, -0.75, 0.02), colour("FAF7EF")))
    return drawing


def clock_face() -> list[Shape]:
    """The clock without its second hand: ten past ten."""
    x, y = CLOCK_AT
    drawing: list[Shape] = [
        (
            ellipse(x + 0.01, y - 0.015, CLOCK_RADIUS + 0.025, CLOCK_RADIUS + 0.025),
            shade(CREAM, 0.86),
        ),
        (ellipse(x, y, CLOCK_RADIUS + 0.022, CLOCK_RADIUS + 0.022), colour("2F5D8A")),
        (ellipse(x, y, CLOCK_RADIUS, CLOCK_RADIUS), WHITE),
    ]
    for tick in range(60):
        long, width = (0.035, 0.012) if tick % 5 == 0 else (0.014, 0.004)
        ray = np.array((np.sin(tick * np.pi / 30), np.cos(tick * np.pi / 30)))
        inner, outer = ray * (CLOCK_RADIUS - 0.015 - long), ray * (CLOCK_RADIUS - 0.015)
        drawing.append(
            (stroke([tuple(inner + CLOCK_AT), tuple(outer + CLOCK_AT)], width), colour("2B2F36"))
        )
    for turn, length, width in ((305, 0.095, 0.011), (60, 0.145, 0.008)):
        ray = np.array((np.sin(np.radians(turn)), np.cos(np.radians(turn)))) * length
        drawing.append(
            (limb(CLOCK_AT, (x + ray[0], y + ray[1]), width, width * 0.7), colour("2B2F36"))
        )
    return FRONT.shapes(drawing)


def second_hand() -> Mover:
    """Jumps once a second, as a station clock does."""
    hand = limb((0.0, -0.04), (0.0, CLOCK_RADIUS - 0.03), 0.005, 0.004)
    shapes: Sequence[Shape] = [
        (hand, colour("D2382F")),
        (ellipse(0, 0, 0.013, 0.013), colour("D2382F")),
    ]
    card = Card((CLOCK_AT[0], CLOCK_AT[1], FRONT.origin[2]), FRONT.right)
    return Mover(
        card, [Part("hand", shapes)], lambda t: Motion(turn_deg={"hand": -6.0 * (t // 1 % 60)})
    )


def door() -> list[Shape]:
    """A blue door with a window, at the far end of the right wall."""
    x, low = -4.85, FLOOR
    return RIGHT.shapes(
        [
            (rectangle(x - 0.08, low, x + 1.03, low + 2.2), colour("FFFDF6")),
            (rectangle(x, low, x + 0.95, low + 2.12), colour("4F86A8")),
            (rectangle(x + 0.1, low + 0.15, x + 0.85, low + 0.95), colour("477A9B")),
            (rounded(x + 0.25, low + 1.2, x + 0.7, low + 1.95, 0.04), colour("3F6F8E")),
            (rounded(x + 0.28, low + 1.23, x + 0.67, low + 1.92, 0.03), colour("D9ECF2")),
            (stroke([(x + 0.34, low + 1.3), (x + 0.56, low + 1.86)], 0.05), colour("EAF6F9")),
            (limb((x + 0.08, low + 1.05), (x + 0.2, low + 1.05), 0.02, 0.02), colour("D8D8D2")),
        ]
    )
