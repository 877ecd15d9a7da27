"""Notices that the laptop slept: its lid was closed, or it was put aside."""

import time
from collections.abc import Callable

_SLEPT_S = 2.0  # less than that the line survives by itself


def clocks() -> tuple[float, float]:
    """Seconds since the start of the machine, with and without those that it slept."""
    return time.clock_gettime(time.CLOCK_BOOTTIME), time.clock_gettime(time.CLOCK_MONOTONIC)


class SleepWatch:
    def __init__(self, read: Callable[[], tuple[float, float]] = clocks) -> None:
        self._read = read
        self._slept = self._total()

    def woke(self) -> bool:
        """Whether it slept since the last call."""
        before, self._slept = self._slept, self._total()
        return self._slept - before > _SLEPT_S

    def _total(self) -> float:
        awake_or_not, awake = self._read()
        return awake_or_not - awake
