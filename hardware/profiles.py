"""What differs between camera models: one row a model.

Sources: Sony technical manuals of the EVI-D70 (pages 42, 54), EVI-D100 (page 44: speeds) and
EVI-D80/D90 (pages 20, 46: ranges, and no Stop during an absolute move); for the PTZOptics family
the tables of the Telycam TLC-700-S manual, which has the same counts; data sheets of the others. A
figure marked ≈ is an estimate: measure it on the camera at hand before trusting it.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass
from itertools import pairwise

ASPECT = 9 / 16  # height to width of the picture


class UnknownProfileError(ValueError):
    """No such camera model; the message lists the known ones."""


@dataclass(frozen=True, slots=True)
class Profile:
    """One camera model. Angles in degrees (pan + right, tilt + up), speeds in degrees a second."""

    name: str
    counts_per_degree: float
    pan_min: float
    pan_max: float
    tilt_min: float
    tilt_max: float
    wide_hfov: float
    """Horizontal field of view with the lens fully wide."""
    zoom_table: tuple[tuple[int, float], ...]
    """Zoom counts → magnification, both rising, the first (0, 1.0)."""
    pan_speeds: tuple[float, ...]
    """Of step 1, 2, …; at most 24 steps."""
    tilt_speeds: tuple[float, ...]
    """Of step 1, 2, …; at most 20 steps."""
    stop_ends_targeted: bool
    """Whether Stop ends an absolute move, home or recall; if not, only Cancel does."""
    presets: int
    """Presets are numbered 0 … presets − 1."""

    @property
    def max_zoom(self) -> float:
        """The largest optical magnification."""
        return self.zoom_table[-1][1]

    @property
    def pan_range(self) -> tuple[float, float]:
        """From the leftmost to the rightmost pan."""
        return self.pan_min, self.pan_max

    @property
    def tilt_range(self) -> tuple[float, float]:
        """From the lowest to the highest tilt."""
        return self.tilt_min, self.tilt_max

    def counts(self, degrees: float) -> int:
        """Degrees as the camera counts them."""
        return round(degrees * self.counts_per_degree)

    def degrees(self, counts: int) -> float:
        """The camera's counts as degrees."""
        return counts / self.counts_per_degree

    def clamp_pan(self, degrees: float) -> float:
        """The nearest pan this model can reach."""
        return min(max(degrees, self.pan_min), self.pan_max)

    def clamp_tilt(self, degrees: float) -> float:
        """The nearest tilt this model can reach."""
        return min(max(degrees, self.tilt_min), self.tilt_max)

    def magnification(self, counts: float) -> float:
        """Zoom counts → magnification ≥ 1, clamped to the table."""
        table = self.zoom_table
        counts = min(max(counts, table[0][0]), table[-1][0])
        for (low, at_low), (high, at_high) in pairwise(table):
            if counts <= high:
                # Between two rows the logarithm is nearly straight in every lens table.
                share = (counts - low) / (high - low)
                return float(at_low * (at_high / at_low) ** share)
        raise AssertionError("clamped above")

    def zoom_counts(self, magnification: float) -> int:
        """Magnification → zoom counts, clamped to the table."""
        table = self.zoom_table
        magnification = min(max(magnification, table[0][1]), table[-1][1])
        for (low, at_low), (high, at_high) in pairwise(table):
            if magnification <= at_high:
                share = math.log(magnification / at_low) / math.log(at_high / at_low)
                return round(low + share * (high - low))
        raise AssertionError("clamped above")

    def pan_step(self, speed: float) -> int:
        """Degrees a second → the nearest signed step; too fast is clamped."""
        return _step(self.pan_speeds, speed)

    def tilt_step(self, speed: float) -> int:
        """Degrees a second → the nearest signed step; too fast is clamped."""
        return _step(self.tilt_speeds, speed)

    def pan_speed(self, step: int) -> float:
        """Signed step → degrees a second; a step past the table runs at its end."""
        return _speed(self.pan_speeds, step)

    def tilt_speed(self, step: int) -> float:
        """Signed step → degrees a second; a step past the table runs at its end."""
        return _speed(self.tilt_speeds, step)


