"""Hours per week as a drawing (SVG, without style or script). Pure."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from markupsafe import Markup

from dossier.plot import nice_top
from dossier.rooster.hours import LOSSES, Sum

_WIDTH, _HEIGHT, _LEFT, _BELOW, _ABOVE = 720, 190, 44, 22, 8
_INSIDE = _HEIGHT - _BELOW - _ABOVE
_MOST_WEEKS = 60
PARTS = ("live", *LOSSES)


def weeks(found: Mapping[date, Sum], label: str, tick: Callable[[date], str]) -> Markup:
    """A column a week: at the foot what was attended, above it what was lost and why, in hours."""
    mondays = _mondays(found)
    top = nice_top(max((one.planned_s / 3600 for one in found.values()), default=0.0))
    wide = (_WIDTH - _LEFT) / max(len(mondays), 6)
    bars: dict[str, list[str]] = {part: [] for part in PARTS}
    for index, monday in enumerate(mondays):
        foot = float(_ABOVE + _INSIDE)
        one = found.get(monday, Sum())
        for part in PARTS:
            seconds = one.live_s if part == "live" else one.lost_s.get(part, 0.0)  # type: ignore[call-overload]
            height = _INSIDE * seconds / 3600 / top
            if height > 0:
                x = _LEFT + index * wide + wide * 0.12
                bars[part].append(
                    f"M{x:.1f} {foot:.1f}v{-height:.1f}h{wide * 0.76:.1f}v{height:.1f}z"
                )
                foot -= height
    drawn = [
        f'<path class="hours-{part}" d="{"".join(paths)}"/>'
        for part, paths in bars.items()
        if paths
    ]
    every = max(1, -(-len(mondays) // 8))
    for index, monday in enumerate(mondays):
        if index % every == 0:
            x = _LEFT + (index + 0.5) * wide
            drawn.append(f'<text class="mid" x="{x:.1f}" y="{_HEIGHT - 5}">{tick(monday)}</text>')
    for share in (0.0, 0.5, 1.0):
        y = _ABOVE + _INSIDE * (1 - share)
        drawn.append(f'<line class="axis" x1="{_LEFT}" x2="{_WIDTH}" y1="{y}" y2="{y}"/>')
        drawn.append(f'<text class="top" x="{_LEFT - 6}" y="{y + 4}">{top * share:g}</text>')
    head = Markup('<svg class="plot hours" viewBox="0 0 {} {}" role="img" aria-label="{}">').format(
        _WIDTH, _HEIGHT, label
    )
    return head + Markup("".join(drawn) + "</svg>")  # noqa: S704 - numbers and dates of ours


def _mondays(found: Mapping[date, Sum]) -> list[date]:
    """The last weeks, also those without a lesson in between."""
    if not found:
        return []
    last = max(found)
    first = max(min(found), last - timedelta(weeks=_MOST_WEEKS - 1))
    return [first + timedelta(weeks=n) for n in range((last - first).days // 7 + 1)]
