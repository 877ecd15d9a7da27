"""A serial port as a line, and the cameras that hang on one: the drivers `visca` and `pelco-d`."""

from __future__ import annotations

import os
from contextlib import suppress

import serial

from hardware.camera import Wiring
from hardware.camera_thread import CameraThread
from hardware.motion import HealthCallback
from hardware.pelco_engine import PelcoEngine
from hardware.profiles import Profile
from hardware.ptz_engine import PtzEngine


class SerialLine:
    """See `hardware.camera_line.Line`."""

    writing = False

    def __init__(self, port: str, baud: int) -> None:
        """OSError if it cannot be opened."""
        # 8N1 and DTR high are pyserial's own; exclusive, as two drivers on one head would fight.
        try:
            self._port = serial.Serial(port, baud, timeout=0, exclusive=True)
        except serial.SerialException as error:
            raise OSError(f"{port}: {error}") from error
        with suppress(OSError, ValueError, AttributeError):  # not every adapter has the setting
            self._port.set_low_latency_mode(True)  # takes an FTDI's 16 ms timer to 1 ms

    def fileno(self) -> int:
        """See Line."""
        return int(self._port.fileno())

    def write(self, data: bytes, now: float) -> int:
        """See Line."""
        return os.write(self.fileno(), data)

    def read(self, now: float) -> bytes:
        """See Line."""
        data = os.read(self.fileno(), 4096)
        if not data:
            raise OSError("the line hung up")
        return data

    def wake_at(self) -> float | None:
        """Never."""
        return None

    def timeout(self, now: float) -> None:
        """Nothing to do."""

    def close(self) -> None:
        """See Line."""
        self._port.close()


def visca(
    wiring: Wiring, profile: Profile, deadman_s: float, on_change: HealthCallback | None
) -> CameraThread:
    """A VISCA camera on a serial line; ValueError."""
    _check_baud(wiring.baud)
    engine = PtzEngine(profile, deadman_s)
    return CameraThread(
        "visca", profile, engine, lambda: SerialLine(wiring.port, wiring.baud), on_change
    )


def pelco_d(
    wiring: Wiring, profile: Profile, deadman_s: float, on_change: HealthCallback | None
) -> CameraThread:
    """A Pelco-D camera on a serial line (RS-485); ValueError."""
    _check_baud(wiring.baud)
    engine = PelcoEngine(profile, deadman_s, wiring.address)
    return CameraThread(
        "pelco-d", profile, engine, lambda: SerialLine(wiring.port, wiring.baud), on_change
    )


def _check_baud(baud: int) -> None:
    if baud not in serial.Serial.BAUDRATES:
        raise ValueError(f"baud must be a usual rate such as 9600 or 38400, not {baud!r}")
