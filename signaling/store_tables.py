"""The server's tables."""

from pathlib import Path

from sqlalchemy import Boolean, Column, Float, Index, Integer, MetaData, String, Table, text

from signaling.migrate import History

metadata = MetaData()
HISTORY = History(Path(__file__).parent / "migrations" / "versions", "server_version", metadata)

pairs = Table(
    "pairs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("unit_key", String(43), nullable=False),
    Column("laptop_key", String(43), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("created_at", Float, nullable=False),  # seconds since 1970
    Column("revoked", Boolean, nullable=False),
)
_valid = text("NOT revoked")
for _key in ("unit_key", "laptop_key"):  # unique among valid pairs; a unit outlives its laptops
    Index(
        f"pairs_{_key}",
        pairs.c[_key],
        unique=True,
        sqlite_where=_valid,
        postgresql_where=_valid,
    )

tickets = Table(  # pairing codes that are on a screen now; see store_tickets.py
    "tickets",
    metadata,
    Column("place", String(6), primary_key=True),
    Column("ticket_sha256", String(43), nullable=False),
    Column("expires_at", Float, nullable=False),  # seconds since 1970
    Column("failures", Integer, nullable=False),
    Column("claimed", Boolean, nullable=False),
)
