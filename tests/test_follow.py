import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hardware.motion import Position
from hardware.profiles import PROFILES
from hardware.view import look_at, project
from klasgenoot.media.classroom import classroom
from klasgenoot.media.classroom_people import teacher_motion
from klasgenoot.media.classroom_render import Renderer
from klasgenoot.media.follow import Follower, Wish
from klasgenoot.media.follow_movement import Movement
from klasgenoot.media.projection import View, angles

D70 = PROFILES["evi-d70"]
STEP_S = 1 / 10


@pytest.fixture(scope="module")
def room() -> Renderer:
    return classroom()


def chest(seconds: float) -> tuple[float, float]:
    """(pan, tilt) in degrees of the teacher's chest."""
    return angles((-2.35 + teacher_motion(seconds).shift[0], -1.45 + 1.2, 4.85))


def walker(x: float, y: float = 60.0, *, width: int = 320, height: int = 180) -> np.ndarray:
    """Luma with a dark figure 24 × 80 pixels whose head is at (x, y), on a light wall."""
    luma = np.full((height, width), 190, np.uint8)
    cv2.rectangle(luma, (int(x) - 12, int(y)), (int(x) + 12, int(y) + 80), 70, -1)
    return luma


def follow(
    follower: Follower, path: list[float], start: float = 0.0, *, head_moving: bool = False
) -> list[tuple[float, Wish]]:
    wishes = []
    for i, x in enumerate(path):
        now = start + i * STEP_S
        wish = follower.update(walker(x), now, head_moving=head_moving)
        if wish is not None:
            wishes.append((now, wish))
    return wishes


def enabled(give_up_s: float = 20.0) -> Follower:
    follower = Follower(give_up_s)
    follower.enable(0.0)
    return follower


def test_follows_the_walking_teacher_of_the_simulator(room: Renderer) -> None:
    follower = enabled()
    pan, tilt, seen, moves = -14.0, -2.0, [], 0
    moved_at = -9.0
    for i in range(int(26 / STEP_S)):
        now = i * STEP_S
        wish = follower.update(
            room.draw(View(pan, tilt, 1.4, 1280, 720), now)[:720],
            now,
            head_moving=now - moved_at < 0.8,
        )
        if wish is not None and not wish.class_view:
            moves, moved_at = moves + 1, now
            at = project(Position(pan, tilt, 1.4), *chest(now), D70)
            assert at is not None
            assert wish.x == pytest.approx(at[0], abs=0.15)  # her arm reaches that far
            pan, tilt = look_at(Position(pan, tilt, 1.4), wish.x, wish.y, D70)
        at = project(Position(pan, tilt, 1.4), *chest(now), D70)
        assert at is not None
        seen.append(abs(at[0]))
    assert 1 <= moves <= 8
    assert np.mean(np.array(seen[40:]) < 0.3) > 0.9


def test_holds_still_while_the_speaker_stays_in_the_middle() -> None:
    path = [160 + 50 * np.sin(i / 5) for i in range(200)]
    assert follow(enabled(), path) == []


def test_wishes_for_who_walks_out_of_the_middle_at_most_every_two_seconds() -> None:
    wishes = follow(enabled(), [160 + 2 * i if i < 60 else 280 - (i % 8) for i in range(120)])
    assert 2 <= len(wishes) <= 5
    times = [now for now, _ in wishes]
    assert min(np.diff(times)) >= 2.0
    for _, wish in wishes:
        assert 0.18 < wish.x <= 0.5
        assert -0.25 < wish.y < 0.2
        assert not wish.class_view


def test_ignores_pictures_while_the_head_moves_and_shortly_after() -> None:
    follower = enabled()
    path = [250 + 5 * (i % 5) for i in range(50)]
    assert follow(follower, path, head_moving=True) == []
    assert follow(follower, path[:4], start=5.0) == []  # 0.4 s after
    assert follow(follower, path, start=5.4)


def test_a_touch_lets_go_until_enabled_again() -> None:
    follower = enabled()
    path = [20 + 5 * (i % 8) for i in range(60)]
    assert follow(follower, path)
    follower.touch(6.0)
    assert follower.state == "paused"
    assert follow(follower, path, start=6.0) == []
    follower.enable(12.0)
    assert follow(follower, path, start=12.0)


def test_gives_up_to_the_class_view_and_takes_up_again() -> None:
    follower = enabled(give_up_s=3.0)
    wishes = follow(follower, [40.0] * 80)
    assert [wish for _, wish in wishes] == [Wish(0.0, 0.0, class_view=True)]
    assert 3.0 < wishes[0][0] < 4.5
    again = follow(follower, [20 + 5 * (i % 8) for i in range(60)], start=8.0)
    assert again
    assert again[0][1].x < -0.2


def test_noise_and_a_lamp_switched_are_nobody() -> None:
    rng = np.random.default_rng(0)
    follower = enabled(give_up_s=1e9)
    for i in range(80):
        level = 60 if i < 40 else 160
        luma = np.clip(rng.normal(level, 9, (360, 640)), 0, 255).astype(np.uint8)
        assert follower.update(luma, i * STEP_S, head_moving=False) is None


def test_small_movements_are_not_a_speaker() -> None:
    movement = Movement()
    for i in range(40):
        luma = np.full((360, 640), 150, np.uint8)
        cv2.circle(luma, (560, 200 + 4 * (i % 3)), 9, 60, -1)
        assert movement.look(luma, i * STEP_S) is None


@settings(deadline=None, max_examples=25)
@given(
    st.lists(st.tuples(st.integers(1, 300), st.integers(1, 300), st.integers(0, 9)), max_size=12)
)
def test_any_pictures_give_wishes_within_the_picture(sizes: list[tuple[int, int, int]]) -> None:
    follower, rng = enabled(), np.random.default_rng(1)
    for i, (width, height, moving) in enumerate(sizes):
        luma = rng.integers(0, 256, (height, width), dtype=np.uint8)
        wish = follower.update(luma, i * 0.5, head_moving=moving == 0)
        if wish is not None:
            assert abs(wish.x) <= 0.5
            assert abs(wish.y) <= 0.5
