"""The link's history as drawings (SVG, without style or script) and the same in words. Pure."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from dossier.history import SLOT_S, Slot

_WIDTH, _HEIGHT, _LEFT, _BELOW, _ABOVE = 720, 110, 44, 18, 8
_INSIDE = _HEIGHT - _BELOW - _ABOVE


@dataclass(frozen=True)
class Span:
    """What is drawn: `count` columns of `slots` five-minute slots, the last one ends now."""

    first_slot: int
    slots: int
    count: int

    def start_of(self, column: int) -> float:
        """Seconds since 1970."""
        return float((self.first_slot + column * self.slots) * SLOT_S)


def day(now_slot: int) -> Span:
    return Span(now_slot - 287, 1, 288)


def week(now_slot: int) -> Span:
    return Span(now_slot - 2015, 12, 168)


def columns(span: Span, slots: Sequence[Slot]) -> list[Slot]:
    """The slots, so many together; a column of which nothing is known is empty."""
    found = [Slot(span.first_slot + index * span.slots) for index in range(span.count)]
    for slot in slots:
        index = (slot.slot - span.first_slot) // span.slots
        if 0 <= index < span.count:
            column = found[index]
            column.online_s += slot.online_s
            column.live_s += slot.live_s
            column.restarts += slot.restarts
            column.measured(slot.lost_pct, slot.rtt_ms, slot.rate_kbps, slot.samples)
    return found


def presence(span: Span, found: Sequence[Slot], label: str, tick: Callable[[float], str]) -> Markup:
    """How much of the time the set was on (pale) and in a lesson (dark); a line is a restart."""
    whole = span.slots * SLOT_S
    parts = []
    for index, column in enumerate(found):
        x = _x(span, index)
        for seconds, kind in ((column.online_s, "on"), (column.live_s, "live")):
            if seconds > 0:
                parts.append(_bar(x, _width(span), min(1.0, seconds / whole), kind))
        if column.restarts:
            parts.append(
                f'<line class="restart" x1="{x:.1f}" x2="{x:.1f}" y1="{_ABOVE}" '
                f'y2="{_ABOVE + _INSIDE}"/>'
            )
    return _drawing(span, label, tick, parts, "")


def measure(
    span: Span,
    found: Sequence[Slot],
    value: Callable[[Slot], float],
    label: str,
    tick: Callable[[float], str],
) -> Markup:
    """One figure over time, in the columns in which a lesson was measured."""
    top = nice_top(max((value(column) for column in found if column.samples), default=0.0))
    parts = []
    for index, column in enumerate(found):
        if column.samples:
            share = min(1.0, value(column) / top)
            parts.append(_bar(_x(span, index), _width(span), max(share, 0.02), "value"))
    return _drawing(span, label, tick, parts, f"{top:g}")


def nice_top(most: float) -> float:
    """The upper end of an axis: 1, 2 or 5 times a power of ten, at least 1."""
    if most <= 1:
        return 1.0
    power = 10.0 ** math.floor(math.log10(most))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= most)


def _x(span: Span, index: int) -> float:
    return _LEFT + index * (_WIDTH - _LEFT) / span.count


def _width(span: Span) -> float:
    return (_WIDTH - _LEFT) / span.count


def _bar(x: float, width: float, share: float, kind: str) -> str:
    height = _INSIDE * share
    return (
        f'<rect class="{kind}" x="{x:.1f}" y="{_ABOVE + _INSIDE - height:.1f}" '
        f'width="{width:.2f}" height="{height:.1f}"/>'
    )


def _drawing(
    span: Span, label: str, tick: Callable[[float], str], parts: list[str], top: str
) -> Markup:
    axes = [
        f'<line class="axis" x1="{_LEFT}" x2="{_WIDTH}" y1="{_ABOVE + _INSIDE}" '
        f'y2="{_ABOVE + _INSIDE}"/>'
    ]
    for part in range(6):
        index = round(span.count * part / 6)
        x = _x(span, index)
        axes.append(f'<text x="{x:.1f}" y="{_HEIGHT - 4}">{tick(span.start_of(index))}</text>')
    if top:
        axes.append(f'<text class="top" x="{_LEFT - 6}" y="{_ABOVE + 9}">{top}</text>')
        axes.append(f'<text class="top" x="{_LEFT - 6}" y="{_ABOVE + _INSIDE}">0</text>')
    head = Markup('<svg class="plot" viewBox="0 0 {} {}" role="img" aria-label="{}">').format(
        _WIDTH, _HEIGHT, label
    )
    return head + Markup("".join([*axes, *parts]) + "</svg>")  # noqa: S704 - numbers of ours
