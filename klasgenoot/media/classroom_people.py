"""Friendly flat figures: pupils at their tables and the teacher.

Metres on a card, feet at y = 0.
"""

from dataclasses import dataclass

import numpy as np

from klasgenoot.media.classroom_heads import Looks, head
from klasgenoot.media.classroom_scene import Motion, Part
from klasgenoot.media.classroom_shapes import (
    Shape,
    blob,
    colour,
    ellipse,
    limb,
    rounded,
    shade,
)

CHAIR, STEEL = colour("C9955B"), colour("7E8790")


def _torso(looks: Looks, low: float, high: float, half: float) -> list[Shape]:
    """A shirt from hip to shoulder, with stripes when it has them."""
    outline = [(half * 0.62, high), (half, high - 0.05), (half * 0.98, (low + high) / 2)]
    outline += [(half * 0.9, low), (-half * 0.9, low), (-half * 0.98, (low + high) / 2)]
    outline += [(-half, high - 0.05), (-half * 0.62, high)]
    drawing: list[Shape] = [(blob(outline), looks.shirt)]
    if looks.stripe:
        for y in np.arange(low + 0.05, high - 0.06, 0.07):
            drawing.append((rounded(-half * 0.93, y, half * 0.93, y + 0.026, 0.012), looks.stripe))
    return drawing


def pupil_seated(looks: Looks, turned: float | None) -> tuple[list[Shape], list[Shape]]:
    """(body, head) of a child of nine on a chair; `turned` as in `head`. About 1.18 m high."""
    trousers, sleeve = colour("4A5B7C"), shade(looks.shirt, 0.9)
    legs: list[Shape] = [
        (limb((s * 0.14, 0.43), (s * 0.16, 0.02), 0.011, 0.011), STEEL) for s in (-1, 1)
    ]
    shins: list[Shape] = []
    for side in (-1, 1):
        shins.append((limb((side * 0.08, 0.42), (side * 0.09, 0.1), 0.05, 0.035), trousers))
        shins.append((ellipse(side * 0.095, 0.05, 0.052, 0.035), colour("E8ECEF")))
    seat: Shape = (rounded(-0.19, 0.4, 0.19, 0.45, 0.02), shade(CHAIR, 0.85))
    neck: Shape = (rounded(-0.04, 0.86, 0.04, 0.97, 0.02), shade(looks.skin, 0.9))
    back: Shape = (rounded(-0.18, 0.58, 0.18, 0.78, 0.05), CHAIR)
    torso = _torso(looks, 0.44, 0.9, 0.165)
    if turned is None:
        arms: list[Shape] = []
        for side in (-1, 1):
            arms.append((limb((side * 0.145, 0.83), (side * 0.195, 0.67), 0.042, 0.036), sleeve))
        posts: list[Shape] = [
            (limb((s * 0.13, 0.43), (s * 0.13, 0.62), 0.011, 0.011), STEEL) for s in (-1, 1)
        ]
        shine: Shape = (rounded(-0.15, 0.735, 0.15, 0.75, 0.007), shade(CHAIR, 1.12))
        return [*shins, *legs, *arms, *torso, neck, seat, *posts, back, shine], head(
            looks, 0, 1.045, None
        )
    arms = []
    for side in (-1, 1):
        elbow, hand = (side * 0.19, 0.69), (side * 0.075, 0.715)
        arms.append((limb((side * 0.14, 0.83), elbow, 0.042, 0.037), sleeve))
        arms.append((limb(elbow, hand, 0.036, 0.03), sleeve))
        arms.append((ellipse(side * 0.06, 0.717, 0.032, 0.027), looks.skin))
    collar: Shape = (ellipse(0, 0.9, 0.055, 0.03, 180, 360), shade(looks.skin, 0.95))
    return [back, *legs, seat, *shins, neck, *torso, collar, *arms], head(looks, 0, 1.045, turned)


def pupil_parts(looks: Looks, turned: float | None, waving: bool) -> list[Part]:
    """A pupil that moves its head and, when waving, its right arm (to our right)."""
    body, top = pupil_seated(looks, turned)
    parts = [Part("body", body), Part("head", top, (0.0, 0.95))]
    if waving:
        sleeve = shade(looks.shirt, 0.82)
        arm: list[Shape] = [(limb((0.15, 0.83), (0.27, 0.93), 0.042, 0.036), sleeve)]
        hand: list[Shape] = [
            (limb((0.27, 0.93), (0.28, 1.06), 0.034, 0.028), sleeve),
            (ellipse(0.281, 1.1, 0.03, 0.036), looks.skin),
            *(
                (limb((0.281, 1.1), (0.281 + s, 1.15), 0.01, 0.009), looks.skin)
                for s in (-0.022, 0, 0.02)
            ),
            (limb((0.27, 1.09), (0.248, 1.105), 0.01, 0.009), looks.skin),
        ]
        parts += [Part("arm", arm), Part("hand", hand, (0.27, 0.93))]
    return parts


