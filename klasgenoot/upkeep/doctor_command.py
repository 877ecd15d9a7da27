"""`klasgenoot doctor`: the table for a person, or one line of JSON for the helpdesk."""

import asyncio
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Table

from config.settings import Settings, SettingsError, load
from klasgenoot.upkeep import doctor
from klasgenoot.upkeep.doctor import Finding
from klasgenoot.upkeep.doctor_look import look
from signaling.keyfile import KeyFileError, as_owner, load_or_make
from signaling.reach import Reach
from signaling.reach_probe import probe

EXIT = {"good": 0, "unknown": 1, "wrong": 2}

_WORDS = {"good": "goed", "wrong": "niet goed", "unknown": "niet te zien"}
_COLOURS = {"good": "green", "wrong": "bold red", "unknown": "yellow"}
_TOLD = {
    "good": "Alles wat nodig is, werkt.",
    "wrong": "Niet alles werkt. Begin bij het bovenste dat niet goed is.",
    "unknown": "Niets is stuk gevonden, maar niet alles was te zien.",
}


def own_version() -> str:
    """Of the installed package; "" when it runs from its source."""
    try:
        return version("klasgenoot")
    except PackageNotFoundError:
        return ""


def findings(path: str | None, network: bool) -> list[Finding]:
    """Everything, also when the settings are wrong: then that is the finding."""
    try:
        settings = load(path)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return [Finding("settings", "wrong", "settings_wrong")]
    return look(settings, reach_of(settings) if network else None)


def reach_of(settings: Settings) -> Reach | None:
    """What a probe of the network finds; None without a key to log in with."""
    folder = Path(settings.unit.state_dir)
    try:
        if not (folder / "device.key").exists():  # a look makes no key
            return None
        with as_owner(folder):
            key = load_or_make(folder, settings.unit.keys == "auto")
    except (KeyFileError, OSError):
        return None
    return asyncio.run(probe(settings.link, key, "unit", lambda _: None))


def tell(path: str | None, network: bool, as_json: bool) -> int:
    """Print it; the exit code."""
    if as_json:
        found = findings(path, network)
        print(msgspec.json.encode(doctor.report(found, own_version())).decode())
        return EXIT[doctor.verdict(found)]
    console = Console()
    with console.status("nakijken"):
        found = findings(path, network)
    table = Table("onderdeel", "", "wat te doen", "bijzonderheden")
    for one in found:
        state = f"[{_COLOURS[one.state]}]{_WORDS[one.state]}[/]"
        table.add_row(doctor.NAMES[one.name], state, one.advice, one.detail)
    console.print(table)
    state = doctor.verdict(found)
    console.print(_TOLD[state])
    return EXIT[state]
