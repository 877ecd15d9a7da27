"""After a lesson the browser's profile has no picture of it: looked for byte by byte."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright

from bench.stage import CHROMIUM, FLAGS, PAGE_TOOLS, stage
from tests.conftest import wait_for

pytestmark = pytest.mark.browser

_CANARY_BYTES = 48  # long enough that nothing else has them by chance

_KEEP_PHOTO = """
const plain = globalThis.createImageBitmap;
globalThis.createImageBitmap = async (source, ...more) => {
    if (source instanceof Blob)
        lab.photo = [...new Uint8Array(await source.arrayBuffer())];
    return plain(source, ...more);
};"""
_PIXELS = """(selector) => {
    const video = document.querySelector(selector);
    const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
    const pen = canvas.getContext('2d');
    pen.drawImage(video, 0, 0);
    return [...pen.getImageData(0, Math.floor(canvas.height / 2), canvas.width, 1).data];
}"""


def canaries(data: bytes) -> list[bytes]:
    """Pieces of it that are not just one colour."""
    steps = range(0, len(data) - _CANARY_BYTES, max(_CANARY_BYTES, len(data) // 200))
    pieces = [data[at : at + _CANARY_BYTES] for at in steps]
    return [piece for piece in pieces if len(set(piece)) > _CANARY_BYTES // 4]


def hits(folder: Path, wanted: list[bytes]) -> list[str]:
    """Names of the files under a folder that have any of these pieces in them."""
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            data = path.read_bytes()
            if any(piece in data for piece in wanted):
                found.append(path.name)
    return found


@pytest.fixture(scope="module")
def after_lesson(
    play: Playwright, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, list[bytes]]]:
    """The profile of a browser that was in class and took a photo, and pieces of what it saw."""
    profile = tmp_path_factory.mktemp("profile")
    settings = {"CAMERA_SOURCE": "sim:", "CAMERA_SCREEN_SOURCE": "sim:screen"}
    with stage(play, **settings) as one:
        screen = one.screen()
        screen.wait_for_selector("body[data-state=ready]")
        context = play.chromium.launch_persistent_context(
            str(profile),
            executable_path=CHROMIUM,
            args=FLAGS,
            viewport={"width": 1280, "height": 720},
        )
        home = context.new_page()
        home.add_init_script(PAGE_TOOLS + _KEEP_PHOTO)
        home.goto(one.home_url)
        seen = in_class_with_photo(home)
        wait_for(lambda: any(profile.rglob("*")), what="the profile on disk")
        context.close()
    yield profile, seen


def in_class_with_photo(home: Page) -> list[bytes]:
    home.click("[data-action=join]")
    home.wait_for_selector("body[data-state=live]", timeout=15_000)
    rows = [bytes(home.evaluate(_PIXELS, name)) for name in ("#klas-video", "#zelf-video")]
    home.click("[data-action=board]")
    home.wait_for_selector("[data-action=board][aria-pressed=true]")
    home.click("[data-action=photo]")
    home.wait_for_selector("#photo[open]", timeout=20_000)
    photo = bytes(home.evaluate("lab.photo"))
    assert len(photo) > 1000
    home.click("[data-action=leave]")
    home.wait_for_selector("body[data-state=off]")
    return [piece for data in (*rows, photo) for piece in canaries(data)]


def test_no_picture_is_found_in_the_profile(after_lesson: tuple[Path, list[bytes]]) -> None:
    profile, pieces = after_lesson
    assert len(pieces) > 100
    assert sum(path.is_file() for path in profile.rglob("*")) > 10, "a profile that was used"
    assert hits(profile, pieces) == []


def test_one_that_is_there_would_be_found(
    after_lesson: tuple[Path, list[bytes]], tmp_path: Path
) -> None:
    _, pieces = after_lesson
    (tmp_path / "cache").write_bytes(bytes(5000) + pieces[50] + bytes(5000))
    assert hits(tmp_path, pieces) == ["cache"]
