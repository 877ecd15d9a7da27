"""Fades out who stands before the board: where someone is, the board last seen there is shown.

Whatever is not someone is shown as it is now, so no text is older than its last uncovering. Who
is someone: what differs from the board as known, is no bare or written surface either, and
reaches in over the border, as people do and magnets, posters and slides do not.
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from klasgenoot.media.board_surface import Surface, cell_median, grid_size, surface_of
from klasgenoot.media.frame import Picture

_SURFACE_S, _LEARN_S = 1.0, 0.2  # between new estimates of the surface, and of what is known
_SETTLED_S = 0.5  # a cell must be still this long to be learnt: hands that write are not
_NEW_S = 1.2  # the same for what is no surface: a magnet, a picture
_NO_DATA_S, _SLOW_AREA = 0.15, 0.3  # pictures further apart tell a slide by its size only
_AT_ONCE_S, _AT_ONCE_SHARE, _AT_ONCE_AREA = 0.1, 0.7, 0.05  # a slide changes all at once
_MOST_COVERED = 0.6  # of the board: then it is another board, or other light
_LEAST_CELLS = 8
_LUMA_OFF, _LUMA_PART, _CHROMA_OFF = 14.0, 0.2, 7.0
_CHANGED_LUMA, _CHANGED_CHROMA, _STILL_LUMA = 16.0, 6.0, 9.0
_MARGIN_CELLS = 2  # around someone: soft edges, shadows


@dataclass
class _Known:
    """The board as last seen, per cell and in full."""

    planes: Picture
    cells: np.ndarray
    """Float32 (3, rows, columns): median luma, mean u and v."""
    seen: np.ndarray
    still_since: np.ndarray
    came: np.ndarray
    """When a cell became suspect, in seconds; inf while it is not."""
    anchor: np.ndarray
    """The cells' values since they are still."""
    learn_at: float = 0.0


