"""`klasgenoot-server`: runs the server, and keeps its list of pairs.

The large libraries are imported by the command that needs them, so that the others start at once.
Here the process is put together: only this file of this room knows the pages (dossier/).
"""

import asyncio
import gc
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from config import settings as config
from dossier.commands import account
from dossier.commands_backup import backup, restore

if TYPE_CHECKING:
    from signaling.store import Store

_T = TypeVar("_T")


class _Failed(click.ClickException):
    exit_code = 2


@click.group()
def cli() -> None:
    """The server where a laptop and a school unit meet."""


_settings = click.option(
    "--settings",
    "file",
    type=click.Path(path_type=Path),
    default=None,
    help="TOML file; without it the defaults and KLASGENOOT_SERVER_… of the environment.",
)


@cli.command()
@_settings
def run(file: Path | None) -> None:
    """Run until SIGTERM."""
    whole = _load_all(file)
    settings = whole.server
    gc.disable()  # a fifth of the time to start would go into looking at modules for garbage
    from dossier.site import site
    from signaling import logs
    from signaling.known_units import UnitsError
    from signaling.server_app import PortError
    from signaling.server_app import run as serve
    from signaling.store import StoreError

    gc.freeze()
    gc.enable()
    logs.configure(settings.log_level)
    try:
        asyncio.run(serve(settings, whole.turn, site(whole)))
    except (config.SettingsError, StoreError, PortError, UnitsError) as error:
        raise _Failed(str(error)) from None


@cli.command("turn-config")
@_settings
def turn_config(file: Path | None) -> None:
    """Print coturn's configuration; it holds the secret: keep the file at mode 0600."""
    from config.turn import read_secret, turnserver_conf

    turn = _load_all(file).turn
    try:
        click.echo(turnserver_conf(turn, read_secret(turn)), nl=False)
    except config.SettingsError as error:
        raise _Failed(str(error)) from None


cli.add_command(account)
cli.add_command(backup)
cli.add_command(restore)

_WITH_KEYS = {"ignore_unknown_options": True}  # a key may begin with a dash (base64url)


@cli.group()
def pair() -> None:
    """The pairs: who may meet whom."""


@pair.command(context_settings=_WITH_KEYS)
@click.argument("unit_key")
@click.argument("laptop_key")
@click.option("--epoch", default=1, show_default=True, help="Higher at every new pairing.")
@_settings
def add(unit_key: str, laptop_key: str, epoch: int, file: Path | None) -> None:
    """Let these two devices meet; their public keys are shown by the devices."""
    pairing = _with_store(file, lambda store: store.add_pair(unit_key, laptop_key, epoch))
    click.echo(f"pair {pairing.name} added, epoch {pairing.epoch}")


@pair.command("list")
@_settings
def list_pairs(file: Path | None) -> None:
    """All pairs, one a line: name, unit key, laptop key, epoch, valid or revoked."""
    for stored in _with_store(file, lambda store: store.all_pairs()):
        pairing = stored.pairing
        state = "revoked" if stored.revoked else "valid"
        click.echo(
            f"{pairing.name} {pairing.unit_key} {pairing.laptop_key} {pairing.epoch} {state}"
        )


@pair.command(context_settings=_WITH_KEYS)
@click.argument("key")
@_settings
def revoke(key: str, file: Path | None) -> None:
    """End the pair that KEY (of either device) is in; a running server closes it within 5 s."""
    _revoke(key, file)


@cli.command("revoke", context_settings=_WITH_KEYS)
@click.argument("name", metavar="PAIR")
@_settings
def revoke_pair(name: str, file: Path | None) -> None:
    """End PAIR (its name, or the key of either device) for good, and the lesson that goes on."""
    _revoke(name, file)


def _revoke(name: str, file: Path | None) -> None:
    pairing = _with_store(file, lambda store: store.revoke(name))
    click.echo(f"pair {pairing.name} revoked")


def _load(file: Path | None) -> config.Server:
    return _load_all(file).server


def _load_all(file: Path | None) -> config.Settings:
    try:
        return config.load(file)
    except config.SettingsError as error:
        raise _Failed(str(error)) from None


def _with_store(file: Path | None, work: "Callable[[Store], Awaitable[_T]]") -> _T:
    settings = _load(file)
    from signaling.store import Store, StoreError

    async def opened() -> _T:
        store = await Store.open(settings.database_url, settings.revoked_file)
        try:
            return await work(store)
        finally:
            await store.close()

    try:
        return asyncio.run(opened())
    except StoreError as error:
        raise _Failed(str(error)) from None


def main() -> None:
    """Entry point of `klasgenoot-server`; errors are one line and exit code 2."""
    cli(prog_name="klasgenoot-server")


if __name__ == "__main__":
    main()
