import cv2
import numpy as np
import pytest

from klasgenoot.media.board_people import PeopleFader
from klasgenoot.media.frame import Picture
from tests.test_board_scenes import Scene, board_texture, i420, person

SIZE = (1280, 512)
FRAME_S = 1 / 10
NOISE = np.random.default_rng(0).normal(0, 2.5, (4, SIZE[1], SIZE[0], 3))


def texture(*, dark: bool, blank: bool = False) -> np.ndarray:
    return cv2.resize(board_texture(Scene(dark=dark, blank=blank)), SIZE)


def shot(bgr: np.ndarray, i: int, who_at: float | None = None) -> Picture:
    bgr = bgr.copy()
    if who_at is not None:
        person(bgr, who_at, 200, 430)
    bgr = np.clip(bgr + NOISE[i % len(NOISE)], 0, 255).astype(np.uint8)
    return i420(bgr, i * FRAME_S, i)


def walk(i: int, start: int, to: float) -> float | None:
    """Someone who walks in from the left at 1.5 m/s, and stays."""
    return None if i < start else min(to, -120 + (i - start) * 60.0)


def difference(picture: Picture, other: Picture) -> float:
    """Share of the picture that clearly differs."""
    a, b = (cv2.blur(shown.planes()[0], (5, 5)).astype(int) for shown in (picture, other))
    return float((np.abs(a - b) > 20).mean())


@pytest.mark.parametrize("dark", [True, False])
def test_who_walks_in_and_stays_on_is_not_seen(dark: bool) -> None:
    board, fader = texture(dark=dark), PeopleFader()
    clean = shot(board, 0)
    for i in range(160):
        live = shot(board, i, walk(i, 15, 400))
        shown = fader.apply(live, i * FRAME_S)
        if i >= 60 and i % 20 == 0:
            assert difference(live, clean) > 0.08
            assert difference(shown, clean) < 0.002, i


def test_what_was_erased_behind_someone_is_not_shown_once_uncovered() -> None:
    board, fader = texture(dark=True), PeopleFader()
    erased = board.copy()
    erased[:260, 200:600] = board[400, 1000]
    for i in range(80):
        at = walk(i, 15, 400) if i < 50 else 400 + (i - 50) * 60.0
        shown = fader.apply(shot(board if i < 40 else erased, i, at), i * FRAME_S)
        if i == 39:
            assert difference(shown, shot(board, 0)) < 0.002
    assert difference(shown, shot(erased, 0)) < 0.001


def test_new_text_is_seen_as_soon_as_it_is_uncovered() -> None:
    blank, board, fader = texture(dark=False, blank=True), texture(dark=False), PeopleFader()
    for i in range(75):
        at = walk(i, 15, 300) if i < 40 else 300 - (i - 40) * 60.0
        shown = fader.apply(shot(blank if i < 30 else board, i, at), i * FRAME_S)
        if i > 55:  # 0.6 s after the text is free
            assert difference(shown, shot(board, 0)) < 0.001, i


def test_text_erased_in_full_view_goes_at_once() -> None:
    board, blank, fader = texture(dark=True), texture(dark=True, blank=True), PeopleFader()
    for i in range(20):
        fader.apply(shot(board, i), i * FRAME_S)
    for i in range(20, 26):
        shown = fader.apply(shot(blank, i), i * FRAME_S)
    assert difference(shown, shot(blank, 0)) < 0.001


def test_a_new_slide_is_shown_within_two_seconds() -> None:
    fader, slides = PeopleFader(), []
    for hue in ((200, 120, 60), (60, 160, 220)):
        slide = np.full((SIZE[1], SIZE[0], 3), hue, np.uint8)
        slide[:, 640:] = [hue[2], hue[0], hue[1]]
        slides.append(slide)
    for i in range(60):
        live = shot(slides[i // 30], i)
        shown = fader.apply(live, i * FRAME_S)
    assert difference(shown, live) < 0.001


def test_a_new_slide_on_part_of_the_board_is_shown_within_two_seconds() -> None:
    fader = PeopleFader()
    for i in range(60):
        slide = texture(dark=False)
        for j, hue in enumerate(((200, 120, 60), (40, 90, 200), (60, 160, 80), (120, 40, 90))):
            left = 760 + 120 * (j if i < 30 else (j + 2) % 4)
            slide[40:, left : left + 120] = hue
        live = shot(slide, i)
        shown = fader.apply(live, i * FRAME_S)
        if i >= 50:
            assert difference(shown, live) < 0.001, i


@pytest.mark.parametrize("dark", [True, False])
def test_who_stood_there_from_the_beginning_is_gone_once_gone(dark: bool) -> None:
    board, fader = texture(dark=dark), PeopleFader()
    for i in range(50):
        at = 400.0 if i < 30 else 400 + (i - 30) * 60.0
        shown = fader.apply(shot(board, i, at), i * FRAME_S)
    assert difference(shown, shot(board, 0)) < 0.001


def test_a_new_slide_is_shown_at_two_pictures_a_second_too() -> None:
    fader = PeopleFader()
    for i in range(14):
        slide = np.full((SIZE[1], SIZE[0], 3), (200, 120, 60), np.uint8)
        slide[:, 640:] = (60, 160, 220) if i < 8 else (160, 220, 60)
        live = shot(slide, i)
        shown = fader.apply(live, i * 0.5)
    assert difference(shown, live) < 0.001


def test_a_poster_hung_up_is_shown_within_two_seconds() -> None:
    board, fader = texture(dark=True), PeopleFader()
    hung = board.copy()
    hung[200:400, 800:1000] = (60, 90, 220)
    for i in range(45):
        live = shot(board if i < 20 else hung, i)
        shown = fader.apply(live, i * FRAME_S)
    assert difference(shown, live) < 0.001


def test_a_lamp_switched_and_a_new_size_begin_anew() -> None:
    board, fader = texture(dark=False), PeopleFader()
    dim = (board * 0.3).astype(np.uint8)
    for i in range(40):
        live = shot(board if i < 20 else dim, i)
        shown = fader.apply(live, i * FRAME_S)
    assert difference(shown, live) < 0.01
    small = i420(np.zeros((10, 24, 3), np.uint8))
    assert fader.apply(small, 9.0).i420.shape == small.i420.shape
