"""`make fuzz`: every parser for MINUTES (30) of rubbish.

usage: python -m tests.fuzz [MINUTES [TARGET…]]
"""

import sys

from rich.console import Console
from rich.progress import Progress, TaskID, TextColumn
from rich.table import Table

from tests.fuzz.rounds import Found, for_minutes
from tests.fuzz.targets import TARGETS

_ROUND = 500  # inputs: a few seconds, so that the end is not far away


def main() -> None:
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else 30.0
    names = sys.argv[2:] or list(TARGETS)
    table = Table("target", "inputs", "crashes", "")
    crashed = False
    with Progress(*Progress.get_default_columns(), TextColumn("{task.fields[told]}")) as progress:
        for name in names:
            bar = progress.add_task(name, total=1.0, told="")

            def tell(found: Found, share: float, bar: TaskID = bar) -> None:
                told = f"{found.inputs} inputs, {len(found.crashes)} crashes"
                progress.update(bar, completed=share, told=told)

            found = for_minutes(TARGETS[name], minutes, _ROUND, tell)
            crashed |= bool(found.crashes)
            table.add_row(
                name, str(found.inputs), str(len(found.crashes)), "\n".join(found.crashes)
            )
            for place, example in found.crashes.items():
                progress.print(f"{name}: {place}\n  {example}", markup=False)
    Console(width=130).print(table)
    if crashed:
        sys.exit("error: something else than a named error came out of a parser")


if __name__ == "__main__":
    main()
