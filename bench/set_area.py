"""Area `set`: the set in class. `python -m bench set`, or parts of it: SCENARIO=faults,audio."""

import os
import sys
from importlib import import_module

from bench import set_agent, set_audio, set_install
from bench.results import Bound, Results

AREA = "set"
SCENARIOS = {
    "faults": "bench.set_faults",
    "ladder": "bench.set_ladder",
    "replug": "bench.set_replug",
    "agent": "bench.set_agent",
    "audio": "bench.set_audio",
    "install": "bench.set_install",
}
"""Scenario → module with `measure(results)`."""

BOUNDS = (
    Bound(AREA, "faults", "named_pct", False, 100),
    Bound(AREA, "faults", "named_within_s", True, 10),
    Bound(AREA, "ladder", "late_max_s", True, 0.5),
    Bound(AREA, "ladder", "rungs_missed", True, 0),
    Bound(AREA, "ladder", "ladders", False, 100),
    Bound(AREA, "replug", "recover_p95_s", True, 5),
    *set_agent.BOUNDS,
    *set_install.BOUNDS,
    *set_audio.BOUNDS,
)

_SOME = [name for name in os.environ.get("SCENARIO", "").split(",") if name]


def measure(results: Results) -> None:
    if unknown := [name for name in _SOME if name not in SCENARIOS]:
        sys.exit(f"error: no scenario {unknown[0]}; there are: {', '.join(SCENARIOS)}")
    for name, module in SCENARIOS.items():
        if not _SOME or name in _SOME:
            import_module(module).measure(results)


def partial_run() -> bool:
    """A run that is not whole prints its figures and leaves the kept ones as they are."""
    return bool(_SOME or os.environ.get("SYSTEM"))
