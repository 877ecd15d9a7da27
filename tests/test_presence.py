"""Being there without being seen, both real pages: the class never gets more than was chosen."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, Playwright, expect

from bench.stage import Stage, stage
from tests.axe import violations
from tests.conftest import Lesson, wait_for
from tests.test_person_network import WEIGHTS
from thuis_client import person_model

pytestmark = pytest.mark.browser

SHARP = 25
"""Mean step from pixel to pixel: the fake camera's chequers have 120, blurred they have 2."""

WATCH = """(() => {
    // What anybody in class could have seen at the left edge of the picture, picture by picture.
    const video = document.querySelector('#leerling-video');
    const pen = new OffscreenCanvas(64, 64).getContext('2d', { willReadFrequently: true });
    globalThis.seen = { edge: 0, middle: 0, leaked: 0, pictures: 0, shown: 0 };
    const step = document.querySelector('#seen-as').dataset;
    // A tenth of the width: on a busy machine the picture is smaller than 640, and 64 pixels
    // would reach from the edge into the middle.
    const contrast = (x, y, side) => {
        pen.drawImage(video, x, y, side, side, 0, 0, side, side);
        const { data } = pen.getImageData(0, 0, side, side);
        let sum = 0;
        for (let i = 4; i < data.length; i += 4) sum += Math.abs(data[i + 1] - data[i - 3]);
        return sum / (data.length / 4);
    };
    const look = () => {
        seen.pictures += 1;
        if (!video.hidden) {
            seen.shown += 1;
            const side = Math.max(8, Math.round(video.videoWidth / 10));
            const edge = contrast(0, Math.round(1.5 * side), side);
            seen.edge = Math.max(seen.edge, edge);
            if (step.step === 'blur') seen.leaked = Math.max(seen.leaked, edge);
            const middle = contrast(5 * side - side / 2, video.videoHeight * 0.4, side);
            seen.middle = Math.max(seen.middle, middle);
        }
        video.requestVideoFrameCallback(look);
    };
    video.requestVideoFrameCallback(look);
})()"""

CAMERAS = """(() => {
    globalThis.cameras = [];
    const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (what) => {
        const stream = await ask(what);
        cameras.push(...stream.getVideoTracks());
        return stream;
    };
    globalThis.legs = [];
    globalThis.RTCPeerConnection = class extends RTCPeerConnection {
        constructor(...rest) { super(...rest); legs.push(this); }
    };
})()"""


