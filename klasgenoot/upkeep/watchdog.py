"""Whether the agent is alive enough to go on, or has to be started again. Pure.

A part that is absent is not a reason: its thread goes on looking for it, and the screen says what
to do. A thread that hangs is one, for nothing but a new process gets it going. But only a thread
that has worked in this process: a camera that hangs from the start would hang the next one too,
and an agent that starts again every half minute helps nobody.
"""

from collections.abc import Iterable
from dataclasses import dataclass

HUNG_S = 15.0
"""Silence of a thread that tries again at least every 2 s, while a driver may take some seconds."""


@dataclass(frozen=True)
class Beat:
    """A thread: whether its part has worked since the start, and when it last went round.

    `at` is on time.monotonic(), 0 before its first round.
    """

    name: str
    worked: bool
    at: float


def hung(beats: Iterable[Beat], now: float) -> tuple[str, ...]:
    """The names of those that stand still and would be helped by a new process."""
    return tuple(
        beat.name for beat in beats if beat.worked and beat.at > 0 and now - beat.at > HUNG_S
    )
