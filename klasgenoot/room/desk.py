"""Curtain, room change and switching off: what the screen in class may do to picture and sound.

Whenever any of the three withholds the room, the camera looks away; it comes back by itself.
"""

import asyncio
import threading
import time
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, Protocol

import msgspec
import structlog

from config.settings import Settings
from hardware.camera import Position
from klasgenoot.camera_operator import CameraOperator
from klasgenoot.keeper import POWEROFF
from klasgenoot.presets import Presets
from klasgenoot.room.curtain import Curtain
from klasgenoot.room.moving import Event, Moving, Remembered
from klasgenoot.room.network_watch import Network
from signaling import messages as m
from signaling import small_files
from signaling.messages_room import MAX_ROOMS, EnterRoom, OffState, RoomKey, RoomScreen

log = structlog.get_logger()

_AWAY_S = 2.0  # a head at 80° a second is at its end stop; with the rest, off is below 3 s
_LOOK_S = 0.05
_OFF_S = 60.0  # whoever waits for the poweroff file has acted long before
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


class Host(Protocol):
    """What the desk needs of the agent."""

    def to_kiosk(self, message: m.Message) -> bool: ...
    def leave(self, code: str) -> None:
        """End the pupil's session, if there is one."""


class RoomDesk:
    """Lives in the event loop; nothing here waits for the disk or the camera."""

    def __init__(
        self, settings: Settings, host: Host, operator: CameraOperator, presets: Presets
    ) -> None:
        unit, curtain = settings.unit, settings.curtain
        self._folder = Path(unit.state_dir)
        self._host, self._operator, self._presets = host, operator, presets
        self._place = Position(curtain.parking_pan_deg, curtain.parking_tilt_deg, 1.0)
        self._named = [name.strip() for name in (*unit.rooms.split(","), unit.room)]
        self._poweroff = Path(unit.poweroff_file) if unit.poweroff_file else None
        self.curtain = Curtain(self._folder, curtain.opens_after_min * 60)
        self.moving = Moving(recall(self._folder), unit.room, _boot_id(), time.monotonic())
        self._presets.enter(self.moving.room)
        self.off: OffState = "on"
        self._off_at = 0.0
        self._elsewhere = self.moving.state == "arrived"
        self._fresh = True
        self._told: tuple[object, ...] = ()
        self._writing = threading.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def moving_away(self) -> bool:
        """Whether the pupil waits for another room, or for the set to be off."""
        return self.moving.withheld or self.off != "on"

    @property
    def farewell(self) -> str:
        """What a pupil is told when the set stops now."""
        if self.moving.withheld:
            return "moving"
        return "bye_unit" if self.off == "on" else "bye_off"

    def start(self) -> None:
        """From here on: another start of the machine is written down."""
        if self.moving.state != "here":
            self._settle()

    # --- what happens -------------------------------------------------------------------------

    def press(self, action: str) -> None:
        """Curtain, moving or switching off: a button of the screen."""
        now = time.monotonic()
        if action == "curtain":
            self.curtain.turn(now)
            self._later(asyncio.to_thread(self.curtain.remember))
        elif action == "move":
            self._move("move", now)
        elif action == "shutdown" and self.off in ("on", "failed"):
            self._later(self._switch_off(now))
        self._look(now)

    def handle(self, message: EnterRoom | RoomKey) -> None:
        """The answers on the screen."""
        now = time.monotonic()
        match message:
            case EnterRoom(room=room):
                if (room == "" or room in self._rooms()) and self.moving.enter(room, now):
                    self._elsewhere = True
                    self._settle()
            case RoomKey(action="keep"):
                self.curtain.keep(now)
            case RoomKey(action="awake"):
                self.off = "on" if self.off in ("demo", "failed") else self.off
            case RoomKey(action="park_here"):
                self._teach()
            case RoomKey(action=("there" | "stay" | "not_yet") as event):
                self._move(event, now)
        self._look(now)

    def network(self, network: Network, before: Network) -> None:
        """Plugged in elsewhere: what was parked has come to the next room."""
        if network.is_better_than(before):
            self._move("network", time.monotonic())

    def tick(self, now: float, seen: bool) -> None:
        """Ten times a second; `seen` says that there is a screen."""
        if self.curtain.tick(now, seen):
            self._later(asyncio.to_thread(self.curtain.remember))
        if self.moving.tick(now):
            self._settle()
        if self.off == "going" and now - self._off_at > _OFF_S:
            self.off = "failed"
        if self._fresh and self._operator.camera.position() is not None:
            self._fresh = False  # stopped in good order it looks away, and this is another start
            if not self.withheld and self._operator.parking.stands_at(self._away()):
                self._operator.camera.home()
        self._look(now)
        self._operator.parking.tick(now)
        self._tell(now)

    def screen_changed(self) -> None:
        """A screen came or went: the new one knows nothing yet."""
        self._told = ()

    # --- the end ------------------------------------------------------------------------------

    def turn_away(self) -> None:
        """The set stops: the camera looks away, whatever the curtain says."""
        self._operator.park(self._away(), self._operator.parking.why or "moving")

    async def turned_away(self) -> None:
        """Wait until it does, or for 2 s."""
        deadline = time.monotonic() + _AWAY_S
        camera = self._operator.camera
        while time.monotonic() < deadline and camera.health().state == "ready":
            if camera.position() is None or self._operator.parking.there:
                return
            await asyncio.sleep(_LOOK_S)

    async def _switch_off(self, now: float) -> None:
        self.off, self._off_at = "going", now
        self._host.leave(self.farewell)
        self._look(now)
        await self.turned_away()
        if self._poweroff is None:
            self.off = "demo"
            return
        try:
            await asyncio.to_thread(small_files.replace, self._poweroff, POWEROFF)
        except OSError as error:
            log.warning("poweroff_not_asked", problem=error.strerror)
            self.off = "failed"

    # --- what follows from it -------------------------------------------------------------------

    @property
    def withheld(self) -> bool:
        return self.curtain.closed or self.moving_away

    def _look(self, now: float) -> None:
        """Let the camera look away while the room is withheld, and back afterwards."""
        parking = self._operator.parking
        if self.withheld:
            why = "moving" if self.moving_away else "curtain"
            if not parking.on:
                self._operator.park(self._away(), why)
            parking.why = why
        elif parking.on:
            self._operator.unpark(home=self._elsewhere)
            self._elsewhere = False
        self._tell(now)

    def _away(self) -> Position:
        return self._presets.parking or self._place

    def _teach(self) -> None:
        position = self._operator.camera.position()
        if position is not None and not self._operator.parking.on:
            self._later(asyncio.to_thread(self._keep_parking, position))

    def _keep_parking(self, position: Position) -> None:
        self._presets.store_parking(position)

    def _move(self, event: Event, now: float) -> None:
        before = self.moving.state
        if not self.moving.handle(event, now):
            return
        log.info("moving", change=f"{before} -> {self.moving.state}")
        self._elsewhere = event in ("network", "there") or (self._elsewhere and event != "stay")
        self._settle()

    def _settle(self) -> None:
        self._presets.enter(self.moving.room)
        self._later(asyncio.to_thread(self._remember))

    def _remember(self) -> None:
        with self._writing:
            try:
                data = msgspec.json.encode(self.moving.remembered())
                small_files.replace(self._folder / _FILE, data)
            except OSError as error:
                log.warning("room_not_written", problem=error.strerror)

    def _rooms(self) -> tuple[str, ...]:
        """What the screen offers: those of the settings first, then where something was taught."""
        names = dict.fromkeys((*self._named, *self._presets.rooms))
        return tuple(name[:200] for name in names if name)[:MAX_ROOMS]

    def _tell(self, now: float) -> None:
        opens_at, arriving_s = self.curtain.opens_at, self.moving.left_s(now)
        arriving = self.moving.state == "arriving" and arriving_s is not None
        screen = RoomScreen(
            curtain_left_ms=None if opens_at is None else max(0.0, opens_at - now) * 1000,
            restarted=self.curtain.restarted,
            turned_away=self._operator.parking.there,
            moving=self.moving.state,
            arriving_left_ms=max(0.0, arriving_s or 0.0) * 1000 if arriving else None,
            rooms=self._rooms(),
            room=self.moving.room,
            off=self.off,
        )
        # The times run on by themselves on the screen: they are no reason to send again.
        key = (opens_at, msgspec.structs.replace(screen, curtain_left_ms=0, arriving_left_ms=0))
        if self._told != key and self._host.to_kiosk(screen):
            self._told = key

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


_FILE = "room.json"
_MOST_BYTES = 2048


def recall(folder: Path) -> Remembered | None:
    """What was remembered; a file that makes no sense counts as nothing."""
    try:
        with (folder / _FILE).open("rb") as file:
            return msgspec.json.decode(file.read(_MOST_BYTES), type=Remembered)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError, UnicodeError, RecursionError):
        log.warning("room_unreadable")
        return None


def _boot_id() -> str:
    try:
        return _BOOT_ID.read_text().strip()[:100]
    except OSError:
        return ""
