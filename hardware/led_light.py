"""The driver `led`: an LED-class folder (kernel: Documentation/leds/leds-class.rst).

`brightness` takes 0…`max_brightness`; `trigger`, if there, must be `none` or the kernel blinks
along. One thread writes, so a slow USB lamp delays nobody.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from pathlib import Path

from hardware.light import Lease, LightState
from hardware.motion import Health

REFRESH_S = 1.0  # a lamp that was unplugged, or changed by another, is right again in a second
CLOSE_S = 0.5  # leaving must not hang on a lamp that does not take its last write

_log = logging.getLogger(__name__)


class LedLight:
    """See `hardware.light.Light`."""

    def __init__(self, path: Path) -> None:
        """The folder need not exist yet."""
        self._path = path
        self._lease = Lease()
        self._health = Health("opening", "not tried yet")
        self._closing = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="light", daemon=True)
        self._thread.start()

    def show(self, state: LightState, lease_s: float) -> None:
        """See Light."""
        with self._changed:
            try:
                self._lease.show(state, lease_s, time.monotonic())
            finally:
                self._changed.notify()

    def health(self) -> Health:
        """See Light."""
        return self._health

    def close(self) -> None:
        """See Light."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join(CLOSE_S)

    def _run(self) -> None:
        while True:
            with self._changed:
                now = time.monotonic()
                closing = self._closing
                lit = self._lease.lit(now) and not closing
            self._write(lit)
            if closing:
                return
            with self._changed:
                # Asked again: a wish that came during the write must not wait for the refresh.
                now = time.monotonic()
                due = self._lease.next_change(now)
                patience = REFRESH_S if due is None else min(REFRESH_S, due - now)
                if self._lease.lit(now) == lit and not self._closing:
                    self._changed.wait(patience)

    def _write(self, lit: bool) -> None:
        try:
            if self._health.state != "ready":
                trigger = self._path / "trigger"
                if trigger.exists():
                    _put(trigger, "none")
            full = int((self._path / "max_brightness").read_text()) if lit else 0
            _put(self._path / "brightness", str(full))
        except (OSError, ValueError) as error:
            self._turn(Health("absent", f"{self._path}: {error}"))
        else:
            self._turn(Health("ready", str(self._path)))

    def _turn(self, health: Health) -> None:
        if health != self._health:
            _log.info("light: %s -> %s, %s", self._health.state, health.state, health.detail)
            self._health = health


def _put(path: Path, text: str) -> None:
    # Without O_CREAT: a lamp that vanished must not leave a plain file behind. Without waiting:
    # the simulated one is a pipe, and its reader may be gone.
    file = os.open(path, os.O_WRONLY | os.O_TRUNC | os.O_NONBLOCK)
    try:
        os.write(file, f"{text}\n".encode())
    finally:
        os.close(file)
