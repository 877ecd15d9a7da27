"""Cameras on the network: the drivers `visca-ip` and `onvif`."""

from __future__ import annotations

import time
from collections.abc import Callable
from urllib.parse import urlsplit

from hardware import sony_header
from hardware.camera import Wiring
from hardware.camera_line import Line
from hardware.camera_thread import CameraThread
from hardware.motion import HealthCallback
from hardware.network_lines import SonyLine, TcpLine, UdpLine
from hardware.profiles import Profile
from hardware.ptz_engine import PtzEngine

_TRANSPORTS: dict[str, tuple[Callable[[str, int], Line], int]] = {
    "tcp": (TcpLine, 5678),
    "udp": (UdpLine, 1259),
    "sony": (SonyLine, sony_header.PORT),
}


def visca_ip(
    wiring: Wiring, profile: Profile, deadman_s: float, on_change: HealthCallback | None
) -> CameraThread:
    """A VISCA camera at `HOST[:PORT]` (TCP), `udp://HOST` or `sony://HOST`; ValueError."""
    known = ", ".join(f"{scheme}://" for scheme in _TRANSPORTS)
    text = wiring.port if "://" in wiring.port else f"tcp://{wiring.port}"
    scheme, host, port, _ = address(text)
    if scheme not in _TRANSPORTS:
        raise ValueError(f"ptz.port of visca-ip begins with one of {known}, or is a host")
    open_line, usual = _TRANSPORTS[scheme]
    engine = PtzEngine(profile, deadman_s, chain=False)
    return CameraThread(
        "visca-ip", profile, engine, lambda: open_line(host, port or usual), on_change
    )


def onvif(
    wiring: Wiring, profile: Profile, deadman_s: float, on_change: HealthCallback | None
) -> CameraThread:
    """An ONVIF camera at `http://HOST[:PORT][/PATH]`; ValueError."""
    from hardware.http_line import HttpLine
    from hardware.onvif_engine import OnvifEngine
    from hardware.onvif_soap import CONTENT_TYPE, DEVICE_PATH, Login

    text = wiring.port if "://" in wiring.port else f"http://{wiring.port}"
    scheme, host, port, path = address(text)
    if scheme != "http":
        raise ValueError("ptz.port of onvif begins with http://, or is a host")
    login = Login(wiring.user, wiring.password) if wiring.user else None
    engine = OnvifEngine(profile, deadman_s, path or DEVICE_PATH, login, time.time)
    return CameraThread(
        "onvif", profile, engine, lambda: HttpLine(host, port or 80, CONTENT_TYPE), on_change
    )


def address(text: str) -> tuple[str, str, int | None, str]:
    """Scheme, host, port and path of an address; ValueError says what is missing."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise ValueError(f"ptz.port is no address: {error}") from None
    if not parts.hostname:
        raise ValueError("ptz.port must name the camera's host, as in tcp://192.0.2.7")
    if parts.username or parts.password:
        raise ValueError("a password has no place in ptz.port: use ptz.user, ptz.password_file")
    return parts.scheme, parts.hostname, port, parts.path
