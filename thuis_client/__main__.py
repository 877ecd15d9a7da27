"""`thuis`: the laptop's command line."""

import click

from config.settings import Settings
from signaling.commands import (
    add_key_commands,
    fail,
    load_or_exit,
    run_until_stopped,
    settings_option,
    with_window,
)
from signaling.pairing_commands import add_pairing_commands


@click.group()
def main() -> None:
    """The laptop at home or in hospital."""


@main.command()
@settings_option
@click.option("--window", is_flag=True, help="Also open the page in a browser window.")
def run(path: str | None, window: bool) -> None:
    """Start the local process and serve the page; runs until stopped."""
    settings = load_or_exit(path)

    async def laptop() -> None:
        from thuis_client.laptop import Laptop

        one = Laptop(settings)
        await (with_window(one.run(), one.page, kiosk=False) if window else one.run())

    run_until_stopped(laptop, settings.laptop.log_level)


@main.command()
@settings_option
@click.option("--seconds", default=5.0, show_default=True, help="How long to look.")
def probe(path: str | None, seconds: float) -> None:
    """Join without a browser, look at the class picture, turn the camera, and tell how it went."""
    settings = load_or_exit(path)

    async def look() -> None:
        from thuis_client.probe import Probe

        report = await Probe(settings).run(seconds)
        click.echo(report.text())
        if not report.ok:
            fail(report.advice())

    run_until_stopped(look, settings.laptop.log_level)


def _place(settings: Settings) -> tuple[str, str]:
    return settings.laptop.state_dir, settings.laptop.keys


add_key_commands(main, "laptop", _place)
add_pairing_commands(main, "laptop", _place)

if __name__ == "__main__":
    main()
