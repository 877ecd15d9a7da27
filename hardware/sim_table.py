"""Which simulated camera answers to which driver of `hardware.camera`."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from hardware import sony_header
from hardware.network_cameras import address
from hardware.onvif_soap import Login
from hardware.profiles import Profile
from hardware.sim_door import Body, Door, Head, Note, PtyDoor
from hardware.sim_head import SimHead
from hardware.sim_network import HttpDoor, StreamDoor, UdpDoor
from hardware.sim_onvif import SimOnvif
from hardware.sim_pelco import SimPelco
from hardware.sim_uvc import SimUvc


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be simulated; `port` as in the settings, for network cameras."""

    driver: str
    link: Path
    port: str
    profile: Profile
    ack_s: float
    login: Login | None = None

    def head(self) -> Body:
        """The head; ValueError if no such driver is simulated."""
        if self.driver not in _HEADS:
            raise ValueError(f"no simulated {self.driver!r}; known: {', '.join(SIMULATED)}")
        return _HEADS[self.driver](self)


_HEADS: dict[str, Callable[[Wish], Body]] = {
    "visca": lambda wish: SimHead(wish.profile, ack_s=wish.ack_s),
    "visca-ip": lambda wish: SimHead(wish.profile, ack_s=wish.ack_s),
    "pelco-d": lambda wish: SimPelco(wish.profile),
    "onvif": lambda wish: SimOnvif(wish.profile, wish.login),
    "uvc": lambda wish: SimUvc(wish.profile),
    "none": lambda wish: SimHead(wish.profile),  # nobody turns it; the light is wanted
}
SIMULATED = tuple(_HEADS)


def open_door(wish: Wish, head: Body, note: Note) -> Door:
    """The way to a head; OSError, ValueError."""
    if isinstance(head, SimOnvif):
        _, host, port, _ = address(wish.port)
        return HttpDoor((host, port or 80), head, note)
    assert isinstance(head, SimHead | SimPelco | SimUvc)
    if wish.driver == "uvc":
        return StreamDoor(wish.link, head, note)
    if wish.driver == "visca-ip":
        return _visca_door(wish.port, head, note)
    return PtyDoor(wish.link, head, note)


def _visca_door(place: str, head: Head, note: Note) -> Door:
    scheme, host, port, _ = address(place if "://" in place else f"tcp://{place}")
    if scheme == "tcp":
        return StreamDoor((host, port or 5678), head, note)
    sony = scheme == "sony"
    return UdpDoor((host, port or (sony_header.PORT if sony else 1259)), head, note, sony=sony)


def login_of_settings() -> Login | None:
    """The demo's camera takes the user and password of the settings that the agent has."""
    user = os.environ.get("KLASGENOOT_PTZ_USER", "")
    file = os.environ.get("KLASGENOOT_PTZ_PASSWORD_FILE", "")
    if not user:
        return None
    return Login(user, Path(file).read_text().strip() if file else "")
