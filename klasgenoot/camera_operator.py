"""Turns the camera as the pupil asks: by hand, to a taught place, or after whoever walks."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any

import numpy as np

from hardware.camera import Camera, Position
from hardware.view import horizontal_fov, look_at
from klasgenoot.following import Following
from klasgenoot.media.board_find import find_board
from klasgenoot.media.frame import Picture
from klasgenoot.presets import BOARD, PARKING, Presets
from klasgenoot.room.parking import Parking
from klasgenoot.steering import Steering, degrees_per_second
from signaling import messages as m
from signaling.messages_seat import Aim

Request = m.Steer | m.Look | m.Home | m.Preset | m.Follow | Aim
Later = Coroutine[Any, Any, m.PresetReply | None]

_BOARD_SHARE = 0.9  # of the picture that a board found by itself may fill


class CameraOperator:
    """One camera; whoever touches it first ends the following. A parked one nobody touches."""

    def __init__(
        self,
        camera: Camera,
        presets: Presets,
        following: Following,
        newest: Callable[[], Picture | None],
    ) -> None:
        self.camera = camera
        self._presets, self._following, self._newest = presets, following, newest
        self._steering = Steering()
        self._touches = 0
        self.parking = Parking(camera)

    @property
    def follows(self) -> bool:
        return self._following.on

    @property
    def taught(self) -> tuple[int, ...]:
        """The numbers of the places taught in this room."""
        return self._presets.taught

    def let_go(self) -> None:
        """End the following; what the pupil's own hand began goes on."""
        self._touches += 1
        self._following.let_go()

    def stop(self) -> None:
        """Let go and stand still, whatever goes on."""
        self.let_go()
        self._halt()

    def park(self, place: Position, why: str) -> None:
        """Look away to `place` until `unpark`; whoever asks to turn it is told `why`."""
        self.let_go()
        self.parking.begin(place, why, time.monotonic())

    def unpark(self, *, home: bool = False) -> None:
        """Look again where it looked before, or home."""
        self.let_go()
        self.parking.end(time.monotonic(), home=home)

    def new_leg(self) -> None:
        """Another page may count anew; a following goes on, as the pupil is still there."""
        self._steering = Steering()
        self._touches += 1
        self._halt()

    def alive(self) -> None:
        """The page gave a sign of life."""
        self._following.alive(time.monotonic())

    def look(self, x: float, y: float, width: float) -> None:
        """Centre on a point of the class picture and zoom until `width` of it fills the picture.

        `x` and `y` in shares of the picture from its middle, y down. Raises MotionError.
        """
        self.let_go()
        self.parking.touched()
        if not self.parking.on and (position := self.camera.position()) is not None:
            pan, tilt = look_at(position, x, y, self.camera.profile)
            self.camera.move_to(pan, tilt, position.zoom / width if width < 1 else None)

    def obey(self, message: Request, view: m.ViewName) -> Later | None:
        """Do what is asked, unless it came late; gives what takes longer, to be awaited.

        `view` is what the pupil sees. Raises MotionError.
        """
        if not self._steering.is_fresh(message.seq) or self.parking.on:
            return None
        if self.parking.on_its_way and message == m.Steer(seq=message.seq, pan=0, tilt=0, zoom=0):
            return None  # a key let go late: what turns now the pupil did not begin
        self.let_go()
        self.parking.touched()
        camera = self.camera
        position = camera.position()
        fov = horizontal_fov(position.zoom if position else 1.0, camera.profile)
        match message:
            case m.Steer(pan=0, tilt=0, zoom=0):
                camera.stop()
            case m.Steer():
                camera.drive(
                    degrees_per_second(message.pan, fov),
                    degrees_per_second(message.tilt, fov),
                    message.zoom,
                )
            case m.Look() if view == "klas":
                self.look(message.x, message.y, message.width)
            case m.Home():
                camera.home()
            case Aim():
                camera.move_to(message.pan_deg, message.tilt_deg, message.zoom)
            case m.Follow(on=True):
                self._following.begin(time.monotonic())
            case m.Preset(store=True) if message.number != PARKING:
                return self._teach(message.number, position)
            case m.Preset() if (place := self._presets.get(message.number)) is not None:
                camera.move_to(place.pan_deg, place.tilt_deg, place.zoom)
            case m.Preset():
                return self._seek(message.number, position, self._touches)
        return None

    def _halt(self) -> None:
        if not self.parking.on_its_way:
            self.camera.stop()

    async def _teach(self, number: int, position: Position | None) -> m.PresetReply:
        # A disk may take its time; the pictures go out meanwhile.
        kept = position is not None and await asyncio.to_thread(
            self._presets.store, number, position
        )
        return m.PresetReply(number=number, result="stored" if kept else "failed")

    async def _seek(
        self, number: int, position: Position | None, touches: int
    ) -> m.PresetReply | None:
        """A place that nobody taught: of the board the picture itself may tell."""
        picture = self._newest()
        empty = m.PresetReply(number=number, result="empty")
        if number != BOARD or picture is None or position is None:
            return empty
        profile = self.camera.profile
        hfov = horizontal_fov(position.zoom, profile)
        board = await asyncio.to_thread(find_board, picture.planes()[0], hfov)
        if board is None:
            return empty
        if self._touches == touches:  # else the pupil has gone on meanwhile
            low, high = board.array().min(axis=0), board.array().max(axis=0)
            x, y = np.clip((low + high) / 2 - 0.5, -0.5, 0.5).tolist()
            pan, tilt = look_at(position, x, y, profile)
            zoom = position.zoom * _BOARD_SHARE / float((high - low).max())
            self.camera.move_to(pan, tilt, max(1.0, zoom))
        return None
