"""The driver `led`: an LED-class folder (kernel: Documentation/leds/leds-class.rst).

`brightness` takes 0…`max_brightness`; `trigger`, if there, must be `none` or the kernel blinks
along.
"""

from __future__ import annotations

import os
from pathlib import Path

from hardware.lamp_thread import LampThread


class LedLamp:
    """See `hardware.lamp_thread.Lamp`."""

    def __init__(self, path: Path) -> None:
        """The folder need not exist yet."""
        self._path = path
        self._ours = False

    def set(self, lit: bool) -> str:
        """See Lamp."""
        try:
            if not self._ours:
                trigger = self._path / "trigger"
                if trigger.exists():
                    _put(trigger, "none")
            full = int((self._path / "max_brightness").read_text()) if lit else 0
            _put(self._path / "brightness", str(full))
        except (OSError, ValueError) as error:
            self._ours = False
            raise OSError(f"{self._path}: {error}") from error
        self._ours = True
        return str(self._path)

    def close(self) -> None:
        """Nothing to let go."""


def led(place: str) -> LampThread:
    """A lamp by the path of its LED-class folder."""
    return LampThread(LedLamp(Path(place)))


def _put(path: Path, text: str) -> None:
    # Without O_CREAT: a lamp that vanished must not leave a plain file behind. Without waiting:
    # the simulated one is a pipe, and its reader may be gone.
    file = os.open(path, os.O_WRONLY | os.O_TRUNC | os.O_NONBLOCK)
    try:
        os.write(file, f"{text}\n".encode())
    finally:
        os.close(file)
