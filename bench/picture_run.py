"""One system on the lab's line, watched: what the scenarios are made of."""

import time
from collections.abc import Callable

import numpy as np
import psutil

from bench.lab_net import Lab
from bench.page_watch import Kept, Watch
from bench.picture_figures import first_since
from bench.picture_plot import Track
from bench.picture_systems import System

_STEP_MS = 50


class Run:
    """A scenario's run: time passes with `wait`, changes of the line are noted for the plot."""

    def __init__(
        self, one: Lab, system: System, watch: Watch, reel: np.ndarray, pace: float
    ) -> None:
        self.lab, self.system, self.watch, self.reel = one, system, watch, reel
        self.pace = pace  # 0.5 in a quick run: every duration and number of repeats is halved
        self._start = time.time()
        self._changes: list[tuple[float, str]] = []

    def wait(self, seconds: float, until: Callable[[], bool] | None = None) -> bool:
        """Let time pass, at most so long; whether `until` came true."""
        end, gather_at = time.monotonic() + seconds, 0.0
        while (now := time.monotonic()) < end:
            self.system.page.wait_for_timeout(min(_STEP_MS, (end - now) * 1000))
            self.system.pump()
            if now >= gather_at:
                gather_at = now + (0.25 if until else 1.0)
                self.watch.gather()
                if until is not None and until():
                    return True
        self.watch.gather()
        return until is not None and until()

    def settle(self, seconds: float) -> None:
        self.wait(seconds * self.pace)

    def repeats(self, count: int) -> int:
        return max(2, round(count * self.pace))

    def change(self, what: str, at: float) -> float:
        """Note a change of the line; hands `at` on."""
        self._changes.append((at, what))
        return at

    def recovered(self, since: float, patience_s: float) -> tuple[float, bool]:
        """Seconds until a picture taken after `since` shows; (patience, False) when none came."""
        self.wait(patience_s, lambda: first_since(self.watch.shown, since) is not None)
        seconds = first_since(self.watch.shown, since)
        return (patience_s, False) if seconds is None else (seconds, True)

    def cores(self, seconds: float) -> float:
        """Wait, and tell how many processor cores the sender used meanwhile."""
        begin, at = _used(self.system.sender()), time.monotonic()
        self.wait(seconds)
        spent = time.monotonic() - at
        after = _used(self.system.sender())
        return sum(after[pid] - begin.get(pid, 0.0) for pid in after) / spent

    def kept(self) -> list[Kept]:
        self.watch.keep(0)
        return self.watch.kept()

    def track(self) -> Track:
        shown = [one for one in self.watch.shown if one.at >= self._start]
        counts = [one for one in self.watch.counts if one.at >= self._start]
        return Track(self._start, shown, counts, self._changes)


def _used(pids: list[int]) -> dict[int, float]:
    """Processor seconds of each process that is there."""
    found = {}
    for pid in pids:
        try:
            times = psutil.Process(pid).cpu_times()
        except psutil.NoSuchProcess:
            continue
        found[pid] = times.user + times.system
    return found
