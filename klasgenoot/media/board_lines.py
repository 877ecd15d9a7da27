"""Long straight lines in a small picture, and the quadrilaterals that they make.

Segments come from LSD (Grompone von Gioi et al., IPOL 2012), which keeps its false alarms low in
noise and needs no threshold for dim rooms.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from klasgenoot.media.board_shape import plausibility

_SHORTEST = 0.025  # of a segment, share of the picture's width: strokes of text are shorter
_STEEPEST = 0.65  # slope of a side against the picture's axes: 33°
_TOGETHER_PX = 1.6  # segments this near to a line belong to it
_GAP_PX = 4  # holes this small in a line count as line
_LINES = 18  # kept per direction
_LEAST_AREA = 0.04  # share of the picture
_LEAST_SIDE_COVER, _LEAST_COVER = 0.12, 2.0  # of one side (0…1), of the four together
_OUTSIDE = 0.01  # a corner may lie this far outside the picture


@dataclass(frozen=True)
class _Lines:
    """Lines v = offset + slope · u, with u along the direction and v across it, in pixels."""

    offset: np.ndarray
    slope: np.ndarray
    covered: np.ndarray
    """(lines, length + 1): pixels of the line with a segment on it, summed up from u = 0."""


def segments_in(small: np.ndarray) -> np.ndarray:
    """Straight edges (n, 4) in a uint8 picture: x0, y0, x1, y1 in pixels."""
    found = cv2.createLineSegmentDetector(cv2.LSD_REFINE_NONE).detect(small)[0]
    return np.empty((0, 4)) if found is None else np.asarray(found, np.float64).reshape(-1, 4)


def quads(
    segments: np.ndarray, width: int, height: int, hfov_deg: float, most: int
) -> tuple[np.ndarray, np.ndarray]:
    """The best supported quadrilaterals (n ≤ most, 4, 2) in pixels, and a score (n,).

    The picture is width × height pixels and hfov_deg degrees wide; the best come first.
    """
    flat = _gather(segments, width, _SHORTEST * width)
    upright = _gather(segments[:, [1, 0, 3, 2]], height, _SHORTEST * width)
    if len(flat.offset) < 2 or len(upright.offset) < 2:
        return np.empty((0, 4, 2)), np.empty(0)
    found_quads, score = _combine(flat, upright, width, height)
    score *= plausibility(found_quads, width, height, hfov_deg)
    best = np.argsort(score)[::-1][:most]
    return found_quads[best], score[best]


def _gather(segments: np.ndarray, length: int, shortest: float) -> _Lines:
    """Collinear segments joined, longest first; columns are u0, v0, u1, v1."""
    du, dv = segments[:, 2] - segments[:, 0], segments[:, 3] - segments[:, 1]
    extent = np.hypot(du, dv)
    kept = segments[(np.abs(dv) < _STEEPEST * np.abs(du)) & (extent >= shortest)]
    kept = kept[np.argsort(np.abs(kept[:, 0] - kept[:, 2]))[::-1]]
    lines: list[tuple[float, float]] = []
    marks: list[np.ndarray] = []
    while len(kept) and len(lines) < 3 * _LINES:
        slope = (kept[0, 3] - kept[0, 1]) / (kept[0, 2] - kept[0, 0])
        offset = kept[0, 1] - slope * kept[0, 0]
        for _ in range(2):  # the second time with the line through all of its segments
            away = np.abs(kept[:, [1, 3]] - offset - slope * kept[:, [0, 2]]).max(axis=1)
            mine = away < _TOGETHER_PX
            mine[0] = True
            u, v = kept[mine][:, [0, 2]].ravel(), kept[mine][:, [1, 3]].ravel()
            weight = np.repeat(np.abs(kept[mine, 2] - kept[mine, 0]), 2)
            centre_u, centre_v = np.average(u, weights=weight), np.average(v, weights=weight)
            across = weight * (u - centre_u)
            slope = float(across @ (v - centre_v) / max(float(across @ (u - centre_u)), 1e-9))
            offset = centre_v - slope * centre_u
        mark = np.zeros(length + 1, np.uint8)
        for start, end in np.sort(kept[mine][:, [0, 2]], axis=1).round().astype(int):
            mark[max(0, start - _GAP_PX // 2) : max(0, end + _GAP_PX // 2)] = 1
        lines.append((float(offset), float(slope)))
        marks.append(mark)
        kept = kept[~mine]
    order = sorted(range(len(lines)), key=lambda i: -int(marks[i].sum()))[:_LINES]
    table = np.array([lines[i] for i in order]).reshape(-1, 2)
    covered = np.array([np.cumsum(marks[i]) for i in order]).reshape(-1, length + 1)
    return _Lines(table[:, 0], table[:, 1], covered)


def _combine(
    flat: _Lines, upright: _Lines, width: int, height: int
) -> tuple[np.ndarray, np.ndarray]:
    """All pairs of flat lines with all pairs of upright ones that edges cover, and a score."""
    h, v = np.arange(len(flat.offset))[:, None], np.arange(len(upright.offset))[None, :]
    y = (flat.offset[h] + flat.slope[h] * upright.offset[v]) / (
        1 - flat.slope[h] * upright.slope[v]
    )
    x = upright.offset[v] + upright.slope[v] * y  # crossings (flat, upright)
    top, bottom = _pairs(flat.offset + flat.slope * width / 2)
    left, right = _pairs(upright.offset + upright.slope * height / 2)
    t, b, lft, r = top[:, None], bottom[:, None], left[None, :], right[None, :]
    pairs = ((t, lft), (t, r), (b, r), (b, lft))
    xs = np.stack([x[pair] for pair in pairs], axis=-1)
    ys = np.stack([y[pair] for pair in pairs], axis=-1)
    lowest, highest = -_OUTSIDE * width, 1 + _OUTSIDE
    inside = (xs > lowest) & (xs < highest * width) & (ys > lowest) & (ys < highest * height)
    area = (
        (xs[..., 2] - xs[..., 0]) * (ys[..., 3] - ys[..., 1])
        - (xs[..., 3] - xs[..., 1]) * (ys[..., 2] - ys[..., 0])
    ) / 2
    area = np.abs(area) / (width * height)
    ordered = (xs[..., 0] < xs[..., 1]) & (xs[..., 3] < xs[..., 2])
    ordered &= (ys[..., 0] < ys[..., 3]) & (ys[..., 1] < ys[..., 2])
    fits = inside.all(axis=-1) & ordered & (area > _LEAST_AREA)
    i, j = np.nonzero(fits)
    xs, ys, area = xs[i, j], ys[i, j], area[i, j]
    # Each side with its line, its ends as numbers of corners, and its ends' place on the line.
    sides = (
        (flat, top[i], xs[:, 0], xs[:, 1]),
        (upright, right[j], ys[:, 1], ys[:, 2]),
        (flat, bottom[i], xs[:, 2], xs[:, 3]),
        (upright, left[j], ys[:, 3], ys[:, 0]),
    )
    cover = np.stack([_cover(*side) for side in sides])
    kept = (cover.min(axis=0) >= _LEAST_SIDE_COVER) & (cover.sum(axis=0) >= _LEAST_COVER)
    starts, ends = (
        np.stack([_cover(lines, n, *_near_end(u, v, at)) for lines, n, u, v in sides])
        for at in (0, 1)
    )
    # At a corner both sides are seen; where a board only seems to reach to the floor, one is.
    corners = np.minimum(starts, np.roll(ends, 1, axis=0))
    score = (cover.sum(axis=0) + corners.sum(axis=0)) * area**0.4
    return np.stack((xs, ys), axis=-1)[kept], score[kept]


def _near_end(start: np.ndarray, end: np.ndarray, at: int) -> tuple[np.ndarray, np.ndarray]:
    """The fifth of a side nearest to its start (at 0) or end (at 1)."""
    return start + (end - start) * 0.8 * at, end - (end - start) * 0.8 * (1 - at)


def _pairs(middles: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Numbers (first, second) of all pairs of lines, the first nearer to the origin."""
    a, b = np.triu_indices(len(middles), 1)
    swap = middles[a] > middles[b]
    return np.where(swap, b, a), np.where(swap, a, b)


def _cover(lines: _Lines, which: np.ndarray, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Share of each side from start to end that lies on segments of its line."""
    last = lines.covered.shape[1] - 1
    ends = (np.minimum(start, end), np.maximum(start, end))
    first, until = (np.clip(u.round().astype(int), 0, last) for u in ends)
    on_line = lines.covered[which, until] - lines.covered[which, first]
    share: np.ndarray = on_line / np.maximum(1, until - first)
    return share
