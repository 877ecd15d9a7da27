"""Firewalls on one machine: home and school behind a gate each, server and relay outside.

    home ── gate_home ── outside ── gate_school ── school
                         server wss:443, coturn UDP 3478 and TLS 443 on a second address

A gate is a router that filters (nft) and translates addresses. Needs root.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bench.lab_net import LabError, _inside, _remove, _run, sweep

SERVER_NAME, RELAY_NAME = "klas.lab", "turn.lab"
SERVER_IP, RELAY_IP = "10.79.0.1", "10.79.0.2"
SERVER_IP6, RELAY_IP6 = "fd79::1", "fd79::2"
PROXY_PORT = 3128
_ENDS = {"home": 1, "school": 2}
_SUBNET_BITS = 24


class Firewalls:
    """Use `firewalls()`. `profile` changes both gates at once."""

    def __init__(self) -> None:
        names = ("home", "school", "gate_home", "gate_school", "outside")
        self.name = {name: f"klab-{os.getpid()}-f-{name}" for name in names}
        self._proxies: list[subprocess.Popen[str]] = []

    def make(self) -> None:
        sweep()
        # Chromium asks for the names of STUN and TURN servers with a dot at the end.
        hosts = "127.0.0.1 localhost\n::1 localhost\n" + "".join(
            f"{address} {host} {host}.\n"
            for host, addresses in (
                (SERVER_NAME, (SERVER_IP, SERVER_IP6)),
                (RELAY_NAME, (RELAY_IP, RELAY_IP6)),
            )
            for address in addresses
        )
        for name in self.name.values():
            folder = Path("/etc/netns") / name  # `ip netns exec` lays it over /etc
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "hosts").write_text(hosts)
            (folder / "resolv.conf").write_text("")
            (folder / "nsswitch.conf").write_text("hosts: files\n")
            _run("ip", "netns", "add", name)
            _run("ip", "-n", name, "link", "set", "lo", "up")
            _inside(name, "sysctl", "-qw", "net.ipv6.conf.all.accept_dad=0")
            _inside(name, "sysctl", "-qw", "net.ipv6.conf.default.accept_dad=0")
        for address in (SERVER_IP, RELAY_IP):
            self._ip("outside", "addr", "add", f"{address}/32", "dev", "lo")
        for address in (SERVER_IP6, RELAY_IP6):
            self._ip("outside", "addr", "add", f"{address}/128", "dev", "lo", "nodad")
        for end, number in _ENDS.items():
            gate = f"gate_{end}"
            self._veth(end, "eth0", gate, "in", f"10.79.{number}", f"fd79:{number}:")
            self._veth(gate, "out", "outside", end, f"10.79.{number + 10}", f"fd79:1{number}:")
            for family in ("-4", "-6"):
                near = f"10.79.{number}.1" if family == "-4" else f"fd79:{number}::1"
                far = f"10.79.{number + 10}.1" if family == "-4" else f"fd79:1{number}::1"
                self._ip(end, family, "route", "add", "default", "via", near)
                self._ip(gate, family, "route", "add", "default", "via", far)
        for number in _ENDS.values():
            to4, to6 = f"10.79.{number}.0/24", f"fd79:{number}::/64"
            gate4, gate6 = f"10.79.{number + 10}.2", f"fd79:1{number}::2"
            self._ip("outside", "-4", "route", "add", to4, "via", gate4)
            self._ip("outside", "-6", "route", "add", to6, "via", gate6)
        for gate in ("gate_home", "gate_school", "outside"):
            for setting in ("ipv4.ip_forward=1", "ipv6.conf.all.forwarding=1"):
                _inside(self.name[gate], "sysctl", "-qw", f"net.{setting}")

    def prefix(self, where: str) -> list[str]:
        return ["ip", "netns", "exec", self.name[where]]

    def profile(self, name: str) -> None:
        """One of PROFILES, on both gates."""
        self._clear()
        for end in _ENDS:
            PROFILES[name](self, end)

    def close(self) -> None:
        for proxy in self._proxies:
            proxy.kill()
            proxy.wait()
        for name in self.name.values():
            _remove(name)
            shutil.rmtree(Path("/etc/netns") / name, ignore_errors=True)

    def forward(self, end: str, *rules: str) -> None:
        """What the gate lets through, in the order of these rules of nft; else everything."""
        lines = "".join(f"add rule inet fw forward {rule};" for rule in rules)
        self.nft(end, lines)

    def nft(self, end: str, rules: str) -> None:
        _inside(self.name[f"gate_{end}"], "nft", rules)

    def proxy(self, end: str) -> None:
        command = [sys.executable, "-m", "bench.lab_proxy", str(PROXY_PORT)]
        one = subprocess.Popen(
            [*self.prefix(f"gate_{end}"), *command],
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parent.parent,
        )
        self._proxies.append(one)
        assert one.stdout is not None
        one.stdout.readline()

    def without_ipv4(self, end: str) -> None:
        number = _ENDS[end]
        self._ip(end, "addr", "del", f"10.79.{number}.2/24", "dev", "eth0")

    def proxy_url(self, end: str) -> str:
        return f"http://10.79.{_ENDS[end]}.1:{PROXY_PORT}"

    def _clear(self) -> None:
        for proxy in self._proxies:
            proxy.kill()
            proxy.wait()
        self._proxies.clear()
        for end, number in _ENDS.items():
            with suppress(LabError):
                self.nft(end, "delete table inet fw")
            self.nft(end, _EMPTY)
            gate4 = f"10.79.{number}.1"
            with suppress(LabError):
                self._ip(end, "addr", "add", f"10.79.{number}.2/24", "dev", "eth0")
                self._ip(end, "-4", "route", "add", "default", "via", gate4)

    def _veth(  # noqa: PLR0917
        self, one: str, device: str, other: str, peer: str, four: str, six: str
    ) -> None:
        """`one` gets .2, `other` (nearer to the outside) .1."""
        link = ["type", "veth", "peer", "name", peer, "netns", self.name[other]]
        self._ip(one, "link", "add", device, *link)
        for name, dev, host in ((one, device, 2), (other, peer, 1)):
            self._ip(name, "addr", "add", f"{four}.{host}/{_SUBNET_BITS}", "dev", dev)
            self._ip(name, "addr", "add", f"{six}:{host}/64", "dev", dev, "nodad")
            self._ip(name, "link", "set", dev, "up")

    def _ip(self, where: str, *arguments: str) -> None:
        _run("ip", "-n", self.name[where], *arguments)


_EMPTY = (
    "add table inet fw;"
    "add chain inet fw forward { type filter hook forward priority 0; };"
    "add chain inet fw nat { type nat hook postrouting priority 100; };"
)
_BACK = "ct state established,related accept"
_ONLY_443 = f"ip daddr {{ {SERVER_IP}, {RELAY_IP} }} tcp dport 443 accept"


def _open(lab: Firewalls, end: str) -> None:
    pass


def _no_udp(lab: Firewalls, end: str) -> None:
    lab.forward(end, "meta l4proto udp drop")


def _tcp_443_only(lab: Firewalls, end: str) -> None:
    lab.forward(end, _BACK, _ONLY_443, "drop")


def _symmetric_nat(lab: Firewalls, end: str) -> None:
    """Another outside port for every destination; nothing unasked comes in."""
    lab.forward(end, _BACK, "iifname out drop")
    lab.nft(end, "add rule inet fw nat oifname out meta nfproto ipv4 masquerade fully-random")
    lab.forward(end, "meta nfproto ipv6 drop")


def _ipv6_only(lab: Firewalls, end: str) -> None:
    lab.without_ipv4(end)


def _loss_3pct(lab: Firewalls, end: str) -> None:
    lab.forward(end, "numgen random mod 100 < 3 drop")


def _http_proxy(lab: Firewalls, end: str) -> None:
    """At home nothing but the proxy; the school is behind an ordinary router."""
    if end == "home":
        lab.forward(end, "drop")
        lab.proxy(end)
    else:
        lab.forward(end, _BACK, "iifname out drop", "meta nfproto ipv6 drop")
        lab.nft(end, "add rule inet fw nat oifname out meta nfproto ipv4 masquerade")


PROFILES: dict[str, Callable[[Firewalls, str], None]] = {
    "open": _open,
    "no_udp": _no_udp,
    "tcp_443_only": _tcp_443_only,
    "symmetric_nat": _symmetric_nat,
    "ipv6_only": _ipv6_only,
    "loss_3pct": _loss_3pct,
    "http_proxy": _http_proxy,
}


@contextmanager
def firewalls() -> Iterator[Firewalls]:
    """The lab, taken away again whatever happens."""
    one = Firewalls()
    try:
        one.make()
        yield one
    finally:
        one.close()
