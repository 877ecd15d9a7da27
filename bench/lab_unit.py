"""The unit's agent with one more camera: `python -m bench.lab_unit PYTHON -m klasgenoot run`.

It stands before the agent's own command (DEMO_UNIT_PREFIX), adds the source `bench:REEL` and then
runs the agent in this very process; nothing else of the product is changed.
"""

import runpy
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from klasgenoot import no_recording

if TYPE_CHECKING:
    from klasgenoot.media.source import Source
    from klasgenoot.media.sources import _Asked


def _open(asked: "_Asked") -> "Source":
    from bench.content import ReelSource

    return ReelSource(Path(asked.rest))


def _locked(paths: Sequence[Path]) -> None:
    """What computes pictures starts threads, so it is imported once writing is forbidden."""
    _forbid(paths)
    from klasgenoot.media import sources

    sources.SOURCES["bench"] = _open


_forbid = no_recording.forbid


def main() -> None:
    no_recording.forbid = _locked
    module, sys.argv = sys.argv[3], sys.argv[3:]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
