"""How small the smallest text on a board is, in pixels."""

from dataclasses import dataclass

import cv2
import numpy as np

from klasgenoot.media.board_surface import surface_of

READABLE_PX = 9.0  # capitals lower than this are guessed rather than read
ADVICE = "zoom in to read"
_LEAST_STROKE = 22  # grey levels off the surface
_LOWEST_PX, _HIGHEST_PX = 3, 120
_MOST_WIDE = 14.0  # width to height of letters that run together into a word
_LEAST_LINE = 3.0  # width of letters together, in heights: about five letters
_SMALL_SHARE = 0.05  # of the letters that may be smaller than what is called the smallest text


@dataclass(frozen=True)
class Legibility:
    """None where it cannot be told: no text, or a board of unknown width."""

    cap_height_px: float | None
    """Height of capitals of the smallest text, in pixels of the view."""
    sharp_px: float | None
    """The same in pixels of the view or the camera, whichever are coarser: what can be read."""
    mm_per_px: float | None
    """Millimetres of board per pixel, of the coarser of the two."""
    advice: str | None
    """ADVICE when the smallest text cannot be read."""


def legibility(
    luma: np.ndarray, camera_px_per_px: float, board_width_mm: float | None
) -> Legibility:
    """Judge uint8 luma (height, width) of a board straightened to its whole width.

    `camera_px_per_px` is how many pixels of the camera one of the view holds.
    """
    sharp = min(1.0, camera_px_per_px)
    cap = smallest_cap_height(luma)
    mm = None if board_width_mm is None else board_width_mm / luma.shape[1] / sharp
    if cap is None:
        return Legibility(None, None, mm, None)
    advice = ADVICE if cap * sharp < READABLE_PX else None
    return Legibility(cap, cap * sharp, mm, advice)


def smallest_cap_height(luma: np.ndarray) -> float | None:
    """Height in pixels of the capitals in the smallest text of a board, None without text."""
    level = cv2.convertScaleAbs(cv2.resize(surface_of(luma).level, luma.shape[::-1]))
    off = cv2.absdiff(luma, level)
    clear = off[off > _LEAST_STROKE]
    if not len(clear):
        return None
    # A stroke ends where it is half as strong.
    limit = max(_LEAST_STROKE, 0.5 * float(np.median(clear)))
    strokes = (off > limit).astype(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(strokes, connectivity=8)
    boxes = stats[1:, :4].astype(np.float64)
    width, height, area = boxes[:, 2], boxes[:, 3], stats[1:, 4]
    letters = (height >= _LOWEST_PX) & (height <= _HIGHEST_PX) & (width <= _MOST_WIDE * height)
    letters &= (width >= 0.12 * height) & (area > 0.12 * width * height)
    heights = [cap for cap, count in _lines(boxes[letters]) for _ in range(count)]
    return float(np.percentile(heights, 100 * _SMALL_SHARE)) if heights else None


def _lines(boxes: np.ndarray) -> list[tuple[float, int]]:
    """(Height of capitals, letters) of each line of text among boxes (n, 4): x, y, w, h."""
    found: list[tuple[float, int]] = []
    left = boxes[np.argsort(boxes[:, 3])[::-1]]  # the tallest first: it spans its whole line
    while len(left):
        x, y, _, height = left[0]
        same = (left[:, 1] + left[:, 3] > y + 0.35 * height) & (left[:, 1] < y + 0.75 * height)
        same &= (left[:, 3] > 0.35 * height) & (np.abs(left[:, 0] - x) < 40 * height)
        line = left[same]
        letters = float(line[:, 2].sum()) / height
        if len(line) > 1 and letters >= _LEAST_LINE:
            base = float(np.median(line[:, 1] + line[:, 3]))
            # Boxes count whole pixels: half of one too many, on average.
            cap = base - float(np.percentile(line[:, 1], 12)) - 0.5
            if 0.5 * height < cap:
                found.append((cap, round(2 * letters)))
        left = left[~same]
    return found
