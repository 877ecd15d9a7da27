"""Delay and rate over time, a figure a scenario, into bench/plots/ (not committed)."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from bench.page_watch import Count, Shown

FOLDER = Path(__file__).parent / "plots"


class Track(NamedTuple):
    """One system's run: what was shown, what arrived, and when the line changed (s, what)."""

    start: float
    shown: Sequence[Shown]
    counts: Sequence[Count]
    changes: Sequence[tuple[float, str]]


def plot(scenario: str, tracks: Mapping[str, Track], line_kbps: int | None) -> None:
    """Write bench/plots/<scenario>.png."""
    import matplotlib as mpl  # half a second that only plots need

    mpl.use("Agg")
    from matplotlib import pyplot

    FOLDER.mkdir(exist_ok=True)
    figure, (delay, width, rate) = pyplot.subplots(3, sharex=True, figsize=(10, 8))
    for number, (system, one) in enumerate(tracks.items()):
        colour = f"C{number}"
        times = [shown.at - one.start for shown in one.shown]
        dots = {"color": colour, "markersize": 2, "linestyle": "none", "marker": "."}
        delay.plot(times, [shown.delay_ms for shown in one.shown], label=system, **dots)
        width.plot(times, [shown.width for shown in one.shown], **dots)
        pairs = [
            (b.at - one.start, (b.bytes - a.bytes) * 8 / 1000 / (b.at - a.at))
            for a, b in zip(one.counts, one.counts[1:], strict=False)
            if a.connection == b.connection and b.at > a.at
        ]
        rate.plot(*zip(*pairs, strict=True) if pairs else ((), ()), color=colour, linewidth=1)
        for at, _ in one.changes:
            for axis in (delay, width, rate):
                axis.axvline(at - one.start, color=colour, linewidth=0.5, linestyle=":")
    delay.set(ylabel="delay (ms)", yscale="log", ylim=(3, 5000), title=scenario)
    width.set(ylabel="width (px)", ylim=(0, 1400))
    rate.set(ylabel="received (kbit/s)", xlabel="s")
    if line_kbps:
        rate.axhline(line_kbps, color="black", linewidth=0.5)
    delay.legend(markerscale=4)
    figure.tight_layout()
    figure.savefig(FOLDER / f"{scenario}.png", dpi=90)
    pyplot.close(figure)
