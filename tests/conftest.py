"""What many tests share: a lesson with real processes, real browsers and a real serial line."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from hypothesis import settings
from playwright.sync_api import Page, Playwright, WebSocket, expect, sync_playwright

from bench.stage import Stage, stage
from tests.log_gate import pytest_configure, pytest_runtest_makereport  # noqa: F401 - hooks

settings.register_profile("default", deadline=None)
expect.set_options(timeout=15_000)  # as long as the waits of `Lesson`; two cores share much
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


def wait_for(condition: Callable[[], object], timeout_s: float = 30.0, what: str = "") -> object:
    """Poll until the condition gives something true, and return that."""
    deadline = time.monotonic() + timeout_s
    while True:
        if value := condition():
            return value
        assert time.monotonic() < deadline, f"waited {timeout_s} s for {what or condition}"
        time.sleep(0.02)


@dataclass
class Lesson:
    """A pupil in class: the two pages and what runs behind them."""

    stage: Stage
    home: Page
    screen: Page

    def state(self, page: Page) -> str:
        return page.evaluate("document.body.dataset.state")

    def wait_state(self, page: Page, state: str, timeout_s: float = 15) -> None:
        page.wait_for_selector(f"body[data-state={state}]", timeout=timeout_s * 1000)

    def wait_question(self, page: Page, question: str) -> None:
        page.wait_for_selector(f"body[data-question={question}]", timeout=10_000)

    @contextmanager
    def page_meets_new_process(self) -> Iterator[None]:
        """The laptop's process is started anew inside; afterwards the open page is at it."""
        told: list[object] = []

        def listen(socket: WebSocket) -> None:
            socket.on("framereceived", lambda text: told.append(text))  # noqa: PLW0108 - see below

        self.home.on("websocket", listen)  # the library takes no built-in as a listener
        yield
        wait_for(lambda: self.home.evaluate("1") and told, what="the page at its new process")

    def stamp(self) -> int | None:
        """The clock in the class picture as the pupil sees it, in ms modulo 2**32."""
        return self.home.evaluate("lab.stamp(document.querySelector('#klas-video'))")

    def picture_age_ms(self) -> float:
        value = self.stamp()
        return float("inf") if value is None else (time.time() * 1000 - value) % 2**32

    def picture_is_fresh(self) -> bool:
        return self.picture_age_ms() < 1500

    def home_plays(self) -> bool:
        """Whether the element for the class sound really plays."""
        return self.home.evaluate(
            "(({readyState, paused, currentTime}) => readyState >= 2 && !paused && currentTime > 0)"
            "(document.querySelector('#klas-geluid'))"
        )

    def home_hears(self) -> float:
        """Loudest frequency of the class sound at home, Hz."""
        return self._pitch(self.home, "#klas-geluid")

    def class_hears(self) -> float:
        return self._pitch(self.screen, "#leerling-video")

    def commands(self) -> list[str]:
        """VISCA packets on the line so far, hexadecimal, without inquiries."""
        lines = self.stage.demo.journal.read_text().splitlines()
        packets = [line.split()[1] for line in lines if len(line.split()) == 2]
        return [packet for packet in packets if not packet.startswith("8109")]

    def _pitch(self, page: Page, selector: str) -> float:
        return page.evaluate(
            """async (selector) => {
                const stream = document.querySelector(selector)?.srcObject;
                return stream?.getAudioTracks().length ? lab.pitch(stream) : 0;
            }""",
            selector,
        )


def in_class(one: Stage) -> Lesson:
    """Both pages open and the button pressed."""
    return Lesson(one, *one.lesson())


@pytest.fixture(scope="module")
def play() -> Iterator[Playwright]:
    """Closed at the end of each module, because it keeps an event loop of its own running."""
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="module")
def lesson(play: Playwright) -> Iterator[Lesson]:
    """A lesson that the tests of a module share; they leave it as they found it."""
    with stage(play) as one:
        yield in_class(one)
