"""Area `set`: the set in the classroom. `SCENARIO=replug make bench AREA=set` runs some of them."""

import os
from collections.abc import Callable

from bench import set_replug
from bench.results import Bound, Results

AREA = "set"

SCENARIOS: dict[str, Callable[[Results], None]] = {"replug": set_replug.measure}

BOUNDS = (Bound(AREA, "replug", "recover_p95_s", True, 5),)


def partial_run() -> bool:
    """Whether only a part is asked for: its figures must not replace those of a whole run."""
    return bool(os.environ.get("SCENARIO"))


def measure(results: Results) -> None:
    wanted = os.environ.get("SCENARIO", "")
    for name, scenario in SCENARIOS.items():
        if not wanted or name in wanted.split(","):
            scenario(results)
