"""What the papers are filled in with. Pure: from rows to what stands on a page."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal, get_args

import msgspec

from dossier.placement.members import Member
from dossier.rooster.lessons import Row

Paper = Literal["brief", "bruikleen", "telefoonlijst", "handelingsplan", "plaatsingsverslag"]
PAPERS: tuple[Paper, ...] = get_args(Paper)

_PHONE_ORDER = ("begeleider", "regiehouder", "ict", "buddy", "docent", "ouder", "leerling",
                "consulent", "monteur")  # fmt: skip


class PhoneLine(msgspec.Struct, frozen=True, kw_only=True):
    """`phone` and `mail` are "" where they are not shared: a line to write on."""

    name: str
    role: str
    phone: str
    mail: str


class GridLine(msgspec.Struct, frozen=True, kw_only=True):
    """Lessons of one clock time: weekday (1 is Monday) -> what is then."""

    begin_min: int
    end_min: int
    days: Mapping[int, str]

    @property
    def time(self) -> str:
        return f"{_clock(self.begin_min)}–{_clock(self.end_min)}"


def phones(people: Sequence[Member]) -> list[PhoneLine]:
    """Who may be called, whom one needs first at the top; only numbers that people share."""

    def order(one: Member) -> tuple[int, str]:
        known = one.role in _PHONE_ORDER
        return (_PHONE_ORDER.index(one.role) if known else len(_PHONE_ORDER)), one.name

    return [
        PhoneLine(
            name=one.name,
            role=one.role,
            phone=one.phone if one.shares else "",
            mail=one.mail if one.shares else "",
        )
        for one in sorted(people, key=order)
    ]


def names(people: Sequence[Member], role: str) -> str:
    """Everybody in this role, with commas; "" for nobody."""
    return ", ".join(one.name for one in people if one.role == role)


def grid(rows: Sequence[Row], today: date) -> list[GridLine]:
    """The weekly lessons that are not over, by the clock; those of one day only are left out."""
    found: dict[tuple[int, int], dict[int, list[str]]] = {}
    for row in rows:
        if row.last < today or row.first == row.last:
            continue
        words = row.subject + (f" ({row.week.upper()})" if row.week != "elke" else "")
        if row.room:
            words += f", {row.room}"
        days = found.setdefault((row.begin_min, row.end_min), {})
        days.setdefault(row.weekday, []).append(words)
    return [
        GridLine(
            begin_min=begin,
            end_min=end,
            days={day: " / ".join(words) for day, words in days.items()},
        )
        for (begin, end), days in sorted(found.items())
    ]


def _clock(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02}"
