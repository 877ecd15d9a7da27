"""The driver `none`: a camera on a fixed mount."""

from __future__ import annotations

from hardware.camera import Wiring
from hardware.motion import (
    Health,
    HealthCallback,
    Position,
    check_drive,
    check_preset,
    check_target,
)
from hardware.profiles import Profile


class FixedCamera:
    """Refuses nonsense like every driver, and otherwise says that it cannot move."""

    def __init__(
        self,
        wiring: Wiring,
        profile: Profile,
        deadman_s: float,
        on_change: HealthCallback | None = None,
    ) -> None:
        """Takes what every driver takes; only the profile's field of view matters."""
        self.profile = profile

    def start(self) -> None:
        """Nothing to look for."""

    def drive(self, pan_dps: float, tilt_dps: float, zoom: float) -> None:
        """Does not move."""
        check_drive(pan_dps, tilt_dps, zoom)

    def stop(self) -> None:
        """Stands still already."""

    def move_to(self, pan_deg: float, tilt_deg: float, zoom: float | None) -> None:
        """Does not move."""
        check_target(pan_deg, tilt_deg, zoom)

    def home(self) -> None:
        """Does not move."""

    def preset(self, number: int, store: bool) -> None:
        """Does not move."""
        check_preset(number, self.profile.presets)

    def position(self) -> Position | None:
        """Unknown: nobody measures a fixed mount."""
        return None

    def health(self) -> Health:
        """Always `fixed`."""
        return Health("fixed", "this camera cannot move")

    def close(self) -> None:
        """Nothing to let go."""
