"""The board: a green part with chalk, a whiteboard with ink, and what is written there."""

from typing import NamedTuple

import cv2
import numpy as np

from klasgenoot.media.classroom_scene import Panel
from klasgenoot.media.classroom_shapes import Card, Colour, Shape, colour, rectangle, shade
from klasgenoot.media.projection import FloatArray

GREEN, CHALK = colour("1F4A3A"), colour("FFFFFF")
WHITE, INK = colour("F7F8F5"), colour("15171A")
WOOD = colour("B98A55")

OVERSAMPLING = 4  # texels per pixel of the full view: sharp to about six times the board view
SIZE_PER_CAP = 1 / 0.75  # font size in pixels of OpenCV's "sans" per pixel of capital height
CHALK_WEIGHT = 480  # a little bolder than regular, as chalk is


class BoardLine(NamedTuple):
    """A line on the board. Lengths in pixels of the 1280×720 view that the board fills."""

    text: str
    cap_height_px: int
    colours: tuple[Colour, Colour]  # (ink, surface), blue-green-red
    left_px: int
    baseline_px: int


_ON_GREEN, _ON_WHITE = (CHALK, GREEN), (INK, WHITE)
BOARD_LINES: tuple[BoardLine, ...] = (
    BoardLine("Goedemorgen, groep 6!", 36, _ON_GREEN, 60, 110),
    BoardLine("Rekenen: 6 x 7 = 42", 36, _ON_GREEN, 60, 196),
    BoardLine("1. Tafels van 6, 7 en 8 oefenen", 20, _ON_GREEN, 60, 272),
    BoardLine("2. Taal: lees hoofdstuk 4 en 5", 20, _ON_GREEN, 60, 322),
    BoardLine("3. Natuur: hoe groeit een boon?", 20, _ON_GREEN, 60, 372),
    BoardLine(
        "Huiswerk voor woensdag: bladzijde 34, opdracht 2 tot en met 5.", 12, _ON_GREEN, 60, 440
    ),
    BoardLine("Gym is op donderdag. Neem je gymspullen mee.", 12, _ON_GREEN, 60, 474),
    BoardLine("Lees thuis een kwartier in je eigen boek.", 12, _ON_GREEN, 60, 508),
    BoardLine("Vandaag", 36, _ON_WHITE, 888, 110),
    BoardLine("8.30 Kring", 20, _ON_WHITE, 888, 180),
    BoardLine("9.00 Rekenen", 20, _ON_WHITE, 888, 226),
    BoardLine("10.15 Pauze", 20, _ON_WHITE, 888, 272),
    BoardLine("10.30 Taal", 20, _ON_WHITE, 888, 318),
    BoardLine("13.00 Tekenen", 20, _ON_WHITE, 888, 364),
    BoardLine("Jarig deze week: Noor en Sam.", 12, _ON_WHITE, 888, 440),
    BoardLine("Plantjes water geven: Yusuf.", 12, _ON_WHITE, 888, 474),
    BoardLine("Vragen? Steek je hand op.", 12, _ON_WHITE, 888, 508),
)

# The two surfaces, in pixels of the full view: left, top, right, bottom.
_GREEN_AREA, _WHITE_AREA = (24, 24, 846, 690), (858, 24, 1256, 690)


def board_points(card: Card, px_per_m: float, points: FloatArray) -> FloatArray:
    """Pixels of the full view (n, 2), y down, to world metres; the card's origin is (640, 360)."""
    return card.stand((points - (640, 360)) * (1 / px_per_m, -1 / px_per_m))


def board_panels(card: Card, px_per_m: float) -> list[Panel]:
    """Both surfaces with their text."""
    return [
        _panel(card, px_per_m, area, [line for line in BOARD_LINES if line.colours == pair], pair)
        for area, pair in ((_GREEN_AREA, _ON_GREEN), (_WHITE_AREA, _ON_WHITE))
    ]


def board_frame(card: Card, px_per_m: float) -> tuple[list[Shape], list[Shape]]:
    """(behind, before): wood behind the surfaces; edge, ledge and chalk before them."""

    def flat(x0: float, y0: float, x1: float, y1: float, paint: Colour) -> Shape:
        return board_points(card, px_per_m, rectangle(x0, y0, x1, y1)), paint

    behind = [flat(12, 16, 1276, 712, colour("D9C39B")), flat(8, 8, 1272, 704, WOOD)]
    before = []
    for left, top, right, bottom in (_GREEN_AREA, _WHITE_AREA):
        for edge in (
            (left - 8, top - 8, right + 8, top + 2),
            (left - 8, bottom - 2, right + 8, bottom + 8),
            (left - 8, top - 8, left + 2, bottom + 8),
            (right - 2, top - 8, right + 8, bottom + 8),
        ):
            before.append(flat(*edge, shade(WOOD, 0.92)))
    before.append(flat(8, 696, 1272, 714, shade(WOOD, 1.15)))
    for x, code in ((120, "FFFFFF"), (170, "FFE27A"), (214, "FFB3C1"), (700, "C94F4F")):
        before.append(flat(x, 688, x + 34, 697, colour(code)))
    return behind, before


def _panel(
    card: Card,
    px_per_m: float,
    area: tuple[int, int, int, int],
    lines: list[BoardLine],
    pair: tuple[Colour, Colour],
) -> Panel:
    left, top, right, bottom = area
    k = OVERSAMPLING
    level = np.zeros(((bottom - top) * k, (right - left) * k), np.uint8)
    font = cv2.FontFace("sans")
    for line in lines:
        at = ((line.left_px - left) * k, (line.baseline_px - top) * k)
        size = round(line.cap_height_px * k * SIZE_PER_CAP)
        cv2.putText(level, line.text, at, (255,), font, size, CHALK_WEIGHT)
    levels: list[np.ndarray] = [level]
    while levels[-1].shape[1] > 160:
        levels.append(cv2.pyrDown(levels[-1]))
    ink, surface = pair
    corners = np.array(((left, top), (right, top), (right, bottom), (left, bottom)), np.float64)
    world = board_points(card, px_per_m, corners).astype(np.float32)
    return Panel(world, levels, ink, surface)
