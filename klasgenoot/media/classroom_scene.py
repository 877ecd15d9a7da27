"""What a drawn room is made of, in painter's order: room, walls, panels, things and movers."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from klasgenoot.media.classroom_shapes import Card, Colour, Shape
from klasgenoot.media.projection import FloatArray

ROAM_M = 1.0  # the furthest that a motion may shift a mover


@dataclass(frozen=True)
class Motion:
    """Where a mover is: a shift over its card in metres and the angle of each part in degrees."""

    shift: tuple[float, float] = (0.0, 0.0)
    turn_deg: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Part:
    """A piece of a mover that turns about a joint, together with the part it is fixed to."""

    name: str
    shapes: Sequence[Shape]
    joint: tuple[float, float] = (0.0, 0.0)
    parent: str | None = None


class Mover:
    """A flat figure of jointed parts on a card; `motion` says its state at a time in seconds."""

    def __init__(
        self, card: Card, parts: Sequence[Part], motion: Callable[[float], Motion]
    ) -> None:
        self.card = card
        self.motion = motion
        self._parts = parts
        drawings = [shape for part in parts for shape in part.shapes]
        self.colours = [paint for _, paint in drawings]
        self.ends = np.cumsum([len(points) for points, _ in drawings])
        self._local = [np.concatenate([points for points, _ in part.shapes]) for part in parts]
        # No part gets further from the card's origin than this, however it is turned.
        self.radius = ROAM_M + 2 * max(float(np.linalg.norm(p, axis=1).max()) for p in self._local)

    def vertices(self, seconds: float) -> FloatArray:
        """World metres (n, 3) of all shapes at a time; `ends` splits them."""
        motion = self.motion(seconds)
        frames: dict[str | None, FloatArray] = {None: _turn((0.0, 0.0), 0.0, motion.shift)}
        placed: list[FloatArray] = []
        for part, local in zip(self._parts, self._local, strict=True):
            own = _turn(part.joint, motion.turn_deg.get(part.name, 0.0))
            frame = frames[part.name] = frames[part.parent] @ own
            placed.append(local @ frame[:2, :2].T + frame[:2, 2])
        return self.card.stand(np.concatenate(placed)).astype(np.float32)


@dataclass(frozen=True)
class Panel:
    """A lettered surface: ink on a rectangle of one colour.

    `levels` are the same uint8 drawing (0 surface, 255 ink), largest first.
    `corners` (4, 3) in the room: top left, top right, bottom right, bottom left.
    """

    corners: FloatArray
    levels: Sequence[np.ndarray]
    ink: Colour
    surface: Colour


@dataclass(frozen=True)
class Thing:
    """Shapes that stand together in the room, `distance` metres from the camera."""

    distance: float
    shapes: Sequence[Shape]


@dataclass(frozen=True)
class Scene:
    """All shapes in painter's order.

    The first `room_end` get the room's light, panels go between `panel_at - 1` and `panel_at`,
    and each mover is drawn before the static shape of its number. `middles` (s, 3) and `radii` (s,)
    are spheres around the shapes, so that most of what is out of view is never projected.
    """

    vertices: FloatArray
    starts: np.ndarray
    middles: FloatArray
    radii: FloatArray
    colours: Sequence[Colour]
    room_end: int
    panel_at: int
    panels: Sequence[Panel]
    movers: Sequence[tuple[int, Mover]]


def compose(
    room: Sequence[Shape],
    behind: Sequence[Shape],
    panels: Sequence[Panel],
    on_walls: Sequence[Shape | Mover],
    standing: Iterable[Thing | tuple[float, Mover]],
) -> Scene:
    """Put everything in painter's order; what stands in the room goes from far to near."""
    order: list[Shape | Mover] = [*room, *behind, *on_walls]
    for _, item in sorted(((_distance(item), item) for item in standing), key=lambda x: -x[0]):
        if isinstance(item, Thing):
            order.extend(item.shapes)
        else:
            order.append(item[1])
    shapes: list[Shape] = []
    movers: list[tuple[int, Mover]] = []
    for entry in order:
        if isinstance(entry, Mover):
            movers.append((len(shapes), entry))
        else:
            shapes.append(entry)
    sizes = [len(points) for points, _ in shapes]
    middles = np.array([points.mean(axis=0) for points, _ in shapes])
    radii = [
        np.linalg.norm(points - middle, axis=1).max()
        for (points, _), middle in zip(shapes, middles, strict=True)
    ]
    return Scene(
        middles=middles.astype(np.float32),
        radii=np.array(radii, np.float32),
        vertices=np.concatenate([points for points, _ in shapes]).astype(np.float32),
        starts=np.concatenate(([0], np.cumsum(sizes))),
        colours=[paint for _, paint in shapes],
        room_end=len(room),
        panel_at=len(room) + len(behind),
        panels=panels,
        movers=movers,
    )


def _distance(item: Thing | tuple[float, Mover]) -> float:
    return item.distance if isinstance(item, Thing) else item[0]


def _turn(
    joint: tuple[float, float], degrees: float, shift: tuple[float, float] = (0.0, 0.0)
) -> FloatArray:
    """A 3×3 matrix: turn about a joint, then shift."""
    sin, cos = np.sin(np.radians(degrees)), np.cos(np.radians(degrees))
    x, y = joint
    rows = (
        (cos, -sin, x - cos * x + sin * y + shift[0]),
        (sin, cos, y - sin * x - cos * y + shift[1]),
        (0, 0, 1),
    )
    return np.array(rows)
