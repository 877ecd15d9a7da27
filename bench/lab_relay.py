"""The line's delay: `python -m bench.lab_relay ONE_WAY_MS JITTER_MS`, inside the line's namespace.

A TUN device through which the router sends every packet; each goes back to the router when its time
has come. The order is kept in each direction. The delay is drawn anew every 50 ms, evenly between
one-way − jitter and one-way + jitter; it may rise at once but falls only as fast as a queue drains,
because no packet overtakes another. The draw is shifted so that the mean is the one-way delay.
"""

import fcntl
import os
import random
import select
import struct
import sys
import time
from collections import deque
from contextlib import suppress

_TUNSETIFF, _IFF_TUN, _IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
_SLOT_S = 0.05
_QUEUE = 4_000  # packets a direction: far above 20 Mbit/s × 100 ms


class Direction:
    """One way of the line: packets wait in order until they are due."""

    def __init__(self, one_way_s: float, jitter_s: float, draw: random.Random) -> None:
        shift = jitter_s**2 / (6 * _SLOT_S)  # what the kept order adds to the mean
        self._low = max(0.0, one_way_s - jitter_s - shift)
        self._high = max(self._low, one_way_s + jitter_s - shift)
        self._draw = draw
        self._slot, self._delay, self._last = -1, 0.0, 0.0
        self.waiting: deque[tuple[float, bytes]] = deque()

    def take(self, packet: bytes, now: float) -> None:
        if len(self.waiting) >= _QUEUE:
            return
        slot = int(now / _SLOT_S)
        if slot != self._slot:
            self._slot, self._delay = slot, self._draw.uniform(self._low, self._high)
        self._last = max(self._last, now + self._delay)
        self.waiting.append((self._last, packet))


def main() -> None:
    one_way_s, jitter_s = (float(text) / 1000 for text in sys.argv[1:3])
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, 0, -10)  # a line does not wait for a busy processor
    tun = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(tun, _TUNSETIFF, struct.pack("16sH", b"relay", _IFF_TUN | _IFF_NO_PI))
    print("ready", flush=True)
    ways: dict[bytes, Direction] = {}
    draw = random.Random(7)
    while True:
        due = min((way.waiting[0][0] for way in ways.values() if way.waiting), default=None)
        patience = None if due is None else max(0.0, due - time.monotonic())
        ready, _, _ = select.select([tun], [], [], patience)
        if ready:
            with suppress(BlockingIOError):
                while True:
                    packet = os.read(tun, 65_536)
                    network = packet[16:19]  # of the destination: 10.77.1 is school, 10.77.2 home
                    if network not in ways:
                        ways[network] = Direction(one_way_s, jitter_s, draw)
                    ways[network].take(packet, time.monotonic())
        now = time.monotonic()
        for way in ways.values():
            while way.waiting and way.waiting[0][0] <= now:
                with suppress(OSError):
                    os.write(tun, way.waiting.popleft()[1])


if __name__ == "__main__":
    main()
