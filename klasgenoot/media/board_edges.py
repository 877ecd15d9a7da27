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
_ALONG = (11, 1)
_NEAR_ROWS = 8  # what hides an edge shows an edge of its own this near
_NEARLY = 0.72  # a line this strong, against the strongest, may be the edge if further inside
_MOST_SLANT = 14  # rows by which a side may be off from one end to the other
_BLOCKS = 32  # along a side, over which lines are counted
# Where a line may enter and leave a strip, all pairs; and its blocks in a strip laid out flat.
_FIRST, _LAST = np.nonzero(
    np.abs(np.subtract.outer(np.arange(2 * _FINE_MARGIN), np.arange(2 * _FINE_MARGIN)))
    <= _MOST_SLANT
)
_ALONG_LINE = (np.arange(_BLOCKS) + 0.5) / _BLOCKS
_ON_LINE = np.rint(_FIRST[:, None] + (_LAST - _FIRST)[:, None] * _ALONG_LINE).astype(np.intp)
_ON_LINE = _ON_LINE * _BLOCKS + np.arange(_BLOCKS)


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
    """Share (4,) of each side along which a surface ends there, and how even (0…1) it is inside.

    Text does not count against evenness, nor does light that falls off.
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
    # Averaged along the side: that takes noise away, and what crosses it, but no edge.
    strips = _strips(patch, _FINE_MARGIN)
    strips = np.stack([cv2.blur(strip, _ALONG) for strip in strips])[:, :, ::_EVERY]
    steps = np.abs(strips[:, 2:].astype(np.int16) - strips[:, :-2])
    faintest = max(_FAINTEST, 5 * float(np.median(steps)))  # the median of steps is noise
    columns = _FINE_MARGIN + 0.5 + np.arange(0, _FINE, _EVERY)
    lines, shares, closed = [], [], 1.0
    for side, step in enumerate(steps[:, : 2 * _FINE_MARGIN]):
        crests = _crests(step, faintest)
        near, rows, open_there = _edge_rows(step, crests, *_strongest_line(crests))
        if near.sum() < len(columns) // 8:
            return None
        slope, offset = _fitted(
            columns[near], rows[near] + 1.5
        )  # a step is at the middle of its three rows
        lines.append(_in_patch(side, slope, offset, len(patch)))
        shares.append(float(near.mean()))
        closed *= (1 - _open_ends(open_there)) ** 3
    top, right, bottom, left = lines
    crossings = ((top, left), (top, right), (bottom, right), (bottom, left))
    corners = np.array([np.cross(*pair) for pair in crossings])
    if np.abs(corners[:, 2]).min() < 1e-9:
        return None
    points = corners[:, :2] / corners[:, 2:]
    back = cv2.perspectiveTransform(points[None], np.linalg.inv(to_patch))
    return back[0].astype(np.float64), np.array(shares), closed


def _flatness(patch: np.ndarray) -> float:
    """Share of the inside without steps: text is taken out first, light falls off smoothly."""
    margin = _COARSE_MARGIN
    inner = cv2.medianBlur(np.ascontiguousarray(patch[margin:-margin, margin:-margin]), 5)
    steps = cv2.morphologyEx(inner, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    return float((steps < 2 * _FAINTEST).mean())


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
    line: np.ndarray = slope * np.array(x) - np.array(y) + (0, 0, offset)
    return line


def _crests(step: np.ndarray, faintest: float) -> np.ndarray:
    """Where in (rows, columns) a step is the largest of its five rows, and no noise."""
    largest = cv2.dilate(step, np.ones((5, 1), np.uint8))
    crests: np.ndarray = (step == largest) & (step > faintest)
    return crests


def _strongest_line(crests: np.ndarray) -> tuple[int, int]:
    """Rows at which the innermost line that most crests lie on enters and leaves."""
    sharp = crests.astype(np.uint8)
    near = sharp + cv2.dilate(sharp, np.ones((3, 1), np.uint8))
    blocks = near.reshape(len(near), _BLOCKS, -1).sum(axis=2, dtype=np.float32)
    total = np.take(blocks, _ON_LINE).sum(axis=1)
    # A frame has an outer edge too: the surface ends at the inner one, unless that is faint.
    best = int(np.argmax(total))
    shift_in, shift_out = _FIRST - _FIRST[best], _LAST - _LAST[best]
    beside = np.abs(shift_in - shift_out) <= 2
    good = np.flatnonzero((total >= _NEARLY * total[best]) & beside)
    inner = good[np.argmax((_FIRST + _LAST)[good])]
    around = np.abs(_FIRST - _FIRST[inner]) + np.abs(_LAST - _LAST[inner]) <= 3
    best = int(np.flatnonzero(around)[np.argmax(total[around])])
    return int(_FIRST[best]), int(_LAST[best])


def _edge_rows(
    step: np.ndarray, crests: np.ndarray, first: int, last: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Per column whether a crest is within two rows of the line, its row, and if none is near."""
    rows, columns = step.shape
    line = first + (last - first) * (np.arange(columns) + 0.5) / columns
    around = np.clip(np.rint(line).astype(np.intp) + np.arange(-2, 3)[:, None], 1, rows - 2)
    found = np.take_along_axis(crests, around, axis=0)
    row = np.take_along_axis(around, np.argmax(found, axis=0)[None], axis=0)
    before, here, after = (
        np.take_along_axis(step, row + shift, axis=0)[0].astype(np.float32) for shift in (-1, 0, 1)
    )
    bend = before - 2 * here + after  # the top of a parabola through the three
    shift = np.where(bend < 0, 0.5 * (before - after) / np.minimum(bend, -1e-3), 0)
    wide = cv2.dilate(crests.astype(np.uint8), np.ones((2 * _NEAR_ROWS + 1, 1), np.uint8))
    none_near = np.take_along_axis(wide, row, axis=0)[0] == 0
    return np.asarray(found.any(axis=0)), row[0] + shift, none_near


def _open_ends(open_there: np.ndarray) -> float:
    """Share of a side, from its corners on, that has no edge: the sides stop before the corner."""
    count = np.arange(1, len(open_there) + 1)
    runs = [
        int((count * (np.cumsum(ends) >= 0.8 * count)).max())
        for ends in (open_there, open_there[::-1])
    ]
    return min(1.0, sum(runs) / len(open_there))


def _fitted(x: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """(slope, offset) of the line through most points: least squares, twice without the worst."""
    slope, offset = 0.0, 0.0
    for _ in range(3):
        u = x - x.mean()
        slope = float(u @ y / max(float(u @ u), 1e-9))
        offset = float(y.mean() - slope * x.mean())
        off = np.abs(y - offset - slope * x)
        kept = off <= max(0.3, 2 * float(np.median(off)))
        x, y = x[kept], y[kept]
    return slope, offset
