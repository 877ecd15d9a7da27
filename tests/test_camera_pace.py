"""Cameras that deliver more, less or nothing of what they were asked for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klasgenoot.media.camera_pace import CameraPace


def deliver(pace: CameraPace, fps: float, seconds: float, first: int = 0, at: float = 50.0) -> int:
    count = int(seconds * fps)
    for number in range(count):
        pace.seen(first + number, at + number / fps)
    return first + count


@pytest.mark.parametrize("fps", [7, 15, 60, 120])
def test_the_real_pace_is_found_within_seconds(fps: float) -> None:
    pace = CameraPace(30)
    deliver(pace, fps, 3)
    assert pace.fps == pytest.approx(fps, rel=0.05)


@pytest.mark.parametrize("fps", [25, 30, 36])
def test_about_what_was_asked_changes_nothing(fps: float) -> None:
    pace = CameraPace(30)
    deliver(pace, fps, 10)
    assert pace.fps == 30


def test_more_light_and_it_is_as_asked_again() -> None:
    pace = CameraPace(30)
    number = deliver(pace, 7, 5)
    deliver(pace, 29.9, 5, first=number, at=55)
    assert pace.fps == 30


def test_a_pause_is_no_pace() -> None:
    pace, number = CameraPace(30), 0
    for at in range(50, 70, 4):
        number = deliver(pace, 30, 1, first=number, at=at)
    assert pace.fps == 30


def test_a_quick_camera_is_thinned_and_a_slow_one_taken_whole() -> None:
    quick, slow = CameraPace(30), CameraPace(30)
    deliver(quick, 60, 5)
    deliver(slow, 7, 5)
    assert (quick.step(1), quick.step(15)) == (2, 30)
    assert (slow.step(1), slow.step(15)) == (1, 4)


@given(st.lists(st.tuples(st.integers(-5, 1000), st.floats(-10, 1e6))))
def test_whatever_a_driver_counts_the_pace_is_a_number(story: list[tuple[int, float]]) -> None:
    pace = CameraPace(30)
    for sequence, at in story:
        pace.seen(sequence, at)
        assert pace.fps > 0
        assert pace.step(1) >= 1
