"""Turning the camera: when the picture moves, and where a click ends."""

import base64
import random
import time
from typing import Any

import cv2
import numpy as np
from playwright.sync_api import Page
from rich.progress import track

from bench.results import percentile
from hardware.motion import Position
from hardware.profiles import find_profile
from hardware.view import look_at
from klasgenoot.media.projection import View

_PRESSES = 40
_CLICKS = 15  # at each of
_ZOOM_HELD_S = (0.0, 0.6, 0.8, 1.0)  # how long + is held before them
_STILL_S = 1.0
_PATCH = (48, 27)  # half its width and height, in a picture of
_SIZE = (640, 360)
_PLAIN = 8.0  # grey levels of deviation: a piece of bare wall is found everywhere
_SURE = 0.6


def steer(home: Page) -> dict[str, float]:
    """From a key to the first painted frame that is shifted, and to one that really is another."""
    seems, moves = [], []
    for turn in track(range(_PRESSES), "steering"):
        home.evaluate(_WATCH_MOVE)
        key = ("ArrowLeft", "ArrowRight")[turn % 2]
        home.keyboard.down(key)
        _until(home, "lab.move.seems && lab.move.moves")
        home.keyboard.up(key)
        move = home.evaluate("lab.move")
        seems.append(move["seems"])
        moves.append(move["moves"])
        _rest(home)
    return {
        "seems_to_move_p50_ms": percentile(seems, 0.5),
        "seems_to_move_p95_ms": percentile(seems, 0.95),
        "moves_p50_ms": percentile(moves, 0.5),
        "moves_p95_ms": percentile(moves, 0.95),
    }


_WATCH_MOVE = """async () => {
    const video = document.querySelector('#klas-video');
    const pen = new OffscreenCanvas(64, 36).getContext('2d', { willReadFrequently: true });
    const small = () => {
        pen.drawImage(video, 0, 0, 64, 36);
        return pen.getImageData(0, 0, 64, 36).data.filter((_, i) => i % 4 === 1);
    };
    const differs = (a, b) => a.reduce((sum, x, i) => sum + Math.abs(x - b[i]), 0) / a.length;
    const frame = () => new Promise((done) =>
        video.requestVideoFrameCallback(() => done(performance.now())));
    // What differs while nobody turns the camera: pupils of the drawn class, noise.
    const still = small();
    let noise = 0;
    for (let i = 0; i < 8; i += 1) { await frame(); noise = Math.max(noise, differs(still, small())); }
    lab.move = {};
    addEventListener('keydown', async (event) => {
        const painted = (at) => {
            // The next frame's start is when this one is on the glass.
            if (video.style.transform) requestAnimationFrame((on) => { lab.move.seems = on - event.timeStamp; });
            else requestAnimationFrame(painted);
        };
        requestAnimationFrame(painted);
        for (;;) {
            const at = await frame();
            if (differs(still, small()) > noise * 1.5 + 0.3) {
                lab.move.moves = at - event.timeStamp;
                return;
            }
        }
    }, { once: true, capture: true });
}"""  # noqa: E501


def clicks(home: Page) -> dict[str, float]:
    """Random points at several zooms, all over the field: how far from the middle they end."""
    dice = random.Random(6)
    errors: list[float] = []
    for held_s in _ZOOM_HELD_S:
        if held_s:
            home.keyboard.down("+")
            time.sleep(held_s)
            home.keyboard.up("+")
            _rest(home)
        for _ in track(range(_CLICKS), f"clicking, zoom {_view(home)['zoom']:.1f}"):
            errors += _click(home, dice)
    home.keyboard.press("Home")
    return {
        "error_p50_pct_of_width": percentile(errors, 0.5),
        "error_p95_pct_of_width": percentile(errors, 0.95),
        "clicks_judged": len(errors),
    }


