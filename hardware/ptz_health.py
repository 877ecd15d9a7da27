"""How a PTZ camera feels: which state follows which event.

Pure. Whatever is not in the table is a mistake of ours and raises.
"""

from __future__ import annotations

from typing import Literal

from hardware.motion import HealthState

Event = Literal["opened", "answered", "unanswered", "garbled", "lost"]

_NEXT: dict[tuple[HealthState, Event], HealthState] = {
    ("absent", "opened"): "opening",
    ("absent", "lost"): "absent",
    ("opening", "opened"): "opening",  # the chain changed while it was being numbered
    ("opening", "answered"): "ready",
    ("opening", "unanswered"): "silent",
    ("opening", "garbled"): "rubbish",
    ("opening", "lost"): "absent",
    ("ready", "opened"): "opening",
    ("ready", "unanswered"): "silent",
    ("ready", "garbled"): "rubbish",
    ("ready", "lost"): "absent",
    ("silent", "opened"): "opening",
    ("silent", "unanswered"): "silent",
    ("silent", "garbled"): "rubbish",
    ("silent", "lost"): "absent",
    ("rubbish", "opened"): "opening",
    ("rubbish", "unanswered"): "silent",
    ("rubbish", "garbled"): "rubbish",
    ("rubbish", "lost"): "absent",
}


def after(state: HealthState, event: Event) -> HealthState:
    """The next state; ValueError names a pair that cannot happen."""
    if (state, event) not in _NEXT:
        raise ValueError(f"a camera that is {state} cannot be {event}")
    return _NEXT[state, event]
