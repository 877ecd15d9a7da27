"""`python -m bench.set_replug`: in mid-lesson the set's plug goes into another network.

Another subnet and another default route each time, every second time after 2 s without any
network. Counted from the moment the new network is up to a picture at home that was taken after.
"""

import os

from playwright.sync_api import sync_playwright
from rich.progress import track

from bench.lab_net import OUTSIDE_IP, lab
from bench.page_watch import Watch
from bench.picture_figures import first_since
from bench.picture_systems import Klasgenoot
from bench.results import Bound, Results, percentile

AREA = "set"
BOUNDS = (Bound(AREA, "replug", "recover_p95_s", True, 5),)
_REPEATS = 20
_GAPS_S = (0.0, 2.0)
_SETTLE_MS = 6000  # the talk leg has failed and the line is steady before the next plug
_PATIENCE_S = 30.0
_STEP_MS = 50


def measure(results: Results) -> None:
    """Adds `recover_p50_s`, `recover_p95_s`, `recover_max_s` of scenario `replug`."""
    repeats = int(os.environ.get("REPEATS", _REPEATS))
    times: list[float] = []
    lost = 0
    with sync_playwright() as playwright, lab() as one:
        system = Klasgenoot(playwright, one, "sim:stamped", ("line", OUTSIDE_IP))
        try:
            watch = Watch(system.page, system.video)
            for turn in track(range(repeats), "replugging"):
                system.page.wait_for_timeout(_SETTLE_MS)
                one.unplug_school()
                system.page.wait_for_timeout(_GAPS_S[turn % len(_GAPS_S)] * 1000)
                seconds = _until_fresh(system, watch, one.plug_school())
                lost += seconds is None
                times.append(_PATIENCE_S if seconds is None else seconds)
                print(f"replug {turn}: {times[-1]:.2f} s", flush=True)
        finally:
            system.close()
    results.add(
        AREA,
        "replug",
        "klasgenoot",
        recover_p50_s=percentile(times, 0.5),
        recover_p95_s=percentile(times, 0.95),
        recover_max_s=max(times),
        not_back=float(lost),
        repeats=float(len(times)),
    )


def _until_fresh(system: Klasgenoot, watch: Watch, since: float) -> float | None:
    for _ in range(int(_PATIENCE_S * 1000 / _STEP_MS)):
        system.page.wait_for_timeout(_STEP_MS)
        watch.gather()
        if (seconds := first_since(watch.shown, since)) is not None:
            return seconds
    return None


if __name__ == "__main__":
    figures = Results()
    measure(figures)
    for key, value in figures.values.items():
        print(*key, value)
