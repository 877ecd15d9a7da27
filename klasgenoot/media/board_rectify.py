"""Straightens the board: from a quadrilateral in the camera's picture to an upright rectangle."""

from dataclasses import replace

import cv2
import numpy as np

from klasgenoot.media.board_corners import Corners
from klasgenoot.media.board_shape import aspect_ratio
from klasgenoot.media.frame import Picture

MAX_WIDTH, MAX_HEIGHT = 1280, 720
_MARGIN = 0.012  # of the board's width shown around it: corners are never quite exact
_NARROWEST, _WIDEST = 0.4, 8.0  # of a board, width to height
_BLACK, _NEUTRAL = 16, 128


class Rectifier:
    """Keeps the way from the picture to the board until corners, size or zoom change."""

    def __init__(self) -> None:
        self._key: tuple[object, ...] = ()
        self._luma_map = self._chroma_map = (np.empty(0), np.empty(0))
        self._divisor = 1
        self.camera_px_per_px = 1.0
        """Pixels of the camera along the board for one of the output; below 1 it is enlarged."""

    def apply(self, picture: Picture, corners: Corners, hfov_deg: float) -> Picture:
        """The board alone, of even size within 1280×720 and the board's own shape."""
        key = (corners, picture.width, picture.height, hfov_deg)
        if key != self._key:
            self._prepare(corners, picture.width, picture.height, hfov_deg)
            self._key = key
        planes = picture.planes()
        if self._divisor > 1:
            planes = tuple(_shrunk(plane, self._divisor) for plane in planes)
        height, width = self._luma_map[0].shape[:2]
        i420 = np.empty((height * 3 // 2, width), np.uint8)
        straight = replace(picture, i420=i420, width=width, height=height)
        ways = (
            (self._luma_map, cv2.INTER_CUBIC),
            (self._chroma_map, cv2.INTER_LINEAR),
            (self._chroma_map, cv2.INTER_LINEAR),
        )
        for plane, target, (way, how) in zip(planes, straight.planes(), ways, strict=True):
            cv2.remap(plane, *way, how, dst=target, borderMode=cv2.BORDER_REPLICATE)
        return straight

    def _prepare(self, corners: Corners, width: int, height: int, hfov_deg: float) -> None:
        quad = corners.pixels(width, height)
        ratio = float(np.clip(aspect_ratio(quad, width, height, hfov_deg), _NARROWEST, _WIDEST))
        margin = np.array((_MARGIN, _MARGIN * ratio))
        shown = ratio * (1 + 2 * margin[0]) / (1 + 2 * margin[1])
        largest = (min(MAX_WIDTH, width), min(MAX_HEIGHT, height))
        size = _fitted(shown, *largest)
        unit = np.array(((0, 0), (1, 0), (1, 1), (0, 1)), np.float64)
        board = (unit + margin) / (1 + 2 * margin) * size
        warp = cv2.getPerspectiveTransform(board.astype(np.float32), quad.astype(np.float32))
        across = np.hypot(*(quad[1] - quad[0])), np.hypot(*(quad[2] - quad[3]))
        self.camera_px_per_px = float(min(across) / (board[1, 0] - board[0, 0]))
        self._divisor = max(1, int(self.camera_px_per_px + 0.25))
        self._luma_map = _way(warp, size, 1, self._divisor)
        self._chroma_map = _way(warp, size, 2, self._divisor)


def letterbox(picture: Picture, width: int, height: int) -> Picture:
    """The picture in the middle of width × height pixels (even, no smaller), black around it."""
    if (picture.width, picture.height) == (width, height):
        return picture
    i420 = np.full((height * 3 // 2, width), _NEUTRAL, np.uint8)
    i420[:height] = _BLACK
    boxed = replace(picture, i420=i420, width=width, height=height)
    left, top = (width - picture.width) // 4 * 2, (height - picture.height) // 4 * 2
    for target, plane, half in zip(boxed.planes(), picture.planes(), (1, 2, 2), strict=True):
        rows = slice(top // half, top // half + plane.shape[0])
        target[rows, left // half : left // half + plane.shape[1]] = plane
    return boxed


def _fitted(ratio: float, width: int, height: int) -> tuple[int, int]:
    """The largest even size of a shape within width × height pixels."""
    scale = min(width / ratio, height)
    fitted = (int(scale * ratio) // 2 * 2, int(scale) // 2 * 2)
    return max(2, fitted[0]), max(2, fitted[1])


def _shrunk(plane: np.ndarray, divisor: int) -> np.ndarray:
    height, width = plane.shape
    size = (max(1, width // divisor), max(1, height // divisor))
    return cv2.resize(plane, size, interpolation=cv2.INTER_AREA)


def _way(
    warp: np.ndarray, size: tuple[int, int], step: int, divisor: int
) -> tuple[np.ndarray, np.ndarray]:
    """Fixed-point maps of cv2.remap for a plane with one sample per `step` pixels."""
    width, height = size[0] // step, size[1] // step
    x, y = np.meshgrid((np.arange(width) + 0.5) * step, (np.arange(height) + 0.5) * step)
    ahead = warp[2, 0] * x + warp[2, 1] * y + warp[2, 2]
    scale = 1 / (ahead * step * divisor)
    at = [(row[0] * x + row[1] * y + row[2]) * scale - 0.5 for row in warp[:2]]
    maps = cv2.convertMaps(at[0].astype(np.float32), at[1].astype(np.float32), cv2.CV_16SC2)
    return maps[0], maps[1]
