"""Everything of the server's database in one file, and back: rows as JSON lines, gzip.

The same file for SQLite and PostgreSQL, so that one can become the other. It names persons: keep it
as the database itself. A restore is one transaction; an older backup is migrated on the way.
"""

import base64
import gzip
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, MetaData, Table, insert, inspect, select, text
from sqlalchemy.exc import IntegrityError, StatementError

from dossier.schema import HISTORY as DOSSIER
from signaling.migrate import History, begin, go_to, version_of
from signaling.store_tables import HISTORY as SERVER

FORMAT = 1
HISTORIES: tuple[History, ...] = (SERVER, DOSSIER)
_AT_ONCE = 500
_LONGEST = 1_000_000
"""Signs of a line; a longer one is no line of ours."""


class BackupError(Exception):
    """`code`: not_ours, newer or not_empty."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def write(connection: Connection, path: Path) -> int:
    """All rows as they are at one moment; gives how many. Raises OSError.

    The file is there whole or not at all, and for its owner only.
    """
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN")
    half = path.with_name(f"{path.name}.half")
    descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    count = 0
    with os.fdopen(descriptor, "wb") as raw:
        with gzip.open(raw, "wt", encoding="utf-8") as file:
            versions = {one.version_table: version_of(connection, one) for one in HISTORIES}
            _line(file, {"klasgenoot": FORMAT, **versions})
            for history in HISTORIES:
                for table in history.metadata.sorted_tables:
                    for row in connection.execute(select(table)).mappings():
                        _line(file, {"table": table.name, "row": _out(dict(row))})
                        count += 1
            _line(file, {"rows": count})  # a file that was cut off has no last line
        raw.flush()
        os.fsync(descriptor)
    half.replace(path)
    return count


def restore(connection: Connection, path: Path, *, replace: bool) -> int:
    """What the file says in the place of what is there; gives how many rows.

    Without `replace` only into a database without rows. Raises BackupError, OSError.
    """
    begin(connection)
    lines = _lines(path)
    head = next(lines, {})
    if head.get("klasgenoot") != FORMAT:
        raise BackupError("not_ours")
    versions = {one: str(head.get(one.version_table, "")) for one in HISTORIES}
    if any(version not in one.versions() for one, version in versions.items()):
        raise BackupError("newer")
    if not replace and _has_rows(connection):
        raise BackupError("not_empty")
    _drop_all(connection)
    for history, version in versions.items():
        go_to(connection, history, version)
    try:
        count = _fill(connection, lines)
    except (IntegrityError, StatementError):  # rows that no database of ours had
        raise BackupError("not_ours") from None
    for history in HISTORIES:
        go_to(connection, history, "head")
    return count


def _fill(connection: Connection, lines: Iterator[dict[str, Any]]) -> int:
    """Raises BackupError."""
    known = MetaData()
    known.reflect(connection)
    waiting: list[dict[str, Any]] = []
    table, count, told = None, 0, -1
    for line in lines:
        name = str(line.get("table", ""))
        if table is not None and (name != table.name or len(waiting) >= _AT_ONCE):
            connection.execute(insert(table), waiting)
            waiting = []
        if "rows" in line:
            told = line["rows"]
            break
        table, row = known.tables.get(name), line.get("row")
        if table is None or not isinstance(row, dict) or set(row) != set(table.c.keys()):
            raise BackupError("not_ours")
        waiting.append(_in(row))
        count += 1
    if told != count:
        raise BackupError("not_ours")
    for each in known.sorted_tables:
        _set_counter(connection, each)
    return count


def _set_counter(connection: Connection, table: Table) -> None:
    """PostgreSQL counts beside the table: the next row must not take a number that is there."""
    if connection.dialect.name == "postgresql" and "id" in table.c:
        connection.execute(
            text(
                f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), "  # noqa: S608
                f"COALESCE((SELECT MAX(id) FROM {table.name}), 0) + 1, false)"
            )
        )


def _has_rows(connection: Connection) -> bool:
    known = set(inspect(connection).get_table_names())
    tables = [t for one in HISTORIES for t in one.metadata.sorted_tables if t.name in known]
    return any(connection.execute(select(table).limit(1)).first() for table in tables)


def _drop_all(connection: Connection) -> None:
    known = MetaData()
    known.reflect(connection)
    ours = {t.name for one in HISTORIES for t in one.metadata.sorted_tables}
    ours |= {one.version_table for one in HISTORIES}
    known.drop_all(connection, [t for t in known.sorted_tables if t.name in ours])


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    """Raises BackupError, OSError."""
    try:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            while line := file.readline(_LONGEST):
                found = json.loads(line)
                if not isinstance(found, dict):
                    raise BackupError("not_ours")
                yield found
    except (gzip.BadGzipFile, EOFError, ValueError, RecursionError):
        raise BackupError("not_ours") from None


def _line(file: IO[str], values: dict[str, Any]) -> None:
    file.write(json.dumps(values, ensure_ascii=False, separators=(",", ":")) + "\n")


def _out(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: {"base64": base64.b64encode(value).decode()} if isinstance(value, bytes) else value
        for name, value in row.items()
    }


def _in(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: base64.b64decode(value["base64"]) if isinstance(value, dict) else value
        for name, value in row.items()
    }
