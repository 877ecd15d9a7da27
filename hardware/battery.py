"""Mains and batteries, as the kernel tells them in /sys/class/power_supply (see its ABI text).

`read` takes the folder, `judge` is pure. What is not told is None and never a fault: a set on
mains has no battery, and many microphone receivers report nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from hardware.small_reads import folders, number, text

LOW_PERCENT = 20
_ENOUGH_PERCENT = 23
"""A battery that is charged from low is told so until here, or it would flap."""

_LEVELS = {"critical": 5, "low": 15, "normal": 60, "high": 80, "full": 100}
"""`capacity_level` of devices that know no percentage."""

Verdict = Literal["good", "on_battery", "low"]


@dataclass(frozen=True)
class Supply:
    """One power supply. `percent` 0…100, None where it is not told; `own` is False for the
    battery of a microphone, remote control or mouse."""

    battery: bool
    own: bool = True
    percent: int | None = None
    charging: bool = False
    online: bool | None = None
    """Of mains: whether the plug is in."""


@dataclass(frozen=True)
class Power:
    """What a person is told."""

    verdict: Verdict = "good"
    percent: int | None = None
    charging: bool = False
    device_low: bool = False


def read(root: Path) -> list[Supply]:
    """All supplies under `root`; rubbish in it is left out."""
    found = [_supply(folder) for folder in folders(root)]
    return [supply for supply in found if supply is not None]


def judge(supplies: Iterable[Supply], before: Power | None = None) -> Power:
    """`before` is the last judgement, so that a word doesn't come and go at the border."""
    before = before or Power()
    supplies = list(supplies)
    own = [s.percent for s in supplies if s.battery and s.own and s.percent is not None]
    others = [
        s.percent for s in supplies if s.battery and not s.own and s.percent is not None
        and not s.charging
    ]  # fmt: skip
    charging = any(s.battery and s.own and s.charging for s in supplies)
    plugs = [s.online for s in supplies if not s.battery and s.online is not None]
    device_limit = _ENOUGH_PERCENT if before.device_low else LOW_PERCENT
    device_low = bool(others) and min(others) < device_limit
    if not own:
        return Power(device_low=device_low)
    percent = min(own)
    unplugged = not charging and (any(plugs) is False if plugs else percent < 100)
    limit = _ENOUGH_PERCENT if before.verdict == "low" else LOW_PERCENT
    verdict: Verdict = "good"
    if unplugged:
        verdict = "low" if percent < limit else "on_battery"
    return Power(verdict, percent, charging, device_low)


def _supply(folder: Path) -> Supply | None:
    kind = text(folder / "type")
    if kind in ("Mains", "USB"):
        online = number(folder / "online")
        return Supply(battery=False, online=None if online is None else online == 1)
    if kind != "Battery" or number(folder / "present") == 0:
        return None
    percent = number(folder / "capacity")
    if percent is None:
        percent = _LEVELS.get((text(folder / "capacity_level") or "").lower())
    status = text(folder / "status")
    return Supply(
        battery=True,
        own=text(folder / "scope") != "Device",
        percent=percent if percent is not None and 0 <= percent <= 100 else None,
        # "Not charging" is a full one on mains whose charger rests.
        charging=status in ("Charging", "Full", "Not charging"),
    )
