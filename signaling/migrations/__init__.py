"""What Alembic runs, and the history of the server's own tables (`versions`)."""
