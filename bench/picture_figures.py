"""From what the page saw to the figures of bench-metrics.md."""

import math
from collections.abc import Sequence
from itertools import pairwise

from bench.page_watch import Count, Shown
from bench.results import percentile

FREEZE_S = 0.5


def steady(
    shown: Sequence[Shown], counts: Sequence[Count], start: float, end: float, line_kbps: int
) -> dict[str, float]:
    """A window in which the line stays as it is. Nothing shown: only fps and freezes are told."""
    inside = fresh(shown, start, end)
    figures = {
        "fps": len(inside) / (end - start),
        "longest_gap_ms": longest_gap(inside, start, end) * 1000,
        "freezes_per_min": freezes(inside, start, end) / (end - start) * 60,
    }
    kbps = received_kbps(counts, start, end)
    if not math.isnan(kbps):
        figures |= {"kbps": kbps, "line_share": kbps / line_kbps}
    if inside:
        delays = readable(inside)
        figures |= {
            "p50_ms": percentile(delays, 0.5),
            "p95_ms": percentile(delays, 0.95),
            "worst_ms": max(delays, default=math.nan),
            "width": percentile([one.width for one in inside], 0.5),
            "width_least": min(one.width for one in inside),
        }
    return figures


def fresh(shown: Sequence[Shown], start: float, end: float) -> list[Shown]:
    """Pictures shown in a window, each once (a repeated stamp is the picture before)."""
    inside = [one for one in shown if start <= one.at < end]
    return [
        one
        for before, one in zip([None, *inside], inside, strict=False)
        if before is None or one.stamp != before.stamp or one.stamp < 0
    ]


def readable(shown: Sequence[Shown]) -> list[float]:
    return [one.delay_ms for one in shown if not math.isnan(one.delay_ms)]


def longest_gap(inside: Sequence[Shown], start: float, end: float) -> float:
    """Seconds without a new picture, the window's edges included."""
    return max(b - a for a, b in pairwise([start, *(one.at for one in inside), end]))


def freezes(inside: Sequence[Shown], start: float, end: float) -> int:
    """Gaps of over half a second; an empty window is one."""
    return sum(
        b - a > FREEZE_S for a, b in pairwise([start, *(one.at for one in inside), end])
    )  # fmt: skip


def received_kbps(counts: Sequence[Count], start: float, end: float) -> float:
    """Video that reached the browser: RTP headers and payload, retransmissions included."""
    inside = [one for one in counts if start <= one.at <= end]
    total = 0
    for connection in {one.connection for one in inside}:
        own = [one.bytes for one in inside if one.connection == connection]
        total += max(0, own[-1] - own[0])
    seconds = inside[-1].at - inside[0].at if inside else 0.0
    return total * 8 / seconds / 1000 if seconds else math.nan


def first_since(shown: Sequence[Shown], moment: float) -> float | None:
    """Seconds from `moment` to the first picture on the glass that was also taken after it."""
    for one in shown:
        if one.at >= moment and one.delay_ms < (one.at - moment) * 1000:
            return one.at - moment
    return None


def first_wide(shown: Sequence[Shown], moment: float, width: int, hold_s: float) -> float | None:
    """Seconds until pictures are at least so wide, and stay so for `hold_s`."""
    since = None
    for one in shown:
        if one.at < moment:
            continue
        if one.width < width:
            since = None
            continue
        since = one.at if since is None else since
        if one.at - since >= hold_s:
            return since - moment
    return None
