"""The rules of one pair's session on the server, as a table. Pure; time is an argument.

The server only helps a laptop and a unit to find each other. A *running* session needs no server:
after a restart of the server both devices log in again into `idle` and nothing is torn down.

    idle -laptop.join-> calling -unit.ready-> ready -laptop.offer-> offered -unit.answer-> open

Only the messages' types and the nonce of Join are looked at, never what is sealed.
"""

import logging
from collections.abc import Mapping
from typing import Literal

import msgspec

from signaling.identity import other
from signaling.messages import Join, Message, Problem, Ready, Role

State = Literal["idle", "calling", "ready", "offered", "open"]

_OPENING: dict[str, State] = {  # what may happen from `calling` onwards, besides the next step
    "laptop.join": "calling",  # legal everywhere: it is how a laptop starts again
    "laptop.candidate": "calling",
    "unit.candidate": "calling",
    "laptop.bye": "idle",
    "unit.bye": "idle",
    "unit.refuse": "idle",
    "laptop.arrived": "idle",  # a new login may have lost what was sent to the old socket
    "unit.arrived": "idle",
    "laptop.left": "idle",
    "unit.left": "idle",
    "late": "idle",
}

TABLE: Mapping[State, Mapping[str, State]] = {
    "idle": {
        "laptop.join": "calling",
        "laptop.knock": "idle",  # passes while nothing is being opened, and changes nothing
        "unit.knocked": "idle",
        "laptop.bye": "idle",  # a session that began before this server did may end through it
        "unit.bye": "idle",
        "laptop.arrived": "idle",
        "unit.arrived": "idle",
        "laptop.left": "idle",
        "unit.left": "idle",
    },
    "calling": _OPENING | {"unit.ready": "ready"},
    "ready": _OPENING
    | {"laptop.offer": "offered", "laptop.candidate": "ready", "unit.candidate": "ready"},
    "offered": _OPENING
    | {"unit.answer": "open", "laptop.candidate": "offered", "unit.candidate": "offered"},
    "open": {
        "laptop.join": "calling",
        "laptop.knock": "open",
        "unit.knocked": "open",
        "laptop.candidate": "open",
        "unit.candidate": "open",
        "laptop.bye": "idle",
        "unit.bye": "idle",
        "laptop.arrived": "open",  # the session runs between the devices, not through here
        "unit.arrived": "open",
        "laptop.left": "open",
        "unit.left": "open",
    },
}
"""state -> event -> next state. Whatever is not in it is a WrongOrderError."""

WAIT_S: Mapping[State, float] = {
    "calling": 15.0,  # the unit only has to look whether its camera is there
    "ready": 30.0,  # the page gathers candidates; a nonce is fresh for as long (handshake.py)
    "offered": 15.0,  # answering includes up to 5 s for a dead STUN server
}
"""Seconds that a state may last; the others last for ever."""

_log = logging.getLogger(__name__)


class SessionError(Exception):
    """A message that cannot be relayed now; `code` is told to its sender, nobody else notices."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


class WrongOrderError(SessionError):
    """The table has no such event in this state; the state is as before."""

    def __init__(self, state: State, event: str) -> None:
        super().__init__("wrong_order", f"{event} is not allowed in state {state}")
        self.state = state
        self.event = event


class PeerOfflineError(SessionError):
    """The other device is not logged in; the state is as before."""

    def __init__(self, event: str) -> None:
        super().__init__("peer_offline", f"{event} has nobody to go to")


class Send(msgspec.Struct, frozen=True):
    """What the server has to do: send `message` to the device with role `to`."""

    to: Role
    message: Message


class Session:
    """One pair's session. Every method takes `now` in seconds of one monotonic clock.

    Call `tick` before every other method, so that what is too late is not taken for in time.
    """

    def __init__(self) -> None:
        self._state: State = "idle"
        self._nonce = ""
        self._online: set[Role] = set()
        self.deadline: float | None = None
        """When `tick` has something to do; None: never."""

    @property
    def state(self) -> State:
        return self._state

    def arrived(self, role: Role, now: float) -> list[Send]:
        """A device has logged in, for the first time or again."""
        self._online.add(role)
        return self._interrupt(role, f"{role}.arrived", now)

    def left(self, role: Role, now: float) -> list[Send]:
        """A device is no longer logged in."""
        self._online.discard(role)
        return self._interrupt(role, f"{role}.left", now)

    def receive(self, role: Role, message: Message, now: float) -> Send:
        """What to send because `role` sent this. Raises WrongOrderError or PeerOfflineError."""
        event = f"{role}.{message.__struct_config__.tag}"
        if isinstance(message, Ready) and message.answers != self._nonce:
            event += "_to_another_join"  # crossed a newer Join on its way
        if event not in TABLE[self._state]:
            raise WrongOrderError(self._state, event)
        if other(role) not in self._online:
            raise PeerOfflineError(event)
        if isinstance(message, Join):
            self._nonce = message.nonce
        self._step(event, now)
        return Send(other(role), message)

    def tick(self, now: float) -> list[Send]:
        """End a wait that lasted too long; both devices are told `timed_out`."""
        if self.deadline is None or now < self.deadline:
            return []
        self._step("late", now)
        return [Send(role, Problem(code="timed_out")) for role in sorted(self._online)]

    def _interrupt(self, role: Role, event: str, now: float) -> list[Send]:
        opening = self._state in WAIT_S
        self._step(event, now)
        if opening and other(role) in self._online:
            return [Send(other(role), Problem(code="interrupted"))]
        return []

    def _step(self, event: str, now: float) -> None:
        state = TABLE[self._state][event]
        if state != self._state or event == "laptop.join":  # candidates do not lengthen a wait
            wait = WAIT_S.get(state)
            self.deadline = None if wait is None else now + wait
        self._enter(state)

    def _enter(self, state: State) -> None:
        """The only place where the state changes."""
        if state != self._state:
            _log.debug("session %s -> %s", self._state, state)
        self._state = state