def waving_motion(seconds: float) -> Motion:
    """Waves for two of every nine seconds, and tilts the head a little then."""
    t = seconds % 9.0
    if t > 2.0:
        return Motion()
    lift = np.sin(np.pi * t / 2)
    return Motion(turn_deg={"hand": 22 * np.sin(2 * np.pi * 1.5 * t) * lift, "head": 4 * lift})


@dataclass(frozen=True)
class NodMotion:
    """Still, except for 1.6 s in every `period`; times in seconds."""

    start: float
    period: float
    degrees: float

    def __call__(self, seconds: float) -> Motion:
        """The lean of the head at a time."""
        t = (seconds - self.start) % self.period
        lean = self.degrees * np.sin(np.pi * t / 1.6) ** 2 if t < 1.6 else 0.0
        return Motion(turn_deg={"head": lean})


def teacher_parts(looks: Looks) -> list[Part]:
    """The teacher, 1.74 m, with a left leg, right leg, and an arm that points at the board."""
    trousers, shoe = colour("3D4660"), colour("5B3B2E")
    sleeve = shade(looks.shirt, 0.9)
    legs = []
    for name, side in (("left leg", -1), ("right leg", 1)):
        leg: list[Shape] = [
            (limb((side * 0.085, 0.84), (side * 0.09, 0.09), 0.088, 0.06), trousers),
            (
                blob(
                    [
                        (side * 0.09 - 0.07, 0.03),
                        (side * 0.09, 0.09),
                        (side * 0.09 + 0.085, 0.03),
                        (side * 0.09, 0.0),
                    ]
                ),
                shoe,
            ),
        ]
        legs.append(Part(name, leg, (side * 0.085, 0.86), "body"))
    rest: list[Shape] = [
        (limb((-0.185, 1.33), (-0.25, 1.07), 0.058, 0.048), sleeve),
        (limb((-0.25, 1.07), (-0.2, 0.86), 0.046, 0.036), sleeve),
        (ellipse(-0.192, 0.82, 0.037, 0.045), looks.skin),
    ]
    torso = _torso(looks, 0.8, 1.43, 0.215)
    neck: Shape = (rounded(-0.05, 1.38, 0.05, 1.52, 0.02), shade(looks.skin, 0.9))
    collar: Shape = (ellipse(0, 1.43, 0.075, 0.045, 180, 360), shade(looks.skin, 0.95))
    upper: list[Shape] = [(limb((0.185, 1.34), (0.26, 1.09), 0.058, 0.048), sleeve)]
    fore: list[Shape] = [
        (limb((0.26, 1.09), (0.24, 0.88), 0.046, 0.036), sleeve),
        (ellipse(0.238, 0.84, 0.036, 0.042), looks.skin),
        (limb((0.245, 0.83), (0.247, 0.775), 0.012, 0.01), looks.skin),
    ]
    return [
        Part("body", [neck]),
        *legs,
        Part("trunk", [*rest, *torso, collar], parent="body"),
        Part("arm", upper, (0.185, 1.34), "body"),
        Part("forearm", fore, (0.26, 1.09), "arm"),
        Part("head", head(looks, 0, 1.595, 0.35, 1.18), (0, 1.48), "body"),
    ]


def teacher_motion(seconds: float) -> Motion:
    """Walks slowly between two places, and points at the board at the right one."""
    t = seconds % 24.0
    there = _ease((t - 2) / 5) - _ease((t - 15) / 5)  # 0 left, 1 beside the board
    walking = 1.0 if 2 < t < 7 or 15 < t < 20 else 0.0
    stride = walking * np.sin(2 * np.pi * seconds * 0.9)
    raised = _ease((t - 7) / 1.2) - _ease((t - 13.2) / 1.2)
    explain = raised * np.sin(2 * np.pi * seconds * 0.45)
    return Motion(
        shift=(0.75 * there, 0.008 * abs(stride)),
        turn_deg={
            "left leg": 9 * stride,
            "right leg": -9 * stride,
            "arm": 62 * raised + 7 * explain - 5 * stride,
            "forearm": 34 * raised + 9 * explain,
            "head": 2.5 * np.sin(2 * np.pi * seconds * 0.13) - 3 * raised,
        },
    )


def _ease(x: float) -> float:
    """0 to 1 with a soft start and end."""
    x = min(1.0, max(0.0, x))
    return x * x * (3 - 2 * x)
