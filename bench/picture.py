"""Area `picture`: the class picture over bad lines, beside Chromium and plain aiortc.

    make bench AREA=picture                                         everything; about 40 minutes
    QUICK=1 SCENARIO=narrow_350k SYSTEM=klasgenoot … AREA=picture   one of each, half as long

`SCENARIO` and `SYSTEM` take several names with commas. A run that is not whole prints its figures
and leaves bench/latest.json alone.
"""

import os
import signal
import sys
import time
import traceback
from pathlib import Path

import numpy as np
from playwright.sync_api import Playwright, sync_playwright
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bench.content import load_reel, make_reel, reel_folder
from bench.lab_net import Lab, lab
from bench.page_watch import Watch
from bench.picture_floor import floor
from bench.picture_plot import Track, plot
from bench.picture_run import Run
from bench.picture_scenarios import SCENARIOS, Scenario
from bench.picture_systems import AiortcPeer, ChromiumPeer, Klasgenoot, System
from bench.results import Bound, Results

AREA = "picture"


def _bounds(scenario: str, *bounds: tuple[str, bool, float, str]) -> tuple[Bound, ...]:
    return tuple(Bound(AREA, scenario, metric, *rest) for metric, *rest in bounds)


_MOST, _LEAST = True, False
BOUNDS = (
    *_bounds(
        "open",
        ("p50_ms", _MOST, 20, ""),
        ("p95_ms", _MOST, 32, ""),
        ("p50_ms", _MOST, 0.4, "chromium"),
        ("p50_ms", _MOST, 2, "floor"),
        ("width", _LEAST, 1280, ""),
        ("fps", _LEAST, 29, ""),
        ("sender_cpu_cores", _MOST, 0.6, "aiortc"),
    ),
    *(
        bound
        for scenario, fps in (("lossy_800k_3pct", 28), ("narrow_350k", 25))
        for bound in _bounds(
            scenario,
            ("fps", _LEAST, fps, ""),
            ("p95_ms", _MOST, 60, ""),
            ("p95_ms", _MOST, 0.25, "chromium"),
            ("freezes_per_min", _MOST, 0, ""),
            ("line_share", _LEAST, 0.75, ""),
            ("ssim", _LEAST, 1.0, "chromium"),
        )
    ),
    *_bounds("trickle_120k", ("fps", _LEAST, 8, ""), ("p95_ms", _MOST, 250, "")),
    *_bounds(
        "jitter_30ms_rtt_60ms", ("p95_added_ms", _MOST, 60, ""), ("freezes_per_min", _MOST, 0, "")
    ),
    *_bounds("step_down", ("longest_gap_ms", _MOST, 500, ""), ("worst_ms", _MOST, 600, "")),
    *_bounds("step_up", ("back_at_720p_s", _MOST, 5, "")),
    *_bounds("outage_5s", ("recover_p95_s", _MOST, 2, "")),
    *_bounds("outage_30s", ("recover_p95_s", _MOST, 2, "")),
    *_bounds("address_change", ("recover_p95_s", _MOST, 2, "")),
    *_bounds(
        "board_350k",
        ("ocr_large_pct", _LEAST, 97, ""),
        ("ocr_medium_pct", _LEAST, 95, ""),
        ("ocr_small_pct", _LEAST, 90, ""),
        ("ocr_small_pct", _LEAST, 1.0, "chromium"),
    ),
)

_SYSTEMS = ("klasgenoot", "chromium", "aiortc", "aiortc_vp8")
_HEALTHY_S = 15.0


def partial_run() -> bool:
    """Whether only a part is asked for: its figures must not replace those of a whole run."""
    return any(os.environ.get(name) for name in ("QUICK", "SCENARIO", "SYSTEM"))


def measure(results: Results) -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the lab is taken down
    chosen = [one for one in SCENARIOS if _asked("SCENARIO", one.name)]
    systems = [name for name in _SYSTEMS if _asked("SYSTEM", name)]
    with sync_playwright() as playwright, reel_folder() as folder, lab() as one:
        _Bench(playwright, one, folder, results).run(chosen, systems)


