"""A question outlives what carried it: a press that was lost, a set that was started anew."""

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.conftest import Lesson, wait_for

pytestmark = pytest.mark.browser

_PLAY = """async (steps) => {
    const { Asking } = await import('/asking.js');
    const sent = [];
    const name_of = ({ type, loud }) => type + (loud === false ? ' quietly' : '');
    const asking = new Asking((message) => sent.push(name_of(message)));
    for (const [name, ...given] of steps)
        asking[name](...given);
    return sent;
}"""
ASK, QUIET = ["ask", True, "leg 1"], ["ask", False, "leg 1"]


def told(question: str, leg: str = "leg 1", showing: bool = True) -> list[Any]:
    return ["told", question, True, leg, showing]


NOT_SHOWING = told("none", "leg 1", showing=False)


@pytest.mark.parametrize(
    ("steps", "sent"),
    [
        ([ASK, told("none"), told("asked")], ["ask"]),  # the first "none" was on its way
        ([ASK, ["again", "none", "leg 1"]], ["ask"]),  # the old leg lives again
        ([ASK, ["again", "none", "leg 2"]], ["ask", "ask"]),  # the press was lost
        ([QUIET, ["again", "none", "leg 2"]], ["ask quietly", "ask quietly"]),
        ([ASK, ["again", "asked", "leg 2"]], ["ask"]),  # it had come through
        # The set was started anew and forgot it: told over the leg that is made, or later.
        (
            [ASK, told("asked"), told("none", "leg 1", False), ["again", "none", "leg 2"]],
            ["ask"] * 2,
        ),
        ([ASK, told("escalated"), told("none", "leg 2")], ["ask", "ask"]),
        ([ASK, told("asked"), told("none", "leg 2"), told("none", "leg 2")], ["ask", "ask"]),
        ([ASK, told("asked"), told("seen"), told("none", "leg 2")], ["ask"]),  # answered
        ([ASK, told("asked"), told("none"), ["again", "none", "leg 2"]], ["ask"]),  # over
        ([ASK, told("asked"), ["withdraw"], told("none", "leg 2")], ["ask", "withdraw"]),
        ([ASK, told("asked"), ["forget"], ["again", "none", "leg 2"]], ["ask"]),
        ([told("none", "leg 2"), ["again", "none", "leg 3"]], []),
    ],
)
def test_a_question_is_asked_until_it_is_answered(
    lesson: Lesson, steps: list[Any], sent: list[str]
) -> None:
    assert lesson.home.evaluate(_PLAY, steps) == sent


def test_a_set_that_is_started_anew_hears_the_question_again(lesson: Lesson) -> None:
    home, screen = lesson.home, lesson.screen
    home.click("[data-action=question]")
    lesson.wait_question(screen, "asked")
    unit = lesson.stage.demo.unit
    unit.kill()
    unit.start()
    # Only a set that heard the question can pass this answer on.
    wait_for(lambda: _answered(screen, home), what="the question at the new set")
    home.click("[data-action=withdraw]")
    lesson.wait_question(screen, "none")


def _answered(screen: Page, home: Page) -> bool:
    screen.evaluate("document.querySelector('[data-action=seen]').click()")
    home.wait_for_timeout(100)
    return home.evaluate("document.body.dataset.question") == "seen"
