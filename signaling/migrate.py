"""Tables of an older version become those of this one, by Alembic; also back again.

A history is a folder of migrations and a table that holds how far a database is. Alembic is loaded
only where there is something to do. Everything happens in the caller's transaction: a server that
dies in it has done nothing.
"""

import re
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection, MetaData, inspect, text

_HERE = Path(__file__).parent / "migrations"
_FILE = re.compile(r"(\d{4})_\w+\.py\Z")
_LOCK = 4_711_001
"""Of PostgreSQL: two servers that start at once go one after the other."""


class History(NamedTuple):
    """`metadata`: the tables of today; `version_table`: what says how far a database is."""

    folder: Path
    version_table: str
    metadata: MetaData

    def versions(self) -> list[str]:
        """Oldest first; the files' names say them."""
        found = (_FILE.match(path.name) for path in self.folder.iterdir())
        return sorted(match[1] for match in found if match)


class NewerDatabaseError(Exception):
    """The database was used by a version of this program that is newer than this one."""


def begin(connection: Connection) -> None:
    """One at a time. SQLite would otherwise change tables outside any transaction."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    elif connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))


def bring_up(connection: Connection, history: History) -> None:
    """To the tables of today: made, migrated, or left alone. Raises NewerDatabaseError.

    A database from before there were migrations is at the first of them.
    """
    versions = history.versions()
    at = version_of(connection, history)
    if at == versions[-1]:
        return
    if not at:
        known = set(inspect(connection).get_table_names())
        if not known & set(history.metadata.tables):
            history.metadata.create_all(connection)
            _stamp(connection, history, versions[-1])
            return
        _stamp(connection, history, at := versions[0])
    if at not in versions:
        raise NewerDatabaseError
    go_to(connection, history, "head")


def version_of(connection: Connection, history: History) -> str:
    """How far this database is; "" where nothing says so."""
    if not inspect(connection).has_table(history.version_table):
        return ""
    found = connection.execute(text(f"SELECT version_num FROM {history.version_table}"))  # noqa: S608 - a name of ours
    return found.scalar() or ""


def go_to(connection: Connection, history: History, version: str) -> None:
    """Up or down to a version, `base` (no tables at all) or `head`."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_HERE))
    config.set_main_option("version_locations", str(history.folder))
    config.set_main_option("path_separator", "newline")
    config.attributes.update(connection=connection, version_table=history.version_table)
    at = version_of(connection, history)
    down = version == "base" or (version != "head" and at > version)
    (command.downgrade if down else command.upgrade)(config, version)


def _stamp(connection: Connection, history: History, version: str) -> None:
    table = history.version_table
    connection.execute(text(f"CREATE TABLE {table} (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"))
    connection.execute(text(f"INSERT INTO {table} VALUES ('{version}')"))  # noqa: S608 - names of ours
