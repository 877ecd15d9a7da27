"""Which devices of which people are told by push."""

from collections.abc import Sequence

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from dossier.tables import push_devices as table
from signaling.store import Store

MOST = 10
"""Devices of one person; the oldest makes room."""


class PushStore:
    """Every method raises StoreError("unreachable") when the database is away."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def add(self, account_id: int, endpoint: str) -> None:
        """Adding it twice is adding it once."""
        mine = table.c.account_id == account_id
        async with self._store.transaction() as connection:
            await connection.execute(delete(table).where(mine, table.c.endpoint == endpoint))
            await connection.execute(
                insert(table).values(account_id=account_id, endpoint=endpoint, told_at=0.0)
            )
            newest = select(table.c.id).where(mine).order_by(table.c.id.desc()).limit(MOST)
            await connection.execute(delete(table).where(mine, table.c.id.not_in(newest)))

    async def remove(self, account_id: int, endpoint: str) -> None:
        async with self._store.transaction() as connection:
            await connection.execute(
                delete(table).where(table.c.account_id == account_id, table.c.endpoint == endpoint)
            )

    async def forget(self, endpoint: str) -> None:
        """The push service says that it is no more."""
        async with self._store.transaction() as connection:
            await connection.execute(delete(table).where(table.c.endpoint == endpoint))


async def due(
    connection: AsyncConnection, account_ids: Sequence[int], now: float, apart_s: float
) -> list[str]:
    """The devices of these people that were not told for a while; now they are."""
    late = table.c.account_id.in_(account_ids), table.c.told_at < now - apart_s
    rows = (await connection.execute(select(table.c.endpoint).where(*late))).scalars().all()
    if rows:
        await connection.execute(update(table).where(*late).values(told_at=now))
    return sorted(set(rows))
