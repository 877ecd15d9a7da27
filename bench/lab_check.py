"""Does the lab do what it says? A UDP probe from school to home measures rate, loss and delay.

`python -m bench.lab_check` checks the lab itself; the benches trust it afterwards.
"""

import socket
import statistics
import struct
import subprocess
import sys
import time
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from bench.lab_net import SCHOOL_IP, Lab, lab
from bench.results import percentile

_PORT = 47_700
_HEAD = struct.Struct("!Id")
_WIRE_BYTES = 14 + 20 + 8  # Ethernet, IPv4 and UDP, which the rate limit counts too


@dataclass(frozen=True)
class Probe:
    """What came of packets at an even pace."""

    kbps: float
    lost_pct: float
    delay_p50_ms: float
    delay_mean_ms: float
    delay_p95_ms: float
    overtaken: int


def probe(
    one: Lab, kbps: int, seconds: float = 2.0, size: int = 1000, homewards: bool = True
) -> Probe:
    """Send `kbps` (on the wire) for so many seconds and tell what arrived."""
    ends = (("home", one.home_ip), ("school", SCHOOL_IP))
    (to, address), (source, _) = ends if homewards else ends[::-1]
    here = [sys.executable, "-m", "bench.lab_check"]
    folder = Path(__file__).parent.parent
    receiver = subprocess.Popen(
        [*one.prefix(to), *here, "receive", address], stdout=subprocess.PIPE, text=True, cwd=folder
    )
    assert receiver.stdout is not None
    receiver.stdout.readline()
    each = (size + _WIRE_BYTES) * 8 / (kbps * 1000)
    subprocess.run(
        [*one.prefix(source), *here, "send", address, str(each), str(seconds), str(size)],
        check=True,
        cwd=folder,
    )
    lines, _ = receiver.communicate(timeout=20)
    sent, *rows = (line.split() for line in lines.splitlines())
    arrived = [(int(number), float(at), float(delay) * 1000) for number, at, delay in rows]
    delays = [delay for _, _, delay in arrived]
    times = [at for _, at, _ in arrived]
    spent = max(times) - min(times) if len(times) > 1 else 1.0
    return Probe(
        kbps=(len(arrived) - 1) * (size + _WIRE_BYTES) * 8 / spent / 1000,
        lost_pct=100 * (1 - len(arrived) / int(sent[0])),
        delay_p50_ms=percentile(delays, 0.5),
        delay_mean_ms=statistics.fmean(delays),
        delay_p95_ms=percentile(delays, 0.95),
        overtaken=sum(b[0] < a[0] for a, b in pairwise(arrived)),
    )


def _send(address: str, each_s: float, seconds: float, size: int) -> None:
    out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    start = time.monotonic()
    number = 0
    while (now := time.monotonic()) < start + seconds:
        while start + number * each_s <= now:
            packet = _HEAD.pack(number, time.time()).ljust(size, b"\0")
            out.sendto(packet, (address, _PORT))
            number += 1
        time.sleep(max(0.0, start + number * each_s - time.monotonic()))
    time.sleep(0.5)  # the line empties
    for _ in range(50):  # the line may lose it
        out.sendto(_HEAD.pack(number, -1.0), (address, _PORT))
        time.sleep(0.01)


def _receive(address: str) -> None:
    into = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    into.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
    into.bind((address, _PORT))
    into.settimeout(10)
    print("ready", flush=True)
    rows = []
    while True:
        packet = into.recv(2048)
        now = time.time()
        number, sent_at = _HEAD.unpack_from(packet)
        if sent_at < 0:
            break
        rows.append(f"{number} {now:.6f} {now - sent_at:.6f}")
    print("\n".join([str(number), *rows]))


def main() -> None:
    if sys.argv[1:2] == ["send"]:
        _send(sys.argv[2], float(sys.argv[3]), float(sys.argv[4]), int(sys.argv[5]))
        return
    if sys.argv[1:2] == ["receive"]:
        _receive(sys.argv[2])
        return
    with lab() as one:
        print("wide, 15 Mbit/s   ", probe(one, 15_000))
        one.rate(350)
        print("350 kbit/s, 1 Mbit", probe(one, 1000, 4))
        one.rate(20_000)
        one.loss(3)
        print("3 % loss          ", probe(one, 8000, 4))
        one.loss(0)
        one.delay(30, 30)
        print("30 ± 30 ms        ", probe(one, 15_000, 4))
        print("30 ± 30 ms, back  ", probe(one, 1_000, 4, homewards=False))
        one.delay(0)
        one.change_address()
        one.change_address()
        print("wide again        ", probe(one, 1_000))


if __name__ == "__main__":
    main()
