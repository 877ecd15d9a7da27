"""`klasgenoot`: the school unit's command line."""

import click
from rich.console import Console
from rich.table import Table

from signaling.commands import (
    add_key_commands,
    load_or_exit,
    run_until_stopped,
    settings_option,
    with_window,
)


@click.group()
def main() -> None:
    """The school unit: camera, light and screen on the trolley."""


@main.command()
@settings_option
@click.option("--window", is_flag=True, help="Also open the screen in a browser window.")
def run(path: str | None, window: bool) -> None:
    """Start the agent; runs until stopped."""
    settings = load_or_exit(path)

    async def agent() -> None:
        from klasgenoot.agent import Agent

        one = Agent(settings)
        await (with_window(one.run(), one.page, kiosk=True) if window else one.run())

    run_until_stopped(agent, settings.unit.log_level)


@main.command()
def devices() -> None:
    """List the cameras, serial ports, lights and microphones of this machine."""
    from hardware.devices import find_devices

    table = Table("kind", "name", "address", "detail")
    for device in find_devices():
        table.add_row(device.kind, device.name, device.address, device.detail)
    Console().print(table)


add_key_commands(main, "unit", lambda settings: settings.unit.state_dir)

if __name__ == "__main__":
    main()
