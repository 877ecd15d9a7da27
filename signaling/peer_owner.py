"""Which account of this machine is at the other end of a loopback connection (Linux only).

A token may be seen by others: the browser has it in its command line. The kernel's word about who
owns a socket cannot be had second-hand.
"""

import ipaddress
import os
import struct
import sys
from collections.abc import Sequence
from pathlib import Path

_TABLES = (Path("/proc/self/net/tcp"), Path("/proc/self/net/tcp6"))
_UID_MAP = Path("/proc/self/uid_map")
_LOCAL, _REMOTE, _UID = 1, 2, 7
_MAPPED = bytes(10) + b"\xff\xff"
_OVERFLOW = 65_534
"""How every other account looks from a user namespace (systemd's PrivateUsers)."""


def owner_of(peer: Sequence[object], own: Sequence[object]) -> int | None:
    """The user id at `peer` of the connection that arrived at `own` (address, port, …).

    None where it cannot be told: no such table, or no such connection any more.
    """
    try:
        wanted = set(zip(_forms(peer), _forms(own), strict=True))
        for table in _TABLES:
            for line in table.read_text().splitlines()[1:]:
                fields = line.split()
                if (fields[_LOCAL], fields[_REMOTE]) in wanted:
                    return int(fields[_UID])
    except (OSError, ValueError, IndexError):
        pass
    return None


def trusted(*names: str) -> frozenset[int]:
    """The own account, root's, and those with these names where they exist; none, so all, where
    `owner_of` never tells."""
    if sys.platform != "linux":
        return frozenset()
    import pwd

    found = {0, os.getuid()}
    for name in names:
        try:
            found.add(pwd.getpwnam(name).pw_uid)
        except KeyError:
            continue
    if names and _among_few():
        found.add(_OVERFLOW)
    return frozenset(found)


def _among_few() -> bool:
    """Whether this process has a user namespace of its own, in which others have no name."""
    try:
        return int(_UID_MAP.read_text().split()[2]) < 2**32 - 1
    except (OSError, ValueError, IndexError):
        return False


def _forms(address: Sequence[object]) -> list[str]:
    """As the kernel writes it: words of 4 bytes in its own order, and the port. IPv4 has a second
    form, that of a socket of IPv6 which speaks it."""
    host, port = ipaddress.ip_address(str(address[0]).partition("%")[0]), int(str(address[1]))
    mapped = host.ipv4_mapped if isinstance(host, ipaddress.IPv6Address) else host
    forms = [host.packed] if mapped is None else [mapped.packed, _MAPPED + mapped.packed]
    words = [struct.unpack(f"={len(packed) // 4}I", packed) for packed in forms]
    return ["".join(f"{word:08X}" for word in one) + f":{port:04X}" for one in words]
