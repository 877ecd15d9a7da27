import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klasgenoot.media.board_corners import CornersError, given_corners

BOARD = [[0.2, 0.2], [0.8, 0.25], [0.8, 0.7], [0.2, 0.75]]


def test_corners_given_by_hand_are_taken_as_they_are() -> None:
    corners = given_corners(BOARD)
    assert corners.tl == (0.2, 0.2)
    assert corners.bl == (0.2, 0.75)
    assert corners.confidence == 1.0
    assert corners.pixels(1280, 720)[2] == pytest.approx((1024, 504))


@pytest.mark.parametrize(
    ("points", "says"),
    [
        (BOARD[:3], "four"),
        ([*BOARD, [0.5, 0.5]], "four"),
        ([[0.2], *BOARD[1:]], "four"),
        ([[math.nan, 0.2], *BOARD[1:]], "0…1"),
        ([[-0.5, 0.2], *BOARD[1:]], "0…1"),
        ([["0.2", 0.2], *BOARD[1:]], "numbers"),
        ([[True, 0.2], *BOARD[1:]], "numbers"),
        (BOARD[::-1], "clockwise"),
        ([BOARD[0], BOARD[2], BOARD[1], BOARD[3]], "clockwise"),
        ([BOARD[0], BOARD[1], [0.3, 0.3], BOARD[3]], "clockwise"),
        ([[0.5, 0.5]] * 4, "top of each other"),
        ([[0.5, 0.5], [0.56, 0.5], [0.56, 0.56], [0.5, 0.56]], "small"),
        ([*BOARD[1:], BOARD[0]], "top left"),
        ([*BOARD[2:], *BOARD[:2]], "top left"),
    ],
)
def test_rubbish_is_refused_by_name(points: list[list[float]], says: str) -> None:
    with pytest.raises(CornersError, match=says) as caught:
        given_corners(points)
    assert caught.value.code.startswith("corners_")


def test_coming_closer_shows_the_whole_board_and_ends_when_it_fills_the_picture() -> None:
    small = given_corners([[0.6, 0.2], [0.9, 0.2], [0.9, 0.4], [0.6, 0.4]])
    x, y, width = small.closer() or (0, 0, 0)
    assert (x, y) == pytest.approx((0.25, -0.2))
    assert 0.3 < width < 0.4
    assert given_corners([[0.1, 0.1], [0.95, 0.1], [0.95, 0.9], [0.1, 0.9]]).closer() is None
    aside = given_corners([[0.85, 0.3], [1.2, 0.3], [1.2, 0.6], [0.85, 0.6]]).closer()
    assert aside is not None
    assert aside[0] == 0.5  # no further than the camera can be told


@given(st.lists(st.lists(st.floats() | st.integers(), max_size=3), max_size=5))
def test_any_points_are_taken_or_refused(points: list[list[float]]) -> None:
    try:
        corners = given_corners(points)
    except CornersError:
        return
    assert abs(corners.array()).max() <= 1.25
