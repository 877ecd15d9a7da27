"""Finds a blackboard, whiteboard or both side by side in the luma of a picture."""

from collections.abc import Generator

import cv2
import numpy as np

from klasgenoot.media import board_edges as edges
from klasgenoot.media.board_corners import Corners, from_points, quad_area
from klasgenoot.media.board_lines import quads, segments_in
from klasgenoot.media.board_shape import plausibility

_SMALL_WIDTH, _FINE_WIDTH = 480, 960  # pixels in which lines are sought, and corners laid
_SMALLEST, _MOST_ASPECT = 64, 4  # pictures smaller or longer than this are not looked at
_CANDIDATES = 24
_LAID, _TWICE = 5, 0.04  # candidates laid exactly; nearer ones (of the width) end up the same
_LEAST_CONTRAST = 12  # grey levels between the darkest and brightest hundredth: else no picture
_LEAST_CONFIDENCE = 0.35
_OUTSIDE = 0.02


def find_board(luma: np.ndarray, hfov_deg: float) -> Corners | None:
    """The corners of the largest board whose four sides can be seen, or None.

    `luma` is uint8 (height, width) of any size, hfov_deg degrees wide. Heads and a teacher may
    hide parts of the sides; all four corners must lie in the picture.
    """
    search = find_slowly(luma, hfov_deg)
    while True:
        try:
            next(search)
        except StopIteration as done:
            found: Corners | None = done.value
            return found


def find_slowly(luma: np.ndarray, hfov_deg: float) -> Generator[None, None, Corners | None]:
    """`find_board` in steps of at most about 15 ms, so that pictures can go out in between."""
    height, width = luma.shape
    if min(height, width) < _SMALLEST or max(height, width) > _MOST_ASPECT * min(height, width):
        return None
    fine = _stretched(_reduced(luma, _FINE_WIDTH))
    if fine is None:
        return None
    height, width = fine.shape
    small = _reduced(fine, _SMALL_WIDTH)
    yield
    segments = segments_in(small)
    yield
    roughly, scores = quads(segments, small.shape[1], small.shape[0], hfov_deg, _CANDIDATES)
    yield
    likely = _likely(small, roughly, scores)
    grow = np.array((width / small.shape[1], height / small.shape[0]))
    best, confidence, best_score = None, 0.0, 0.0
    for rough in likely:
        yield
        laid = _laid(fine, rough * grow)
        if laid is None:
            continue
        quad, shares, closed = laid
        _, flat = edges.fit_of(fine, quad)
        likely_board = closed * float(plausibility(quad[None], width, height, hfov_deg)[0])
        score = _score(shares, flat, quad_area(quad) / fine.size) * likely_board
        if score > best_score:
            best, best_score = quad, score
            # The worst side counts twice; half hidden behind heads is no doubt yet.
            seen = min(1.0, float(shares.sum() + shares.min()) / 4)
            confidence = seen * flat**0.5 * min(1.0, 1.5 * likely_board) ** 0.5
    if best is None or confidence < _LEAST_CONFIDENCE:
        return None
    return from_points(best / (width, height), confidence)


def _reduced(luma: np.ndarray, width: int) -> np.ndarray:
    if luma.shape[1] <= width:
        return np.ascontiguousarray(luma)
    size = (width, max(1, round(luma.shape[0] * width / luma.shape[1])))
    return cv2.resize(luma, size, interpolation=cv2.INTER_AREA)


def _stretched(luma: np.ndarray) -> np.ndarray | None:
    """The same picture from black to white, as in a well-lit room; None if nothing is in it."""
    low, high = np.percentile(luma[::4, ::4], (1, 99))
    if high - low < _LEAST_CONTRAST:
        return None
    table = np.clip((np.arange(256) - low) * 255 / (high - low), 0, 255).astype(np.uint8)
    return cv2.LUT(luma, table)


def _likely(small: np.ndarray, roughly: np.ndarray, scores: np.ndarray) -> list[np.ndarray]:
    """The quadrilaterals (4, 2) that look most like a board, none twice."""
    scored = []
    for quad, score in zip(roughly, scores, strict=True):
        support, flat = edges.fit_of(small, quad)
        scored.append((float(score * support.mean()) * flat**2, quad))
    scored.sort(key=lambda pair: -pair[0])
    likely: list[np.ndarray] = []
    for _, quad in scored:
        near = _TWICE * small.shape[1]
        if all(np.abs(quad - other).max() > near for other in likely):
            likely.append(quad)
        if len(likely) == _LAID:
            break
    return likely


def _score(support: np.ndarray, flat: float, area: float) -> float:
    """A larger board wins, so that one beside another does; flat walls end at no four edges."""
    return float((support.mean() + 0.3 * support.min()) * flat * area**0.7)


def _laid(fine: np.ndarray, quad: np.ndarray) -> tuple[np.ndarray, np.ndarray, float] | None:
    """The sides laid on the edges, how much of each agrees, and 0…1 for how closed they are."""
    shares, closed = np.zeros(4), 0.0
    for _ in range(2):  # the second time from the right margin
        snapped = edges.snap(fine, quad)
        if snapped is None or not _is_board(snapped[0], fine.shape):
            return None
        quad, shares, closed = snapped
    return quad, shares, closed


def _is_board(quad: np.ndarray, shape: tuple[int, ...]) -> bool:
    points = quad / (shape[1], shape[0])
    sides = np.roll(quad, -1, axis=0) - quad
    following = np.roll(sides, -1, axis=0)
    convex = (sides[:, 0] * following[:, 1] > sides[:, 1] * following[:, 0]).all()
    inside = points.min() > -_OUTSIDE and points.max() < 1 + _OUTSIDE
    return bool(convex and inside and quad_area(points) > 0.03)
