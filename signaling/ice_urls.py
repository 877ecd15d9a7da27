"""STUN and TURN URLs (RFC 7064, RFC 7065) as ways to connect. Pure."""

import re
from collections.abc import Iterable
from typing import Literal

import msgspec

from signaling.messages import IceServer

WayKind = Literal["stun", "udp", "tcp", "tls"]

_URL = re.compile(
    r"(?P<scheme>stun|turns?):(?P<host>\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+)(?::(?P<port>\d{1,5}))?"
    r"(?:\?transport=(?P<transport>udp|tcp))?",
    re.ASCII,
)


class Way(msgspec.Struct, frozen=True):
    """One way to a relay (or to STUN): `tls` is TURN over TLS over TCP."""

    kind: WayKind
    host: str
    port: int
    username: str = ""
    credential: str = ""


def ways(servers: Iterable[IceServer]) -> list[Way]:
    """The servers that can be understood, in their order; what cannot be is left out."""
    found = []
    for server in servers:
        if (match := _URL.fullmatch(server.urls)) is None:
            continue
        kind = _kind(match["scheme"], match["transport"])
        secure = match["scheme"] == "turns"
        port = int(match["port"]) if match["port"] else (5349 if secure else 3478)
        if kind is not None and 0 < port < 65_536:
            host = match["host"].strip("[]")
            found.append(Way(kind, host, port, server.username, server.credential))
    return found


def _kind(scheme: str, transport: str | None) -> WayKind | None:
    if scheme == "stun":
        return "stun" if transport is None else None
    if scheme == "turns":
        return "tls" if transport != "udp" else None  # DTLS is not offered by our relay
    return "tcp" if transport == "tcp" else "udp"