def _step(speeds: tuple[float, ...], speed: float) -> int:
    ladder = (0.0, *speeds)
    size = abs(speed)
    above = min(bisect_left(ladder, size), len(ladder) - 1)
    below = max(above - 1, 0)
    nearest = below if size - ladder[below] < ladder[above] - size else above
    return -nearest if speed < 0 else nearest


def _speed(speeds: tuple[float, ...], step: int) -> float:
    size = (0.0, *speeds)[min(abs(step), len(speeds))]
    return -size if step < 0 else size


def _even(power: float) -> tuple[tuple[int, float], ...]:
    """A lens of which only the end is known: the logarithm rises evenly."""
    return (0, 1.0), (0x4000, power)


def _geometric(slowest: float, fastest: float, steps: int) -> tuple[float, ...]:
    ratio = (fastest / slowest) ** (1 / (steps - 1))
    return tuple(slowest * ratio**step for step in range(steps))


# The 18× lens block of Sony's EVI-D70 and EVI-D80.
_SONY_18 = (
    *((0x0000, 1.0), (0x1606, 2.0), (0x2151, 3.0), (0x2860, 4.0), (0x2CB5, 5.0), (0x3060, 6.0)),
    *((0x32D3, 7.0), (0x3545, 8.0), (0x3727, 9.0), (0x38A9, 10.0), (0x3A42, 11.0), (0x3B4B, 12.0)),
    *((0x3C85, 13.0), (0x3D75, 14.0), (0x3E4E, 15.0), (0x3EF7, 16.0), (0x3FA0, 17.0)),
    (0x4000, 18.0),
)
# ≈ EVI-D100, 10×: only 8D0h (from the D30 translation, page 42) and both ends are known.
_SONY_10 = ((0, 1.0), (0x08D0, 1.404), (0x169C, 2.29), (0x2468, 3.75), (0x3234, 6.12), (0x4000, 10))
# ≈ PTZOptics 20×: the Sony curve stretched to 20.
_OPTICS_20 = tuple((at, power ** (math.log(20) / math.log(18))) for at, power in _SONY_18)
_D100_SPEEDS = (
    *(2.0, 2.4, 3.0, 3.7, 4.7, 6.1, 7.4, 9.1, 11.0, 14.0, 18.0, 22.0, 27.0, 34.0, 42.0, 52.0),
    *(65.0, 81.0, 100.0, 125.0, 155.0, 190.0, 240.0, 300.0),
)
_OPTICS_PAN = (
    *(1.0, 1.5, 2.2, 2.4, 2.6, 2.8, 3.0, 3.2, 3.4, 3.8, 4.5, 6.0, 9.0, 15.0, 19.0, 25.0, 32.0),
    *(38.0, 45.0, 58.0, 75.0, 88.0, 105.0, 120.0),
)
_OPTICS_TILT = (
    *(1.0, 1.5, 2.2, 3.6, 4.7, 6.0, 8.0, 10.0, 12.0, 15.0, 18.0, 23.0, 30.0, 39.0, 48.0, 59.0),
    *(69.0, 80.0),
)

