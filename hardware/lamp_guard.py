"""A lamp in a process that outlives whoever lights it: `python -m hardware.lamp_guard`.

Many USB lamps burn on when the process that lit them dies. This one holds the lamp and puts it out
when its standard input ends, and when nothing came for three seconds (its parent hangs). It also
keeps the lamps' libraries out of the agent, which starts without them.

In: `1` burn, `0` dark. Out: `ready NAME` or `absent REASON`, a line at each change.
"""

from __future__ import annotations

import importlib
import os
import select
import signal
import sys
import time
from collections.abc import Callable

SILENCE_S = 3.0  # the parent writes once a second
RETRY_S = 2.0

BACKENDS = {
    "busylight": "hardware.lamp_backends:Busylight",
    "gpio": "hardware.lamp_backends:Gpio",
}


def guard(
    make: Callable[[], Callable[[bool], str]], source: int, say: Callable[[str], None]
) -> None:
    """Serve until `source` ends; `make` opens the lamp (any error: try again later)."""
    burn: Callable[[bool], str] | None = None
    lit, heard, tried, told = False, time.monotonic(), -RETRY_S, ""
    try:
        while True:
            now = time.monotonic()
            wanted = lit and now - heard < SILENCE_S
            if burn is not None or now - tried >= RETRY_S:
                try:
                    if burn is None:
                        tried = now
                        burn = make()
                    line = f"ready {burn(wanted)}"
                except Exception as error:  # whatever a library raises, the lamp is away
                    burn = None
                    line = f"absent {type(error).__name__}: {error}"
                line = " ".join(line.split())[:200]
                if line != told:
                    told = line
                    say(line)
            if not select.select([source], [], [], 1.0)[0]:
                continue
            data = os.read(source, 4096)
            if not data:
                return
            heard = time.monotonic()
            lit = data[-1:] == b"1"
    finally:
        if burn is not None:
            burn(False)


def main() -> None:
    """`lamp_guard BACKEND PLACE`."""
    backend, place = sys.argv[1:3]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # so that the lamp goes out
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which closes us

    def make() -> Callable[[bool], str]:
        module, name = BACKENDS[backend].split(":")
        made: Callable[[bool], str] = getattr(importlib.import_module(module), name)(place)
        return made

    try:
        guard(make, sys.stdin.fileno(), lambda line: print(line, flush=True))
    except BrokenPipeError:  # nobody listens any more
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    main()
