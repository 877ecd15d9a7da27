import cv2
import numpy as np
import pytest

from klasgenoot.media.board_corners import from_points
from klasgenoot.media.board_rectify import Rectifier, letterbox
from klasgenoot.media.board_shape import aspect_ratio
from klasgenoot.media.frame import Picture
from tests.test_board_scenes import HEIGHT, WIDTH, Scene, board_texture, i420, photo


@pytest.mark.parametrize("yaw", [-40, -20, 0, 30])
@pytest.mark.parametrize("pitch", [-10, 12])
def test_the_true_shape_follows_from_the_perspective(yaw: float, pitch: float) -> None:
    true = photo(Scene(yaw_deg=yaw, pitch_deg=pitch, distance_m=5, blank=True))[1]
    assert aspect_ratio(true, WIDTH, HEIGHT, 48) == pytest.approx(3.0 / 1.2, rel=1e-3)


@pytest.mark.parametrize("scene", [Scene(yaw_deg=30, noise=0), Scene(dark=False, noise=0)])
def test_a_board_seen_aslant_becomes_upright(scene: Scene) -> None:
    picture, true = photo(scene)
    corners = from_points(true / (WIDTH, HEIGHT), 1.0)
    straight = Rectifier().apply(picture, corners, 48)
    assert (straight.width, straight.height) == (1280, pytest.approx(524, abs=8))
    assert straight.i420.shape == (straight.height * 3 // 2, straight.width)
    board = round(0.012 / 1.024 * 1280)
    inside = straight.planes()[0][board:-board, board:-board]
    expected = cv2.cvtColor(board_texture(scene), cv2.COLOR_BGR2YUV_I420)
    expected = expected[: expected.shape[0] * 2 // 3]
    expected = cv2.resize(expected, inside.shape[::-1], interpolation=cv2.INTER_AREA)
    likeness = np.corrcoef(
        cv2.GaussianBlur(inside, (0, 0), 3).ravel(), cv2.GaussianBlur(expected, (0, 0), 3).ravel()
    )[0, 1]
    assert likeness > 0.98  # text half a letter aside would give 0.6


def test_colours_stay_with_their_shapes() -> None:
    bgr = np.full((HEIGHT, WIDTH, 3), 128, np.uint8)
    cv2.rectangle(bgr, (400, 300), (479, 379), (0, 0, 220), -1)
    corners = from_points(np.array(((0.2, 0.2), (0.8, 0.2), (0.8, 0.8), (0.2, 0.8))), 1.0)
    straight = Rectifier().apply(i420(bgr), corners, 48)
    luma, _, v = straight.planes()
    scale = straight.width / (0.6 * WIDTH * 1.024)
    margin = 0.012 * 0.6 * WIDTH
    for plane, step in ((luma < 115, 1), (v > 180, 2)):
        rows, columns = np.nonzero(plane)
        middle = np.array((columns.mean() + 0.5, rows.mean() + 0.5)) * step
        assert middle == pytest.approx(
            ((440 - 256 + margin) * scale, (340 - 144 + margin) * scale), abs=1.5
        )


def test_a_finer_camera_is_averaged_not_sampled() -> None:
    stripes = np.zeros((2160, 3840), np.uint8) + (np.arange(3840) // 2 % 2 * 200).astype(np.uint8)
    i420_4k = np.full((3240, 3840), 128, np.uint8)
    i420_4k[:2160] = stripes
    corners = from_points(np.array(((0.0, 0.0), (1, 0), (1, 1), (0, 1))), 1.0)
    rectifier = Rectifier()
    straight = rectifier.apply(Picture(i420_4k, 3840, 2160, 0, 0), corners, 48)
    assert max(straight.width, straight.height) <= 1280
    assert rectifier.camera_px_per_px == pytest.approx(3, abs=0.2)
    assert straight.planes()[0][100:-100, 100:-100].std() < 45


def test_letterbox_keeps_the_picture_and_adds_black() -> None:
    bgr = np.full((100, 200, 3), 200, np.uint8)
    boxed = letterbox(i420(bgr), 200, 180)
    luma, u, _ = boxed.planes()
    assert (luma[:40] == 16).all()
    assert (luma[40:140] > 150).all()
    assert (u == 128).all()
    assert letterbox(boxed, 200, 180) is boxed
