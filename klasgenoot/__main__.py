"""`klasgenoot`: the school unit's command line."""

import sys
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from config.settings import Settings
from klasgenoot.keeper import Keeper
from klasgenoot.no_recording import forbid
from klasgenoot.small_pages import use_small_pages
from klasgenoot.upkeep.set_commands import add_set_commands
from signaling import logs, small_files
from signaling.commands import (
    add_key_commands,
    fail,
    in_window,
    load_or_exit,
    report_option,
    run_until_stopped,
    settings_option,
    window_or_exit,
)
from signaling.keyfile import KeyFileError, private_directory
from signaling.pairing import Ceremony
from signaling.pairing_commands import add_pairing_commands


@click.group()
def main() -> None:
    """The school unit: camera, light and screen on the trolley."""


@main.command()
@settings_option
@click.option(
    "--window", "window_wanted", is_flag=True, help="Also open the screen in a browser window."
)
def run(path: str | None, window_wanted: bool) -> None:
    """Start the agent; runs until stopped."""
    settings = load_or_exit(path)
    logs.configure(settings.unit.log_level)
    window = window_or_exit(kiosk=True, settings=settings.link) if window_wanted else None
    use_small_pages()
    lock_up(settings)

    async def agent() -> None:
        from klasgenoot.agent import Agent

        one = Agent(settings, path)
        await (in_window(one.run(), one.page, window) if window else one.run())

    run_until_stopped(agent, settings.unit.log_level)


@main.command()
@settings_option
@report_option
def probe(path: str | None, report: str) -> None:
    """Try every way through this network, also while the agent runs, and write a page about it."""
    settings = load_or_exit(path)

    async def look() -> None:
        from signaling.keyfile import as_owner, load_or_make
        from signaling.reach_command import probe_network

        folder, keys = _place(settings)
        with as_owner(Path(folder)):
            key = load_or_make(Path(folder), keys == "auto")
        reach = await probe_network(settings.link, key, "unit", report)
        sys.exit(0 if reach.verdict in ("good", "poor") else 2)

    run_until_stopped(look, settings.unit.log_level)


@main.command()
@settings_option
@click.option(
    "--report",
    default="klasgenoot-bewijs.html",
    show_default=True,
    help='The page for the school board; "" for none.',
)
def prove(path: str | None, report: str) -> None:
    """Show that this set keeps no picture and no sound; best while a lesson runs, with sudo."""
    from klasgenoot.proof.command import prove_and_tell

    settings = load_or_exit(path)
    state = prove_and_tell(Path(settings.unit.state_dir), report)
    sys.exit({"shown": 0, "unknown": 1, "failed": 2}[state])


@main.command()
@click.option(
    "--network", is_flag=True, help="Also ask the local network for cameras; sends to everyone."
)
def devices(network: bool) -> None:
    """List the cameras, serial ports, lights and microphones of this machine."""
    from hardware.devices import find_devices

    found = find_devices()
    if network:
        from hardware.network_search import find_network_cameras

        found += find_network_cameras()
    table = Table("kind", "name", "address", "detail")
    for device in found:
        table.add_row(device.kind, device.name, device.address, device.detail)
    Console().print(table)


def lock_up(settings: Settings) -> None:
    """From here on this process remembers through the keeper, and writes nothing itself."""
    try:
        folder = private_directory(Path(settings.unit.state_dir))
    except KeyFileError as error:
        fail(str(error))
    poweroff = settings.unit.poweroff_file
    small_files.through(Keeper(folder, Path(poweroff) if poweroff else None))
    forbid([Path(settings.light.path)] if settings.light.driver == "led" else [])


def _place(settings: Settings) -> tuple[str, str]:
    return settings.unit.state_dir, settings.unit.keys


def _show_code(ceremony: Ceremony, unit_key: str) -> None:
    from klasgenoot.pairing_qr import terminal

    click.echo(terminal(ceremony.code.scanned(unit_key)))
    click.echo(f"code: {ceremony.code.typed()}", color=False)


add_key_commands(main, "unit", _place)
add_pairing_commands(main, "unit", _place, _show_code)
add_set_commands(main)

if __name__ == "__main__":
    main()
