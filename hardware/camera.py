"""The camera interface, and the table of drivers that fill it.

Imports nothing that needs a port: a driver is loaded when it is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import import_module
from typing import Protocol

from hardware.motion import Health, HealthCallback, HealthState, MotionError, Position
from hardware.profiles import Profile, find_profile

__all__ = [
    "DRIVERS",
    "Camera",
    "Health",
    "HealthCallback",
    "HealthState",
    "MotionError",
    "Position",
    "UnknownDriverError",
    "Wiring",
    "open_camera",
]


class UnknownDriverError(ValueError):
    """No such driver; the message lists the known ones."""


class Camera(Protocol):
    """A camera on a head. Every method may be called from any thread and returns at once.

    Requests are dropped while the head is not `ready`; input that makes no sense stops the head
    and raises MotionError; a legal value past the model's reach is clamped.
    """

    @property
    def profile(self) -> Profile:
        """The model: ranges, speeds, lens."""

    def start(self) -> None:
        """Begin to look for the camera; it is stopped as soon as it is found."""

    def drive(self, pan_dps: float, tilt_dps: float, zoom: float) -> None:
        """Turn (degrees a second) and zoom (−1…1, + in); must be repeated within the dead man.

        All zero ends a drive, and leaves a move to a target alone.
        """

    def stop(self) -> None:
        """Stand still, whatever the head is doing."""

    def move_to(self, pan_deg: float, tilt_deg: float, zoom: float | None) -> None:
        """Turn to a direction (degrees); zoom is a magnification ≥ 1, None leaves the lens."""

    def home(self) -> None:
        """Turn to pan 0, tilt 0, fully wide."""

    def preset(self, number: int, store: bool) -> None:
        """Recall a preset, or store where the head looks now."""

    def position(self) -> Position | None:
        """Where the head looked at the last answer, None if unknown."""

    def health(self) -> Health:
        """Whether the head answers."""

    def close(self) -> None:
        """Stop, wait at most 0.5 s for the head to confirm, let the port go."""


@dataclass(frozen=True, slots=True)
class Wiring:
    """Where a camera hangs; each driver reads what concerns it."""

    port: str
    """A device path, `tcp://HOST`, `udp://HOST`, `sony://HOST` or `http://HOST/…`."""
    baud: int = 9600
    address: int = 1
    """On a line with several cameras, 1…255."""
    user: str = ""
    password: str = field(default="", repr=False)


DRIVERS = {
    "visca": "hardware.serial_line:visca",
    "none": "hardware.fixed_camera:FixedCamera",
    "visca-ip": "hardware.network_cameras:visca_ip",
    "pelco-d": "hardware.serial_line:pelco_d",
    "onvif": "hardware.network_cameras:onvif",
    "uvc": "hardware.uvc_line:uvc",
}


def open_camera(
    driver: str,
    port: str,
    baud: int,
    profile: str,
    *,
    deadman_s: float = 0.4,
    on_change: HealthCallback | None = None,
    address: int = 1,
    user: str = "",
    password: str = "",
) -> Camera:
    """Make (not start) a camera; UnknownDriverError, UnknownProfileError, or ValueError.

    `on_change` is called from the driver's thread whenever the health changes.
    """
    if driver not in DRIVERS:
        raise UnknownDriverError(f"no camera driver {driver!r}; known: {', '.join(DRIVERS)}")
    module, name = DRIVERS[driver].split(":")
    make = getattr(import_module(module), name)
    wiring = Wiring(port, baud, address, user, password)
    camera: Camera = make(wiring, find_profile(profile), deadman_s, on_change)
    return camera
