"""Who did what and when: written once, never changed, gone when its time is over."""

import msgspec
from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from dossier.tables import audit
from signaling.store import Store

_MOST_DETAIL = 400


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """`at` in seconds since 1970; `unit_key` is "" when it is about no set."""

    at: float
    who: str
    what: str
    unit_key: str = ""
    detail: str = ""


async def note(connection: AsyncConnection, line: Line) -> None:
    """In the transaction of what was done: either both are there or neither."""
    await connection.execute(
        insert(audit).values(
            at=line.at,
            who=line.who[:40],
            what=line.what,
            unit_key=line.unit_key,
            detail=line.detail[:_MOST_DETAIL],
        )
    )


async def lines(store: Store, unit_key: str = "", most: int = 200, skip: int = 0) -> list[Line]:
    """The newest first, without the first `skip`; of one set, or of all. Raises StoreError."""
    wanted = select(audit).order_by(audit.c.id.desc()).limit(most).offset(skip)
    if unit_key:
        wanted = wanted.where(audit.c.unit_key == unit_key)
    async with store.transaction() as connection:
        rows = (await connection.execute(wanted)).mappings().all()
    return [
        Line(
            at=row["at"],
            who=row["who"],
            what=row["what"],
            unit_key=row["unit_key"],
            detail=row["detail"],
        )
        for row in rows
    ]


async def purge(store: Store, before: float) -> None:
    """Raises StoreError."""
    async with store.transaction() as connection:
        await connection.execute(delete(audit).where(audit.c.at < before))
