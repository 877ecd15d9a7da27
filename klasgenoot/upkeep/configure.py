"""Which of the devices found become the set's, and the settings file that says so. Pure."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from hardware.devices import Device
from hardware.visca_find import Found

Tables = dict[str, dict[str, Any]]

PTZ_LINK = "/dev/klasgenoot/ptz"
_FALLBACK_PROFILE = "evi-d70"
_LAMPS = ("klasgenoot", "blink", "luxafor", "delcom", "busylight")
"""Words in the names of lamps that are for a question; a keyboard's lamps are not."""

_HEAD = """\
# The settings of this set, written by `klasgenoot configure`; change them here and start the set
# again. Every key that may stand here, with its unit: config/sample.toml.
"""


def settings_of(
    devices: Sequence[Device], ptz: Found | None, before: Mapping[str, Mapping[str, Any]]
) -> Tables:
    """What was found, over what stood in the file; what was not found stays as it was."""
    tables: Tables = {section: dict(table) for section, table in before.items()}
    first = {device.kind: device for device in reversed(devices) if device.kind != "light"}
    if "video" in first:
        tables.setdefault("camera", {})["source"] = f"v4l2:{first['video'].address}"
    if ptz is not None:
        table = tables.setdefault("ptz", {})
        table |= {"driver": "visca", "port": PTZ_LINK, "baud": ptz.baud}
        table["profile"] = ptz.profile or table.get("profile", _FALLBACK_PROFILE)
    if lamp := next((d for d in devices if _is_lamp(d)), None):
        tables["light"] = {"driver": "led", "path": lamp.address}
    return tables


def missing(devices: Sequence[Device], ptz: Found | None) -> list[str]:
    """What a set has and this machine has not, in the monteur's words."""
    kinds = {device.kind for device in devices}
    found = {
        "de camera (USB-kabel of grabber)": "video" in kinds,
        "de besturing van de camera (seriële kabel)": ptz is not None,
        "de vraaglamp": any(map(_is_lamp, devices)),
        "een microfoon": "microphone" in kinds,
    }
    return [name for name, there in found.items() if not there]


def _is_lamp(device: Device) -> bool:
    return device.kind == "light" and any(word in device.name.lower() for word in _LAMPS)


def toml(tables: Mapping[str, Mapping[str, Any]]) -> str:
    """A settings file. Texts, numbers and booleans only, which is all that settings hold."""
    parts = [_HEAD]
    for section, table in tables.items():
        lines = [f"{key} = {_value(value)}" for key, value in table.items()]
        parts.append("\n".join([f"[{section}]", *lines]) + "\n")
    return "\n".join(parts)


def _value(value: object) -> str:
    if isinstance(value, str):
        # TOML's basic strings are JSON's, but for the sign 7Fh, which JSON leaves as it is.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return json.dumps(value)


def udev_rule(properties: Mapping[str, str]) -> str:
    """The line that gives this serial adapter the name PTZ_LINK; "" when nothing tells it apart.

    `properties` are those of udev for the port. An adapter without a serial number of its own is
    known by the socket it is in.
    """
    for name in ("ID_SERIAL_SHORT", "ID_PATH"):
        value = properties.get(name, "")
        if value and value.isascii() and not set(value) & set('"*?[]|\\\n'):
            both = f'ENV{{{name}}}=="{value}"'
            return (
                "# The serial line of the camera; written by `klasgenoot configure`.\n"
                f'SUBSYSTEM=="tty", {both}, SYMLINK+="klasgenoot/ptz"\n'
            )
    return ""


def udev_properties(text: str) -> dict[str, str]:
    """What `udevadm info --query=property` printed."""
    pairs = (line.partition("=") for line in text.splitlines())
    return {name: value for name, equals, value in pairs if equals}