_ROWS = (
    Profile(
        name="evi-d70",
        counts_per_degree=40 / 3,  # 08DBh = 170°
        pan_min=-170,
        pan_max=170,
        tilt_min=-30,
        tilt_max=90,
        wide_hfov=48,
        zoom_table=_SONY_18,
        pan_speeds=_geometric(1.5, 100, 24),  # ≈ the ends only
        tilt_speeds=_geometric(1.5, 90, 20),  # ≈ the ends only
        stop_ends_targeted=False,
        presets=6,
    ),
    Profile(
        name="evi-d100",
        counts_per_degree=14.4,  # 05A0h = 100°
        pan_min=-100,
        pan_max=100,
        tilt_min=-25,
        tilt_max=25,
        wide_hfov=65,
        zoom_table=_SONY_10,
        pan_speeds=_D100_SPEEDS,
        tilt_speeds=_D100_SPEEDS[:20],
        stop_ends_targeted=False,
        presets=6,
    ),
    Profile(
        name="evi-d80",  # the D90 too, but for its 28× lens
        counts_per_degree=136 / 3,  # 1E1Bh = 170°, 0FF0h = 90°
        pan_min=-170,
        pan_max=170,
        tilt_min=-20,
        tilt_max=90,
        wide_hfov=48,
        zoom_table=_SONY_18,
        pan_speeds=_D100_SPEEDS,  # ≈
        tilt_speeds=_D100_SPEEDS[:20],  # ≈
        stop_ends_targeted=False,
        presets=6,
    ),
    Profile(
        name="ptzoptics",
        counts_per_degree=14.4,  # 0990h = 170°, 0510h = 90°
        pan_min=-170,
        pan_max=170,
        tilt_min=-30,
        tilt_max=90,
        wide_hfov=60.7,
        zoom_table=_OPTICS_20,
        pan_speeds=_OPTICS_PAN,
        tilt_speeds=_OPTICS_TILT,
        stop_ends_targeted=True,  # ≈
        presets=128,
    ),
    Profile(
        name="srg-300",  # Sony SRG-300H/301H/300SE: VISCA over IP with Sony's header
        counts_per_degree=51.2,  # ≈ DE00h…2200h over ±170°
        pan_min=-170,
        pan_max=170,
        tilt_min=-20,
        tilt_max=90,
        wide_hfov=65,  # ≈
        zoom_table=_even(30),  # ≈ f = 4.3…129 mm is the manual's, the steps between are not
        pan_speeds=_geometric(1.1, 100, 24),  # ≈
        tilt_speeds=_geometric(1.1, 90, 20),  # ≈
        stop_ends_targeted=False,  # ≈
        presets=16,
    ),
    Profile(
        name="ptz-pro-2",  # Logitech, UVC; a Rally turns less far
        counts_per_degree=1,  # the driver `uvc` counts in arc seconds
        pan_min=-130,
        pan_max=130,
        tilt_min=-65,  # ≈ 130° in all
        tilt_max=65,
        wide_hfov=82,  # ≈
        zoom_table=_even(10),
        pan_speeds=_geometric(2, 60, 24),  # ≈
        tilt_speeds=_geometric(2, 60, 20),  # ≈
        stop_ends_targeted=True,
        presets=3,
    ),
    Profile(
        name="bcc950",  # Logitech, UVC with speeds only
        counts_per_degree=1,
        pan_min=-90,
        pan_max=90,
        tilt_min=-27,  # ≈ 55° in all
        tilt_max=27,
        wide_hfov=68,  # ≈
        zoom_table=_even(4),  # ≈ digital
        pan_speeds=(30.0,),  # ≈ it has one
        tilt_speeds=(20.0,),  # ≈
        stop_ends_targeted=True,
        presets=1,
    ),
    Profile(
        name="dome",  # ≈ any ONVIF or Pelco-D camera of which nothing is known
        counts_per_degree=100,
        pan_min=-170,
        pan_max=170,
        tilt_min=-30,
        tilt_max=90,
        wide_hfov=60,
        zoom_table=_even(20),
        pan_speeds=_geometric(0.5, 100, 24),
        tilt_speeds=_geometric(0.5, 80, 20),
        stop_ends_targeted=True,
        presets=32,
    ),
    Profile(
        name="sim",
        counts_per_degree=14.4,
        pan_min=-170,
        pan_max=170,
        tilt_min=-30,
        tilt_max=90,
        wide_hfov=48,  # as the classroom is drawn (klasgenoot/media/projection.py)
        zoom_table=((0, 1.0), (0x4000, 12.0)),
        pan_speeds=_geometric(1.0, 100, 24),
        tilt_speeds=_geometric(1.0, 80, 20),
        stop_ends_targeted=False,  # the harder case, so that it is tried every day
        presets=16,
    ),
)
PROFILES = {row.name: row for row in _ROWS}


def find_profile(name: str) -> Profile:
    """The profile of that name; UnknownProfileError."""
    if name not in PROFILES:
        raise UnknownProfileError(f"no camera profile {name!r}; known: {', '.join(PROFILES)}")
    return PROFILES[name]


def vertical_fov(horizontal_deg: float) -> float:
    """Vertical field of view in degrees of a 16:9 picture with this horizontal one."""
    return math.degrees(2 * math.atan(math.tan(math.radians(horizontal_deg) / 2) * ASPECT))
