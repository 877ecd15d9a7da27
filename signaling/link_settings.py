"""What the settings say about reaching the peer, in the terms of the browser."""

from config.settings import Link
from signaling.messages import IceServer


def ice_servers(link: Link) -> tuple[IceServer, ...]:
    """STUN and TURN servers of the settings; none means host candidates only."""
    servers = []
    if link.stun_url:
        servers.append(IceServer(urls=link.stun_url))
    if link.turn_url:
        servers.append(
            IceServer(
                urls=link.turn_url, username=link.turn_username, credential=link.turn_password
            )
        )
    return tuple(servers)
