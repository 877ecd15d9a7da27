"""What this machine has to offer: serial ports, cameras, lamps, microphones.

Only looks; opens nothing. Every place is under an injectable root.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from serial.tools import list_ports

PACTL_S = 2.0  # a sound server that starts up answers in a second; a hung one must not hang us

_CARD = re.compile(r"^\s*(\d+) \[(\S+)\s*\]: (.*)$")  # /proc/asound/cards, the first line of two

# USB vendors whose lamps busylight-core knows and the kernel does not show as an LED folder.
_LAMP_VENDORS = {
    "27B8": "ThingM blink(1)",
    "27BB": "Kuando Busylight",
    "2C0D": "Embrava Blynclight",
    "0FC5": "Delcom",
    "20A0": "BlinkStick or MuteMe",
    "16C0": "MuteMe",
}
_HID_ID = re.compile(r"^HID_ID=\w+:0000([0-9A-F]{4}):0000[0-9A-F]{4}$", re.MULTILINE)
_HID_NAME = re.compile(r"^HID_NAME=(.*)$", re.MULTILINE)

Kind = Literal["serial", "video", "light", "microphone", "camera"]


@dataclass(frozen=True, slots=True)
class Device:
    """One thing: a name for a person, the address for the settings, and what else is known."""

    kind: Kind
    name: str
    address: str
    detail: str


def find_devices(root: Path = Path("/")) -> list[Device]:
    """Everything found under root; what cannot be read is left out. Takes at most ~2 s."""
    here = root == Path("/")
    return [
        *_serial_ports(root, scan=here),
        *_video(root),
        *_lights(root),
        *_usb_lights(root),
        *_pins(root),
        *_cards(root),
        *(_sound_sources() if here else ()),
    ]


def _serial_ports(root: Path, *, scan: bool) -> Iterator[Device]:
    stable = {}
    for link in _entries(root / "dev/serial/by-id"):
        stable[link.resolve()] = link
        yield Device("serial", link.name, str(link), str(link.resolve()))
    for port in list_ports.comports() if scan else ():
        if Path(port.device).resolve() not in stable:  # by-id survives another socket
            yield Device("serial", port.description, port.device, port.hwid)


def _video(root: Path) -> Iterator[Device]:
    stable = set()
    for link in _entries(root / "dev/v4l/by-id"):
        node = link.resolve()
        if link.name.endswith("-index0"):  # the others carry metadata, no pictures
            stable.add(node.name)
            name = _text(root / "sys/class/video4linux" / node.name / "name") or link.name
            yield Device("video", name, str(link), str(node))
    for folder in _entries(root / "sys/class/video4linux"):
        first = _text(folder / "index") in ("0", "")
        if folder.name not in stable and first:
            node = root / "dev" / folder.name
            yield Device("video", _text(folder / "name") or folder.name, str(node), str(node))


def _lights(root: Path) -> Iterator[Device]:
    for folder in _entries(root / "sys/class/leds"):
        if (folder / "brightness").exists():
            detail = f"max_brightness {_text(folder / 'max_brightness') or 'unknown'}"
            yield Device("light", folder.name, str(folder), detail)


def _usb_lights(root: Path) -> Iterator[Device]:
    for folder in _entries(root / "sys/class/hidraw"):
        text = _text(folder / "device/uevent")
        vendor, name = _HID_ID.search(text), _HID_NAME.search(text)
        if vendor and vendor[1] in _LAMP_VENDORS:
            maker = _LAMP_VENDORS[vendor[1]]
            shown = name[1] if name else maker
            yield Device("light", shown, f"/dev/{folder.name}", f"driver busylight: {maker}")


def _pins(root: Path) -> Iterator[Device]:
    for node in _entries(root / "dev"):
        if re.fullmatch(r"gpiochip\d+", node.name):
            label = _text(root / "sys/bus/gpio/devices" / node.name / "label") or node.name
            yield Device("light", label, str(node), "driver gpio: light.path is a pin, as GPIO17")


def _cards(root: Path) -> Iterator[Device]:
    for line in _text(root / "proc/asound/cards").splitlines():
        if match := _CARD.match(line):
            number, short, name = match.groups()
            captures = [f.name for f in _entries(root / f"proc/asound/card{number}") if _is_in(f)]
            if captures:
                yield Device("microphone", name, f"hw:{short}", ", ".join(captures))


def _is_in(stream: Path) -> bool:
    return re.fullmatch(r"pcm\d+c", stream.name) is not None  # c = capture, p = playback


def _sound_sources() -> Iterator[Device]:
    pactl = shutil.which("pactl")
    if pactl is None:
        return
    try:
        answer = subprocess.run(  # noqa: S603  a fixed command
            [pactl, "list", "short", "sources"],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=PACTL_S,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return
    yield from parse_sources(answer.stdout)


def parse_sources(text: str) -> Iterator[Device]:
    """The lines of `pactl list short sources`, without what only listens to our own output."""
    for line in text.splitlines():
        fields = line.split("\t")
        if len(fields) >= 4 and not fields[1].endswith(".monitor"):
            yield Device("microphone", fields[1], fields[1], fields[3])


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _text(path: Path) -> str:
    try:
        return path.read_text(errors="replace").rstrip("\n").strip(" ")
    except OSError:
        return ""
