"""The figures of a run: collected, printed beside their bounds, written to bench/latest.json."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

LATEST = Path(__file__).parent / "latest.json"


@dataclass(frozen=True)
class Bound:
    """What `klasgenoot` has to reach: at most or at least `limit`, times the peer's if any."""

    area: str
    scenario: str
    metric: str
    at_most: bool
    limit: float
    peer: str = ""


@dataclass
class Results:
    """Values by (area, scenario, system, metric); a figure that can't be measured is left out."""

    values: dict[tuple[str, str, str, str], float] = field(default_factory=dict)

    def add(self, area: str, scenario: str, system: str, **metrics: float) -> None:
        for metric, value in metrics.items():
            if math.isfinite(value):
                self.values[area, scenario, system, metric] = round(float(value), 3)

    def save(self) -> None:
        """Replace the figures of the areas that were measured; keep those of the others."""
        areas = {key[0] for key in self.values}
        kept = []
        if LATEST.exists():
            kept = [row for row in json.loads(LATEST.read_text()) if row["area"] not in areas]
        names = ("area", "scenario", "system", "metric")
        rows = [dict(zip(names, key, strict=True)) | {"value": v} for key, v in self.values.items()]
        LATEST.write_text(json.dumps(kept + rows, indent=1) + "\n")

    def save_soak(self) -> None:
        """Add what only a long run can tell to the figures of `make bench`."""
        rows = json.loads(LATEST.read_text()) if LATEST.exists() else []
        for row in rows:
            key = (row["area"], row["scenario"], row["system"], row["metric"])
            self.values.setdefault(key, row["value"])
        self.save()

    def show(self, bounds: Sequence[Bound]) -> bool:
        """A table: every figure, the peers' beside it, and its bound. Whether all are met."""
        all_met = True
        table = Table("scenario", "metric", "klasgenoot", "bound", "", "peers")
        for bound in bounds:
            key = (bound.area, bound.scenario, "klasgenoot", bound.metric)
            value = self.values.get(key)
            limit = self._limit(bound)
            if value is None or limit is None:
                verdict, all_met = "not measured", False
            else:
                met = value <= limit if bound.at_most else value >= limit
                all_met &= met
                verdict = "met" if met else "MISSED"
            table.add_row(
                bound.scenario,
                bound.metric,
                "–" if value is None else f"{value:g}",
                f"{'≤' if bound.at_most else '≥'} {'–' if limit is None else f'{limit:g}'}",
                verdict,
                self._peers(bound),
            )
        Console(width=130).print(table)
        return all_met

    def _limit(self, bound: Bound) -> float | None:
        if not bound.peer:
            return bound.limit
        peer = self.values.get((bound.area, bound.scenario, bound.peer, bound.metric))
        return None if peer is None else bound.limit * peer

    def _peers(self, bound: Bound) -> str:
        found = [
            f"{system} {value:g}"
            for (area, scenario, system, metric), value in self.values.items()
            if (area, scenario, metric) == (bound.area, bound.scenario, bound.metric)
            and system != "klasgenoot"
        ]
        return ", ".join(found)


def percentile(values: Sequence[float], share: float) -> float:
    """Nearest-rank percentile; share 0..1. NaN when there are none."""
    if not values:
        return math.nan
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, math.ceil(share * len(ordered)) - 1)]
