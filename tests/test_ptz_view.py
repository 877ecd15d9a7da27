"""Click to centre, and the tables of the camera models."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.motion import MotionError, Position
from hardware.profiles import (
    PROFILES,
    Profile,
    UnknownProfileError,
    find_profile,
    vertical_fov,
)
from hardware.view import horizontal_fov, look_at, project
from klasgenoot.media.projection import View

PROFILE = st.sampled_from(list(PROFILES.values()))
HALF = st.floats(-0.5, 0.5)


@st.composite
def aims(draw: st.DrawFn) -> tuple[Profile, Position]:
    profile = draw(PROFILE)
    pan = draw(st.floats(profile.pan_min, profile.pan_max))
    tilt = draw(st.floats(profile.tilt_min, profile.tilt_max))
    return profile, Position(pan, tilt, draw(st.floats(1, profile.max_zoom)))


@given(aims(), HALF, HALF)
def test_the_clicked_point_becomes_the_middle(
    aim: tuple[Profile, Position], x: float, y: float
) -> None:
    profile, position = aim
    pan, tilt = look_at(position, x, y, profile)
    assert project(position, pan, tilt, profile) == pytest.approx((x, y), abs=1e-6)
    centred = project(Position(pan, tilt, position.zoom), pan, tilt, profile)
    assert centred == pytest.approx((0, 0), abs=1e-6)


@given(st.floats(-170, 170), st.floats(-30, 60), st.floats(1, 12), HALF, HALF)
def test_the_classroom_is_drawn_as_the_simulated_camera_sees_it(
    pan: float, tilt: float, zoom: float, x: float, y: float
) -> None:
    profile, position = find_profile("sim"), Position(pan, tilt, zoom)
    there_pan, there_tilt = np.radians(look_at(position, x, y, profile))
    flat = math.cos(there_tilt)
    far = (math.sin(there_pan) * flat, math.sin(there_tilt), math.cos(there_pan) * flat)
    view = View(pan, tilt, zoom, 1280, 720)
    pixel = view.to_pixels(view.to_camera(np.array([far])))[0]
    assert pixel == pytest.approx(((x + 0.5) * 1280, (y + 0.5) * 720), abs=0.1)


@given(aims(), HALF, HALF)
def test_look_at_agrees_with_rotation_matrices(
    aim: tuple[Profile, Position], x: float, y: float
) -> None:
    # Built another way: the ray in camera axes (right, up, forward), tilted about the right axis,
    # then panned about the vertical.
    profile, position = aim
    half = math.tan(math.radians(profile.wide_hfov / 2)) / position.zoom
    ray = np.array([2 * x * half, -2 * y * half * 9 / 16, 1.0])
    t, p = math.radians(position.tilt_deg), math.radians(position.pan_deg)
    tilted = np.array([[1, 0, 0], [0, math.cos(t), math.sin(t)], [0, -math.sin(t), math.cos(t)]])
    panned = np.array([[math.cos(p), 0, math.sin(p)], [0, 1, 0], [-math.sin(p), 0, math.cos(p)]])
    world = panned @ tilted @ ray
    world /= np.linalg.norm(world)
    pan, tilt = (math.radians(angle) for angle in look_at(position, x, y, profile))
    aimed = [math.sin(pan) * math.cos(tilt), math.sin(tilt), math.cos(pan) * math.cos(tilt)]
    assert np.allclose(world, aimed, atol=1e-9)


def test_signs_are_those_of_a_person_behind_the_camera() -> None:
    profile, ahead = find_profile("sim"), Position(0, 0, 1)
    right, level = look_at(ahead, 0.5, 0, profile)
    assert right == pytest.approx(profile.wide_hfov / 2)
    assert level == pytest.approx(0)
    straight, down = look_at(ahead, 0, 0.5, profile)
    assert straight == pytest.approx(0)
    assert down == pytest.approx(-vertical_fov(profile.wide_hfov) / 2)


def test_what_is_behind_the_lens_has_no_place_in_the_picture() -> None:
    assert project(Position(0, 0, 1), 180, 0, find_profile("sim")) is None


@pytest.mark.parametrize("point", [(0.6, 0), (0, -0.51), (math.nan, 0), (0, math.inf), ("0", 0)])
def test_a_point_outside_the_picture_is_refused(point: tuple[float, float]) -> None:
    with pytest.raises(MotionError):
        look_at(Position(0, 0, 1), *point, find_profile("sim"))


@given(PROFILE, st.integers(0, 0x4000), st.integers(0, 0x4000))
def test_zoom_tables_rise_and_invert(profile: Profile, one: int, other: int) -> None:
    low, high = sorted((one, other))
    assert profile.magnification(low) <= profile.magnification(high)
    assert abs(profile.zoom_counts(profile.magnification(one)) - one) <= 1
    assert horizontal_fov(profile.magnification(0), profile) == pytest.approx(profile.wide_hfov)


@given(PROFILE, st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_speeds_map_monotonically_to_legal_steps(
    profile: Profile, one: float, other: float
) -> None:
    low, high = sorted((one, other))
    assert -24 <= profile.pan_step(low) <= profile.pan_step(high) <= 24
    assert -20 <= profile.tilt_step(low) <= profile.tilt_step(high) <= 20


@pytest.mark.parametrize("profile", PROFILES.values(), ids=list(PROFILES))
def test_a_profile_is_consistent(profile: Profile) -> None:
    for step in range(-len(profile.pan_speeds), len(profile.pan_speeds) + 1):
        assert profile.pan_step(profile.pan_speed(step)) == step
    for step in range(-len(profile.tilt_speeds), len(profile.tilt_speeds) + 1):
        assert profile.tilt_step(profile.tilt_speed(step)) == step
    assert profile.zoom_table[0] == (0, 1.0)
    assert list(profile.zoom_table) == sorted(profile.zoom_table)
    for angle in (profile.pan_min, profile.pan_max, profile.tilt_min, profile.tilt_max):
        assert profile.degrees(profile.counts(angle)) == pytest.approx(angle, abs=0.05)


def test_the_ranges_are_those_of_the_manuals() -> None:
    d70, d80, d100 = (find_profile(name) for name in ("evi-d70", "evi-d80", "evi-d100"))
    assert (d70.counts(d70.pan_max), d70.counts(d70.tilt_min)) == (0x08DB, -400)
    assert (d80.counts(d80.pan_max), d80.counts(d80.tilt_max)) == (0x1E1B, 0x0FF0)
    assert d100.counts(d100.pan_min) == -1440
    assert d70.magnification(0x3B4B) == pytest.approx(12)


def test_an_unknown_profile_names_the_known_ones() -> None:
    with pytest.raises(UnknownProfileError, match="evi-d70, evi-d100"):
        find_profile("evi-d30")


def test_a_16_by_9_picture_is_less_high_than_wide() -> None:
    assert vertical_fov(60) == pytest.approx(35.98, abs=0.01)
