"""Timetables as rows."""

import secrets
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date

from sqlalchemy import ColumnElement, RowMapping, Table, delete, insert, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from dossier.placement.events import Event, record
from dossier.rooster.ical_in import Found
from dossier.rooster.lessons import A_MONDAY, Change, Holiday, Off, Row, Timetable
from dossier.rooster.tables import (
    rooster_changes,
    rooster_holidays,
    rooster_links,
    rooster_offs,
    rooster_rows,
    rooster_weeks,
)
from dossier.tokens import hashed, new_token
from signaling.store import Store

MOST_ROWS = 400
MOST_CHANGES = 2000
MOST_HOLIDAYS = 60
MOST_OFFS = 500


class TooManyError(Exception):
    """A timetable has bounds too."""


class Timetables:
    """Every method raises StoreError("unreachable") when the database is away. Each change is
    written with its event, or not at all."""

    def __init__(self, store: Store, clock: Callable[[], float] = time.time) -> None:
        self.store, self.clock = store, clock

    async def of(self, placement_id: int) -> Timetable:
        return (await self.all((placement_id,))).get(placement_id, Timetable())

    async def all(self, placement_ids: Iterable[int] | None = None) -> dict[int, Timetable]:
        """Those of these placements, or of all; one without a row is left out."""
        wanted = None if placement_ids is None else list(placement_ids)
        async with self.store.transaction() as connection:
            rows = await _by_placement(connection, rooster_rows, wanted)
            changes = await _by_placement(connection, rooster_changes, wanted)
            holidays = await _by_placement(connection, rooster_holidays, wanted)
            offs = await _by_placement(connection, rooster_offs, wanted)
            weeks = await _by_placement(connection, rooster_weeks, wanted)
        return {
            key: Timetable(
                rows=tuple(map(_row, rows[key])),
                changes=tuple(map(_change, changes[key])),
                holidays=tuple(map(_holiday, holidays[key])),
                offs=tuple(map(_off, offs[key])),
                week_a=_day(weeks[key][0]["week_a"]) if weeks[key] else A_MONDAY,
            )
            for key in {*rows, *holidays, *offs, *weeks}
        }

    async def holidays(self, placement_id: int) -> list[tuple[int, Holiday]]:
        async with self.store.transaction() as connection:
            found = await _by_placement(connection, rooster_holidays, [placement_id])
        return [(row["id"], _holiday(row)) for row in found[placement_id]]

    async def offs(self, placement_id: int, since: float) -> list[tuple[int, Off]]:
        """Those that are not over at `since`."""
        async with self.store.transaction() as connection:
            found = await _by_placement(connection, rooster_offs, [placement_id])
        return [(row["id"], _off(row)) for row in found[placement_id] if row["end"] > since]

    # --- writing ------------------------------------------------------------------------------

    async def add_row(self, placement_id: int, row: Row, event: Event) -> None:
        async with self.store.transaction() as connection:
            await _room_for(connection, rooster_rows, placement_id, MOST_ROWS)
            await connection.execute(insert(rooster_rows).values(_columns(placement_id, row)))
            await record(connection, placement_id, event)

    async def drop_row(self, placement_id: int, row_id: int, event: Event) -> bool:
        async with self.store.transaction() as connection:
            for table, column in (
                (rooster_changes, rooster_changes.c.row_id),
                (rooster_rows, rooster_rows.c.id),
            ):
                done = await connection.execute(
                    delete(table).where(column == row_id, table.c.placement_id == placement_id)
                )
            if done.rowcount:
                await record(connection, placement_id, event)
        return bool(done.rowcount)

    async def replace(self, placement_id: int, found: Found, event: Event) -> None:
        """Another timetable in the place of this one; holidays and sign-offs stay."""
        async with self.store.transaction() as connection:
            for table in (rooster_changes, rooster_rows):
                await connection.execute(delete(table).where(table.c.placement_id == placement_id))
            ids: dict[int, int] = {}
            for row in found.rows:
                made = await connection.execute(
                    insert(rooster_rows).values(_columns(placement_id, row))
                )
                assert made.inserted_primary_key is not None
                ids[row.id] = made.inserted_primary_key[0]
            for change in found.changes[:MOST_CHANGES]:
                await connection.execute(
                    insert(rooster_changes).values(
                        _change_columns(placement_id, change, ids[change.row_id])
                    )
                )
            await record(connection, placement_id, event)

    async def change(
        self, placement_id: int, row_id: int, day: date, change: Change | None, event: Event
    ) -> None:
        """This day is different; None: as planned after all. The row has to be the placement's."""
        async with self.store.transaction() as connection:
            await _room_for(connection, rooster_changes, placement_id, MOST_CHANGES)
            await connection.execute(
                delete(rooster_changes).where(
                    rooster_changes.c.placement_id == placement_id,
                    rooster_changes.c.row_id == row_id,
                    rooster_changes.c.day == day.isoformat(),
                )
            )
            if change is not None:
                await connection.execute(
                    insert(rooster_changes).values(_change_columns(placement_id, change, row_id))
                )
            await record(connection, placement_id, event)

    async def add_holiday(self, placement_id: int, one: Holiday, event: Event) -> None:
        async with self.store.transaction() as connection:
            await _room_for(connection, rooster_holidays, placement_id, MOST_HOLIDAYS)
            await connection.execute(
                insert(rooster_holidays).values(
                    placement_id=placement_id,
                    first=one.first.isoformat(),
                    last=one.last.isoformat(),
                    name=one.name,
                )
            )
            await record(connection, placement_id, event)

    async def set_week_a(self, placement_id: int, week_a: date, event: Event) -> None:
        async with self.store.transaction() as connection:
            await connection.execute(
                delete(rooster_weeks).where(rooster_weeks.c.placement_id == placement_id)
            )
            await connection.execute(
                insert(rooster_weeks).values(placement_id=placement_id, week_a=week_a.isoformat())
            )
            await record(connection, placement_id, event)

    async def sign_off(
        self, placement_id: int, member_id: int | None, off: Off, event: Event
    ) -> None:
        async with self.store.transaction() as connection:
            await _room_for(connection, rooster_offs, placement_id, MOST_OFFS)
            await connection.execute(
                insert(rooster_offs).values(
                    placement_id=placement_id,
                    member_id=member_id,
                    begin=off.begin,
                    end=off.end,
                    reason=off.reason,
                )
            )
            await record(connection, placement_id, event)

    async def drop(self, table: Table, placement_id: int, number: int, event: Event) -> bool:
        """A holiday or a sign-off; False when it is not of this placement."""
        async with self.store.transaction() as connection:
            done = await connection.execute(
                delete(table).where(table.c.id == number, table.c.placement_id == placement_id)
            )
            if done.rowcount:
                await record(connection, placement_id, event)
        return bool(done.rowcount)

    # --- a calendar that asks by itself -------------------------------------------------------

    async def new_link(self, placement_id: int, member_id: int) -> str:
        """The token of a new address; this person's older one ends."""
        token = new_token()
        async with self.store.transaction() as connection:
            await connection.execute(
                delete(rooster_links).where(rooster_links.c.member_id == member_id)
            )
            await connection.execute(
                insert(rooster_links).values(
                    token_sha256=hashed(token), placement_id=placement_id, member_id=member_id
                )
            )
        return token

    async def of_link(self, token: str) -> int | None:
        """The placement of this address, while whoever made it is in it."""
        from dossier.placement.tables import members, placements

        wanted = (
            select(rooster_links.c.placement_id)
            .join(members, members.c.id == rooster_links.c.member_id)
            .join(placements, placements.c.id == rooster_links.c.placement_id)
            .where(
                rooster_links.c.token_sha256 == hashed(token),
                members.c.ended_at.is_(None),
                placements.c.state != "erased",
            )
        )
        async with self.store.transaction() as connection:
            return (await connection.execute(wanted)).scalar()


