"""How sharp a received picture is: SSIM against what was sent, and letters read by tesseract."""

import os
import re
import subprocess
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from statistics import fmean

import cv2
import numpy as np

from bench.content import HEIGHT, WIDTH, sent_picture
from bench.page_watch import Kept
from klasgenoot.media.classroom_board import BOARD_LINES, BoardLine

_SIGMA, _WINDOW = 1.5, (11, 11)  # Wang et al. 2004
_C1, _C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
_ENLARGE = 4  # tesseract wants capitals of 30 pixels; the same for every system
_ENOUGH_PAIRS, _IN_PLACE_PX = 40, 4.0
_SIZES = {36: "large", 20: "medium", 12: "small"}


def ssim(reel: np.ndarray, kept: Sequence[Kept]) -> float:
    """Mean over the pictures, luma at 1280×720; NaN without any."""
    values = [
        _ssim(sent_picture(reel, one.stamp)[:HEIGHT], _full_size(one.luma))
        for one in kept
        if one.stamp >= 0
    ]
    return fmean(values) if values else float("nan")


def letters(reel: np.ndarray, kept: Sequence[Kept]) -> dict[str, float]:
    """Share (%) of the board's characters that tesseract reads right, by size."""
    right, whole = dict.fromkeys(_SIZES, 0), dict.fromkeys(_SIZES, 0)
    board = np.ascontiguousarray(reel[0, :HEIGHT])
    views = [_in_place(_full_size(one.luma), board) for one in kept]
    jobs = [(_line_of(view, line), line) for view in views for line in BOARD_LINES]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        read = pool.map(_read, (image for image, _ in jobs))
        for text, (_, line) in zip(read, jobs, strict=True):
            wanted = _bare(line.text)
            whole[line.cap_height_px] += len(wanted)
            right[line.cap_height_px] += max(0, len(wanted) - _distance(wanted, _bare(text)))
    return {
        f"ocr_{name}_pct": 100 * right[size] / whole[size]
        for size, name in _SIZES.items()
        if whole[size]
    }


def _full_size(luma: np.ndarray) -> np.ndarray:
    if luma.shape == (HEIGHT, WIDTH):
        return luma
    return cv2.resize(luma, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)


def _in_place(luma: np.ndarray, board: np.ndarray) -> np.ndarray:
    """A view that was straightened or cut is put where the board's lines are known to be."""
    finder = cv2.ORB.create(2000)
    (ours, ours_like), (theirs, theirs_like) = (
        finder.detectAndCompute(one, None) for one in (board, luma)
    )
    if theirs_like is None:
        return luma
    pairs = cv2.BFMatcher(cv2.NORM_HAMMING, crossCheck=True).match(theirs_like, ours_like)
    if len(pairs) < _ENOUGH_PAIRS:
        return luma
    here = np.array([theirs[pair.queryIdx].pt for pair in pairs], np.float32)
    there = np.array([ours[pair.trainIdx].pt for pair in pairs], np.float32)
    home, fits = cv2.findHomography(here, there, cv2.RANSAC, 3.0)
    if home is None or int(fits.sum()) < _ENOUGH_PAIRS:
        return luma
    corners = np.array([[(0, 0), (WIDTH, 0), (WIDTH, HEIGHT), (0, HEIGHT)]], np.float32)
    moved = float(np.abs(cv2.perspectiveTransform(corners, home) - corners).max())
    if moved < _IN_PLACE_PX:  # as it was: not touched, so that nothing is made softer
        return luma
    return cv2.warpPerspective(luma, home, (WIDTH, HEIGHT), flags=cv2.INTER_CUBIC)


def _ssim(sent: np.ndarray, received: np.ndarray) -> float:
    x, y = sent.astype(np.float64), received.astype(np.float64)
    mx, my = _blur(x), _blur(y)
    vx, vy = _blur(x * x) - mx * mx, _blur(y * y) - my * my
    cov = _blur(x * y) - mx * my
    index = ((2 * mx * my + _C1) * (2 * cov + _C2)) / ((mx**2 + my**2 + _C1) * (vx + vy + _C2))
    return float(index.mean())


def _blur(plane: np.ndarray) -> np.ndarray:
    return cv2.GaussianBlur(plane, _WINDOW, _SIGMA)


def _line_of(luma: np.ndarray, line: BoardLine) -> np.ndarray:
    """The line's strip, dark letters on light, enlarged."""
    cap, green = line.cap_height_px, line.left_px < WIDTH // 2
    top, bottom = line.baseline_px - round(1.5 * cap), line.baseline_px + round(0.6 * cap)
    left, right = (30, 840) if green else (870, 1250)
    right = min(right, line.left_px + round(len(line.text) * cap * 0.95) + cap)
    strip = luma[top:bottom, left:right]
    strip = 255 - strip if green else strip
    size = (strip.shape[1] * _ENLARGE, strip.shape[0] * _ENLARGE)
    return cv2.resize(strip, size, interpolation=cv2.INTER_CUBIC)


def _read(image: np.ndarray) -> str:
    _, png = cv2.imencode(".png", image)
    done = subprocess.run(
        ["tesseract", "-", "-", "--psm", "7", "-l", "eng"],
        input=png.tobytes(),
        capture_output=True,
        env=os.environ | {"OMP_THREAD_LIMIT": "1"},
        timeout=30,
        check=True,
    )
    return done.stdout.decode(errors="replace")


def _bare(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _distance(a: str, b: str) -> int:
    """Levenshtein's."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        before, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (x != y))
    return row[-1]
