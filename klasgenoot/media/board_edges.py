"""How well a quadrilateral fits the surface of a board, and its sides laid exactly on the edge.

The quadrilateral is straightened into a small square with a margin, in which a side of the board
is a row or a column and what stands before it is an outlier.
"""

import cv2
import numpy as np

_FAINTEST = 7.0  # grey levels of change that still are an edge, in a picture stretched to 0…255
_COARSE, _COARSE_MARGIN = 48, 6
_FINE, _FINE_MARGIN = 256, 20
_EVERY = 2  # columns of the fine square looked at
_INNER_ROWS = 24  # of the fine square, which tell the level of the surface beside an edge
_STEP = 0.5  # the edge is where this share of the change from surface to frame has passed
_OUTLIER_PX = 1.2


def straighten(
    image: np.ndarray, quad: np.ndarray, side: int, margin: int
) -> tuple[np.ndarray, np.ndarray]:
    """A quadrilateral (4, 2) as a square patch (side + 2 margin, side + 2 margin).

    Also returns the homography (3, 3) from pixels of the image to pixels of the patch.
    """
    target = np.array(((0, 0), (side, 0), (side, side), (0, side)), np.float32) + margin
    to_patch = cv2.getPerspectiveTransform(quad.astype(np.float32), target.astype(np.float32))
    # Half a pixel: corners are counted from the picture's edge, OpenCV counts pixel middles.
    half = np.array(((1, 0, -0.5), (0, 1, -0.5), (0, 0, 1)))
    warp = half @ to_patch @ np.linalg.inv(half)
    whole = (side + 2 * margin, side + 2 * margin)
    patch = cv2.warpPerspective(image, warp, whole, borderMode=cv2.BORDER_REPLICATE)
    return patch, to_patch


def fit_of(image: np.ndarray, quad: np.ndarray) -> tuple[np.ndarray, float]:
    """Share (4,) of each side along which a surface ends there, and how flat the surface is.

    Flatness is the share 0…1 of the quadrilateral that belongs to one even surface, or to two:
    a blackboard beside a whiteboard.
    """
    patch, _ = straighten(image, quad, _COARSE, _COARSE_MARGIN)
    margin, depth = _COARSE_MARGIN, _COARSE_MARGIN // 2
    strips = _strips(patch, margin).astype(np.float32)
    inside = strips[:, margin + 1 : margin + 1 + 2 * depth].mean(axis=1, keepdims=True)
    change = np.abs(strips[:, margin - depth - 1 : margin] - inside).max(axis=1)
    return (change > 2 * _FAINTEST).mean(axis=1), _flatness(patch)


def snap(image: np.ndarray, quad: np.ndarray) -> tuple[np.ndarray, np.ndarray, float] | None:
    """The quadrilateral (4, 2) moved to where the board's surface really ends.

    Returns it with the share (4,) of each side that agrees, and 0…1 that falls where the surface
    goes on across a side as if nothing ended there; None if a side is not to be seen.
    """
    patch, to_patch = straighten(image, quad, _FINE, _FINE_MARGIN)
    patch = cv2.GaussianBlur(patch, (3, 3), 0)
    strips = _strips(patch, _FINE_MARGIN)[:, :, ::_EVERY].astype(np.float32)
    columns = _FINE_MARGIN + 0.5 + np.arange(0, _FINE, _EVERY)
    lines, shares, closed = [], [], 1.0
    for side, (rows, seen) in enumerate(zip(*_edge_rows(strips), strict=True)):
        if seen.sum() < len(columns) // 8:
            return None
        slope, offset = _consensus(columns[seen], rows[seen])
        agree = np.abs(rows - offset - slope * columns)[seen] < _OUTLIER_PX
        lines.append(_in_patch(side, slope, offset, len(patch)))
        shares.append(agree.sum() / len(columns))
        closed *= float(seen.mean()) ** 2
    top, right, bottom, left = lines
    crossings = ((top, left), (top, right), (bottom, right), (bottom, left))
    corners = np.array([np.cross(*pair) for pair in crossings])
    if np.abs(corners[:, 2]).min() < 1e-9:
        return None
    points = corners[:, :2] / corners[:, 2:]
    back = cv2.perspectiveTransform(points[None], np.linalg.inv(to_patch))
    return back[0].astype(np.float64), np.array(shares), closed


