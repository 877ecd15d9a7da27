"""The network in plain JavaScript: its loops against numpy, rubbish, and the real weights."""

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, Playwright, Route

import signaling
import thuis_client
from bench.stage import CHROMIUM, FLAGS

pytestmark = pytest.mark.browser

_OWN = Path(thuis_client.__file__).parent / "web"
_SHARED = Path(signaling.__file__).parent / "web"
WEIGHTS = (
    Path(__file__).parent.parent
    / "node_modules/@mediapipe/selfie_segmentation/selfie_segmentation_landscape.tflite"
)


@pytest.fixture(scope="module")
def page(play: Playwright) -> Iterator[Page]:
    browser: Browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    one = browser.new_page()

    def serve(route: Route) -> None:
        path = route.request.url.removeprefix("http://127.0.0.1:1/")
        file = _SHARED / path.removeprefix("gedeeld/") if "gedeeld/" in path else _OWN / path
        if file.suffix != ".js":
            route.fulfill(body="<!doctype html>", content_type="text/html")
        else:
            route.fulfill(body=file.read_bytes(), content_type="text/javascript")

    one.route("http://127.0.0.1:1/**", serve)
    one.goto("http://127.0.0.1:1/")
    yield one
    browser.close()


LOOP = """async ([name, x, weights, bias, made, rest]) => {
    const loops = await import('/network-loops.js');
    const plane = ([h, w, c], values) =>
        ({ h, w, c, values: new Float32Array(values ?? h * w * c) });
    const y = plane(made);
    const constants = weights ? [new Float32Array(weights), new Float32Array(bias)] : [];
    loops[name](plane(...x), ...constants, y, ...rest);
    return [...y.values];
}"""


def loop(  # noqa: PLR0917 - as the loops have them
    page: Page, name: str, x: Any, weights: Any, bias: Any, made: tuple, *rest: int
) -> Any:
    flat = None if weights is None else weights.ravel().tolist()
    told = page.evaluate(
        LOOP,
        [
            name,
            [x.shape, x.ravel().tolist()],
            flat,
            None if bias is None else bias.tolist(),
            made,
            rest,
        ],
    )
    return np.array(told).reshape(made)


def random(*shape: int) -> Any:
    return np.random.default_rng(7).normal(size=shape).astype(np.float32)


def convolved(  # noqa: PLR0917 - as the loops have them
    x: Any, weights: Any, bias: Any, made: tuple, stride: int, top: int, left: int
) -> Any:
    """By the book, slowly; weights are outputs × kernel × kernel × inputs."""
    outputs, kernel = weights.shape[:2]
    padded = np.zeros((x.shape[0] + 2 * kernel, x.shape[1] + 2 * kernel, x.shape[2]))
    padded[top : top + x.shape[0], left : left + x.shape[1]] = x
    y = np.empty(made)
    for row in range(made[0]):
        for column in range(made[1]):
            patch = padded[row * stride :, column * stride :][:kernel, :kernel]
            for k in range(outputs):
                y[row, column, k] = (patch * weights[k]).sum() + bias[k]
    return y


@pytest.mark.parametrize("outputs", [1, 4, 7, 8])
def test_one_by_one(page: Page, outputs: int) -> None:
    x, weights, bias = random(3, 5, 6), random(outputs, 6), random(outputs)
    y = loop(page, "pointwise", x, weights, bias, (3, 5, outputs))
    assert np.allclose(y, x @ weights.T + bias, atol=1e-4)


@pytest.mark.parametrize(
    ("stride", "made", "pad"), [(1, (6, 7), 1), (2, (3, 4), 0), (2, (3, 4), 1)]
)
def test_three_by_three(page: Page, stride: int, made: tuple, pad: int) -> None:
    x, weights, bias = random(6, 7, 3), random(5, 3, 3, 3), random(5)
    y = loop(page, "convolve", x, weights, bias, (*made, 5), 3, stride, pad, pad)
    assert np.allclose(y, convolved(x, weights, bias, (*made, 5), stride, pad, pad), atol=1e-4)


