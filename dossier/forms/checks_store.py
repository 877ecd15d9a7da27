"""Tasks that were done, as rows."""

import msgspec
from sqlalchemy import delete, func, insert, select

from dossier.forms.tables import checks, evaluation_rounds, inventory_lines
from dossier.placement.events import Event, record
from signaling.store import Store


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """`done_on` "" where only a remark was made; `who` "" when the product knows it by itself."""

    done_on: str
    who: str
    remark: str


async def checks_of(store: Store, placement_id: int) -> tuple[dict[str, Check], dict[str, str]]:
    """Item -> what was ticked, and what the forms say by themselves. Raises StoreError."""
    ticked = select(checks).where(checks.c.placement_id == placement_id)
    forms = (
        select(inventory_lines.c.form, func.count())
        .where(inventory_lines.c.placement_id == placement_id)
        .group_by(inventory_lines.c.form)
    )
    ended = select(func.max(evaluation_rounds.c.ended_on)).where(
        evaluation_rounds.c.placement_id == placement_id
    )
    async with store.transaction() as connection:
        rows = (await connection.execute(ticked)).mappings().all()
        filled = {f"inventory_{form}": "+" for form, _ in await connection.execute(forms)}
        day = (await connection.execute(ended)).scalar() or ""
    found = {
        row["item"]: Check(done_on=row["done_on"], who=row["who"], remark=row["remark"])
        for row in rows
    }
    return found, {**filled, **({"evaluation": day} if day else {})}


async def tick(store: Store, placement_id: int, item: str, check: Check, event: Event) -> None:
    """In the place of what was there. Raises StoreError, IntegrityError when two do it at once."""
    async with store.transaction() as connection:
        await connection.execute(
            delete(checks).where(checks.c.placement_id == placement_id, checks.c.item == item)
        )
        if check.done_on or check.remark:
            await connection.execute(
                insert(checks).values(
                    placement_id=placement_id,
                    item=item,
                    member_id=event.member_id,
                    **msgspec.structs.asdict(check),
                )
            )
        await record(connection, placement_id, event)
