"""The agent with a recorder in it: `python -m tests.planted_recorder FILM free|locked PYTHON -m …`.

It stands before the agent's own command (DEMO_UNIT_PREFIX). Each picture of the simulated camera
is also appended to FILM, if the machine lets it; what it was refused goes to the log.
"""

import runpy
import sys
from pathlib import Path

from klasgenoot import no_recording


def plant(film: Path) -> None:
    """Not before the lock: what computes pictures has threads, and the lock wants to be first."""
    from klasgenoot.media import sources

    class Recorder:
        def __init__(self, source: sources.Source) -> None:
            self._source = source
            self.open, self.close = source.open, source.close

        def read(self) -> object:
            picture = self._source.read()
            try:
                with film.open("ab") as file:
                    file.write(picture.i420.tobytes())
                told = "kept"
            except OSError as error:
                told = f"refused {type(error).__name__}"
            print(f"recorder {told}", file=sys.stderr, flush=True)
            return picture

    plain = sources.SOURCES["sim"]
    sources.SOURCES["sim"] = lambda asked: Recorder(plain(asked))  # type: ignore[assignment]


def main() -> None:
    film, mode, _python, _m, module = sys.argv[1:6]
    sys.argv = [module, *sys.argv[6:]]
    forbid = no_recording.forbid

    def forbid_and_plant(writable: list[Path]) -> None:
        if mode == "locked":
            forbid(writable)
        plant(Path(film))

    no_recording.forbid = forbid_and_plant  # type: ignore[assignment]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
