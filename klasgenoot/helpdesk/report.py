"""What the helpdesk's server hears of this set: codes and numbers, made from the facts. Pure, but
for the versions."""

import platform
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import PackageNotFoundError, version

import msgspec

from klasgenoot.situation import Facts, checks, notices, unit_state
from signaling.messages_helpdesk import MAX_FAULTS, Report, Version

EACH_S = 30.0
APART_S = 3.0
"""A cable that flaps is told now and then, not each time."""


@dataclass(frozen=True)
class Figures:
    """Of the camera leg, 0 without one; and how often was asked since the agent started."""

    lost_pct: float = 0.0
    rtt_ms: float = 0.0
    rate_kbps: float = 0.0
    questions: int = 0
    turns: int = 0


def report(facts: Facts, figures: Figures, up_s: float, allows: bool) -> Report:
    """Everything in it is a code of ours or a number."""
    state, reason = unit_state(facts)
    wrong = [check.advice for check in checks(facts) if check.ok is False]
    return Report(
        state=state,
        reason=reason,
        faults=tuple(_once([reason, *wrong, *notices(facts)]))[:MAX_FAULTS],
        versions=versions(),
        up_s=round(up_s),
        live=facts.live,
        lost_pct=round(min(100.0, max(0.0, figures.lost_pct)), 1),
        rtt_ms=round(min(60_000.0, max(0.0, figures.rtt_ms))),
        rate_kbps=round(min(1e6, max(0.0, figures.rate_kbps))),
        questions=min(figures.questions, 1_000_000),
        turns=min(figures.turns, 1_000_000),
        allows=allows,
    )


def _once(codes: Iterable[str]) -> Iterable[str]:
    return dict.fromkeys(code for code in codes if code)


@cache
def versions() -> tuple[Version, ...]:
    """Of our software and what it stands on."""
    try:
        own = version("klasgenoot")
    except PackageNotFoundError:  # run from a checkout
        own = "checkout"
    try:
        system = platform.freedesktop_os_release().get("VERSION_ID", "")
    except OSError:
        system = ""
    found = {
        "klasgenoot": own,
        "python": platform.python_version(),
        "system": system,
        "kernel": platform.release(),
    }
    return tuple(
        Version(name=name, text=re.sub(r"[^0-9A-Za-z.+~-]", "", text)[:24])
        for name, text in found.items()
    )


@dataclass
class Pace:
    """When to report: each 30 s, and soon after a change."""

    _last: Report | None = None
    _at: float = field(default=-EACH_S)

    def due(self, made: Report, now: float) -> bool:
        """Whether `made` has to be sent now; then it counts as sent."""
        age = now - self._at
        changed = self._last is None or _told(self._last) != _told(made)
        if age < APART_S or (not changed and age < EACH_S):
            return False
        self._last, self._at = made, now
        return True

    def forget(self) -> None:
        """Another server, or the same after a while: tell it all again."""
        self._last, self._at = None, -EACH_S


def _told(made: Report) -> Report:
    """Without the numbers that move all the time."""
    return msgspec.structs.replace(
        made, up_s=0, lost_pct=0, rtt_ms=0, rate_kbps=0, questions=0, turns=0
    )
