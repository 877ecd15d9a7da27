"""A real PostgreSQL on a port and in a folder of its own, as a user that is not root."""

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path


def programs() -> Path | None:
    """Where Debian keeps them; None without PostgreSQL."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    if found:
        return found[-1].parent
    which = shutil.which("postgres")
    return Path(which).parent if which else None


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """The address of a server as settings have it; `/name` of a database is to be added."""
    where = programs()
    assert where is not None, "no PostgreSQL: config/install/packages.sh postgresql"
    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        if os.getuid() == 0:
            shutil.chown(folder, "postgres")
        data, port = f"{folder}/data", _free_port()
        _as_user(
            *(f"{where}/initdb", "--pgdata", data, "--auth", "trust", "--username", "klas"),
            *("--encoding", "UTF8", "--no-sync"),
        )
        options = f"-p {port} -c listen_addresses=127.0.0.1 -k {folder} -c fsync=off"
        start = ("--pgdata", data, "--wait", "--log", f"{folder}/log", "--options", options)
        _as_user(f"{where}/pg_ctl", "start", *start)
        try:
            yield f"postgresql://klas@127.0.0.1:{port}"
        finally:
            _as_user(f"{where}/pg_ctl", "stop", "--pgdata", data, "--mode", "immediate")


def _as_user(*command: str) -> None:
    before = ("runuser", "-u", "postgres", "--") if os.getuid() == 0 else ()
    subprocess.run([*before, *command], check=True, stdout=subprocess.DEVNULL, cwd="/tmp")


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


async def new_database(server: str, name: str) -> str:
    """An empty database; gives its address."""
    import asyncpg

    connection = await asyncpg.connect(f"{server}/postgres")
    try:
        await connection.execute(f'DROP DATABASE IF EXISTS "{name}"')
        await connection.execute(f'CREATE DATABASE "{name}"')
    finally:
        await connection.close()
    return f"{server}/{name}"
