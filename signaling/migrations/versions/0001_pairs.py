"""Pairs and tickets, as they were before there were migrations."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0001", None


def upgrade() -> None:
    op.create_table(
        "pairs",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("unit_key", sa.String(43), nullable=False),
        sa.Column("laptop_key", sa.String(43), nullable=False),
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.Column("created_at", sa.Float, nullable=False),
        sa.Column("revoked", sa.Boolean, nullable=False),
    )
    valid = sa.text("NOT revoked")
    for key in ("unit_key", "laptop_key"):
        op.create_index(
            f"pairs_{key}",
            "pairs",
            [key],
            unique=True,
            sqlite_where=valid,
            postgresql_where=valid,
        )
    op.create_table(
        "tickets",
        sa.Column("place", sa.String(6), primary_key=True),
        sa.Column("ticket_sha256", sa.String(43), nullable=False),
        sa.Column("expires_at", sa.Float, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("claimed", sa.Boolean, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("tickets")
    op.drop_table("pairs")
