"""A bad network on one machine: school and home in namespaces of their own, a line between them.

    school ── line ── home        line is a router: limits the rate (tc tbf), loses packets and cuts
                                  (nft), and delays by way of `bench.lab_relay` (a TUN device)

The router stands apart from both ends, as it does in reality: a sender is not told by its own
socket that the line is full. Needs root. Names carry our process id, so that several labs fit on
one machine and the remains of a dead one can be told from a living one.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_PREFIX = "klab"
SCHOOL_IP, _HOME_IP = "10.77.1.2", "10.77.2.{}"
_FIRST, _LAST = 2, 254
_SCHOOL_GATE, _HOME_GATE = "10.77.1.1", "10.77.2.1"
_RELAY_TABLES = {"school": "101", "home": "102"}
WIDE_KBPS = 20_000
_QUEUE_MS = 150  # what a home router keeps before it drops


class LabError(Exception):
    """The network could not be made; the text has the command and what it said."""


class Lab:
    """Use `lab()`. A change acts at once and returns the wall clock (s) at which it was made."""

    def __init__(self) -> None:
        self.school, self.line, self.home = (
            f"{_PREFIX}-{os.getpid()}-{name}" for name in ("school", "line", "home")
        )
        self.kbps = WIDE_KBPS
        self._host = _FIRST
        self._relay: subprocess.Popen[str] | None = None

    def make(self) -> None:
        sweep()
        for name in (self.school, self.line, self.home):
            _run("ip", "netns", "add", name)
            # ICE would try IPv6 addresses that lead nowhere here.
            _inside(name, "sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1")
            _run("ip", "-n", name, "link", "set", "lo", "up")
        for end, name, address, gate in (
            ("school", self.school, SCHOOL_IP, _SCHOOL_GATE),
            ("home", self.home, self.home_ip, _HOME_GATE),
        ):
            link = ["type", "veth", "peer", "name", f"to_{end}", "netns", self.line]
            _run("ip", "-n", name, "link", "add", "eth0", *link)
            _run("ip", "-n", self.line, "addr", "add", f"{gate}/24", "dev", f"to_{end}")
            _run("ip", "-n", self.line, "link", "set", f"to_{end}", "up")
            _run("ip", "-n", name, "addr", "add", f"{address}/24", "dev", "eth0")
            _run("ip", "-n", name, "link", "set", "eth0", "up")
            _run("ip", "-n", name, "route", "add", "default", "via", gate)
        for setting in ("ip_forward=1", "conf.all.rp_filter=0", "conf.default.rp_filter=0"):
            _inside(self.line, "sysctl", "-qw", f"net.ipv4.{setting}")
        # The rules look at what leaves for an end, so that a relayed packet is not judged twice.
        self._nft("add table inet lab; add chain inet lab loss; add chain inet lab cut;"
                  "add chain inet lab forward { type filter hook forward priority 0; };"
                  "add rule inet lab forward oifname { to_home, to_school } jump cut;"
                  "add rule inet lab forward oifname { to_home, to_school } jump loss")  # fmt: skip
        self._shape("to_school", WIDE_KBPS)
        self.rate(WIDE_KBPS)

    def rate(self, kbps: int) -> float:
        """Limit school → home; the way back stays wide."""
        self._shape("to_home", kbps)
        self.kbps = kbps
        return time.time()

    def loss(self, percent: int) -> float:
        """Lose this share of the UDP packets, both ways."""
        chance = f"numgen random mod 100 < {percent} " if percent < 100 else ""
        rule = f"add rule inet lab loss meta l4proto udp {chance}drop"
        self._nft("flush chain inet lab loss;" + (rule if percent else ""))
        return time.time()

    def cut(self, down: bool) -> float:
        """Nothing comes through, either way, while `down`."""
        self._nft("flush chain inet lab cut;" + ("add rule inet lab cut drop" if down else ""))
        return time.time()

    def delay(self, one_way_ms: float, jitter_ms: float = 0.0) -> None:
        """Each way takes one_way ± jitter; 0 and 0 takes the relay out again."""
        if self._relay is not None:
            self._route_by_relay("del")
            _end(self._relay)
            self._relay = None
        if one_way_ms or jitter_ms:
            command = [sys.executable, "-m", "bench.lab_relay", str(one_way_ms), str(jitter_ms)]
            self._relay = subprocess.Popen(
                [*self.prefix("line"), *command],
                stdout=subprocess.PIPE,
                text=True,
                cwd=Path(__file__).parent.parent,
            )
            assert self._relay.stdout is not None
            if self._relay.stdout.readline().strip() != "ready":
                raise LabError("the delaying relay did not start")
            self._route_by_relay("add")

    def change_address(self) -> float:
        """The home gets an address it never had, as behind another access point."""
        old, self._host = self.home_ip, self._host + 1 if self._host < _LAST else _FIRST
        _run("ip", "-n", self.home, "addr", "del", f"{old}/24", "dev", "eth0")
        _run("ip", "-n", self.home, "addr", "add", f"{self.home_ip}/24", "dev", "eth0")
        _run("ip", "-n", self.home, "route", "replace", "default", "via", _HOME_GATE)
        return time.time()

    @property
    def home_ip(self) -> str:
        return _HOME_IP.format(self._host)

    def restore(self) -> None:
        """A wide, clean line again."""
        self.cut(False)
        self.loss(0)
        self.delay(0)
        self.rate(WIDE_KBPS)

    def prefix(self, end: str) -> list[str]:
        """What to put before a command to run it in `school`, `home` or `line`."""
        return ["ip", "netns", "exec", getattr(self, end)]

    def close(self) -> None:
        with suppress(LabError):
            self.delay(0)
        for name in (self.school, self.home, self.line):
            _remove(name)

    def _shape(self, device: str, kbps: int) -> None:
        shape = ["tbf", "rate", f"{kbps}kbit", "burst", "32kbit", "latency", f"{_QUEUE_MS}ms"]
        _run("tc", "-n", self.line, "qdisc", "replace", "dev", device, "root", *shape)

    def _nft(self, rules: str) -> None:
        _inside(self.line, "nft", rules)

    def _route_by_relay(self, verb: str) -> None:
        if verb == "add":
            _run("ip", "-n", self.line, "addr", "replace", "10.77.3.1/24", "dev", "relay")
            _run("ip", "-n", self.line, "link", "set", "relay", "up")
        for end, table in _RELAY_TABLES.items():
            if verb == "add":
                path = ["default", "dev", "relay", "table", table]
                _run("ip", "-n", self.line, "route", "replace", *path)
            rule = ["iif", f"to_{end}", "lookup", table, "priority", table]
            _run("ip", "-n", self.line, "rule", verb, *rule)


@contextmanager
def lab() -> Iterator[Lab]:
    """A lab with a wide line, taken away again whatever happens."""
    one = Lab()
    try:
        one.make()
        yield one
    finally:
        one.close()


def sweep() -> None:
    """Remove the namespaces of labs whose process is dead."""
    for name in _run("ip", "netns", "list").splitlines():
        kind, _, rest = name.split(" ")[0].partition("-")
        owner = rest.partition("-")[0]
        if kind == _PREFIX and owner.isdigit() and not Path(f"/proc/{owner}").exists():
            _remove(name.split(" ")[0])


def _remove(name: str) -> None:
    with suppress(LabError):
        for pid in _run("ip", "netns", "pids", name).split():
            with suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGKILL)
        _run("ip", "netns", "del", name)


def _end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(2)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _inside(name: str, *command: str) -> str:
    return _run("ip", "netns", "exec", name, *command)


def _run(*command: str) -> str:
    path = {"PATH": f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"}
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=20, env=os.environ | path, check=False
        )
    except FileNotFoundError:
        raise LabError(f"{command[0]} is missing: config/install/packages.sh ip nft") from None
    if done.returncode != 0:
        raise LabError(f"{' '.join(command)}: {done.stderr.strip()}")
    return done.stdout
