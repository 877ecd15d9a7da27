"""Reading the board from home: corners by hand, closer, a photo, the smartboard; in Chromium."""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Iterator

import pytest
from playwright.sync_api import Playwright

from bench.stage import stage
from tests.conftest import Lesson, in_class, wait_for

pytestmark = pytest.mark.browser

COARSE = {"CAMERA_WIDTH_PX": "640", "CAMERA_HEIGHT_PX": "360"}
"""A camera for which the smallest text on the drawn board is too small."""


@pytest.fixture(scope="module")
def lesson(play: Playwright) -> Iterator[Lesson]:
    settings = {"CAMERA_SOURCE": "sim:", "CAMERA_SCREEN_SOURCE": "sim:screen", **COARSE}
    with stage(play, **settings) as one:
        yield in_class(one)


def look_at(lesson: Lesson, view: str) -> None:
    """Show a view: board, screen, or None of them for the class."""
    for name in ("board", "screen"):
        button = lesson.home.locator(f"[data-action={name}]")
        if button.get_attribute("aria-pressed") == "true" and name != view:
            button.click()
            lesson.home.wait_for_selector(f"[data-action={name}][aria-pressed=false]")
    if view in ("board", "screen"):
        if lesson.home.get_attribute(f"[data-action={view}]", "aria-pressed") != "true":
            lesson.home.click(f"[data-action={view}]")
        lesson.home.wait_for_selector(f"[data-action={view}][aria-pressed=true]")


def size_of(lesson: Lesson) -> list[int]:
    return lesson.home.evaluate(
        "(({videoWidth, videoHeight}) => [videoWidth, videoHeight])"
        "(document.querySelector('#klas-video'))"
    )


def handle(lesson: Lesson, name: str) -> dict[str, float]:
    """Middle of a handle on the page, in pixels."""
    box = lesson.home.locator(f"[data-corner={name}]").bounding_box()
    assert box
    return {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}


def words(lesson: Lesson) -> str:
    return lesson.home.inner_text("#board-words")


def test_small_text_offers_to_zoom_in_and_one_press_does(lesson: Lesson) -> None:
    look_at(lesson, "board")
    lesson.home.wait_for_selector("[data-action=closer]", timeout=20_000)
    seen = len(lesson.commands())
    lesson.home.click("[data-action=closer]")
    wait_for(
        lambda: any(c.startswith("81010447") for c in lesson.commands()[seen:]), what="the zoom"
    )
    lesson.home.wait_for_selector("[data-action=closer]", state="hidden", timeout=20_000)
    look_at(lesson, "class")
    lesson.home.click("[data-action=home]")


def test_corners_by_hand_with_mouse_and_keys(lesson: Lesson) -> None:
    home = lesson.home
    look_at(lesson, "board")
    home.click("[data-action=corners]")
    home.wait_for_selector("[data-corner=bl]")
    seen = len(lesson.commands())
    before = handle(lesson, "tr")
    home.mouse.move(**before)
    home.mouse.down()
    home.mouse.move(before["x"] - 30, before["y"] + 20, steps=3)
    home.mouse.up()
    after = handle(lesson, "tr")
    assert (after["x"], after["y"]) == pytest.approx((before["x"] - 30, before["y"] + 20), abs=2)
    home.focus("[data-corner=tl]")
    home.keyboard.press("Tab")
    assert home.evaluate("document.activeElement.dataset.corner") == "tr"
    before = handle(lesson, "tr")
    home.keyboard.press("Shift+ArrowLeft")
    assert handle(lesson, "tr")["x"] < before["x"] - 5
    assert "procent van links" in (home.get_attribute("[data-corner=tr]", "aria-valuetext") or "")
    assert home.is_disabled("[data-action=follow]")
    home.keyboard.press("2")
    assert lesson.commands()[seen:] == []  # the keys are the handle's now
    home.click("[data-action=corners-done]")
    home.wait_for_selector("[data-action=board][aria-pressed=true]")
    home.wait_for_selector("#corners", state="hidden")
    home.click("[data-action=corners]")
    wait_for(
        lambda: abs(handle(lesson, "tr")["x"] - (before["x"])) < 60, what="the corners once given"
    )
    home.click("[data-action=corners-seek]")
    home.wait_for_selector("[data-action=corners]")


def test_crossed_corners_are_refused_in_words(lesson: Lesson) -> None:
    home = lesson.home
    look_at(lesson, "board")
    home.click("[data-action=corners]")
    home.wait_for_selector("[data-corner=bl]")
    left, right = handle(lesson, "tl"), handle(lesson, "br")
    home.mouse.move(**left)
    home.mouse.down()
    home.mouse.move(right["x"] + 20, right["y"] + 10, steps=3)
    home.mouse.up()
    wait_for(lambda: "door elkaar" in words(lesson), what="the refusal")
    home.click("[data-action=corners-seek]")
    wait_for(lambda: "door elkaar" not in words(lesson), what="the refusal gone")


def test_people_fade_on_request(lesson: Lesson) -> None:
    look_at(lesson, "board")
    lesson.home.click("[data-action=fade][aria-pressed=false]")
    lesson.home.click("[data-action=fade][aria-pressed=true]")
    lesson.home.wait_for_selector("[data-action=fade][aria-pressed=false]")


