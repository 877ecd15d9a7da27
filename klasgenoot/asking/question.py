"""The vraagknop: a question climbs a ladder until somebody answers. Pure; time is an argument.

lamp -> pulse and soft chime -> large on the screen -> a buddy -> the whole screen, for the teacher
"""

from typing import Literal, NamedTuple, Protocol

from hardware.light import LightState
from klasgenoot.asking.counts import QuestionCounts
from signaling.messages import Asked, QuestionState, Rung
from signaling.messages_buddy import BuddySees

Event = Literal["ask", "ask_quietly", "withdraw", "seen", "soon", "turn", "tell", "late", "over"]
Stand = Literal["none", "waiting", "seen", "soon", "turn"]

_TABLE: dict[tuple[Stand, Event], Stand] = {
    ("none", "ask"): "waiting",
    ("waiting", "ask"): "waiting",
    ("waiting", "seen"): "seen",
    ("waiting", "soon"): "soon",
    ("waiting", "turn"): "turn",
    ("waiting", "withdraw"): "none",
    ("seen", "ask"): "waiting",  # seen, and still waiting: asking again is the pupil's right
    ("seen", "soon"): "soon",
    ("seen", "turn"): "turn",
    ("seen", "withdraw"): "none",
    ("soon", "ask"): "waiting",
    ("soon", "late"): "waiting",  # "zo meteen" that nobody came back to: from the lamp again
    ("soon", "turn"): "turn",
    ("soon", "withdraw"): "none",
    ("turn", "turn"): "none",  # the teacher's second touch: thank you
    ("turn", "withdraw"): "none",
    ("turn", "late"): "none",
    ("turn", "ask"): "waiting",
}


class _Step(NamedTuple):
    """What a rung does on arrival, and as long as it lasts."""

    light: LightState
    chimes: int = 0


_STEPS: dict[Rung, _Step] = {
    "none": _Step("off"),
    "light": _Step("on"),
    "pulse": _Step("pulse", chimes=1),
    "large": _Step("pulse"),
    "buddy": _Step("pulse"),
    "teacher": _Step("pulse", chimes=2),
}
_LOUD: tuple[Rung, ...] = tuple(_STEPS)[1:]
_QUIET: tuple[Rung, ...] = tuple(rung for rung in _LOUD if rung != "buddy")
_BUDDYS: tuple[Rung, ...] = ("buddy", "teacher")


class Times(Protocol):
    """Seconds, > 0: how long each rung waits for the next, and how long two answers last."""

    @property
    def escalate_after_s(self) -> float: ...
    @property
    def large_after_s(self) -> float: ...
    @property
    def buddy_after_s(self) -> float: ...
    @property
    def teacher_after_s(self) -> float: ...
    @property
    def turn_lasts_s(self) -> float: ...
    @property
    def soon_lasts_s(self) -> float: ...


def offsets(times: Times) -> dict[Rung, float]:
    """How long after the press each rung is due, in seconds; the same for quiet and loud."""
    waits = (times.escalate_after_s, times.large_after_s, times.buddy_after_s)
    due = {"light": 0.0}
    for rung, wait in zip(_LOUD[1:], (*waits, times.teacher_after_s), strict=True):
        due[rung] = list(due.values())[-1] + wait
    return due  # type: ignore[return-value]


