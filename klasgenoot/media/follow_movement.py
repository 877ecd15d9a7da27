"""Where somebody moves in the picture: differences between pictures, no model of a person."""

from typing import NamedTuple

import cv2
import numpy as np

_SIZE = (160, 90)  # columns, rows looked at
_APART_S = 0.12  # between the two pictures compared: a slow walker moves a column in it
_FADE_S = 0.7  # in which movement is forgotten
_FAINTEST, _ABOVE_NOISE = 7.0, 5.0  # grey levels of change; times its median, which is noise
_WARM = 0.35  # heat of a cell that counts as moving
_MOST_MOVING = 0.5  # of the picture: light switched, or the camera moved after all
_LEAST_AREA, _LEAST_HEIGHT = 0.004, 0.10  # of the picture: hands and nods are smaller
_CHEST = 0.3  # of a figure's height, from the top
_SAME = 0.15  # of the picture's width: nearer than this it is who it was
_FAITHFUL = 2.0  # how much more the one who moved before counts
_STANDS = 0.55  # of the picture's height from its top: who reaches above it stands
_FLOOR_S = 8.0  # who stood and moved has the floor for this long


class Figure(NamedTuple):
    """Somebody who moves: the chest in −0.5…0.5 of the picture (x right, y down); how tall."""

    x: float
    y: float
    weight: float
    height: float


class Movement:
    """Heat where the picture changes; the camera must rest meanwhile.

    Who counts: nothing smaller than a tenth of the picture's height (hands, nods); upright shapes
    more than broad ones; the one who moved before twice; and as long as somebody who stands moved
    within the last 8 s, nobody whose top stays in the lower part of the picture, as pupils' do.
    """

    def __init__(self) -> None:
        self._stood_at = float("-inf")
        self._before: np.ndarray | None = None
        self._before_at = float("-inf")
        self._heat = np.zeros(_SIZE[::-1], np.float32)
        self._last: Figure | None = None

    def forget(self) -> None:
        """The camera has moved: nothing seen before can be compared."""
        self._before, self._last = None, None
        self._heat[:] = 0

    def look(self, luma: np.ndarray, now: float) -> Figure | None:
        """The figure that moves most in uint8 (height, width), `now` in seconds, if any."""
        if self._before is not None and now - self._before_at < _APART_S:
            return self._last
        small = cv2.resize(luma, _SIZE, interpolation=cv2.INTER_AREA)
        small = cv2.GaussianBlur(small, (3, 3), 0)
        before, passed = self._before, now - self._before_at
        self._before, self._before_at = small, now
        if before is None:
            return None
        change = cv2.absdiff(small, before)
        least = max(_FAINTEST, _ABOVE_NOISE * float(np.median(change)))
        moving = change > least
        if moving.mean() > _MOST_MOVING:
            self.forget()
            return None
        self._heat *= np.float32(np.exp(-passed / _FADE_S))
        self._heat = np.maximum(self._heat, moving.astype(np.float32))
        self._last = self._figure(now)
        return self._last

    def _figure(self, now: float) -> Figure | None:
        warm = (self._heat > _WARM).astype(np.uint8)
        # The outline of a figure moves, its inside may not: join what is close, upright first.
        joined = cv2.morphologyEx(warm, cv2.MORPH_CLOSE, np.ones((15, 9), np.uint8))
        _, labels, stats, _ = cv2.connectedComponentsWithStats(joined)
        columns, rows = _SIZE
        best: Figure | None = None
        large = (stats[:, 4] >= _LEAST_AREA * columns * rows) & (
            stats[:, 3] >= _LEAST_HEIGHT * rows
        )
        large[0] = False  # the background
        stands = large & (stats[:, 1] < _STANDS * rows)
        if stands.any():
            self._stood_at = now
        chosen = stands if now - self._stood_at < _FLOOR_S else large
        for number in np.flatnonzero(chosen):
            _, top, width, height, _ = stats[number]
            mine = (labels == number) * self._heat
            upper = mine[top : top + max(1, height // 2)].sum(axis=0)
            x = float((upper @ (np.arange(columns) + 0.5)) / max(float(upper.sum()), 1e-6))
            weight = float(mine.sum()) * min(1.5, height / width)
            figure = Figure(
                x / columns - 0.5, (top + _CHEST * height) / rows - 0.5, weight, height / rows
            )
            if self._last is not None and abs(figure.x - self._last.x) < _SAME:
                figure = figure._replace(weight=weight * _FAITHFUL)
            if best is None or figure.weight > best.weight:
                best = figure
        return best