def _asked(variable: str, name: str) -> bool:
    wanted = os.environ.get(variable, "")
    return not wanted or name in wanted.split(",")


class _Bench:
    def __init__(self, playwright: Playwright, one: Lab, folder: Path, results: Results) -> None:
        self._playwright, self._lab = playwright, one
        self._folder, self._results = folder, results
        self._pace = 0.5 if os.environ.get("QUICK") else 1.0
        self._console = Console(width=130)
        self._tracks: dict[str, dict[str, Track]] = {}
        self._system: System | None = None

    def run(self, chosen: list[Scenario], systems: list[str]) -> None:
        jobs = [(reel, system) for reel in ("drawn", "natural", "board") for system in systems]
        work = [
            (reel, system, mine)
            for reel, system in jobs
            if (mine := [s for s in chosen if s.reel == reel and system in s.systems])
        ]
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        with Progress(*columns, TimeElapsedColumn(), console=self._console) as progress:
            bar = progress.add_task("picture", total=sum(len(mine) for _, _, mine in work))
            for reel, system, mine in work:
                path = self._folder / f"{reel}.i420"
                if not path.exists():
                    progress.update(bar, description=f"rendering {reel}")
                    make_reel(reel, self._folder)
                    if reel == "drawn" and any(s.name == "open" for s in chosen):
                        progress.update(bar, description="floor")
                        self._floor(path)
                try:
                    for scenario in mine:
                        progress.update(bar, description=f"{scenario.name}: {system}")
                        self._one(scenario, system, path)
                        progress.advance(bar)
                finally:
                    self._end()

    def _one(self, scenario: Scenario, name: str, reel: Path) -> None:
        """Whatever goes wrong is told and costs this scenario of this system only."""
        try:
            self._lab.restore()
            if self._system is None:
                self._system = self._begin(name, reel)
                self._watch = Watch(self._system.page, self._system.video)
            run = Run(self._lab, self._system, self._watch, load_reel(reel), self._pace)
            healthy = lambda: _healthy(self._watch)  # noqa: E731
            if not run.wait(_HEALTHY_S, healthy):
                self._end()
                self._system = self._begin(name, reel)
                self._watch = Watch(self._system.page, self._system.video)
                run = Run(self._lab, self._system, self._watch, load_reel(reel), self._pace)
                run.wait(_HEALTHY_S, healthy)
            figures = scenario.run(run, scenario.name)
            track = run.track()
            self._watch.forget()
        except Exception as error:
            self._console.print(f"[red]{scenario.name}, {name}: {error}")
            if os.environ.get("QUICK"):
                self._console.print(traceback.format_exc(), markup=False)
            self._end()
            return
        for part, metrics in figures.items():
            self._results.add(AREA, part, name, **metrics)
            told = " ".join(f"{key}={value:.4g}" for key, value in metrics.items())
            self._console.print(f"{part}, {name}: {told}", highlight=False)
        self._tracks.setdefault(scenario.name, {})[name] = track
        plot(scenario.name, self._tracks[scenario.name], scenario.line_kbps)

    def _begin(self, name: str, reel: Path) -> System:
        if name == "klasgenoot":
            return Klasgenoot(self._playwright, self._lab, reel)
        if name == "chromium":
            return ChromiumPeer(self._playwright, self._lab, reel)
        codec = "VP8" if name == "aiortc_vp8" else "H264"
        return AiortcPeer(self._playwright, self._lab, reel, codec)

    def _end(self) -> None:
        system, self._system = self._system, None
        if system is not None:
            try:
                system.close()
            except Exception as error:
                self._console.print(f"[red]ending {system.name}: {error}")

    def _floor(self, reel: Path) -> None:
        try:
            self._results.add(AREA, "open", "floor", **floor(reel, 10 * self._pace))
        except Exception as error:
            self._console.print(f"[red]floor: {error}")


def _healthy(watch: Watch) -> bool:
    """A second of pictures, the last of them just now and quick."""
    now = time.time()
    last = [one for one in watch.shown if one.at > now - 1]
    return len(last) > 10 and not np.isnan(last[-1].delay_ms) and last[-1].delay_ms < 1000
