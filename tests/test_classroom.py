import subprocess
import sys

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from klasgenoot.media import classroom_walls as walls
from klasgenoot.media.classroom import (
    _BOARD_AT,
    _BOARD_PX_PER_M,
    BOARD_LINES,
    BOARD_VIEW,
    LANDMARKS,
    classroom,
)
from klasgenoot.media.classroom_board import board_points
from klasgenoot.media.classroom_light import RoomLight
from klasgenoot.media.classroom_render import Renderer
from klasgenoot.media.classroom_scene import Thing, compose
from klasgenoot.media.classroom_shapes import Card, colour, ellipse
from klasgenoot.media.projection import View, direction

WIDTH, HEIGHT = 1280, 720
TOLERANCE = 0.005 * WIDTH
DOTS = [(pan, tilt) for pan in range(-120, 121, 12) for tilt in range(-40, 53, 10)]
POSES = [
    (0, 0, 1),
    (-100, -30, 1),
    (100, 40, 1),
    (63, -17, 1),
    (-37, 40, 1.6),
    (5, -30, 2),
    (85, 1, 5.5),
    (-11.5, 9.7, 14),
]


def expected(
    pan: float, tilt: float, pose: tuple[float, float, float]
) -> tuple[float, float, float]:
    """Pinhole projection by spherical trigonometry, apart from the code: x, y, cos of angle."""
    p, t, t0 = np.radians(pan - pose[0]), np.radians(tilt), np.radians(pose[1])
    ahead = np.sin(t0) * np.sin(t) + np.cos(t0) * np.cos(t) * np.cos(p)
    focal = WIDTH / 2 / np.tan(np.radians(24)) * pose[2]
    x = np.cos(t) * np.sin(p) / ahead
    y = (np.cos(t0) * np.sin(t) - np.sin(t0) * np.cos(t) * np.cos(p)) / ahead
    return WIDTH / 2 + focal * x, HEIGHT / 2 - focal * y, ahead


@pytest.fixture(scope="module")
def room() -> Renderer:
    return classroom()


@pytest.fixture(scope="module")
def dotted() -> Renderer:
    """An empty room with a red dot in every direction of DOTS."""
    things = []
    for pan, tilt in DOTS:
        at = direction(pan, tilt) * 3
        right = np.cross((0.0, 1.0, 0.0), at)
        right /= np.linalg.norm(right)
        up = np.cross(at, right) / 3
        card = Card(tuple(at), tuple(right), tuple(up))  # type: ignore[arg-type]
        things.append(Thing(3.0, card.shapes([(ellipse(0, 0, 0.012, 0.012), colour("FF0000"))])))
    scene = compose(walls.room_shell(), [], [], [walls.second_hand()], things)
    return Renderer(scene, RoomLight(walls.ROOM, []))


def red_centre(i420: np.ndarray, x: float, y: float, reach: int) -> tuple[float, float]:
    bgr = cv2.cvtColor(i420, cv2.COLOR_YUV2BGR_I420).astype(int)
    left, top = max(0, int(x) - reach), max(0, int(y) - reach)
    part = bgr[top : int(y) + reach, left : int(x) + reach]
    rows, columns = np.nonzero(part[..., 2] - part[..., :2].max(axis=2) > 60)
    assert len(rows), f"nothing red near {x:.0f}, {y:.0f}"
    return columns.mean() + left + 0.5, rows.mean() + top + 0.5


@pytest.mark.parametrize("pose", POSES)
def test_every_direction_appears_where_a_pinhole_puts_it(
    dotted: Renderer, pose: tuple[float, float, float]
) -> None:
    i420 = dotted.draw(View(*pose, WIDTH, HEIGHT), 0.0)
    checked = 0
    for pan, tilt in DOTS:
        x, y, ahead = expected(pan, tilt, pose)
        margin = 12 * pose[2]
        if ahead < 0.1 or not (margin < x < WIDTH - margin and margin < y < HEIGHT - margin):
            continue
        found = red_centre(i420, x, y, int(40 * pose[2] ** 0.5))
        assert np.hypot(found[0] - x, found[1] - y) < TOLERANCE, (pan, tilt, pose, found, x, y)
        checked += 1
    assert checked >= (6 if pose[2] == 1 else 1)


