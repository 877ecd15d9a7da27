"""Area `set`: what stands in the classroom. A scenario is a module with BOUNDS and measure."""

import importlib

from bench.results import Bound, Results

SCENARIOS = {"audio": "bench.set_audio"}
_MODULES = {name: importlib.import_module(path) for name, path in SCENARIOS.items()}
BOUNDS: tuple[Bound, ...] = tuple(b for module in _MODULES.values() for b in module.BOUNDS)


def measure(results: Results) -> None:
    for module in _MODULES.values():
        module.measure(results)
