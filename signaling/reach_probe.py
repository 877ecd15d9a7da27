"""Tries every way from this device to server and relay; both command lines have it as `probe`."""

import asyncio
import contextlib
import secrets
import ssl
import time
from collections.abc import Callable
from typing import Literal
from urllib.parse import urlsplit

import msgspec
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidProxy

from config.settings import Link
from signaling import sign_in_page
from signaling.addresses import is_loopback
from signaling.http_proxy import find_proxy
from signaling.ice_urls import ways
from signaling.identity import DeviceKey, login_bytes
from signaling.link_settings import ice_settings
from signaling.messages import (
    MAX_MESSAGE_BYTES,
    PROTOCOL,
    Challenge,
    Decoder,
    FromServer,
    Login,
    MessageError,
    Relays,
    Welcome,
    encode,
)
from signaling.reach import Reach, Try
from signaling.reach_measure import measure

Step = Callable[[str], None]
"""Told the name of each step as it begins: server, udp, tcp, tls, then `done`."""
STEPS = ("server", "udp", "tcp", "tls", "done")

_LOGIN_S = 5.0


async def probe(link: Link, key: DeviceKey, role: Literal["unit", "laptop"], step: Step) -> Reach:
    """Never raises for what is wrong on the way. Raises LinkError via the caller's own checks."""
    parts = urlsplit(link.server_url)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "wss" else 80)
    step("server")
    start = time.monotonic()
    reached, relays = await _ask(link, key, host)
    server = Try(
        kind="server",
        host=host,
        port=port,
        ok=reached,
        connect_ms=(time.monotonic() - start) * 1000 if reached else 0.0,
    )
    tries = [server]
    found = {way.kind: way for way in ways(ice_settings(link, relays).servers)}
    if "udp" in found and "tcp" not in found:  # tells a blocked UDP from a blocked port
        found["tcp"] = msgspec.structs.replace(found["udp"], kind="tcp")
    tls = ssl.create_default_context(cafile=link.ca_file or None)
    for kind in ("udp", "tcp", "tls"):
        step(kind)
        if (way := found.get(kind)) is not None:
            tries.append(await measure(way, tls, link.http_proxy))
    sign_in = not reached and await sign_in_page.answers(link.server_url, link.http_proxy)
    step("done")
    return Reach(
        role=role,
        tries=tuple(tries),
        known=relays is not None,
        relay=any(kind in found for kind in ("udp", "tls")),
        proxy=bool(find_proxy(link.http_proxy, host)),
        sign_in=sign_in,
    )


async def _ask(link: Link, key: DeviceKey, host: str) -> tuple[bool, Relays | None]:
    """Whether the server answers, and the relay it hands to this device (None: not let in)."""
    tls = (
        ssl.create_default_context(cafile=link.ca_file or None)
        if link.server_url.startswith("wss:")
        else None
    )
    decode = Decoder(FromServer)
    reached = False
    with contextlib.suppress(
        OSError, InvalidHandshake, InvalidProxy, ConnectionClosed, MessageError
    ):
        async with (
            asyncio.timeout(_LOGIN_S),
            connect(
                link.server_url,
                ssl=tls,
                proxy=None if is_loopback(host) else link.http_proxy or True,
                happy_eyeballs_delay=0.25,
                compression=None,
                open_timeout=None,
                max_size=MAX_MESSAGE_BYTES,
                close_timeout=1,
            ) as socket,
        ):
            challenge = decode(await socket.recv())
            if not isinstance(challenge, Challenge):
                return False, None
            reached = True
            boot = secrets.token_urlsafe(16)
            login = Login(
                v=PROTOCOL,
                key=key.public,
                boot=boot,
                signature=key.sign(login_bytes(challenge.nonce, key.public, boot)),
                software="probe",
                probe=True,
            )
            await socket.send(encode(login))
            if isinstance(decode(await socket.recv()), Welcome):
                relays = decode(await socket.recv())
                if isinstance(relays, Relays):
                    return True, relays
    return reached, None
