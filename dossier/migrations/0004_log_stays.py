"""The log of a placement cannot be changed, and goes only with the whole of an erased placement;
the list of placements is read in its own order."""

from alembic import op

revision, down_revision = "0004", "0003"


def upgrade() -> None:
    op.create_index("ix_placements_since", "placements", ["since"])
    dialect = op.get_bind().dialect.name
    if dialect == "sqlite":
        op.execute(
            "CREATE TRIGGER placement_log_stays BEFORE UPDATE ON placement_events "
            "BEGIN SELECT RAISE(ABORT, 'the log of a placement is append-only'); END"
        )
        op.execute(
            "CREATE TRIGGER placement_log_kept BEFORE DELETE ON placement_events "
            "WHEN (SELECT state FROM placements WHERE id = OLD.placement_id) IS NOT 'erased' "
            "BEGIN SELECT RAISE(ABORT, 'the log of a placement is append-only'); END"
        )
    elif dialect == "postgresql":
        op.execute(
            "CREATE OR REPLACE FUNCTION placement_log_stays() RETURNS trigger AS $$ BEGIN "
            "IF TG_OP = 'DELETE' AND EXISTS (SELECT 1 FROM placements "
            "WHERE id = OLD.placement_id AND state = 'erased') THEN RETURN OLD; END IF; "
            "RAISE EXCEPTION 'the log of a placement is append-only'; END $$ LANGUAGE plpgsql"
        )
        op.execute(
            "CREATE TRIGGER placement_log_stays BEFORE UPDATE OR DELETE ON placement_events "
            "FOR EACH ROW EXECUTE FUNCTION placement_log_stays()"
        )


def downgrade() -> None:
    op.drop_index("ix_placements_since", "placements")
    dialect = op.get_bind().dialect.name
    if dialect == "sqlite":
        op.execute("DROP TRIGGER placement_log_stays")
        op.execute("DROP TRIGGER placement_log_kept")
    elif dialect == "postgresql":
        op.execute("DROP TRIGGER placement_log_stays ON placement_events")
        op.execute("DROP FUNCTION placement_log_stays()")
