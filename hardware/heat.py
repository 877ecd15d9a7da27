"""How warm the computer is, from /sys/class/thermal (thousandths of a degree Celsius)."""

from pathlib import Path

from hardware.small_reads import folders, number, text

_HOT_C = 85.0
"""Where small computers without a fan begin to slow down."""
_MARGIN_C = 10.0
"""Told this long before the limit that the machine names itself."""
_COOLED_C = 5.0
_PLAUSIBLE_C = (0.0, 150.0)
_MOST_TRIPS = 8


def hot(root: Path, before: bool = False) -> bool:
    """Whether a zone is near its limit; `before` is the last answer, so that it doesn't flap."""
    return any(_hot(zone, before) for zone in folders(root, "thermal_zone"))


def _hot(zone: Path, before: bool) -> bool:
    now = _celsius(zone / "temp")
    limits = [_HOT_C]
    for trip in range(_MOST_TRIPS):
        if text(zone / f"trip_point_{trip}_type") in ("hot", "critical"):
            limit = _celsius(zone / f"trip_point_{trip}_temp")
            if limit is not None and limit > _HOT_C:
                limits = [limit - _MARGIN_C]
                break
    return now is not None and now >= limits[0] - (_COOLED_C if before else 0.0)


def _celsius(path: Path) -> float | None:
    found = number(path)
    if found is None or not _PLAUSIBLE_C[0] < found / 1000 < _PLAUSIBLE_C[1]:
        return None
    return found / 1000
