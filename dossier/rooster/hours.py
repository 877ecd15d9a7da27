"""Which lessons there were, how much of each was attended, and why the rest was lost. Pure.

Attended is while media flowed, as the set reported it; nothing is known of what was said or seen.
"""

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Literal, NamedTuple, get_args

import msgspec

from dossier.history import SLOT_S, Slot
from dossier.rooster.lessons import Kind, Lesson, day_of

Lost = Literal["ziek", "technisch", "vervallen", "anders"]
LOSSES: tuple[Lost, ...] = get_args(Lost)
ATTENDED_SHARE = 0.8
"""Of a lesson's time: a class that begins five minutes late lost no lesson."""


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """One lesson that is over. `lost` says why what is missing is; "" where next to nothing is.

    Times in seconds since 1970, lengths in seconds; `by_hand` when a person said why.
    """

    id: int = 0
    begin: float
    end: float
    subject: str
    kind: Kind = "les"
    live_s: float
    lost: Lost | Literal[""] = ""
    by_hand: bool = False
    questions: int = 0
    turns: int = 0

    @property
    def planned_s(self) -> float:
        return self.end - self.begin


def attended_s(slots: Iterable[Slot], begin: float, end: float) -> float:
    """How long media flowed between these moments: a slot that lies across one counts in part."""
    found = 0.0
    for slot in slots:
        start = slot.slot * SLOT_S
        inside = min(end, start + SLOT_S) - max(begin, start)
        if inside > 0:
            found += min(slot.live_s * inside / SLOT_S, inside)
    return min(found, end - begin)


def held(lesson: Lesson, live_s: float, faults: bool) -> Held:
    """The lesson as it went. `faults`: the set told of one meanwhile."""
    return Held(
        begin=lesson.begin,
        end=lesson.end,
        subject=lesson.subject,
        kind=lesson.kind,
        live_s=live_s,
        lost=why_lost(lesson, live_s, faults),
    )


def why_lost(lesson: Lesson, live_s: float, faults: bool) -> Lost | Literal[""]:
    if live_s >= ATTENDED_SHARE * lesson.planned_s:
        return ""  # also when it was cancelled or signed off: somebody was there after all
    if lesson.state == "cancelled":
        return "vervallen"
    if lesson.state == "signed_off":
        return "anders" if lesson.reason == "anders" else "ziek"
    return "technisch" if faults else "anders"


class Group(NamedTuple):
    """Lessons of one loss, of one week or one subject or both, added up; seconds and counts.
    `begin` is when the first of them began; `subject` "" where all are together."""

    begin: float
    subject: str
    lost: Lost | Literal[""]
    lessons: int
    planned_s: float
    live_s: float
    questions: int
    turns: int
    with_turn: int


class Sum(msgspec.Struct, kw_only=True):
    """Of some lessons together; seconds and counts."""

    lessons: int = 0
    attended: int = 0
    planned_s: float = 0.0
    live_s: float = 0.0
    lost_s: dict[Lost, float] = msgspec.field(default_factory=dict)
    questions: int = 0
    turns: int = 0
    with_turn: int = 0
    """Attended lessons in which the pupil had a turn at least once."""

    def add(self, one: Group) -> None:
        self.lessons += one.lessons
        self.planned_s += one.planned_s
        self.live_s += one.live_s
        self.questions += one.questions
        self.turns += one.turns
        if one.lost:
            self.lost_s[one.lost] = self.lost_s.get(one.lost, 0.0) + one.planned_s - one.live_s
        else:
            self.attended += one.lessons
            self.with_turn += one.with_turn

    @property
    def share_pct(self) -> float:
        """How much of the planned time was attended."""
        return 100 * self.live_s / self.planned_s if self.planned_s else 0.0

    @property
    def turn_pct(self) -> float:
        """In how many of the attended lessons the pupil had a turn."""
        return 100 * self.with_turn / self.attended if self.attended else 0.0

    @property
    def asked_per_h(self) -> float:
        return 3600 * self.questions / self.live_s if self.live_s else 0.0


def total(groups: Iterable[Group]) -> Sum:
    """What an evaluation is given: all of these lessons as one."""
    whole = Sum()
    for one in groups:
        whole.add(one)
    return whole


def monday_of(moment: float) -> date:
    day = day_of(moment)
    return day - timedelta(days=day.weekday())


def by_week(groups: Iterable[Group]) -> dict[date, Sum]:
    """Monday -> what that week gave, in order; weeks without a lesson are left out."""
    found: dict[date, Sum] = defaultdict(Sum)
    for one in sorted(groups, key=lambda one: one.begin):
        found[monday_of(one.begin)].add(one)
    return dict(found)


def by_subject(groups: Iterable[Group]) -> dict[str, Sum]:
    """In the order of the alphabet."""
    found: dict[str, Sum] = defaultdict(Sum)
    for one in sorted(groups, key=lambda one: one.subject.casefold()):
        found[one.subject].add(one)
    return dict(found)


def to_csv(groups: Iterable[Group], heads: Mapping[str, str]) -> bytes:
    """A row a week and subject, in minutes, as spreadsheets here read it: semicolons and a BOM.
    `heads` has the words of the columns."""
    sums: dict[tuple[date, str], Sum] = defaultdict(Sum)
    for one in groups:
        sums[monday_of(one.begin), one.subject].add(one)
    text = io.StringIO()
    write = csv.writer(text, delimiter=";", lineterminator="\r\n")
    write.writerow([heads[name] for name in COLUMNS])
    for monday, subject in sorted(sums, key=lambda key: (key[0], key[1].casefold())):
        whole = sums[monday, subject]
        lost = [round(whole.lost_s.get(reason, 0.0) / 60) for reason in LOSSES]
        write.writerow(
            [
                monday.isoformat(),
                _harmless(subject),
                whole.lessons,
                round(whole.planned_s / 60),
                round(whole.live_s / 60),
                *lost,
                whole.questions,
                whole.turns,
            ]
        )
    return b"\xef\xbb\xbf" + text.getvalue().encode()


COLUMNS = (
    "week",
    "subject",
    "lessons",
    "planned",
    "attended",
    *LOSSES,
    "questions",
    "turns",
)


def _harmless(text: str) -> str:
    """A spreadsheet takes words that begin like this for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
