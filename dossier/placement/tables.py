"""The tables of a placement. Times: seconds since 1970; days: YYYY-MM-DD.

Every table about a placement has a column `placement_id`, and `member_id` where a row is one
person's: by these two names erasing and exporting (dossier/placement/avg.py) find all of it.
"""

from sqlalchemy import (
    DDL,
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
    event,
)

from dossier.tables import metadata

placements = Table(
    "placements",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("code", String(12), nullable=False, unique=True),  # its name in addresses
    Column("state", String(16), nullable=False, index=True),
    Column("since", Float, nullable=False, index=True),  # of this state
    Column("created_at", Float, nullable=False),
    Column("facts", Text, nullable=False),  # states.Facts as JSON; "{}" once erased
    Column("pupil", String(80), nullable=False),  # "" once erased, as all below
    Column("school", String(80), nullable=False),
    Column("set_number", String(11), nullable=False, index=True),  # "" before delivery
    Column("day", String(10), nullable=False, index=True),  # of placement; "" before planning
    Column("erase_on", String(10), nullable=False, index=True),  # "" while nothing is due
)

members = Table(
    "members",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("placement_id", ForeignKey("placements.id"), nullable=False),
    Column("account_id", ForeignKey("accounts.id"), index=True),  # once the invitation is used
    Column("role", String(16), nullable=False),
    Column("name", String(80), nullable=False),
    Column("phone", String(24), nullable=False),
    Column("mail", String(120), nullable=False),
    Column("shares", Boolean, nullable=False),  # phone and mail with the others; off by default
    Column("added_at", Float, nullable=False),
    Column("ended_at", Float),
    UniqueConstraint("placement_id", "account_id", "role"),
)
Index("members_of_a_placement", members.c.placement_id, members.c.role)

placement_events = Table(  # who did what in a placement; only added to
    "placement_events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("placement_id", ForeignKey("placements.id"), nullable=False),
    Column("at", Float, nullable=False),
    Column("member_id", Integer),  # whose doing it was; None for the house and the product itself
    Column("who", String(80), nullable=False),
    Column("what", String(40), nullable=False),
    Column("detail", String(400), nullable=False),
)
Index("events_of_a_placement", placement_events.c.placement_id, placement_events.c.at)

# What is written stays so, and goes only with a placement that is erased: also our own code cannot
# change a line, or take one away.
for _dialect, _statement in (
    (
        "sqlite",
        "CREATE TRIGGER placement_log_stays BEFORE UPDATE ON placement_events "
        "BEGIN SELECT RAISE(ABORT, 'the log of a placement is append-only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER placement_log_kept BEFORE DELETE ON placement_events "
        "WHEN (SELECT state FROM placements WHERE id = OLD.placement_id) IS NOT 'erased' "
        "BEGIN SELECT RAISE(ABORT, 'the log of a placement is append-only'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION placement_log_stays() RETURNS trigger AS $$ BEGIN "
        "IF TG_OP = 'DELETE' AND EXISTS (SELECT 1 FROM placements "
        "WHERE id = OLD.placement_id AND state = 'erased') THEN RETURN OLD; END IF; "
        "RAISE EXCEPTION 'the log of a placement is append-only'; END $$ LANGUAGE plpgsql",
    ),
    (
        "postgresql",
        "CREATE TRIGGER placement_log_stays BEFORE UPDATE OR DELETE ON placement_events "
        "FOR EACH ROW EXECUTE FUNCTION placement_log_stays()",
    ),
):
    event.listen(
        placement_events,
        "after_create",
        DDL(_statement).execute_if(dialect=_dialect),  # type: ignore[no-untyped-call]
    )