def test_the_smartboard_as_a_view_and_a_photo_of_it(lesson: Lesson) -> None:
    home = lesson.home
    look_at(lesson, "screen")
    wait_for(lambda: size_of(lesson) == [1280, 720], what="the smartboard, finer than the camera")
    assert home.is_hidden("[data-action=corners]")
    home.click("[data-action=photo]")
    home.wait_for_selector("#photo[open]", timeout=20_000)
    canvas = "document.querySelector('#photo canvas')"
    assert home.evaluate(f"[{canvas}.width, {canvas}.height]") == [1920, 1080]
    whole = home.evaluate(f"{canvas}.clientWidth")
    seen = len(lesson.commands())
    home.keyboard.press("+")
    assert home.evaluate(f"{canvas}.clientWidth") > 1.4 * whole
    home.keyboard.press("ArrowRight")
    assert lesson.commands()[seen:] == []  # the arrows are the photo's now
    assert not home.evaluate("document.querySelector('img[src^=\"blob:\"]')")
    home.keyboard.press("Escape")
    home.wait_for_selector("#photo", state="hidden")
    assert home.evaluate(f"{canvas}.width") == 0  # nothing is left of it
    look_at(lesson, "class")
    wait_for(lambda: size_of(lesson) == [640, 360], what="the class again")


def test_the_photo_goes_with_the_lesson(lesson: Lesson) -> None:
    home = lesson.home
    look_at(lesson, "board")
    home.click("[data-action=photo]")
    home.wait_for_selector("#photo[open]", timeout=20_000)
    home.click("[data-action=leave]")
    lesson.wait_state(home, "off")
    assert home.is_hidden("#photo")
    assert home.evaluate("document.querySelector('#photo canvas').width") == 0
    home.click("[data-action=join]")
    lesson.wait_state(home, "live")
    assert home.is_hidden("#boardbar")


HEAD = {"type": "still_head", "number": 4, "size": 20, "width": 2, "height": 2}
DATA = b"0123456789" * 2
SUM = urlsafe_b64encode(hashlib.sha256(DATA).digest()).decode().rstrip("=")


@pytest.mark.parametrize(
    ("head", "chunks", "ends"),
    [
        ({}, [20], "photo"),
        ({}, [7, 13], "photo"),
        ({"sha256": "A" * 43}, [20], "photo_broken"),
        ({"sha256": None}, [20], "photo_broken"),
        ({}, [21], "photo_broken"),
        ({}, [0], "photo_broken"),
        ({}, [7], "photo_slow"),
        ({}, [], "photo_slow"),
        ({"size": 16_390}, [16_385], "photo_broken"),
        ({"size": 0}, [], "photo_broken"),
        ({"size": -1}, [], "photo_broken"),
        ({"size": 1e300}, [], "photo_broken"),
        ({"size": 1_500_001}, [], "photo_broken"),
        ({"size": "20"}, [], "photo_broken"),
        ({"size": 19.5}, [], "photo_broken"),
        ({"width": 5000}, [], "photo_broken"),
        ({"height": None}, [], "photo_broken"),
        ({"number": 5}, [20], "photo_slow"),
        ({"number": None}, [20], "photo_slow"),
        ({"type": "still_refused", "code": "photo_none"}, [], "photo_none"),
        ({"type": "pulse"}, [20], "photo_slow"),
    ],
)
def test_what_comes_over_the_file_channel_is_a_photo_or_refused(
    lesson: Lesson, head: dict, chunks: list[int], ends: str
) -> None:
    assert receive(lesson, [{**HEAD, "sha256": SUM, **head}], chunks) == ends


@pytest.mark.parametrize("text", ["", "null", "7", "[]", "{", '"x"', '{"number":4}'])
def test_text_that_is_no_head_is_passed_over(lesson: Lesson, text: str) -> None:
    assert receive(lesson, [text, {**HEAD, "sha256": SUM}], [20]) == "photo"


def test_a_second_head_and_a_chunk_before_the_head(lesson: Lesson) -> None:
    head = {**HEAD, "sha256": SUM}
    assert receive(lesson, [head, head], []) == "photo_broken"
    assert receive(lesson, [], [20]) == "photo_slow"


def receive(lesson: Lesson, heads: list, chunks: list[int]) -> str:
    """What a fresh receiver makes of heads and then chunks of these sizes; waits 0.2 s for more."""
    return lesson.home.evaluate(
        """async ([heads, chunks]) => {
            const { PhotoReceiver } = await import('/photo-receiver.js');
            return new Promise((done) => {
                const receiver = new PhotoReceiver({
                    onProgress: () => {}, onPhoto: () => done('photo'), onFail: done,
                }, 200);
                receiver.received(new ArrayBuffer(3));
                receiver.expect(4);
                for (const head of heads)
                    receiver.received(typeof head === 'string' ? head : JSON.stringify(head));
                let at = 0;
                for (const size of chunks) {
                    const digits = Array.from({ length: size }, (_, i) => 48 + ((at + i) % 10));
                    receiver.received(new Uint8Array(digits).buffer);
                    at += size;
                }
            });
        }""",
        [heads, chunks],
    )


def test_a_picture_that_is_none_is_not_shown(lesson: Lesson) -> None:
    shown = lesson.home.evaluate(
        """async () => {
            const { PhotoView } = await import('/photo-view.js');
            const view = new PhotoView(document);
            const canvas = new OffscreenCanvas(3, 2);
            canvas.getContext('2d');
            const lying = await canvas.convertToBlob({ type: 'image/jpeg' });
            return [
                await view.show(new Blob(['rubbish']), { width: 1, height: 1 }),
                await view.show(lying, { width: 30, height: 20 }),
                view.open,
            ];
        }"""
    )
    assert shown == [False, False, False]
