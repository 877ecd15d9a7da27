"""Area `set`: the set in the classroom. `python -m bench set`, or one scenario: SCENARIO=faults."""

import os
from importlib import import_module

from bench import set_audio
from bench.results import Bound, Results

AREA = "set"
SCENARIOS = {"faults": "bench.set_faults", "audio": "bench.set_audio"}
"""Scenario → module with `measure(results)`."""

BOUNDS = (
    Bound(AREA, "faults", "named_pct", False, 100),
    Bound(AREA, "faults", "named_within_s", True, 10),
    *set_audio.BOUNDS,
)

_ONE = os.environ.get("SCENARIO", "")


def measure(results: Results) -> None:
    for name, module in SCENARIOS.items():
        if _ONE in ("", name):
            import_module(module).measure(results)


def partial_run() -> bool:
    """A run of one scenario leaves the figures of the others as they are."""
    return bool(_ONE)
