import cv2
import numpy as np
import pytest

from klasgenoot.media.board_light import BoardLight
from klasgenoot.media.board_surface import surface_of
from klasgenoot.media.frame import Picture
from tests.test_board_scenes import Scene, board_texture, i420

SIZE = (1280, 512)


def board(
    *,
    dark: bool,
    light: tuple[float, float],
    noise: float = 2.0,
    seed: int = 0,
    blank: bool = False,
) -> Picture:
    texture = cv2.resize(board_texture(Scene(dark=dark, blank=blank)), SIZE)
    ramp = np.linspace(*light, SIZE[0], dtype=np.float32)[None, :, None]
    rng = np.random.default_rng(seed)
    lit = texture * ramp + rng.normal(0, noise, texture.shape)
    return i420(np.clip(lit, 0, 255).astype(np.uint8))


def empty_part(picture: Picture) -> np.ndarray:
    return picture.planes()[0][300:480, 40:1240].astype(np.float64)


@pytest.mark.parametrize("dark", [True, False])
@pytest.mark.parametrize("light", [(1.0, 1.0), (0.3, 1.0), (0.9, 0.25), (0.3, 0.35)])
def test_light_becomes_even_and_text_stands_out(dark: bool, light: tuple[float, float]) -> None:
    picture = board(dark=dark, light=light)
    lit = BoardLight().apply(picture, 0.0)
    columns = cv2.blur(empty_part(lit), (41, 41)).mean(axis=0)
    assert np.ptp(columns) < 14
    assert (columns.mean() < 80) if dark else (columns.mean() > 205)
    text = lit.planes()[0][30:220, 60:700]
    clear = np.percentile(text, 97) if dark else np.percentile(text, 3)
    assert abs(clear - columns.mean()) > 120
    assert lit.planes()[0].min() >= 16
    assert lit.planes()[0].max() <= 235


@pytest.mark.parametrize("dark", [True, False])
def test_noise_and_dust_are_not_raised(dark: bool) -> None:
    picture = board(dark=dark, light=(0.5, 0.5), noise=4, blank=True)
    assert empty_part(BoardLight().apply(picture, 0.0)).std() < empty_part(picture).std()


def test_colours_of_chalk_are_left_as_they_are() -> None:
    texture = np.full((512, 1280, 3), (58, 74, 40), np.uint8)
    cv2.putText(texture, "rood", (100, 300), (90, 90, 240), cv2.FontFace("sans"), 150, 480)
    picture = i420(texture)
    lit = BoardLight().apply(picture, 0.0)
    for before, after in zip(picture.planes()[1:], lit.planes()[1:], strict=True):
        assert np.array_equal(before, after)


def test_a_blackboard_beside_a_whiteboard_keeps_both_as_they_are() -> None:
    left, right = board(dark=True, light=(1, 1)), board(dark=False, light=(1, 1))
    i420s = left.i420.copy()
    both = Picture(i420s, *SIZE, 0.0, 0)
    for plane, white in zip(both.planes(), right.planes(), strict=True):
        plane[:, plane.shape[1] * 5 // 8 :] = white[:, plane.shape[1] * 5 // 8 :]
    assert 0.3 < surface_of(both.planes()[0]).bright.mean() < 0.45
    lit = BoardLight().apply(both, 0.0).planes()[0]
    assert np.median(lit[300:480, 50:750]) < 80
    assert np.median(lit[300:480, 850:1230]) > 205


def test_a_light_that_falls_off_is_one_surface() -> None:
    assert not surface_of(board(dark=False, light=(1, 0.2)).planes()[0]).bright.any()


def test_levels_do_not_pump_when_somebody_walks_past() -> None:
    light, means = BoardLight(), []
    for i in range(24):
        picture = board(dark=True, light=(0.6, 0.8), seed=i % 3)
        if 4 < i < 18:
            left = (i - 4) * 70
            picture.planes()[0][60:, left : left + 160] = 170
        means.append(light.apply(picture, i * 0.2).planes()[0][420:500, 1150:1250].mean())
    assert np.ptp(means) < 3


def test_dusk_is_followed() -> None:
    light = BoardLight()
    for i in range(13):
        part = 0.9 - 0.04 * i
        lit = light.apply(board(dark=False, light=(part, part)), i * 0.8)
    assert np.median(empty_part(lit)) > 205


def test_a_lamp_switched_is_followed_within_two_seconds() -> None:
    light = BoardLight()
    bright = board(dark=False, light=(0.9, 0.9))
    for i in range(5):
        light.apply(bright, i * 0.1)
    dim = board(dark=False, light=(0.3, 0.3))
    for i in range(5, 21):
        lit = light.apply(dim, i * 0.1)
    assert np.median(empty_part(lit)) > 205


@pytest.mark.parametrize("level", [0, 16, 128, 235, 255])
@pytest.mark.parametrize("size", [(2, 2), (16, 10), (1280, 720)])
def test_even_pictures_of_any_size_pass(level: int, size: tuple[int, int]) -> None:
    picture = i420(np.full((size[1], size[0], 3), level, np.uint8))
    assert BoardLight().apply(picture, 0.0).i420.shape == picture.i420.shape
