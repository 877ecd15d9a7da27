"""Every way to drive a camera, each before its simulated one: real sockets and bytes."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from hardware import pelco_d, uvc_controls
from hardware.camera import Camera, open_camera
from hardware.onvif_soap import Login
from hardware.sim_door import Body
from hardware.sim_network import HttpDoor, UdpDoor
from hardware.sim_onvif import SimOnvif
from hardware.sim_pelco import SimPelco
from hardware.sim_uvc import SimUvc
from hardware.simulator import SimulatedSet
from hardware.visca_reply import Framer

LOGIN = Login("klas", "geheim & <meer>")


def wait_for(condition: Callable[[], object], seconds: float = 5.0) -> None:
    """Poll until it is true; fail after a generous time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.005)


def free_port(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    with socket.socket(socket.AF_INET, kind) as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _visca(data: bytes) -> list[str]:
    said = []
    for packet, _ in Framer().feed(data):
        body = packet[packet.find(b"\x81") + 1 :]
        if body[:3] == b"\x01\x06\x01":
            said.append("stop" if body[5:7] == b"\x03\x03" else "drive")
    return said


def _pelco(data: bytes) -> list[str]:
    steps = [pelco_d.speeds(frame) for frame in pelco_d.Framer().feed(data)]
    return ["drive" if any(each) else "stop" for each in steps if each is not None]


def _onvif(data: bytes) -> list[str]:
    if b"<tptz:ContinuousMove>" in data:
        return ["drive"]
    return ["stop"] if b"<tptz:Stop>" in data else []


def _uvc_speeds(data: bytes) -> list[str]:
    said = []
    for call, body in uvc_controls.calls(data):
        control, value = uvc_controls.read_value(body) if call == uvc_controls.SET else (0, 0)
        if control == uvc_controls.Control.PAN_SPEED:
            said.append("drive" if value else "stop")
    return said


def _uvc_places(data: bytes) -> list[str]:
    """A set-point of the head is a drive; so is its Stop, which the tests know by the lens."""
    said = []
    for call, body in uvc_controls.calls(data):
        if call == uvc_controls.SET:
            lens = uvc_controls.read_value(body)[0] == uvc_controls.Control.ZOOM
            said.append("stop" if lens else "drive")
    return said


@dataclass(frozen=True)
class Way:
    """One driver, one transport, one kind of camera."""

    name: str
    driver: str
    said: Callable[[bytes], list[str]]
    scheme: str = ""
    head: Callable[[SimulatedSet], Body] | None = None
    tells: bool = True
    """Whether the camera tells where it looks."""
    moves: bool = True
    """Whether it can be sent to a direction."""
    lost: float = 0
    slow_s: float = 0
    user: Login | None = None


WAYS = [
    Way("visca", "visca", _visca),
    Way("visca-tcp", "visca-ip", _visca, "tcp"),
    Way("visca-udp", "visca-ip", _visca, "udp"),
    Way("visca-sony", "visca-ip", _visca, "sony"),
    Way("visca-sony-losing", "visca-ip", _visca, "sony", lost=0.1),
    Way("pelco-d", "pelco-d", _pelco),
    Way(
        "pelco-d-deaf-and-dumb",
        "pelco-d",
        _pelco,
        head=lambda one: SimPelco(one.wish.profile, tells=False),
        tells=False,
        moves=False,
    ),
    Way("onvif", "onvif", _onvif, "http"),
    Way(
        "onvif-login",
        "onvif",
        _onvif,
        "http",
        head=lambda one: SimOnvif(one.wish.profile, LOGIN, skew_s=-4000),
        user=LOGIN,
    ),
    Way("onvif-slow", "onvif", _onvif, "http", slow_s=0.6),
    Way("uvc", "uvc", _uvc_places),
    Way(
        "uvc-speeds",
        "uvc",
        _uvc_speeds,
        head=lambda one: SimUvc(one.wish.profile, places=False, speeds=True),
        tells=False,
        moves=False,
    ),
    Way(
        "uvc-both",
        "uvc",
        _uvc_speeds,
        head=lambda one: SimUvc(one.wish.profile, places=True, speeds=True),
    ),
]
BY_NAME = {way.name: way for way in WAYS}


class HeardSet(SimulatedSet):
    """A simulated set that keeps what arrived, and when (monotonic seconds)."""

    def __init__(self, folder: Path, way: Way, port: str) -> None:
        super().__init__(folder, driver=way.driver, port=port)
        if way.head:
            self.head = way.head(self)
        self.way = way
        self.heard: list[tuple[float, str]] = []

    def __enter__(self) -> HeardSet:
        super().__enter__()
        if isinstance(self.door, UdpDoor):
            self.door.lost = self.way.lost
        if isinstance(self.door, HttpDoor):
            self.door.slow_s = self.way.slow_s
        return self

    def _note(self, data: bytes) -> None:
        now = time.monotonic()
        self.heard += [(now, said) for said in self.way.said(data)]


class Rig:
    """A simulated set and a camera that found it."""

    def __init__(self, folder: Path, way: Way, deadman_s: float = 0.4) -> None:
        self.folder, self.way = folder, way
        self.place = str(folder / "ptz")
        if way.scheme:
            kind = socket.SOCK_STREAM if way.scheme in ("tcp", "http") else socket.SOCK_DGRAM
            self.place = f"{way.scheme}://127.0.0.1:{free_port(kind)}"
        self.plug()
        self.camera: Camera = open_camera(
            way.driver,
            self.place,
            9600,
            "sim",
            deadman_s=deadman_s,
            user=way.user.user if way.user else "",
            password=way.user.password if way.user else "",
        )
        self.camera.start()

    def plug(self) -> None:
        self.set = HeardSet(self.folder, self.way, self.place)
        self.set.__enter__()

    def unplug(self) -> None:
        self.set.__exit__(None, None, None)

    def becomes(self, state: str, seconds: float = 8.0) -> None:
        wait_for(lambda: self.camera.health().state == state, seconds)

    def turn(self, seconds: float = 5.0) -> None:
        """Steer ten times a second, as a page does, until the head turns."""
        deadline = time.monotonic() + seconds
        while not (self.set.head.moving and self.set.head.position.pan_deg > 2):
            assert time.monotonic() < deadline, "it does not turn"
            self.camera.drive(40, 0, 0)
            time.sleep(0.1)

    def still(self, seconds: float = 5.0) -> None:
        wait_for(lambda: not self.set.head.moving, seconds)

    def end(self) -> None:
        self.camera.close()
        self.unplug()


__all__ = ["BY_NAME", "LOGIN", "WAYS", "Rig", "Way", "free_port", "wait_for"]
