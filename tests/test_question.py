"""The vraagknop's state, in virtual time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klasgenoot.question import Question

EVENTS = st.sampled_from(["ask", "withdraw", "seen", "turn", "late", "over"])


def make() -> Question:
    return Question(escalate_after_s=20, turn_lasts_s=60)


def test_nobody_answers() -> None:
    question = make()
    question.handle("ask", 100)
    assert (question.state, question.light) == ("asked", "on")
    assert not question.timeout(119.9)
    assert question.timeout(120)
    assert (question.state, question.light) == ("escalated", "pulse")
    assert question.asked_ago_ms(121) == 21_000  # still counted from the first press


@pytest.mark.parametrize(
    ("events", "state"),
    [
        (["ask", "seen"], "seen"),
        (["ask", "seen", "turn"], "turn"),
        (["ask", "late", "turn"], "turn"),
        (["ask", "turn", "turn"], "none"),
        (["ask", "seen", "withdraw"], "none"),
        (["ask", "seen", "ask"], "asked"),
        (["seen"], "none"),
        (["turn"], "none"),
        (["withdraw"], "none"),
        (["ask", "ask"], "asked"),
        (["ask", "late", "over"], "none"),
    ],
)
def test_story(events: list, state: str) -> None:
    question = make()
    for event in events:
        question.handle(event, 0)
    assert question.state == state


def test_a_turn_ends_by_itself() -> None:
    question = make()
    question.handle("ask", 0)
    question.handle("turn", 10)
    assert not question.timeout(69)
    assert question.timeout(70)
    assert question.state == "none"


@given(st.lists(st.tuples(EVENTS, st.floats(0, 100)), max_size=30))
def test_any_order_of_presses_is_safe(story: list) -> None:
    question, now = make(), 0.0
    for event, pause in story:
        now += pause
        before = question.state
        changed = question.handle(event, now)
        assert changed == (question.state != before)
        assert question.asked_ago_ms(now) >= 0
        assert (question.light == "off") == (question.state in ("none", "seen", "turn"))
    question.handle("over", now)
    assert question.state == "none"
