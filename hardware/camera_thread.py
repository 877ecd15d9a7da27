"""What all drivers that turn a camera share: an engine, a line, and one thread.

The thread owns the line's life and the clock. A request takes the lock, changes the engine and
writes at once, so that a busy interpreter does not delay the first byte; what the line does not
take is written by the thread.
"""

from __future__ import annotations

import logging
import select
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from hardware.camera_line import Engine, Line
from hardware.motion import Health, HealthCallback, Position
from hardware.priority import hurry
from hardware.profiles import Profile

FIRST_RETRY_S = 0.5  # a replugged adapter needs about this long to get its name back
_ROUND_S = 2.0  # at least this often the thread shows that it does not hang
LAST_RETRY_S = 2.0  # soon enough that nobody presses a button twice
CLOSE_S = 0.5  # two answers of a camera that is slow; leaving must not hang on a dead one

_log = logging.getLogger(__name__)


class CameraThread:
    """See `hardware.camera.Camera`; every request returns at once."""

    def __init__(
        self,
        name: str,
        profile: Profile,
        engine: Engine,
        open_line: Callable[[], Line],
        on_change: HealthCallback | None = None,
    ) -> None:
        """`name` is for the log, never an address; `open_line` raises OSError, and may wait 2 s."""
        self.profile = profile
        self._name = name
        self._open_line = open_line
        self._on_change = on_change
        self._engine = engine
        self._lock = threading.Condition()
        self._line: Line | None = None
        self._unsent = b""
        self._failed: OSError | None = None
        self._told: Health | None = None
        self._closing = False
        self.worked = False  # whether the camera has ever answered
        self.beat_at = 0.0  # when the thread last went round, time.monotonic()
        self._wake, self._woken = socket.socketpair()
        self._wake.setblocking(False)
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

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
        """Stop, wait at most 0.5 s for the camera to confirm, let the line go."""
        with self._lock:
            if self._closing:
                return
            self._engine.stop(time.monotonic())
            self._hand_over()
            self._lock.wait_for(lambda: self._line is None or self._engine.stopped, CLOSE_S)
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
        if self._line is None or not (self._unsent or self._line.writing):
            return
        try:
            written = self._line.write(self._unsent, time.monotonic())
        except BlockingIOError:
            written = 0
        except OSError as error:
            self._failed = error  # for the thread, which opens another
            return
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
                if self._line is None:
                    self._open()
                    patience = FIRST_RETRY_S
                self._step()
            except OSError as error:  # serial.SerialException is one
                self._lose(error.strerror or str(error))
                self._sleep(patience)
                patience = min(2 * patience, LAST_RETRY_S)
            except Exception:  # a fault of ours must not leave the head turning: reopen stops it
                _log.exception("the camera's thread failed; starting over")
                self._lose("internal fault, see the log")
                self._sleep(patience)
        self._lose("closed")

    def _open(self) -> None:
        line = self._open_line()
        with self._lock:
            self._line, self._unsent, self._failed = line, b"", None
            self._engine.open(time.monotonic())
            self._flush()
        self._tell()

    def _step(self) -> None:
        line = self._line
        assert line is not None
        with self._lock:
            if self._failed:
                raise self._failed
            fd = line.fileno()
            times = (self._engine.next_timeout(), line.wake_at())
            due = min((each for each in times if each is not None), default=None)
            writers = [fd] if self._unsent or line.writing else []
        patience = _ROUND_S if due is None else min(_ROUND_S, max(0.0, due - time.monotonic()))
        try:
            waits: list[int | socket.socket] = [fd, self._woken]
            ready, _, _ = select.select(waits, writers, [], patience)
        except (OSError, ValueError):
            with self._lock:
                if fd == line.fileno():
                    raise
            return  # a request in another thread has just put another socket in its place
        if self._woken in ready:
            self._woken.recv(4096)
        with self._lock:
            now = time.monotonic()
            # A request in another thread may have changed the line's socket meanwhile.
            data = line.read(now) if fd in ready and fd == line.fileno() else b""
            line.timeout(now)
            self._engine.receive(data, now)
            self._engine.timeout(now)
            self._flush()
            self._lock.notify_all()
            if self._engine.health.state == "absent":  # it can do nothing with this line
                raise OSError(self._engine.health.detail)
        self._tell()

    def _lose(self, reason: str) -> None:
        with self._lock:
            line, self._line = self._line, None
            self._engine.lost(reason)
            self._unsent = b""
            self._lock.notify_all()
        if line is not None:
            with suppress(OSError):
                line.close()
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
        _log.info("camera %s: %s, %s", self._name, health.state, health.detail)
        if self._on_change:
            try:
                self._on_change(health)
            except Exception:  # the listener's fault is not the camera's
                _log.exception("the health listener failed")
