"""Who did what in one placement: written in the transaction of what was done."""

import time

import msgspec
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from dossier.placement.tables import placement_events
from dossier.visit import Visit
from signaling.store import Store


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """`at` in seconds since 1970; `what` has words (`event.…`); `detail` names no illness."""

    at: float
    who: str
    what: str
    member_id: int | None = None
    detail: str = ""


def by(visit: Visit, what: str, detail: str = "") -> Event:
    """What whoever is logged in does now, in the placement of this page."""
    here = visit.here
    return Event(
        at=time.time(),
        who=here.member_name or visit.who.name,
        what=what,
        member_id=here.member_id,
        detail=detail,
    )


async def record(connection: AsyncConnection, placement_id: int, event: Event) -> None:
    await connection.execute(
        insert(placement_events).values(
            placement_id=placement_id,
            at=event.at,
            member_id=event.member_id,
            who=event.who[:80],
            what=event.what,
            detail=event.detail[:400],
        )
    )


async def events(store: Store, placement_id: int, most: int = 200, skip: int = 0) -> list[Event]:
    """The newest first, without the first `skip`. Raises StoreError."""
    wanted = (
        select(placement_events)
        .where(placement_events.c.placement_id == placement_id)
        .order_by(placement_events.c.id.desc())
        .limit(most)
        .offset(skip)
    )
    async with store.transaction() as connection:
        rows = (await connection.execute(wanted)).mappings().all()
    return [
        Event(
            at=row["at"],
            who=row["who"],
            what=row["what"],
            member_id=row["member_id"],
            detail=row["detail"],
        )
        for row in rows
    ]
