"""Starts our processes, waits for their ready lines, starts again what dies."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

_STOP_S = 5.0  # a process that doesn't end by itself in this time never will


class ProcessError(Exception):
    """A process did not come up; the text says which and what it last said."""


class Managed:
    """One process, by module name; its stdout is read line by line for what it announces."""

    def __init__(
        self,
        name: str,
        arguments: Sequence[str],
        environment: Mapping[str, str],
        prefix: Sequence[str] = (),
        log: Path | None = None,
    ) -> None:
        self.name = name
        self._command = [*prefix, sys.executable, "-m", *arguments]
        self._environment = {**os.environ, **environment, "PYTHONUNBUFFERED": "1"}
        self._log = log
        self._lines: list[str] = []
        self._news = threading.Condition()
        self.process: subprocess.Popen[str] | None = None

    def say_to(self, notify_socket: Path, watchdog_s: float = 0.0) -> None:
        """Whoever listens there is its systemd (sd_notify(3)), from the next start on."""
        self._environment["NOTIFY_SOCKET"] = str(notify_socket)
        if watchdog_s:
            self._environment["WATCHDOG_USEC"] = str(round(watchdog_s * 1e6))

    def start(self) -> None:
        self._lines = []
        with open(self._log or os.devnull, "ab") as errors:  # noqa: PTH123
            self.process = subprocess.Popen(  # noqa: S603
                self._command,
                env=self._environment,
                stdout=subprocess.PIPE,
                stderr=errors if self._log else None,
                text=True,
                process_group=0,  # Ctrl-C reaches us alone; we stop the others in order
            )
        threading.Thread(target=self._read, args=(self.process,), daemon=True).start()

    def wait_line(self, start: str, timeout_s: float = 20.0) -> str:
        """What follows `start` in the first line that begins with it. Raises ProcessError."""
        deadline = time.monotonic() + timeout_s
        with self._news:
            while True:
                for line in self._lines:
                    if line.startswith(start):
                        return line.removeprefix(start).strip()
                left = deadline - time.monotonic()
                if left <= 0 or not self.alive:
                    raise ProcessError(f"{self.name} did not start; it said: {self._lines[-5:]}")
                self._news.wait(min(left, 0.2))

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def kill(self) -> None:
        """As a power cut would: no time to say goodbye."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        if self.process is None or not self.alive:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            self.kill()

    def _read(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            with self._news:
                if process is self.process:
                    self._lines = [*self._lines[-50:], line.rstrip("\n")]
                self._news.notify_all()
        with self._news:
            self._news.notify_all()


def keep_alive(processes: Sequence[Managed], stop: Callable[[], bool]) -> None:
    """Start again whatever dies, as systemd does on an installed machine, until `stop()`."""
    while not stop():
        for process in processes:
            if not process.alive:
                print(f"{process.name} ended; starting it again", file=sys.stderr, flush=True)
                process.start()
        time.sleep(0.2)
