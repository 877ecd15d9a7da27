"""The network addresses of this machine, and whether a host is this machine."""

import ipaddress
import itertools

import ifaddr

_MOST = 8
"""More interfaces only slow ICE down; virtual ones come last in the system's own order."""


def local_addresses() -> list[str]:
    """IPv4 and IPv6 addresses that another machine might reach; loopback only if there is none.

    Link-local IPv6 is left out: it means nothing without the name of the interface.
    """
    found = [
        ipaddress.ip_address(ip.ip if isinstance(ip.ip, str) else ip.ip[0])
        for ip in itertools.chain.from_iterable(a.ips for a in ifaddr.get_adapters())
    ]
    usable = [a for a in found if not (a.is_link_local and a.version == 6)]
    reachable = [a for a in usable if not a.is_loopback]
    return [str(a) for a in reachable or usable][:_MOST]


def is_loopback(host: str) -> bool:
    """True for a host that never leaves this machine: 127/8, ::1 and `localhost`."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"
