"""What a camera told about itself, and when to ask again. Pure."""

from __future__ import annotations

import math
from collections import deque

from hardware import visca_reply as reply
from hardware.motion import Position
from hardware.profiles import Profile
from hardware.visca import Question

POLL_S = 0.28  # 3–4 positions a second leave the 9600 baud line two thirds free


class Readings:
    """The last answers to inquiries."""

    def __init__(self) -> None:
        self.wake_at = -math.inf  # when `next` has the next question
        self.version = "no version told"
        self._due: deque[Question] = deque()
        self._pan_tilt: tuple[int, int] | None = None
        self._zoom: int | None = None

    def next(self, now: float) -> Question | None:
        """The question that is due: head and lens, once a period."""
        if not self._due and now >= self.wake_at:
            self._due.extend((Question.PAN_TILT, Question.ZOOM))
            self.wake_at = now + POLL_S
        return self._due.popleft() if self._due else None

    def take(self, question: Question, data: bytes) -> None:
        """Keep an answer; ViscaReplyError if it does not fit the question."""
        if question is Question.PAN_TILT:
            self._pan_tilt = reply.pan_tilt_counts(data)
        elif question is Question.ZOOM:
            self._zoom = reply.zoom_counts(data)
        else:
            self.version = reply.version_text(data)

    def position(self, profile: Profile) -> Position | None:
        """The last position, None until the camera told both head and lens."""
        if self._pan_tilt is None or self._zoom is None:
            return None
        pan, tilt = map(profile.degrees, self._pan_tilt)
        return Position(pan, tilt, profile.magnification(self._zoom))
