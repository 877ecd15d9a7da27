import subprocess
import sys

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from klasgenoot.media import classroom_walls as walls
from klasgenoot.media.classroom import BOARD_LINES, BOARD_VIEW, LANDMARKS, classroom
from klasgenoot.media.classroom_light import Box, RoomLight
from klasgenoot.media.classroom_render import Renderer
from klasgenoot.media.classroom_scene import Thing, compose
from klasgenoot.media.classroom_shapes import Card, colour, ellipse
from klasgenoot.media.projection import View, direction

WIDTH, HEIGHT = 1280, 720
TOLERANCE = 0.005 * WIDTH
DOTS = [(pan, tilt) for pan in range(-120, 121, 12) for tilt in range(-40, 53, 10)]
POSES = [
    (0, 0, 1), (-100, -30, 1), (100, 40, 1), (63, -17, 1), (-37, 40, 1.6), (5, -30, 2), (88, 3, 5.5), (-11.5, 9.7, 14),
]  # fmt: skip


def expected(pan: float, tilt: float, pose: tuple[float, float, float]) -> tuple[float, float, float]:
    """Pinhole projection by spherical trigonometry, not by the code under test: x, y, cos of angle."""
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
    """A grey room with a red dot in every direction of DOTS."""
    low, high = walls.ROOM.low, walls.ROOM.high
    shell = []
    for card, paint in ((walls.FRONT, "808080"), (walls.REAR, "808080"), (walls.LEFT, "808080")):
        shell.append((card.stand(ellipse(0, 0, 0.01, 0.01)), colour(paint)))
    things = []
    for pan, tilt in DOTS:
        at = direction(pan, tilt) * 3
        right = np.cross((0.0, 1.0, 0.0), at)
        right /= np.linalg.norm(right)
        up = np.cross(at, right) / 3
        card = Card(tuple(at), tuple(right), tuple(up))  # type: ignore[arg-type]
        things.append(Thing(3.0, card.shapes([(ellipse(0, 0, 0.012, 0.012), colour("FF0000"))])))
    scene = compose(shell, [], [], [walls.second_hand()], things)
    return Renderer(scene, RoomLight(Box(low, high), []))


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
        assert np.hypot(found[0] - x, found[1] - y) < TOLERANCE, (pan, tilt, pose)
        checked += 1
    assert checked >= (6 if pose[2] == 1 else 0)
    assert pose[2] > 2 or checked


def test_the_clock_is_where_its_landmark_says(room: Renderer) -> None:
    for pose in [(-25, 5, 1), (0, 0, 1), (-17, 20, 1.0), (*LANDMARKS["clock"], 6)]:
        pose = tuple(float(v) for v in pose)
        i420 = room.draw(View(*pose, WIDTH, HEIGHT), 0.0)
        x, y, _ = expected(*LANDMARKS["clock"], pose)  # type: ignore[arg-type]
        luma, reach = i420[:HEIGHT], int(40 * pose[2])
        part = luma[max(0, int(y) - reach) : int(y) + reach, int(x) - reach : int(x) + reach]
        rows, columns = np.nonzero(part > 233)  # only the face is so white
        assert abs((columns.min() + columns.max()) / 2 + int(x) - reach - x) < TOLERANCE
        assert abs((rows.min() + rows.max()) / 2 + max(0, int(y) - reach) - y) < TOLERANCE


def test_board_text_has_the_promised_heights(room: Renderer) -> None:
    view = View(*BOARD_VIEW, WIDTH, HEIGHT)
    room.draw(view, 0.0)
    luma = room.draw(view, 0.0)[:HEIGHT].astype(int)
    for line in BOARD_LINES:
        if not line.text[0].isalnum():
            continue
        cap = line.cap_height_px
        # The board is seen a little askew: search around the place.
        top, left = line.baseline_px - cap * 2, line.left_px - 24
        part = luma[top : line.baseline_px + cap, left : left + 24 + cap // 2]
        surface = int(np.median(part))
        ink = np.abs(part - surface).max(axis=1) > 60
        height = np.flatnonzero(ink)
        assert abs((height[-1] - height[0] + 1) - cap) <= max(2, cap * 0.15), line
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
        assert np.abs(whole.astype(int) - picture).max() <= 1


@settings(max_examples=40, deadline=None)
@given(st.floats(-110, 110), st.floats(-35, 45), st.floats(1, 18), st.floats(0, 1e6))
def test_any_pose_can_be_drawn(pan: float, tilt: float, zoom: float, seconds: float) -> None:
    i420 = SMALL.draw(View(pan, tilt, zoom, 322, 182), seconds)
    assert i420.shape == (273, 322)
    assert i420[:182].min() >= 10
    assert 60 < i420[:182].mean() or zoom > 2, "a lit room, not a hole"


SMALL = classroom()


def test_draws_in_a_process_that_may_not_write_files() -> None:
    code = (
        "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0));"
        "from klasgenoot.media.sources import open_source;"
        "s = open_source('sim:', 640, 360, 120); s.read(); s.close()"
    )
    subprocess.run([sys.executable, "-B", "-c", code], check=True, timeout=20)
