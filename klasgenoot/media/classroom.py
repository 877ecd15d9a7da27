"""A Dutch classroom, drawn by ourselves, around the simulated camera.

The camera stands on the trolley in the middle of the room, 1.45 m above the floor. Pan 0, tilt 0
looks level at the front wall; the room can be seen from pan −100…100 and tilt −30…40 degrees.
"""

from typing import NamedTuple

import numpy as np

from klasgenoot.media import classroom_board as board
from klasgenoot.media import classroom_walls as walls
from klasgenoot.media.classroom_furniture import furniture, table
from klasgenoot.media.classroom_heads import Looks
from klasgenoot.media.classroom_light import RoomLight
from klasgenoot.media.classroom_people import (
    NodMotion,
    pupil_parts,
    teacher_motion,
    teacher_parts,
    waving_motion,
)
from klasgenoot.media.classroom_posters import posters
from klasgenoot.media.classroom_render import Renderer
from klasgenoot.media.classroom_scene import Mover, Thing, compose
from klasgenoot.media.classroom_shapes import Card, colour, facing_card
from klasgenoot.media.projection import View, angles

BOARD_LINES = board.BOARD_LINES


class Pose(NamedTuple):
    """Where the camera looks: degrees (pan + right, tilt + up) and zoom 1…18."""

    pan_deg: float
    tilt_deg: float
    zoom: float


_BOARD_AT = (0.5, 0.42, walls.FRONT.origin[2])  # middle of the board in the room
_BOARD_ZOOM = 1.45
BOARD_VIEW = Pose(*angles(_BOARD_AT), _BOARD_ZOOM)
_BOARD_PX_PER_M = View(*BOARD_VIEW, 1280, 720).focal_px / float(np.linalg.norm(_BOARD_AT))

# Middles of things that are easy to find in a picture: (pan, tilt) in degrees.
LANDMARKS: dict[str, tuple[float, float]] = {
    "board": angles(_BOARD_AT),
    "clock": angles((*walls.CLOCK_AT, walls.FRONT.origin[2])),
}

_SKINS = tuple(map(colour, ("F6CFB0", "EDBB96", "C98F66", "9A6645", "FADCC4", "7A4E36")))
_HAIRS = tuple(map(colour, ("5A3A26", "E0B563", "2E231E", "A8623A", "8A5A35", "3A2B25")))
_SHIRTS = tuple(
    map(colour, ("D9534F", "4C7FB0", "E8B23A", "5FA08A", "8A6BB0", "E88D5A", "6FA35B", "E58FA8"))
)
_STYLES = ("short", "long", "tail", "short", "curls", "bun", "short", "long", "scarf", "tail")


class _Seat(NamedTuple):
    """A pupil's place in metres and where it looks: −1…1, or None when we see its back."""

    x: float
    z: float
    turned: float | None
    act: str = ""


_SEATS = (
    _Seat(-2.9, 3.45, None),
    _Seat(-2.3, 3.45, None),
    _Seat(-1.15, 3.4, None, "nod"),
    _Seat(-0.5, 3.4, None),
    _Seat(0.75, 3.4, None),
    _Seat(1.4, 3.4, None, "nod"),
    _Seat(2.5, 3.45, None),
    _Seat(3.15, 3.45, None),
    _Seat(-2.95, 2.05, 0.7),
    _Seat(-2.3, 2.05, None),
    _Seat(-1.0, 1.95, None),
    _Seat(1.0, 1.95, None, "nod"),
    _Seat(1.65, 1.95, -0.55),
    _Seat(2.9, 2.05, None),
    _Seat(-3.1, 0.9, 0.75, "nod"),
    _Seat(-2.05, 0.25, 0.45, "wave"),
    _Seat(2.05, 0.3, -0.6),
    _Seat(3.1, 0.95, -0.8, "nod"),
    _Seat(-2.9, -0.75, 0.8),
    _Seat(-2.0, -0.9, 0.55, "nod"),
    _Seat(2.1, -0.9, -0.4, "wave"),
    _Seat(3.0, -0.7, -0.75),
)
_TABLES = (
    (-2.6, 3.95, 1.4),
    (-0.82, 3.9, 1.4),
    (1.08, 3.9, 1.4),
    (2.82, 3.95, 1.4),
    (-2.62, 2.55, 1.4),
    (-1.0, 2.45, 0.8),
    (1.32, 2.45, 1.4),
    (2.9, 2.55, 0.8),
    (-2.65, 1.15, 1.5),
    (2.65, 1.2, 1.5),
    (-2.45, -0.3, 1.5),
    (2.55, -0.3, 1.5),
)


def classroom() -> Renderer:
    """Draw the whole room; takes well under a second and writes nothing."""
    card = Card(_BOARD_AT, walls.FRONT.right)
    behind, before = board.board_frame(card, _BOARD_PX_PER_M)
    teacher = Looks(_SKINS[1], colour("6B4226"), "bun", colour("3F8F8A"), glasses=True)
    scene = compose(
        room=walls.room_shell(),
        behind=[*walls.ceiling_lamps(), *behind],
        panels=board.board_panels(card, _BOARD_PX_PER_M),
        on_walls=[
            *before,
            *walls.windows(),
            *walls.door(),
            *posters(),
            *walls.clock_face(),
            walls.second_hand(),
        ],
        standing=[
            *furniture(),
            *(table(x, z, width, 3 if width > 1 else 2) for x, z, width in _TABLES),
            *(_pupil(i, seat) for i, seat in enumerate(_SEATS)),
            (
                5.35,
                Mover(
                    facing_card(-2.35, 4.85, walls.FLOOR), teacher_parts(teacher), teacher_motion
                ),
            ),
        ],
    )
    shadows = [(x + dx, z, 0.42) for x, z, width in _TABLES for dx in (-width / 4, width / 4)]
    shadows += [(seat.x, seat.z, 0.26) for seat in _SEATS]
    return Renderer(scene, RoomLight(walls.ROOM, shadows))


def _pupil(number: int, seat: _Seat) -> Thing | tuple[float, Mover]:
    style = _STYLES[number % len(_STYLES)]
    hair = _HAIRS[(number * 5 + number // 6) % 6]
    looks = Looks(
        skin=_SKINS[number * 5 % 6],
        hair=_SHIRTS[(number * 3 + 4) % 8] if style == "scarf" else hair,
        hair_style=style,
        shirt=_SHIRTS[number * 3 % 8],
        stripe=_SHIRTS[(number * 3 + 2) % 8] if number % 4 == 1 else None,
        glasses=number % 7 == 1,
    )
    card = facing_card(seat.x, seat.z, walls.FLOOR)
    distance = float(np.hypot(seat.x, seat.z))
    parts = pupil_parts(looks, seat.turned, seat.act == "wave")
    if seat.act == "wave":
        return distance, Mover(card, parts, waving_motion)
    if seat.act == "nod":
        return distance, Mover(card, parts, NodMotion(number * 0.7, 5 + number % 4, 5.0))
    return Thing(distance, [shape for part in parts for shape in card.shapes(part.shapes)])