async def _by_placement(
    connection: AsyncConnection, table: Table, placement_ids: list[int] | None
) -> dict[int, list[RowMapping]]:
    here: ColumnElement[bool] = true()
    if placement_ids is not None:
        here = table.c.placement_id.in_(placement_ids)
    found: dict[int, list[RowMapping]] = defaultdict(list)
    for row in (await connection.execute(select(table).where(here))).mappings():
        found[row["placement_id"]].append(row)
    return found


async def _room_for(
    connection: AsyncConnection, table: Table, placement_id: int, most: int
) -> None:
    wanted = select(table.c.placement_id).where(table.c.placement_id == placement_id).limit(most)
    if len((await connection.execute(wanted)).all()) >= most:
        raise TooManyError


def _columns(placement_id: int, row: Row) -> dict[str, object]:
    return {
        "placement_id": placement_id,
        "uid": row.uid or f"{secrets.token_hex(12)}@klasgenoot",
        "subject": row.subject,
        "room": row.room,
        "kind": row.kind,
        "weekday": row.weekday,
        "begin_min": row.begin_min,
        "end_min": row.end_min,
        "week": row.week,
        "first": row.first.isoformat(),
        "last": row.last.isoformat(),
        "skips": ",".join(sorted(day.isoformat() for day in row.skips)),
    }


def _change_columns(placement_id: int, one: Change, row_id: int) -> dict[str, object]:
    return {
        "placement_id": placement_id,
        "row_id": row_id,
        "day": one.day.isoformat(),
        "cancelled": one.cancelled,
        "to_day": one.to_day.isoformat() if one.to_day else None,
        "begin_min": one.begin_min,
        "end_min": one.end_min,
        "room": one.room,
    }


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _row(row: RowMapping) -> Row:
    return Row(
        id=row["id"],
        uid=row["uid"],
        subject=row["subject"],
        room=row["room"],
        kind=row["kind"],
        weekday=row["weekday"],
        begin_min=row["begin_min"],
        end_min=row["end_min"],
        week=row["week"],
        first=_day(row["first"]),
        last=_day(row["last"]),
        skips=frozenset(map(_day, filter(None, row["skips"].split(",")))),
    )


def _change(row: RowMapping) -> Change:
    return Change(
        row_id=row["row_id"],
        day=_day(row["day"]),
        cancelled=row["cancelled"],
        to_day=_day(row["to_day"]) if row["to_day"] else None,
        begin_min=row["begin_min"],
        end_min=row["end_min"],
        room=row["room"],
    )


def _holiday(row: RowMapping) -> Holiday:
    return Holiday(first=_day(row["first"]), last=_day(row["last"]), name=row["name"])


def _off(row: RowMapping) -> Off:
    return Off(begin=row["begin"], end=row["end"], reason=row["reason"])
