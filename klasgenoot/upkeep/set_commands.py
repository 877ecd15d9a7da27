"""The monteur's and the helpdesk's commands of `klasgenoot`."""

import datetime
import os
import sys
from pathlib import Path

import click

from signaling.commands import fail, load_or_exit, run_until_stopped, settings_option

_PLACE = "/etc/klasgenoot/klasgenoot.toml"


def add_set_commands(main: click.Group) -> None:
    """configure, doctor, placement, paper, screen, update and sign-update."""
    for command in (configure, doctor, placement, paper, screen, update, sign_update):
        main.add_command(command)


@click.command()
@settings_option
@click.option("--server", help="Address of the server, wss://…")
@click.option("--room", help="Where the set stands.")
@click.option("--name", help="Its number or name.")
@click.option("--profile", help="The camera's model (hardware/profiles.py).")
def configure(
    path: str | None, server: str | None, room: str | None, name: str | None, profile: str | None
) -> None:
    """Look for camera, serial line, light and microphone, and write the settings file."""
    from klasgenoot.upkeep.configure_command import configure_and_tell

    typed = {
        ("link", "server_url"): server,
        ("unit", "room"): room,
        ("unit", "name"): name,
        ("ptz", "profile"): profile,
    }
    given = {key: text for key, text in typed.items() if text is not None}
    sys.exit(0 if configure_and_tell(Path(path or _PLACE), given) else 1)


@click.command()
@settings_option
@click.option("--json", "as_json", is_flag=True, help="One line for the helpdesk.")
@click.option("--network/--no-network", default=True, help="Try the network too (some seconds).")
def doctor(path: str | None, as_json: bool, network: bool) -> None:
    """Check everything that a lesson needs; works while the agent runs."""
    from klasgenoot.upkeep.doctor_command import tell

    sys.exit(tell(path, network, as_json))


@click.command()
@settings_option
@click.option("--report", default="klasgenoot-plaatsing.html", show_default=True)
@click.option("--school", default="", help="Left empty: a line to write on.")
@click.option("--monteur", default="")
@click.option("--remarks", default="")
@click.option(
    "--words",
    type=click.Choice(["equal", "different", "later"]),
    default="later",
    show_default=True,
    help="Whether both screens showed the same six words.",
)
@click.option("--network/--no-network", default=True)
def placement(  # noqa: PLR0917 - one option a word that the monteur may type
    path: str | None,
    report: str,
    school: str,
    monteur: str,
    remarks: str,
    words: str,
    network: bool,
) -> None:  # fmt: skip
    """Write the report of the placement: what works, the network, the list of the first contact."""
    from klasgenoot.upkeep import placement as page
    from klasgenoot.upkeep.doctor_command import own_version, reach_of
    from klasgenoot.upkeep.doctor_look import look

    settings = load_or_exit(path)
    reach = reach_of(settings) if network else None
    typed = page.Typed(
        set_name=settings.unit.name,
        room=settings.unit.room,
        school=school,
        monteur=monteur,
        remarks=remarks,
        words_equal={"equal": True, "different": False}.get(words),
    )
    found = look(settings, reach)
    _write(report, page.html(typed, found, reach, own_version(), datetime.date.today()))


@click.command()
@settings_option
@click.option("--side", type=click.Choice(["set", "laptop"]), default="set", show_default=True)
@click.option("--report", default="klasgenoot-papier.html", show_default=True)
def paper(path: str | None, side: str, report: str) -> None:
    """Make the paper for the trolley (or for beside the laptop): one A4 to print."""
    from klasgenoot.upkeep import paper as page

    settings = load_or_exit(path)
    drawings = page.icons(page.ICONS.read_text("utf-8"))
    kind: page.Side = "laptop" if side == "laptop" else "set"
    _write(
        report, page.html(kind, settings.unit.name, settings.contact, settings.timetable, drawings)
    )


@click.command()
@settings_option
def screen(path: str | None) -> None:
    """Show the screen in a browser of its own, full screen; what the unit of the screen runs."""
    from signaling.keyfile import KeyFileError, load_or_make_token
    from signaling.window import WindowError, browser, keep_open

    unit = (settings := load_or_exit(path)).unit
    given = os.environ.get("CREDENTIALS_DIRECTORY")
    try:
        # systemd hands the token to the screen's own user; by hand it is in the state folder.
        token = (
            (Path(given) / "page.token").read_text().strip()
            if given
            else load_or_make_token(Path(unit.state_dir))
        )
        browser()
    except (KeyFileError, WindowError) as error:
        fail(str(error))
    except OSError as error:
        fail(f"page.token: {error.strerror}")
    url = f"http://{unit.host}:{unit.port}/?token={token}"
    run_until_stopped(lambda: keep_open(url, "kiosk", settings.link.http_proxy), unit.log_level)


@click.command()
@settings_option
@click.option("--from", "offered", type=click.Path(file_okay=False), help="A signed folder.")
@click.option("--now", "at_once", is_flag=True, help="Also in school hours, as a monteur may.")
def update(path: str | None, offered: str | None, at_once: bool) -> None:
    """Put a newer version in, from a signed folder, and go back when it does not get ready."""
    from klasgenoot.upkeep.update import UpdateError
    from klasgenoot.upkeep.update_command import Places, update_set

    load_or_exit(path)
    places = Places(offered=Path(offered)) if offered else Places()
    try:
        outcome = update_set(places, datetime.datetime.now().astimezone(), at_once=at_once)
    except UpdateError as error:
        fail(str(error))
    except OSError as error:
        fail(f"{error.filename}: {error.strerror}")
    click.echo(outcome)
    sys.exit(1 if outcome == "failed" else 0)


@click.command("sign-update")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--key", "key_folder", required=True, type=click.Path(file_okay=False, path_type=Path)
)
def sign_update(folder: Path, key_folder: Path) -> None:
    """Sign a folder of packages (config/install/wheels.sh); prints the public key.

    The key lies in a folder of its own, and is made at the first call: keep it off the sets.
    """
    from klasgenoot.upkeep.update import UpdateError
    from klasgenoot.upkeep.update_command import sign
    from signaling.keyfile import KeyFileError, load_or_make

    try:
        click.echo(sign(folder, load_or_make(key_folder)))
    except (UpdateError, KeyFileError) as error:
        fail(str(error))
    except OSError as error:
        fail(f"{error.filename}: {error.strerror}")


def _write(report: str, text: str) -> None:
    try:
        Path(report).write_text(text, encoding="utf-8")
    except OSError as error:
        fail(f"cannot write {report}: {error.strerror}")
    click.echo(f"report: {report}")
