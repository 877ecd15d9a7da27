"""Which devices belong together: the pairs, in SQLite or PostgreSQL through SQLAlchemy 2.

A revoked pair stays as a row, because its epoch may never be used again: an old key file or a
restored backup must not bring a device back. For the latter it is also in a journal beside the
database (store_journal.py), and on the devices themselves (pair_keeper.py).
"""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Literal, Self, TypeVar

import msgspec
from sqlalchemy import (
    URL,
    ColumnElement,
    Connection,
    Insert,
    RowMapping,
    Update,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, IntegrityError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from signaling.identity import Pairing, TrustError, from_text
from signaling.messages import Role
from signaling.migrate import History, NewerDatabaseError, begin, bring_up, version_of
from signaling.store_journal import Journal
from signaling.store_tables import HISTORY, pairs

_T = TypeVar("_T")
_ANSWER_S = 5.0
"""A device that logs in does not wait longer either (client.py)."""

StoreCode = Literal[
    "bad_url", "unreachable", "bad_key", "key_in_use", "epoch_used", "no_such_pair", "newer"
]


class StoreError(Exception):
    """The store refuses, or is not there; the text tells a person what to do. See StoreCode."""

    def __init__(self, code: StoreCode, advice: str) -> None:
        super().__init__(advice)
        self.code = code


class StoredPair(msgspec.Struct, frozen=True, kw_only=True):
    """A row: `created_at` in seconds since 1970."""

    pairing: Pairing
    created_at: float
    revoked: bool


class Store:
    """The pairs. Every method raises StoreError("unreachable") when the database is away."""

    def __init__(self, engine: AsyncEngine, revoked_file: str = "") -> None:
        self._engine = engine
        self._journal = Journal(engine.url, revoked_file)

    @classmethod
    async def open(cls, url: str, revoked_file: str = "") -> Self:
        """Connect, and bring the tables up to date; `revoked_file` as the setting.

        Raises StoreError.
        """
        try:
            engine = create_async_engine(_with_driver(url))
            await asyncio.to_thread(_try_file, engine.url)
        except sqlite3.Error:
            raise _unreachable() from None
        except (ArgumentError, NoSuchModuleError, ImportError):
            raise StoreError(
                "bad_url",
                "setting server.database_url is not one that SQLAlchemy knows; "
                "an example: sqlite+aiosqlite:////var/lib/klasgenoot/server.db",
            ) from None
        store = cls(engine, revoked_file)
        try:
            await store.bring_up(HISTORY)
            async with store.transaction() as connection:
                for pairing in await asyncio.to_thread(store._journal.read):
                    await connection.execute(_end(pairing))
        except StoreError:
            await engine.dispose()
            raise
        return store

    async def bring_up(self, history: History) -> None:
        """The tables of `history` as this version has them. Raises StoreError."""
        try:
            await self.whole(lambda connection: _bring_up(connection, history))
        except NewerDatabaseError:
            raise StoreError(
                "newer",
                "the database was used by a newer version of this program: install that one, or "
                "restore a backup of before",
            ) from None

    async def whole(self, work: Callable[[Connection], _T]) -> _T:
        """Do this in one transaction, however long it takes. Raises StoreError."""
        try:
            async with self._engine.begin() as connection:
                return await connection.run_sync(work)
        except (SQLAlchemyError, OSError):
            raise _unreachable() from None

    async def close(self) -> None:
        await self._engine.dispose()

    async def check(self) -> None:
        """Raises StoreError when the database does not answer."""
        async with self.transaction() as connection:
            await connection.execute(select(1))

    async def pair_of(self, key: str) -> tuple[Pairing, Role] | None:
        """The valid pair that this key is in, and as what."""
        wanted = select(pairs).where(~pairs.c.revoked, _has(key))
        async with self.transaction() as connection:
            row = (await connection.execute(wanted)).mappings().first()
        if row is None:
            return None
        pairing = _pairing(row)
        return pairing, "unit" if key == pairing.unit_key else "laptop"

    async def revoked_pair_of(self, key: str) -> Pairing | None:
        """The newest revoked pair that this key is in."""
        wanted = select(pairs).where(pairs.c.revoked, _has(key)).order_by(pairs.c.epoch.desc())
        async with self.transaction() as connection:
            row = (await connection.execute(wanted)).mappings().first()
        return None if row is None else _pairing(row)

    async def highest_epoch(self, *keys: str) -> int:
        """The highest epoch that any of these keys ever had here; 0 for none."""
        wanted = select(func.max(pairs.c.epoch)).where(or_(*(_has(key) for key in keys)))
        async with self.transaction() as connection:
            return (await connection.execute(wanted)).scalar() or 0

    async def count_revoked(self) -> int:
        """A cheap look whether something was revoked since."""
        wanted = select(func.count()).select_from(pairs).where(pairs.c.revoked)
        async with self.transaction() as connection:
            return (await connection.execute(wanted)).scalar() or 0

    async def add_pair(self, unit_key: str, laptop_key: str, epoch: int = 1) -> Pairing:
        """Let these two meet. Raises StoreError: bad_key, key_in_use, epoch_used."""
        pairing = _checked(unit_key, laptop_key, epoch)
        try:
            async with self.transaction() as connection:
                await self._refuse_known(connection, pairing)
                await connection.execute(_insert(pairing))
        except IntegrityError:  # another process was quicker
            raise _in_use() from None
        return pairing

    async def replace_pair(self, pairing: Pairing) -> None:
        """Let these two meet, and end the pairs that either of them was in: both have agreed.

        Raises StoreError: bad_key, epoch_used, key_in_use.
        """
        pairing = _checked(pairing.unit_key, pairing.laptop_key, pairing.epoch)
        older = or_(_has(pairing.unit_key), _has(pairing.laptop_key))
        try:
            async with self.transaction() as connection:
                valid = select(pairs).where(~pairs.c.revoked, older)
                rows = (await connection.execute(valid)).mappings().all()
                await connection.execute(
                    update(pairs).where(~pairs.c.revoked, older).values(revoked=True)
                )
                await self._refuse_known(connection, pairing)
                await asyncio.to_thread(self._journal.add, [_pairing(row) for row in rows])
                await connection.execute(_insert(pairing))
        except IntegrityError:  # another process was quicker
            raise _in_use() from None

    async def revoke(self, name: str) -> Pairing:
        """End the valid pair of this name, or with this key. Raises StoreError("no_such_pair")."""
        valid = [stored.pairing for stored in await self.all_pairs() if not stored.revoked]
        for pairing in valid:
            if name in (pairing.name, pairing.unit_key, pairing.laptop_key):
                await self.end_pair(pairing)
                return pairing
        raise StoreError("no_such_pair", "no valid pair has this name or key; see `pair list`")

    async def end_pair(self, pairing: Pairing) -> None:
        """End this pair, of this epoch or an older one; nothing happens if there is none."""
        async with self.transaction() as connection:
            # The journal first: after a power cut in between, the next start makes up for it.
            await asyncio.to_thread(self._journal.add, [pairing])
            await connection.execute(_end(pairing))

    async def all_pairs(self) -> list[StoredPair]:
        """Every pair ever made, oldest first, revoked ones too."""
        async with self.transaction() as connection:
            rows = (await connection.execute(select(pairs).order_by(pairs.c.id))).mappings()
        return [
            StoredPair(
                pairing=_pairing(row),
                created_at=row["created_at"],
                revoked=row["revoked"],
            )
            for row in rows
        ]

    async def _refuse_known(self, connection: AsyncConnection, pairing: Pairing) -> None:
        known = select(pairs).where(or_(_has(pairing.unit_key), _has(pairing.laptop_key)))
        rows = (await connection.execute(known)).mappings().all()
        if any(not row["revoked"] for row in rows):
            raise _in_use()
        highest = max((row["epoch"] for row in rows), default=0)
        if pairing.epoch <= highest:
            raise StoreError(
                "epoch_used",
                f"these keys were paired before: use epoch {highest + 1}, on both devices too",
            )

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """Raises IntegrityError, or StoreError: the driver's other errors may name files, hosts
        and values, and end here."""
        try:
            async with asyncio.timeout(_ANSWER_S), self._engine.begin() as connection:
                yield connection
        except IntegrityError:
            raise
        except (SQLAlchemyError, OSError):  # a TimeoutError is an OSError
            raise _unreachable() from None


def _with_driver(url: str) -> URL:
    """As people write it: which driver there is need not be known. Raises ArgumentError."""
    made = make_url(url)
    drivers = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}
    return made.set(drivername=drivers.get(made.drivername, made.drivername))


