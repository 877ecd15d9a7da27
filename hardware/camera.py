"""The camera interface, and the table of drivers that fill it.

Imports nothing that needs a port: a driver is loaded when it is asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Protocol

from hardware.motion import Health, HealthState, MotionError, Position
from hardware.profiles import Profile, find_profile

__all__ = [
    "DRIVERS",
    "Camera",
    "Health",
    "HealthState",
    "MotionError",
    "Position",
    "UnknownDriverError",
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


HealthCallback = Callable[[Health], None]

DRIVERS = {
    "visca": "hardware.serial_camera:SerialCamera",
    "none": "hardware.fixed_camera:FixedCamera",
}


def open_camera(
    driver: str,
    port: str,
    baud: int,
    profile: str,
    *,
    deadman_s: float = 0.4,
    on_change: HealthCallback | None = None,
) -> Camera:
    """Make (not start) a camera; UnknownDriverError, UnknownProfileError, or ValueError.

    `on_change` is called from the driver's thread whenever the health changes.
    """
    if driver not in DRIVERS:
        raise UnknownDriverError(f"no camera driver {driver!r}; known: {', '.join(DRIVERS)}")
    module, name = DRIVERS[driver].split(":")
    kind = getattr(import_module(module), name)
    camera: Camera = kind(port, baud, find_profile(profile), deadman_s, on_change)
    return camera