def chequers(path: Path) -> Path:
    """A camera whose whole picture is a fine pattern: every spot tells whether it is raw."""
    rows, columns = np.mgrid[0:360, 0:640]
    luma = np.where(((rows // 4) + (columns // 4)) % 2, 220, 30).astype(np.uint8)
    with path.open("wb") as file:
        file.write(b"YUV4MPEG2 W640 H360 F15:1 Ip A1:1 C420jpeg\n")
        for _ in range(4):
            file.write(b"FRAME\n" + luma.tobytes() + bytes([128]) * (640 * 360 // 2))
    return path


def open_home(one: Stage) -> Page:
    flags = [f"--use-file-for-fake-video-capture={chequers(one.folder / 'bed.y4m')}"]
    page = one.browser(*flags).new_page(viewport={"width": 1280, "height": 720})
    page.add_init_script(CAMERAS)
    page.goto(one.home_url)
    return page


@pytest.fixture(scope="module")
def lesson(play: Playwright) -> Iterator[Lesson]:
    """Nothing was ever chosen on this laptop."""
    with stage(play, None) as one:
        screen = one.screen()
        screen.wait_for_selector("body[data-state=ready]")
        yield Lesson(one, open_home(one), screen)


def cameras(lesson: Lesson) -> list[str]:
    return lesson.home.evaluate("cameras.map((track) => track.readyState)")


def seen(lesson: Lesson) -> dict[str, float]:
    return lesson.screen.evaluate("seen")


def sent(lesson: Lesson) -> list[str]:
    """The video tracks that leave, by their ids."""
    return lesson.home.evaluate(
        """legs.filter(({ connectionState }) => connectionState === 'connected')
            .flatMap((leg) => leg.getSenders()).map(({ track }) => track)
            .filter((track) => track?.kind === 'video').map(({ id }) => id)"""
    )


def watch_anew(lesson: Lesson) -> None:
    lesson.screen.evaluate("Object.assign(seen, { edge: 0, middle: 0, pictures: 0, shown: 0 })")


def choose(lesson: Lesson, step: str) -> None:
    lesson.home.click(f"#ladder [data-step={step}]")
    lesson.home.wait_for_selector(f"#ladder [data-step={step}][aria-pressed=true]")


def shows_pictures(lesson: Lesson, count: int = 8) -> None:
    wait_for(lambda: seen(lesson)["shown"] >= count, what="pictures in class")


def kept(lesson: Lesson) -> str:
    path = lesson.stage.demo.folder / "laptop" / "appearance.json"
    return path.read_text() if path.exists() else ""


def test_the_first_time_it_asks_and_shows_least(lesson: Lesson) -> None:
    lesson.home.wait_for_selector("#verschijn:visible")
    assert lesson.home.inner_text("#verschijn-titel") == "Hoe wil je in de klas zijn?"
    assert lesson.home.locator("#verschijn-trap [aria-pressed=true]").count() == 1
    assert lesson.home.is_visible("#verschijn [data-step=sound][aria-pressed=true]")
    assert cameras(lesson) == []
    assert violations(lesson.home) == []
    assert kept(lesson) == ""


def test_letters_of_ones_own_are_seen_in_class(lesson: Lesson) -> None:
    lesson.home.click("#verschijn [data-step=letters]")
    lesson.home.fill("#letters", "<S1m!a")
    lesson.home.click("[data-action=colour-plum]")
    assert violations(lesson.home) == []
    lesson.home.click("[data-action=appear-done]")
    assert lesson.home.inner_text("#zelf-beeld") == "S1ma"
    lesson.home.click("[data-action=join]")
    lesson.wait_state(lesson.screen, "live")
    lesson.screen.locator("#placeholder .face", has_text="S1ma").wait_for()
    assert "dat mag" in lesson.screen.inner_text("#placeholder .small")
    fill = "document.querySelector('#placeholder circle').getAttribute('fill')"
    assert lesson.screen.evaluate(fill) == "#69418f"
    lesson.screen.evaluate(WATCH)
    assert '"letters":"S1ma"' in kept(lesson)
    assert cameras(lesson) == []


def test_a_drawing_in_one_press(lesson: Lesson) -> None:
    choose(lesson, "drawing")
    wait_for(
        lambda: lesson.screen.evaluate("document.querySelectorAll('.face path').length > 2"),
        what="the drawing in class",
    )
    assert lesson.home.is_visible("#zelf-beeld svg")
    assert violations(lesson.home) == []
    assert cameras(lesson) == []


def test_the_room_is_blurred_and_the_middle_is_not(lesson: Lesson) -> None:
    wait_for(lambda: lesson.home.is_visible("[data-action=mirror]"), what="the talk leg")
    choose(lesson, "blur")
    shows_pictures(lesson)
    wait_for(lambda: seen(lesson)["middle"] > SHARP, what="the person sharp")
    assert seen(lesson)["edge"] < SHARP
    assert "kamer wazig" in lesson.screen.inner_text("#seen-as")
    assert lesson.home.inner_text("#zelf-gevonden") == "Blijf in het midden: daar ben je scherp."


def test_the_self_view_is_what_the_class_gets(lesson: Lesson) -> None:
    own = "document.querySelector('#zelf-video').srcObject.getVideoTracks()[0].id"
    wait_for(lambda: lesson.home.evaluate(own) in sent(lesson), what="one track for both")
    assert len(sent(lesson)) == 1


def test_from_the_picture_back_nothing_raw_is_shown(lesson: Lesson) -> None:
    for _ in range(3):
        choose(lesson, "picture")
        wait_for(lambda: seen(lesson)["edge"] > SHARP, what="the raw picture")
        choose(lesson, "blur")
        lesson.screen.wait_for_selector("#seen-as[data-step=blur]:visible")
        watch_anew(lesson)
        shows_pictures(lesson)
        assert seen(lesson)["edge"] < SHARP
        watch_anew(lesson)
    assert seen(lesson)["leaked"] < SHARP  # not even one picture since the screen knows


def test_pressed_to_and_fro_the_last_press_counts(lesson: Lesson) -> None:
    lesson.home.evaluate(
        """() => ['picture', 'drawing', 'picture', 'blur', 'picture', 'letters'].forEach((step) =>
            document.querySelector(`#ladder [data-step=${step}]`).click())"""
    )
    wait_for(lambda: set(cameras(lesson)) <= {"ended"}, what="the camera's light out")
    lesson.screen.wait_for_selector("#placeholder .face:visible")
    wait_for(lambda: sent(lesson) == [], what="no video track anywhere")
    watch_anew(lesson)
    choose(lesson, "sound")
    lesson.screen.locator("#placeholder .small", has_text="Alleen geluid").wait_for()
    assert seen(lesson)["shown"] == 0
    assert set(cameras(lesson)) == {"ended"}


def test_behind_the_shield_only_the_middle_leaves(lesson: Lesson) -> None:
    lesson.home.click("[data-action=appear]")
    lesson.home.click("#verschijn [data-step=blur]")
    lesson.home.click("[data-action=shield]")
    assert violations(lesson.home) == []
    watch_anew(lesson)
    lesson.home.click("#verschijn [data-step=picture]")
    lesson.home.click("[data-action=appear-done]")
    lesson.screen.wait_for_selector("#seen-as[data-step=picture]:visible")
    watch_anew(lesson)
    shows_pictures(lesson)
    assert seen(lesson)["edge"] < SHARP
    assert seen(lesson)["middle"] > SHARP
    green = lesson.screen.evaluate(
        """() => {
            const pen = new OffscreenCanvas(1, 1).getContext('2d');
            const video = document.querySelector('#leerling-video');
            pen.drawImage(video, 2, 200, 1, 1, 0, 0, 1, 1);
            return [...pen.getImageData(0, 0, 1, 1).data];
        }"""
    )
    assert green[1] > green[0] > 180, "the wall of the drawn room"


def test_a_reload_keeps_the_step_and_never_goes_up(lesson: Lesson) -> None:
    choose(lesson, "drawing")
    wait_for(lambda: '"step":"drawing"' in kept(lesson), what="it is on the disk")
    lesson.home.reload()
    lesson.wait_state(lesson.home, "live")
    lesson.home.wait_for_selector("#ladder [data-step=drawing][aria-pressed=true]")
    assert not lesson.home.is_visible("#verschijn")
    assert cameras(lesson) == []


def test_lowered_while_the_process_is_away_the_lower_one_wins(lesson: Lesson) -> None:
    choose(lesson, "picture")
    wait_for(lambda: '"step":"picture"' in kept(lesson), what="it is on the disk")
    home = lesson.stage.demo.home
    home.kill()
    choose(lesson, "letters")
    assert '"step":"picture"' in kept(lesson)
    home.start()
    home.wait_line("home ")
    wait_for(lambda: '"step":"letters"' in kept(lesson), what="kept once the process is back")
    assert lesson.home.is_visible("#ladder [data-step=letters][aria-pressed=true]")
    assert set(cameras(lesson)) == {"ended"}


def reload_with(lesson: Lesson, model: bytes) -> None:
    (lesson.stage.demo.folder / "laptop" / person_model.NAME).write_bytes(model)
    lesson.home.reload()
    lesson.wait_state(lesson.home, "live")
    lesson.home.wait_for_selector("[data-action=mirror]:visible")


def all_blurred(lesson: Lesson) -> None:
    lesson.screen.wait_for_selector("#seen-as[data-step=blur]:visible")
    watch_anew(lesson)
    shows_pictures(lesson)
    assert seen(lesson)["middle"] < SHARP
    assert seen(lesson)["edge"] < SHARP


def test_a_network_that_is_late_shows_nothing_sharp(lesson: Lesson) -> None:
    lesson.home.context.route("**/model/person.tflite", lambda _route: None)
    reload_with(lesson, b"x")
    choose(lesson, "blur")
    lesson.home.locator("#zelf-gevonden", has_text="Even alles wazig").wait_for(state="attached")
    all_blurred(lesson)
    choose(lesson, "sound")
    lesson.home.context.unroute("**/model/person.tflite")


def test_a_damaged_network_is_none(lesson: Lesson) -> None:
    reload_with(lesson, b"rubbish" * 100)
    choose(lesson, "blur")
    lesson.home.locator("#zelf-gevonden", has_text="Blijf in het midden").wait_for(state="attached")
    choose(lesson, "sound")


def test_with_the_network_only_a_person_is_sharp(lesson: Lesson) -> None:
    if not WEIGHTS.exists():
        pytest.skip("the weights are missing: run `npm install`")
    reload_with(lesson, WEIGHTS.read_bytes())
    choose(lesson, "blur")
    lesson.screen.wait_for_selector("#seen-as[data-step=blur]:visible")
    lesson.home.wait_for_selector("#zelf-gevonden", state="hidden")
    all_blurred(lesson)  # chequers are nobody
    choose(lesson, "sound")


def test_what_cannot_be_blurred_is_not_shown(lesson: Lesson) -> None:
    lesson.home.context.route("**/picture-worker.js", lambda route: route.abort())
    watch_anew(lesson)
    choose(lesson, "blur")
    lesson.home.locator("#unseen", has_text="Geen camera gevonden").wait_for()
    small = lesson.screen.locator("#placeholder .small")
    small.filter(has_text="De camera van de leerling doet het niet").wait_for()
    choose(lesson, "drawing")
    assert seen(lesson)["shown"] == 0
    assert set(cameras(lesson)) == {"ended"}
    lesson.home.context.unroute("**/picture-worker.js")


def test_in_english_too(lesson: Lesson) -> None:
    lesson.home.click("[data-language=en]")
    lesson.home.click("[data-action=appear]")
    assert lesson.home.inner_text("#verschijn [data-step=blur] b") == "Room blurred"
    assert lesson.home.get_attribute("#ladder [data-step=sound]", "aria-label") == "Sound only"
    lesson.home.keyboard.press("Escape")
    lesson.home.wait_for_selector("#verschijn", state="hidden")
    lesson.home.click("[data-language=nl]")


def test_the_cameras_own_switch_goes_down_and_back(lesson: Lesson) -> None:
    home = lesson.home
    choose(lesson, "picture")
    switch = home.locator("[data-action=camera]")
    expect(switch).to_have_attribute("aria-pressed", "true")
    switch.click()
    home.wait_for_selector("#ladder [data-step=letters][aria-pressed=true]")
    expect(switch).to_have_attribute("aria-pressed", "false")
    wait_for(lambda: "live" not in cameras(lesson), what="the camera's light out")
    switch.click()
    home.wait_for_selector("#ladder [data-step=picture][aria-pressed=true]")
    expect(switch).to_have_attribute("aria-pressed", "true")
