"""A head behind V4L2 controls, as the kernel's uvcvideo shows it; `speeds` is the other kind. Pure.

It answers each call at once; what it refuses it refuses with the errno of the kernel: EINVAL for a
control that it has not, ERANGE for a value outside its range.
"""

from __future__ import annotations

import errno

from hardware import uvc_controls as uvc
from hardware.motion import Position
from hardware.profiles import Profile
from hardware.sim_body import SEEK_PAN, SEEK_TILT, SimBody
from hardware.uvc_controls import Answer, Control, Range, UvcError

SPEED_STEPS = 24
LENS = Range(0, 0x4000, 1)


class SimUvc:
    """See `hardware.sim_door.Head`; `places` and `speeds` say which controls it has."""

    def __init__(self, profile: Profile, *, places: bool = True, speeds: bool = False) -> None:
        """`mute` and `rubbish` may change later."""
        self.mute = self.rubbish = False
        self._body = SimBody(profile)
        self._out = b""
        steps, second = Range(-SPEED_STEPS, SPEED_STEPS, 1), uvc.ARC_SECONDS
        self._ranges: dict[int, Range] = {}
        if places:
            self._ranges |= {
                Control.PAN: Range(
                    round(profile.pan_min * second), round(profile.pan_max * second), 1
                ),
                Control.TILT: Range(
                    round(profile.tilt_min * second), round(profile.tilt_max * second), 1
                ),
                Control.ZOOM: LENS,
            }
        if speeds:
            self._ranges |= dict.fromkeys(
                (Control.PAN_SPEED, Control.TILT_SPEED, Control.ZOOM_SPEED), steps
            )
        self._speeds: dict[int, int] = {}

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
        try:
            for call, body in uvc.calls(data):
                code, told = self._obey(call, body)
                if not self.mute:
                    self._out += uvc.encode_answer(Answer(call, code, told))
        except UvcError:
            return

    def bytes_to_send(self, now: float) -> bytes:
        """See Head."""
        data, self._out = self._out, b""
        return bytes(byte ^ 0x5A for byte in data) if self.rubbish else data

    def next_timeout(self) -> float | None:
        """Never late."""
        return None

    def _obey(self, call: int, body: bytes) -> tuple[int, bytes]:
        if call == uvc.QUERY:
            control, _ = uvc.read_range(body)
        else:
            control, value = uvc.read_value(body)
        reach = self._ranges.get(control)
        if reach is None:
            return errno.EINVAL, body
        if call == uvc.QUERY:
            return 0, uvc.write_range(control, reach)
        if call == uvc.GET:
            return 0, uvc.write_value(control, self._value(control))
        if not reach.low <= value <= reach.high:
            return errno.ERANGE, body
        self._set(control, value)
        return 0, body

    def _value(self, control: int) -> int:
        match control:
            case Control.PAN:
                return round(self._body.pan.position * uvc.ARC_SECONDS)
            case Control.TILT:
                return round(self._body.tilt.position * uvc.ARC_SECONDS)
            case Control.ZOOM:
                return round(self._body.lens.position)
        return self._speeds.get(control, 0)

    def _set(self, control: int, value: int) -> None:
        body, part = self._body, value / SPEED_STEPS
        match control:
            case Control.PAN:
                body.pan.go(value / uvc.ARC_SECONDS, SEEK_PAN)
            case Control.TILT:
                body.tilt.go(value / uvc.ARC_SECONDS, SEEK_TILT)
            case Control.ZOOM:
                body.zoom_to(value / LENS.high)
            case Control.PAN_SPEED:
                body.pan.drive(part * body.profile.pan_speeds[-1])
            case Control.TILT_SPEED:
                body.tilt.drive(part * body.profile.tilt_speeds[-1])
            case Control.ZOOM_SPEED:
                body.zoom(part)
        if control not in (Control.PAN, Control.TILT, Control.ZOOM):
            self._speeds[control] = value
