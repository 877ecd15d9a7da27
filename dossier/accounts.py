"""The one list of people who may log in: invited once, with a password or a passkey, ended for
good. There is no default account, and nobody but its owner ever knows a password."""

import time
import unicodedata
from collections.abc import Callable, Sequence
from typing import Literal

import msgspec
from sqlalchemy import RowMapping, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from dossier.audit import Line, note
from dossier.passwords import Passwords, problem
from dossier.roles import Role
from dossier.tables import OF_AN_ACCOUNT, accounts, passkeys
from signaling.store import Store

AccountCode = Literal[
    "invitation_gone",
    "name_wrong",
    "name_taken",
    "password_short",
    "password_long",
    "password_common",
    "password_wrong",
    "passkey_wrong",
    "no_such_account",
]


class AccountError(Exception):
    """Refused; `code` has words in dossier/words.py."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """A row; `created_at` in seconds since 1970, `ended_at` None while it may be used."""

    id: int
    name: str
    role: str
    created_at: float
    ended_at: float | None


class NewPasskey(msgspec.Struct, frozen=True, kw_only=True):
    """A verified one, base64url."""

    credential_id: str
    public_key: str
    sign_count: int


class KnownPasskey(msgspec.Struct, frozen=True, kw_only=True):
    """One that may log in `account_id`."""

    account_id: int
    handle: str
    public_key: str
    sign_count: int


def name_key(name: str) -> str:
    """As names are compared: two that look alike are one."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())[:80]


class Accounts:
    """Every method raises StoreError("unreachable") when the database is away."""

    def __init__(
        self, store: Store, passwords: Passwords, clock: Callable[[], float] = time.time
    ) -> None:
        self._store, self._passwords, self._clock = store, passwords, clock

    # --- logging in -----------------------------------------------------------------------------

    async def with_password(self, name: str, password: str) -> int | None:
        """The account, or None; as slow for one that is not there. Raises BusyError."""
        async with self._store.transaction() as connection:
            row = await find(connection, name)
            stored = ""
            if row is not None:
                wanted = select(accounts.c.password_hash).where(accounts.c.id == row.id)
                stored = (await connection.execute(wanted)).scalar() or ""
        right = await self._passwords.right(stored, password)
        return row.id if right and row is not None else None

    async def passkey(self, credential_id: str) -> KnownPasskey | None:
        wanted = (
            select(passkeys, accounts.c.handle)
            .join(accounts, accounts.c.id == passkeys.c.account_id)
            .where(passkeys.c.credential_id == credential_id, accounts.c.ended_at.is_(None))
        )
        async with self._store.transaction() as connection:
            row = (await connection.execute(wanted)).mappings().first()
        if row is None:
            return None
        return KnownPasskey(
            account_id=row["account_id"],
            handle=row["handle"],
            public_key=row["public_key"],
            sign_count=row["sign_count"],
        )

    async def passkey_used(self, credential_id: str, sign_count: int) -> None:
        async with self._store.transaction() as connection:
            await connection.execute(
                update(passkeys)
                .where(passkeys.c.credential_id == credential_id)
                .values(sign_count=sign_count)
            )

    # --- keeping --------------------------------------------------------------------------------

    async def change_password(self, account_id: int, name: str, old: str, new: str) -> None:
        """Raises AccountError, BusyError."""
        if await self.with_password(name, old) != account_id:
            raise AccountError("password_wrong")
        if code := problem(new, name):
            raise AccountError(code)
        password_hash = await self._passwords.hash(new)
        async with self._store.transaction() as connection:
            await connection.execute(
                update(accounts)
                .where(accounts.c.id == account_id)
                .values(password_hash=password_hash)
            )
            await note(connection, Line(at=self._clock(), who=name, what="password_changed"))

    async def has_password(self, account_id: int) -> bool:
        wanted = select(accounts.c.password_hash).where(accounts.c.id == account_id)
        async with self._store.transaction() as connection:
            return bool((await connection.execute(wanted)).scalar())

    async def role_of(self, account_id: int) -> str:
        """The account's own role; "" when it is not there."""
        wanted = select(accounts.c.role).where(accounts.c.id == account_id)
        async with self._store.transaction() as connection:
            return (await connection.execute(wanted)).scalar() or ""

    async def all(self, roles: Sequence[Role] = ()) -> list[Account]:
        """Of these roles, or everybody; those that are ended last."""
        wanted = select(accounts).order_by(accounts.c.ended_at.is_not(None), accounts.c.name_key)
        if roles:
            wanted = wanted.where(accounts.c.role.in_(roles))
        async with self._store.transaction() as connection:
            rows = (await connection.execute(wanted)).mappings().all()
        return [_account(row) for row in rows]

    async def end(self, name: str, by: str) -> None:
        """For good, and at once. Raises AccountError: no_such_account."""
        now = self._clock()
        async with self._store.transaction() as connection:
            row = await find(connection, name)
            if row is None:
                raise AccountError("no_such_account")
            for table in OF_AN_ACCOUNT:
                await connection.execute(delete(table).where(table.c.account_id == row.id))
            await connection.execute(
                update(accounts)
                .where(accounts.c.id == row.id)
                .values(ended_at=now, password_hash="", name_key=f"{row.id} ended")
            )
            await note(connection, Line(at=now, who=by, what="account_ended", detail=row.name))


async def find(connection: AsyncConnection, name: str) -> Account | None:
    """The account of this name that may be used."""
    wanted = select(accounts).where(
        accounts.c.name_key == name_key(name), accounts.c.ended_at.is_(None)
    )
    row = (await connection.execute(wanted)).mappings().first()
    return None if row is None else _account(row)


def _account(row: RowMapping) -> Account:
    return Account(
        id=row["id"],
        name=row["name"],
        role=row["role"],
        created_at=row["created_at"],
        ended_at=row["ended_at"],
    )
