"""The people of a placement: invited by name and role, each with one link that works once."""

import time
from collections.abc import Callable
from typing import Any

import msgspec
from sqlalchemy import RowMapping, Select, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from dossier.placement.events import Event, record
from dossier.placement.tables import members
from dossier.roles import OF_THE_HOUSE, Role
from dossier.tables import accounts, invitations
from dossier.tokens import hashed, new_token
from signaling.store import Store

LASTS_S = 14 * 86_400.0
"""Longer than for the house: a family has other things on its mind."""


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """A row; `account_id` is None until the invitation is used. `phone` and `mail` are for the
    others only when `shares`."""

    id: int
    account_id: int | None
    role: str
    name: str
    phone: str
    mail: str
    shares: bool
    ended_at: float | None


class NoSuchMemberError(Exception):
    """Nobody with this number is in this placement."""


class Members:
    """Every method raises StoreError("unreachable") when the database is away."""

    def __init__(self, store: Store, clock: Callable[[], float] = time.time) -> None:
        self._store, self._clock = store, clock

    async def all(self, placement_id: int) -> list[Member]:
        wanted = (
            select(members)
            .where(members.c.placement_id == placement_id, members.c.ended_at.is_(None))
            .order_by(members.c.id)
        )
        async with self._store.transaction() as connection:
            rows = (await connection.execute(wanted)).mappings().all()
        return [_member(row) for row in rows]

    async def invite(self, placement_id: int, role: Role, name: str, event: Event) -> str:
        """A place in this placement; gives the token of the link."""
        token, now = new_token(), self._clock()
        async with self._store.transaction() as connection:
            made = await connection.execute(
                insert(members).values(
                    placement_id=placement_id,
                    role=role,
                    name=name,
                    phone="",
                    mail="",
                    shares=False,
                    added_at=now,
                )
            )
            key = made.inserted_primary_key
            assert key is not None
            await connection.execute(
                insert(invitations).values(
                    token_sha256=hashed(token),
                    role=role,
                    member_id=int(key[0]),
                    expires_at=now + LASTS_S,
                )
            )
            await record(connection, placement_id, event)
        return token

    async def invite_again(self, placement_id: int, member_id: int, event: Event) -> str:
        """A fresh link for somebody who did not use his, or lost his way in. Raises
        NoSuchMemberError."""
        token, now = new_token(), self._clock()
        async with self._store.transaction() as connection:
            row = (await connection.execute(_one(placement_id, member_id))).mappings().first()
            if row is None:
                raise NoSuchMemberError
            account_id = row["account_id"]
            if account_id is not None and await _elsewhere(connection, account_id, placement_id):
                raise NoSuchMemberError  # only a beheerder gives a way into more than this
            await connection.execute(
                delete(invitations).where(invitations.c.member_id == member_id)
            )
            await connection.execute(
                insert(invitations).values(
                    token_sha256=hashed(token),
                    role=row["role"],
                    member_id=member_id if account_id is None else None,
                    account_id=account_id,
                    expires_at=now + LASTS_S,
                )
            )
            await record(connection, placement_id, event)
        return token

    async def end(self, placement_id: int, member_id: int, event: Event) -> None:
        """Out of this placement, at once. Raises NoSuchMemberError."""
        async with self._store.transaction() as connection:
            done = await connection.execute(
                update(members)
                .where(
                    members.c.id == member_id,
                    members.c.placement_id == placement_id,
                    members.c.ended_at.is_(None),
                )
                .values(ended_at=self._clock())
            )
            if done.rowcount != 1:
                raise NoSuchMemberError
            await connection.execute(
                delete(invitations).where(invitations.c.member_id == member_id)
            )
            await record(connection, placement_id, event)

    async def of_the_house(self, role: Role) -> dict[str, int]:
        """Name -> account, of everybody with this role on the account itself."""
        wanted = (
            select(accounts.c.name, accounts.c.id)
            .where(accounts.c.role == role, accounts.c.ended_at.is_(None))
            .order_by(accounts.c.name_key)
        )
        async with self._store.transaction() as connection:
            return {name: number for name, number in await connection.execute(wanted)}

    async def hand_over(self, placement_id: int, name: str, event: Event) -> None:
        """This consulent of the house in the place of whoever it is now, who is out at once.
        Raises NoSuchMemberError."""
        account_id = (await self.of_the_house("consulent")).get(name)
        if account_id is None:
            raise NoSuchMemberError
        async with self._store.transaction() as connection:
            await only_one(connection, placement_id, "consulent", (account_id, name), event.at)
            await record(connection, placement_id, event)

    async def change(
        self, placement_id: int, account_id: int, phone: str, mail: str, shares: bool
    ) -> None:
        """One's own telephone and mail in this placement."""
        async with self._store.transaction() as connection:
            await connection.execute(
                update(members)
                .where(members.c.placement_id == placement_id, members.c.account_id == account_id)
                .values(phone=phone, mail=mail, shares=shares)
            )


async def only_one(
    connection: AsyncConnection,
    placement_id: int,
    role: Role,
    who: tuple[int, str] | None,
    now: float,
) -> None:
    """This account (number and name) alone has the role in the placement, or nobody has."""
    here = (members.c.placement_id == placement_id) & (members.c.role == role)
    mine = here & (members.c.account_id == (who[0] if who else None))
    await connection.execute(
        update(members)
        .where(here, ~mine if who else here, members.c.ended_at.is_(None))
        .values(ended_at=now)
    )
    if who is None:
        return
    back = await connection.execute(update(members).where(mine).values(ended_at=None))
    if back.rowcount == 0:
        await connection.execute(
            insert(members).values(
                placement_id=placement_id,
                account_id=who[0],
                role=role,
                name=who[1],
                phone="",
                mail="",
                shares=False,
                added_at=now,
            )
        )


async def _elsewhere(connection: AsyncConnection, account_id: int, placement_id: int) -> bool:
    """Whether this account opens anything else: of the house, or another placement."""
    of_the_house = select(accounts.c.id).where(
        accounts.c.id == account_id, accounts.c.role.in_(OF_THE_HOUSE)
    )
    other = select(members.c.id).where(
        members.c.account_id == account_id,
        members.c.placement_id != placement_id,
        members.c.ended_at.is_(None),
    )
    for wanted in (of_the_house, other):
        if (await connection.execute(wanted)).first() is not None:
            return True
    return False


def _one(placement_id: int, member_id: int) -> Select[Any]:
    return select(members).where(
        members.c.id == member_id,
        members.c.placement_id == placement_id,
        members.c.ended_at.is_(None),
    )


def _member(row: RowMapping) -> Member:
    return Member(
        id=row["id"],
        account_id=row["account_id"],
        role=row["role"],
        name=row["name"],
        phone=row["phone"],
        mail=row["mail"],
        shares=row["shares"],
        ended_at=row["ended_at"],
    )