@pytest.mark.parametrize(
    ("kernel", "stride", "made", "pad"),
    [(3, 1, (6, 7), 1), (3, 2, (3, 4), 0), (5, 1, (6, 7), 2), (5, 2, (3, 4), 1)],
)
def test_each_channel_by_itself(
    page: Page, kernel: int, stride: int, made: tuple, pad: int
) -> None:
    x, weights, bias = random(6, 7, 4), random(kernel, kernel, 4), random(4)
    y = loop(page, "depthwise", x, weights, bias, (*made, 4), kernel, stride, pad, pad)
    for i in range(4):
        one = weights[None, :, :, i : i + 1]
        wanted = convolved(x[:, :, i : i + 1], one, bias[i : i + 1], (*made, 1), stride, pad, pad)
        assert np.allclose(y[:, :, i : i + 1], wanted, atol=1e-4)


def test_twice_as_large(page: Page) -> None:
    x = np.arange(6, dtype=np.float32).reshape(2, 3, 1)
    y = loop(page, "resize", x, None, None, (4, 6, 1))
    assert np.allclose(y[0, :, 0], [0, 0.25, 0.75, 1.25, 1.75, 2])
    assert np.allclose(y[:, 0, 0], [0, 0.75, 2.25, 3])
    weights = random(2, 2, 1)
    y = loop(page, "grow", x, weights, np.array([0.5]), (4, 6, 1))
    assert np.allclose(y[:, :, 0], np.kron(x[:, :, 0], weights[:, :, 0]) + 0.5, atol=1e-5)


READ = """async (text) => {
    const { Network } = await import('/network.js');
    const bytes = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
    try {
        new Network(bytes.buffer);
        return 'taken';
    } catch (error) {
        return 'refused';
    }
}"""


def test_rubbish_is_no_network(page: Page) -> None:
    random_bytes = np.random.default_rng(3)
    pieces = [b"", b"TFL3", b"\x00" * 64, b"\xff" * 64]
    pieces += [random_bytes.bytes(400) for _ in range(30)]
    if WEIGHTS.exists():
        real = WEIGHTS.read_bytes()
        pieces += [real[:1000], real[: len(real) // 2]]
    for piece in pieces:
        assert page.evaluate(READ, base64.b64encode(piece).decode()) == "refused"


MASK = """async ([weights, pixels, width, height]) => {
    const bytes = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
    const { Network } = await import('/network.js');
    const { Person } = await import('/person.js');
    const person = new Person(new Network(bytes(weights).buffer));
    const canvas = new OffscreenCanvas(width, height);
    const picture = new ImageData(new Uint8ClampedArray(bytes(pixels)), width, height);
    canvas.getContext('2d').putImageData(picture, 0, 0);
    const mask = person.mask(canvas);
    const { data } = mask.getContext('2d').getImageData(0, 0, mask.width, mask.height);
    return [mask.width, mask.height, [...data].filter((_, i) => i % 4 === 3)];
}"""


def test_the_real_network_finds_who_sits_there_and_nobody_on_a_wall(page: Page) -> None:
    if not WEIGHTS.exists():
        pytest.skip("the weights are missing: run `npm install`")
    weights = base64.b64encode(WEIGHTS.read_bytes()).decode()

    def share(rgb: Any) -> Any:
        pixels = np.dstack([rgb, np.full(rgb.shape[:2], 255, np.uint8)])
        text = base64.b64encode(pixels.tobytes()).decode()
        width, height, mask = page.evaluate(MASK, [weights, text, rgb.shape[1], rgb.shape[0]])
        return np.array(mask).reshape(height, width) / 255

    wall = np.full((360, 640, 3), 180, np.uint8)
    assert share(wall).mean() < 0.02
    sitting = wall.copy()
    rows, columns = np.mgrid[0:360, 0:640]
    head = ((columns - 320) / 62) ** 2 + ((rows - 140) / 82) ** 2 < 1
    body = ((columns - 320) / 170) ** 2 + ((rows - 380) / 165) ** 2 < 1
    sitting[body] = (50, 70, 120)
    sitting[head] = (224, 172, 140)
    sitting[((columns - 320) / 66) ** 2 + ((rows - 95) / 50) ** 2 < 1] = (60, 40, 30)
    for x in (296, 344):
        sitting[((columns - x) / 8) ** 2 + ((rows - 135) / 5) ** 2 < 1] = (30, 30, 40)
    sitting[((columns - 320) / 20) ** 2 + ((rows - 180) / 5) ** 2 < 1] = (170, 70, 70)
    mask = share(sitting)
    assert mask[:, :20].mean() < 0.1
    assert mask[50:70, 120:136].mean() > 0.6
