"""What settings and server say about reaching the peer, in the terms of the browser."""

import msgspec

from config.settings import Link
from signaling.messages import IceServer, Relays


class IceSettings(msgspec.Struct, frozen=True):
    """How a device reaches its peer."""

    servers: tuple[IceServer, ...] = ()
    relay_only: bool = False
    ca_file: str = ""
    http_proxy: str = ""


def ice_settings(link: Link, relays: Relays | None = None) -> IceSettings:
    """The relay of the settings, or else that of the server; none means own addresses only."""
    servers = []
    if link.stun_url:
        servers.append(IceServer(urls=link.stun_url))
    if link.turn_url:
        servers.append(
            IceServer(
                urls=link.turn_url, username=link.turn_username, credential=link.turn_password
            )
        )
    if not servers and relays is not None:
        servers = list(relays.servers)
    return IceSettings(tuple(servers), link.relay_only, link.ca_file, link.http_proxy)
