"""An ONVIF camera: which request is next, and what each answer means.

Pure: `now` is monotonic time in seconds. One request is under way; Stop cuts in (the line ends the
other's connection) and is said again a little later, as the camera may have obeyed the two in the
other order. A drive carries ONVIF's own time-out, so the camera stops even if this machine dies.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal
from xml.etree.ElementTree import Element

from hardware import onvif_soap as soap
from hardware.head_engine import STILL, HeadEngine, Home, MoveTo, Preset, share
from hardware.motion import Position
from hardware.onvif_soap import Login, OnvifError, OnvifFaultError
from hardware.profiles import Profile

ANSWER_S = 1.5  # a loaded camera takes most of a second for its list of profiles
PROBE_S = 2.0
MAX_STRIKES = 3
CAMERA_DEADMAN_S = 1.0  # the shortest that every camera takes
STOP_AGAIN_S = 0.2
NOBODY = "the camera does not accept the user and password of the settings"

Ask = Literal["time", "services", "profiles", "stop", "drive", "goal", "store", "status"]
_OPENING: tuple[Ask, ...] = ("time", "services", "profiles")
_REFUSED = (401, 403)


@dataclass(frozen=True, slots=True)
class _Flight:
    ask: Ask
    until: float
    preset: int = 0


class OnvifEngine(HeadEngine):
    """See `hardware.camera_line.Engine`; bytes are those of `hardware.http_line`."""

    drive_again_s = 0.4 * CAMERA_DEADMAN_S

    def __init__(
        self,
        profile: Profile,
        deadman_s: float,
        device_path: str,
        login: Login | None,
        wall: Callable[[], float],
    ) -> None:
        """`wall` gives seconds since 1970, for a camera that does not tell its time."""
        self._device, self._login, self._wall = device_path, login, wall
        self._presets: dict[int, str] = {}
        super().__init__(profile, deadman_s)

    def _forget(self) -> None:
        super()._forget()
        self._opening = list(_OPENING)
        self._flight: _Flight | None = None
        self._strikes = 0
        self._garbled = False
        self._pause_until = -1.0
        self._stop_again_at: float | None = None
        self._clock: tuple[float, float] | None = None  # the camera's time, and ours then
        self._media = self._ptz = self._token = ""

    def open(self, now: float) -> None:
        """See Engine."""
        self._forget()
        self._turn("opened", "asking the camera what it can do")
        self._pump(now)

    @property
    def stopped(self) -> bool:
        """See Engine."""
        return super().stopped and self._flight is None

    def next_timeout(self) -> float | None:
        """See Engine."""
        if self.health.state == "absent":
            return None
        if self._flight:
            due = self._flight.until
            return min(due, self._deadman_at) if self._wanted != STILL else due
        if self.health.state != "ready":
            return self._pause_until
        due = self._wake_at()
        return due if self._stop_again_at is None else min(due, self._stop_again_at)

    def timeout(self, now: float) -> None:
        """See Engine."""
        if self._flight and now >= self._flight.until:
            self._flight = None
            self._strike(now, "the camera does not answer in time")
        super().timeout(now)

    def receive(self, data: bytes, now: float) -> None:
        """See Engine."""
        if not data:
            return
        flight, self._flight = self._flight, None
        if flight is None:
            return
        status, _, body = data.partition(b"\n")
        try:
            if int(status) == 0:
                raise OnvifError(body.decode(errors="replace"))
            if int(status) in _REFUSED:
                raise OnvifFaultError("NotAuthorized")
            self._on_answer(flight, soap.parse(body), now)
            self._strikes, self._garbled = 0, False
        except OnvifFaultError as fault:
            self._on_fault(flight, fault, now)
        except OnvifError as error:
            self._garbled = True
            self._strike(now, f"answers make no sense: {error}")
        self._pump(now)

    # -- what is said ---------------------------------------------------------------------------

    def _pump(self, now: float) -> None:
        if self.health.state == "absent" or now < self._pause_until:
            return
        due = self._due(now) if not self._opening else None
        if self._stop_again_at is not None and now >= self._stop_again_at and due != "drive":
            self._stop_again_at, due = None, "stop"
        if self._flight and not (due == "stop" and self._flight.ask not in ("stop", *_OPENING)):
            return
        if self._opening:
            self._say_opening(now)
        elif due == "stop":
            cut = self._flight is not None and self._flight.ask in ("drive", "goal")
            self._stop_again_at = now + STOP_AGAIN_S if cut else None
            self._say("stop", self._ptz, soap.stop(self._token), now)
            self._said_stop()
        elif due == "drive":
            self._stop_again_at = None
            pan, tilt, zoom = self._wanted
            model = self.profile
            speeds = share(pan, model.pan_speeds[-1]), share(tilt, model.tilt_speeds[-1]), zoom
            move = soap.continuous_move(self._token, *speeds, CAMERA_DEADMAN_S)
            self._say("drive", self._ptz, move, now)
            self._said_drive(now)
        elif due == "goal":
            self._say_goal(now)
        elif due == "ask":
            self._poll_at = now + self.poll_s
            self._say("status", self._ptz, soap.get_status(self._token), now)

    def _say_opening(self, now: float) -> None:
        ask = self._opening[0]
        path, body = {
            "time": (self._device, soap.GET_TIME),
            "services": (self._device, soap.GET_SERVICES),
            "profiles": (self._media, soap.GET_PROFILES),
        }[ask]
        self._say(ask, path, body, now)

    def _say_goal(self, now: float) -> None:
        goal, self._goal = self._goal, None
        self._stop_again_at = None
        model, token = self.profile, self._token
        match goal:
            case MoveTo(pan, tilt, zoom):
                lens = None if zoom is None else self._lens_share(zoom)
                x, y = soap.place(pan, *model.pan_range), soap.place(tilt, *model.tilt_range)
                self._say("goal", self._ptz, soap.absolute_move(token, x, y, lens), now)
            case Home():
                x, y = soap.place(0, *model.pan_range), soap.place(0, *model.tilt_range)
                self._say("goal", self._ptz, soap.absolute_move(token, x, y, 0), now)
            case Preset(number, store):
                name = self._presets.get(number, f"klasgenoot-{number}")
                ask: Ask = "store" if store else "goal"
                make = soap.set_preset if store else soap.goto_preset
                self._say(ask, self._ptz, make(token, name), now, number)

    def _lens_share(self, zoom: float) -> float:
        return self.profile.zoom_counts(zoom) / self.profile.zoom_table[-1][0]

    def _say(self, ask: Ask, path: str, body: str, now: float, preset: int = 0) -> None:
        token = ""
        if self._login and ask != "time":  # the one question that needs no login, by the standard
            told, then = self._clock or (self._wall(), now)
            token = soap.security(self._login, os.urandom(16), told + now - then)
        self._out[:] = path.encode() + b"\n" + soap.envelope(body, token)
        self._flight = _Flight(ask, now + ANSWER_S, preset)

    # -- what comes back ------------------------------------------------------------------------

    def _on_answer(self, flight: _Flight, answer: Element, now: float) -> None:
        if self.health.state in ("silent", "rubbish"):
            self._turn("opened", "it answers again")
        match flight.ask:
            case "time":
                self._clock = (soap.camera_time(answer), now)
            case "services":
                self._media, self._ptz = soap.service_paths(answer)
            case "profiles":
                self._token = soap.ptz_profile(answer)
            case "status":
                self._on_status(answer)
            case "store":
                self._presets[flight.preset] = soap.preset_token(answer)
        if self._opening and flight.ask == self._opening[0]:
            self._opening.pop(0)
        if not self._opening and self.health.state == "opening" and flight.ask == "stop":
            self._turn("answered", "answers ONVIF")

    def _on_status(self, answer: Element) -> None:
        try:
            told = soap.status(answer)
        except OnvifError:  # in a space of its own, say degrees: it can be turned all the same
            told = None
        if told is None:
            self._position = None
            return
        model = self.profile
        lens = max(0.0, told[2]) * model.zoom_table[-1][0]
        self._position = Position(
            soap.degrees(told[0], *model.pan_range),
            soap.degrees(told[1], *model.tilt_range),
            model.magnification(lens),
        )

    def _on_fault(self, flight: _Flight, fault: OnvifFaultError, now: float) -> None:
        refused = "NotAuthorized" in fault.reason or "authoriz" in fault.reason.lower()
        if refused:
            self._give_up(now, NOBODY)
        elif flight.ask == "time":
            self._opening.pop(0)  # then our own clock has to do
        elif flight.ask in (*_OPENING, "stop"):
            self._give_up(now, f"the camera refuses: {fault}")
        else:
            self._strikes = 0  # this model cannot do that; it is well otherwise

    def _strike(self, now: float, why: str) -> None:
        self._halt = True  # it may have obeyed what it did not answer
        self._strikes += 1
        if self._strikes >= MAX_STRIKES:
            self._give_up(now, why)

    def _give_up(self, now: float, why: str) -> None:
        presets, garbled = self._presets, self._garbled
        self._forget()
        self._presets, self._garbled = presets, garbled
        self._turn("garbled" if garbled else "unanswered", why)
        self._strikes = MAX_STRIKES - 1
        self._pause_until = now + PROBE_S
