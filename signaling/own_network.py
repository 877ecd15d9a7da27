"""Whether this machine is on any network at all, as its routes tell. `usable` is pure."""

import os
from pathlib import Path

_ROUTES, _ROUTES_6 = Path("/proc/net/route"), Path("/proc/net/ipv6_route")
_INTERFACES = Path("/sys/class/net")
_MOST_BYTES = 65_536
_UP = 0x1
_REJECT, _LOCAL = 0x200, 0x80000000
_LINK_LOCAL, _MULTICAST = "fe8", "ff"
_LINK_LOCAL_4 = "FEA9"  # 169.254/16, the bytes turned round as the kernel prints them


def usable(routes: str, routes_6: str, down: set[str]) -> bool:
    """Whether a route leads out of the machine by an interface that is not down.

    The texts are those of /proc/net/route and /proc/net/ipv6_route (proc(5)); lines that are none
    are passed over. Addresses that a machine gives itself (link-local) lead nowhere.
    """
    for line in routes.splitlines():
        field = line.split()
        if len(field) < 8 or field[0] in down | {"lo"} or not _has(field[3], _UP):
            continue
        if not field[1].endswith(_LINK_LOCAL_4) and not _has(field[3], _REJECT):
            return True
    for line in routes_6.splitlines():
        field = line.split()
        if len(field) < 10 or field[9] in down | {"lo"} or not _has(field[8], _UP):
            continue
        inward = _has(field[8], _LOCAL) or _has(field[8], _REJECT)
        if not inward and not field[0].startswith((_LINK_LOCAL, _MULTICAST)):
            return True
    return False


def on_a_network() -> bool | None:
    """None where this system does not tell."""
    try:
        routes = _read(_ROUTES)
    except OSError:
        return None
    try:
        routes_6 = _read(_ROUTES_6)
    except OSError:  # a machine without IPv6
        routes_6 = ""
    return usable(routes, routes_6, _down())


def _read(path: Path) -> str:
    with path.open("rb") as file:
        return file.read(_MOST_BYTES).decode("ascii", "replace")


def _down() -> set[str]:
    """Interfaces whose cable is out; their routes may still be there."""
    found: set[str] = set()
    try:
        names = os.listdir(_INTERFACES)  # noqa: PTH208
    except OSError:
        return found
    for name in names:
        try:
            state = (_INTERFACES / name / "operstate").read_text("ascii").strip()
        except (OSError, ValueError):
            continue
        if state in ("down", "lowerlayerdown"):
            found.add(name)
    return found


def _has(hexadecimal: str, bit: int) -> bool:
    try:
        return bool(int(hexadecimal, 16) & bit)
    except ValueError:
        return False
