"""The unit's agent with one more camera: `python -m bench.lab_unit PYTHON -m klasgenoot run`.

It stands before the agent's own command (DEMO_UNIT_PREFIX), adds the source `bench:REEL` and then
runs the agent in this very process; nothing else of the product is changed.
"""

import runpy
import sys
from pathlib import Path

from bench.content import ReelSource
from klasgenoot.media import sources
from klasgenoot.media.source import Source


def _open(asked: sources._Asked) -> Source:
    return ReelSource(Path(asked.rest))


def main() -> None:
    sources.SOURCES["bench"] = _open
    module, sys.argv = sys.argv[3], sys.argv[3:]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
