"""The driver `relay`: a lamp on the RTS or DTR line of a serial port of its own (pyserial).

`/dev/ttyUSB1` switches RTS, `/dev/ttyUSB1#dtr` DTR. When this process dies the kernel closes the
port and drops both lines (termios HUPCL), so the lamp goes out whatever killed it.
"""

from __future__ import annotations

from typing import Any

import serial

from hardware.lamp_thread import LampThread


class RelayLamp:
    """See `hardware.lamp_thread.Lamp`."""

    def __init__(self, place: str) -> None:
        """ValueError if the line after `#` is neither rts nor dtr."""
        self._port_name, _, line = place.partition("#")
        self._line = line or "rts"
        if self._line not in ("rts", "dtr"):
            raise ValueError(f"light.path: a relay hangs on #rts or #dtr, not #{line}")
        self._port: Any = None

    def set(self, lit: bool) -> str:
        """See Lamp; opens the port where it must."""
        try:
            if self._port is None:
                self._port = self._open()
            setattr(self._port, self._line, lit)
        except (OSError, serial.SerialException) as error:
            self._drop()
            raise OSError(f"{self._port_name}: {error}") from error
        return f"{self._port_name} {self._line}"

    def close(self) -> None:
        """See Lamp."""
        self._drop()

    def _open(self) -> Any:
        port = serial.serial_for_url(self._port_name, do_not_open=True, timeout=0)
        port.rts = port.dtr = False  # both are high from the kernel's open until this is written
        if hasattr(port, "exclusive"):
            port.exclusive = True
        port.open()
        return port

    def _drop(self) -> None:
        port, self._port = self._port, None
        if port is not None:
            port.close()


def relay(place: str) -> LampThread:
    """A lamp by its serial port; ValueError."""
    return LampThread(RelayLamp(place))
