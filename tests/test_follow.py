"""Auto-follow: who is followed, how calmly, and that nothing turns after the first touch."""

import time
from collections.abc import Callable
from itertools import count

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hardware.motion import Position
from hardware.profiles import PROFILES, Profile
from hardware.ptz_engine import PtzEngine
from hardware.sim_head import SimHead
from hardware.view import horizontal_fov, project
from klasgenoot.following import Following
from klasgenoot.media.classroom import classroom
from klasgenoot.media.classroom_people import teacher_motion
from klasgenoot.media.follow import Follower, Wish
from klasgenoot.media.follow_glide import Glide
from klasgenoot.media.follow_movement import Movement
from klasgenoot.media.frame import Picture
from klasgenoot.media.projection import View, angles

D70 = PROFILES["evi-d70"]
STEP_S = 0.1


def scene(*figures: tuple[float, float, float, float]) -> np.ndarray:
    """Luma 320 × 180: a light wall with dark figures (middle, top, width, height) in pixels."""
    luma = np.full((180, 320), 190, np.uint8)
    for x, y, width, height in figures:
        corners = (int(x - width / 2), int(y)), (int(x + width / 2), int(y + height))
        cv2.rectangle(luma, *corners, 70, -1)
    return luma


def walker(x: float) -> np.ndarray:
    return scene((x, 60, 24, 80))


def follow(
    follower: Follower,
    pictures: list[np.ndarray],
    start: float = 0.0,
    *,
    head_moving: bool = False,
) -> list[tuple[float, Wish]]:
    wishes = []
    for i, picture in enumerate(pictures):
        now = start + i * STEP_S
        wish = follower.update(picture, now, head_moving=head_moving)
        if wish is not None:
            wishes.append((now, wish))
    return wishes


# --- decisions -----------------------------------------------------------------------------------


def test_holds_still_while_the_speaker_stays_in_the_middle() -> None:
    path = [walker(160 + 35 * np.sin(i / 5)) for i in range(200)]
    assert follow(Follower(0.0), path) == []


def test_wishes_for_who_walks_out_of_the_middle_and_rests_in_between() -> None:
    path = [walker(160 + 2 * i if i < 60 else 280 - (i % 8)) for i in range(120)]
    wishes = follow(Follower(0.0), path)
    assert 2 <= len(wishes) <= 12
    assert min(np.diff([now for now, _ in wishes])) >= 0.8
    for _, wish in wishes:
        assert 0.15 < wish.x <= 0.5
        assert wish.y == 0.0
        assert not wish.back


def test_ignores_pictures_while_the_head_moves_and_shortly_after() -> None:
    follower = Follower(0.0)
    path = [walker(250 + 5 * (i % 5)) for i in range(50)]
    assert follow(follower, path, head_moving=True) == []
    assert follow(follower, path[:4], start=5.0) == []  # 0.4 s after
    assert follow(follower, path, start=5.4)


def test_goes_back_once_when_the_one_followed_is_gone_and_takes_up_again() -> None:
    follower = Follower(0.0, give_up_s=3.0)
    out = [walker(160 + 6 * i) for i in range(40)]
    wishes = follow(follower, out + [walker(999)] * 100)
    assert [wish.back for _, wish in wishes][-2:] == [False, True]
    assert wishes[-1][0] - wishes[-2][0] > 3.0
    again = follow(follower, [walker(20 + 5 * (i % 8)) for i in range(60)], start=20.0)
    assert again
    assert again[0][1].x < -0.2


def test_stays_with_a_speaker_who_only_moves_an_arm_now_and_then() -> None:
    def at(i: int) -> np.ndarray:
        x = 160 + 4 * min(i, 20)
        return scene((x, 60, 24, 80), (x + 14 + (4 if i % 25 < 6 else 0) * (i % 3), 70, 8, 30))

    wishes = follow(Follower(0.0, give_up_s=3.0), [at(i) for i in range(200)])
    assert wishes
    assert not [wish for _, wish in wishes if wish.back]


