"""Every process killed without warning and started again: picture and sound come back by
themselves."""

import os
import signal
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Playwright

from bench.stage import stage
from tests.conftest import Lesson, in_class, wait_for

pytestmark = pytest.mark.browser


@pytest.fixture
def lesson(play: Playwright) -> Iterator[Lesson]:
    """A lesson of its own for every test: what is killed here stays dead for a while."""
    with stage(play) as one:
        lesson = in_class(one)
        wait_for(lesson.picture_is_fresh, what="the picture")
        wait_for(lambda: lesson.home_hears() > 0, what="the class sound")
        yield lesson


def back(lesson: Lesson) -> None:
    lesson.wait_state(lesson.home, "live")
    wait_for(lesson.picture_is_fresh, what="the picture again")
    wait_for(lambda: abs(lesson.home_hears() - 880) < 15, what="the class sound again")
    wait_for(lesson.home_plays, what="the element that plays it")
    wait_for(lambda: abs(lesson.class_hears() - 660) < 15, what="the pupil's voice again")


def test_the_agent(lesson: Lesson) -> None:
    unit = lesson.stage.demo.unit
    unit.kill()
    lesson.wait_state(lesson.home, "reconnecting")
    unit.start()
    unit.wait_line("screen ")
    lesson.wait_state(lesson.home, "live")
    back(lesson)
    lesson.wait_state(lesson.screen, "live")


def test_an_agent_that_stood_still_for_a_moment_turns_the_camera_again(lesson: Lesson) -> None:
    """Without a server no other line is made: the old one lives again, telling nothing twice."""
    lesson.stage.demo.server.kill()
    assert lesson.stage.demo.unit.process is not None
    pid = lesson.stage.demo.unit.process.pid
    os.kill(pid, signal.SIGSTOP)
    try:
        lesson.wait_state(lesson.home, "reconnecting")
    finally:
        os.kill(pid, signal.SIGCONT)
    lesson.wait_state(lesson.home, "live")
    lesson.home.wait_for_selector("[data-action=left]:enabled")


def test_the_agent_in_mid_movement_leaves_a_camera_that_stands_still(lesson: Lesson) -> None:
    lesson.home.keyboard.down("ArrowLeft")
    wait_for(lambda: any(c.endswith("0103ff") for c in lesson.commands()), what="a drive")
    unit = lesson.stage.demo.unit
    unit.kill()
    seen = len(lesson.commands())
    unit.start()
    wait_for(
        lambda: any(c.endswith("0303ff") for c in lesson.commands()[seen:]),
        what="the Stop that every start begins with",
    )


def test_a_closed_curtain_outlives_the_agent(lesson: Lesson) -> None:
    lesson.screen.click("[data-action=curtain]")
    lesson.wait_state(lesson.home, "curtain")
    unit = lesson.stage.demo.unit
    kept = lesson.stage.demo.folder / "unit" / "curtain"
    wait_for(lambda: kept.exists() and kept.read_bytes() == b"closed", what="the curtain kept")
    unit.kill()
    lesson.wait_state(lesson.screen, "starting")
    assert lesson.home_hears() == 0, "the screen alone keeps the class sound in"
    unit.start()
    unit.wait_line("screen ")
    lesson.wait_state(lesson.screen, "curtain")
    lesson.wait_state(lesson.home, "curtain")
    assert lesson.home_hears() == 0
    assert not lesson.picture_is_fresh()
    lesson.screen.click("[data-action=curtain]")
    back(lesson)


def test_the_server_is_not_needed_in_a_lesson(lesson: Lesson) -> None:
    server = lesson.stage.demo.server
    server.kill()
    lesson.screen.get_by_text("De les gaat door").first.wait_for(timeout=15_000)
    assert lesson.picture_is_fresh()
    lesson.home.click("[data-action=question]")
    lesson.wait_question(lesson.screen, "asked")
    server.start()
    server.wait_line("server")
    back(lesson)


def test_the_local_process_of_the_laptop(lesson: Lesson) -> None:
    home = lesson.stage.demo.home
    with lesson.page_meets_new_process():
        home.kill()
        assert lesson.picture_is_fresh()
        home.start()
        home.wait_line("home ")
    back(lesson)
    lesson.home.reload()  # only works when page and process know each other again
    back(lesson)


def test_the_kiosk_browser(lesson: Lesson) -> None:
    lesson.screen.context.browser.close()
    wait_for(lambda: lesson.home_hears() == 0, what="silence")
    assert lesson.picture_is_fresh()
    lesson.screen = lesson.stage.screen()
    lesson.wait_state(lesson.screen, "live")
    back(lesson)


def test_the_home_page_is_reloaded(lesson: Lesson) -> None:
    lesson.home.reload()
    back(lesson)


def test_the_home_browser_is_killed(lesson: Lesson) -> None:
    lesson.home.context.browser.close()
    lesson.home = lesson.stage.home()
    back(lesson)


def test_everything_at_once(lesson: Lesson) -> None:
    processes = lesson.stage.demo.processes
    for process in processes:
        process.kill()
    for process in reversed(processes):  # in an order in which nobody finds the one it needs
        process.start()
        time.sleep(0)
    back(lesson)


def test_the_pupil_just_disappears(lesson: Lesson) -> None:
    lesson.home.context.browser.close()
    lesson.wait_state(lesson.screen, "ready")
    lesson.screen.get_by_text("kijkt mee").first.wait_for(state="hidden", timeout=15_000)
