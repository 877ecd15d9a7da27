"""The scenarios of area `picture`: what happens to the line, and which figures come of it."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import psutil

from bench.lab_net import WIDE_KBPS
from bench.picture_figures import (
    first_wide,
    fresh,
    longest_gap,
    readable,
    received_kbps,
    steady,
)
from bench.picture_run import Run
from bench.picture_sharpness import letters, ssim
from bench.results import percentile

Figures = Mapping[str, Mapping[str, float]]
"""By scenario (one run may measure two), by metric."""

_MEASURE_S = 20.0
_SETTLE_S = 12.0  # every system finds its rate on a new line in this time or doesn't at all
_AFTER_STEP_S = 5.0
_CLIMB_S = 40.0
_PATIENCE_S = 20.0  # a system that is not back by then is given this figure, and counted
_NARROW_KBPS = 350
_ONE_WAY_MS, _JITTER_MS = 30.0, 30.0
_BOARD_BUTTON = "[data-action=board]:visible, [data-action=bord]:visible"


@dataclass(frozen=True)
class Line:
    """A line that stays as it is."""

    kbps: int = WIDE_KBPS
    loss_pct: int = 0
    one_way_ms: float = 0.0
    jitter_ms: float = 0.0


@dataclass(frozen=True)
class Scenario:
    """`run` measures on a line that was wide and clean, and may leave it as it likes."""

    name: str
    reel: str
    run: Callable[[Run, str], Figures]
    systems: tuple[str, ...]
    line_kbps: int | None = None  # for the plot


def _on(line: Line, run: Run, name: str) -> Figures:
    one = run.lab
    one.delay(line.one_way_ms, line.jitter_ms)
    one.loss(line.loss_pct)
    run.change(f"{line.kbps} kbit/s", one.rate(line.kbps))
    run.settle(_SETTLE_S)
    run.watch.keep(1000)
    psutil.cpu_percent()  # from here on
    start = time.time()
    cores = run.cores(_MEASURE_S * run.pace)
    end = time.time()
    figures = steady(run.watch.shown, run.watch.counts, start, end, line.kbps)
    figures["sender_cpu_cores"] = cores
    figures["machine_cpu_pct"] = psutil.cpu_percent()  # near 100: others worked here, don't believe
    figures["ssim"] = ssim(run.reel, run.kept())
    if line.one_way_ms and "p95_ms" in figures:
        figures["p95_added_ms"] = figures["p95_ms"] - line.one_way_ms
    return {name: figures}


def _steps(run: Run, _name: str) -> Figures:
    gaps, worst, climbs, before, stuck = [], [], [], [], 0
    for _ in range(run.repeats(3)):
        run.settle(_SETTLE_S)
        down = run.change("350 kbit/s", run.lab.rate(_NARROW_KBPS))
        before.append(received_kbps(run.watch.counts, down - 3, down))
        run.wait(_AFTER_STEP_S + 0.5)
        inside = fresh(run.watch.shown, down, down + _AFTER_STEP_S)
        gaps.append(longest_gap(inside, down, down + _AFTER_STEP_S) * 1000)
        worst += readable(inside)
        run.settle(_SETTLE_S)
        up = run.change("20 Mbit/s", run.lab.rate(WIDE_KBPS))
        wide = partial(first_wide, moment=up, width=1280, hold_s=1.0)
        run.wait(_CLIMB_S, lambda wide=wide: wide(run.watch.shown) is not None)
        seconds = wide(run.watch.shown)
        stuck += seconds is None
        climbs.append(_CLIMB_S if seconds is None else seconds)
    down_figures = {
        "longest_gap_ms": max(gaps),
        "worst_ms": max(worst, default=float("nan")),
        "from_kbps": min(before),  # what the step came down from: a system that idles falls softly
    }
    up_figures = {
        "back_at_720p_s": max(climbs),
        "back_at_720p_p50_s": percentile(climbs, 0.5),
        "not_back": float(stuck),
        "repeats": float(len(climbs)),
    }
    return {"step_down": down_figures, "step_up": up_figures}


def _outages(seconds: float, repeats: int, run: Run, name: str) -> Figures:
    def disturb() -> float:
        run.change("dead", run.lab.cut(True))
        run.wait(seconds)
        return run.change("alive", run.lab.cut(False))

    return _recoveries(run, name, repeats, disturb)


def _address_changes(run: Run, name: str) -> Figures:
    return _recoveries(
        run, name, 8, lambda: run.change("other address", run.lab.change_address())
    )  # fmt: skip


def _recoveries(run: Run, name: str, repeats: int, disturb: Callable[[], float]) -> Figures:
    times, lost = [], 0
    for _ in range(run.repeats(repeats)):
        run.settle(6)
        seconds, back = run.recovered(disturb(), _PATIENCE_S)
        times.append(seconds)
        lost += not back
        if not back and lost == len(times) == 2:
            break  # it never will: nothing is learned from waiting on
    return {
        name: {
            "recover_p50_s": percentile(times, 0.5),
            "recover_p95_s": percentile(times, 0.95),
            "not_back": float(lost),
            "repeats": float(len(times)),
        }
    }


def _board(run: Run, name: str) -> Figures:
    button = run.system.page.locator(_BOARD_BUTTON)
    if button.count():  # the product's board view, once it has one
        button.first.click()
    run.change("350 kbit/s", run.lab.rate(_NARROW_KBPS))
    run.settle(_SETTLE_S + 5)
    run.watch.keep(2500)
    start = time.time()
    run.wait(_MEASURE_S / 2)
    figures = steady(run.watch.shown, run.watch.counts, start, time.time(), _NARROW_KBPS)
    kept = run.kept()
    return {name: figures | {"ssim": ssim(run.reel, kept)} | letters(run.reel, kept)}


_LOSSY, _NARROW = Line(800, 3), Line(_NARROW_KBPS)
_JITTERY = Line(one_way_ms=_ONE_WAY_MS, jitter_ms=_JITTER_MS)
_PAIR = ("klasgenoot", "chromium")
_ALL = (*_PAIR, "aiortc")

SCENARIOS = (
    Scenario("open", "drawn", partial(_on, Line()), (*_ALL, "aiortc_vp8")),
    Scenario("step", "drawn", _steps, _PAIR),
    Scenario("jitter_30ms_rtt_60ms", "drawn", partial(_on, _JITTERY), _ALL),
    Scenario("outage_5s", "drawn", partial(_outages, 5.0, 8), _ALL),
    Scenario("address_change", "drawn", _address_changes, _PAIR),
    Scenario("lossy_800k_3pct", "drawn", partial(_on, _LOSSY), _ALL, 800),
    Scenario("narrow_350k", "drawn", partial(_on, _NARROW), _ALL, _NARROW_KBPS),
    Scenario("trickle_120k", "drawn", partial(_on, Line(120)), _PAIR, 120),
    Scenario("outage_30s", "drawn", partial(_outages, 30.0, 4), _PAIR),
    Scenario("open_natural", "natural", partial(_on, Line()), _PAIR),
    Scenario("lossy_800k_3pct_natural", "natural", partial(_on, _LOSSY), _PAIR, 800),
    Scenario("narrow_350k_natural", "natural", partial(_on, _NARROW), _PAIR, _NARROW_KBPS),
    Scenario("board_350k", "board", _board, _PAIR, _NARROW_KBPS),
)
