"""The lines of INVENTARISATIE as rows."""

import msgspec
from sqlalchemy import RowMapping, delete, insert, select, update

from dossier.forms.tables import inventory_lines
from dossier.placement.events import Event, record
from signaling.store import Store

MOST = 60
"""Lines of one form."""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A goal with what is expected of it, or a factor (only `goal`). `smart`: letters that hold."""

    id: int = 0
    form: int
    kind: str
    goal: str
    result: str = ""
    smart: str = ""
    until: str = ""


class NoSuchLineError(Exception):
    """No line with this number is in this form of this placement, or it is full."""


async def lines_of(store: Store, placement_id: int) -> list[Line]:
    """Of all three forms, oldest first. Raises StoreError."""
    wanted = (
        select(inventory_lines)
        .where(inventory_lines.c.placement_id == placement_id)
        .order_by(inventory_lines.c.id)
    )
    async with store.transaction() as connection:
        return [_line(row) for row in (await connection.execute(wanted)).mappings()]


async def write(store: Store, placement_id: int, line: Line, event: Event) -> None:
    """A new line, or with an id another text of that one. Raises NoSuchLineError, StoreError."""
    values = msgspec.structs.asdict(line)
    del values["id"]
    here = inventory_lines.c.placement_id == placement_id
    async with store.transaction() as connection:
        if line.id:
            done = await connection.execute(
                update(inventory_lines)
                .where(here, inventory_lines.c.id == line.id, inventory_lines.c.form == line.form)
                .values(**values)
            )
            if done.rowcount != 1:
                raise NoSuchLineError
        else:
            of_form = select(inventory_lines.c.id).where(here, inventory_lines.c.form == line.form)
            if len((await connection.execute(of_form.limit(MOST))).all()) >= MOST:
                raise NoSuchLineError
            await connection.execute(
                insert(inventory_lines).values(
                    placement_id=placement_id, member_id=event.member_id, **values
                )
            )
        await record(connection, placement_id, event)


async def remove(store: Store, placement_id: int, form: int, line_id: int, event: Event) -> None:
    """Raises NoSuchLineError, StoreError."""
    async with store.transaction() as connection:
        done = await connection.execute(
            delete(inventory_lines).where(
                inventory_lines.c.placement_id == placement_id,
                inventory_lines.c.form == form,
                inventory_lines.c.id == line_id,
            )
        )
        if done.rowcount != 1:
            raise NoSuchLineError
        await record(connection, placement_id, event)


def _line(row: RowMapping) -> Line:
    return Line(
        id=row["id"],
        form=row["form"],
        kind=row["kind"],
        goal=row["goal"],
        result=row["result"],
        smart=row["smart"],
        until=row["until"],
    )
