"""What the updater says in `update.json` of the state folder: `{"state": "busy"}` or "failed".

The updater writes it whole before it changes anything and removes it when all is well; the agent
only reads. An update that is busy for long was cut off halfway, and so was one that left rubbish.
"""

import time
from pathlib import Path
from typing import Literal

import msgspec

FILE = "update.json"
_MOST_BYTES = 4096
_LONGEST_S = 1800.0

State = Literal["none", "busy", "failed"]


class Marker(msgspec.Struct, frozen=True):
    """The updater may say more; only this is read here."""

    state: Literal["busy", "failed"]


def judge(data: bytes, age_s: float) -> State:
    """What the file's bytes and its age mean."""
    if len(data) > _MOST_BYTES:
        return "failed"
    try:
        state = msgspec.json.decode(data, type=Marker).state
    except (msgspec.DecodeError, RecursionError):
        return "failed"
    return "failed" if age_s > _LONGEST_S else state


def look(folder: Path) -> State:
    """`none` where there is no such file."""
    path = folder / FILE
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
        age_s = time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return "none"
    except OSError:
        return "failed"
    return judge(data, age_s)
