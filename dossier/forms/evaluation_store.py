"""Writing rounds of EVALUATIE: statements, scores, points and actions."""

from sqlalchemy import RowMapping, Table, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from dossier.forms.statements import GENERAL
from dossier.forms.tables import (
    evaluation_actions,
    evaluation_points,
    evaluation_rounds,
    evaluation_scores,
    evaluation_statements,
    inventory_lines,
)
from dossier.placement.events import Event, record
from signaling.store import Store

MOST = 40
"""Statements, points and actions of one round, each."""


class EvaluationError(Exception):
    """`code` has words (`evaluation.…`)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


async def begin(store: Store, placement_id: int, day: str, event: Event) -> None:
    """A new round with the general statements, the joint goals, and the last round's actions.

    Raises EvaluationError, StoreError.
    """
    async with store.transaction() as connection:
        rounds = await _rows(connection, evaluation_rounds, placement_id)
        if any(not row["ended_on"] for row in rounds):
            raise EvaluationError("open")
        made = await connection.execute(
            insert(evaluation_rounds).values(
                placement_id=placement_id, number=len(rounds) + 1, began_on=day, ended_on=""
            )
        )
        assert made.inserted_primary_key is not None
        round_id = int(made.inserted_primary_key[0])
        goals = await connection.execute(
            select(inventory_lines)
            .where(inventory_lines.c.placement_id == placement_id, inventory_lines.c.form == 3)
            .order_by(inventory_lines.c.id)
        )
        statements = [
            *(
                {"kind": "general", "key": one.key, "text": "", "turned": one.turned}
                for one in GENERAL
            ),
            *(
                {
                    "kind": "goal",
                    "key": f"goal_{row['id']}",
                    "text": row["result"] or row["goal"],
                    "turned": False,
                }
                for row in goals.mappings()
            ),
        ]
        if rounds:
            last = rounds[-1]["id"]
            before = await connection.execute(
                select(evaluation_actions).where(evaluation_actions.c.round_id == last)
            )
            statements += [
                {
                    "kind": "action",
                    "key": f"action_{row['id']}",
                    "text": row["what"][:300],
                    "turned": False,
                }
                for row in before.mappings()
            ]
            own = await connection.execute(
                select(evaluation_statements).where(
                    evaluation_statements.c.round_id == last,
                    evaluation_statements.c.kind == "own",
                )
            )
            statements += [
                {"kind": "own", "key": row["key"], "text": row["text"], "turned": row["turned"]}
                for row in own.mappings()
            ]
        await connection.execute(
            insert(evaluation_statements),
            [{"placement_id": placement_id, "round_id": round_id, **one} for one in statements],
        )
        await record(connection, placement_id, event)


async def end(store: Store, placement_id: int, round_id: int, day: str, event: Event) -> None:
    """Raises EvaluationError, StoreError."""
    async with store.transaction() as connection:
        done = await connection.execute(
            update(evaluation_rounds)
            .where(
                evaluation_rounds.c.id == round_id,
                evaluation_rounds.c.placement_id == placement_id,
                evaluation_rounds.c.ended_on == "",
            )
            .values(ended_on=day)
        )
        if done.rowcount != 1:
            raise EvaluationError("closed")
        await record(connection, placement_id, event)


async def add_statement(
    store: Store, placement_id: int, round_id: int, text: str, event: Event
) -> None:
    """One's own statement beside the others. Raises EvaluationError, StoreError."""
    async with store.transaction() as connection:
        await _open(connection, placement_id, round_id)
        await _room(connection, evaluation_statements, round_id)
        made = await connection.execute(
            insert(evaluation_statements).values(
                placement_id=placement_id,
                round_id=round_id,
                kind="own",
                key="",
                text=text,
                turned=False,
            )
        )
        assert made.inserted_primary_key is not None
        number = int(made.inserted_primary_key[0])
        await connection.execute(
            update(evaluation_statements)
            .where(evaluation_statements.c.id == number)
            .values(key=f"own_{number}")
        )
        await record(connection, placement_id, event)


