"""The vraagknop's state: asked -> escalated -> seen -> turn. Pure; time is an argument."""

from typing import Literal

from hardware.light import LightState
from signaling.messages import QuestionState

Event = Literal["ask", "withdraw", "seen", "turn", "late", "over"]

_TABLE: dict[tuple[QuestionState, Event], QuestionState] = {
    ("none", "ask"): "asked",
    ("asked", "ask"): "asked",
    ("asked", "late"): "escalated",
    ("asked", "seen"): "seen",
    ("asked", "turn"): "turn",
    ("asked", "withdraw"): "none",
    ("escalated", "ask"): "escalated",
    ("escalated", "seen"): "seen",
    ("escalated", "turn"): "turn",
    ("escalated", "withdraw"): "none",
    ("seen", "ask"): "asked",  # seen, and still waiting: asking again is the pupil's right
    ("seen", "turn"): "turn",
    ("seen", "withdraw"): "none",
    ("turn", "turn"): "none",  # the teacher's second touch: thank you
    ("turn", "withdraw"): "none",
    ("turn", "late"): "none",
    ("turn", "ask"): "asked",
}

_LIGHT: dict[QuestionState, LightState] = {
    "none": "off",
    "asked": "on",
    "escalated": "pulse",
    "seen": "off",
    "turn": "off",
}


class Question:
    """One question at a time. What is not in the table changes nothing: presses may cross."""

    def __init__(self, escalate_after_s: float, turn_lasts_s: float) -> None:
        self._after: dict[QuestionState, float] = {
            "asked": escalate_after_s,
            "turn": turn_lasts_s,
        }
        self.state: QuestionState = "none"
        self._asked_at = 0.0
        self._since = 0.0

    @property
    def light(self) -> LightState:
        return _LIGHT[self.state]

    def handle(self, event: Event, now: float) -> bool:
        """Whether the state changed."""
        target = "none" if event == "over" else _TABLE.get((self.state, event), self.state)
        if target == self.state:
            return False
        if target == "asked":
            self._asked_at = now
        self.state, self._since = target, now
        return True

    def timeout(self, now: float) -> bool:
        """To be called now and then; whether the state changed."""
        patience = self._after.get(self.state)
        return patience is not None and now - self._since >= patience and self.handle("late", now)

    def asked_ago_ms(self, now: float) -> float:
        """How long ago the question was asked, 0 without one."""
        return 0.0 if self.state == "none" else max(0.0, now - self._asked_at) * 1000
