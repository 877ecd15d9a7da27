"""Placements with their people, and the forms around them."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0002", "0001"


def upgrade() -> None:
    op.create_table(
        "placements",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("code", sa.String(12), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("since", sa.Float, nullable=False),
        sa.Column("created_at", sa.Float, nullable=False),
        sa.Column("facts", sa.Text, nullable=False),
        sa.Column("pupil", sa.String(80), nullable=False),
        sa.Column("school", sa.String(80), nullable=False),
        sa.Column("set_number", sa.String(11), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("erase_on", sa.String(10), nullable=False),
        sa.UniqueConstraint("code"),
    )
    op.create_index("ix_placements_day", "placements", ["day"])
    op.create_index("ix_placements_erase_on", "placements", ["erase_on"])
    op.create_index("ix_placements_set_number", "placements", ["set_number"])
    op.create_index("ix_placements_state", "placements", ["state"])
    op.create_table(
        "checks",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("placement_id", sa.Integer, sa.ForeignKey("placements.id"), nullable=False),
        sa.Column("item", sa.String(40), nullable=False),
        sa.Column("done_on", sa.String(10), nullable=False),
        sa.Column("who", sa.String(80), nullable=False),
        sa.Column("member_id", sa.Integer),
        sa.Column("remark", sa.String(200), nullable=False),
        sa.UniqueConstraint("placement_id", "item"),
    )
    op.create_index("ix_checks_placement_id", "checks", ["placement_id"])
    op.create_table(
        "evaluation_rounds",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("placement_id", sa.Integer, sa.ForeignKey("placements.id"), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("began_on", sa.String(10), nullable=False),
        sa.Column("ended_on", sa.String(10), nullable=False),
        sa.UniqueConstraint("placement_id", "number"),
    )
    op.create_index("ix_evaluation_rounds_placement_id", "evaluation_rounds", ["placement_id"])
    op.create_table(
        "inventory_lines",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("placement_id", sa.Integer, sa.ForeignKey("placements.id"), nullable=False),
        sa.Column("form", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("goal", sa.String(300), nullable=False),
        sa.Column("result", sa.String(300), nullable=False),
        sa.Column("smart", sa.String(5), nullable=False),
        sa.Column("until", sa.String(10), nullable=False),
        sa.Column("member_id", sa.Integer),
    )
    op.create_index("ix_inventory_lines_placement_id", "inventory_lines", ["placement_id"])
    op.create_table(
        "members",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("placement_id", sa.Integer, sa.ForeignKey("placements.id"), nullable=False),
        sa.Column("account_id", sa.Integer, sa.ForeignKey("accounts.id")),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("phone", sa.String(24), nullable=False),
        sa.Column("mail", sa.String(120), nullable=False),
        sa.Column("shares", sa.Boolean, nullable=False),
        sa.Column("added_at", sa.Float, nullable=False),
        sa.Column("ended_at", sa.Float),
        sa.UniqueConstraint("placement_id", "account_id", "role"),
    )
    op.create_index("ix_members_account_id", "members", ["account_id"])
    op.create_index("members_of_a_placement", "members", ["placement_id", "role"])
    op.create_table(
        "placement_events",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("placement_id", sa.Integer, sa.ForeignKey("placements.id"), nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("member_id", sa.Integer),
        sa.Column("who", sa.String(80), nullable=False),
        sa.Column("what", sa.String(40), nullable=False),
        sa.Column("detail", sa.String(400), nullable=False),
    )
    op.create_index("events_of_a_placement", "placement_events", ["placement_id", "at"])
    op.create_table(
        "evaluation_actions",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("placement_id", sa.Integer, sa.ForeignKey("placements.id"), nullable=False),
        sa.Column("round_id", sa.Integer, sa.ForeignKey("evaluation_rounds.id"), nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("who", sa.String(80), nullable=False),
        sa.Column("how", sa.String(300), nullable=False),
        sa.Column("due", sa.String(10), nullable=False),
        sa.Column("done", sa.Boolean, nullable=False),
    )
    op.create_index("ix_evaluation_actions_placement_id", "evaluation_actions", ["placement_id"])
    op.create_index("ix_evaluation_actions_round_id", "evaluation_actions", ["round_id"])
    op.create_table(
        "evaluation_points",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("placement_id", sa.Integer, sa.ForeignKey("placements.id"), nullable=False),
        sa.Column("round_id", sa.Integer, sa.ForeignKey("evaluation_rounds.id"), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("text", sa.String(300), nullable=False),
        sa.Column("member_id", sa.Integer),
    )
    op.create_index("ix_evaluation_points_placement_id", "evaluation_points", ["placement_id"])
    op.create_index("ix_evaluation_points_round_id", "evaluation_points", ["round_id"])
    op.create_table(
        "evaluation_statements",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("placement_id", sa.Integer, sa.ForeignKey("placements.id"), nullable=False),
        sa.Column("round_id", sa.Integer, sa.ForeignKey("evaluation_rounds.id"), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("key", sa.String(40), nullable=False),
        sa.Column("text", sa.String(300), nullable=False),
        sa.Column("turned", sa.Boolean, nullable=False),
    )
    op.create_index(
        "ix_evaluation_statements_placement_id", "evaluation_statements", ["placement_id"]
    )
    op.create_index("ix_evaluation_statements_round_id", "evaluation_statements", ["round_id"])
    op.create_table(
        "evaluation_scores",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("placement_id", sa.Integer, sa.ForeignKey("placements.id"), nullable=False),
        sa.Column("round_id", sa.Integer, sa.ForeignKey("evaluation_rounds.id"), nullable=False),
        sa.Column(
            "statement_id", sa.Integer, sa.ForeignKey("evaluation_statements.id"), nullable=False
        ),
        sa.Column("member_id", sa.Integer, nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("score", sa.Integer, nullable=False),
        sa.UniqueConstraint("statement_id", "member_id"),
    )
    op.create_index("ix_evaluation_scores_placement_id", "evaluation_scores", ["placement_id"])
    op.create_index("ix_evaluation_scores_round_id", "evaluation_scores", ["round_id"])
    op.create_index("scores_of_a_round", "evaluation_scores", ["round_id", "statement_id"])
    op.add_column("invitations", sa.Column("member_id", sa.Integer))
    op.create_index("ix_invitations_member_id", "invitations", ["member_id"])


def downgrade() -> None:
    op.execute("DELETE FROM invitations WHERE member_id IS NOT NULL")  # would open the house
    op.drop_index("ix_invitations_member_id", "invitations")
    op.drop_column("invitations", "member_id")
    op.drop_table("evaluation_scores")
    op.drop_table("evaluation_statements")
    op.drop_table("evaluation_points")
    op.drop_table("evaluation_actions")
    op.drop_table("placement_events")
    op.drop_table("members")
    op.drop_table("inventory_lines")
    op.drop_table("evaluation_rounds")
    op.drop_table("checks")
    op.drop_table("placements")
