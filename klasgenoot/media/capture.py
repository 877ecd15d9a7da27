"""A camera read by a thread of its own into one slot that holds the newest picture only."""

import asyncio
import threading
import time
from collections.abc import Callable
from dataclasses import replace

from klasgenoot.media.frame import Picture
from klasgenoot.media.source import Source, SourceError

STALL_S = 1.0  # a camera that is silent for longer has stopped; even 7 pictures/s are far quicker
BACKOFF_S, LONGEST_BACKOFF_S = 0.5, 2.0  # between attempts to open a camera that failed
STOP_S = 1.0  # a thread that hangs in a driver is left behind (it is a daemon)

Health = Callable[[str, str | None], None]

# (state, event) → state. Whatever is not here is an error of ours.
TRANSITIONS = {
    ("off", "start"): "opening",
    ("opening", "opened"): "waiting",
    ("opening", "failed"): "failed",
    ("opening", "silence"): "stalled",
    ("waiting", "picture"): "running",
    ("waiting", "silence"): "stalled",
    ("waiting", "failed"): "failed",
    ("running", "picture"): "running",
    ("running", "silence"): "stalled",
    ("running", "failed"): "failed",
    ("stalled", "opened"): "stalled",
    ("stalled", "picture"): "running",
    ("stalled", "silence"): "stalled",
    ("stalled", "failed"): "failed",
    ("failed", "retry"): "opening",
    ("failed", "silence"): "failed",
    **{
        (state, "stop"): "stopped"
        for state in ("off", "opening", "waiting", "running", "stalled", "failed", "stopped")
    },
}


class NewestFrame:
    """Keeps the newest picture of a source and reopens the source when it fails.

    `factory` makes an opened source (or raises SourceError). `on_health(state, code)` is called
    from the capture's own threads at each change; `code` is that of the SourceError or
    `camera_stopped`, and None when all is well. States are those of TRANSITIONS.
    """

    def __init__(self, factory: Callable[[], Source], on_health: Health) -> None:
        self._factory = factory
        self._on_health = on_health
        self._lock = threading.RLock()
        self._stopping = threading.Event()
        self._fresh = threading.Event()
        self._state = "off"
        self._code: str | None = None
        self._slot: Picture | None = None
        self._sequence = -1
        self.beat_at = 0.0  # when the reading thread last went round, time.monotonic()
        self._waiters: list[tuple[asyncio.AbstractEventLoop, asyncio.Future[Picture]]] = []
        self._threads = [
            threading.Thread(target=run, name=name, daemon=True)
            for run, name in ((self._read_on, "camera"), (self._watch, "camera watch"))
        ]

    def start(self) -> None:
        """Start reading; once only."""
        self._happened("start")
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Stop within a second and wake who waits with SourceError `capture_stopped`."""
        self._stopping.set()
        self._fresh.set()
        if self._happened("stop"):
            with self._lock:
                waiters, self._waiters = self._waiters, []
            for loop, future in waiters:
                _call(loop, _fail, future)
        deadline = time.monotonic() + STOP_S
        for thread in self._threads:
            if thread.ident is not None and thread is not threading.current_thread():
                thread.join(max(0.0, deadline - time.monotonic()))

    def newest(self) -> Picture | None:
        """The newest picture, or None before the first. Does not wait."""
        return self._slot

    async def next(self, after_sequence: int) -> Picture:
        """The newest picture whose sequence is higher; waits for one. SourceError once stopped."""
        loop = asyncio.get_running_loop()
        with self._lock:
            if self._state == "stopped":
                raise _stopped()
            if self._slot is not None and self._slot.sequence > after_sequence:
                return self._slot
            future: asyncio.Future[Picture] = loop.create_future()
            entry = (loop, future)
            self._waiters.append(entry)
        try:
            return await future
        finally:
            with self._lock:
                if entry in self._waiters:
                    self._waiters.remove(entry)

    def _read_on(self) -> None:
        backoff = BACKOFF_S
        while not self._stopping.is_set():
            self.beat_at = time.monotonic()
            source: Source | None = None
            try:
                source = self._factory()
                self._happened("opened")
                while not self._stopping.is_set():
                    self._keep(source.read())
                    self.beat_at = time.monotonic()
                    backoff = BACKOFF_S
            except SourceError as error:
                self._happened("failed", error.code)
            except Exception as error:  # a bug in a driver must not end the lesson
                self._happened("failed", f"camera_fault_{type(error).__name__}")
            finally:
                if source is not None:
                    source.close()
            if self._stopping.wait(backoff):
                return
            backoff = min(backoff * 2, LONGEST_BACKOFF_S)
            self._happened("retry")

    def _keep(self, picture: Picture) -> None:
        with self._lock:
            if self._stopping.is_set():
                return
            # A reopened source counts from 0 again; who waits must not notice.
            self._sequence += 1
            picture = self._slot = replace(picture, sequence=self._sequence)
            waiters, self._waiters = self._waiters, []
        for loop, future in waiters:
            _call(loop, _give, future, picture)
        self._fresh.set()
        self._happened("picture")

    def _watch(self) -> None:
        """A driver may hang in a read: only another thread can tell."""
        while not self._stopping.is_set():
            if not self._fresh.wait(STALL_S):
                self._happened("silence", "camera_stopped")
            self._fresh.clear()

    def _happened(self, event: str, code: str | None = None) -> bool:
        """The one setter of the state; tells a change. False when already stopped."""
        with self._lock:
            if self._state == "stopped":
                return False
            state = TRANSITIONS.get((self._state, event))
            if state is None:
                raise RuntimeError(f"capture: {event} cannot happen while {self._state}")
            if event in ("retry", "opened") or (state == self._state == "failed"):
                code = self._code  # the last trouble stands until there is a picture
            if (state, code) != (self._state, self._code):
                self._state, self._code = state, code
                self._on_health(state, code)
        return True


def _call(loop: asyncio.AbstractEventLoop, *call: object) -> None:
    try:
        loop.call_soon_threadsafe(*call)  # type: ignore[arg-type]
    except RuntimeError:  # the loop of who waited has been closed
        return


def _give(future: "asyncio.Future[Picture]", picture: Picture) -> None:
    if not future.done():
        future.set_result(picture)


def _fail(future: "asyncio.Future[Picture]") -> None:
    if not future.done():
        future.set_exception(_stopped())


def _stopped() -> SourceError:
    return SourceError("capture_stopped", "The camera was stopped.")
