"""Looks after the computer of the set: power, network, disk, heat, a half done update.

`look` reads files of the kernel, which may take long (a battery answers over a slow bus), so
`watch` does it in a thread.
"""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from config.settings import Settings
from hardware import battery, heat
from klasgenoot.situation import Machine, Part
from klasgenoot.upkeep import update_marker
from signaling.addresses import is_loopback
from signaling.own_network import on_a_network

_EVERY_S = 1.0
_FULL_BYTES = 16 * 2**20
_FULL_SHARE = 0.02
"""Of a small disk; our own files are a few hundred kilobytes."""
_ABSENT_LOOKS = 2
"""Between two networks there is none for a moment."""

_POWER = {
    "good": Part(True),
    "on_battery": Part(None, "on_battery"),
    "low": Part(False, "battery_low"),
}
_UPDATE = {
    "none": Part(True),
    "busy": Part(False, "update_busy"),
    "failed": Part(False, "update_failed"),
}


class MachineWatch:
    """`seen` is what is known; `on_change` runs in the event loop."""

    def __init__(self, settings: Settings, on_change: Callable[[], None]) -> None:
        unit = settings.unit
        self._state_dir = Path(unit.state_dir)
        self._power_dir, self._thermal_dir = Path(unit.power_dir), Path(unit.thermal_dir)
        # A server on this very machine needs no network.
        self._needs_network = not is_loopback(urlsplit(settings.link.server_url).hostname or "")
        self._on_change = on_change
        self._power = battery.Power()
        self._absent = 0
        self.seen = Machine()

    async def watch(self) -> None:
        """Until cancelled."""
        while True:
            seen = await asyncio.to_thread(self.look)
            if seen != self.seen:
                self.seen = seen
                self._on_change()
            await asyncio.sleep(_EVERY_S)

    def look(self) -> Machine:
        """One look at everything; never raises."""
        self._power = power = battery.judge(battery.read(self._power_dir), self._power)
        was_hot = self.seen.heat.ok is False
        return Machine(
            power=_POWER[power.verdict],
            percent=power.percent,
            charging=power.charging,
            device_battery=Part(False, "device_battery_low") if power.device_low else Part(True),
            network=self._network(),
            disk=Part(False, "disk_full") if _full(self._state_dir) else Part(True),
            heat=Part(False, "hot") if heat.hot(self._thermal_dir, was_hot) else Part(True),
            update=_UPDATE[update_marker.look(self._state_dir)],
        )

    def _network(self) -> Part:
        there = on_a_network() if self._needs_network else None
        self._absent = self._absent + 1 if there is False else 0
        if self._absent >= _ABSENT_LOOKS:
            return Part(False, "network_absent")
        return Part(True) if there else Part()


def _full(folder: Path) -> bool:
    try:
        disk = os.statvfs(folder)
    except OSError:
        return False
    free = disk.f_bavail * disk.f_frsize
    least = min(_FULL_BYTES, _FULL_SHARE * disk.f_blocks * disk.f_frsize)
    # A file system without a table of inodes says 0 of 0.
    return free < least or (disk.f_files > 0 and disk.f_favail == 0)
