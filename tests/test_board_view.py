import difflib
import os
import shutil
import subprocess

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hardware.profiles import PROFILES
from klasgenoot.media.board_corners import CornersError
from klasgenoot.media.board_legibility import ADVICE, legibility, smallest_cap_height
from klasgenoot.media.board_still import still
from klasgenoot.media.board_view import BoardView
from klasgenoot.media.classroom import BOARD_LINES, classroom
from klasgenoot.media.frame import Picture
from klasgenoot.media.projection import View
from tests.test_board_scenes import HEIGHT, TEXT, WIDTH, Scene, classroom_corners, i420, photo

D70 = PROFILES["evi-d70"]
FRAME_S = 1 / 15


def shares(corners: np.ndarray) -> list[list[float]]:
    return (corners / (WIDTH, HEIGHT)).tolist()


def run(
    view: BoardView, picture: Picture, count: int, start: int = 0, zoom: float = 1.0
) -> Picture:
    shown = picture
    for i in range(start, start + count):
        shown = view.apply(picture, i * FRAME_S, zoom=zoom)
    return shown


def test_finds_straightens_and_judges_the_board() -> None:
    picture, true = photo(Scene(yaw_deg=25, heads=2, light=(0.4, 0.9)))
    view = BoardView(D70, board_width_mm=3000)
    assert view.apply(picture, 0.0, zoom=1) is picture
    shown = run(view, picture, 30)
    assert (shown.width, shown.height) == (WIDTH, HEIGHT)
    assert (shown.captured_at, shown.sequence) == (picture.captured_at, picture.sequence)
    assert view.corners is not None
    assert np.abs(view.corners.pixels(WIDTH, HEIGHT) - true).max() < 0.01 * WIDTH
    assert view.legibility is not None
    assert view.legibility.mm_per_px == pytest.approx(3000 / np.ptp(true[:, 0]), rel=0.1)


def test_the_whole_picture_while_there_is_no_board() -> None:
    picture = i420(np.full((HEIGHT, WIDTH, 3), 90, np.uint8))
    view = BoardView(D70)
    assert run(view, picture, 20) is picture
    assert view.legibility is None
    odd = Picture(np.zeros((15, 11), np.uint8), 11, 10, 0.0, 0)
    assert view.apply(odd, 9.0, zoom=1, corners=[[0, 0], [1, 0], [1, 1], [0, 1]]) is odd


def test_corners_given_by_hand_hold_until_the_camera_turns() -> None:
    picture, true = photo(Scene())
    given_points = shares(true + np.array((6, -4)))
    view = BoardView(D70)
    for i in range(10):
        view.apply(picture, i * FRAME_S, zoom=1, corners=given_points, fade_people=True)
        assert view.corners is not None
        assert view.corners.pixels(WIDTH, HEIGHT) == pytest.approx(true + np.array((6, -4)))
    turned = photo(Scene(aside_m=0.3))[0]
    for i in range(10, 16):
        shown = view.apply(turned, i * FRAME_S, zoom=1, corners=given_points)
    assert view.corners is None
    assert shown is turned
    assert view.lost is given_points
    anew = shares(true)
    view.apply(turned, 2.0, zoom=1, corners=anew)
    assert view.corners is not None
    assert view.lost is None
    view.apply(turned, 2.1, zoom=1.1, corners=anew)
    assert view.corners is None
    # The same numbers given once more are meant: only who gave them knows.
    view.apply(turned, 2.1, zoom=1.1, corners=list(anew))
    assert view.corners is not None
    with pytest.raises(CornersError):
        view.apply(turned, 2.2, zoom=1.1, corners=shares(true[::-1]))


@pytest.mark.parametrize("zoom", [1.0, 1.4])
def test_measures_the_smallest_text_of_the_classroom(zoom: float) -> None:
    at = View(4, 3, zoom, WIDTH, HEIGHT)
    luma_true = classroom_corners(at)
    picture = Picture(classroom().draw(at, 0.0).copy(), WIDTH, HEIGHT, 0.0, 0)
    view = BoardView(D70)
    view.apply(picture, 0.0, zoom=zoom, corners=shares(luma_true))
    assert view.legibility is not None
    camera_px = (luma_true[1, 0] - luma_true[0, 0]) / 1232  # of a pixel of the full view
    smallest = min(line.cap_height_px for line in BOARD_LINES) * camera_px
    assert view.legibility.sharp_px == pytest.approx(smallest, rel=0.2)
    assert view.legibility.mm_per_px is None


@pytest.mark.parametrize("dark", [True, False])
@pytest.mark.parametrize(("cap", "advised"), [(6, True), (8, True), (12, False), (24, False)])
def test_advises_to_zoom_in_when_text_is_small(dark: bool, cap: int, advised: bool) -> None:
    luma = np.full((720, 1280), 50 if dark else 220, np.uint8)
    for y in range(100, 600, 60):
        at, ink = (80, y), (220 if dark else 40,)
        font = cv2.FontFace("sans")
        cv2.putText(luma, "Huiswerk voor woensdag", at, ink, font, round(cap / 0.75), 480)
    judged = legibility(luma, 1.0, 3000)
    assert judged.cap_height_px == pytest.approx(cap, abs=max(1.2, 0.15 * cap))
    assert judged.advice == (ADVICE if advised else None)
    assert legibility(luma, 0.3, None).advice == (ADVICE if cap * 0.3 < 8 else None)


