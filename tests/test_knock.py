"""The knock before the lesson, and the laptop that slept, in virtual time."""

import pytest

from klasgenoot.asking.knock import AGAIN_S, LASTS_S, Knock
from signaling.messages import Join, Message, Problem
from signaling.messages_seat import Knock as Knocks
from signaling.messages_seat import Knocked
from signaling.session import Session, WrongOrderError
from thuis_client.sleep_watch import SleepWatch


def test_a_knock_stands_on_the_screen_until_it_is_answered() -> None:
    knock = Knock()
    assert knock.knocked(0, screen=True) == "heard"
    assert knock.waits
    assert knock.answered()
    assert not knock.waits
    assert not knock.answered()  # a second touch answers nothing


def test_nobody_is_there_to_hear_it_without_a_screen() -> None:
    knock = Knock()
    assert knock.knocked(0, screen=False) == "nobody"
    assert not knock.waits


def test_drumming_changes_nothing() -> None:
    knock = Knock()
    knock.knocked(0, screen=True)
    assert knock.knocked(AGAIN_S - 0.1, screen=True) is None
    assert knock.knocked(AGAIN_S, screen=True) == "heard"


@pytest.mark.parametrize(("at_s", "lesson"), [(LASTS_S + 0.1, False), (1, True)])
def test_it_ends_by_itself_and_when_the_pupil_is_in(at_s: float, lesson: bool) -> None:
    knock = Knock()
    knock.knocked(0, screen=True)
    knock.tick(0.5, lesson=False)
    assert knock.waits
    knock.tick(at_s, lesson=lesson)
    assert not knock.waits


def met() -> Session:
    session = Session()
    session.arrived("unit", 0)
    session.arrived("laptop", 0)
    return session


def test_the_server_passes_it_on_and_back() -> None:
    session = met()
    assert session.receive("laptop", Knocks(), 1).to == "unit"
    assert session.receive("unit", Knocked(answer="come"), 2).to == "laptop"
    assert session.state == "idle"


@pytest.mark.parametrize(
    ("role", "message"), [("unit", Knocks()), ("laptop", Knocked(answer="come"))]
)
def test_nobody_knocks_from_within_or_opens_from_without(role: str, message: Message) -> None:
    with pytest.raises(WrongOrderError):
        met().receive(role, message, 1)  # type: ignore[arg-type]


def test_a_knock_disturbs_no_call() -> None:
    session = met()
    session.receive("laptop", Join(nonce="n" * 43), 1)
    with pytest.raises(WrongOrderError):
        session.receive("laptop", Knocks(), 2)
    assert session.state == "calling"
    assert [type(send.message) for send in session.tick(100)] == [Problem, Problem]


def test_a_closed_lid_is_noticed_once() -> None:
    clock = [100.0, 90.0]  # with and without the time it slept
    watch = SleepWatch(lambda: (clock[0], clock[1]))
    assert not watch.woke()
    clock[:] = [100.25, 90.25]
    assert not watch.woke()
    clock[:] = [3700.0, 90.5]
    assert watch.woke()
    assert not watch.woke()