class PeopleFader:
    """For one board in one place; begin a new one when the corners change."""

    def __init__(self) -> None:
        self._known: _Known | None = None
        self._surface: Surface | None = None
        self._colours = np.zeros((2, 2), np.float32)
        self._surface_at = 0.0
        self._last = float("-inf")

    def apply(self, picture: Picture, now: float) -> Picture:
        """The straightened board, `now` in seconds, without those who stand before it.

        Wants every picture of the camera, also when fewer are sent: at less than 7 a second,
        slides that fill less than a third of the board are taken for someone.
        """
        cells = _cells(picture)
        known = self._known
        if known is None or (known.planes.width, known.planes.height) != (
            picture.width,
            picture.height,
        ):
            known = self._known = _begin(picture, cells, now)
            self._surface = None
        if self._surface is None or now >= self._surface_at:
            self._look(picture, cells, now)
        moved = np.abs(cells[0] - known.anchor[0]) > _STILL_LUMA
        known.anchor[:, moved] = cells[:, moved]
        known.still_since[moved] = now
        bare = self._is_surface(cells)
        suspect = known.seen & _differs(cells, known.cells) & ~bare
        known.came = np.where(suspect, np.minimum(known.came, now), np.inf)
        covered = self._someone(known, suspect, now)
        self._last = now
        if covered.mean() > _MOST_COVERED:
            self._known = None
            return picture
        if now >= known.learn_at:
            known.learn_at = now + _LEARN_S
            still = now - known.still_since
            restless = covered | (suspect & (still < _NEW_S))
            away = cv2.dilate(restless.astype(np.uint8), np.ones((5, 5), np.uint8)) == 0
            _learn(known, picture, cells, away & (still > np.where(bare, _SETTLED_S, _NEW_S)))
        if not covered.any():
            return picture
        without = replace(picture, i420=picture.i420.copy())
        _copy(known.planes, without, covered)
        return without

    def _look(self, picture: Picture, cells: np.ndarray, now: float) -> None:
        """The surface as it is lit now, and its colours."""
        self._surface_at = now + _SURFACE_S
        self._surface = surface = surface_of(picture.planes()[0])
        for number in (0, 1):
            mine = (surface.bright == bool(number)) & (
                np.abs(surface.median - surface.level) < _LUMA_OFF
            )
            if mine.any():
                self._colours[number] = np.median(cells[1:, mine], axis=1)

    def _is_surface(self, cells: np.ndarray) -> np.ndarray:
        assert self._surface is not None
        surface = self._surface
        luma_off = np.abs(cells[0] - surface.level)
        colour = self._colours[surface.bright.astype(np.intp)]
        chroma_off = np.abs(cells[1:] - np.moveaxis(colour, -1, 0)).max(axis=0)
        allowed = np.maximum(_LUMA_OFF, _LUMA_PART * surface.level)
        is_surface: np.ndarray = (luma_off < allowed) & (chroma_off < _CHROMA_OFF)
        return is_surface

    def _someone(self, known: _Known, suspect: np.ndarray, now: float) -> np.ndarray:
        """Bool (rows, columns): the cells behind which the board is known but hidden."""
        if not suspect.any():
            return suspect
        joined = cv2.morphologyEx(
            suspect.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8)
        )
        count, labels, stats, _ = cv2.connectedComponentsWithStats(joined)
        rows, columns = suspect.shape
        someone = np.zeros(count, np.bool_)
        for number in range(1, count):
            left, top, width, height, area = stats[number]
            at_border = left <= 1 or top + height >= rows - 1 or left + width >= columns - 1
            someone[number] = (
                at_border
                and area >= _LEAST_CELLS
                and not self._came_at_once(known, (labels == number) & suspect, now)
            )
        body = someone[labels].astype(np.uint8)
        margin = np.ones((2 * _MARGIN_CELLS + 1, 2 * _MARGIN_CELLS + 1), np.uint8)
        covered: np.ndarray = (cv2.dilate(body, margin) > 0) & known.seen
        return covered

    def _came_at_once(self, known: _Known, cells: np.ndarray, now: float) -> bool:
        """Whether most of an area changed in one moment: a new slide, not someone who walks."""
        slow = now - self._last > _NO_DATA_S
        if cells.mean() < (_SLOW_AREA if slow else _AT_ONCE_AREA):
            return False
        came = known.came[cells]
        if now - float(np.median(came)) < 2 * _AT_ONCE_S:
            return False
        near = np.abs(came - np.median(came)) < _AT_ONCE_S
        return float(near.mean()) > _AT_ONCE_SHARE


def _cells(picture: Picture) -> np.ndarray:
    """Float32 (3, rows, columns) of luma, u and v."""
    luma, u, v = picture.planes()
    size = grid_size(picture.width, picture.height)
    chroma = [cv2.resize(plane, size, interpolation=cv2.INTER_AREA) for plane in (u, v)]
    return np.stack((cell_median(luma), *chroma)).astype(np.float32)


def _begin(picture: Picture, cells: np.ndarray, now: float) -> _Known:
    shape = cells.shape[1:]
    return _Known(
        planes=replace(picture, i420=picture.i420.copy()),
        cells=cells.copy(),
        seen=np.zeros(shape, np.bool_),
        still_since=np.full(shape, now),
        came=np.full(shape, np.inf),
        anchor=cells.copy(),
    )


def _differs(cells: np.ndarray, known: np.ndarray) -> np.ndarray:
    off = np.abs(cells - known)
    differs: np.ndarray = (off[0] > _CHANGED_LUMA) | (off[1:].max(axis=0) > _CHANGED_CHROMA)
    return differs


def _learn(known: _Known, picture: Picture, cells: np.ndarray, fresh: np.ndarray) -> None:
    """Take the cells (rows, columns) that are still and nobody into what is known."""
    if fresh.any():
        known.seen |= fresh
        known.cells[:, fresh] = cells[:, fresh]
        _copy(picture, known.planes, fresh)


def _copy(source: Picture, target: Picture, cells: np.ndarray) -> None:
    """Copy the cells (rows, columns) of one picture into another of its size."""
    mask = cells.astype(np.uint8)
    for plane, into in zip(source.planes(), target.planes(), strict=True):
        size = (plane.shape[1], plane.shape[0])
        cv2.copyTo(plane, cv2.resize(mask, size, interpolation=cv2.INTER_NEAREST), into)
