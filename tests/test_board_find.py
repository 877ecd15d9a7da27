import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from klasgenoot.media.board_corners import Corners
from klasgenoot.media.board_find import find_board
from klasgenoot.media.classroom import classroom
from klasgenoot.media.classroom_render import Renderer
from klasgenoot.media.projection import View
from tests.test_board_scenes import (
    HEIGHT,
    WIDTH,
    Scene,
    classroom_corners,
    hfov_deg,
    photo,
    poses_with_board,
)

MOST_OFF = 0.015  # of the board's width, as asked


@pytest.fixture(scope="module")
def room() -> Renderer:
    return classroom()


def off(found: Corners | None, true: np.ndarray) -> float:
    """The farthest corner, as a share of the board's width."""
    assert found is not None
    width = np.hypot(*(true[1] - true[0]))
    return float(np.abs(found.pixels(WIDTH, HEIGHT) - true).max() / width)


def test_finds_both_boards_of_the_classroom_at_many_poses(room: Renderer) -> None:
    for i, view in enumerate(poses_with_board(24, seed=11)):
        luma = room.draw(view, i * 1.1)[:HEIGHT]  # with the teacher at many places
        assert off(find_board(luma, hfov_deg(view.zoom)), classroom_corners(view)) < MOST_OFF, view


SCENES = (
    Scene(),
    Scene(dark=False),
    Scene(yaw_deg=40, distance_m=5),
    Scene(dark=False, yaw_deg=-40, distance_m=5),
    Scene(light=(0.25, 0.3), noise=6),
    Scene(dark=False, light=(0.2, 0.9), noise=5),
    Scene(glare=1, heads=3, yaw_deg=15),
    Scene(dark=False, glare=1, heads=3, teacher=0.3, distance_m=5),
    Scene(teacher=0.15, heads=2, light=(1, 0.4)),
    Scene(dark=False, teacher=0.85, yaw_deg=25, distance_m=5),
    Scene(blank=True, teacher=0.5, pitch_deg=8),
    Scene(dark=False, blank=True, light=(0.5, 0.4), noise=6, pitch_deg=-8),
    Scene(width_m=1.8, distance_m=6, aside_m=0.8, heads=1),
    # Only the perspective tells these from the same board down to the floor, or half of it.
    Scene(width_m=1.9, yaw_deg=-18, distance_m=4.9, zoom=1.13, glare=1, noise=5.6, heads=1),
    Scene(width_m=2.2, yaw_deg=-31, pitch_deg=8, distance_m=6.9, zoom=1.24, heads=2, teacher=0.16),
    Scene(width_m=2.2, yaw_deg=-32, distance_m=6.1, zoom=1.38, glare=1, noise=5.8, heads=3),
)


@pytest.mark.parametrize("scene", SCENES)
def test_finds_boards_in_photos(scene: Scene) -> None:
    picture, true = photo(scene, seed=3)
    found = find_board(picture.planes()[0], hfov_deg(scene.zoom))
    assert off(found, true) < MOST_OFF
    assert found is not None
    assert 0.4 < found.confidence <= 1


def test_sees_no_board_where_there_is_none(room: Renderer) -> None:
    for pan, tilt, zoom in ((5, 4, 8), (0, 40, 1), (20, 30, 1.3)):
        found = find_board(room.draw(View(pan, tilt, zoom, WIDTH, HEIGHT), 0)[:HEIGHT], 48 / zoom)
        assert found is None or found.confidence < 0.45, (pan, tilt, zoom)


def test_any_size_of_the_same_picture_gives_the_same_corners() -> None:
    picture, true = photo(Scene(yaw_deg=20))
    for width, height in ((1920, 1080), (640, 360), (854, 480), (999, 563)):
        luma = cv2.resize(picture.planes()[0], (width, height), interpolation=cv2.INTER_AREA)
        assert off(find_board(luma, 48), true) < MOST_OFF


@settings(deadline=None, max_examples=20)
@given(
    st.integers(1, 700), st.integers(1, 500), st.sampled_from(["black", "white", "noise", "bars"])
)
def test_rubbish_is_no_board_and_no_error(width: int, height: int, kind: str) -> None:
    rng = np.random.default_rng(0)
    luma = {
        "black": np.zeros((height, width), np.uint8),
        "white": np.full((height, width), 255, np.uint8),
        "noise": rng.integers(0, 256, (height, width), dtype=np.uint8),
        "bars": np.broadcast_to(np.arange(width) // 20 % 2 * 255, (height, width)).astype(np.uint8),
    }[kind]
    found = find_board(luma, 48)
    assert kind == "bars" or found is None
