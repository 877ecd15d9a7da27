"""The usual week as people write it in the settings: `8.30-9.20 taal, 10.15-11.05 gym`. Pure."""

import re
from typing import NamedTuple

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")
_SLOT = re.compile(r"(\d{1,2})[.:](\d\d) ?[-–] ?(\d{1,2})[.:](\d\d)(?: +(.{1,40}))?", re.ASCII)
MAX_SLOTS = 12


class Slot(NamedTuple):
    """Begin and end in minutes since midnight, and what it is."""

    begins: int
    ends: int
    what: str


def slots(text: str) -> tuple[Slot, ...]:
    """The lessons of one day, in order. Raises ValueError, which says what is wrong."""
    parts = [part for part in (part.strip() for part in text.split(",")) if part]
    if len(parts) > MAX_SLOTS:
        raise ValueError(f"more than {MAX_SLOTS} lessons on a day")
    return tuple(sorted(_slot(part) for part in parts))


def _slot(part: str) -> Slot:
    match = _SLOT.fullmatch(part)
    if match is None or not part.isprintable():
        raise ValueError(f"{part[:60]!r} is not like 8.30-9.20 taal (40 letters at most)")
    begins, ends = (60 * int(match[hour]) + int(match[hour + 1]) for hour in (1, 3))
    if int(match[2]) > 59 or int(match[4]) > 59 or ends > 24 * 60 - 1:
        raise ValueError(f"{part[:60]!r}: a day has 24 hours of 60 minutes")
    if ends <= begins:
        raise ValueError(f"{part[:60]!r} ends before it begins")
    return Slot(begins, ends, match[5] or "")
