"""Read by Alembic; the connection and its transaction are the caller's (signaling/migrate.py)."""

from alembic import context

_given = context.config.attributes
context.configure(connection=_given["connection"], version_table=_given["version_table"])
context.run_migrations()
