"""Opens one allocation at the relay, over UDP, TCP or TLS, directly or through an HTTP proxy."""

import asyncio
import socket
import ssl
from collections.abc import Callable
from typing import TypeVar

from aioice.turn import (
    DEFAULT_ALLOCATION_LIFETIME,
    DEFAULT_CHANNEL_REFRESH_TIME,
    UDP_SOCKET_BUFFER_SIZE,
    TurnClientTcpProtocol,
    TurnClientUdpProtocol,
    TurnTransport,
)

from signaling.http_proxy import find_proxy, parse_proxy, tunnel
from signaling.ice_urls import Way

_Protocol = TypeVar("_Protocol", bound=asyncio.DatagramProtocol)
_NEXT_ADDRESS_S = 0.25
"""Happy eyeballs (RFC 8305): IPv4 beside IPv6 when the first does not answer at once."""


async def allocate(
    make: Callable[[], _Protocol], way: Way, tls: ssl.SSLContext | None, proxy: str = ""
) -> tuple[TurnTransport, _Protocol]:
    """An allocation that looks like a UDP socket. Raises OSError or aioice's TransactionError.

    `proxy` is the setting link.http_proxy; UDP and plain TCP never go through a proxy.
    """
    inner = await (_datagrams(way) if way.kind == "udp" else _stream(way, tls, proxy))
    try:
        protocol = make()
        transport = TurnTransport(inner)
        await transport._connect(protocol)
    except BaseException:
        inner.transport.close()
        raise
    return transport, protocol


async def _datagrams(way: Way) -> TurnClientUdpProtocol:
    transport, protocol = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: TurnClientUdpProtocol(
            (way.host, way.port),
            way.username,
            way.credential,
            DEFAULT_ALLOCATION_LIFETIME,
            DEFAULT_CHANNEL_REFRESH_TIME,
        ),
        remote_addr=(way.host, way.port),
    )
    raw = transport.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, UDP_SOCKET_BUFFER_SIZE)
    return protocol


async def _stream(way: Way, tls: ssl.SSLContext | None, proxy: str) -> TurnClientTcpProtocol:
    def make() -> TurnClientTcpProtocol:
        return TurnClientTcpProtocol(
            (way.host, way.port),
            way.username,
            way.credential,
            DEFAULT_ALLOCATION_LIFETIME,
            DEFAULT_CHANNEL_REFRESH_TIME,
        )

    loop = asyncio.get_running_loop()
    context = tls if way.kind == "tls" else None
    through = find_proxy(proxy, way.host) if way.kind == "tls" else ""
    if through:
        sock = await tunnel(parse_proxy(through), way.host, way.port)
        _, protocol = await loop.create_connection(
            make, sock=sock, ssl=context, server_hostname=way.host
        )
    else:
        _, protocol = await loop.create_connection(
            make, way.host, way.port, ssl=context, happy_eyeballs_delay=_NEXT_ADDRESS_S
        )
    return protocol
