"""The tables of the forms. Days: YYYY-MM-DD; "" where there is none."""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

import dossier.placement.tables
from dossier.tables import metadata

_ = dossier.placement.tables


def _id() -> Column[int]:
    return Column("id", Integer, primary_key=True)


def _placement() -> Column[int]:
    return Column("placement_id", ForeignKey("placements.id"), nullable=False, index=True)


def _round() -> Column[int]:
    return Column("round_id", ForeignKey("evaluation_rounds.id"), nullable=False, index=True)


checks = Table(  # a task that is done; an open one has a row only where there is a remark
    "checks",
    metadata,
    _id(),
    _placement(),
    Column("item", String(40), nullable=False),  # checklists.ITEMS
    Column("done_on", String(10), nullable=False),
    Column("who", String(80), nullable=False),  # "" when the product knows it by itself
    Column("member_id", Integer),
    Column("remark", String(200), nullable=False),
    UniqueConstraint("placement_id", "item"),
)

inventory_lines = Table(
    "inventory_lines",
    metadata,
    _id(),
    _placement(),
    Column("form", Integer, nullable=False),  # 1 home, 2 school, 3 together
    Column("kind", String(16), nullable=False),  # inventory.GOALS or FACTORS
    Column("goal", String(300), nullable=False),
    Column("result", String(300), nullable=False),  # what is expected of it
    Column("smart", String(5), nullable=False),  # of form 3: the letters that hold
    Column("until", String(10), nullable=False),
    Column("member_id", Integer),
)

evaluation_rounds = Table(
    "evaluation_rounds",
    metadata,
    _id(),
    _placement(),
    Column("number", Integer, nullable=False),
    Column("began_on", String(10), nullable=False),
    Column("ended_on", String(10), nullable=False),
    UniqueConstraint("placement_id", "number"),
)

evaluation_statements = Table(
    "evaluation_statements",
    metadata,
    _id(),
    _placement(),
    _round(),
    Column("kind", String(10), nullable=False),  # general, goal, action or own
    Column("key", String(40), nullable=False),  # the same in every round, for the plot
    Column(
        "text", String(300), nullable=False
    ),  # "" for a general one: its words are a catalogue's
    Column("turned", Boolean, nullable=False),  # to agree is bad news
)

evaluation_scores = Table(
    "evaluation_scores",
    metadata,
    _id(),
    _placement(),
    _round(),
    Column("statement_id", ForeignKey("evaluation_statements.id"), nullable=False),
    Column("member_id", Integer, nullable=False),
    Column("role", String(16), nullable=False),
    Column("score", Integer, nullable=False),  # 1 (not at all) to 5 (wholly agreed)
    UniqueConstraint("statement_id", "member_id"),
)
Index("scores_of_a_round", evaluation_scores.c.round_id, evaluation_scores.c.statement_id)

evaluation_points = Table(
    "evaluation_points",
    metadata,
    _id(),
    _placement(),
    _round(),
    Column("kind", String(10), nullable=False),  # success, challenge, helps, hinders or noticed
    Column("text", String(300), nullable=False),
    Column("member_id", Integer),  # whose, where somebody noticed it
)

evaluation_actions = Table(
    "evaluation_actions",
    metadata,
    _id(),
    _placement(),
    _round(),
    Column("what", Text, nullable=False),
    Column("who", String(80), nullable=False),
    Column("how", String(300), nullable=False),
    Column("due", String(10), nullable=False),
    Column("done", Boolean, nullable=False),
)
