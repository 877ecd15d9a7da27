"""Friendly faces and hair, from the front and from behind. Metres on a card."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from klasgenoot.media.classroom_shapes import (
    Colour,
    Shape,
    arc,
    blob,
    colour,
    ellipse,
    limb,
    rounded,
    shade,
    stroke,
)

EYE, MOUTH, WHITE = colour("3A2A22"), colour("A4504A"), colour("FFFFFF")


@dataclass(frozen=True)
class Looks:
    """How somebody looks; `hair_style` is short, long, tail, bun, curls or scarf."""

    skin: Colour
    hair: Colour
    hair_style: str
    shirt: Colour
    stripe: Colour | None = None
    glasses: bool = False


def head(looks: Looks, x: float, y: float, turned: float | None, size: float = 1.0) -> list[Shape]:
    """A head with its middle at (x, y); `turned` −1…1 is where the face looks, None the back."""
    drawing = _hair_behind(looks, turned)
    drawing += _hair_of_back(looks) if turned is None else _face(looks, turned)
    return [(points * size + (x, y), paint) for points, paint in drawing]


def _hair_behind(looks: Looks, turned: float | None) -> list[Shape]:
    dark = shade(looks.hair, 0.86)
    lean = 0.0 if turned is None else -0.02 * turned
    if looks.hair_style in ("long", "tail") and turned is not None and looks.hair_style == "long":
        fall = (
            (-0.115, 0.03),
            (-0.07, 0.12),
            (0.07, 0.12),
            (0.115, 0.03),
            (0.13, -0.15),
            (0, -0.18),
        )
        return [(blob([*((px + lean, py) for px, py in fall), (-0.13 + lean, -0.15)]), dark)]
    if looks.hair_style == "tail" and turned is not None:
        side = -0.1 if turned >= 0 else 0.1
        return [(limb((side, 0.02), (side * 1.5, -0.14), 0.035, 0.022), dark)]
    if looks.hair_style == "bun":
        return [(ellipse(lean, 0.135, 0.05, 0.045), dark)]
    if looks.hair_style == "scarf":
        cloth = (
            (-0.12, 0.02),
            (-0.07, 0.125),
            (0.07, 0.125),
            (0.12, 0.02),
            (0.14, -0.16),
            (0, -0.2),
        )
        return [(blob([*cloth, (-0.14, -0.16)]), looks.hair)]
    return []


def _hair_of_back(looks: Looks) -> list[Shape]:
    hair, dark = looks.hair, shade(looks.hair, 0.86)
    ears: list[Shape] = [
        (ellipse(side * 0.1, -0.02, 0.018, 0.026), shade(looks.skin, 0.94)) for side in (-1, 1)
    ]
    nape: Shape = (rounded(-0.045, -0.15, 0.045, -0.04, 0.02), shade(looks.skin, 0.93))
    crown: Shape = (blob(_ring(0.104, 0.122, flat=0.08)), hair)
    parting: Shape = (arc(0.02, 0.0, 0.06, 0.09, 60, 150, 0.008), dark)
    if looks.hair_style == "long":
        fall = [(-0.1, 0.04), (-0.055, 0.118), (0.055, 0.118), (0.1, 0.04), (0.122, -0.2)]
        fall += [(0.05, -0.235), (-0.05, -0.235), (-0.122, -0.2)]
        strands: list[Shape] = [
            (stroke([(s * 0.5, 0.03), (s * 0.8, -0.08), (s, -0.2)], 0.007), dark)
            for s in (-0.07, 0.0, 0.07)
        ]
        return [(blob(fall), hair), *strands]
    if looks.hair_style == "tail":
        tail: Shape = (limb((0, 0.02), (0.012, -0.2), 0.036, 0.018), dark)
        band: Shape = (rounded(-0.034, 0.015, 0.034, 0.04, 0.01), looks.shirt)
        return [nape, *ears, crown, tail, band]
    if looks.hair_style == "curls":
        return [nape, *ears, *_curls(hair, dark, 210)]
    if looks.hair_style == "scarf":
        fold: Shape = (arc(0.0, 0.0, 0.075, 0.1, 200, 330, 0.008), dark)
        return [(blob(_ring(0.112, 0.128)), hair), fold]
    return [nape, *ears, crown, parting]


def _ring(rx: float, ry: float, flat: float = 0.0) -> list[tuple[float, float]]:
    """An ellipse as a few points; `flat` cuts its lower end off at that depth."""
    turn = np.radians(np.arange(0, 360, 30))
    return [(rx * np.cos(a), max(ry * np.sin(a), -flat or -1.0)) for a in turn]


def _curls(hair: Colour, dark: Colour, reach: int) -> list[Shape]:
    """A cloud of curls around the crown over `reach` degrees."""
    turns = np.radians(np.linspace(90 - reach / 2, 90 + reach / 2, 11))
    cloud: list[Shape] = [(ellipse(0, 0.035, 0.105, 0.1), hair)]
    cloud += [(ellipse(0.1 * np.cos(a), 0.03 + 0.1 * np.sin(a), 0.037, 0.037), hair) for a in turns]
    for px, py in ((-0.05, 0.08), (0.03, 0.1), (0.06, 0.05), (-0.02, 0.05)):
        cloud.append((arc(px, py, 0.02, 0.018, 30, 200, 0.006), dark))
    return cloud


def _face(looks: Looks, turned: float) -> list[Shape]:
    """The front of a head, its features shifted to where it looks."""
    skin, line, at = looks.skin, shade(looks.skin, 0.78), 0.042 * turned
    gap = 0.038 * (1 - 0.22 * abs(turned))
    drawing: list[Shape] = []
    if looks.hair_style == "curls":
        drawing += _curls(looks.hair, shade(looks.hair, 0.86), 230)
    if looks.hair_style != "scarf":
        for side in (-1, 1):
            if side * turned < 0.75:
                ear = ellipse(side * 0.097 - 0.012 * turned, -0.012, 0.02, 0.027)
                drawing.append((ear, shade(skin, 0.94)))
    # A soft chin: a little narrower below than above.
    chin = [(0.099, 0.02), (0.09, -0.05), (0.05, -0.102), (0, -0.117), (-0.05, -0.102)]
    chin += [(-0.09, -0.05), (-0.099, 0.02), (-0.075, 0.085), (0, 0.115), (0.075, 0.085)]
    drawing.append((blob(chin), skin))
    for side in (-1, 1):
        x = at + side * gap
        drawing += [
            (ellipse(x + side * 0.018, -0.042, 0.019, 0.012), _blush(skin)),
            (ellipse(x, 0.0, 0.0115, 0.0155), EYE),
            (ellipse(x + 0.004, 0.006, 0.004, 0.0045), WHITE),
            (arc(x, 0.017, 0.019, 0.02, 48, 132, 0.0045), _brow(looks)),
        ]
        if looks.glasses:
            drawing.append((arc(x, -0.001, 0.029, 0.028, 0, 359, 0.005), colour("39424E")))
    nose = at * 1.22
    drawing.append((arc(nose, -0.026, 0.010, 0.008, 200, 340, 0.006), line))
    drawing.append(
        (ellipse(at * 1.08, -0.05, 0.031 * (1 - 0.15 * abs(turned)), 0.03, 180, 360), MOUTH)
    )
    drawing.append((ellipse(at * 1.08, -0.051, 0.024, 0.01, 180, 360), WHITE))
    return drawing + _fringe(looks, turned)


def _brow(looks: Looks) -> Colour:
    return shade(looks.skin, 0.62) if looks.hair_style == "scarf" else shade(looks.hair, 0.8)


def _blush(skin: Colour) -> Colour:
    blue, green, red = skin
    return round(blue * 0.86), round(green * 0.84), min(255, round(red * 1.0))


def _fringe(looks: Looks, turned: float) -> list[Shape]:
    hair = looks.hair
    turn = np.radians(np.linspace(-8, 188, 15))
    over = [(0.105 * np.cos(a), 0.012 + 0.112 * np.sin(a)) for a in turn]
    part = -0.035 - 0.03 * turned
    if looks.hair_style == "scarf":
        turn = np.radians(np.linspace(-94, 274, 40))
        outer = [(0.118 * np.cos(a), 0.005 + 0.128 * np.sin(a)) for a in turn]
        inner = [(0.083 * np.cos(a) + 0.012 * turned, 0.1 * np.sin(a) - 0.012) for a in turn[::-1]]
        return [(np.array(outer + inner), hair)]
    if looks.hair_style == "curls":
        low = [(-0.085, 0.06), (-0.045, 0.075), (0.0, 0.07), (0.045, 0.075), (0.085, 0.06)]
    elif looks.hair_style == "short":
        low = [
            (-0.09, 0.03),
            (-0.06, 0.062),
            (part, 0.05),
            (0.03, 0.068),
            (0.075, 0.052),
            (0.092, 0.02),
        ]
    else:
        low = [
            (-0.094, 0.0),
            (-0.07, 0.05),
            (part, 0.082),
            (0.02, 0.066),
            (0.07, 0.045),
            (0.095, 0.0),
        ]
    return [(np.concatenate((np.array(over), blob_line(low))), hair)]


def blob_line(points: Sequence[tuple[float, float]]) -> np.ndarray:
    """A smooth open line through the points."""
    xs, ys = np.array(points).T
    fine = np.linspace(0, 1, 24)
    fit = np.polynomial.Polynomial.fit(xs, ys, len(points) - 1)
    x = xs[0] + (xs[-1] - xs[0]) * fine
    return np.stack((x, fit(x)), axis=1)
