"""What the command lines of unit and laptop share: settings, keys, window, running to the end."""

import asyncio
import contextlib
import signal
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, NoReturn

import click

from config.settings import Link, Settings, SettingsError, load
from signaling import logs
from signaling.client import LinkError
from signaling.identity import DeviceKey, Pairing, TrustError, from_text
from signaling.keyfile import KeyFileError, load_or_make, save_pairing
from signaling.loopback import PageError, PageServer
from signaling.messages import Role
from signaling.window import Window, WindowError

settings_option = click.option(
    "--settings",
    "path",
    type=click.Path(dir_okay=False),
    envvar="KLAS_SETTINGS",  # not with the prefix of the settings themselves
    help="Settings file (TOML).",
)

report_option = click.option(
    "--report",
    default="klasgenoot-netwerk.html",
    show_default=True,
    help='The page for the ICT department; "" for none.',
)

_EXPECTED = (SettingsError, KeyFileError, PageError, LinkError)
"""Errors whose text tells a person what to do."""


def load_or_exit(path: str | None) -> Settings:
    try:
        return load(path)
    except SettingsError as error:
        fail(str(error))


def fail(text: str) -> NoReturn:
    """One clear line, and exit code 2."""
    click.echo(f"error: {text}", err=True)
    sys.exit(2)


def run_until_stopped(make: Callable[[], Coroutine[Any, Any, None]], log_level: str) -> None:
    """Run until SIGTERM or Ctrl-C; an error that a person can mend ends in one line."""
    logs.configure(log_level)
    try:
        asyncio.run(_main(make))
    except* _EXPECTED as group:
        fail(str(_first(group)))


async def _main(make: Callable[[], Coroutine[Any, Any, None]]) -> None:
    task = asyncio.ensure_future(make())
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, task.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await task


def _first(group: BaseExceptionGroup[Exception]) -> BaseException:
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def window_or_exit(kiosk: bool, settings: Link) -> Window:
    try:
        return Window(kiosk, settings.http_proxy)
    except WindowError as error:
        fail(str(error))


async def in_window(work: Coroutine[Any, Any, None], page: PageServer, window: Window) -> None:
    """Run `work`, and show its page as soon as it is served."""

    async def show() -> None:
        await page.served.wait()
        window.show(page.url)

    showing = asyncio.create_task(show())
    try:
        await work
    finally:
        showing.cancel()
        window.close()


def add_key_commands(
    group: click.Group, role: Role, place: Callable[[Settings], tuple[str, str]]
) -> None:
    """Add `key` and `trust` to a command line; `place` gives the state folder and where keys go."""

    def own_key(path: str | None) -> tuple[Path, DeviceKey]:
        folder, keys = place(load_or_exit(path))
        return Path(folder), load_or_make(Path(folder), keyring=keys == "auto")

    @group.command()
    @settings_option
    def key(path: str | None) -> None:
        """Print this device's public key (made at the first call)."""
        try:
            click.echo(own_key(path)[1].public)
        except KeyFileError as error:
            fail(str(error))

    # A key may begin with a dash: base64url has one among its 64 signs.
    @group.command(context_settings={"ignore_unknown_options": True})
    @settings_option
    @click.argument("peer_key")
    @click.option("--epoch", default=1, show_default=True, help="As the server has it.")
    def trust(path: str | None, peer_key: str, epoch: int) -> None:
        """Pin the other device's public key by hand; `pair` does it with a code and checks."""
        try:
            folder, key = own_key(path)
            own = key.public
            from_text(peer_key, 32)
            unit, laptop = (own, peer_key) if role == "unit" else (peer_key, own)
            pairing = Pairing(unit_key=unit, laptop_key=laptop, epoch=epoch)
            save_pairing(folder, pairing, role)
        except TrustError:
            fail("that is not a device key: copy all 43 characters that `key` prints")
        except KeyFileError as error:
            fail(str(error))
        click.echo("trusted")