def test_noise_and_a_lamp_switched_are_nobody() -> None:
    rng = np.random.default_rng(0)
    follower = Follower(0.0, give_up_s=1e9)
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


def test_a_restless_pupil_below_does_not_draw_it_from_the_teacher() -> None:
    def at(i: int) -> np.ndarray:
        teacher = (150 + 10 * np.sin(min(i % 60, 30) / 6), 40, 20, 70)  # now and then a step
        pupil = (270 + 14 * np.sin(i / 2), 130, 60, 50)  # moves always, and is broader
        return scene(teacher, pupil)

    assert follow(Follower(0.0), [at(i) for i in range(150)]) == []


def test_a_pupil_alone_may_be_followed_after_a_while() -> None:
    pictures = [scene((280 + 14 * np.sin(i / 2), 130, 40, 50)) for i in range(40)]
    assert follow(Follower(0.0), pictures)


@settings(max_examples=25)
@given(
    st.lists(st.tuples(st.integers(1, 300), st.integers(1, 300), st.integers(0, 9)), max_size=12)
)
def test_any_pictures_give_wishes_within_the_picture(sizes: list[tuple[int, int, int]]) -> None:
    follower, rng = Follower(0.0), np.random.default_rng(1)
    for i, (width, height, moving) in enumerate(sizes):
        luma = rng.integers(0, 256, (height, width), dtype=np.uint8)
        wish = follower.update(luma, i * 0.5, head_moving=moving == 0)
        if wish is not None:
            assert abs(wish.x) <= 0.5
            assert abs(wish.y) <= 0.5


@given(
    st.floats(-60, 60),
    st.floats(-30, 30),
    st.floats(2.7, 60),
    st.sampled_from(list(PROFILES.values())),
    st.lists(st.floats(0.02, 0.29), min_size=1, max_size=8),
)
def test_a_glide_ends_there_softly_and_never_turns_back(
    pan: float, tilt: float, fov: float, profile: Profile, steps: list[float]
) -> None:
    glide, now, gone = Glide(pan, tilt, fov, profile, 0.0), 0.0, np.zeros(2)
    for i in range(5000):
        speed = glide.speed(now)
        if speed is None:
            break
        most = max(fov / 3, profile.pan_speeds[0], profile.tilt_speeds[0])
        assert np.hypot(*speed) <= 1.5 * most  # the nearest step of the head may be faster
        assert speed[0] * pan >= 0
        assert speed[1] * tilt >= 0
        step = steps[i % len(steps)]
        gone += np.array(speed) * step
        now += step
    assert speed is None
    slowest = max(profile.pan_speeds[0], profile.tilt_speeds[0])
    assert np.abs(gone - (pan, tilt)).max() <= max(0.11 * fov, 0.6 * slowest)


# --- the whole loop ------------------------------------------------------------------------------


class VirtualCamera:
    """Engine and simulated head without a line, in a time of their own."""

    def __init__(self, start: Position) -> None:
        self.profile, self.now = D70, 0.0
        self._engine, self._head = PtzEngine(D70, 0.35), SimHead(D70)
        self.moves: list[float] = []
        """When it was told to set off."""
        self._turns = False
        self._engine.open(0.0)
        self.pass_time(1.0)
        self.move_to(start.pan_deg, start.tilt_deg, start.zoom)
        self.pass_time(6.0)
        assert abs(self.truth.pan_deg - start.pan_deg) < 0.2

    @property
    def truth(self) -> Position:
        return self._head.position

    def pass_time(self, seconds: float) -> None:
        until = self.now + seconds
        while self.now < until - 1e-9:
            self.now += 0.01
            self._exchange()
            self._engine.timeout(self.now)

    def drive(self, pan: float, tilt: float, zoom: float) -> None:
        if not self._turns:
            self.moves.append(self.now)
        self._turns = True
        self._engine.drive(pan, tilt, zoom, self.now)
        self._exchange()

    def stop(self) -> None:
        self._turns = False
        self._engine.stop(self.now)
        self._exchange()

    def move_to(self, pan: float, tilt: float, zoom: float | None) -> None:
        self._engine.move_to(pan, tilt, zoom, self.now)
        self._exchange()

    def position(self) -> Position | None:
        return self._engine.position

    def health(self):
        return self._engine.health

    def _exchange(self) -> None:
        self._head.advance(self.now)
        self._head.receive(self._engine.bytes_to_send(), self.now)
        self._engine.receive(self._head.bytes_to_send(self.now), self.now)


