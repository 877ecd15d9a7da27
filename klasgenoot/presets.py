"""Places the pupil taught the set, per room: where the camera looks at board, teacher and class.

Kept in degrees in `presets.json`, not in the camera: they survive another camera and a restart,
and the same four buttons mean something else in every room.
"""

import threading
from pathlib import Path
from typing import Any

import msgspec
import structlog

from hardware.motion import MotionError, Position, check_target
from signaling import small_files

log = structlog.get_logger()

BOARD, NUMBERS = 1, range(1, 17)
"""The button *bord*; the numbers that the messages know (docent 2, klas 3, buddy 4)."""
PARKING = 16
"""Where the camera looks while the curtain is closed: the monteur's, the same in every room."""

_EVERYWHERE = "*"  # the entry of what belongs to the set and not to a room
_MOST_ROOMS = 64  # one set sees a dozen; the room taught longest ago makes way
_MOST_BYTES = 131_072  # 64 rooms with 16 places each are below half of it


class Presets:
    """The places of one room. Not for several processes; `store` may run in any thread."""

    def __init__(self, directory: Path, room: str) -> None:
        """Reads what is there; a file that makes no sense counts as empty."""
        self._path = directory / "presets.json"
        self.enter(room)
        self._lock = threading.Lock()
        self._rooms = _read(self._path)

    @property
    def taught(self) -> tuple[int, ...]:
        """The numbers that lead somewhere in this room, rising."""
        return tuple(sorted(self._rooms.get(self._room, {})))

    @property
    def rooms(self) -> tuple[str, ...]:
        """The rooms in which something was taught, the latest first."""
        return tuple(name for name in reversed(self._rooms) if name not in ("", _EVERYWHERE))

    @property
    def parking(self) -> Position | None:
        """Where the monteur wants the camera to look when it looks away."""
        return self._rooms.get(_EVERYWHERE, {}).get(PARKING)

    def enter(self, room: str) -> None:
        """The set stands in this room now; one called "*" has no places."""
        self._room = "" if room == _EVERYWHERE else room

    def get(self, number: int) -> Position | None:
        """The place, None while it was not taught in this room."""
        return self._rooms.get(self._room, {}).get(number)

    def store_parking(self, position: Position) -> bool:
        """Keep where the camera looks away to; False as for `store`."""
        return self._keep(_EVERYWHERE, PARKING, position)

    def store(self, number: int, position: Position) -> bool:
        """Keep a place; False if it couldn't be written, and then it lasts until the restart."""
        return self._keep(self._room, number, position)

    def _keep(self, room: str, number: int, position: Position) -> bool:
        with self._lock:
            rooms = dict(self._rooms)
            places = {**rooms.pop(room, {}), number: position}
            rooms[room] = places  # the room taught last stands last
            for oldest in [name for name in rooms if name != _EVERYWHERE][:-_MOST_ROOMS]:
                del rooms[oldest]
            self._rooms = rooms
            try:
                small_files.replace(self._path, msgspec.json.encode({"rooms": rooms}))
            except OSError as error:
                log.warning("presets_not_written", problem=error.strerror)
                return False
        return True


Rooms = dict[str, dict[int, Position]]


def _read(path: Path) -> Rooms:
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
        rooms = msgspec.json.decode(data[:_MOST_BYTES])["rooms"].items()
    except FileNotFoundError:
        return {}
    except (OSError, msgspec.DecodeError, RecursionError, KeyError, TypeError, AttributeError):
        log.warning("presets_unreadable")
        return {}
    return {name: _places(entry) for name, entry in list(rooms)[-_MOST_ROOMS - 1 :]}


def _places(entry: Any) -> dict[int, Position]:
    """What makes sense of a room's entry: one place that doesn't costs none of the others."""
    found = {}
    for key, value in entry.items() if isinstance(entry, dict) else ():
        try:
            number, position = int(key), msgspec.convert(value, Position)
            check_target(position.pan_deg, position.tilt_deg, position.zoom)
        except (ValueError, msgspec.ValidationError, MotionError):
            continue
        if number in NUMBERS:
            found[number] = position
    return found
