"""The tables of what people of a placement share. Times: seconds since 1970."""

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from dossier.tables import metadata

news = Table(
    "news",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("placement_id", ForeignKey("placements.id"), nullable=False, index=True),
    Column("member_id", Integer),
    Column("who", String(80), nullable=False),
    Column("at", Float, nullable=False),
    Column("title", String(80), nullable=False),
    Column("text", Text, nullable=False),
)

chats = Table(
    "chats",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("placement_id", ForeignKey("placements.id"), nullable=False, index=True),
    Column("title", String(60), nullable=False),
    Column("at", Float, nullable=False),  # of the last line
)

chat_members = Table(
    "chat_members",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("placement_id", ForeignKey("placements.id"), nullable=False, index=True),
    Column("chat_id", ForeignKey("chats.id"), nullable=False),
    Column("member_id", Integer, nullable=False, index=True),
    Column("seen_at", Float, nullable=False),
    UniqueConstraint("chat_id", "member_id"),
)

chat_lines = Table(
    "chat_lines",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("placement_id", ForeignKey("placements.id"), nullable=False, index=True),
    Column("chat_id", ForeignKey("chats.id"), nullable=False, index=True),
    Column("member_id", Integer),
    Column("who", String(80), nullable=False),
    Column("at", Float, nullable=False),
    Column("text", Text, nullable=False),
)

lists = Table(  # times for a meeting, or turns of buddies: places that people take
    "lists",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("placement_id", ForeignKey("placements.id"), nullable=False, index=True),
    Column("member_id", Integer),
    Column("who", String(80), nullable=False),
    Column("kind", String(8), nullable=False),
    Column("title", String(80), nullable=False),
    Column("at", Float, nullable=False),
)

list_places = Table(
    "list_places",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("placement_id", ForeignKey("placements.id"), nullable=False, index=True),
    Column("list_id", ForeignKey("lists.id"), nullable=False, index=True),
    Column("label", String(80), nullable=False),
    Column("seats", Integer, nullable=False),
)

list_takes = Table(
    "list_takes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("placement_id", ForeignKey("placements.id"), nullable=False, index=True),
    Column("place_id", ForeignKey("list_places.id"), nullable=False),
    Column("member_id", Integer, nullable=False),
    Column("who", String(80), nullable=False),
    UniqueConstraint("place_id", "member_id"),
)

files = Table(
    "files",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("placement_id", ForeignKey("placements.id"), nullable=False),
    Column("member_id", Integer),
    Column("who", String(80), nullable=False),
    Column("at", Float, nullable=False),
    Column("folder", String(8), nullable=False),
    Column("name", String(80), nullable=False),
    Column("media_type", String(40), nullable=False),
    Column("size", Integer, nullable=False),
    Column("uid", String(43), nullable=False, unique=True),  # what its seal is bound to
)
Index("files_of_a_placement", files.c.placement_id, files.c.folder)

file_bytes = Table(  # apart, so that a list never reads them
    "file_bytes",
    metadata,
    Column("file_id", ForeignKey("files.id"), primary_key=True),
    Column("placement_id", ForeignKey("placements.id"), nullable=False, index=True),
    Column("sealed", LargeBinary, nullable=False),
)

notices = Table(  # who wants a mail when there is something new; nobody until he says so
    "notices",
    metadata,
    Column("member_id", Integer, primary_key=True),
    Column("placement_id", ForeignKey("placements.id"), nullable=False, index=True),
    Column("mail", Boolean, nullable=False),
    Column("told_at", Float, nullable=False),
)
