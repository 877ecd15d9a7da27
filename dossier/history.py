"""The link of one set over the day, five minutes a row. Pure; times are arguments, in seconds since
1970."""

from dataclasses import dataclass, replace

from signaling.messages_helpdesk import Report

SLOT_S = 300
_LONGEST_S = 3600.0
_HOLDS_S = 90.0
"""A set reports each 30 s; without a report for so long we do not know whether a lesson goes on."""


@dataclass
class Slot:
    """What happened in `SLOT_S` seconds; the last three are means over `samples` reports."""

    slot: int
    online_s: float = 0.0
    live_s: float = 0.0
    restarts: int = 0
    samples: int = 0
    lost_pct: float = 0.0
    rtt_ms: float = 0.0
    rate_kbps: float = 0.0

    def measured(self, lost_pct: float, rtt_ms: float, rate_kbps: float, count: int = 1) -> None:
        """Take `count` samples with these means along."""
        whole = self.samples + count
        if whole == 0:
            return
        share = count / whole
        self.lost_pct += (lost_pct - self.lost_pct) * share
        self.rtt_ms += (rtt_ms - self.rtt_ms) * share
        self.rate_kbps += (rate_kbps - self.rate_kbps) * share
        self.samples = whole

    def add(self, other: "Slot") -> None:
        """Two halves of one slot: the server was started anew in between."""
        self.online_s = min(SLOT_S, self.online_s + other.online_s)
        self.live_s = min(SLOT_S, self.live_s + other.live_s)
        self.restarts += other.restarts
        self.measured(other.lost_pct, other.rtt_ms, other.rate_kbps, other.samples)


class Record:
    """One set's slots as they fill. `advance` before every other method."""

    def __init__(self, now: float) -> None:
        self._at = now
        self._slot = Slot(int(now) // SLOT_S)
        self._done: list[Slot] = []
        self._report: tuple[Report, float] | None = None
        self._boot = ""
        self._online = False

    def advance(self, now: float) -> None:
        """Count the time until now; where a clock was set, nothing."""
        if not self._online or not 0 <= now - self._at <= _LONGEST_S:
            self._at = now
        while self._slot.slot < int(now) // SLOT_S:
            end = float((self._slot.slot + 1) * SLOT_S)
            self._count(max(0.0, end - self._at), end)
            self._at = max(self._at, end)
            self._turn(int(self._at) // SLOT_S)
        self._count(now - self._at, now)
        self._at = now

    def came(self, boot: str) -> None:
        self._online = True
        if self._boot and boot != self._boot:
            self._slot.restarts += 1
        self._boot = boot

    def told(self, report: Report, now: float) -> None:
        self._report = (report, now)
        if report.live:
            self._slot.measured(report.lost_pct, report.rtt_ms, report.rate_kbps)

    def went(self) -> None:
        self._online, self._report = False, None

    def take(self, *, all_of_it: bool = False) -> list[Slot]:
        """The full slots, each once; with `all_of_it` also the one that fills."""
        done, self._done = self._done, []
        if all_of_it and (self._slot.online_s or self._slot.restarts):
            done.append(self._slot)
            self._slot = Slot(self._slot.slot)
        return done

    def seen(self) -> list[Slot]:
        """What `take` has not given yet, as it is now."""
        return [*self._done, replace(self._slot)]

    def _count(self, seconds: float, until: float) -> None:
        if not self._online:
            return
        self._slot.online_s += seconds
        if self._report is not None:
            report, at = self._report
            if report.live and until - at <= _HOLDS_S:
                self._slot.live_s += seconds

    def _turn(self, slot: int) -> None:
        if self._slot.online_s or self._slot.restarts:
            self._done.append(self._slot)
        self._slot = Slot(slot)
