"""What a board would look like with nothing written on it: one or two lit surfaces.

A wide median takes text away on dark and white boards alike, since strokes are the minority.
"""

from dataclasses import dataclass

import cv2
import numpy as np

CELL = 8  # pixels of the board per cell of the grids here
_SPREAD_CELLS = 9.0  # over which light changes
_SEPARATE, _LEAST_SHARE = 45.0, 0.08  # a blackboard beside a whiteboard: grey levels, share
_FOREIGN = 0.22  # relative to the surface: frames, magnets and people differ more than this


@dataclass(frozen=True)
class Surface:
    """Grids (rows, columns), one cell per CELL pixels."""

    level: np.ndarray
    """Float32 luma of the surface as it is lit."""
    median: np.ndarray
    """Float32 luma of what is in the cell, without text."""
    bright: np.ndarray
    """Bool: belongs to the brighter of two surfaces; all False if there is one."""


def grid_size(width: int, height: int) -> tuple[int, int]:
    """Columns and rows for width × height pixels."""
    return max(1, width // CELL), max(1, height // CELL)


def cell_median(luma: np.ndarray) -> np.ndarray:
    """Uint8 (rows, columns): the median of uint8 luma (height, width) over about 20 pixels."""
    columns, rows = grid_size(luma.shape[1], luma.shape[0])
    quarter = cv2.resize(luma, (2 * columns, 2 * rows), interpolation=cv2.INTER_NEAREST)
    return cv2.resize(cv2.medianBlur(quarter, 5), (columns, rows), interpolation=cv2.INTER_NEAREST)


def surface_of(luma: np.ndarray) -> Surface:
    """The surfaces in uint8 luma (height, width) of a straightened board."""
    columns, rows = grid_size(luma.shape[1], luma.shape[0])
    quarter = cv2.resize(luma, (2 * columns, 2 * rows), interpolation=cv2.INTER_NEAREST)
    plain = cv2.resize(
        cv2.medianBlur(quarter, 15), (columns, rows), interpolation=cv2.INTER_NEAREST
    )
    median = plain.astype(np.float32)
    bright = _second_surface(cell_median(luma))
    if not bright.any():
        return Surface(_smooth(median, ~bright), median, bright)
    level = np.where(bright, _smooth(median, bright), _smooth(median, ~bright))
    return Surface(level.astype(np.float32), median, bright)


def _second_surface(cells: np.ndarray) -> np.ndarray:
    """Bool (rows, columns): the brighter of two surfaces beside each other, if there are two."""
    limit, _ = cv2.threshold(cells, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    above = (cells > limit).astype(np.uint8)
    bright = cv2.medianBlur(above, 7)
    # The median takes writing away, and the surface's own corners: these are put back.
    near = cv2.dilate(bright, np.ones((5, 5), np.uint8))
    bright = cv2.bitwise_or(bright, cv2.bitwise_and(above, near))
    share = float(bright.mean())
    if not _LEAST_SHARE < share < 1 - _LEAST_SHARE:
        return np.zeros(cells.shape, np.bool_)
    # Two surfaces meet in a step; light that falls off, or glare, gives none.
    border = cv2.morphologyEx(bright, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)) > 0
    steps = cv2.morphologyEx(cells, cv2.MORPH_GRADIENT, np.ones((5, 5), np.uint8))
    apart = float(np.percentile(steps[border], 20)) if border.any() else 0.0
    found: np.ndarray = (bright > 0) & (apart > _SEPARATE)
    return found


def _smooth(median: np.ndarray, where: np.ndarray) -> np.ndarray:
    """The light on one surface; what is no part of it is filled in from around."""
    typical = float(np.median(median[where]))
    level = np.full_like(median, typical)
    # Wide at first, to know what is foreign; then as near as the light allows.
    for spread, foreign in ((2.5 * _SPREAD_CELLS, 0.6), (_SPREAD_CELLS, _FOREIGN)):
        near = np.abs(median - level) < foreign * np.maximum(level, 30)
        weight = (where & near).astype(np.float32)
        blurred, total = _blurred(weight, spread), _blurred(median * weight, spread)
        # Far from any sample the wide estimate holds.
        level = ((total + 0.02 * level) / (blurred + 0.02)).astype(np.float32)
    return level


def _blurred(grid: np.ndarray, spread: float) -> np.ndarray:
    """Near enough to a Gaussian of this standard deviation in cells, at a tenth of the price."""
    side = max(1, round(spread * 6**0.5))
    once = cv2.blur(grid, (side, side), borderType=cv2.BORDER_REFLECT)
    return cv2.blur(once, (side, side), borderType=cv2.BORDER_REFLECT)
