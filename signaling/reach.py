"""What a probe of the network found, and what it means. Pure.

`thuis probe` and `klasgenoot probe` fill this in; reach_report.py tells it in plain Dutch.
"""

from typing import Literal

import msgspec

TryKind = Literal["server", "udp", "tcp", "tls"]
Verdict = Literal["good", "poor", "closed", "sign_in"]

GOOD_KBPS, LEAST_KBPS = 1500.0, 350.0
"""A sharp picture; a picture that moves (bench: narrow_350k)."""
GOOD_DELAY_MS, GOOD_LOST_PCT = 100.0, 2.0


class Try(msgspec.Struct, frozen=True):
    """One way that was tried. Numbers are 0 where nothing could be measured.

    `delay_ms` is there and back; `kbps` what came back of as much as a lesson ever sends.
    """

    kind: TryKind
    host: str
    port: int
    ok: bool = False
    connect_ms: float = 0.0
    delay_ms: float = 0.0
    delay_p95_ms: float = 0.0
    lost_pct: float = 0.0
    kbps: float = 0.0

    @property
    def measured(self) -> bool:
        return self.kbps > 0


class Reach(msgspec.Struct, frozen=True):
    """All of it. `known`: the server let this device in; `relay`: it has a relay to try."""

    role: Literal["unit", "laptop"]
    tries: tuple[Try, ...]
    known: bool = False
    relay: bool = False
    proxy: bool = False
    sign_in: bool = False

    def find(self, kind: TryKind) -> Try | None:
        return next((one for one in self.tries if one.kind == kind), None)

    @property
    def best(self) -> Try | None:
        """The way that a lesson will take when the direct one is closed: UDP before TLS."""
        media = [one for kind in ("udp", "tls") if (one := self.find(kind)) and one.ok]
        return media[0] if media else None

    @property
    def verdict(self) -> Verdict:
        server, best = self.find("server"), self.best
        if self.sign_in:
            return "sign_in"
        if server is None or not server.ok or (self.relay and best is None):
            return "closed"
        return "poor" if best is not None and best.measured and not is_good(best) else "good"


def is_good(one: Try) -> bool:
    """Enough for picture, board text and sound at once."""
    return (
        one.kbps >= GOOD_KBPS
        and one.delay_p95_ms <= GOOD_DELAY_MS * 2
        and one.delay_ms <= GOOD_DELAY_MS
        and one.lost_pct <= GOOD_LOST_PCT
    )