def lesson(
    camera: VirtualCamera,
    draw: Callable[[Position, float], np.ndarray],
    seconds: float,
    seen: Callable[[Position, float], float],
    *,
    touched: Callable[[Following, float], None] = lambda following, _: None,
    away: tuple[float, float] = (9e9, 9e9),
) -> tuple[Following, list[float]]:
    """Follow for some seconds; gives where `seen` says the person was in each picture.

    The page is silent between the two times `away`, in seconds from the beginning.
    """
    began = camera.now
    pictures: list[Picture] = []
    following = Following(lambda: pictures[-1], camera)
    following.begin(camera.now)
    places = []
    for i in range(int(seconds / STEP_S)):
        luma = draw(camera.truth, camera.now - began)
        height, width = luma.shape
        pictures[:] = [Picture(np.vstack((luma, luma[: height // 2])), width, height, 0, i)]
        if not away[0] < camera.now - began < away[1]:
            following.alive(camera.now)
        touched(following, camera.now)
        following.step(camera.now)
        places.append(seen(camera.truth, camera.now - began))
        camera.pass_time(STEP_S)
    return following, places


@pytest.mark.parametrize("zoom", [1.4, 3.0])
def test_the_walking_teacher_of_the_simulator_stays_in_the_middle_half(zoom: float) -> None:
    room = classroom()

    def chest(position: Position, now: float) -> float:
        at = (-2.35 + teacher_motion(now).shift[0], -1.45 + 1.2, 4.85)
        point = project(position, *angles(at), D70)
        return point[0] if point else 9.0

    def draw(position: Position, now: float) -> np.ndarray:
        view = View(position.pan_deg, position.tilt_deg, position.zoom, 640, 360)
        return room.draw(view, now)[:360].copy()

    camera = VirtualCamera(Position(-20.0, 0.0, zoom))
    _, places = lesson(camera, draw, 30, chest)
    middle = np.abs(places[30:]) <= 0.25
    assert middle.mean() > 0.95, f"{middle.mean():.2f} in the middle half"
    assert 1 <= len(camera.moves) <= 10


def wall(speed: float) -> tuple[Callable, Callable]:
    """Somebody who paces up and down before a patterned wall at `speed` degrees a second."""

    def bearing(now: float) -> float:
        way = (speed * now) % 80
        return way - 20 if way < 40 else 60 - way

    def seen(position: Position, now: float) -> float:
        point = project(position, bearing(now), 0.0, D70)
        return point[0] if point else 9.0

    def draw(position: Position, now: float) -> np.ndarray:
        luma = np.full((180, 320), 190, np.uint8)
        fov = horizontal_fov(position.zoom, D70)
        for post in range(-60, 60, 7):
            point = project(position, post, 0.0, D70)
            if point and abs(point[0]) < 0.6:
                x = int((point[0] + 0.5) * 320)
                cv2.rectangle(luma, (x - 2, 0), (x + 2, 180), 140, -1)
        x = (seen(position, now) + 0.5) * 320
        half = 1.8 / fov * 320
        cv2.rectangle(luma, (int(x - half), 60), (int(x + half), 150), 60, -1)
        return luma

    return draw, seen


def test_somebody_at_walking_pace_is_kept_in_the_picture() -> None:
    draw, seen = wall(6.0)  # 0.6 m/s at 6 m
    camera = VirtualCamera(Position(-20, 0, 1.0))
    _, places = lesson(camera, draw, 26, seen)
    assert np.mean(np.abs(places) < 0.25) > 0.85
    assert max(np.abs(places)) < 0.45


def test_it_comes_to_rest_with_who_stands_still() -> None:
    draw, seen = wall(6.0)
    camera = VirtualCamera(Position(-20, 0, 1.0))
    _, places = lesson(
        camera,
        lambda position, now: draw(position, min(now, 12)),
        30,
        lambda position, now: seen(position, min(now, 12)),
    )
    assert not [at for at in camera.moves if at > camera.now - 15]
    assert abs(places[-1]) < 0.3


@settings(max_examples=6)
@given(st.floats(0, 9), st.floats(1, 6))
def test_it_stays_calm_whoever_walks(speed: float, zoom: float) -> None:
    draw, seen = wall(speed)
    camera = VirtualCamera(Position(-20, 0, zoom))
    lesson(camera, draw, 15, seen)
    assert all(gap > 0.8 for gap in np.diff(camera.moves))
    assert len(camera.moves) <= 10


def test_nothing_turns_after_the_first_touch() -> None:
    draw, seen = wall(6.0)
    camera = VirtualCamera(Position(-20, 0, 1.0))
    stopped: list[float] = []

    def touch(following: Following, now: float) -> None:
        if camera._turns and not stopped:
            following.let_go()
            stopped.append(now)

    following, _ = lesson(camera, draw, 12, seen, touched=touch)
    assert stopped
    assert not following.on
    assert not camera._turns
    assert max(camera.moves) <= stopped[0]
    assert camera._engine.stopped


def test_it_waits_for_a_page_that_fell_silent() -> None:
    draw, seen = wall(6.0)
    camera = VirtualCamera(Position(-20, 0, 1.0))
    began = camera.now
    following, _ = lesson(camera, draw, 18, seen, away=(4, 12))
    assert not [at for at in camera.moves if began + 5.6 < at < began + 12]
    assert [at for at in camera.moves if at > began + 12]
    assert following.on


class Still:
    """A camera that notes what it is told."""

    profile = D70

    def __init__(self, position: Position | None, state: str = "ready") -> None:
        self.told: list[str] = []
        self._position, self._state = position, state

    def position(self) -> Position | None:
        return self._position

    def health(self):
        from hardware.motion import Health

        return Health(self._state, "")  # type: ignore[arg-type]

    def drive(self, *_: float) -> None:
        self.told.append("drive")

    def stop(self) -> None:
        self.told.append("stop")


def test_ten_looks_a_second_cost_less_than_a_twelfth_of_a_core() -> None:
    rng = np.random.default_rng(0)
    films = [rng.integers(60, 200, (1080, 1280), dtype=np.uint8) for _ in range(2)]
    pictures = (Picture(films[i % 2], 1280, 720, 0.0, i) for i in count())
    following = Following(lambda: next(pictures), Still(Position(0, 0, 1)))
    following.begin(0.0)
    following.step(0.5)
    before = time.thread_time()
    for i in range(100):
        following.alive(i * STEP_S)
        following.step(1 + i * STEP_S)
    assert time.thread_time() - before < 0.08 * 100 * STEP_S
    assert following.on


@pytest.mark.parametrize(("position", "state"), [(None, "ready"), (Position(0, 0, 1), "silent")])
def test_a_camera_that_cannot_turn_is_not_asked_to(position: Position | None, state: str) -> None:
    following = Following(lambda: None, Still(position, state))
    following.begin(0.0)
    assert not following.on


def test_the_thread_ends_by_itself_with_what_it_cannot_look_at() -> None:
    rubbish = (Picture(np.zeros((0, 0), np.uint8), 0, 0, 0.0, i) for i in count())
    camera = Still(Position(0, 0, 1))
    following = Following(lambda: next(rubbish), camera)
    following.start()
    following.begin(time.monotonic())
    deadline = time.monotonic() + 5
    while following.on:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert not camera.told
    following.close()
    assert not following._thread.is_alive()
