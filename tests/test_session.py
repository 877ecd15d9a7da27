"""The rules of one pair's session: every message in every state, and what time does."""

import logging
from collections.abc import Callable

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from signaling.identity import other
from signaling.messages import (
    Answer,
    Bye,
    Candidate,
    IceCandidate,
    Join,
    Message,
    Offer,
    Problem,
    Ready,
    Refuse,
    Role,
    Sealed,
)
from signaling.session import (
    TABLE,
    WAIT_S,
    PeerOfflineError,
    Send,
    Session,
    SessionError,
    State,
    WrongOrderError,
)

SEALED = Sealed(body="{}", signature="s" * 86)
NONCE = "n" * 43
MESSAGES: dict[str, Message] = {
    "join": Join(nonce=NONCE),
    "ready": Ready(nonce="u" * 43, answers=NONCE),
    "refuse": Refuse(code="fault"),
    "offer": Offer(sealed=SEALED),
    "answer": Answer(sealed=SEALED),
    "candidate": Candidate(ice=IceCandidate(candidate="")),
    "bye": Bye(sealed=SEALED),
}
PATH: tuple[tuple[State, Role, str], ...] = (
    ("calling", "laptop", "join"),
    ("ready", "unit", "ready"),
    ("offered", "laptop", "offer"),
    ("open", "unit", "answer"),
)
ROLES: tuple[Role, Role] = ("laptop", "unit")


def session_in(state: State) -> Session:
    session = Session()
    for role in ROLES:
        session.arrived(role, 0.0)
    for reached, role, name in PATH:
        if session.state == state:
            break
        assert session.receive(role, MESSAGES[name], 0.0) == Send(other(role), MESSAGES[name])
        assert session.state == reached
    assert session.state == state
    return session


@pytest.mark.parametrize("name", MESSAGES)
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("state", TABLE)
def test_every_message_in_every_state(state: State, role: Role, name: str) -> None:
    session = session_in(state)
    allowed = TABLE[state].get(f"{role}.{name}")
    if allowed is None:
        with pytest.raises(WrongOrderError) as wrong:
            session.receive(role, MESSAGES[name], 1.0)
        assert wrong.value.state == state
        assert wrong.value.event.startswith(f"{role}.{name}")
        assert state in str(wrong.value) and name in str(wrong.value)
        assert session.state == state
    else:
        sent = session.receive(role, MESSAGES[name], 1.0)
        assert sent == Send(other(role), MESSAGES[name])
        assert session.state == allowed


def test_the_rules_that_the_story_needs() -> None:
    for row in TABLE.values():
        assert row["laptop.join"] == "calling"  # always a way to start again
        assert row["laptop.bye"] == row["unit.bye"] == "idle"
        assert "unit.join" not in row and "unit.offer" not in row and "laptop.answer" not in row
    assert "laptop.candidate" not in TABLE["idle"]
    assert TABLE["open"]["unit.left"] == TABLE["open"]["laptop.arrived"] == "open"
    assert WAIT_S == {"calling": 15.0, "ready": 30.0, "offered": 15.0}


@pytest.mark.parametrize("state", WAIT_S)
def test_a_wait_ends_and_both_are_told(state: State) -> None:
    session = session_in(state)
    assert session.deadline == WAIT_S[state]
    assert session.tick(WAIT_S[state] - 0.01) == []
    told = session.tick(WAIT_S[state])
    assert [(s.to, s.message) for s in told] == [(r, Problem(code="timed_out")) for r in ROLES]
    assert session.state == "idle" and session.deadline is None


def test_candidates_do_not_lengthen_a_wait_and_a_new_join_does() -> None:
    session = session_in("calling")
    session.receive("laptop", MESSAGES["candidate"], 10.0)
    assert session.deadline == 15.0
    session.receive("laptop", MESSAGES["join"], 10.0)
    assert session.deadline == 25.0


def test_a_ready_that_crossed_a_newer_join_is_not_relayed() -> None:
    session = session_in("calling")
    session.receive("laptop", Join(nonce="second" * 7), 1.0)
    with pytest.raises(WrongOrderError, match="another_join"):
        session.receive("unit", MESSAGES["ready"], 1.0)
    session.receive("unit", Ready(nonce="u" * 43, answers="second" * 7), 1.0)
    assert session.state == "ready"


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("event", ["arrived", "left"])
@pytest.mark.parametrize("state", TABLE)
def test_coming_and_going(state: State, event: str, role: Role) -> None:
    session = session_in(state)
    act: Callable[[Role, float], list[Send]] = getattr(session, event)
    told = act(role, 1.0)
    if state in WAIT_S:
        assert told == [Send(other(role), Problem(code="interrupted"))]
        assert session.state == "idle"
    else:
        assert told == []
        assert session.state == state


def test_nobody_is_called_who_is_not_there() -> None:
    session = Session()
    session.arrived("laptop", 0.0)
    with pytest.raises(PeerOfflineError):
        session.receive("laptop", MESSAGES["join"], 0.0)
    assert session.state == "idle"


def test_the_setter_logs(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "signaling.session")
    session_in("ready")
    assert [r.getMessage() for r in caplog.records] == [
        "session idle -> calling",
        "session calling -> ready",
    ]


class AnySession(RuleBasedStateMachine):
    """Whatever the two devices and the clock do, the rules hold."""

    def __init__(self) -> None:
        super().__init__()
        self.session = Session()
        self.now = 0.0
        self.online: set[Role] = set()

    @precondition(lambda self: self.online)
    @rule(data=st.data(), name=st.sampled_from(sorted(MESSAGES)))
    def message(self, data: st.DataObject, name: str) -> None:
        role = data.draw(st.sampled_from(sorted(self.online)))
        state = self.session.state
        try:
            send = self.session.receive(role, MESSAGES[name], self.now)
        except SessionError:
            assert self.session.state == state
            return
        assert send == Send(other(role), MESSAGES[name])  # never back, never changed
        assert other(role) in self.online

    @rule(role=st.sampled_from(ROLES))
    def arrives(self, role: Role) -> None:
        self.online.add(role)
        assert all(isinstance(s.message, Problem) for s in self.session.arrived(role, self.now))

    @rule(role=st.sampled_from(ROLES))
    def leaves(self, role: Role) -> None:
        self.online.discard(role)
        for send in self.session.left(role, self.now):
            assert send.to in self.online

    @rule(seconds=st.floats(0, 40))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds
        for send in self.session.tick(self.now):
            assert send.to in self.online and send.message == Problem(code="timed_out")

    @precondition(lambda self: self.online == set(ROLES))
    @rule()
    def a_join_always_starts_again(self) -> None:
        self.session.receive("laptop", MESSAGES["join"], self.now)
        assert self.session.state == "calling"

    @invariant()
    def no_wait_is_endless(self) -> None:
        waits = self.session.state in WAIT_S
        assert (self.session.deadline is not None) == waits
        if self.session.deadline is not None:
            assert self.session.deadline <= self.now + WAIT_S[self.session.state]

    @invariant()
    def nobody_waits_for_who_is_gone(self) -> None:
        if self.session.state in WAIT_S:
            assert self.online == set(ROLES)


TestAnySession = AnySession.TestCase
TestAnySession.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