async def fill_in(
    store: Store,
    placement_id: int,
    round_id: int,
    *,
    role: str,
    scores: dict[int, int],
    noticed: str,
    event: Event,
) -> None:
    """Somebody's answers in the place of the earlier ones; statements of other rounds are left
    out. Raises EvaluationError, StoreError."""
    member_id = event.member_id
    if member_id is None:
        raise EvaluationError("members_only")
    async with store.transaction() as connection:
        await _open(connection, placement_id, round_id)
        wanted = select(evaluation_statements.c.id).where(
            evaluation_statements.c.round_id == round_id
        )
        known = set((await connection.execute(wanted)).scalars())
        for table in (evaluation_scores, evaluation_points):
            await connection.execute(
                delete(table).where(table.c.round_id == round_id, table.c.member_id == member_id)
            )
        here = {"placement_id": placement_id, "round_id": round_id, "member_id": member_id}
        rows = [
            {**here, "statement_id": number, "role": role, "score": score}
            for number, score in scores.items()
            if number in known
        ]
        if rows:
            await connection.execute(insert(evaluation_scores), rows)
        if noticed:
            await connection.execute(
                insert(evaluation_points).values(kind="noticed", text=noticed, **here)
            )
        await record(connection, placement_id, event)


async def add_point(
    store: Store, placement_id: int, round_id: int, kind: str, text: str, *, event: Event
) -> None:
    """Raises EvaluationError, StoreError."""
    async with store.transaction() as connection:
        await _open(connection, placement_id, round_id)
        await _room(connection, evaluation_points, round_id)
        await connection.execute(
            insert(evaluation_points).values(
                placement_id=placement_id, round_id=round_id, kind=kind, text=text
            )
        )
        await record(connection, placement_id, event)


async def add_action(
    store: Store, placement_id: int, round_id: int, values: dict[str, str], event: Event
) -> None:
    """`values`: what, who, how and due. Raises EvaluationError, StoreError."""
    async with store.transaction() as connection:
        await _open(connection, placement_id, round_id)
        await _room(connection, evaluation_actions, round_id)
        await connection.execute(
            insert(evaluation_actions).values(
                placement_id=placement_id, round_id=round_id, done=False, **values
            )
        )
        await record(connection, placement_id, event)


async def remove(
    store: Store, placement_id: int, round_id: int, kind: str, number: int, *, event: Event
) -> None:
    """A point or an action of an open round. Raises EvaluationError, StoreError."""
    table = evaluation_points if kind == "point" else evaluation_actions
    async with store.transaction() as connection:
        await _open(connection, placement_id, round_id)
        done = await connection.execute(
            delete(table).where(table.c.id == number, table.c.round_id == round_id)
        )
        if done.rowcount != 1:
            raise EvaluationError("gone")
        await record(connection, placement_id, event)


async def action_done(
    store: Store, placement_id: int, number: int, done: bool, event: Event
) -> None:
    """Also after the round's end. Raises EvaluationError, StoreError."""
    async with store.transaction() as connection:
        changed = await connection.execute(
            update(evaluation_actions)
            .where(
                evaluation_actions.c.id == number,
                evaluation_actions.c.placement_id == placement_id,
            )
            .values(done=done)
        )
        if changed.rowcount != 1:
            raise EvaluationError("gone")
        await record(connection, placement_id, event)


async def _open(connection: AsyncConnection, placement_id: int, round_id: int) -> None:
    wanted = select(evaluation_rounds.c.id).where(
        evaluation_rounds.c.id == round_id,
        evaluation_rounds.c.placement_id == placement_id,
        evaluation_rounds.c.ended_on == "",
    )
    if (await connection.execute(wanted)).first() is None:
        raise EvaluationError("closed")


async def _room(connection: AsyncConnection, table: Table, round_id: int) -> None:
    wanted = select(func.count()).select_from(table).where(table.c.round_id == round_id)
    if ((await connection.execute(wanted)).scalar() or 0) >= MOST:
        raise EvaluationError("full")


async def _rows(connection: AsyncConnection, table: Table, placement_id: int) -> list[RowMapping]:
    wanted = select(table).where(table.c.placement_id == placement_id).order_by(table.c.id)
    return list((await connection.execute(wanted)).mappings())
