"""What somebody filled in, looked at before anything is done with it. Pure."""

import unicodedata
from collections.abc import Mapping, Sequence
from typing import TypeVar

_T = TypeVar("_T", bound=str)


class FieldError(Exception):
    """A field is wrong; `code` has words (`field.…`), `name` is the form's."""

    def __init__(self, code: str, name: str) -> None:
        super().__init__(f"{code} {name}")
        self.code, self.name = code, name


def line(form: Mapping[str, str], name: str, most: int, least: int = 0) -> str:
    """One line, its spaces tidied. Raises FieldError."""
    return _checked(" ".join(form.get(name, "").split()), name, most, least)


def words(form: Mapping[str, str], name: str, most: int, least: int = 0) -> str:
    """Some lines; line ends are \\n. Raises FieldError."""
    text = form.get(name, "").replace("\r\n", "\n").replace("\r", "\n").strip()
    return _checked(text, name, most, least, "\n")


def one_of(form: Mapping[str, str], name: str, known: Sequence[_T]) -> _T:
    """Raises FieldError."""
    given = form.get(name, "")
    for one in known:
        if one == given:
            return one
    raise FieldError("choose", name)


def number(form: Mapping[str, str], name: str, least: int, most: int) -> int:
    """Raises FieldError."""
    given = form.get(name, "").strip()
    if not (given.isascii() and given.isdigit() and len(given) < 7):
        raise FieldError("number", name)
    if not least <= int(given) <= most:
        raise FieldError("number", name)
    return int(given)


def ticked(form: Mapping[str, str], name: str) -> bool:
    return form.get(name, "") == "1"


def _checked(text: str, name: str, most: int, least: int, allowed: str = "") -> str:
    if len(text) > most:
        raise FieldError("long", name)
    if len(text) < least:
        raise FieldError("empty", name)
    if any(
        unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") and sign not in allowed
        for sign in text
    ):
        raise FieldError("signs", name)
    return text
