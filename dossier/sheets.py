"""Long lists a sheet at a time: which one a person asks for, and whether there is an older one."""

import re
from collections.abc import Sequence
from typing import Generic, TypeVar

import msgspec

from dossier.visit import Visit

SHEET = 50
"""Lines of one sheet."""

_T = TypeVar("_T")


class Sheet(msgspec.Struct, Generic[_T], frozen=True):
    """`number` counts from 1; `older`: there is one after it."""

    number: int
    lines: Sequence[_T]
    older: bool


def asked(visit: Visit) -> int:
    """The sheet of `?blad=`; rubbish asks for the first."""
    text = visit.request.query.get("blad", "1")
    return max(1, int(text)) if re.fullmatch(r"[0-9]{1,4}", text) else 1


def skipped(number: int) -> int:
    """Lines before this sheet; one is read more than it has, to know whether there is an older."""
    return (number - 1) * SHEET


def sheet(number: int, found: Sequence[_T]) -> Sheet[_T]:
    """`found`: up to `SHEET` + 1 lines from `skipped` on."""
    return Sheet(number, found[:SHEET], len(found) > SHEET)
