"""`klasgenoot configure`: looks for what hangs on the trolley and writes the settings file."""

import subprocess
from collections.abc import Iterable
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from config.settings import SettingsError, parse, read
from hardware.devices import Device, find_devices
from hardware.visca_find import Found, ask
from klasgenoot.upkeep import configure
from signaling import small_files
from signaling.commands import fail

_RULE = Path("/etc/udev/rules.d/71-klasgenoot-ptz.rules")
_UDEV_S = 10.0


def configure_and_tell(
    path: Path, given: dict[tuple[str, str], str], root: Path = Path("/")
) -> bool:
    """Whether all parts were found; `given` are settings that the monteur typed."""
    console = Console()
    with console.status("zoeken"):
        devices = find_devices(root)
        ptz = find_ptz(devices)
    table = Table("soort", "naam", "adres")
    for device in devices:
        table.add_row(device.kind, device.name, device.address)
    if ptz:
        table.add_row("ptz", ptz.version, f"{ptz.port} {ptz.baud} baud")
    console.print(table)
    tables = configure.settings_of(devices, ptz, _before(path))
    for (section, key), text in given.items():
        tables.setdefault(section, {})[key] = text
    try:
        parse(tables)
        small_files.replace(path, configure.toml(tables).encode())
        path.chmod(0o644)  # no secret stands in it
        if ptz:
            _name(Path(ptz.port), root / _RULE.relative_to("/"))
    except SettingsError as error:
        fail(str(error))
    except OSError as error:
        fail(f"kan {path} niet schrijven ({error.strerror}): geef dit als beheerder (sudo)")
    absent = configure.missing(devices, ptz)
    for name in absent:
        console.print(f"niet gevonden: {name}")
    return not absent


def find_ptz(devices: Iterable[Device]) -> Found | None:
    """The first serial port that a VISCA camera answers on."""
    ports = [device.address for device in devices if device.kind == "serial"]
    return next((found for port in ports if (found := ask(port))), None)


def _before(path: Path) -> dict[str, dict[str, object]]:
    try:
        return read(path.read_bytes(), path.name)
    except FileNotFoundError:
        return {}
    except SettingsError as error:
        fail(str(error))
    except OSError as error:
        fail(f"{path}: {error.strerror}")


def _name(port: Path, rule: Path) -> None:
    """Give the adapter its name, now and at every start."""
    query = ["udevadm", "info", "--query=property", f"--name={port.resolve()}"]
    try:
        told = subprocess.run(  # noqa: S603 - a fixed command
            query, capture_output=True, text=True, errors="replace", timeout=_UDEV_S, check=True
        )
    except (OSError, subprocess.SubprocessError):
        click.echo("udev zegt niets over deze kabel: zet zelf [ptz] port in de instellingen")
        return
    line = configure.udev_rule(configure.udev_properties(told.stdout))
    if not line:
        click.echo("deze kabel heeft geen eigen kenmerk: zet zelf [ptz] port in de instellingen")
        return
    rule.parent.mkdir(parents=True, exist_ok=True)
    rule.write_text(line)
    for words in (["control", "--reload"], ["trigger", "--action=change", str(port.resolve())]):
        subprocess.run(["udevadm", *words], timeout=_UDEV_S, check=False)  # noqa: S603, S607
