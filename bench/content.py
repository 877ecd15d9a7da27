"""The pictures of the bench: rendered once, played alike by every system.

A reel is a file of raw I420 pictures in memory (/dev/shm), played to and fro so that it has no cut.
Which picture belongs to a stamp follows from the stamp alone: a receiver's picture is compared with
exactly what was sent. The stamp is written live, as the picture is handed out.

The pace is 30000/1001 a second, as of many cameras: at 30 sharp it would stand still against the
screen's 60 a second, and a run's delay would hang on the luck of that phase (0…17 ms). So it passes
through all phases in 17 s, alike for every system.

drawn    the drawn classroom as the camera rests on it (what `sim:stamped` shows)
natural  the same room as a photographer's camera would see it: a slow pan, a soft lens with darker
         corners, sensor noise that grows with the light, and a little flicker of the lamps
board    the drawn classroom in `classroom.BOARD_VIEW`: the board fills the picture
"""

import math
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np

from klasgenoot.media.classroom import BOARD_VIEW, Pose, classroom
from klasgenoot.media.frame import Picture
from klasgenoot.media.projection import View
from klasgenoot.media.source_sim import REST
from klasgenoot.media.stamp import clock_ms, write_stamp

WIDTH, HEIGHT, FPS = 1280, 720, 30
SLOTS, SLOTS_MS = 30, 1001  # so many pictures in so many milliseconds
FRAME_BYTES = WIDTH * HEIGHT * 3 // 2
KINDS = {"drawn": 150, "natural": 150, "board": 30}
"""Reels and how many pictures they have."""

_PAN_DEG = 4.0  # over the reel's five seconds: a slow, steady turn
_SOFT_PX = 0.7  # a webcam's lens and demosaicing
_NOISE_DARK, _NOISE_LIGHT = 1.0, 3.2  # standard deviation of luma at black and at white
_CHROMA_NOISE = 1.2
_FLICKER = 0.006


@contextmanager
def reel_folder() -> Iterator[Path]:
    """A folder in memory for reels; those of dead processes are removed."""
    memory = Path("/dev/shm")
    for old in memory.glob("klab-*"):
        if not Path(f"/proc/{old.name.removeprefix('klab-')}").exists():
            shutil.rmtree(old, ignore_errors=True)
    folder = memory / f"klab-{os.getpid()}"
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def make_reel(kind: str, folder: Path) -> Path:
    """Render a reel; a few seconds."""
    count = KINDS[kind]
    path = folder / f"{kind}.i420"
    room = classroom()
    draw = np.random.default_rng(7)
    with path.open("wb") as file:
        for number in range(count):
            drawn = room.draw(View(*_pose(kind, number / count), WIDTH, HEIGHT), number / FPS)
            picture = _as_photographed(drawn, number, draw) if kind == "natural" else drawn
            file.write(np.ascontiguousarray(picture).tobytes())
    return path


def load_reel(path: Path) -> np.ndarray:
    """All pictures, (count, 1080, 1280) I420; read from the file as they are used."""
    return np.memmap(path, np.uint8, "r").reshape(-1, HEIGHT * 3 // 2, WIDTH)


def number_at(stamp_ms: int, count: int) -> int:
    """Which picture of a reel is shown at a stamp (page_peer.py has the same in JavaScript)."""
    step = stamp_ms * SLOTS // SLOTS_MS % (2 * count - 2)
    return min(step, 2 * count - 2 - step)


def sent_picture(reel: np.ndarray, stamp_ms: int) -> np.ndarray:
    """The I420 picture exactly as it was handed out with this stamp."""
    picture = reel[number_at(stamp_ms, len(reel))].copy()
    write_stamp(picture, WIDTH, HEIGHT, stamp_ms)
    return picture


class ReelSource:
    """A camera (klasgenoot.media.source.Source) that plays a reel in step with the wall clock."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._sequence = 0

    def open(self) -> None:
        self._reel = load_reel(self._path)
        np.asarray(self._reel).max()  # all in memory before the first picture is due

    def read(self) -> Picture:
        now_ms = time.time() * 1000 % 2**32  # as the stamp counts
        following = int(now_ms * SLOTS / SLOTS_MS) + 1
        # Half a millisecond into the slot: the stamp counts whole milliseconds.
        due_ms = math.ceil(following * SLOTS_MS / SLOTS) + 0.5
        time.sleep((due_ms - now_ms) / 1000)
        picture = sent_picture(self._reel, clock_ms())
        self._sequence += 1
        return Picture(picture, WIDTH, HEIGHT, time.monotonic(), self._sequence - 1)

    def close(self) -> None:
        pass


def _pose(kind: str, share: float) -> Pose:
    if kind == "board":
        return BOARD_VIEW
    if kind == "natural":
        return Pose((share - 0.5) * _PAN_DEG, 0.5, 1.0)
    return REST


def _as_photographed(i420: np.ndarray, number: int, draw: np.random.Generator) -> np.ndarray:
    luma = cv2.GaussianBlur(i420[:HEIGHT], (0, 0), _SOFT_PX).astype(np.float32)
    x, y = np.meshgrid(np.linspace(-1, 1, WIDTH), np.linspace(-1, 1, HEIGHT))
    lens = (1 - 0.12 * (x * x + y * y)).astype(np.float32)
    light = 1 + _FLICKER * math.sin(number * 2.1)
    luma = 16 + (luma - 16) * lens * light
    grain = cv2.GaussianBlur(draw.standard_normal((HEIGHT, WIDTH), np.float32), (0, 0), 0.6)
    grain /= grain.std()
    strength = _NOISE_DARK + (_NOISE_LIGHT - _NOISE_DARK) * luma / 255
    chroma = i420[HEIGHT:].reshape(2, HEIGHT // 2, WIDTH // 2).astype(np.float32)
    for number_of_plane in (0, 1):
        spots = cv2.GaussianBlur(
            draw.standard_normal((HEIGHT // 2, WIDTH // 2), np.float32), (0, 0), 1.5
        )
        chroma[number_of_plane] += spots * (_CHROMA_NOISE / spots.std())
    planes = (luma + grain * strength, chroma.reshape(HEIGHT // 2, WIDTH))
    return np.concatenate([np.clip(plane, 0, 255) for plane in planes]).astype(np.uint8)
