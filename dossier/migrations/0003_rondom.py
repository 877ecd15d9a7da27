"""Timetables, hours, and what is shared around the lessons."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0003", "0002"


def upgrade() -> None:
    op.create_table(
        "chats",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("placement_id", sa.Integer, sa.ForeignKey("placements.id"), nullable=False),
        sa.Column("title", sa.String(60), nullable=False),
        sa.Column("at", sa.Float, nullable=False),
    )
    op.create_index("ix_chats_placement_id", "chats", ["placement_id"])
    op.create_table(
        "files",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("placement_id", sa.Integer, sa.ForeignKey("placements.id"), nullable=False),
        sa.Column("member_id", sa.Integer),
        sa.Column("who", sa.String(80), nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("folder", sa.String(8), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("media_type", sa.String(40), nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("uid", sa.String(43), nullable=False),
        sa.UniqueConstraint("uid"),
    )
    op.create_index("files_of_a_placement", "files", ["placement_id", "folder"])
    op.create_table(
        "lesson_hours",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("placement_id", sa.Integer, sa.ForeignKey("placements.id"), nullable=False),
        sa.Column("begin", sa.Float, nullable=False),
        sa.Column("end", sa.Float, nullable=False),
        sa.Column("subject", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("live_s", sa.Float, nullable=False),
        sa.Column("lost", sa.String(12), nullable=False),
        sa.Column("by_hand", sa.Boolean, nullable=False),
        sa.Column("questions", sa.Integer, nullable=False),
        sa.Column("turns", sa.Integer, nullable=False),
        sa.Column("over", sa.Boolean, nullable=False),
        sa.UniqueConstraint("placement_id", "begin", "subject"),
    )
    op.create_index("hours_of_a_placement", "lesson_hours", ["placement_id", "begin"])
    op.create_table(
        "lists",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("placement_id", sa.Integer, sa.ForeignKey("placements.id"), nullable=False),
        sa.Column("member_id", sa.Integer),
        sa.Column("who", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("title", sa.String(80), nullable=False),
        sa.Column("at", sa.Float, nullable=False),
    )
    op.create_index("ix_lists_placement_id", "lists", ["placement_id"])
    op.create_table(
        "news",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("placement_id", sa.Integer, sa.ForeignKey("placements.id"), nullable=False),
        sa.Column("member_id", sa.Integer),
        sa.Column("who", sa.String(80), nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("title", sa.String(80), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
    )
    op.create_index("ix_news_placement_id", "news", ["placement_id"])
    op.create_table(
        "notices",
        sa.Column("member_id", sa.Integer, primary_key=True),
        sa.Column("placement_id", sa.Integer, sa.ForeignKey("placements.id"), nullable=False),
        sa.Column("mail", sa.Boolean, nullable=False),
        sa.Column("told_at", sa.Float, nullable=False),
    )
    op.create_index("ix_notices_placement_id", "notices", ["placement_id"])
    op.create_table(
        "rooster_holidays",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("placement_id", sa.Integer, sa.ForeignKey("placements.id"), nullable=False),
        sa.Column("first", sa.String(10), nullable=False),
        sa.Column("last", sa.String(10), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
    )
    op.create_index("ix_rooster_holidays_placement_id", "rooster_holidays", ["placement_id"])
    op.create_table(
        "rooster_links",
        sa.Column("token_sha256", sa.String(43), primary_key=True),
        sa.Column("placement_id", sa.Integer, sa.ForeignKey("placements.id"), nullable=False),
        sa.Column("member_id", sa.Integer, nullable=False),
        sa.UniqueConstraint("member_id"),
    )
    op.create_index("ix_rooster_links_placement_id", "rooster_links", ["placement_id"])
    op.create_table(
        "rooster_offs",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("placement_id", sa.Integer, sa.ForeignKey("placements.id"), nullable=False),
        sa.Column("member_id", sa.Integer),
        sa.Column("begin", sa.Float, nullable=False),
        sa.Column("end", sa.Float, nullable=False),
        sa.Column("reason", sa.String(12), nullable=False),
    )
    op.create_index("ix_rooster_offs_placement_id", "rooster_offs", ["placement_id"])
    op.create_table(
        "rooster_rows",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("placement_id", sa.Integer, sa.ForeignKey("placements.id"), nullable=False),
        sa.Column("uid", sa.String(120), nullable=False),
        sa.Column("subject", sa.String(40), nullable=False),
        sa.Column("room", sa.String(24), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("weekday", sa.Integer, nullable=False),
        sa.Column("begin_min", sa.Integer, nullable=False),
        sa.Column("end_min", sa.Integer, nullable=False),
        sa.Column("week", sa.String(4), nullable=False),
        sa.Column("first", sa.String(10), nullable=False),
        sa.Column("last", sa.String(10), nullable=False),
        sa.Column("skips", sa.Text, nullable=False),
    )
    op.create_index("ix_rooster_rows_placement_id", "rooster_rows", ["placement_id"])
    op.create_table(
        "rooster_weeks",
        sa.Column("placement_id", sa.Integer, sa.ForeignKey("placements.id"), primary_key=True),
        sa.Column("week_a", sa.String(10), nullable=False),
    )
    op.create_table(
        "chat_lines",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("placement_id", sa.Integer, sa.ForeignKey("placements.id"), nullable=False),
        sa.Column("chat_id", sa.Integer, sa.ForeignKey("chats.id"), nullable=False),
        sa.Column("member_id", sa.Integer),
        sa.Column("who", sa.String(80), nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
    )
    op.create_index("ix_chat_lines_chat_id", "chat_lines", ["chat_id"])
    op.create_index("ix_chat_lines_placement_id", "chat_lines", ["placement_id"])
    op.create_table(
        "chat_members",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("placement_id", sa.Integer, sa.ForeignKey("placements.id"), nullable=False),
        sa.Column("chat_id", sa.Integer, sa.ForeignKey("chats.id"), nullable=False),
        sa.Column("member_id", sa.Integer, nullable=False),
        sa.Column("seen_at", sa.Float, nullable=False),
        sa.UniqueConstraint("chat_id", "member_id"),
    )
    op.create_index("ix_chat_members_member_id", "chat_members", ["member_id"])
    op.create_index("ix_chat_members_placement_id", "chat_members", ["placement_id"])
    op.create_table(
        "file_bytes",
        sa.Column("file_id", sa.Integer, sa.ForeignKey("files.id"), primary_key=True),
        sa.Column("placement_id", sa.Integer, sa.ForeignKey("placements.id"), nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_file_bytes_placement_id", "file_bytes", ["placement_id"])
    op.create_table(
        "list_places",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("placement_id", sa.Integer, sa.ForeignKey("placements.id"), nullable=False),
        sa.Column("list_id", sa.Integer, sa.ForeignKey("lists.id"), nullable=False),
        sa.Column("label", sa.String(80), nullable=False),
        sa.Column("seats", sa.Integer, nullable=False),
    )
    op.create_index("ix_list_places_list_id", "list_places", ["list_id"])
    op.create_index("ix_list_places_placement_id", "list_places", ["placement_id"])
    op.create_table(
        "rooster_changes",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("placement_id", sa.Integer, sa.ForeignKey("placements.id"), nullable=False),
        sa.Column("row_id", sa.Integer, sa.ForeignKey("rooster_rows.id"), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("cancelled", sa.Boolean, nullable=False),
        sa.Column("to_day", sa.String(10)),
        sa.Column("begin_min", sa.Integer),
        sa.Column("end_min", sa.Integer),
        sa.Column("room", sa.String(24)),
        sa.UniqueConstraint("row_id", "day"),
    )
    op.create_index("ix_rooster_changes_placement_id", "rooster_changes", ["placement_id"])
    op.create_table(
        "list_takes",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("placement_id", sa.Integer, sa.ForeignKey("placements.id"), nullable=False),
        sa.Column("place_id", sa.Integer, sa.ForeignKey("list_places.id"), nullable=False),
        sa.Column("member_id", sa.Integer, nullable=False),
        sa.Column("who", sa.String(80), nullable=False),
        sa.UniqueConstraint("place_id", "member_id"),
    )
    op.create_index("ix_list_takes_placement_id", "list_takes", ["placement_id"])


def downgrade() -> None:
    op.drop_table("list_takes")
    op.drop_table("rooster_changes")
    op.drop_table("list_places")
    op.drop_table("file_bytes")
    op.drop_table("chat_members")
    op.drop_table("chat_lines")
    op.drop_table("rooster_weeks")
    op.drop_table("rooster_rows")
    op.drop_table("rooster_offs")
    op.drop_table("rooster_links")
    op.drop_table("rooster_holidays")
    op.drop_table("notices")
    op.drop_table("news")
    op.drop_table("lists")
    op.drop_table("lesson_hours")
    op.drop_table("files")
    op.drop_table("chats")
