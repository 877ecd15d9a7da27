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
    shares = {
        "on": [(i, min(1.0, c.online_s / whole)) for i, c in enumerate(found) if c.online_s],
        "live": [(i, min(1.0, c.live_s / whole)) for i, c in enumerate(found) if c.live_s],
    }
    parts = [_bars(span, some, kind) for kind, some in shares.items() if some]
    restarts = [_x(span, index) for index, column in enumerate(found) if column.restarts]
    if restarts:
        lines = "".join(f"M{x:.1f} {_ABOVE}v{_INSIDE}" for x in restarts)
        parts.append(f'<path class="restart" d="{lines}"/>')
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
    shares = [
        (index, min(1.0, max(value(column) / top, 0.02)))
        for index, column in enumerate(found)
        if column.samples
    ]
    parts = [_bars(span, shares, "value")] if shares else []
    return _drawing(span, label, tick, parts, f"{top:g}")


def nice_top(most: float) -> float:
    """The upper end of an axis: 1, 2 or 5 times a power of ten, at least 1."""
    if most <= 1:
        return 1.0
    power = 10.0 ** math.floor(math.log10(most))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= most)


def _x(span: Span, index: int) -> float:
    return _LEFT + index * (_WIDTH - _LEFT) / span.count


def _bars(span: Span, shares: Sequence[tuple[int, float]], kind: str) -> str:
    """All bars of one kind as one path: a day has 288 of them."""
    width, foot = (_WIDTH - _LEFT) / span.count, _ABOVE + _INSIDE
    bars = (
        f"M{_x(span, index):.1f} {foot}v{-_INSIDE * share:.1f}h{width:.2f}V{foot}z"
        for index, share in shares
    )
    return f'<path class="{kind}" d="{"".join(bars)}"/>'


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
