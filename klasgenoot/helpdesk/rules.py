"""What the helpdesk may do with this set, and how often. Pure; times are arguments, in seconds.

Whoever sits on the server can say that he is the helpdesk. So the set itself decides: nothing here
shows picture or sound, ends a lesson without a yes from the class, or can be repeated for ever.
"""

from collections import deque
from collections.abc import Mapping, Sequence

from signaling.messages_helpdesk import ActionName

HOUR_S = 3600.0
A_HOUR: Mapping[ActionName | str, int] = {"restart": 3, "doctor": 6, "text": 12, "ask": 3}
"""Times an hour. `ask` is the question to the class whether a lesson may be interrupted."""
ASKED_PER_S, ASKED_BURST = 0.2, 10
"""What comes faster than people press is passed over: answers to it would be a flood too."""
ASK_S = 60.0
"""Nobody answered in this time: no."""
TEXT_S = 1800.0
"""A text that nobody has touched goes away by itself, or it would hang there the next lesson."""
SHOWN_S = 60.0
"""How long the screen tells what the helpdesk did."""
LEAVE_S = 1.5
"""Screen and server are told before the agent goes."""


class Budget:
    """So many times an hour, of each kind."""

    def __init__(self) -> None:
        self._times: dict[str, deque[float]] = {
            kind: deque(maxlen=most) for kind, most in A_HOUR.items()
        }

    def take(self, kind: ActionName | str, now: float) -> bool:
        """Whether this may be done now; then it counts."""
        times = self._times[kind]
        if len(times) == times.maxlen and now - times[0] < HOUR_S:
            return False
        times.append(now)
        return True


def may_restart(before: Sequence[int], now: int) -> bool:
    """`before`: when it was done, by the clock on the wall, which may have been set since: a time
    that lies ahead counts too, or setting the clock back would open the door."""
    return sum(abs(now - at) < HOUR_S for at in before) < A_HOUR["restart"]


def remembered(line: bytes) -> tuple[int, ...] | None:
    """The times in the set's small file; None when it is no such line."""
    words = line.decode("ascii", "replace").strip().split(":")
    if len(words) > A_HOUR["restart"] or not all(w.isdecimal() and len(w) <= 12 for w in words):
        return None
    return tuple(int(word) for word in words)


def to_remember(before: Sequence[int], now: int) -> bytes:
    """The line for that file: the newest times, this one included."""
    return ":".join(str(at) for at in (*before, now)[-A_HOUR["restart"] :]).encode()
