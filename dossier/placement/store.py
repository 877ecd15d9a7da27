"""Placements as rows: who may see which, and a step as one transaction."""

import secrets
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import RowMapping, Select, and_, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from dossier.placement import states
from dossier.placement.events import Event, record
from dossier.placement.states import Facts, State, StepError
from dossier.placement.tables import members, placements
from dossier.roles import EVERYWHERE, roles_in
from signaling.store import Store

_ALPHABET = "bcdfghjkmnpqrstvwxz23456789"  # no vowels: no words by chance
_CODE_LENGTH = 10
_SHEET = 50


class Placement(msgspec.Struct, frozen=True, kw_only=True):
    """A row, and the roles that whoever asked has in it; `since` in seconds since 1970."""

    id: int
    code: str
    state: State
    since: float
    facts: Facts
    pupil: str
    school: str
    roles: frozenset[str] = frozenset()
    member_id: int | None = None
    """The asking person's first row in `members`; None for somebody of the house."""
    member_name: str = ""


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What a consulent asks."""

    pupil: str
    school: str
    facts: Facts


def today(clock: Callable[[], float] = time.time) -> str:
    """By the server's own clock and zone."""
    return datetime.fromtimestamp(clock()).astimezone().date().isoformat()


class Placements:
    """Every method raises StoreError("unreachable") when the database is away."""

    def __init__(
        self, store: Store, keep_days: int, clock: Callable[[], float] = time.time
    ) -> None:
        self.store, self._keep_days, self.clock = store, keep_days, clock

    async def request(self, account_id: int, name: str, wanted: Request) -> str:
        """A new placement, of which this account is the consulent; gives its code."""
        code = "".join(secrets.choice(_ALPHABET) for _ in range(_CODE_LENGTH))
        now = self.clock()
        async with self.store.transaction() as connection:
            made = await connection.execute(
                insert(placements).values(
                    code=code,
                    state="requested",
                    since=now,
                    created_at=now,
                    pupil=wanted.pupil,
                    school=wanted.school,
                    **columns_of(wanted.facts),
                )
            )
            key = made.inserted_primary_key
            assert key is not None
            member = await connection.execute(
                insert(members).values(
                    placement_id=key[0],
                    account_id=account_id,
                    role="consulent",
                    name=name,
                    phone="",
                    mail="",
                    shares=False,
                    added_at=now,
                )
            )
            by = member.inserted_primary_key
            assert by is not None
            event = Event(at=now, who=name, what="requested", member_id=by[0])
            await record(connection, int(key[0]), event)
        return code

    async def of(self, code: str, account_id: int, account_role: str) -> Placement | None:
        """The placement, when this account has a role in it."""
        wanted = (
            select(placements, members.c.role, members.c.id.label("member"), members.c.name)
            .outerjoin(
                members,
                and_(
                    members.c.placement_id == placements.c.id,
                    members.c.account_id == account_id,
                    members.c.ended_at.is_(None),
                ),
            )
            .where(placements.c.code == code)
            .order_by(members.c.id)
        )
        async with self.store.transaction() as connection:
            rows = (await connection.execute(wanted)).mappings().all()
        if not rows:
            return None
        roles = roles_in(account_role, [row["role"] for row in rows if row["role"]])
        if not roles:
            return None
        first = rows[0]
        return msgspec.structs.replace(
            _placement(first),
            roles=roles,
            member_id=first["member"],
            member_name=first["name"] or "",
        )

    async def all_of(
        self, account_id: int, account_role: str, find: str = "", state: str = "", sheet: int = 1
    ) -> tuple[list[Placement], int]:
        """A sheet of what this account may see, the newest change first; and how many there are."""
        wanted = _visible(account_id, account_role)
        if find:
            word = f"%{_plain(find.lower())}%"
            wanted = wanted.where(
                or_(
                    func.lower(placements.c.pupil).like(word, escape="\\"),
                    func.lower(placements.c.school).like(word, escape="\\"),
                    placements.c.code == find.lower(),
                )
            )
        if state:
            wanted = wanted.where(placements.c.state == state)
        page = wanted.order_by(placements.c.since.desc()).limit(_SHEET).offset((sheet - 1) * _SHEET)
        async with self.store.transaction() as connection:
            counted = select(func.count()).select_from(wanted.subquery())
            count = (await connection.execute(counted)).scalar() or 0
            rows = (await connection.execute(page)).mappings().all()
        return [_placement(row) for row in rows], -(-count // _SHEET)

    async def step(
        self, one: Placement, name: str, given: Mapping[str, object], event: Event
    ) -> State:
        """Do a step of states.STEPS, or nothing. Raises StepError; `changed` when somebody else was
        quicker. Whether the asker may is looked at before."""
        async with self.store.transaction() as connection:
            return await self.step_in(connection, one, name, given, event)

    async def step_in(
        self,
        connection: AsyncConnection,
        one: Placement,
        name: str,
        given: Mapping[str, object],
        event: Event,
    ) -> State:
        state, facts = states.step(
            one.state,
            one.facts,
            name,
            given,
            today=today(self.clock),
            keep_days=self._keep_days,
        )
        await self._replace(connection, one, state, facts)
        await record(connection, one.id, event)
        return state

    async def amend(self, one: Placement, wanted: Request, event: Event) -> None:
        """Another request in the place of this one, while it is not judged. Raises StepError."""
        if one.state not in ("requested", "consultation"):
            raise StepError("not_now")
        async with self.store.transaction() as connection:
            await self._replace(connection, one, one.state, wanted.facts)
            await connection.execute(
                update(placements)
                .where(placements.c.id == one.id)
                .values(pupil=wanted.pupil, school=wanted.school)
            )
            await record(connection, one.id, event)

    async def erase_sooner(self, one: Placement, day: str, event: Event) -> None:
        """An earlier day than the one that was set. Raises StepError."""
        facts = states.sooner(one.state, one.facts, day, today(self.clock))
        async with self.store.transaction() as connection:
            await self._replace(connection, one, one.state, facts)
            await record(connection, one.id, event)

    async def _replace(
        self, connection: AsyncConnection, one: Placement, state: State, facts: Facts
    ) -> None:
        """Raises StepError("changed") when the row is not any more what the asker saw."""
        values: dict[str, object] = {"state": state, **columns_of(facts)}
        if state != one.state:
            values["since"] = self.clock()
        done = await connection.execute(
            update(placements)
            .where(
                placements.c.id == one.id,
                placements.c.state == one.state,
                placements.c.facts == columns_of(one.facts)["facts"],
            )
            .values(**values)
        )
        if done.rowcount != 1:
            raise StepError("changed")


def _visible(account_id: int, account_role: str) -> Select[Any]:
    if account_role in EVERYWHERE:
        return select(placements).where(placements.c.state != "erased")
    mine = (
        select(members.c.placement_id)
        .where(members.c.account_id == account_id, members.c.ended_at.is_(None))
        .distinct()
    )
    return select(placements).where(placements.c.id.in_(mine), placements.c.state != "erased")


def _plain(text: str) -> str:
    """Without the signs that LIKE knows."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def columns_of(facts: Facts) -> dict[str, str]:
    """Facts as a row has them: all in one, and again what is searched for."""
    return {
        "facts": msgspec.json.encode(facts, order="sorted").decode(),
        "set_number": facts.set_number,
        "day": facts.day,
        "erase_on": facts.erase_on,
    }


def _placement(row: RowMapping) -> Placement:
    return Placement(
        id=row["id"],
        code=row["code"],
        state=row["state"],
        since=row["since"],
        facts=msgspec.json.decode(row["facts"], type=Facts),
        pupil=row["pupil"],
        school=row["school"],
    )
