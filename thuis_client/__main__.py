"""`thuis`: the laptop's command line."""

import sys
from pathlib import Path
from typing import get_args

import click

from config.settings import Settings
from signaling import messages
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
from signaling.messages_presence import Presence, PresenceStep
from signaling.pairing_commands import add_pairing_commands


@click.group()
def main() -> None:
    """The laptop at home or in hospital."""


@main.command()
@settings_option
@click.option(
    "--window", "window_wanted", is_flag=True, help="Also open the page in a browser window."
)
def run(path: str | None, window_wanted: bool) -> None:
    """Start the local process and serve the page; runs until stopped."""
    settings = load_or_exit(path)
    window = window_or_exit(kiosk=False, settings=settings.link) if window_wanted else None

    async def laptop() -> None:
        from thuis_client.laptop import Laptop

        one = Laptop(settings)
        await (in_window(one.run(), one.page, window) if window else one.run())

    run_until_stopped(laptop, settings.laptop.log_level)


@main.command()
@settings_option
@click.option("--seconds", default=5.0, show_default=True, help="How long to look.")
@report_option
@click.option("--network-only", is_flag=True, help="Do not join the class.")
def probe(path: str | None, seconds: float, report: str, network_only: bool) -> None:
    """Try every way through this network; then join without a browser, look, turn the camera."""
    settings = load_or_exit(path)

    async def look() -> None:
        from signaling.keyfile import load_or_make
        from signaling.reach_command import probe_network
        from thuis_client.probe import Probe

        folder, keys = _place(settings)
        key = load_or_make(Path(folder), keys == "auto")
        reach = await probe_network(settings.link, key, "laptop", report)
        if network_only or reach.verdict in ("closed", "sign_in"):
            sys.exit(0 if reach.verdict in ("good", "poor") else 2)
        visit = await Probe(settings).run(seconds)
        click.echo(visit.text())
        if not visit.ok:
            fail(visit.advice())

    run_until_stopped(look, settings.laptop.log_level)


@main.command()
@settings_option
@click.argument("package", type=click.Path(dir_okay=False, path_type=Path))
def model(path: str | None, package: Path) -> None:
    """Take the network that finds the person in a picture out of PACKAGE: the wheel of mediapipe
    0.10.14, or the npm archive of @mediapipe/selfie_segmentation. Without it the page blurs
    everything outside an oval."""
    from thuis_client import person_model

    try:
        person_model.install(package, Path(load_or_exit(path).laptop.state_dir))
    except person_model.ModelError as error:
        fail(str(error))


@main.command()
@settings_option
@click.argument("step", type=click.Choice(get_args(PresenceStep)))
def appear(path: str | None, step: PresenceStep) -> None:
    """How the pupil is in class at first, when that was agreed beforehand; the page then does not
    ask. Whoever sits at the laptop can change it with one press."""
    from thuis_client import appearance

    folder = Path(load_or_exit(path).laptop.state_dir)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    choice = messages.Appear(presence=Presence(step=step))
    appearance.AppearanceFile(folder / appearance.NAME).keep(choice)


def _place(settings: Settings) -> tuple[str, str]:
    return settings.laptop.state_dir, settings.laptop.keys


add_key_commands(main, "laptop", _place)
add_pairing_commands(main, "laptop", _place)

if __name__ == "__main__":
    main()
