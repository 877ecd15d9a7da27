"""What is kept of the sets: names that the helpdesk gave, faults, and the link's history."""

from dataclasses import asdict, fields

import msgspec
from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from dossier.audit import Line, note
from dossier.history import Slot
from dossier.tables import faults, link_history, set_names
from signaling.store import Store
from signaling.store_tables import pairs

_AT_ONCE = 100
FAULTS_KEPT = 200
"""A set; a cable that flaps for a month may not fill the disk."""


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """`code` is one of the screen's catalogue; `ended_at` None while it lasts."""

    code: str
    began_at: float
    ended_at: float | None


class SetsStore:
    """Every method raises StoreError("unreachable") when the database is away."""

    def __init__(self, store: Store) -> None:
        self.store = store

    async def sets(self) -> dict[str, str]:
        """Key and name ("" for none) of each set in a valid pair, in the order of pairing."""
        wanted = (
            select(pairs.c.unit_key, set_names.c.name)
            .outerjoin(set_names, set_names.c.unit_key == pairs.c.unit_key)
            .where(~pairs.c.revoked)
            .order_by(pairs.c.id)
        )
        async with self.store.transaction() as connection:
            rows = (await connection.execute(wanted)).all()
        return {key: name or "" for key, name in rows}

    async def name(self, unit_key: str, name: str, by: str, now: float) -> None:
        """ "" takes the name away."""
        async with self.store.transaction() as connection:
            await connection.execute(delete(set_names).where(set_names.c.unit_key == unit_key))
            if name:
                await connection.execute(insert(set_names).values(unit_key=unit_key, name=name))
            await note(
                connection, Line(at=now, who=by, what="set_named", unit_key=unit_key, detail=name)
            )

    async def audited(self, line: Line) -> None:
        """Write this in the list of who did what."""
        async with self.store.transaction() as connection:
            await note(connection, line)

    # --- faults -------------------------------------------------------------------------------

    async def fault_began(self, unit_key: str, code: str, now: float) -> None:
        async with self.store.transaction() as connection:
            await connection.execute(
                insert(faults).values(unit_key=unit_key, code=code, began_at=now)
            )
            newest = (
                select(faults.c.id)
                .where(faults.c.unit_key == unit_key)
                .order_by(faults.c.id.desc())
                .limit(FAULTS_KEPT)
            )
            oldest = (await connection.execute(newest)).scalars().all()[-1]
            await connection.execute(
                delete(faults).where(faults.c.unit_key == unit_key, faults.c.id < oldest)
            )

    async def fault_ended(self, unit_key: str, code: str, now: float) -> None:
        async with self.store.transaction() as connection:
            await connection.execute(
                update(faults)
                .where(
                    faults.c.unit_key == unit_key,
                    faults.c.code == code,
                    faults.c.ended_at.is_(None),
                )
                .values(ended_at=now)
            )

    async def end_all_faults(self, now: float) -> None:
        """The server starts: what still holds is reported again."""
        async with self.store.transaction() as connection:
            await connection.execute(
                update(faults).where(faults.c.ended_at.is_(None)).values(ended_at=now)
            )

    async def faults_of(self, unit_key: str, most: int = 20) -> list[Fault]:
        """The newest first."""
        wanted = (
            select(faults)
            .where(faults.c.unit_key == unit_key)
            .order_by(faults.c.id.desc())
            .limit(most)
        )
        async with self.store.transaction() as connection:
            rows = (await connection.execute(wanted)).mappings().all()
        return [
            Fault(code=row["code"], began_at=row["began_at"], ended_at=row["ended_at"])
            for row in rows
        ]

    # --- the link's history -------------------------------------------------------------------

    async def add_slots(self, slots: list[tuple[str, Slot]]) -> None:
        """A hundred at a time: a write may not last longer than a login waits."""
        for start in range(0, len(slots), _AT_ONCE):
            async with self.store.transaction() as connection:
                await _add(connection, slots[start : start + _AT_ONCE])

    async def history(self, unit_key: str, since_slot: int) -> list[Slot]:
        wanted = (
            select(*(link_history.c[field.name] for field in fields(Slot)))
            .where(link_history.c.unit_key == unit_key, link_history.c.slot >= since_slot)
            .order_by(link_history.c.slot)
        )
        async with self.store.transaction() as connection:
            rows = (await connection.execute(wanted)).all()
        return [Slot(*row) for row in rows]

    async def purge(self, before: float, slot: int) -> None:
        """Forget what lies before, and the names of sets that are no more."""
        async with self.store.transaction() as connection:
            await connection.execute(delete(faults).where(faults.c.began_at < before))
            await connection.execute(delete(link_history).where(link_history.c.slot < slot))
            known = select(pairs.c.unit_key).where(~pairs.c.revoked)
            await connection.execute(delete(set_names).where(set_names.c.unit_key.not_in(known)))


async def _add(connection: AsyncConnection, slots: list[tuple[str, Slot]]) -> None:
    """Write them, together with what a server that was stopped wrote of the same five minutes."""
    here = link_history.c.unit_key.in_({key for key, _ in slots}) & link_history.c.slot.in_(
        {slot.slot for _, slot in slots}
    )
    before = {
        (row["unit_key"], row["slot"]): row
        for row in (await connection.execute(select(link_history).where(here))).mappings()
    }
    for key, slot in slots:
        if (row := before.get((key, slot.slot))) is not None:
            slot.add(Slot(**{name: row[name] for name in row if name != "unit_key"}))
            await connection.execute(
                delete(link_history).where(
                    link_history.c.unit_key == key, link_history.c.slot == slot.slot
                )
            )
    await connection.execute(
        insert(link_history), [{"unit_key": key, **asdict(slot)} for key, slot in slots]
    )
