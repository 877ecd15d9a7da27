"""The drawn classroom while the camera turns: soft, in place, and sharp again at rest."""

import cv2
import numpy as np
import pytest

from klasgenoot.media.classroom import classroom
from klasgenoot.media.classroom_motion import BLUR_PX, MovingCamera, shift_px
from klasgenoot.media.projection import View

WIDTH, HEIGHT = 1280, 720
SHARP = classroom()


def at(pan: float, tilt: float = 0.0, zoom: float = 1.0) -> View:
    return View(pan, tilt, zoom, WIDTH, HEIGHT)


def sharpness(i420: np.ndarray) -> float:
    return float(cv2.Laplacian(i420[:HEIGHT], cv2.CV_64F).var())


def drawn(view: View) -> np.ndarray:
    """Whole and smooth, by the renderer alone."""
    for _ in range(2):
        picture = SHARP.draw(view, 0.0)
    return picture.copy()


@pytest.fixture(scope="module")
def camera() -> MovingCamera:
    return MovingCamera(classroom())


def test_it_is_soft_while_it_turns_and_sharp_at_rest(camera: MovingCamera) -> None:
    camera.draw(at(0), 0.0)
    moving = camera.draw(at(3), 0.0).copy()
    still = drawn(at(3))
    assert moving.shape == still.shape and moving.dtype == np.uint8
    assert sharpness(moving) < sharpness(still) / 2
    # The same room at the same place, colours too: a pixel beside it is far worse.
    apart = [np.abs(moving[:, s:] - still[:, : WIDTH - s].astype(int)).mean() for s in (0, 2)]
    assert apart[0] < 3 and apart[0] < apart[1]
    for plane in (slice(HEIGHT, HEIGHT * 5 // 4), slice(HEIGHT * 5 // 4, None)):
        assert np.abs(moving[plane] - still[plane].astype(int)).mean() < 2
    for _ in range(2):
        rest = camera.draw(at(3), 0.0)
    assert np.array_equal(rest, still)


def test_a_slow_turn_stays_sharp(camera: MovingCamera) -> None:
    for step in range(3):
        picture = camera.draw(at(step * 0.1), 0.0)
    assert sharpness(picture) > sharpness(drawn(at(0.2))) * 0.9


@pytest.mark.parametrize(("width", "height"), [(322, 182), (640, 362)])
def test_sizes_that_have_no_half_stay_sharp(width: int, height: int) -> None:
    camera = MovingCamera(classroom())
    for pan in (0.0, 20.0):
        picture = camera.draw(View(pan, 0, 1, width, height), 0.0)
        assert picture.shape == (height * 3 // 2, width)


def test_how_far_it_moved() -> None:
    assert shift_px(at(0), at(0)) == 0
    degree = np.tan(np.radians(1)) * at(0).focal_px
    assert shift_px(at(0), at(1)) == pytest.approx(degree, rel=0.01)
    assert shift_px(at(0, 5, 4), at(0, 4, 4)) == pytest.approx(4 * degree, rel=0.01)
    assert shift_px(at(0, 0, 2), at(0, 0, 2.1)) == pytest.approx(WIDTH / 40, rel=0.01)
    assert shift_px(at(0), at(0.1)) < BLUR_PX < shift_px(at(0), at(0.5))
