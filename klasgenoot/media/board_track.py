"""Keeps hold of the board from picture to picture: corners that neither jitter nor linger."""

from collections.abc import Generator

import cv2
import numpy as np

from klasgenoot.media.board_corners import Corners, from_points
from klasgenoot.media.board_find import find_slowly

_SEARCH_S, _TIRED_S, _AGAIN_S = 0.3, 2.0, 6.0  # between searches: at first, in vain, when held
_TIRED_AFTER = 6  # searches in vain
_AGREE = 0.008  # two searches in a row that differ less found the same board
_STAY = 0.004  # corners held are not moved by less than this
_LEAST_CONFIDENCE = 0.45
_WATCH_S = 0.1
_POINTS = 24  # per side
_REACH_PX = (3.0, 6.0)  # on both sides of the edge
_LEAST_CONTRAST = 12.0  # grey levels that make an edge to go by
_MOST_AWAY = 0.5  # of that contrast: more than this is another place
_MOST_GAIN = 3.0  # of the light
_STILL_SEEN = 0.45  # of a side's points
_ZOOM_STEP = 0.004  # relative change of the field of view that is a zoom


class EdgeWatch:
    """Tells whether edges that once lay on the sides of a board are still there."""

    def __init__(self, luma: np.ndarray, corners: Corners) -> None:
        """Takes the contrast across the sides in uint8 (height, width) as what to expect."""
        self._size = luma.shape
        quad = corners.pixels(luma.shape[1], luma.shape[0])
        along = (np.arange(_POINTS) + 0.5)[:, None] / _POINTS
        inside, outside = [], []
        for start, end in zip(quad, np.roll(quad, -1, axis=0), strict=True):
            points = start + (end - start) * along - 0.5
            dx, dy = (end - start) / np.hypot(*(end - start))
            for reach in _REACH_PX:
                inside.append(points + np.array((-dy, dx)) * reach)
                outside.append(points - np.array((-dy, dx)) * reach)
        places = np.array((inside, outside), np.float32)  # (2, 4 sides × reaches, points, 2)
        self._at = places.reshape(2, -1, 2)
        self._before = self._levels(luma)
        self._contrast = np.abs(self._before[0] - self._before[1])
        self._edge = self._contrast > _LEAST_CONTRAST

    def still_there(self, luma: np.ndarray) -> bool:
        """False when the sides across one direction have both gone, or the size has changed."""
        if luma.shape != self._size:
            return False
        levels = self._levels(luma)
        gain = float(np.median(levels / np.maximum(self._before, 1)))
        if not 1 / _MOST_GAIN < gain < _MOST_GAIN:
            return False
        # Both sides of the edge look as before, in whatever light: a frame has two edges alike.
        away = np.abs(levels / gain - self._before).max(axis=0)
        kept = (away < _MOST_AWAY * self._contrast) & self._edge
        share = kept.sum(axis=1) / np.maximum(self._edge.sum(axis=1), 1)
        # No side can be hidden behind the teacher together with the one opposite.
        pairs = ((share[0], share[2]), (share[1], share[3]))
        return all(max(pair) >= _STILL_SEEN for pair in pairs)

    def can_tell(self) -> bool:
        """Whether every direction has an edge to go by (corners given by hand may have none)."""
        seen = self._edge.mean(axis=1)
        return bool(max(seen[0], seen[2]) > 0.3 and max(seen[1], seen[3]) > 0.3)

    def _levels(self, luma: np.ndarray) -> np.ndarray:
        """Luma (2, 4 sides, points) inside and outside of the edges."""
        x, y = self._at[..., 0], self._at[..., 1]
        sampled = cv2.remap(luma, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        levels: np.ndarray = sampled.astype(np.float32).reshape(2, 4, len(_REACH_PX), _POINTS)
        return np.asarray(levels.mean(axis=2))


class BoardTracker:
    """The corners of the board, while it is in view and the camera rests.

    `corners` are None until two searches agree, and again as soon as the camera moves.
    """

    def __init__(self, now: float) -> None:
        """`now` is in seconds on any steady clock, here and in update."""
        self.corners: Corners | None = None
        self._next_search = now
        self._search: Generator[None, None, Corners | None] | None = None
        self._candidate: Corners | None = None
        self._vain = 0
        self._watch: EdgeWatch | None = None
        self._next_watch = now
        self._doubt = False
        self._hfov_deg = 0.0

    def update(self, luma: np.ndarray, now: float, hfov_deg: float) -> Corners | None:
        """Take the newest picture's luma, uint8 (height, width) and hfov_deg wide."""
        if abs(hfov_deg - self._hfov_deg) > _ZOOM_STEP * hfov_deg:
            self.drop(now)
        self._hfov_deg = hfov_deg
        if self._watch is not None and now >= self._next_watch:
            self._next_watch = now + _WATCH_S
            gone = not self._watch.still_there(luma)
            if gone and self._doubt:  # twice in a row: not just someone who ran past
                self.drop(now)
            self._doubt = gone
        if self._search is None and now >= self._next_search:
            self._search = find_slowly(luma, hfov_deg)
        if self._search is not None:
            try:
                next(self._search)
            except StopIteration as done:
                self._search = None
                self._found(done.value, luma, now)
        return self.corners

    def drop(self, now: float) -> None:
        """Forget the board; the search begins anew."""
        self.corners = self._candidate = self._watch = self._search = None
        self._next_search, self._vain, self._doubt = now, 0, False

    def _found(self, found: Corners | None, luma: np.ndarray, now: float) -> None:
        if found is None or found.confidence < _LEAST_CONFIDENCE:
            self._vain += 1
            tired = _TIRED_S if self._vain >= _TIRED_AFTER else _SEARCH_S
            self._next_search = now + (tired if self.corners is None else _AGAIN_S)
            return
        self._vain = 0
        twice = self._candidate is not None and found.distance(self._candidate) < _AGREE
        held = self.corners is not None and found.distance(self.corners) < _STAY
        if twice and not held:
            assert self._candidate is not None
            middle = (found.array() + self._candidate.array()) / 2
            self.corners = from_points(middle, found.confidence)
            self._watch = EdgeWatch(luma, self.corners)
            held = True
        # A board found elsewhere is looked at once more at once.
        self._candidate = found
        self._next_search = now + (_AGAIN_S if held else _SEARCH_S)