def _flatness(patch: np.ndarray) -> float:
    margin = _COARSE_MARGIN
    inner = cv2.medianBlur(np.ascontiguousarray(patch[margin:-margin, margin:-margin]), 5)
    level, _ = cv2.threshold(inner, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    even = 0
    for part in (inner[inner <= level], inner[inner > level]):
        if len(part):
            middle = float(np.median(part))
            even += int((np.abs(part - middle) < max(16.0, 0.16 * middle)).sum())
    return even / inner.size


def _strips(patch: np.ndarray, margin: int) -> np.ndarray:
    """Top, right, bottom, left (4, 3 margin, side), turned so that rows go inwards."""
    turned = (patch, np.rot90(patch), np.rot90(patch, 2), np.rot90(patch, 3))
    return np.stack([strip[: 3 * margin, margin:-margin] for strip in turned])


def _in_patch(side: int, slope: float, offset: float, size: int) -> np.ndarray:
    """The line row = offset + slope · column of a turned strip as (a, b, c) of the patch.

    a·x + b·y + c = 0 with x, y of the turned patch, put in terms of the patch's own x, y.
    """
    x, y = (
        ((1, 0, 0), (0, 1, 0)),
        ((0, 1, 0), (-1, 0, size)),
        ((-1, 0, size), (0, -1, size)),
        ((0, -1, size), (1, 0, 0)),
    )[side]
    return slope * np.array(x) - np.array(y) + (0, 0, offset)


def _edge_rows(strips: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The row (4, columns) where the surface ends, sub-pixel, and whether it was seen."""
    inner = strips[:, -_INNER_ROWS:]
    surface = np.median(inner, axis=1, keepdims=True)
    away = np.abs(strips - surface)
    spread = np.median(away[:, -_INNER_ROWS:], axis=1, keepdims=True)
    left = away > np.maximum(_FAINTEST, 3.5 * spread)
    left[:, -_INNER_ROWS:] = False
    # Going outwards, the first row from which on three rows are off the surface.
    steady = left[:, 2:] & left[:, 1:-1] & left[:, :-2]
    seen = steady.any(axis=1)
    row = steady.shape[1] + 1 - np.argmax(steady[:, ::-1], axis=1)
    # The frame's own level is a few rows further; the edge lies half-way to it.
    four = np.clip(row[:, None] - np.arange(5)[:, None], 0, None)
    half = _STEP * np.take_along_axis(away, four, axis=1).max(axis=1)
    rows = np.arange(strips.shape[1])[:, None]
    beyond = (away >= half[:, None]) & (rows <= row[:, None])
    row = strips.shape[1] - 1 - np.argmax(beyond[:, ::-1], axis=1)
    here = np.take_along_axis(away, row[:, None], axis=1)[:, 0]
    after = np.minimum(row + 1, strips.shape[1] - 1)
    next_in = np.take_along_axis(away, after[:, None], axis=1)[:, 0]
    part = (here - half) / np.maximum(here - next_in, 1e-3)
    return row + 0.5 + np.clip(part, 0, 1), seen


def _consensus(x: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """(slope, offset) of the line that most points agree on: all pairs of some, then a fit."""
    picks = np.linspace(0, len(x) - 1, min(len(x), 24)).astype(int)
    i, j = np.triu_indices(len(picks), 1)
    far = np.abs(x[picks[i]] - x[picks[j]]) >= 0.25 * (x[-1] - x[0])
    i, j = picks[i[far]], picks[j[far]]
    slope = (y[j] - y[i]) / (x[j] - x[i])
    off = np.abs(y[None] - y[i, None] - slope[:, None] * (x[None] - x[i, None]))
    mine = off[int(np.argmax((off < _OUTLIER_PX).sum(axis=1)))] < _OUTLIER_PX
    u, v = x[mine] - x[mine].mean(), y[mine]
    fitted = float(u @ v / max(float(u @ u), 1e-9))
    return fitted, float(v.mean() - fitted * x[mine].mean())
