"""The driver `visca`: the engine, a serial port, and one thread.

The thread owns the port's life and the clock. A request takes the lock, changes the engine and
writes at once, so that a busy interpreter does not delay the first byte; what the port does not
take is written by the thread.
"""

from __future__ import annotations

import logging
import os
import select
import socket
import threading
import time
from contextlib import suppress

import serial

from hardware.camera import HealthCallback
from hardware.motion import Health, Position
from hardware.priority import hurry
from hardware.profiles import Profile
from hardware.ptz_engine import PtzEngine

FIRST_RETRY_S = 0.5  # a replugged adapter needs about this long to get its name back
_ROUND_S = 2.0  # at least this often the thread shows that it does not hang
LAST_RETRY_S = 2.0  # soon enough that nobody presses a button twice
CLOSE_S = 0.5  # two answers of a camera that is slow; leaving must not hang on a dead one

_log = logging.getLogger(__name__)


class SerialCamera:
    """See `hardware.camera.Camera`; every request returns at once."""

    def __init__(
        self,
        port: str,
        baud: int,
        profile: Profile,
        deadman_s: float,
        on_change: HealthCallback | None = None,
    ) -> None:
        """Port is a device path, dead man in seconds 0.1…2; ValueError."""
        if baud not in serial.Serial.BAUDRATES:
            raise ValueError(f"baud must be a usual rate such as 9600 or 38400, not {baud!r}")
        self.profile = profile
        self._port_name, self._baud = port, baud
        self._on_change = on_change
        self._engine = PtzEngine(profile, deadman_s)
        self._lock = threading.Condition()
        self._port: serial.Serial | None = None
        self._unsent = b""
        self._told: Health | None = None
        self._closing = False
        self.worked = False  # whether the camera has ever answered
        self.beat_at = 0.0  # when the thread last went round, time.monotonic()
        self._wake, self._woken = socket.socketpair()
        self._wake.setblocking(False)
        self._thread = threading.Thread(target=self._run, name="visca", daemon=True)

    def start(self) -> None:
        """Begin to look for the camera; once."""
        self._thread.start()

    def drive(self, pan_dps: float, tilt_dps: float, zoom: float) -> None:
        """See Camera."""
        with self._lock:
            try:
                self._engine.drive(pan_dps, tilt_dps, zoom, time.monotonic())
            finally:
                self._hand_over()

    def stop(self) -> None:
        """See Camera."""
        with self._lock:
            self._engine.stop(time.monotonic())
            self._hand_over()

    def move_to(self, pan_deg: float, tilt_deg: float, zoom: float | None) -> None:
        """See Camera."""
        with self._lock:
            try:
                self._engine.move_to(pan_deg, tilt_deg, zoom, time.monotonic())
            finally:
                self._hand_over()

    def home(self) -> None:
        """See Camera."""
        with self._lock:
            self._engine.home(time.monotonic())
            self._hand_over()

    def preset(self, number: int, store: bool) -> None:
        """See Camera."""
        with self._lock:
            try:
                self._engine.preset(number, store, time.monotonic())
            finally:
                self._hand_over()

    def position(self) -> Position | None:
        """See Camera."""
        with self._lock:
            return self._engine.position

    def health(self) -> Health:
        """See Camera."""
        with self._lock:
            return self._engine.health

    def close(self) -> None:
        """Stop, wait at most 0.5 s for the camera to confirm, let the port go."""
        with self._lock:
            if self._closing:
                return
            self._engine.stop(time.monotonic())
            self._hand_over()
            self._lock.wait_for(lambda: self._port is None or self._engine.stopped, CLOSE_S)
            self._closing = True
            self._nudge()
        if self._thread.ident is not None:
            self._thread.join(CLOSE_S)
        self._wake.close()
        if not self._thread.is_alive():
            self._woken.close()

    # -- under the lock -------------------------------------------------------------------------

    def _hand_over(self) -> None:
        self._flush()
        self._nudge()  # the thread's next time-out has changed

    def _flush(self) -> None:
        self._unsent += self._engine.bytes_to_send()
        if not self._unsent or self._port is None:
            return
        try:
            written = os.write(self._port.fileno(), self._unsent)
        except BlockingIOError:
            written = 0
        except OSError:
            return  # the thread meets the same error and reopens
        self._unsent = self._unsent[written:]

    def _nudge(self) -> None:
        with suppress(OSError):  # full: it wakes anyway
            self._wake.send(b"\0")

    # -- the thread -----------------------------------------------------------------------------

    def _run(self) -> None:
        hurry()  # a Stop is never late because a picture is being computed
        patience = FIRST_RETRY_S
        while not self._closing:
            self.beat_at = time.monotonic()
            try:
                if self._port is None:
                    self._open()
                    patience = FIRST_RETRY_S
                self._step()
            except (OSError, serial.SerialException) as error:
                self._lose(f"{self._port_name}: {error}")
                self._sleep(patience)
                patience = min(2 * patience, LAST_RETRY_S)
            except Exception:  # a fault of ours must not leave the head turning: reopen stops it
                _log.exception("the camera's thread failed; starting over")
                self._lose("internal fault, see the log")
                self._sleep(patience)
        self._lose("closed")

    def _open(self) -> None:
        # 8N1 and DTR high are pyserial's own; exclusive, as two drivers on one head would fight.
        port = serial.Serial(self._port_name, self._baud, timeout=0, exclusive=True)
        with suppress(OSError, ValueError, AttributeError):  # not every adapter has the setting
            port.set_low_latency_mode(True)  # takes an FTDI's 16 ms timer to 1 ms
        with self._lock:
            self._port, self._unsent = port, b""
            self._engine.open(time.monotonic())
            self._flush()
        self._tell()

    def _step(self) -> None:
        port = self._port
        assert port is not None
        fd = port.fileno()
        with self._lock:
            due = self._engine.next_timeout()
            writers = [fd] if self._unsent else []
        patience = _ROUND_S if due is None else min(_ROUND_S, max(0.0, due - time.monotonic()))
        ready, _, _ = select.select([fd, self._woken], writers, [], patience)
        if self._woken in ready:
            self._woken.recv(4096)
        data = b""
        if fd in ready:
            data = os.read(fd, 4096)
            if not data:
                raise OSError("the line hung up")
        with self._lock:
            now = time.monotonic()
            self._engine.receive(data, now)
            self._engine.timeout(now)
            self._flush()
            self._lock.notify_all()
        self._tell()

    def _lose(self, reason: str) -> None:
        with self._lock:
            port, self._port = self._port, None
            self._engine.lost(reason)
            self._unsent = b""
            self._lock.notify_all()
        if port is not None:
            with suppress(OSError, serial.SerialException):
                port.close()
        self._tell()

    def _sleep(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not self._closing and (left := until - time.monotonic()) > 0:
            if select.select([self._woken], [], [], left)[0]:
                self._woken.recv(4096)

    def _tell(self) -> None:
        health = self.health()
        if health == self._told:
            return
        self._told = health
        self.worked = self.worked or health.state == "ready"
        _log.info("camera on %s: %s, %s", self._port_name, health.state, health.detail)
        if self._on_change:
            try:
                self._on_change(health)
            except Exception:  # the listener's fault is not the camera's
                _log.exception("the health listener failed")
