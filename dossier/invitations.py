"""Invitations: the only way to an account. A link of 256 random bits, kept as a hash, used once."""

import re
import secrets
import time
from collections.abc import Callable

import msgspec
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from dossier.accounts import AccountError, NewPasskey, find, name_key
from dossier.audit import Line, note
from dossier.passwords import Passwords, problem
from dossier.placement.tables import members
from dossier.roles import Role
from dossier.tables import OF_AN_ACCOUNT, accounts, invitations, passkeys
from dossier.tokens import hashed, is_token, new_token
from signaling.identity import to_text
from signaling.store import Store

LASTS_S = 48 * 3600.0
_KEEP_S = 30 * 86_400.0
_OF_A_PLACEMENT = "plaatsing"
_NAME = re.compile(r"[\w][\w .'-]{1,38}[\w.]\Z")


class Invitation(msgspec.Struct, frozen=True, kw_only=True):
    """`name` is "" for somebody new, who chooses one."""

    role: str
    account_id: int | None
    name: str
    member_id: int | None = None
    """The place in a placement that this is for."""


class _WayIn(msgspec.Struct, frozen=True, kw_only=True):
    """With what somebody will log in: a password or a passkey."""

    password_hash: str = ""
    passkey: NewPasskey | None = None
    handle: str = msgspec.field(default_factory=lambda: to_text(secrets.token_bytes(32)))


class Invitations:
    """Every method raises StoreError("unreachable") when the database is away."""

    def __init__(
        self, store: Store, passwords: Passwords, clock: Callable[[], float] = time.time
    ) -> None:
        self._store, self._passwords, self._clock = store, passwords, clock

    async def invite(self, role: Role, by: str, name: str = "") -> str:
        """The token of a link that works once. `name`: a new way in for that account.

        Raises AccountError: no_such_account.
        """
        token, now = new_token(), self._clock()
        async with self._store.transaction() as connection:
            account_id = None
            if name:
                row = await find(connection, name)
                if row is None:
                    raise AccountError("no_such_account")
                account_id, role = row.id, row.role  # type: ignore[assignment]
            await connection.execute(
                insert(invitations).values(
                    token_sha256=hashed(token),
                    role=role,
                    account_id=account_id,
                    expires_at=now + LASTS_S,
                )
            )
            line = Line(at=now, who=by, what="account_invited", detail=f"{role} {name}".strip())
            await note(connection, line)
        return token

    async def purge(self) -> None:
        """Forget those that ended long ago."""
        old = invitations.c.expires_at < self._clock() - _KEEP_S
        async with self._store.transaction() as connection:
            await connection.execute(delete(invitations).where(old))

    async def invitation(self, token: str) -> Invitation | None:
        """While it may be used; looking does not use it up."""
        if not is_token(token):
            return None
        wanted = (
            select(invitations, accounts.c.name)
            .outerjoin(accounts, accounts.c.id == invitations.c.account_id)
            .where(
                invitations.c.token_sha256 == hashed(token),
                invitations.c.used_at.is_(None),
                invitations.c.expires_at > self._clock(),
            )
        )
        async with self._store.transaction() as connection:
            row = (await connection.execute(wanted)).mappings().first()
        if row is None:
            return None
        return Invitation(
            role=row["role"],
            account_id=row["account_id"],
            name=row["name"] or "",
            member_id=row["member_id"],
        )

    async def accept_password(self, token: str, name: str, password: str) -> int:
        """Use the invitation up; gives the account. Raises AccountError, BusyError."""
        found = await self._usable(token, name)
        if code := problem(password, found.name or name):
            raise AccountError(code)
        way_in = _WayIn(password_hash=await self._passwords.hash(password))
        return await self._accept(token, found, name, way_in)

    async def accept_passkey(self, token: str, name: str, passkey: NewPasskey, handle: str) -> int:
        """The same with a verified passkey that was made for `handle`. Raises AccountError."""
        found = await self._usable(token, name)
        return await self._accept(token, found, name, _WayIn(passkey=passkey, handle=handle))

    async def join(self, token: str, account_id: int) -> None:
        """Give the place to somebody who has an account. Raises AccountError."""
        found, now = await self.invitation(token), self._clock()
        if found is None or found.member_id is None:
            raise AccountError("invitation_gone")
        try:
            async with self._store.transaction() as connection:
                await _use_up(connection, token, now)
                await _take_place(connection, found.member_id, account_id)
                line = Line(at=now, who=_OF_A_PLACEMENT, what="place_taken", detail=found.role)
                await note(connection, line)
        except IntegrityError:  # this role in this placement is his already
            raise AccountError("invitation_gone") from None

    async def _usable(self, token: str, name: str) -> Invitation:
        found = await self.invitation(token)
        if found is None:
            raise AccountError("invitation_gone")
        if not found.name and not _NAME.match(name):
            raise AccountError("name_wrong")
        return found

    async def _accept(self, token: str, found: Invitation, name: str, way_in: _WayIn) -> int:
        now = self._clock()
        try:
            async with self._store.transaction() as connection:
                await _use_up(connection, token, now)
                if found.account_id is None:
                    account_id = await _make(connection, found.role, name, way_in, now)
                else:
                    account_id = found.account_id
                    await _renew(connection, account_id, way_in)
                if way_in.passkey is not None:
                    passkey = msgspec.structs.asdict(way_in.passkey)
                    await connection.execute(
                        insert(passkeys).values(account_id=account_id, created_at=now, **passkey)
                    )
                if found.member_id is not None:
                    await _take_place(connection, found.member_id, account_id)
                # Whoever is of a placement is not named in the house's list: it outlives the file.
                who = found.name or name if found.member_id is None else _OF_A_PLACEMENT
                line = Line(at=now, who=who, what="account_made", detail=found.role)
                await note(connection, line)
        except IntegrityError:
            raise AccountError("passkey_wrong" if found.name else "name_taken") from None
        return account_id


