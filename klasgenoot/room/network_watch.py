"""Notices that this machine hangs on another network: by addresses and by the default route.

The kernel tells of every change over a netlink socket (rtnetlink(7)), so that nobody waits for the
next look; where there is none, `look` has to be called now and then, which does no harm either way.
"""

import asyncio
import socket
import struct
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import structlog

from signaling.addresses import local_addresses

log = structlog.get_logger()

_GROUPS = 1 | 0x10 | 0x40 | 0x100 | 0x400
"""RTMGRP_LINK, IPV4_IFADDR, IPV4_ROUTE, IPV6_IFADDR, IPV6_ROUTE of linux/rtnetlink.h."""
_UP, _REJECT = 0x1, 0x200  # RTF_UP, RTF_REJECT of linux/route.h
_MOST_BYTES = 65_536


@dataclass(frozen=True)
class Route:
    """A default route; of several the one with the lowest metric is used."""

    metric: int
    device: str
    gateway: str


@dataclass(frozen=True)
class Network:
    """What this machine hangs on."""

    addresses: tuple[str, ...]
    route: Route | None

    def is_better_than(self, old: "Network") -> bool:
        """Whether this is where one arrives, and not what is left when the cable is pulled."""
        if self.route is None or self == old:
            return False
        return old.route is None or self.route.metric <= old.route.metric


class NetworkWatch:
    """Calls `changed(now, before)` in the event loop, once for each difference."""

    def __init__(self, changed: Callable[[Network, Network], None]) -> None:
        self._changed = changed
        self._network = read()
        self._socket: socket.socket | None = None

    def start(self) -> None:
        """Listen to the kernel, from within the event loop."""
        try:
            kernel = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
            kernel.setblocking(False)
            kernel.bind((0, _GROUPS))
        except (AttributeError, OSError) as error:
            log.info("no_netlink", problem=str(error))
            return
        self._socket = kernel
        asyncio.get_running_loop().add_reader(kernel, self._told)

    def look(self) -> None:
        """Compare with what was there before."""
        before, self._network = self._network, read()
        if self._network != before:
            self._changed(self._network, before)

    def stop(self) -> None:
        if self._socket is not None:
            asyncio.get_running_loop().remove_reader(self._socket)
            self._socket.close()
            self._socket = None

    def _told(self) -> None:
        # What was said does not matter, only that something was: one look for all that waits.
        assert self._socket is not None
        with suppress(OSError):
            while self._socket.recv(_MOST_BYTES):
                pass
        self.look()


def read(proc: Path = Path("/proc/net")) -> Network:
    """What this machine hangs on now."""
    routes = sorted([*_ipv4(proc / "route"), *_ipv6(proc / "ipv6_route")], key=lambda r: r.metric)
    return Network(tuple(local_addresses()), routes[0] if routes else None)


def _ipv4(path: Path) -> Iterator[Route]:
    """Iface Destination Gateway Flags RefCnt Use Metric Mask …; addresses as the host has them."""
    for words in _lines(path):
        with suppress(ValueError, IndexError, struct.error):
            up = int(words[3], 16) & (_UP | _REJECT) == _UP
            if up and int(words[1], 16) == 0 and int(words[7], 16) == 0:
                gateway = socket.inet_ntoa(struct.pack("=I", int(words[2], 16)))
                yield Route(int(words[6]), words[0], gateway)


def _ipv6(path: Path) -> Iterator[Route]:
    """Destination length source length gateway metric refs uses flags device, hexadecimal."""
    for words in _lines(path):
        with suppress(ValueError, IndexError):
            up = int(words[8], 16) & (_UP | _REJECT) == _UP
            if up and int(words[0], 16) == 0 and int(words[1], 16) == 0 and words[9] != "lo":
                yield Route(int(words[5], 16), words[9], words[4])


def _lines(path: Path) -> list[list[str]]:
    try:
        return [line.split() for line in path.read_text("ascii", "replace").splitlines()]
    except OSError:
        return []
