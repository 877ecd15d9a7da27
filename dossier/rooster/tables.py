"""The tables of timetables and hours. Times: seconds since 1970; days: YYYY-MM-DD; clock times:
minutes since midnight as the wall shows them."""

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from dossier.tables import metadata

rooster_rows = Table(
    "rooster_rows",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("placement_id", ForeignKey("placements.id"), nullable=False, index=True),
    Column("uid", String(120), nullable=False),  # of the calendar it goes out as
    Column("subject", String(40), nullable=False),
    Column("room", String(24), nullable=False),
    Column("kind", String(8), nullable=False),
    Column("weekday", Integer, nullable=False),
    Column("begin_min", Integer, nullable=False),
    Column("end_min", Integer, nullable=False),
    Column("week", String(4), nullable=False),
    Column("first", String(10), nullable=False),
    Column("last", String(10), nullable=False),
    Column("skips", Text, nullable=False),  # days, with a comma between
)

rooster_changes = Table(
    "rooster_changes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("placement_id", ForeignKey("placements.id"), nullable=False, index=True),
    Column("row_id", ForeignKey("rooster_rows.id"), nullable=False),
    Column("day", String(10), nullable=False),
    Column("cancelled", Boolean, nullable=False),
    Column("to_day", String(10)),
    Column("begin_min", Integer),
    Column("end_min", Integer),
    Column("room", String(24)),
    UniqueConstraint("row_id", "day"),
)

rooster_holidays = Table(
    "rooster_holidays",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("placement_id", ForeignKey("placements.id"), nullable=False, index=True),
    Column("first", String(10), nullable=False),
    Column("last", String(10), nullable=False),
    Column("name", String(40), nullable=False),
)

rooster_offs = Table(  # when the pupil is signed off
    "rooster_offs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("placement_id", ForeignKey("placements.id"), nullable=False, index=True),
    Column("member_id", Integer),  # who did it
    Column("begin", Float, nullable=False),
    Column("end", Float, nullable=False),
    Column("reason", String(12), nullable=False),
)

rooster_weeks = Table(  # where weeks A and B are counted from
    "rooster_weeks",
    metadata,
    Column("placement_id", ForeignKey("placements.id"), primary_key=True),
    Column("week_a", String(10), nullable=False),
)

rooster_links = Table(  # somebody's own address for his calendar
    "rooster_links",
    metadata,
    Column("token_sha256", String(43), primary_key=True),
    Column("placement_id", ForeignKey("placements.id"), nullable=False, index=True),
    Column("member_id", Integer, nullable=False, unique=True),
)

lesson_hours = Table(  # one row a lesson that was, without anything of what happened in it
    "lesson_hours",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("placement_id", ForeignKey("placements.id"), nullable=False),
    Column("begin", Float, nullable=False),
    Column("end", Float, nullable=False),
    Column("subject", String(40), nullable=False),
    Column("kind", String(8), nullable=False),
    Column("live_s", Float, nullable=False),
    Column("lost", String(12), nullable=False),
    Column("by_hand", Boolean, nullable=False),
    Column("questions", Integer, nullable=False),
    Column("turns", Integer, nullable=False),
    Column("over", Boolean, nullable=False),  # False while it goes on: only counts so far
    UniqueConstraint("placement_id", "begin", "subject"),
)
Index("hours_of_a_placement", lesson_hours.c.placement_id, lesson_hours.c.begin)
