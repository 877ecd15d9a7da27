import numpy as np
import pytest

from klasgenoot.media.board_corners import given_corners
from klasgenoot.media.board_track import BoardTracker, EdgeWatch
from klasgenoot.media.classroom import classroom
from klasgenoot.media.classroom_render import Renderer
from klasgenoot.media.projection import View
from tests.test_board_scenes import HEIGHT, WIDTH, Scene, classroom_corners, hfov_deg, person, photo

FRAME_S = 1 / 15


@pytest.fixture(scope="module")
def room() -> Renderer:
    return classroom()


def noisy(luma: np.ndarray, seed: int, noise: float = 4.0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return np.clip(luma + rng.normal(0, noise, luma.shape), 0, 255).astype(np.uint8)


def test_corners_come_within_two_seconds_and_do_not_jitter() -> None:
    luma = photo(Scene(yaw_deg=10, heads=2), 1)[0].planes()[0]
    tracker, seen = BoardTracker(0.0), []
    for i in range(75):
        seen.append(tracker.update(noisy(luma, i % 9), i * FRAME_S, 48))
    assert seen[0] is None
    assert seen[29] is not None
    assert set(seen[30:]) == {seen[30]}


def test_the_old_corners_are_dropped_when_the_camera_turns(room: Renderer) -> None:
    tracker = BoardTracker(0.0)
    views = [View(4, 3, 1.1, WIDTH, HEIGHT), View(6, 3, 1.1, WIDTH, HEIGHT)]
    for i in range(30):
        tracker.update(room.draw(views[0], 0)[:HEIGHT], i * FRAME_S, hfov_deg(1.1))
    assert tracker.corners is not None
    for i in range(30, 34):
        tracker.update(room.draw(views[1], 0)[:HEIGHT], i * FRAME_S, hfov_deg(1.1))
    assert tracker.corners is None
    for i in range(34, 64):
        tracker.update(room.draw(views[1], 0)[:HEIGHT], i * FRAME_S, hfov_deg(1.1))
    assert tracker.corners is not None
    off = tracker.corners.pixels(WIDTH, HEIGHT) - classroom_corners(views[1])
    assert np.abs(off).max() < 0.01 * WIDTH


def test_a_zoom_drops_the_corners_at_once() -> None:
    luma = photo(Scene())[0].planes()[0]
    tracker = BoardTracker(0.0)
    for i in range(30):
        tracker.update(luma, i * FRAME_S, 48)
    assert tracker.corners is not None
    assert tracker.update(luma, 2.0, 47) is None


def test_who_walks_past_does_not_take_the_corners_away() -> None:
    picture, true = photo(Scene())
    tracker = BoardTracker(0.0)
    for i in range(150):
        luma = picture.planes()[0].copy()
        if i > 30:
            person(luma, (i - 30) * 12.0, 300, 360)
        tracker.update(luma, i * FRAME_S, 48)
        assert i < 30 or tracker.corners is not None
    assert tracker.corners is not None
    assert np.abs(tracker.corners.pixels(WIDTH, HEIGHT) - true).max() < 0.01 * WIDTH


def test_edges_that_have_moved_or_gone_dark_are_noticed() -> None:
    picture, true = photo(Scene())
    luma = picture.planes()[0]
    watch = EdgeWatch(luma, given_corners((true / (WIDTH, HEIGHT)).tolist()))
    assert watch.can_tell()
    assert watch.still_there(noisy(luma, 0))
    assert watch.still_there((luma * 0.6).astype(np.uint8))
    assert not watch.still_there(np.roll(luma, 12, axis=1))
    assert not watch.still_there(np.roll(luma, 12, axis=0))
    assert not watch.still_there(np.full_like(luma, 16))
    assert not watch.still_there(luma[::2, ::2])