def _try_file(url: URL) -> None:
    """Raises sqlite3.Error; aiosqlite would also leave a thread behind that fails after us."""
    if url.get_backend_name() == "sqlite" and url.database and url.database != ":memory:":
        sqlite3.connect(url.database).close()


def _bring_up(connection: Connection, history: History) -> None:
    if version_of(connection, history) != history.versions()[-1]:  # mostly there is nothing to do
        begin(connection)
        bring_up(connection, history)


def _has(key: str) -> ColumnElement[bool]:
    return or_(pairs.c.unit_key == key, pairs.c.laptop_key == key)


def _pairing(row: RowMapping) -> Pairing:
    return Pairing(unit_key=row["unit_key"], laptop_key=row["laptop_key"], epoch=row["epoch"])


def _insert(pairing: Pairing) -> Insert:
    return insert(pairs).values(
        unit_key=pairing.unit_key,
        laptop_key=pairing.laptop_key,
        epoch=pairing.epoch,
        created_at=time.time(),
        revoked=False,
    )


def _end(pairing: Pairing) -> Update:
    return (
        update(pairs)
        .where(
            pairs.c.unit_key == pairing.unit_key,
            pairs.c.laptop_key == pairing.laptop_key,
            pairs.c.epoch <= pairing.epoch,
        )
        .values(revoked=True)
    )


def _checked(unit_key: str, laptop_key: str, epoch: int) -> Pairing:
    for name, key in (("unit", unit_key), ("laptop", laptop_key)):
        try:
            from_text(key, 32)
        except TrustError:
            raise StoreError(
                "bad_key",
                f"the key of the {name} is not a public key: 43 letters and digits, as shown by "
                "the device",
            ) from None
    if unit_key == laptop_key:
        raise StoreError("bad_key", "the two devices of a pair need different keys")
    if epoch < 1:
        raise StoreError("epoch_used", "epochs start at 1")
    return Pairing(unit_key=unit_key, laptop_key=laptop_key, epoch=epoch)


def _in_use() -> StoreError:
    return StoreError("key_in_use", "a key is in a pair already: revoke that pair first")


def _unreachable() -> StoreError:
    return StoreError(
        "unreachable", "the database of setting server.database_url cannot be opened or read"
    )
