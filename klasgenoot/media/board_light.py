"""Even light and raised contrast on a straightened board, the colours left as they are.

Retinex in its plainest form: what differs from the lit surface is writing, and is shown on an
even one, brighter on a dark board and darker on a white one.
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from klasgenoot.media.board_surface import surface_of
from klasgenoot.media.frame import Picture

_RENEW_S = 0.6  # between estimates
_BLEND = 0.35  # of a new estimate taken over: about two seconds to follow, no pumping
_JUMP = 0.35  # relative change of the light that is a lamp switched, taken over at once
_DARK_SHOWN, _WHITE_SHOWN = (44.0, 68.0), (215.0, 228.0)  # luma of an even surface
_CHALK_SHOWN, _INK_SHOWN = 218.0, 40.0  # luma of clear strokes
_MOST_GAIN, _MOST_LOCAL_GAIN = 3.2, 5.5
_STROKE_LEAST = 10.0  # grey levels
_STROKE_PERCENTILE = 75
_BLANK_STRENGTH = 120.0  # taken while nothing is written: raises little
_DARK_BELOW = 105.0  # luma of a surface with nothing written on it
_SAMPLE = 4  # every fourth pixel tells how strong writing and noise are
_GAIN_UNIT = 32  # gains are kept as uint8 in 1/32
_SHARPEN, _NOISY = 0.7, 5.0
_LOW, _HIGH = 16, 235


@dataclass(frozen=True)
class _Estimate:
    """Float32 grids (rows, columns) of a surface, and the noise in grey levels."""

    level: np.ndarray
    shown: np.ndarray
    gain_up: np.ndarray
    gain_down: np.ndarray
    noise: float

    def towards(self, other: "_Estimate", part: float) -> "_Estimate":
        def mix(a: np.ndarray, b: np.ndarray) -> np.ndarray:
            mixed: np.ndarray = a + np.float32(part) * (b - a)
            return mixed

        return _Estimate(
            mix(self.level, other.level),
            mix(self.shown, other.shown),
            mix(self.gain_up, other.gain_up),
            mix(self.gain_down, other.gain_down),
            self.noise + part * (other.noise - self.noise),
        )


class BoardLight:
    """The light on one board; begin a new one when the corners change."""

    def __init__(self) -> None:
        self._estimate: _Estimate | None = None
        self._renew_at = 0.0
        self._size = (0, 0)

    def apply(self, picture: Picture, now: float) -> Picture:
        """The picture of a board, `now` in seconds, with even light and the same colours."""
        luma = picture.planes()[0]
        if (picture.width, picture.height) != self._size:
            self._size, self._estimate = (picture.width, picture.height), None
        if self._estimate is None or now >= self._renew_at:
            self._renew(luma)
            self._renew_at = now + _RENEW_S
        i420 = picture.i420.copy()
        lit = replace(picture, i420=i420)
        self._flatten(luma, lit.planes()[0])
        return lit

    def _renew(self, luma: np.ndarray) -> None:
        fresh = _estimated(luma)
        kept = self._estimate
        if kept is not None:
            # A cloud dims all at once and nobody can be half of the board: followed at once.
            ratio = float(np.median(fresh.level / np.maximum(kept.level, 1)))
            if abs(ratio - 1) < _JUMP:
                fresh = replace(kept, level=kept.level * np.float32(ratio)).towards(fresh, _BLEND)
        self._estimate = fresh
        self._level, self._shown = self._whole(fresh.level), self._whole(fresh.shown)
        self._up = self._whole(fresh.gain_up * _GAIN_UNIT)
        self._down = self._whole(fresh.gain_down * _GAIN_UNIT)
        # Differences no larger than noise and dust fade smoothly to nothing.
        step = np.arange(256, dtype=np.float32)
        dust = 2.8 * fresh.noise + 1.0
        self._core = np.rint(step * (1 - np.exp(-((step / dust) ** 2)))).astype(np.uint8)
        self._limits = np.clip(np.arange(256), _LOW, _HIGH).astype(np.uint8)

    def _whole(self, grid: np.ndarray) -> np.ndarray:
        return cv2.convertScaleAbs(cv2.resize(grid, self._size, interpolation=cv2.INTER_LINEAR))

    def _flatten(self, luma: np.ndarray, into: np.ndarray) -> None:
        assert self._estimate is not None
        sharpen = _SHARPEN * max(0.0, 1 - self._estimate.noise / _NOISY)
        if sharpen > 0.05:
            soft = cv2.GaussianBlur(luma, (3, 3), 0)
            luma = cv2.addWeighted(luma, 1 + sharpen, soft, -sharpen, 0)
        up = cv2.LUT(cv2.subtract(luma, self._level), self._core)
        down = cv2.LUT(cv2.subtract(self._level, luma), self._core)
        up = cv2.multiply(up, self._up, scale=1 / _GAIN_UNIT)
        down = cv2.multiply(down, self._down, scale=1 / _GAIN_UNIT)
        shown = cv2.subtract(cv2.add(self._shown, up), down)
        cv2.LUT(shown, self._limits, dst=into)


def _estimated(luma: np.ndarray) -> _Estimate:
    surface = surface_of(luma)
    sample = np.ascontiguousarray(luma[::_SAMPLE, ::_SAMPLE]).astype(np.int16)
    noise = _noise_of(np.abs(np.diff(sample, axis=1)))
    rows, columns = sample.shape
    level = cv2.resize(surface.level, (columns, rows), interpolation=cv2.INTER_LINEAR)
    bright = cv2.resize(
        surface.bright.astype(np.uint8), (columns, rows), interpolation=cv2.INTER_NEAREST
    )
    shown = np.empty_like(surface.level)
    up, down = np.ones_like(shown), np.ones_like(shown)
    relative = (sample - level) / np.maximum(level - _LOW / 2, 12)
    for part in (False, True):
        cells = surface.bright == part
        if not cells.any():
            continue
        typical = float(np.median(surface.level[cells]))
        strokes = relative[(bright != 0) == part] * typical
        dark, strength = _writing(strokes, typical, noise)
        # Light falls off on writing as it does on the surface: make up for it.
        uneven = typical / np.maximum(surface.level[cells], 12)
        if dark:
            shown[cells] = even = float(np.clip(typical, *_DARK_SHOWN))
            gain = np.clip((_CHALK_SHOWN - even) / strength, 1, _MOST_GAIN)
            up[cells] = np.clip(gain * uneven, 0.5, _MOST_LOCAL_GAIN)
            down[cells] = 0.6
        else:
            shown[cells] = even = float(np.clip(typical, *_WHITE_SHOWN))
            gain = np.clip((even - _INK_SHOWN) / strength, 1, _MOST_GAIN)
            down[cells] = np.clip(gain * uneven, 0.5, _MOST_LOCAL_GAIN)
            up[cells] = 0.4
    return _Estimate(surface.level, shown, up, down, noise)


def _noise_of(differences: np.ndarray) -> float:
    """Standard deviation of a pixel, from differences of neighbours without edges."""
    if not differences.size:
        return 0.0
    plain = differences[differences <= 3 * np.median(differences) + 2]
    return float(plain.mean()) / 1.128 if len(plain) else 0.0


def _writing(strokes: np.ndarray, typical: float, noise: float) -> tuple[bool, float]:
    """Whether a surface is a dark board, and by how many grey levels its writing stands out."""
    least = max(_STROKE_LEAST, 4 * noise)
    brighter, darker = strokes[strokes > least], -strokes[strokes < -least]
    dark = typical < _DARK_BELOW
    if min(len(brighter), len(darker)) * 3 < max(len(brighter), len(darker)):
        written = max(len(brighter), len(darker)) > 0.003 * len(strokes)
        # On a middling grey the writing tells; a very dark or bright surface needs no telling.
        if written and _DARK_BELOW / 2 < typical < _DARK_BELOW * 1.8:
            dark = len(brighter) > len(darker)
    clear = brighter if dark else darker
    if len(clear) < 50:
        return dark, _BLANK_STRENGTH
    return dark, float(np.percentile(clear, _STROKE_PERCENTILE))