async def _use_up(connection: AsyncConnection, token: str, now: float) -> None:
    """Raises AccountError when somebody else was quicker."""
    used = await connection.execute(
        update(invitations)
        .where(
            invitations.c.token_sha256 == hashed(token),
            invitations.c.used_at.is_(None),
            invitations.c.expires_at > now,
        )
        .values(used_at=now)
    )
    if used.rowcount != 1:
        raise AccountError("invitation_gone")


async def _take_place(connection: AsyncConnection, member_id: int, account_id: int) -> None:
    """Raises AccountError when the place was taken or has ended."""
    done = await connection.execute(
        update(members)
        .where(
            members.c.id == member_id,
            members.c.account_id.is_(None),
            members.c.ended_at.is_(None),
        )
        .values(account_id=account_id)
    )
    if done.rowcount != 1:
        raise AccountError("invitation_gone")


async def _make(
    connection: AsyncConnection, role: str, name: str, way_in: _WayIn, now: float
) -> int:
    made = await connection.execute(
        insert(accounts).values(
            name=" ".join(name.split()),
            name_key=name_key(name),
            role=role,
            password_hash=way_in.password_hash,
            handle=way_in.handle,
            created_at=now,
        )
    )
    key = made.inserted_primary_key
    assert key is not None
    return int(key[0])


async def _renew(connection: AsyncConnection, account_id: int, way_in: _WayIn) -> None:
    """The old ways in are gone, and whoever came in by them. Raises AccountError."""
    for table in OF_AN_ACCOUNT:
        await connection.execute(delete(table).where(table.c.account_id == account_id))
    done = await connection.execute(
        update(accounts)
        .where(accounts.c.id == account_id, accounts.c.ended_at.is_(None))
        .values(password_hash=way_in.password_hash, handle=way_in.handle)
    )
    if done.rowcount != 1:
        raise AccountError("invitation_gone")
