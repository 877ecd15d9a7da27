"""Days and clock times that somebody filled in. Pure."""

import re
from collections.abc import Mapping
from datetime import date

from dossier.fields import FieldError

_CLOCK = re.compile(r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])\Z")
_FIRST, _LAST = date(2020, 1, 1), date(2099, 12, 31)


def day_field(form: Mapping[str, str], name: str) -> date:
    """YYYY-MM-DD, as a browser sends it. Raises FieldError."""
    try:
        found = date.fromisoformat(form.get(name, "").strip())
    except ValueError:
        raise FieldError("choose", name) from None
    if not _FIRST <= found <= _LAST:
        raise FieldError("choose", name)
    return found


def clock_time(form: Mapping[str, str], name: str) -> int:
    """Minutes since midnight of 8:30 or 08.30. Raises FieldError."""
    found = _CLOCK.match(form.get(name, "").strip())
    if found is None:
        raise FieldError("number", name)
    return int(found[1]) * 60 + int(found[2])
