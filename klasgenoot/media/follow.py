"""Auto-follow: keeps whoever moves in the middle, calmly, until the first touch."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from klasgenoot.media.follow_movement import Figure, Movement

State = Literal["paused", "watching", "settling", "class view"]
_Event = Literal["touched", "enabled", "head moves", "settled", "wished", "nobody"]

# What is not here changes nothing. A wish turns the head: wait for it before the next.
_NEXT: dict[tuple[State, _Event], State] = {
    ("paused", "enabled"): "settling",
    ("watching", "touched"): "paused",
    ("watching", "head moves"): "settling",
    ("watching", "wished"): "settling",
    ("watching", "nobody"): "class view",
    ("settling", "touched"): "paused",
    ("settling", "settled"): "watching",
    ("class view", "touched"): "paused",
    ("class view", "wished"): "settling",
}

_SETTLE_S = 0.4  # after the head has come to rest the picture is still for sure
_BETWEEN_S = 2.0  # from one move to the next
_MIDDLE = 0.2  # half of the middle 40 % of the picture, in which the speaker may walk about
_MIDDLE_HEIGHT = 0.3  # the same for height: people's bows and raised arms are no reason to tilt
_OUTSIDE_S = 0.4  # the speaker must be outside it for this long
_SMOOTH_S = 0.35


@dataclass(frozen=True)
class Wish:
    """A point of the picture to be brought to its middle, −0.5…0.5 (x right, y down).

    With `class_view` there is nobody to follow: go to the preset that shows the class.
    """

    x: float
    y: float
    class_view: bool = False


class Follower:
    """A state machine over movement; it starts paused.

    All times are in seconds on one steady clock and do not run back.
    """

    def __init__(self, give_up_s: float = 20.0) -> None:
        """After `give_up_s` without movement the class view is wished for."""
        self.state: State = "paused"
        self._give_up_s = give_up_s
        self._movement = Movement()
        self._speaker: Figure | None = None
        self._smoothed_at = self._seen_at = self._inside_at = 0.0
        self._head_moved_at = self._moved_at = float("-inf")

    def enable(self, now: float) -> None:
        """Follow from now on; once more after every touch."""
        self._step("enabled")
        self._head_moved_at = self._seen_at = now

    def touch(self, now: float) -> None:
        """Somebody steers: let go until enabled again."""
        self._step("touched")
        self._head_moved_at = now

    def update(self, luma: np.ndarray, now: float, *, head_moving: bool) -> Wish | None:
        """Take the newest picture's luma, uint8 (height, width); a wish at most every 2 s."""
        if self.state == "paused":
            return None
        if head_moving:
            self._head_moved_at = now
            self._step("head moves")
        if now - self._head_moved_at < _SETTLE_S:
            self._movement.forget()
            self._speaker, self._inside_at = None, now
            return None
        self._step("settled")
        self._smooth(self._movement.look(luma, now), now)
        return self._judge(now)

    def _judge(self, now: float) -> Wish | None:
        speaker = self._speaker
        if speaker is None:
            if self.state == "watching" and now - self._seen_at > self._give_up_s:
                self._step("nobody")
                self._moved_at = self._head_moved_at = now
                return Wish(0.0, 0.0, class_view=True)
            return None
        if abs(speaker.x) <= _MIDDLE and abs(speaker.y) <= _MIDDLE_HEIGHT:
            self._inside_at = now
            return None
        if now - self._inside_at < _OUTSIDE_S or now - self._moved_at < _BETWEEN_S:
            return None
        self._step("wished")
        self._moved_at = self._head_moved_at = now
        return Wish(_clamped(speaker.x), _clamped(speaker.y))

    def _smooth(self, figure: Figure | None, now: float) -> None:
        passed, self._smoothed_at = now - self._smoothed_at, now
        if figure is None:
            self._speaker = None
            return
        self._seen_at = now
        if self._speaker is None:
            self._speaker = figure
            return
        part = 1 - math.exp(-passed / _SMOOTH_S)
        x = self._speaker.x + part * (figure.x - self._speaker.x)
        y = self._speaker.y + part * (figure.y - self._speaker.y)
        self._speaker = Figure(x, y, figure.weight)

    def _step(self, event: _Event) -> None:
        self.state = _NEXT.get((self.state, event), self.state)


def _clamped(value: float) -> float:
    return min(0.5, max(-0.5, value))