def test_an_empty_board_has_no_smallest_text() -> None:
    noise = np.random.default_rng(0).normal(200, 3, (720, 1280))
    assert smallest_cap_height(np.clip(noise, 0, 255).astype(np.uint8)) is None


def test_a_still_is_a_sharp_jpeg_of_at_most_one_and_a_half_megabytes() -> None:
    picture = photo(Scene())[0]
    sharp = still(picture)
    assert len(sharp.data) < 600_000
    back = cv2.imdecode(np.frombuffer(sharp.data, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert back.shape == (HEIGHT, WIDTH) == (sharp.height, sharp.width)
    noise = np.random.default_rng(0).integers(0, 256, (3240, 3840), dtype=np.uint8)
    assert len(still(Picture(noise, 3840, 2160, 0.0, 0)).data) <= 1_500_000


def test_a_still_for_a_narrow_line_is_as_small_as_asked() -> None:
    coarse = still(photo(Scene())[0], 20_000)
    assert len(coarse.data) <= 20_000
    assert cv2.imdecode(np.frombuffer(coarse.data, np.uint8), cv2.IMREAD_COLOR) is not None
    assert still(photo(Scene())[0], 1).data  # no line is so narrow that it ends in nothing


def test_a_photo_of_the_board_is_as_fine_as_the_camera() -> None:
    seen, true = photo(Scene())
    fine = cv2.cvtColor(
        cv2.resize(cv2.cvtColor(seen.i420, cv2.COLOR_YUV2BGR_I420), (2560, 1440)),
        cv2.COLOR_BGR2YUV_I420,
    )
    picture = Picture(fine, 2560, 1440, 0.0, 0)
    view, corners = BoardView(D70), shares(true)
    assert view.photo(picture, zoom=1) is picture  # no board is known yet
    shown = view.apply(picture, 0.0, zoom=1, corners=corners)
    assert (shown.width, shown.height) == (1280, 720)
    board = view.photo(picture, zoom=1)
    assert max(board.width / 1280, board.height / 720) > 1.9
    without = view.photo(picture, zoom=1, fade_people=True)
    assert max(without.width, without.height) <= 1280


@settings(deadline=None, max_examples=12)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([(2, 2), (64, 36), (320, 180), (640, 480), (1280, 720), (1920, 1080)]),
            st.sampled_from(["black", "white", "noise", "board"]),
            st.booleans(),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_rubbish_and_new_sizes_never_fail(shots: list[tuple[tuple[int, int], str, bool]]) -> None:
    view, rng = BoardView(D70), np.random.default_rng(0)
    board = photo(Scene())[0].i420
    for i, ((width, height), kind, by_hand) in enumerate(shots):
        planes = np.full((height * 3 // 2, width), 255 if kind == "white" else 0, np.uint8)
        if kind == "noise":
            planes = rng.integers(0, 256, planes.shape, dtype=np.uint8)
        if kind == "board":
            bgr = cv2.resize(cv2.cvtColor(board, cv2.COLOR_YUV2BGR_I420), (width, height))
            planes = cv2.cvtColor(bgr, cv2.COLOR_BGR2YUV_I420)
        picture = Picture(planes, width, height, i * 0.4, i)
        corners = [[0.1, 0.1], [0.9, 0.2], [0.9, 0.9], [0.1, 0.8]] if by_hand else None
        shown = view.apply(picture, i * 0.4, zoom=1, corners=corners, fade_people=i % 2 == 0)
        assert shown.width <= max(1280, width)
        assert shown.i420.shape == (shown.height * 3 // 2, shown.width)


def read_share(picture: Picture, box: tuple[int, int, int, int]) -> float:
    """Share of the characters of TEXT that tesseract reads in left, top, right, bottom."""
    left, top, right, bottom = box
    luma = picture.planes()[0][top:bottom, left:right]
    if np.median(luma) < 110:
        luma = cv2.bitwise_not(luma)
    luma = cv2.resize(luma, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    png = cv2.imencode(".png", luma)[1].tobytes()
    command = ["tesseract", "-", "-", "--psm", "6", "-l", "eng"]
    one = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    ran = subprocess.run(command, input=png, capture_output=True, check=True, env=one)
    read = ran.stdout.decode()
    text, read = " ".join(line for line, _ in TEXT), " ".join(read.split())
    blocks = difflib.SequenceMatcher(None, text, read, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks) / len(text)


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="needs tesseract-ocr")
@pytest.mark.parametrize(
    "scene",
    [
        Scene(light=(0.25, 0.6), noise=3, yaw_deg=25, distance_m=4.6),
        Scene(dark=False, light=(0.3, 0.5), noise=6),
    ],
)
def test_more_is_read_after_the_view_than_before(scene: Scene) -> None:
    picture, true = photo(scene, seed=1)
    shown = BoardView(D70).apply(picture, 0.0, zoom=1, corners=shares(true))
    (left, top), (right, bottom) = true.min(axis=0).astype(int), true.max(axis=0).astype(int)
    before = read_share(picture, (left, top, (left + right) // 2, (top + bottom) // 2))
    after = read_share(shown, (20, 110, 760, 400))
    assert after >= max(before, 0.95)
