"""What all lamps share: the lease, and one thread that writes, so a slow lamp delays nobody."""

from __future__ import annotations

import logging
import threading
import time
from typing import Protocol

from hardware.light import Lease, LightState
from hardware.motion import Health

REFRESH_S = 1.0  # a lamp that was unplugged, or changed by another, is right again in a second
CLOSE_S = 0.5  # leaving must not hang on a lamp that does not take its last write

_log = logging.getLogger(__name__)


class LampOpeningError(OSError):
    """It is not known yet whether there is a lamp."""


class Lamp(Protocol):
    """One lamp; used from one thread only."""

    def set(self, lit: bool) -> str:
        """Burn or not; called at least once a second. Gives its name; OSError, ValueError."""

    def close(self) -> None:
        """Let it go, dark; OSError."""


class LampThread:
    """See `hardware.light.Light`."""

    def __init__(self, lamp: Lamp) -> None:
        """The lamp need not be there yet."""
        self._lamp = lamp
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
                self._let_go()
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
            self._turn(Health("ready", self._lamp.set(lit)))
        except LampOpeningError as error:
            self._turn(Health("opening", str(error)))
        except (OSError, ValueError) as error:
            self._turn(Health("absent", str(error)))

    def _let_go(self) -> None:
        try:
            self._lamp.close()
        except OSError as error:
            _log.info("light: closed with %s", error)

    def _turn(self, health: Health) -> None:
        if health != self._health:
            _log.info("light: %s -> %s, %s", self._health.state, health.state, health.detail)
            self._health = health
