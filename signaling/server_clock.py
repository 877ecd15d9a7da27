"""How far this machine's clock is from the server's, by the `Date` of an HTTP answer. Pure.

It is nobody's proof: who stands between can say any date. So it only ever makes a sentence on the
screen, and never lets anybody in.
"""

from email.utils import parsedate_to_datetime

MOST_S = 300.0
"""Certificates and timetables bear five minutes; people notice that much."""


def off_s(date: str | None, now: float) -> float | None:
    """Seconds that this clock (`now`, Unix time) is ahead of the header; None for rubbish."""
    if date is None or len(date) > 64:
        return None
    try:
        return now - parsedate_to_datetime(date).timestamp()
    except (TypeError, ValueError, IndexError, OverflowError):
        return None


def is_off(date: str | None, now: float) -> bool:
    """Whether it differs by more than MOST_S."""
    found = off_s(date, now)
    return found is not None and abs(found) > MOST_S


def date_in(answer: bytes) -> str | None:
    """The `Date` of a raw HTTP answer; any bytes are allowed."""
    head, _, _ = answer.partition(b"\r\n\r\n")
    for field in head.decode("latin-1").split("\r\n")[1:]:
        name, colon, value = field.partition(":")
        if colon and name.strip().lower() == "date":
            return value.strip()
    return None
