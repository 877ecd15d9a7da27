"""The database over the years: migrations up and down with rows in them, backups and restoring,
on SQLite and on a real PostgreSQL."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from click.testing import CliRunner
from sqlalchemy import Connection, MetaData, Table, insert, select, text

from dossier import backup
from dossier.backup import HISTORIES, BackupError
from dossier.schema import HISTORY as DOSSIER
from dossier.schema import prepare
from signaling.__main__ import cli
from signaling.migrate import begin, go_to, version_of
from signaling.store import Store, StoreError
from signaling.store_tables import HISTORY as SERVER
from tests.postgres_tools import new_database, postgres


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgres() as address:
        yield address


@pytest_asyncio.fixture(params=["sqlite", "postgresql"])
async def url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/server.db"
    else:
        yield await new_database(request.getfixturevalue("server"), "one")


async def opened(url: str) -> Store:
    store = await Store.open(url)
    await prepare(store)
    return store


def filled(connection: Connection) -> dict[str, int]:
    """Three rows in every table there is, each with the parent of its own number."""
    known = MetaData()
    known.reflect(connection)
    ours = [t for t in known.sorted_tables if not t.name.endswith("_version")]
    for table in ours:
        connection.execute(insert(table), [_row(table, n) for n in (1, 2, 3)])
    return {table.name: 3 for table in ours}


def _row(table: Table, n: int) -> dict[str, object]:
    row: dict[str, object] = {}
    for column in table.c:
        kind = column.type.python_type
        if column.foreign_keys or kind is int:
            row[column.name] = n
        elif kind is float:
            row[column.name] = n + 0.25
        elif kind is bool:
            row[column.name] = n == 2
        elif kind is bytes:
            row[column.name] = bytes([0, 255, n])
        else:
            length = getattr(column.type, "length", None) or 40
            row[column.name] = f'{n} é "\n\u2028🙂'[:length]
    return row


def rows(connection: Connection) -> dict[str, list[dict[str, Any]]]:
    known = MetaData()
    known.reflect(connection)
    return {
        table.name: sorted(
            (dict(row) for row in connection.execute(select(table)).mappings()), key=repr
        )
        for table in known.sorted_tables
        if not table.name.endswith("_version")
    }


# --- migrations ----------------------------------------------------------------------------------


@pytest.mark.parametrize("history", HISTORIES, ids=["server", "dossier"])
async def test_migrations_make_the_tables_of_today(url: str, history: Any) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    def differences(connection: Connection) -> list[object]:
        begin(connection)
        go_to(connection, history, "base")
        go_to(connection, history, "head")
        ours = set(history.metadata.tables)

        def looked_at(thing: Any, name: str, kind: str, *_: object) -> bool:
            return kind != "table" or name in ours

        options = {"include_object": looked_at, "compare_type": True}
        return compare_metadata(
            MigrationContext.configure(connection, opts=options), history.metadata
        )

    store = await opened(url)
    assert await store.whole(differences) == []
    await store.close()


async def test_an_old_database_comes_along_and_goes_back(url: str) -> None:
    """From before there were migrations, with rows in every table."""

    def old(connection: Connection) -> dict[str, list[dict[str, Any]]]:
        begin(connection)
        for history in HISTORIES:
            go_to(connection, history, "0001")
            connection.execute(text(f"DROP TABLE {history.version_table}"))
        filled(connection)
        return rows(connection)

    def back(connection: Connection) -> dict[str, list[dict[str, Any]]]:
        begin(connection)
        go_to(connection, DOSSIER, "0001")
        return rows(connection)

    def versions(connection: Connection) -> list[str]:
        return [version_of(connection, history) for history in HISTORIES]

    store = Store(_engine(url))
    before = await store.whole(old)
    assert before["accounts"][0]["name"].startswith("1 é") and len(before) > 8
    await store.close()
    store = await opened(url)
    assert await store.whole(versions) == [history.versions()[-1] for history in HISTORIES]
    now = await store.whole(rows)
    for name, some in before.items():
        same = [{key: one[key] for key in some[0]} for one in now[name]]
        assert same == some, name
    assert now["placements"] == []
    assert await store.whole(back) == before
    await store.close()
    store = await opened(url)
    assert {k: len(v) for k, v in (await store.whole(rows)).items() if v} == {
        name: 3 for name in before
    }
    await store.close()


@pytest.mark.parametrize("how", ["made", "migrated"])
async def test_the_log_of_a_placement_is_only_added_to(url: str, how: str) -> None:
    def change(statement: str) -> Any:
        return lambda connection: connection.execute(text(statement)).rowcount

    def migrated(connection: Connection) -> None:
        begin(connection)
        go_to(connection, DOSSIER, "0003")
        go_to(connection, DOSSIER, "head")

    store = await opened(url)
    if how == "migrated":
        await store.whole(migrated)
    await store.whole(filled)
    before = (await store.whole(rows))["placement_events"]
    for statement in (
        "UPDATE placement_events SET who = 'iemand anders' WHERE id = 1",
        "UPDATE placement_events SET placement_id = 2",
        "DELETE FROM placement_events WHERE id = 1",
        "DELETE FROM placement_events",
    ):
        with pytest.raises(StoreError):
            await store.whole(change(statement))
    assert (await store.whole(rows))["placement_events"] == before
    await store.whole(change("UPDATE placements SET state = 'erased' WHERE id = 2"))
    gone = await store.whole(change("DELETE FROM placement_events WHERE placement_id = 2"))
    assert gone == 1
    await store.close()


async def test_what_stops_half_way_has_done_nothing(url: str) -> None:
    class Killed(BaseException):
        pass

    def old(connection: Connection) -> None:
        begin(connection)
        for history in HISTORIES:
            go_to(connection, history, "0001")
        filled(connection)

    def broken(connection: Connection) -> None:
        begin(connection)
        go_to(connection, DOSSIER, "head")
        assert "placements" in rows(connection)
        raise Killed

    store = Store(_engine(url))
    await store.whole(old)
    before = await store.whole(rows)
    with pytest.raises(Killed):
        await store.whole(broken)
    assert await store.whole(rows) == before
    await store.close()


async def test_a_database_of_a_newer_version_is_left_alone(url: str) -> None:
    def newer(connection: Connection) -> None:
        connection.execute(text("UPDATE server_version SET version_num = '9999'"))

    store = await opened(url)
    await store.whole(newer)
    await store.close()
    with pytest.raises(StoreError) as caught:
        await Store.open(url)
    assert caught.value.code == "newer"


async def test_two_servers_start_at_once(url: str) -> None:
    stores = await asyncio.gather(*(opened(url) for _ in range(3)))
    found = [await store.whole(rows) for store in stores]
    assert found[0] == found[1] == found[2] and "placements" in found[0]
    for store in stores:
        await store.close()


def _engine(url: str) -> Any:
    from sqlalchemy.ext.asyncio import create_async_engine

    from signaling.store import _with_driver

    return create_async_engine(_with_driver(url))


# --- backups -------------------------------------------------------------------------------------


async def test_a_backup_comes_back_row_by_row_in_either_database(
    server: str, tmp_path: Path
) -> None:
    def fill(connection: Connection) -> dict[str, list[dict[str, Any]]]:
        filled(connection)
        return rows(connection)

    one = await opened(f"sqlite:///{tmp_path}/one.db")
    before = await one.whole(fill)
    assert all(len(some) == 3 for some in before.values()) and len(before) > 30
    first, second = tmp_path / "first.gz", tmp_path / "second.gz"
    count = await one.whole(lambda c: backup.write(c, first))
    assert count == 3 * len(before) and first.stat().st_mode & 0o777 == 0o600
    two = await opened(await new_database(server, "two"))
    assert await two.whole(lambda c: backup.restore(c, first, replace=False)) == count
    assert await two.whole(rows) == before
    await two.whole(lambda c: backup.write(c, second))
    three = await opened(f"sqlite:///{tmp_path}/three.db")
    await three.whole(lambda c: backup.restore(c, second, replace=False))
    assert await three.whole(rows) == before
    with pytest.raises(BackupError, match="not_empty"):
        await three.whole(lambda c: backup.restore(c, second, replace=False))
    await three.whole(lambda c: backup.restore(c, second, replace=True))
    assert await three.whole(rows) == before
    # The next row gets a number of its own.
    for store in (two, three):
        made = await store.whole(
            lambda c: (
                c.execute(
                    insert(SERVER.metadata.tables["pairs"]).values(
                        unit_key="u", laptop_key="l", epoch=1, created_at=1.0, revoked=False
                    )
                ).inserted_primary_key
            )
        )
        assert made[0] == 4
    for store in (one, two, three):
        await store.close()


async def test_an_older_backup_is_migrated_on_the_way(tmp_path: Path) -> None:
    def old(connection: Connection) -> None:
        begin(connection)
        go_to(connection, DOSSIER, "0001")

    path = tmp_path / "old.gz"
    store = await opened(f"sqlite:///{tmp_path}/one.db")
    lines = [
        {"klasgenoot": 1, "server_version": "0001", "dossier_version": "0001"},
        {"table": "set_names", "row": {"unit_key": "u", "name": "INV-1"}},
        {"rows": 1},
    ]
    _write(path, lines)
    assert await store.whole(lambda c: backup.restore(c, path, replace=False)) == 1
    found = await store.whole(rows)
    assert found["set_names"] == [{"unit_key": "u", "name": "INV-1"}] and found["placements"] == []
    await store.close()


_HEAD = {"klasgenoot": 1, "server_version": "0001", "dossier_version": "0001"}
_ROW = {"table": "set_names", "row": {"unit_key": "u", "name": "x"}}


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([], "not_ours"),
        ([{}], "not_ours"),
        ([{**_HEAD, "klasgenoot": 2}], "not_ours"),
        ([{**_HEAD, "dossier_version": "9999"}], "newer"),
        ([{**_HEAD, "server_version": 5}], "newer"),
        ([_HEAD, _ROW], "not_ours"),
        ([_HEAD, _ROW, {"rows": 2}], "not_ours"),
        ([_HEAD, {"table": "sqlite_master", "row": {}}, {"rows": 1}], "not_ours"),
        ([_HEAD, {"table": "set_names", "row": {"x; DROP": 1}}, {"rows": 1}], "not_ours"),
        ([_HEAD, {"table": "set_names", "row": 5}, {"rows": 1}], "not_ours"),
        ([_HEAD, _ROW, _ROW, {"rows": 2}], "not_ours"),
        ([_HEAD, {"table": "set_names", "row": {"unit_key": [], "name": "x"}}], "not_ours"),
        ([_HEAD, 5], "not_ours"),
        ([_HEAD, {"table": ["set_names"], "row": {}}], "not_ours"),
    ],
)
async def test_a_file_that_is_no_backup_changes_nothing(
    tmp_path: Path, lines: list[Any], code: str
) -> None:
    store = await opened(f"sqlite:///{tmp_path}/one.db")
    await store.whole(filled)
    before = await store.whole(rows)
    path = tmp_path / "file.gz"
    _write(path, lines)
    with pytest.raises(BackupError, match=code):
        await store.whole(lambda c: backup.restore(c, path, replace=True))
    assert await store.whole(rows) == before
    await store.close()


@pytest.mark.parametrize("raw", [b"", b"hello", b"\x1f\x8b\x08\x00", gzip.compress(b"[" * 9999)])
async def test_rubbish_as_a_backup(tmp_path: Path, raw: bytes) -> None:
    store = await opened(f"sqlite:///{tmp_path}/one.db")
    path = tmp_path / "file.gz"
    path.write_bytes(raw)
    with pytest.raises(BackupError, match="not_ours"):
        await store.whole(lambda c: backup.restore(c, path, replace=True))
    whole = tmp_path / "whole.gz"
    await store.whole(lambda c: backup.write(c, whole))
    path.write_bytes(whole.read_bytes()[:-20])
    with pytest.raises(BackupError, match="not_ours"):
        await store.whole(lambda c: backup.restore(c, path, replace=True))
    await store.close()


def _write(path: Path, lines: list[Any]) -> None:
    with gzip.open(path, "wt") as file:
        file.writelines(f"{json.dumps(line)}\n" for line in lines)


def test_the_commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "nacht.gz"
    run = CliRunner()
    monkeypatch.setenv("KLASGENOOT_SERVER_DATABASE_URL", f"sqlite:///{tmp_path}/a.db")
    assert "0 rows written" in run.invoke(cli, ["backup", str(path)]).output
    monkeypatch.setenv("KLASGENOOT_SERVER_DATABASE_URL", f"sqlite:///{tmp_path}/b.db")
    assert "0 rows restored" in run.invoke(cli, ["restore", str(path)]).output
    path.write_bytes(b"hello")
    done = run.invoke(cli, ["restore", str(path)])
    assert done.exit_code == 2 and "no backup of ours" in done.output
    assert run.invoke(cli, ["backup", "/nergens/x.gz"]).exit_code == 2
