"""`sim:screen`: what a smartboard shows, drawn: a slide with text of several sizes and a clock."""

import time

import cv2
import numpy as np

from klasgenoot.media.frame import Picture
from klasgenoot.media.source import Metronome

SIZE_PER_CAP = 1 / 0.75  # font size in pixels of OpenCV's "sans" per pixel of capital height
_WEIGHT = 420
_PAPER, _INK, _TITLE = (250, 252, 253), (40, 33, 28), (94, 102, 11)
LINES: tuple[tuple[str, int, int], ...] = (
    # (text, height of capitals, baseline), in pixels of a slide of 1920×1080
    ("Hoe groeit een boon?", 66, 190),
    ("1. De boon zuigt water op en wordt dik.", 36, 330),
    ("2. De zaadhuid barst open. De wortel groeit omlaag.", 36, 430),
    ("3. De stengel groeit omhoog, naar het licht.", 36, 530),
    ("4. Twee blaadjes gaan open: de kiemblaadjes.", 36, 630),
    ("Opdracht: teken elke dag je boon. Schrijf de datum erbij.", 24, 760),
    ("Meet ook hoe lang de stengel is, in millimeters.", 24, 820),
    ("Bron: schooltuin, les 3. Bladzijde 12 tot en met 15 van het werkboek.", 15, 930),
)
_LEFT, _CLOCK = 130, (1660, 1010)


class SlideSource:
    """Pictures of the slide at a steady rate; the clock in its corner is the only thing to move."""

    def __init__(self, width: int, height: int, fps: int) -> None:
        self._size, self._period = (width, height), 1 / fps
        self._beat = Metronome()
        self._slide: np.ndarray = np.zeros((0, 0), np.uint8)
        self._sequence = 0

    def open(self) -> None:
        slide = np.full((1080, 1920, 3), _PAPER, np.uint8)
        slide[:16] = slide[-16:] = _TITLE
        for number, (text, cap, baseline) in enumerate(LINES):
            _write(slide, text, (_LEFT, baseline), _INK if number else _TITLE, cap)
        fitted = cv2.resize(slide, self._size, interpolation=cv2.INTER_AREA)
        self._slide = cv2.cvtColor(fitted, cv2.COLOR_BGR2YUV_I420)

    def read(self) -> Picture:
        width, height = self._size
        due = self._beat.wait(self._period)
        i420: np.ndarray = self._slide.copy()
        scale = width / 1920
        at = (round(_CLOCK[0] * scale), round(_CLOCK[1] * scale))
        _write(i420[:height], time.strftime("%H:%M:%S"), at, (60,), 24 * scale)
        self._sequence += 1
        return Picture(i420, width, height, due, self._sequence - 1)

    def close(self) -> None:
        """Nothing to let go."""


def _write(
    image: np.ndarray, text: str, at: tuple[int, int], ink: tuple[int, ...], cap_px: float
) -> None:
    size = max(4, round(cap_px * SIZE_PER_CAP))
    cv2.putText(image, text, at, ink, cv2.FontFace("sans"), size, _WEIGHT)
