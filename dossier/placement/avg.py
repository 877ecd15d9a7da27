"""AVG: everything about one person as one file, and erasing a placement for good.

Both find rows by the names of columns (placement/tables.py), so that a table of tomorrow is not
forgotten.
"""

from typing import Any

import msgspec
from sqlalchemy import Table, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from dossier.placement.states import Facts, StepError, step
from dossier.placement.store import Placements, today
from dossier.placement.tables import members, placements
from dossier.roles import OF_THE_HOUSE
from dossier.schema import metadata
from dossier.tables import OF_AN_ACCOUNT, accounts, invitations, passkeys, push_devices, sessions
from signaling.store import Store

_SECRET = frozenset(
    {
        "password_hash",
        "handle",
        "public_key",
        "credential_id",
        "token_sha256",
        "sealed",
        "endpoint",
    }
)
"""Of no use to anybody but whoever would break in; documents are fetched one by one."""

Rows = list[dict[str, Any]]


def tables() -> list[Table]:
    """The tables about a placement, children first."""
    return [
        table
        for table in reversed(metadata.sorted_tables)
        if "placement_id" in table.c and table is not placements
    ]


async def of_placement(store: Store, placement_id: int) -> dict[str, Rows]:
    """Everything about the pupil. Raises StoreError."""
    async with store.transaction() as connection:
        found = {
            table.name: await _rows(connection, table, table.c.placement_id == placement_id)
            for table in reversed(tables())
        }
        found["placements"] = await _rows(connection, placements, placements.c.id == placement_id)
    return found


def only_talk_of(found: dict[str, Rows], member_id: int | None) -> None:
    """Leave out the conversations that this person is not in: they are letters of others."""
    mine = {row["chat_id"] for row in found["chat_members"] if row["member_id"] == member_id}
    for table, column in (("chats", "id"), ("chat_members", "chat_id"), ("chat_lines", "chat_id")):
        found[table] = [row for row in found[table] if row[column] in mine]


def only_shared_contacts(found: dict[str, Rows], member_id: int | None) -> None:
    """Leave out telephone and mail of the others who do not share them."""
    for row in found["members"]:
        if row["id"] != member_id and not row["shares"]:
            row["phone"] = row["mail"] = ""


async def of_person(store: Store, account_id: int) -> dict[str, Rows]:
    """Everything about whoever has this account: it, its places and what was written by it.

    Raises StoreError.
    """
    async with store.transaction() as connection:
        found: dict[str, Rows] = {
            table.name: await _rows(connection, table, column == account_id)
            for table, column in (
                (accounts, accounts.c.id),
                (sessions, sessions.c.account_id),
                (passkeys, passkeys.c.account_id),
                (push_devices, push_devices.c.account_id),
                (members, members.c.account_id),
            )
        }
        mine = [row["id"] for row in found["members"]]
        for table in reversed(tables()):
            if "member_id" in table.c and table is not members:
                found[table.name] = await _rows(connection, table, table.c.member_id.in_(mine))
    return found


async def erase_due(kept: Placements) -> int:
    """Erase each placement whose day has come; gives how many. Raises StoreError."""
    day = today(kept.clock)
    wanted = select(placements.c.id, placements.c.state, placements.c.facts).where(
        placements.c.erase_on != "", placements.c.erase_on <= day
    )
    async with kept.store.transaction() as connection:
        due = (await connection.execute(wanted)).all()
    count = 0
    for number, state, raw in due:
        facts = msgspec.json.decode(raw, type=Facts)
        try:
            step(state, facts, "erase", {}, today=day, keep_days=0)
        except StepError:  # the day and the state disagree: better kept than lost
            continue
        await erase(kept, number)
        count += 1
    return count


async def erase(kept: Placements, placement_id: int) -> None:
    """All of it, and the accounts that opened nothing else; the bare row says that it was.

    Raises StoreError.
    """
    async with kept.store.transaction() as connection:
        if connection.dialect.name == "sqlite":  # or the names would stay in the file's free pages
            await connection.exec_driver_sql("PRAGMA secure_delete = ON")
        people = (
            await connection.execute(
                select(members.c.id, members.c.account_id).where(
                    members.c.placement_id == placement_id
                )
            )
        ).all()
        await connection.execute(
            delete(invitations).where(invitations.c.member_id.in_([number for number, _ in people]))
        )
        # First of all: the database lets the log go only of a placement that is erased.
        await connection.execute(
            update(placements)
            .where(placements.c.id == placement_id)
            .values(
                state="erased",
                since=kept.clock(),
                facts="{}",
                pupil="",
                school="",
                set_number="",
                day="",
                erase_on="",
            )
        )
        for table in tables():
            await connection.execute(delete(table).where(table.c.placement_id == placement_id))
        for account_id in {account for _, account in people if account is not None}:
            await _end_account(connection, account_id)


async def _end_account(connection: AsyncConnection, account_id: int) -> None:
    """Forget somebody who was here for this placement only."""
    of_the_house = select(accounts.c.id).where(
        accounts.c.id == account_id, accounts.c.role.in_(OF_THE_HOUSE)
    )
    elsewhere = select(members.c.id).where(members.c.account_id == account_id)
    for wanted in (of_the_house, elsewhere):
        if (await connection.execute(wanted.limit(1))).first() is not None:
            return
    for table in (*OF_AN_ACCOUNT, invitations):
        await connection.execute(delete(table).where(table.c.account_id == account_id))
    await connection.execute(delete(accounts).where(accounts.c.id == account_id))


async def _rows(connection: AsyncConnection, table: Table, where: Any) -> Rows:
    wanted = [column for column in table.c if column.name not in _SECRET]
    names = [column.name for column in wanted]
    found = (await connection.execute(select(*wanted).where(where))).all()
    return [dict(zip(names, row, strict=True)) for row in found]  # years of rows: mappings are slow
