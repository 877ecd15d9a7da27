"""Who is logged in: a random token at the browser, its hash here."""

import time
from collections.abc import Callable

import msgspec
from sqlalchemy import delete, insert, select, update

from dossier.tables import accounts, sessions
from dossier.tokens import hashed, is_token, new_token
from signaling.store import Store

_TOUCH_S = 60.0
"""How exactly the last visit is known; a write at each page would be one too many."""


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """One person in one browser; times in seconds since 1970."""

    account_id: int
    name: str
    role: str
    created_at: float
    seen_at: float
    how: str


class Sessions:
    """Every method raises StoreError("unreachable") when the database is away."""

    def __init__(
        self, store: Store, idle_s: float, whole_s: float, clock: Callable[[], float] = time.time
    ) -> None:
        self._store, self._idle_s, self._whole_s, self._clock = store, idle_s, whole_s, clock

    async def begin(self, account_id: int, how: str) -> str:
        """The token of a new session: never one that the browser brought along."""
        token, now = new_token(), self._clock()
        async with self._store.transaction() as connection:
            await connection.execute(
                insert(sessions).values(
                    token_sha256=hashed(token),
                    account_id=account_id,
                    created_at=now,
                    seen_at=now,
                    how=how,
                )
            )
        return token

    async def of(self, token: str) -> Session | None:
        """Whose it is, while it holds; counts as a visit."""
        if not is_token(token):
            return None
        now = self._clock()
        wanted = (
            select(sessions, accounts.c.name, accounts.c.role)
            .join(accounts, accounts.c.id == sessions.c.account_id)
            .where(sessions.c.token_sha256 == hashed(token), accounts.c.ended_at.is_(None))
        )
        async with self._store.transaction() as connection:
            row = (await connection.execute(wanted)).mappings().first()
            if row is None:
                return None
            if now - row["created_at"] > self._whole_s or now - row["seen_at"] > self._idle_s:
                return None
            if now - row["seen_at"] > _TOUCH_S:
                await connection.execute(
                    update(sessions)
                    .where(sessions.c.token_sha256 == hashed(token))
                    .values(seen_at=now)
                )
        return Session(
            account_id=row["account_id"],
            name=row["name"],
            role=row["role"],
            created_at=row["created_at"],
            seen_at=row["seen_at"],
            how=row["how"],
        )

    async def all_of(self, account_id: int) -> list[tuple[float, float, str]]:
        """When each session of this account began and was last used, and how it began."""
        wanted = (
            select(sessions)
            .where(sessions.c.account_id == account_id)
            .order_by(sessions.c.created_at)
        )
        async with self._store.transaction() as connection:
            rows = (await connection.execute(wanted)).mappings().all()
        return [(row["created_at"], row["seen_at"], row["how"]) for row in rows]

    async def purge(self) -> None:
        """Forget those that are over."""
        now = self._clock()
        old = (sessions.c.created_at < now - self._whole_s) | (
            sessions.c.seen_at < now - self._idle_s
        )
        async with self._store.transaction() as connection:
            await connection.execute(delete(sessions).where(old))

    async def end(self, token: str) -> None:
        async with self._store.transaction() as connection:
            await connection.execute(
                delete(sessions).where(sessions.c.token_sha256 == hashed(token))
            )

    async def end_others(self, account_id: int, token: str) -> None:
        """All of this account but the one with this token."""
        async with self._store.transaction() as connection:
            await connection.execute(
                delete(sessions).where(
                    sessions.c.account_id == account_id,
                    sessions.c.token_sha256 != hashed(token),
                )
            )
