"""A knock before the lesson, until the class answers it. Pure; time is an argument, in seconds."""

from typing import Literal

Answer = Literal["heard", "nobody", "come", "wait"]

LASTS_S = 60.0
"""A knock that nobody answered is taken off the screen; the pupil may go in or knock again."""
AGAIN_S = 4.0
"""A door is not drummed on: knocks that follow sooner change nothing."""


class Knock:
    """The knock that stands on the screen, or none."""

    def __init__(self) -> None:
        self._at: float | None = None

    @property
    def waits(self) -> bool:
        return self._at is not None

    def knocked(self, now: float, screen: bool) -> Answer | None:
        """Somebody knocks; gives what to tell at once, None for one that came too soon."""
        if self._at is not None and now - self._at < AGAIN_S:
            return None
        self._at = now if screen else None
        return "heard" if screen else "nobody"

    def answered(self) -> bool:
        """The class answers; whether there was anything to answer."""
        waited, self._at = self._at is not None, None
        return waited

    def tick(self, now: float, lesson: bool) -> None:
        """Forget it when it is old, or the pupil is in."""
        if self._at is not None and (lesson or now - self._at > LASTS_S):
            self._at = None