def _click(home: Page, dice: random.Random) -> list[float]:
    """The error of one click in % of the picture's width; nothing when it cannot be judged."""
    _jump(home, dice)
    before = _picture(home)
    width, height = _SIZE
    view = _view(home)
    for _ in range(20):  # a point where the picture has something to recognise
        x, y = dice.uniform(-0.4, 0.4), dice.uniform(-0.4, 0.4)
        left, top = width // 2 - _PATCH[0], height // 2 - _PATCH[1]
        foreseen = _turned(before, view, x, y)
        patch = foreseen[top : top + 2 * _PATCH[1], left : left + 2 * _PATCH[0]]
        if patch.std() > _PLAIN and _alone(before, patch):
            break
    else:
        return []
    box = home.locator("#klas-video").bounding_box()
    assert box is not None
    scale = min(box["width"] / width, box["height"] / height)  # the element has room beside it
    home.mouse.click(
        box["x"] + box["width"] / 2 + x * scale * width,
        box["y"] + box["height"] / 2 + y * scale * height,
    )
    _rest(home)
    found = cv2.matchTemplate(_picture(home), patch, cv2.TM_CCOEFF_NORMED)
    _, sure, _, (at_x, at_y) = cv2.minMaxLoc(found)
    if sure < _SURE or _at_the_end(home):
        return []
    across, down = (at_x - left) / width, (at_y - top) / height
    return [100 * float(np.hypot(across, down * height / width))]


def _turned(
    picture: np.ndarray[Any, Any], view: dict[str, float], x: float, y: float
) -> np.ndarray[Any, Any]:
    """The picture as it looks when that point is in its middle: what was askew is seen straight."""
    pose = view["pan_deg"], view["tilt_deg"], view["zoom"]
    target = look_at(Position(*pose), x, y, find_profile("sim"))
    before, after = View(*pose, *_SIZE), View(*target, view["zoom"], *_SIZE)
    far, (width, height) = before.focal_px, _SIZE
    lens = np.array([[far, 0, width / 2], [0, -far, height / 2], [0, 0, 1]])
    turn = lens @ after.axes @ before.axes.T @ np.linalg.inv(lens)
    return np.asarray(cv2.warpPerspective(picture, turn, _SIZE))


def _alone(picture: np.ndarray[Any, Any], patch: np.ndarray[Any, Any]) -> bool:
    """Whether nothing else in the picture looks like it."""
    found = cv2.matchTemplate(picture, patch, cv2.TM_CCOEFF_NORMED)
    _, _, _, (x, y) = cv2.minMaxLoc(found)
    cv2.rectangle(found, (x - 12, y - 12), (x + 12, y + 12), -1.0, -1)
    return float(found.max()) < _SURE


def _jump(home: Page, dice: random.Random) -> None:
    """Somewhere else in the room, by the map; not so far up or down that only wall is seen."""
    _until(home, "!document.querySelector('#overview').hidden")
    box = home.locator("#overview canvas").bounding_box()
    assert box is not None
    home.mouse.click(
        box["x"] + box["width"] * dice.uniform(0.2, 0.8),
        box["y"] + box["height"] * dice.uniform(0.4, 0.75),
    )
    _rest(home)


def _at_the_end(home: Page) -> bool:
    """Whether the head stands at one of its ends: what lies beyond cannot be centred."""
    view = _view(home)
    return abs(abs(view["pan_deg"]) - 170) < 0.5 or not -29.5 < view["tilt_deg"] < 89.5


def _view(home: Page) -> dict[str, float]:
    view: dict[str, float] = home.evaluate("lab.view")
    return view


def _rest(home: Page) -> None:
    """Until the set has told no other view for a second, and the page shows the plain picture."""
    time.sleep(0.3)  # a command is on its way
    still = f"performance.now() - lab.view.at > {_STILL_S * 1000}"
    _until(home, f"{still} && !document.querySelector('#klas-video').style.transform")


def _until(home: Page, condition: str) -> None:
    """Poll: the page's own policy keeps Playwright from waiting within it."""
    deadline = time.monotonic() + 20
    while not home.evaluate(condition):
        if time.monotonic() > deadline:
            state = home.evaluate(
                "JSON.stringify([document.body.dataset.state, lab.move, lab.view])"
            )
            raise TimeoutError(f"{condition}: {state}")
        time.sleep(0.03)


def _picture(home: Page) -> np.ndarray[Any, Any]:
    """The class picture in grey, as it is on the glass."""
    text = home.evaluate(
        """([width, height]) => {
            const pen = new OffscreenCanvas(width, height).getContext('2d');
            pen.drawImage(document.querySelector('#klas-video'), 0, 0, width, height);
            const { data } = pen.getImageData(0, 0, width, height);
            let text = '';
            for (let i = 1; i < data.length; i += 4) text += String.fromCharCode(data[i]);
            return btoa(text);
        }""",
        list(_SIZE),
    )
    return np.frombuffer(base64.b64decode(text), np.uint8).reshape(_SIZE[1], _SIZE[0])
