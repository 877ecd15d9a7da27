"""Turning the camera at home, in a real lesson: a box, the map, the places' pictures, a pad."""

import math

import pytest
from playwright.sync_api import expect

from hardware.motion import Position
from hardware.profiles import find_profile
from hardware.view import horizontal_fov, look_at, project
from tests.axe import violations
from tests.conftest import Lesson, wait_for

pytestmark = pytest.mark.browser

SIM = find_profile("sim")


@pytest.fixture(autouse=True)
def ready(lesson: Lesson) -> None:
    if lesson.state(lesson.home) == "live":
        lesson.home.wait_for_selector("#overview:visible")


def targets(lesson: Lesson) -> list[str]:
    """Absolute moves on the serial line so far."""
    return [packet for packet in lesson.commands() if packet.startswith("81010602")]


def looks(lesson: Lesson) -> str:
    return lesson.home.get_attribute("#overview", "aria-label") or ""


@pytest.mark.parametrize(
    ("pan", "tilt", "zoom", "x", "y"),
    [(0, 0, 1, 0.3, -0.2), (40, 20, 2, -0.5, 0.5), (-120, 60, 8, 0.1, 0.4), (0, 85, 1, 0.5, -0.5)],
)
def test_the_page_finds_a_point_where_the_set_does(  # noqa: PLR0917
    lesson: Lesson, pan: float, tilt: float, zoom: float, x: float, y: float
) -> None:
    at = Position(pan, tilt, zoom)
    view = {"pan_deg": pan, "tilt_deg": tilt, "zoom": zoom, "fov_deg": horizontal_fov(zoom, SIM)}
    there, back = lesson.home.evaluate(
        """async ([view, x, y]) => {
            const { directionOf, pointOf } = await import('/aim.js');
            const there = directionOf(view, x, y);
            return [[there.pan, there.tilt], pointOf(view, there.pan, there.tilt)];
        }""",
        [view, x, y],
    )
    wanted = look_at(at, x, y, SIM)
    assert there[1] == pytest.approx(wanted[1], abs=1e-6)
    assert math.remainder(there[0] - wanted[0], 360) == pytest.approx(0, abs=1e-6)
    assert (back["x"], back["y"]) == pytest.approx(project(at, *wanted, SIM), abs=1e-6)


@pytest.mark.parametrize(
    ("axes", "buttons", "motion", "pressed"),
    [
        ([0, 0], {}, None, []),
        ([0.15, -0.05], {}, None, []),  # a worn stick at rest
        ([1, 0], {}, {"pan": 1, "tilt": 0, "zoom": 0}, []),
        ([0, -1], {}, {"pan": 0, "tilt": 1, "zoom": 0}, []),
        ([0, 0], {7: 1}, {"pan": 0, "tilt": 0, "zoom": 1}, []),
        ([0, 0], {6: 0.5, 7: 0.5}, None, []),
        ([0, 0], {0: 1, 12: 1}, None, ["main", "preset-1"]),
        ([None, "x"], {}, None, []),
        ([], {99: 1}, None, []),
    ],
)
def test_what_a_pad_wants(
    lesson: Lesson, axes: list[object], buttons: dict[int, float], motion: object, pressed: object
) -> None:
    wanted = lesson.home.evaluate(
        """async ([axes, held]) => (await import('/gamepad.js')).wanted({ axes,
            buttons: Array.from({ length: 17 }, (_, i) => ({ pressed: (held[i] ?? 0) > 0.5,
                                                            value: held[i] ?? 0 })) })""",
        [axes, {str(number): value for number, value in buttons.items()}],
    )
    assert wanted == {"motion": motion, "pressed": pressed}


def test_a_pad_turns_the_camera_and_asks(lesson: Lesson) -> None:
    lesson.home.evaluate(
        """() => {
            globalThis.pad = { connected: true, axes: [0, 0],
                buttons: Array.from({ length: 17 }, () => ({ pressed: false, value: 0 })) };
            navigator.getGamepads = () => [null, pad];
            dispatchEvent(new Event('gamepadconnected'));
        }"""
    )
    seen = len(lesson.commands())
    lesson.home.evaluate("pad.axes = [-1, 0]")
    wait_for(
        lambda: any(c.endswith("0103ff") for c in lesson.commands()[seen:]), what="to the left"
    )
    lesson.home.evaluate("pad.axes = [0, 0]")
    wait_for(lambda: any(c.endswith("0303ff") for c in lesson.commands()[seen:]), what="the Stop")
    lesson.home.evaluate("pad.buttons[0] = { pressed: true, value: 1 }")
    lesson.wait_question(lesson.screen, "asked")
    lesson.home.evaluate("pad.buttons[0] = { pressed: false, value: 0 }")
    lesson.home.evaluate("pad.buttons[2] = { pressed: true, value: 1 }")
    lesson.wait_question(lesson.screen, "none")
    lesson.home.evaluate("navigator.getGamepads = () => []")


