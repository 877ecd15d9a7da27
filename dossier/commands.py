"""`klasgenoot-server account`: who may log in to the pages, without a page."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from config import settings as config
from dossier.roles import OF_THE_HOUSE, Role

if TYPE_CHECKING:
    from dossier.accounts import Accounts
    from dossier.invitations import Invitations

_T = TypeVar("_T")
_BY = "command_line"

_settings = click.option(
    "--settings", "file", type=click.Path(path_type=Path), default=None, help="TOML file."
)


class _Failed(click.ClickException):
    exit_code = 2


@click.group()
def account() -> None:
    """The people who may log in to the helpdesk's pages."""


@account.command()
@click.option("--role", type=click.Choice(OF_THE_HOUSE), default="helpdesk", show_default=True)
@click.option("--name", default="", help="A new way in for this account; its old ones end.")
@_settings
def invite(role: Role, name: str, file: Path | None) -> None:
    """Print a link that makes one account, works once, and for 48 hours."""
    from dossier.site import origin

    settings = _load(file)
    try:
        where = origin(settings.server, settings.helpdesk, settings.server.port)
    except config.SettingsError as error:
        raise _Failed(str(error)) from None
    if not where:
        raise _Failed("setting helpdesk.url: without it this server has no pages")
    token = _with_accounts(settings, lambda _, invitations: invitations.invite(role, _BY, name))
    click.echo(f"{where}/uitnodiging/{token}")


@account.command("list")
@_settings
def list_accounts(file: Path | None) -> None:
    """All accounts, one a line: role, since when, ended or valid, name."""
    for one in _with_accounts(_load(file), lambda accounts, _: accounts.all()):
        since = datetime.fromtimestamp(one.created_at).astimezone().strftime("%Y-%m-%d")
        click.echo(f"{one.role} {since} {'ended' if one.ended_at else 'valid'} {one.name}")


@account.command()
@click.argument("name")
@_settings
def end(name: str, file: Path | None) -> None:
    """End the account NAME for good; whoever is logged in with it is logged out at once."""
    _with_accounts(_load(file), lambda accounts, _: accounts.end(name, _BY))
    click.echo("account ended")


def _load(file: Path | None) -> config.Settings:
    try:
        return config.load(file)
    except config.SettingsError as error:
        raise _Failed(str(error)) from None


def _with_accounts(
    settings: config.Settings, work: "Callable[[Accounts, Invitations], Awaitable[_T]]"
) -> _T:
    from dossier.accounts import AccountError, Accounts
    from dossier.invitations import Invitations
    from dossier.passwords import Passwords
    from dossier.schema import prepare
    from signaling.store import Store, StoreError

    async def opened() -> _T:
        store = await Store.open(settings.server.database_url, settings.server.revoked_file)
        try:
            await prepare(store)
            passwords = Passwords()
            return await work(Accounts(store, passwords), Invitations(store, passwords))
        finally:
            await store.close()

    try:
        return asyncio.run(opened())
    except StoreError as error:
        raise _Failed(str(error)) from None
    except AccountError:
        raise _Failed("there is no account of this name; see `account list`") from None
