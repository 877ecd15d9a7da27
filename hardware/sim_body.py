"""The virtual head itself: three motors and what they hold, whatever protocol moves them. Pure."""

from __future__ import annotations

from hardware.motion import Position
from hardware.profiles import Profile
from hardware.sim_axis import Axis

HEAD_ACCELERATION = 600.0  # °/s²: full speed in a sixth of a second, like an EVI-D70
LENS_END = 0x4000
LENS_ACCELERATION = 4.0 * LENS_END
LENS_SECONDS = (16.0, 11.0, 8.0, 6.0, 4.5, 3.5, 2.7, 2.2)  # end to end at p = 0…7
SEEK_PAN, SEEK_TILT = 100.0, 80.0  # °/s of home and recall
SEEK_LENS = LENS_END / LENS_SECONDS[-1]


class SimBody:
    """Motors that obey at once; the protocol on top may refuse first."""

    def __init__(self, profile: Profile) -> None:
        """At pan 0, tilt 0, fully wide."""
        self.profile = profile
        self.pan = Axis(profile.pan_min, profile.pan_max, HEAD_ACCELERATION)
        self.tilt = Axis(profile.tilt_min, profile.tilt_max, HEAD_ACCELERATION)
        self.lens = Axis(0, LENS_END, LENS_ACCELERATION)
        self.presets: dict[int, tuple[float, float, float]] = {}
        self._now: float | None = None

    @property
    def position(self) -> Position:
        """Where the head looks."""
        zoom = self.profile.magnification(self.lens_counts)
        return Position(self.pan.position, self.tilt.position, zoom)

    @property
    def lens_counts(self) -> float:
        """The lens as its model counts it."""
        return self.lens.position / LENS_END * self.profile.zoom_table[-1][0]

    @property
    def moving(self) -> bool:
        """Whether any axis turns."""
        return self.pan.moving or self.tilt.moving or self.lens.moving

    def advance(self, now: float) -> None:
        """Let the motors run until now (seconds, monotonic)."""
        passed = 0.0 if self._now is None else now - self._now
        self._now = now
        for axis in (self.pan, self.tilt, self.lens):
            axis.advance(passed)

    def drive(self, pan_dps: float, tilt_dps: float) -> None:
        """Turn until told otherwise."""
        self.pan.drive(pan_dps)
        self.tilt.drive(tilt_dps)

    def zoom(self, speed: float) -> None:
        """Zoom until told otherwise, −1…1 of the fastest."""
        self.lens.drive(speed * SEEK_LENS)

    def look(self, pan_deg: float, tilt_deg: float) -> None:
        """Turn to a direction."""
        self.pan.go(pan_deg, SEEK_PAN)
        self.tilt.go(tilt_deg, SEEK_TILT)

    def zoom_to(self, share: float) -> None:
        """Zoom to a share 0…1 of the way from wide to tele."""
        self.lens.go(share * LENS_END, SEEK_LENS)

    def stop(self) -> None:
        """Brake everything."""
        self.drive(0, 0)
        self.lens.drive(0)

    def store(self, number: int) -> None:
        """Keep where it looks."""
        self.presets[number] = self.pan.position, self.tilt.position, self.lens.position

    def recall(self, number: int) -> None:
        """Turn to what was kept; KeyError."""
        pan, tilt, lens = self.presets[number]
        self.look(pan, tilt)
        self.lens.go(lens, SEEK_LENS)
