"""`python -m bench.screenshots`: the README's pictures, taken from the running product.

The pupil is a drawn one too: nobody real is in any picture of this repository.
"""

from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from bench.stage import Stage, stage
from klasgenoot.media.classroom import classroom
from klasgenoot.media.projection import View

FOLDER = Path(__file__).parent.parent / "docs" / "img"
_PUPIL = (73.5, -8.5, 3.4)
"""Pan, tilt and zoom at which a child that looks into the camera fills the picture."""


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright, stage(playwright, CAMERA_SOURCE="sim:") as one:
        screen = one.screen()
        screen.wait_for_selector("body[data-state=ready]")
        _shoot(screen, "kiosk-klaar")
        home = one.home(_browser_of_a_drawn_pupil(one))
        home.wait_for_timeout(1500)
        _shoot(home, "thuis-lobby")
        home.click("[data-action=join]")
        home.wait_for_selector("body[data-state=live]")
        screen.wait_for_selector("body[data-state=live]")
        home.wait_for_timeout(6000)  # the picture sharpens, the delay has been measured
        _shoot(home, "thuis-in-de-klas")
        home.click("[data-action=question]")
        screen.wait_for_selector("body[data-question=asked]")
        screen.wait_for_timeout(1500)
        _shoot(screen, "kiosk-vraag")


def _shoot(page: Page, name: str) -> None:
    page.screenshot(path=FOLDER / f"{name}.png")


def _browser_of_a_drawn_pupil(one: Stage):  # type: ignore[no-untyped-def]
    """Chromium whose fake camera shows two seconds of a drawn child."""
    path = one.folder / "pupil.y4m"
    room = classroom()
    with path.open("wb") as file:
        file.write(b"YUV4MPEG2 W640 H360 F15:1 Ip A1:1 C420jpeg\n")
        for frame in range(30):
            file.write(b"FRAME\n")
            file.write(room.draw(View(*_PUPIL, 640, 360), frame / 15).tobytes())
    return one.browser(f"--use-file-for-fake-video-capture={path}")


if __name__ == "__main__":
    main()
