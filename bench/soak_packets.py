"""A million mutated packets at the agent's media ports while a lesson goes on.

usage: python -m bench.soak_packets [PACKETS]

Every other one has the laptop's own address on it as its sender (IPv4; needs root), because what
strangers send is not looked into.
"""

import os
import socket
import struct
import sys
import time
from collections import Counter
from ipaddress import ip_address
from pathlib import Path

import psutil
from playwright.sync_api import Page, sync_playwright
from rich.progress import Progress

from bench.ending import end_cleanly
from bench.packets import Packets
from bench.presses import driven_at, read_journal
from bench.results import Bound, Results
from bench.stage import stage

_SEED = 5
_WARM_S = 60  # as in bench/soak.py
_RATE = 2_000  # a second: what a set's line could carry beside the lesson
_BATCH = 20
_SENDERS = 8
_MOST_MIB = 10
_FRESH_MS = 1_500

Port = tuple[str, int]


def main() -> None:
    end_cleanly()
    packets = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with sync_playwright() as playwright, stage(playwright) as one:
        home, _ = one.lesson()
        time.sleep(_WARM_S)
        assert one.demo.unit.process is not None
        agent = psutil.Process(one.demo.unit.process.pid)
        ports, before = media_ports(agent), agent.memory_info().rss
        counts = _throw(packets, ports)
        grown = (agent.memory_info().rss - before) / 2**20
        home.wait_for_timeout(1_000)  # what still stood in the queue of the kernel
        stamp = home.evaluate("lab.stamp(document.querySelector('#klas-video'))")
        age = (time.time() * 1000 - stamp) % 2**32
        same = media_ports(agent) == ports
        steered = _steered(home, one.demo.journal)
        log = (one.demo.folder / "unit.log").read_text()
    print(", ".join(f"{kind} {count}" for kind, count in sorted(counts.items())))
    scenario = f"packets_{packets}"
    bounds = (
        Bound("trust", scenario, "rss_growth_mib", True, _MOST_MIB),
        Bound("trust", scenario, "picture_age_ms", True, _FRESH_MS),
        Bound("trust", scenario, "tracebacks", True, 0),
        Bound("trust", scenario, "same_leg", False, 1),
        Bound("trust", scenario, "steered", False, 1),
    )
    results = Results()
    results.add(
        *("trust", scenario, "klasgenoot"),
        rss_growth_mib=grown,
        picture_age_ms=age,
        tracebacks=log.count("Traceback"),
        same_leg=same,
        steered=steered,
    )
    results.save_soak()
    if not results.show(bounds):
        sys.exit("error: the packets did something to the lesson")


def media_ports(process: psutil.Process) -> list[Port]:
    """Where the agent hears datagrams."""
    found = {tuple(c.laddr) for c in process.net_connections("udp")}
    assert found, "the agent has no media port: is there a lesson?"
    return sorted(found)


def _throw(packets: int, ports: list[Port]) -> Counter[str]:
    """All packets, at a pace, to every port in turn."""
    source, counts, forger = Packets(_SEED), Counter[str](), Forger()
    senders = {
        version: [socket.socket(family, socket.SOCK_DGRAM) for _ in range(_SENDERS)]
        for version, family in ((4, socket.AF_INET), (6, socket.AF_INET6))
    }
    start = time.monotonic()
    with Progress() as progress:
        bar = progress.add_task("packets", total=packets)
        for number in range(packets):
            kind, packet = source.next()
            to = ports[number % len(ports)]
            sender = senders[ip_address(to[0].partition("%")[0]).version][number % _SENDERS]
            forged = number % 2 == 1 and forger.can(to)
            try:
                forger.send(packet, to) if forged else sender.sendto(packet, to)
                counts[f"{kind} forged" if forged else kind] += 1
            except OSError:  # larger than this way takes
                counts["unsent"] += 1
            if number % _BATCH == 0:
                progress.update(bar, completed=number)
                time.sleep(max(0.0, start + number / _RATE - time.monotonic()))
        progress.update(bar, completed=packets)
    forger.close()
    for sender in senders[4] + senders[6]:
        sender.close()
    return counts


class Forger:
    """Writes the address of each media port of the browsers on a datagram, in turn."""

    def __init__(self) -> None:
        self._raw: socket.socket | None = None
        if os.geteuid() == 0:
            self._raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
        self._from = [
            (one.laddr.ip, one.laddr.port)
            for one in psutil.net_connections("udp4")
            if one.pid and "chrom" in psutil.Process(one.pid).name() and one.laddr.ip != "0.0.0.0"
        ]
        self._turn = 0

    def can(self, to: Port) -> bool:
        return bool(self._raw and self._from and ":" not in to[0])

    def send(self, packet: bytes, to: Port) -> None:
        """Raises OSError."""
        assert self._raw is not None
        self._turn += 1
        host, port = self._from[self._turn % len(self._from)]
        ends = socket.inet_aton(host) + socket.inet_aton(to[0])
        udp = struct.pack("!HHHH", port, to[1], 8 + len(packet), 0)  # no checksum: allowed in IPv4
        length = 28 + len(packet)  # the kernel fills in the checksum of the head
        ip = struct.pack("!BBHHHBBH", 0x45, 0, length, 0, 0, 64, socket.IPPROTO_UDP, 0)
        self._raw.sendto(ip + ends + udp + packet, to)

    def close(self) -> None:
        if self._raw is not None:
            self._raw.close()


def _steered(home: Page, journal: Path) -> bool:
    """Whether a press turns the camera, and its end stops it."""
    seen = len(read_journal(journal))
    home.keyboard.press("ArrowLeft", delay=500)
    try:
        return driven_at(journal, seen, "0103ff") < driven_at(journal, seen, "0303ff")
    except TimeoutError:
        return False


if __name__ == "__main__":
    main()