def test_the_clock_is_where_its_landmark_says(room: Renderer) -> None:
    for pose in [
        (-25.0, 5.0, 1.0),
        (0.0, 2.0, 1.0),
        (-35.0, 20.0, 1.0),
        (*LANDMARKS["clock"], 4.0),
    ]:
        i420 = room.draw(View(*pose, WIDTH, HEIGHT), 0.0)
        x, y, _ = expected(*LANDMARKS["clock"], pose)
        bgr = cv2.cvtColor(i420, cv2.COLOR_YUV2BGR_I420).astype(int)
        left, top, reach = (
            max(0, int(x - 75 * pose[2])),
            max(0, int(y - 75 * pose[2])),
            75 * pose[2],
        )
        part = bgr[top : int(y + reach), left : int(x + reach)]
        rows, columns = np.nonzero(part[..., 0] - part[..., 2] > 50)  # its blue ring
        assert abs((columns.min() + columns.max() + 1) / 2 + left - x) < TOLERANCE
        assert abs((rows.min() + rows.max() + 1) / 2 + top - y) < TOLERANCE


def test_board_text_has_the_promised_heights(room: Renderer) -> None:
    view = View(*BOARD_VIEW, WIDTH, HEIGHT)
    room.draw(view, 0.0)
    luma = room.draw(view, 0.0)[:HEIGHT].astype(int)
    card = Card(_BOARD_AT, walls.FRONT.right)
    for line in BOARD_LINES:
        cap = line.cap_height_px
        foot = board_points(card, _BOARD_PX_PER_M, np.array([(line.left_px, line.baseline_px)]))
        x, y = (int(v) for v in view.to_pixels(view.to_camera(foot))[0])
        part = luma[y - cap * 3 // 2 : y + cap // 3, x - 2 : x + cap * 5 // 8]
        surface = int(part[0, 0])
        ink = np.flatnonzero(np.abs(part - surface).max(axis=1) > 70)
        assert abs(ink[-1] - ink[0] + 1 - cap) <= max(1.5, cap * 0.08), line
    assert {36, 20, 12} <= {line.cap_height_px for line in BOARD_LINES}


def test_the_board_fills_its_view(room: Renderer) -> None:
    luma = room.draw(View(*BOARD_VIEW, WIDTH, HEIGHT), 0.0)[:HEIGHT]
    assert abs(int(luma[360, 30]) - int(luma[360, 700])) < 3, "green from the left"
    assert luma[330, 1200] > 225, "the whiteboard to the right"


@pytest.mark.parametrize("pose", [(0, 0, 1), (-75, -8, 1), (-22, -2, 2.5)])
def test_renewing_the_moving_parts_equals_drawing_all(
    room: Renderer, pose: tuple[float, float, float]
) -> None:
    view = View(*pose, WIDTH, HEIGHT)
    moments = (3.0, 3.1, 7.4, 9.2, 16.0)
    for _ in range(2):
        room.draw(view, 0.0)
    renewed = [room.draw(view, t).copy() for t in moments]
    assert any((renewed[0] != later).any() for later in renewed[1:]), "somebody moves"
    other = classroom()
    for t, picture in zip(moments, renewed, strict=True):
        other.draw(View(90, 0, 1, WIDTH, HEIGHT), t)
        other.draw(view, t)
        whole = other.draw(view, t)
        # OpenCV rounds a smooth edge differently where it is cut: a few pixels, never a trail.
        assert (np.abs(whole.astype(int) - picture) > 1).sum() < 300


@settings(max_examples=40, deadline=None)
@given(st.floats(-110, 110), st.floats(-35, 45), st.floats(1, 18), st.floats(0, 1e6))
def test_any_pose_can_be_drawn(pan: float, tilt: float, zoom: float, seconds: float) -> None:
    i420 = SMALL.draw(View(pan, tilt, zoom, 322, 182), seconds)
    assert i420.shape == (273, 322)
    assert i420[:182].min() >= 10
    assert i420[:182].mean() > 60 or zoom > 2, "a lit room, not a hole"


SMALL = classroom()


def test_draws_in_a_process_that_may_not_write_files() -> None:
    code = (
        "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0));"
        "from klasgenoot.media.sources import open_source;"
        "s = open_source('sim:', 640, 360, 120); s.read(); s.close()"
    )
    subprocess.run([sys.executable, "-B", "-c", code], check=True, timeout=20)
