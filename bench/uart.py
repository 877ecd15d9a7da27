"""A serial cable with a speed: what one side says at one baud rate and the other hears at another.

A pseudo-terminal carries bytes at any speed; here they become bits on a wire and bytes again, by
the rules of 8N1. The unit's speed is read from the terminal that it has set.
"""

import os
import select
import termios
import threading
import tty
from pathlib import Path

_SPEEDS = {getattr(termios, f"B{baud}"): baud for baud in (9600, 19200, 38400, 115200)}


def heard(data: bytes, sent_baud: int, heard_baud: int) -> bytes:
    """What a receiver makes of `data`; a byte without its stop bit is dropped."""
    if sent_baud == heard_baud:
        return data
    wire = [1] * 20
    for byte in data:
        wire += [0, *((byte >> bit) & 1 for bit in range(8)), 1]
    wire += [1] * 20
    ratio = sent_baud / heard_baud  # wire bits a bit of the receiver
    found, at = bytearray(), 0.0
    while (start := _falls(wire, at)) is not None:
        bits = [_level(wire, start + (number + 0.5) * ratio) for number in range(10)]
        if bits[0] == 0 and bits[9] == 1:
            found.append(sum(bit << number for number, bit in enumerate(bits[1:9])))
        at = start + 9.5 * ratio
    return bytes(found)


def _falls(wire: list[int], after: float) -> float | None:
    """Where the line next goes from idle to start."""
    for bit in range(int(after) + 1, len(wire)):
        if wire[bit - 1] == 1 and wire[bit] == 0:
            return float(bit)
    return None


def _level(wire: list[int], at: float) -> int:
    return wire[int(at)] if at < len(wire) else 1


class Cable:
    """Between `port` (a link, for the unit) and a simulated camera; `camera_baud` may change."""

    def __init__(self, port: Path, camera: Path) -> None:
        self.camera_baud = 9600
        self._camera = os.open(camera, os.O_RDWR | os.O_NOCTTY)
        tty.setraw(self._camera)
        self._unit, self._slave = os.openpty()
        tty.setraw(self._slave)
        port.unlink(missing_ok=True)
        port.symlink_to(os.ttyname(self._slave))
        self._port = port
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def unplug(self) -> None:
        """The link goes, and who has it open reads its end."""
        self._ended.set()
        self._thread.join()
        self._port.unlink(missing_ok=True)
        for one in (self._unit, self._slave, self._camera):
            os.close(one)

    def _run(self) -> None:
        while not self._ended.is_set():
            ready, _, _ = select.select([self._unit, self._camera], [], [], 0.1)
            unit_baud = _SPEEDS.get(termios.tcgetattr(self._unit)[5], 9600)
            if self._unit in ready:
                said = os.read(self._unit, 4096)
                os.write(self._camera, heard(said, unit_baud, self.camera_baud))
            if self._camera in ready:
                said = os.read(self._camera, 4096)
                os.write(self._unit, heard(said, self.camera_baud, unit_baud))
