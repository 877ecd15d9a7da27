"""`make bench AREA=...`: measure one area or all, beside the peers, in one run."""

import importlib
import sys
from types import ModuleType

from bench.ending import end_cleanly
from bench.installed import as_installed
from bench.results import Results

AREAS = {
    "join": "bench.join",
    "picture": "bench.picture",
    "trust": "bench.trust",
    "set": "bench.set_area",
    "dossier": "bench.dossier",
    "seat": "bench.seat",
}


def main() -> None:
    wanted = sys.argv[1] if len(sys.argv) > 1 else "all"
    if wanted != "all" and wanted not in AREAS:
        sys.exit(f"error: no area {wanted}; there are: all, {', '.join(AREAS)}")
    end_cleanly()
    with as_installed():
        for area in AREAS if wanted == "all" else [wanted]:
            _measure(importlib.import_module(AREAS[area]))


def _measure(module: ModuleType) -> None:
    results = Results()
    try:
        module.measure(results)
    finally:  # what was measured before something failed is still worth having
        if not getattr(module, "partial_run", bool)():
            results.save()
        results.show(module.BOUNDS)


if __name__ == "__main__":
    main()
