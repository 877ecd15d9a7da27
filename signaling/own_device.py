"""The device that this process runs on: what it is, its key, its folder, its way to the server."""

from dataclasses import dataclass
from pathlib import Path

from config.settings import Link
from signaling.identity import DeviceKey
from signaling.messages import Role


@dataclass(frozen=True)
class OwnDevice:
    """Given to whatever pairs or un-pairs it."""

    role: Role
    key: DeviceKey
    directory: Path
    link: Link