class Question:
    """One question at a time. What is not in the table changes nothing: presses may cross.

    A quiet question has no chime and no buddy. While the curtain is closed the ladder waits, and
    only the lamp burns: a private moment of the class is not rung through.
    """

    def __init__(self, times: Times) -> None:
        self._due = offsets(times)
        self._lasts: dict[Stand, float] = {"turn": times.turn_lasts_s, "soon": times.soon_lasts_s}
        self._stand: Stand = "none"
        self._rung: Rung = "none"
        self._loud, self._told, self._buddy_called, self._closed = True, False, False, False
        self._chimes = 0
        self._first_answer = False
        self._asked_at = self._since = self._ticked_at = self._climbed_s = 0.0
        self.counts = QuestionCounts()

    @property
    def state(self) -> QuestionState:
        """The fixed point of both pages."""
        if self._stand == "waiting":
            return "asked" if self.rung == "light" else "escalated"
        return "seen" if self._stand == "soon" else self._stand

    @property
    def rung(self) -> Rung:
        """How far it got, as people notice it."""
        return "light" if self._closed and self._rung != "none" else self._rung

    @property
    def light(self) -> LightState:
        return _STEPS[self.rung].light

    @property
    def buddy_sees(self) -> BuddySees:
        """All that a buddy's page is ever told."""
        if self._stand == "waiting" and self._loud and self.rung in _BUDDYS:
            return "told" if self._told else "call"
        answered = self._stand in ("seen", "soon", "turn")
        return "answered" if answered and self._buddy_called and not self._closed else "none"

    def asked(self) -> Asked:
        """What both pages are told beside the state."""
        return Asked(
            rung=self.rung,
            soon=self._stand == "soon",
            loud=self._loud,
            told=self._told and not self._closed,
            chimes=self._chimes,
        )

    def handle(self, event: Event, now: float) -> bool:
        """Whether anything changed."""
        if event == "tell":
            return self._tell()
        key: Event = "ask" if event == "ask_quietly" else event
        target = "none" if event == "over" else _TABLE.get((self._stand, key))
        if target is None:
            return False
        loud = event == "ask" if key == "ask" else self._loud
        if target == self._stand and loud == self._loud:
            return False
        self._count(key, target, now)
        self._loud = loud
        if target != self._stand:
            self._turn_to(target, key, now)
        return True

    def tick(self, now: float, closed: bool = False) -> bool:
        """To be called ten times a second, `closed` with a closed curtain; whether it changed.

        At most one rung a call: after a pause of the whole machine none is left out.
        """
        passed = max(0.0, now - self._ticked_at)
        self._ticked_at = max(self._ticked_at, now)
        changed, self._closed = closed != self._closed and self._rung != "none", closed
        if self._stand == "waiting" and not closed:
            self._climbed_s += passed
            return self._climb() or changed
        lasts = self._lasts.get(self._stand)
        late = lasts is not None and now - self._since >= lasts and self.handle("late", now)
        return late or changed

    def asked_ago_ms(self, now: float) -> float:
        """How long ago the question was asked, 0 without one."""
        return 0.0 if self._stand == "none" else max(0.0, now - self._asked_at) * 1000

    def _climb(self) -> bool:
        above = _LOUD[_LOUD.index(self._rung) + 1 :]
        rung = next((one for one in above if self._loud or one in _QUIET), None)
        if rung is None or self._climbed_s < self._due[rung]:
            return False
        self._rung = rung
        self.counts.reached(rung)
        if self._loud:
            self._chimes += _STEPS[rung].chimes
            self._buddy_called |= rung == "buddy"
        return True

    def _turn_to(self, target: Stand, event: Event, now: float) -> None:
        if target == "waiting":
            if event == "ask":
                self._asked_at = now
            self._rung, self._climbed_s, self._ticked_at = "light", 0.0, now
            self._buddy_called = False
        else:
            self._rung = "none"
        self._stand, self._since, self._told = target, now, False

    def _tell(self) -> bool:
        if self._told or self.buddy_sees != "call":
            return False
        self._told = True
        self.counts.add("told")
        return True

    def _count(self, event: Event, target: Stand, now: float) -> None:
        if event == "ask" and target == "waiting" and self._stand != "waiting":
            self.counts.add("asked")
            self._first_answer = True
        elif event == "withdraw" and self._stand == "waiting":
            self.counts.add("withdrawn")
        elif self._first_answer and event in ("seen", "soon", "turn"):
            self._first_answer = False
            self.counts.answered(event, now - self._asked_at)
