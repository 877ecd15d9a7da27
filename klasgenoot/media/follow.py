"""Auto-follow: keeps whoever walks about in the middle, calmly. What is decided, not what turns.

No model of a person and no sound: movement is all there is, so a teacher who sits and speaks is
simply left where he is in the picture.
"""

import math
from collections import deque
from dataclasses import dataclass
from typing import Literal

import numpy as np

from klasgenoot.media.follow_movement import Figure, Movement

State = Literal["settling", "watching", "deserted"]
_Event = Literal["head moves", "settled", "wished", "nobody"]

# What is not here changes nothing. A wish turns the head: wait for it before the next.
_NEXT: dict[tuple[State, _Event], State] = {
    ("watching", "head moves"): "settling",
    ("watching", "wished"): "settling",
    ("watching", "nobody"): "deserted",
    ("settling", "settled"): "watching",
    ("deserted", "wished"): "settling",
}

_SETTLE_S = 0.4  # after the head has come to rest the picture is still for sure
_BETWEEN_S = 0.8  # from the end of a move to the next: a picture that rests can be watched
_MIDDLE = 0.15  # half of the part of the picture in which the speaker may walk about
_MIDDLE_HEIGHT = 0.3  # more for height: people's bows and raised arms are no reason to tilt
_OUTSIDE_S = 0.3  # the speaker must be outside it for this long
_SMOOTH_S = 0.2
_GESTURE, _TALL_S = 0.6, 20.0  # of who was seen lately: an arm that points is no walk
_PACE_S, _AHEAD_S, _AHEAD = 0.8, 1.2, 0.15  # who walks on is met where the turn will end


@dataclass(frozen=True)
class Wish:
    """A point of the picture to be brought to its middle, −0.5…0.5 (x right, y down).

    With `back` nobody was where the head turned to: return to where following began.
    """

    x: float
    y: float
    back: bool = False


class Follower:
    """A state machine over movement, for one stretch of following.

    All times are in seconds on one steady clock and do not run back.
    """

    def __init__(self, now: float, give_up_s: float = 20.0) -> None:
        """The way back is wished for `give_up_s` after a wish at whose end nobody was seen."""
        self.state: State = "settling"
        self._give_up_s = give_up_s
        self._movement = Movement()
        self._speaker: Figure | None = None
        self._head_moved_at = self._smoothed_at = self._inside_at = now
        self._wished_at = -math.inf
        self._found = True
        self._tall = 0.0
        self._path: deque[tuple[float, float]] = deque()

    def update(self, luma: np.ndarray, now: float, *, head_moving: bool) -> Wish | None:
        """Take the newest picture's luma, uint8 (height, width); gives at most one wish a move."""
        if head_moving:
            self._head_moved_at = now
            self._step("head moves")
        if now - self._head_moved_at < _SETTLE_S:
            self._movement.forget()
            self._speaker, self._inside_at = None, now
            self._path.clear()
            return None
        self._step("settled")
        self._smooth(self._movement.look(luma, now), now)
        return self._judge(now)

    def _judge(self, now: float) -> Wish | None:
        speaker = self._speaker
        if speaker is None:
            self._inside_at = now
            lost = not self._found and now - self._wished_at > self._give_up_s
            if self.state == "watching" and lost:
                self._step("nobody")
                return Wish(0.0, 0.0, back=True)
            return None
        sideways, upright = abs(speaker.x) > _MIDDLE, abs(speaker.y) > _MIDDLE_HEIGHT
        if not sideways and not upright:
            self._inside_at = now
        resting_s = now - max(self._head_moved_at, self._wished_at)
        if now - self._inside_at < _OUTSIDE_S or resting_s < _BETWEEN_S:
            return None
        self._step("wished")
        self._wished_at = self._head_moved_at = now
        self._found = False
        x = speaker.x + self._ahead() if sideways else 0.0
        return Wish(_clamped(x), _clamped(speaker.y) if upright else 0.0)

    def _ahead(self) -> float:
        """How much further the speaker will be, at the pace kept so far; never the way back."""
        (first, began), (last, ended) = self._path[0], self._path[-1]
        if last - first < _OUTSIDE_S / 2 or (ended - began) * ended < 0:
            return 0.0
        pace = (ended - began) / (last - first)
        return min(_AHEAD, max(-_AHEAD, pace * _AHEAD_S))

    def _smooth(self, figure: Figure | None, now: float) -> None:
        passed, self._smoothed_at = now - self._smoothed_at, now
        if figure is None:
            self._speaker = None
            self._path.clear()
            return
        self._found = True
        self._tall = max(figure.height, self._tall * math.exp(-passed / _TALL_S))
        if figure.height < _GESTURE * self._tall:
            self._speaker = None
            self._path.clear()
            return
        self._path.append((now, figure.x))
        while now - self._path[0][0] > _PACE_S:
            self._path.popleft()
        if self._speaker is None:
            self._speaker = figure
            return
        part = 1 - math.exp(-passed / _SMOOTH_S)
        x = self._speaker.x + part * (figure.x - self._speaker.x)
        y = self._speaker.y + part * (figure.y - self._speaker.y)
        self._speaker = figure._replace(x=x, y=y)

    def _step(self, event: _Event) -> None:
        self.state = _NEXT.get((self.state, event), self.state)


def _clamped(value: float) -> float:
    return min(0.5, max(-0.5, value))