def test_a_box_comes_closer_and_escape_drops_it(lesson: Lesson) -> None:
    home = lesson.home
    around = home.locator("#klas-video").bounding_box()
    assert around
    before = len(targets(lesson))

    def drag(*end: float) -> None:
        home.mouse.move(around["x"] + 0.3 * around["width"], around["y"] + 0.3 * around["height"])
        home.mouse.down()
        home.mouse.move(
            around["x"] + end[0] * around["width"], around["y"] + end[1] * around["height"], steps=5
        )
        home.wait_for_selector("#surface .box:visible")

    drag(0.6, 0.6)
    home.keyboard.press("Escape")
    home.wait_for_selector("#surface .box", state="hidden")
    home.mouse.up()
    assert len(targets(lesson)) == before
    drag(0.6, 0.6)
    home.mouse.up()
    wait_for(
        lambda: "3 keer dichterbij" in looks(lesson), what="a third of the picture, filling it"
    )
    assert len(targets(lesson)) == before + 1
    home.keyboard.press("Home")
    wait_for(lambda: "dichterbij" not in looks(lesson), what="the whole class again")


def test_the_map_shows_where_it_looks_and_turns_it(lesson: Lesson) -> None:
    assert "recht vooruit" in looks(lesson)
    around = lesson.home.locator("#overview canvas").bounding_box()
    assert around
    lesson.home.mouse.click(
        around["x"] + 0.65 * around["width"], around["y"] + 0.7 * around["height"]
    )
    wait_for(lambda: "naar rechts" in looks(lesson), what="to the right")
    lesson.home.keyboard.press("Home")
    wait_for(lambda: "recht vooruit" in looks(lesson), what="ahead again")


def test_the_picture_moves_at_once_and_ends_plain(lesson: Lesson) -> None:
    video = "document.querySelector('#klas-video').style.transform"
    lesson.home.keyboard.down("ArrowRight")
    wait_for(lambda: "translate(-" in lesson.home.evaluate(video), what="a picture that is shifted")
    lesson.home.keyboard.up("ArrowRight")
    wait_for(lambda: lesson.home.evaluate(video) == "", what="a plain picture")
    lesson.home.emulate_media(reduced_motion="reduce")
    seen = len(lesson.commands())
    lesson.home.keyboard.down("ArrowLeft")
    wait_for(lambda: any(c.endswith("0103ff") for c in lesson.commands()[seen:]))
    assert lesson.home.evaluate(video) == ""
    lesson.home.keyboard.up("ArrowLeft")
    lesson.home.emulate_media(reduced_motion="no-preference")
    lesson.home.keyboard.press("Home")


def test_a_place_that_was_taught_shows_itself_until_the_lesson_is_over(lesson: Lesson) -> None:
    home = lesson.home
    home.keyboard.press("Shift+Digit2")
    home.wait_for_selector("[data-action=preset-2] .thumb:visible")
    drawn = home.evaluate(
        """() => {
            const { width, height } = document.querySelector('[data-action=preset-2] .thumb');
            const pen = document.querySelector('[data-action=preset-2] .thumb').getContext('2d');
            return new Set(pen.getImageData(0, 0, width, height).data).size;
        }"""
    )
    assert drawn > 20, "a picture, and no even colour"
    assert violations(home) == []
    home.click("[data-action=leave]")
    lesson.wait_state(home, "off")
    assert not home.is_visible("[data-action=preset-2] .thumb")
    assert home.evaluate("document.querySelector('[data-action=preset-2] .thumb').hidden")


def test_a_knock_is_answered_on_the_screen(lesson: Lesson) -> None:
    lesson.wait_state(lesson.screen, "ready")
    lesson.home.click("[data-action=knock]")
    expect(lesson.screen.locator("#knocks-title")).to_contain_text("klopt aan")
    expect(lesson.home.locator("#knocked")).to_contain_text("ziet dat je aanklopt")
    assert violations(lesson.screen) == []
    lesson.screen.keyboard.press("k")
    expect(lesson.home.locator("#knocked")).to_contain_text("Kom maar binnen")
    expect(lesson.screen.locator("#knocks")).to_be_hidden()
    lesson.home.click("[data-action=join]")
    lesson.wait_state(lesson.home, "live")
