"""The vraagknop's ladder, in virtual time."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.settings import Question as Times
from klasgenoot.asking.question import Question, offsets

TIMES = Times(
    escalate_after_s=20,
    large_after_s=10,
    buddy_after_s=5,
    teacher_after_s=15,
    turn_lasts_s=60,
    soon_lasts_s=180,
)
RUNGS = ["none", "light", "pulse", "large", "buddy", "teacher"]
WAITING = ("asked", "escalated")
EVENTS = ["ask", "ask_quietly", "withdraw", "seen", "soon", "turn", "tell", "late", "over"]


def asked(event: str = "ask", wait_s: float = 0, closed: bool = False) -> Question:
    """A question that waited so long, looked at ten times a second."""
    question = Question(TIMES)
    question.handle(event, 0)
    pass_time(question, 0, wait_s, closed)
    return question


def pass_time(question: Question, start_s: float, end_s: float, closed: bool = False) -> None:
    for tick in range(round((end_s - start_s) * 10) + 1):
        question.tick(start_s + tick / 10, closed)


@pytest.mark.parametrize(
    ("waited_s", "rung", "state", "light", "chimes", "buddy"),
    [
        (0, "light", "asked", "on", 0, "none"),
        (19.8, "light", "asked", "on", 0, "none"),
        (20.1, "pulse", "escalated", "pulse", 1, "none"),
        (30.1, "large", "escalated", "pulse", 1, "none"),
        (35.1, "buddy", "escalated", "pulse", 1, "call"),
        (50.1, "teacher", "escalated", "pulse", 3, "call"),
        (5000, "teacher", "escalated", "pulse", 3, "call"),
    ],
)
def test_nobody_answers(  # noqa: PLR0917 - a row of the table
    waited_s: float, rung: str, state: str, light: str, chimes: int, buddy: str
) -> None:
    question = asked(wait_s=waited_s)
    assert (question.rung, question.state, question.light) == (rung, state, light)
    assert question.asked().chimes == chimes
    assert question.buddy_sees == buddy
    # The waiting time runs from the press, through all rungs.
    assert question.asked_ago_ms(waited_s) == pytest.approx(waited_s * 1000)


def test_a_quiet_question_is_lamp_and_screen_only() -> None:
    question = Question(TIMES)
    question.handle("ask_quietly", 0)
    seen = []
    for tick in range(600):
        question.tick(tick / 10)
        seen.append(question.rung)
        assert question.asked().chimes == 0
        assert question.buddy_sees == "none"
    assert list(dict.fromkeys(seen)) == ["light", "pulse", "large", "teacher"]
    assert seen.index("teacher") / 10 == pytest.approx(50, abs=0.2)  # no sooner than a loud one


def test_a_quiet_question_may_become_loud_and_keeps_its_place() -> None:
    question = asked("ask_quietly", 30.1)
    assert question.handle("ask", 30.1)
    assert question.rung == "large"
    pass_time(question, 30.2, 35.2)
    assert question.buddy_sees == "call"
    assert question.asked_ago_ms(35.2) == pytest.approx(35_200)


def test_behind_the_curtain_only_the_lamp_burns_and_the_ladder_waits() -> None:
    question = asked(wait_s=35.1)
    question.tick(36, closed=True)
    assert (question.rung, question.light, question.buddy_sees) == ("light", "on", "none")
    pass_time(question, 36, 600, closed=True)
    assert question.asked().chimes == 1
    question.tick(600.1)
    assert question.rung == "buddy"  # where it was
    pass_time(question, 600.1, 613)
    assert question.rung == "buddy"
    pass_time(question, 613, 616)
    assert question.rung == "teacher"


def test_a_machine_that_slept_leaves_no_rung_out() -> None:
    question = asked()
    rungs = []
    for _ in range(6):
        question.tick(10_000)
        rungs.append(question.rung)
    assert rungs == ["pulse", "large", "buddy", "teacher", "teacher", "teacher"]


@pytest.mark.parametrize(
    ("events", "state", "soon"),
    [
        (["ask", "seen"], "seen", False),
        (["ask", "soon"], "seen", True),
        (["ask", "seen", "soon"], "seen", True),
        (["ask", "soon", "seen"], "seen", True),
        (["ask", "seen", "turn"], "turn", False),
        (["ask", "soon", "turn"], "turn", False),
        (["ask", "turn", "turn"], "none", False),
        (["ask", "seen", "withdraw"], "none", False),
        (["ask", "soon", "withdraw"], "none", False),
        (["ask", "seen", "ask"], "asked", False),
        (["ask_quietly", "soon", "ask"], "asked", False),
        (["seen"], "none", False),
        (["soon"], "none", False),
        (["turn"], "none", False),
        (["tell"], "none", False),
        (["withdraw"], "none", False),
        (["ask", "ask"], "asked", False),
        (["ask", "over"], "none", False),
    ],
)
def test_story(events: list, state: str, soon: bool) -> None:
    question = Question(TIMES)
    for event in events:
        question.handle(event, 0)
    assert (question.state, question.asked().soon) == (state, soon)


def test_a_classmate_says_it() -> None:
    question = asked(wait_s=30.1)
    assert not question.handle("tell", 30.1)  # nobody was asked to
    pass_time(question, 30.2, 35.2)
    assert question.handle("tell", 35.2)
    assert not question.handle("tell", 35.3)
    assert question.asked().told
    assert question.buddy_sees == "told"
    question.handle("seen", 36)
    assert not question.asked().told
    assert question.buddy_sees == "answered"
    question.handle("withdraw", 37)
    assert question.buddy_sees == "none"


def test_a_buddy_who_was_not_called_hears_of_no_answer() -> None:
    question = asked(wait_s=20.1)
    question.handle("seen", 21)
    assert question.buddy_sees == "none"


def test_a_turn_ends_by_itself() -> None:
    question = asked()
    question.handle("turn", 10)
    assert not question.tick(69)
    assert question.tick(70)
    assert question.state == "none"


def test_zo_meteen_that_was_forgotten_comes_back_from_the_lamp() -> None:
    question = asked(wait_s=40)
    question.handle("soon", 40)
    pass_time(question, 40, 219)
    assert question.state == "seen"
    pass_time(question, 219, 220.1)
    assert (question.state, question.rung) == ("asked", "light")
    assert question.asked_ago_ms(221) == 221_000  # still counted from the first press
    assert question.counts.figures()["soon"] == 1


def test_only_counts_are_kept() -> None:
    question = asked(wait_s=20.1)
    question.handle("seen", 21)
    question.handle("turn", 25)
    question.handle("turn", 30)
    question.handle("ask", 40)
    question.handle("withdraw", 41)
    question.handle("ask_quietly", 50)
    question.handle("turn", 5000)
    assert question.counts.figures() == {
        "asked": 3,
        "rung_pulse": 1,
        "seen": 1,
        "turn": 1,
        "within_30_s": 1,
        "within_more": 1,
        "withdrawn": 1,
    }


PAUSES = st.floats(0, 100)
STORIES = st.lists(
    st.tuples(st.sampled_from([*EVENTS, "tick", "tick closed"]), PAUSES), max_size=60
)


@given(STORIES)
def test_any_order_of_presses_is_safe(story: list) -> None:
    question, now, chimes = Question(TIMES), 0.0, 0
    for event, pause in story:
        now += pause
        before, rung = question.state, question.rung
        if event.startswith("tick"):
            closed = event.endswith("closed")
            question.tick(now, closed)
            if closed:
                assert question.rung in ("none", "light")
                assert question.asked().chimes == chimes
        else:
            changed = question.handle(event, now)
            if not changed:
                assert (question.state, question.rung) == (before, rung)
        loud = question.asked().loud
        # The lamp is never skipped: it burns from the press until the answer, and only then.
        assert (question.light != "off") == (question.state in WAITING)
        assert (question.rung == "none") == (question.state not in WAITING)
        if before not in WAITING and question.state in WAITING:
            assert question.rung == "light"
        # An answer stops every rung.
        if question.state not in WAITING:
            assert question.buddy_sees in ("none", "answered")
            assert not question.asked().told
        # Never a chime for a quiet question, nor for any without a rung reached.
        now_chimes = question.asked().chimes
        assert now_chimes >= chimes
        if now_chimes > chimes:
            assert loud
            assert event == "tick"
            assert question.state == "escalated"
        if not loud:
            assert question.buddy_sees in ("none", "answered")
        chimes = now_chimes
        assert question.asked_ago_ms(now) >= 0
    question.handle("over", now)
    assert (question.state, question.light) == ("none", "off")


@given(st.lists(st.floats(0, 30), max_size=60), st.booleans())
def test_the_ladder_only_goes_up_and_no_rung_comes_early(pauses: list, loud: bool) -> None:
    question, now = Question(TIMES), 0.0
    question.handle("ask" if loud else "ask_quietly", now)
    due, rungs = offsets(TIMES), ["light"]
    for pause in pauses:
        now += pause
        question.tick(now)
        rungs.append(question.rung)
        assert now >= due[question.rung] - 1e-6
    steps = [(RUNGS.index(a), RUNGS.index(b)) for a, b in pairwise(rungs)]
    assert all(before <= after for before, after in steps)
    assert loud or "buddy" not in rungs


@given(st.floats(-1e6, 1e6))
def test_a_clock_that_jumps_does_no_harm(jump: float) -> None:
    question = asked(wait_s=5)
    question.tick(jump)
    assert question.state in WAITING
    assert question.asked_ago_ms(jump) >= 0
