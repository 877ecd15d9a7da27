"""How many pictures a second a camera really delivers. Pure; time is an argument.

In poor light a webcam gives 15 or 7 instead of 30, others give 60 whatever was asked. An encoder
that believes 30 gives each picture of 7 a quarter of the bits that there are, and of 60 it makes
half more than the line bears.
"""

_WINDOW_S = 2.0
_GAP_S = 1.0  # a camera that stood still tells nothing of its pace
_OFF = 1.4  # times more or less than believed; each change costs a keyframe


class CameraPace:
    """`fps` begins at what the camera was asked for."""

    def __init__(self, asked: float) -> None:
        self._asked = self.fps = asked
        self._first: tuple[int, float] | None = None
        self._last = (0, 0.0)

    def seen(self, sequence: int, at: float) -> None:
        """A picture of the camera came at `at` (s); `sequence` counts also what was passed over."""
        fresh = sequence > self._last[0] and at - self._last[1] < _GAP_S
        self._last = sequence, at
        if self._first is None or not fresh:
            self._first = sequence, at
            return
        spent_s = at - self._first[1]
        if spent_s < _WINDOW_S:
            return
        measured = (sequence - self._first[0]) / spent_s
        self._first = sequence, at
        if not self.fps / _OFF < measured < self.fps * _OFF:
            close = self._asked / _OFF < measured < self._asked * _OFF
            self.fps = self._asked if close else round(measured, 1)

    def step(self, every: int) -> int:
        """Which of its pictures to take, where `every` is meant of those that were asked for."""
        return max(1, round(every * self.fps / self._asked))
