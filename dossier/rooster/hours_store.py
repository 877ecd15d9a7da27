"""Hours as rows: one a lesson, filled while it goes on and closed when it is over."""

import math
from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    RowMapping,
    case,
    cast,
    func,
    insert,
    literal,
    literal_column,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from dossier.placement.events import Event, record
from dossier.rooster.hours import Group, Held, Lost
from dossier.rooster.lessons import Lesson, at
from dossier.rooster.tables import lesson_hours
from dossier.tables import faults
from signaling.store import Store

_WEEK_S = 604_800
_SUMMER_MONDAY = int(at(date(1970, 1, 5), 0).timestamp()) - 3600


class Hours:
    """Every method raises StoreError("unreachable") when the database is away."""

    def __init__(self, store: Store) -> None:
        self.store = store

    async def last(self, placement_id: int, since: float = 0.0, most: int = 15) -> list[Held]:
        """The lessons that are over, the newest first."""
        wanted = (
            select(*(lesson_hours.c[name] for name in Held.__struct_fields__))
            .where(*_over(placement_id, since))
            .order_by(lesson_hours.c.begin.desc())
            .limit(most)
        )
        async with self.store.transaction() as connection:
            rows = (await connection.execute(wanted)).mappings().all()
        return [Held(**row) for row in rows]

    async def groups(
        self,
        placement_id: int,
        since: float = 0.0,
        until: float = math.inf,
        *,
        week: bool = False,
        subject: bool = False,
    ) -> list[Group]:
        """The lessons that are over and began from `since` to before `until`, added up a loss,
        and a week or a subject where asked: years of them are thousands of rows."""
        hours = lesson_hours.c
        names = hours.subject if subject else literal("")
        keys: list[ColumnElement[Any]] = [hours.lost]
        if subject:
            keys.append(hours.subject)
        if week:
            keys += _week(hours.begin)
        here = _over(placement_id, since)
        if until < math.inf:
            here.append(hours.begin < until)
        wanted = (
            select(
                func.min(hours.begin),
                names,
                hours.lost,
                func.count(),
                func.sum(hours.end - hours.begin),
                func.sum(hours.live_s),
                func.sum(hours.questions),
                func.sum(hours.turns),
                func.sum(case((hours.turns > 0, 1), else_=0)),
            )
            .where(*here)
            .group_by(*keys)
        )
        async with self.store.transaction() as connection:
            return [Group(*row) for row in (await connection.execute(wanted)).all()]

    async def newest(self) -> dict[int, float]:
        """Placement -> when its last closed lesson ended."""
        wanted = (
            select(lesson_hours.c.placement_id, func.max(lesson_hours.c.end))
            .where(lesson_hours.c.over)
            .group_by(lesson_hours.c.placement_id)
        )
        async with self.store.transaction() as connection:
            return {row[0]: row[1] for row in (await connection.execute(wanted)).all()}

    async def count(self, placement_id: int, lesson: Lesson, questions: int, turns: int) -> None:
        """The pupil asked, or had a turn, in the lesson that goes on."""
        async with self.store.transaction() as connection:
            row = await _row(connection, placement_id, lesson.begin, lesson.subject)
            if row is None:
                await connection.execute(
                    insert(lesson_hours).values(
                        placement_id=placement_id,
                        begin=lesson.begin,
                        end=lesson.end,
                        subject=lesson.subject,
                        kind=lesson.kind,
                        live_s=0.0,
                        lost="",
                        by_hand=False,
                        questions=questions,
                        turns=turns,
                        over=False,
                    )
                )
                return
            await connection.execute(
                update(lesson_hours)
                .where(lesson_hours.c.id == row["id"])
                .values(questions=row["questions"] + questions, turns=row["turns"] + turns)
            )

    async def close(self, placement_id: int, one: Held) -> None:
        """This lesson is over. What somebody said of it by hand stays."""
        async with self.store.transaction() as connection:
            row = await _row(connection, placement_id, one.begin, one.subject)
            if row is not None and row["over"]:
                return
            if row is not None:
                await connection.execute(
                    update(lesson_hours)
                    .where(lesson_hours.c.id == row["id"])
                    .values(live_s=one.live_s, lost=one.lost, end=one.end, over=True)
                )
                return
            await connection.execute(
                insert(lesson_hours).values(
                    placement_id=placement_id,
                    begin=one.begin,
                    end=one.end,
                    subject=one.subject,
                    kind=one.kind,
                    live_s=one.live_s,
                    lost=one.lost,
                    by_hand=False,
                    questions=0,
                    turns=0,
                    over=True,
                )
            )

    async def say_why(self, placement_id: int, number: int, lost: Lost, event: Event) -> bool:
        """A person knows better why this lesson was lost; False when there is no such lesson."""
        async with self.store.transaction() as connection:
            done = await connection.execute(
                update(lesson_hours)
                .where(
                    lesson_hours.c.id == number,
                    lesson_hours.c.placement_id == placement_id,
                    lesson_hours.c.over,
                    lesson_hours.c.lost != "",
                )
                .values(lost=lost, by_hand=True)
            )
            if done.rowcount:
                await record(connection, placement_id, event)
        return bool(done.rowcount)

    async def had_faults(self, unit_key: str, begin: float, end: float) -> bool:
        """Whether the set told of a fault between these moments."""
        wanted = (
            select(faults.c.id)
            .where(
                faults.c.unit_key == unit_key,
                faults.c.began_at < end,
                (faults.c.ended_at.is_(None)) | (faults.c.ended_at > begin),
            )
            .limit(1)
        )
        async with self.store.transaction() as connection:
            return (await connection.execute(wanted)).first() is not None


async def _row(
    connection: AsyncConnection, placement_id: int, begin: float, subject: str
) -> RowMapping | None:
    wanted = select(lesson_hours).where(
        lesson_hours.c.placement_id == placement_id,
        lesson_hours.c.begin == begin,
        lesson_hours.c.subject == subject,
    )
    return (await connection.execute(wanted)).mappings().first()


def _over(placement_id: int, since: float) -> list[ColumnElement[bool]]:
    here: list[ColumnElement[bool]] = [
        lesson_hours.c.placement_id == placement_id,
        lesson_hours.c.over,
    ]
    return [*here, lesson_hours.c.begin >= since] if since else here


def _week(begin: ColumnElement[float]) -> list[ColumnElement[Any]]:
    """Two expressions: moments with the same of both are of one week on the wall here.

    Weeks are counted from a Monday in summer time. In winter that begins an hour early, and the
    first hour of each is counted apart: so it can go to the week before.
    """
    seconds = cast(begin, BigInteger) - literal_column(str(_SUMMER_MONDAY), BigInteger)
    week = literal_column(str(_WEEK_S), BigInteger)
    return [seconds // week, case((seconds % week < 3600, 1), else_=0)]
