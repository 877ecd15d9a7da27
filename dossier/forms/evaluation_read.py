"""Rounds of EVALUATIE as they are read: the database adds up, so that years of them are no more
work than one."""

from typing import TypeVar

import msgspec
from sqlalchemy import RowMapping, Table, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from dossier.forms.evaluation import RoleMean, good
from dossier.forms.tables import (
    evaluation_actions,
    evaluation_points,
    evaluation_rounds,
    evaluation_scores,
    evaluation_statements,
)
from signaling.store import Store

_T = TypeVar("_T", bound=msgspec.Struct)


class Round(msgspec.Struct, frozen=True, kw_only=True):
    """`ended_on` "" while it is open."""

    id: int
    number: int
    began_on: str
    ended_on: str


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """`text` "" for a general one."""

    id: int
    round_id: int
    kind: str
    key: str
    text: str
    turned: bool


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """A success, a challenge, what helps or hinders, or what somebody noticed."""

    id: int
    round_id: int
    kind: str
    text: str


class Action(msgspec.Struct, frozen=True, kw_only=True):
    """What, who, how, by when."""

    id: int
    round_id: int
    what: str
    who: str
    how: str
    due: str
    done: bool


class Mine(msgspec.Struct, frozen=True, kw_only=True):
    """The open round as one person fills it in; `own`: statement -> the score given before."""

    round: Round
    statements: list[Statement]
    own: dict[int, int]


class Evaluation(msgspec.Struct, frozen=True, kw_only=True):
    """One round as it is talked about. No score in it can be told to be a person's: they are
    means."""

    rounds: list[Round]
    shown: Round | None
    statements: list[Statement]
    means: dict[int, list[RoleMean]]
    """Statement -> the means of its roles."""
    over: dict[str, list[tuple[int, float]]]
    """Key of a statement -> (number of a round, its mean there), oldest first."""
    points: list[Point]
    actions: list[Action]
    filled: int
    """How many people filled it in."""


async def mine_of(store: Store, placement_id: int, member_id: int | None) -> Mine | None:
    """None while no round is open. Raises StoreError."""
    newest = (
        select(evaluation_rounds)
        .where(evaluation_rounds.c.placement_id == placement_id)
        .order_by(evaluation_rounds.c.id.desc())
        .limit(1)
    )
    async with store.transaction() as connection:
        row = (await connection.execute(newest)).mappings().first()
        if row is None or row["ended_on"]:
            return None
        scores = select(evaluation_scores.c.statement_id, evaluation_scores.c.score).where(
            evaluation_scores.c.round_id == row["id"], evaluation_scores.c.member_id == member_id
        )
        return Mine(
            round=_made(Round, row),
            statements=await _of_round(connection, Statement, evaluation_statements, row["id"]),
            own={number: score for number, score in await connection.execute(scores)},
        )


async def evaluation_of(store: Store, placement_id: int, number: int | None = None) -> Evaluation:
    """The round of this number, or else the last; of the others only how they scored.

    Raises StoreError.
    """
    async with store.transaction() as connection:
        every = (
            select(evaluation_rounds)
            .where(evaluation_rounds.c.placement_id == placement_id)
            .order_by(evaluation_rounds.c.id)
        )
        rounds = [_made(Round, row) for row in (await connection.execute(every)).mappings()]
        named = [one for one in rounds if one.number == number] or rounds
        if not named:
            return Evaluation(
                rounds=[], shown=None, statements=[], means={}, over={}, points=[], actions=[],
                filled=0,
            )  # fmt: skip
        shown = named[-1]
        members = select(func.count(evaluation_scores.c.member_id.distinct())).where(
            evaluation_scores.c.round_id == shown.id
        )
        return Evaluation(
            rounds=rounds,
            shown=shown,
            statements=await _of_round(connection, Statement, evaluation_statements, shown.id),
            means=await _means(connection, shown.id),
            over=await _over(connection, placement_id, shown.id),
            points=await _of_round(connection, Point, evaluation_points, shown.id),
            actions=await _of_round(connection, Action, evaluation_actions, shown.id),
            filled=(await connection.execute(members)).scalar() or 0,
        )


async def open_actions(store: Store, placement_id: int) -> list[Action]:
    """Those of all rounds that are not done, oldest first. Raises StoreError."""
    actions = evaluation_actions.c
    wanted = (
        select(evaluation_actions)
        .where(actions.placement_id == placement_id, ~actions.done)
        .order_by(actions.id)
    )
    async with store.transaction() as connection:
        return [_made(Action, row) for row in (await connection.execute(wanted)).mappings()]


async def _means(connection: AsyncConnection, round_id: int) -> dict[int, list[RoleMean]]:
    scores = evaluation_scores.c
    wanted = (
        select(scores.statement_id, scores.role, func.count(), func.avg(scores.score))
        .where(scores.round_id == round_id)
        .group_by(scores.statement_id, scores.role)
        .order_by(func.min(scores.id))
    )
    found: dict[int, list[RoleMean]] = {}
    for statement_id, role, answers, mean in await connection.execute(wanted):
        found.setdefault(statement_id, []).append(RoleMean(role, answers, float(mean)))
    return found


async def _over(
    connection: AsyncConnection, placement_id: int, round_id: int
) -> dict[str, list[tuple[int, float]]]:
    """Only of statements that are in this round, since nothing else is drawn."""
    statements, scores, rounds = (
        evaluation_statements.c,
        evaluation_scores.c,
        evaluation_rounds.c,
    )
    here = select(statements.key).where(statements.round_id == round_id).scalar_subquery()
    wanted = (
        select(statements.key, statements.turned, rounds.number, func.avg(scores.score))
        .join_from(evaluation_statements, evaluation_rounds, rounds.id == statements.round_id)
        .join(evaluation_scores, scores.statement_id == statements.id)
        .where(statements.placement_id == placement_id, statements.key.in_(here))
        .group_by(statements.id, statements.key, statements.turned, rounds.number)
        .order_by(rounds.number, statements.id)
    )
    found: dict[str, list[tuple[int, float]]] = {}
    for key, turned, number, mean in await connection.execute(wanted):
        found.setdefault(key, []).append((number, good(float(mean), turned)))
    return found


async def _of_round(
    connection: AsyncConnection, kind: type[_T], table: Table, round_id: int
) -> list[_T]:
    wanted = select(table).where(table.c.round_id == round_id).order_by(table.c.id)
    return [_made(kind, row) for row in (await connection.execute(wanted)).mappings()]


def _made(kind: type[_T], row: RowMapping) -> _T:
    return kind(**{name: row[name] for name in kind.__struct_fields__})
