"""A head that obeys Pelco-D; with `tells` it answers where it looks. Pure."""

from __future__ import annotations

import math
from collections import deque

from hardware import pelco_d
from hardware.motion import Position
from hardware.pelco_d import Extended, Frame
from hardware.profiles import Profile
from hardware.sim_body import SimBody

ANSWER_S = 0.02
ZOOM_SHARE = 0.5  # of the lens's fastest: the protocol has no zoom speed in a motion


class SimPelco:
    """See `hardware.sim_door.Head`."""

    def __init__(self, profile: Profile, *, address: int = 1, tells: bool = True) -> None:
        """`mute`, `rubbish` and `tells` may change later."""
        self.mute = self.rubbish = False
        self.tells = tells
        self._address = address
        self._body = SimBody(profile)
        self._framer = pelco_d.Framer()
        self._replies: deque[tuple[float, bytes]] = deque()

    @property
    def position(self) -> Position:
        """See Head."""
        return self._body.position

    @property
    def moving(self) -> bool:
        """See Head."""
        return self._body.moving

    def advance(self, now: float) -> None:
        """See Head."""
        self._body.advance(now)

    def receive(self, data: bytes, now: float) -> None:
        """See Head."""
        self.advance(now)
        for frame in self._framer.feed(data):
            if frame.address == self._address:
                self._obey(frame, now)

    def bytes_to_send(self, now: float) -> bytes:
        """See Head."""
        data = b""
        while self._replies and self._replies[0][0] <= now:
            data += self._replies.popleft()[1]
        return data

    def next_timeout(self) -> float | None:
        """See Head."""
        return self._replies[0][0] if self._replies else None

    def _obey(self, frame: Frame, now: float) -> None:
        body = self._body
        if speeds := pelco_d.speeds(frame):
            pan, tilt, zoom = speeds
            body.drive(
                pan / pelco_d.MAX_SPEED * body.profile.pan_speeds[-1],
                tilt / pelco_d.MAX_SPEED * body.profile.tilt_speeds[-1],
            )
            body.zoom(zoom * ZOOM_SHARE)
            return
        aim = body.position
        match frame.command2:
            case Extended.SET_PAN:
                body.pan.go(math.remainder(frame.word / 100, 360), 100.0)
            case Extended.SET_TILT:
                body.tilt.go(-math.remainder(frame.word / 100, 360), 80.0)
            case Extended.SET_ZOOM:
                body.zoom_to(frame.word / 0xFFFF)
            case Extended.SET_PRESET:
                body.store(frame.data2)
            case Extended.CLEAR_PRESET:
                body.presets.pop(frame.data2, None)
            case Extended.GO_TO_PRESET if frame.data2 in body.presets:
                body.recall(frame.data2)
            case Extended.ASK_PAN:
                self._answer(Extended.PAN_IS, round(aim.pan_deg * 100) % 36_000, now)
            case Extended.ASK_TILT:
                self._answer(Extended.TILT_IS, round(-aim.tilt_deg * 100) % 36_000, now)
            case Extended.ASK_ZOOM:
                share = body.lens_counts / body.profile.zoom_table[-1][0]
                self._answer(Extended.ZOOM_IS, round(share * 0xFFFF), now)

    def _answer(self, kind: Extended, word: int, now: float) -> None:
        if self.mute or not self.tells:
            return
        data = pelco_d.encode(pelco_d.extended(self._address, kind, word))
        if self.rubbish:
            data = bytes(byte ^ 0x5A for byte in data)
        self._replies.append((now + ANSWER_S, data))
