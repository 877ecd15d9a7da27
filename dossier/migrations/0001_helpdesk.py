"""Accounts and helpdesk, as they were before there were migrations."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0001", None


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("name_key", sa.String(80), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("password_hash", sa.String(200), nullable=False),
        sa.Column("handle", sa.String(43), nullable=False),
        sa.Column("created_at", sa.Float, nullable=False),
        sa.Column("ended_at", sa.Float),
        sa.UniqueConstraint("handle"),
        sa.UniqueConstraint("name_key"),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("who", sa.String(40), nullable=False),
        sa.Column("what", sa.String(40), nullable=False),
        sa.Column("unit_key", sa.String(43), nullable=False),
        sa.Column("detail", sa.String(400), nullable=False),
    )
    op.create_index("ix_audit_at", "audit", ["at"])
    op.create_index("ix_audit_unit_key", "audit", ["unit_key"])
    op.create_table(
        "faults",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("unit_key", sa.String(43), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("began_at", sa.Float, nullable=False),
        sa.Column("ended_at", sa.Float),
    )
    op.create_index("faults_of_a_set", "faults", ["unit_key", "began_at"])
    op.create_table(
        "link_history",
        sa.Column("unit_key", sa.String(43), primary_key=True),
        sa.Column("slot", sa.Integer, primary_key=True),
        sa.Column("online_s", sa.Float, nullable=False),
        sa.Column("live_s", sa.Float, nullable=False),
        sa.Column("samples", sa.Integer, nullable=False),
        sa.Column("lost_pct", sa.Float, nullable=False),
        sa.Column("rtt_ms", sa.Float, nullable=False),
        sa.Column("rate_kbps", sa.Float, nullable=False),
        sa.Column("restarts", sa.Integer, nullable=False),
    )
    op.create_table(
        "set_names",
        sa.Column("unit_key", sa.String(43), primary_key=True),
        sa.Column("name", sa.String(24), nullable=False),
    )
    op.create_table(
        "invitations",
        sa.Column("token_sha256", sa.String(43), primary_key=True),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("account_id", sa.Integer, sa.ForeignKey("accounts.id")),
        sa.Column("expires_at", sa.Float, nullable=False),
        sa.Column("used_at", sa.Float),
    )
    op.create_table(
        "passkeys",
        sa.Column("credential_id", sa.String(1400), primary_key=True),
        sa.Column("account_id", sa.Integer, sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("public_key", sa.String(2000), nullable=False),
        sa.Column("sign_count", sa.Integer, nullable=False),
        sa.Column("created_at", sa.Float, nullable=False),
    )
    op.create_index("ix_passkeys_account_id", "passkeys", ["account_id"])
    op.create_table(
        "sessions",
        sa.Column("token_sha256", sa.String(43), primary_key=True),
        sa.Column("account_id", sa.Integer, sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("created_at", sa.Float, nullable=False),
        sa.Column("seen_at", sa.Float, nullable=False),
        sa.Column("how", sa.String(10), nullable=False),
    )
    op.create_index("ix_sessions_account_id", "sessions", ["account_id"])
    dialect = op.get_bind().dialect.name
    if dialect == "sqlite":  # what is written stays so until its time is over
        op.execute(
            "CREATE TRIGGER audit_stays BEFORE UPDATE ON audit "
            "BEGIN SELECT RAISE(ABORT, 'the audit list is append-only'); END"
        )
    elif dialect == "postgresql":
        op.execute("CREATE RULE audit_stays AS ON UPDATE TO audit DO INSTEAD NOTHING")


def downgrade() -> None:
    op.drop_table("sessions")
    op.drop_table("passkeys")
    op.drop_table("invitations")
    op.drop_table("set_names")
    op.drop_table("link_history")
    op.drop_table("faults")
    op.drop_table("audit")
    op.drop_table("accounts")
