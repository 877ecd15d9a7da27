"""`klasgenoot-server backup` and `restore`."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from config import settings as config

if TYPE_CHECKING:
    from sqlalchemy import Connection

_settings = click.option(
    "--settings", "file", type=click.Path(path_type=Path), default=None, help="TOML file."
)
_WHY = {
    "not_ours": "this file is no backup of ours, or it was cut off; nothing was changed",
    "newer": "this backup was made by a newer version: install that one first",
    "not_empty": "the database has rows; with --replace they are lost",
}


class _Failed(click.ClickException):
    exit_code = 2


@click.command()
@click.argument("path", type=click.Path(path_type=Path, dir_okay=False))
@_settings
def backup(path: Path, file: Path | None) -> None:
    """Write everything of the database to PATH, also while the server runs."""
    from dossier.backup import write

    count = _with_store(file, lambda connection: write(connection, path))
    click.echo(f"{count} rows written to {path}")


@click.command()
@click.argument("path", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--replace", is_flag=True, help="Also when the database has rows: they are lost.")
@_settings
def restore(path: Path, replace: bool, file: Path | None) -> None:
    """Read a backup into the database; stop the server first. All of it, or nothing."""
    from dossier.backup import restore as read

    count = _with_store(file, lambda connection: read(connection, path, replace=replace))
    click.echo(f"{count} rows restored")


def _with_store(file: Path | None, work: "Callable[[Connection], int]") -> int:
    from dossier.backup import BackupError
    from dossier.schema import prepare
    from signaling.store import Store, StoreError

    async def opened(url: str) -> int:
        store = await Store.open(url)
        try:
            await prepare(store)
            return await store.whole(work)
        finally:
            await store.close()

    try:
        return asyncio.run(opened(config.load(file).server.database_url))
    except (config.SettingsError, StoreError) as error:
        raise _Failed(str(error)) from None
    except BackupError as error:
        raise _Failed(_WHY[error.code]) from None
    except OSError as error:
        raise _Failed(f"cannot read or write the file: {error.strerror}") from None
