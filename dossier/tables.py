"""The tables of accounts and helpdesk, in the server's own database. Times: seconds since 1970."""

from sqlalchemy import (
    DDL,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    event,
)

metadata = MetaData()

accounts = Table(
    "accounts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(40), nullable=False),
    Column("name_key", String(80), nullable=False, unique=True),  # as it is compared
    Column("role", String(20), nullable=False),
    Column("password_hash", String(200), nullable=False),  # "" without a password
    Column("handle", String(43), nullable=False, unique=True),  # who it is, for a passkey
    Column("created_at", Float, nullable=False),
    Column("ended_at", Float),
)

passkeys = Table(
    "passkeys",
    metadata,
    Column("credential_id", String(1400), primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False, index=True),
    Column("public_key", String(2000), nullable=False),
    Column("sign_count", Integer, nullable=False),
    Column("created_at", Float, nullable=False),
)

invitations = Table(
    "invitations",
    metadata,
    Column("token_sha256", String(43), primary_key=True),
    Column("role", String(20), nullable=False),
    Column("account_id", ForeignKey("accounts.id")),  # a new way in for somebody who is known
    Column("member_id", Integer, index=True),  # the place in a placement that it is for
    Column("expires_at", Float, nullable=False),
    Column("used_at", Float),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_sha256", String(43), primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False, index=True),
    Column("created_at", Float, nullable=False),
    Column("seen_at", Float, nullable=False),
    Column("how", String(10), nullable=False),
)

push_devices = Table(  # on which somebody wants a notice; he switches it on there
    "push_devices",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False, index=True),
    Column("endpoint", Text, nullable=False),  # at the push service of that browser
    Column("told_at", Float, nullable=False),
)

OF_AN_ACCOUNT = (passkeys, sessions, push_devices)
"""What goes when an account ends."""

set_names = Table(
    "set_names",
    metadata,
    Column("unit_key", String(43), primary_key=True),
    Column("name", String(24), nullable=False),
)

link_history = Table(  # one row a set and five minutes
    "link_history",
    metadata,
    Column("unit_key", String(43), primary_key=True),
    Column("slot", Integer, primary_key=True),  # seconds since 1970, divided by 300
    Column("online_s", Float, nullable=False),
    Column("live_s", Float, nullable=False),
    Column("samples", Integer, nullable=False),  # the three below are means of so many
    Column("lost_pct", Float, nullable=False),
    Column("rtt_ms", Float, nullable=False),
    Column("rate_kbps", Float, nullable=False),
    Column("restarts", Integer, nullable=False),
)

faults = Table(
    "faults",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("unit_key", String(43), nullable=False),
    Column("code", String(40), nullable=False),
    Column("began_at", Float, nullable=False),
    Column("ended_at", Float),
)
Index("faults_of_a_set", faults.c.unit_key, faults.c.began_at)

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Float, nullable=False, index=True),
    Column("who", String(40), nullable=False),
    Column("what", String(40), nullable=False),
    Column("unit_key", String(43), nullable=False, index=True),  # "" when it is about no set
    Column("detail", String(400), nullable=False),
)

# What is written stays so until its time is over: also our own code cannot change a line.
event.listen(
    audit,
    "after_create",
    DDL(  # type: ignore[no-untyped-call]
        "CREATE TRIGGER audit_stays BEFORE UPDATE ON audit "
        "BEGIN SELECT RAISE(ABORT, 'the audit list is append-only'); END"
    ).execute_if(dialect="sqlite"),
)
event.listen(
    audit,
    "after_create",
    DDL(  # type: ignore[no-untyped-call]
        "CREATE RULE audit_stays AS ON UPDATE TO audit DO INSTEAD NOTHING"
    ).execute_if(dialect="postgresql"),
)
