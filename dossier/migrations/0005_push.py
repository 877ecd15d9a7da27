"""Devices that want to be told by push."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0005", "0004"


def upgrade() -> None:
    op.create_table(
        "push_devices",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("account_id", sa.Integer, sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("endpoint", sa.Text, nullable=False),
        sa.Column("told_at", sa.Float, nullable=False),
    )
    op.create_index("ix_push_devices_account_id", "push_devices", ["account_id"])


def downgrade() -> None:
    op.drop_table("push_devices")
