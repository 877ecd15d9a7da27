"""Sound on a machine without any: a PulseAudio of our own, whose null sinks are air and ears.

It speaks over a socket in a folder of its own and reads no settings of the machine; a sink's
monitor is what a microphone beside that loudspeaker hears. Ended by its process id.
"""

import os
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 48_000
Samples = NDArray[np.float64]
_START_S = 15
_BLOCK = 480  # 10 ms


class PulseError(Exception):
    """PulseAudio did not start or refused a command; the text has what it said."""


class Pulse:
    """Use `pulse()`."""

    def __init__(self, folder: Path) -> None:
        socket = folder / "native"
        self.environment = {
            "PULSE_RUNTIME_PATH": str(folder),
            "PULSE_SERVER": f"unix:{socket}",
            "PULSE_STATE_PATH": str(folder),
            "PULSE_CLIENTCONFIG": os.devnull,
            "PULSE_COOKIE": str(folder / "cookie"),
        }
        self._clocks: list[subprocess.Popen[bytes]] = []
        self._process = subprocess.Popen(
            ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no",
             "--realtime=no", "--high-priority=yes", "--log-level=error",
             "-L", f"module-native-protocol-unix auth-anonymous=1 socket={socket}"],
            env={**os.environ, **self.environment},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        deadline = time.monotonic() + _START_S
        while self._pactl("info").returncode:
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.close()
                raise PulseError("pulseaudio did not start: config/install/packages.sh pulseaudio")
            time.sleep(0.05)

    def sink(self, name: str) -> str:
        """A loudspeaker of this name, which is also what people see; gives its module's number."""
        module = self.load(
            f"module-null-sink sink_name={name} rate={RATE_HZ} channels=2"
            f" sink_properties=device.description={name}"
        )
        self._clocks.append(self._keep_time(name))
        return module

    def _keep_time(self, sink: str) -> subprocess.Popen[bytes]:
        """A sound card takes blocks of one length; a null sink as its quickest listener wants.

        Without one that stays, each recording changes the length: echo was 61 to 68 dB down with
        one and 23 to 27 without, in one busy hour.
        """
        return subprocess.Popen(
            ["parec", "--raw", "--latency-msec=5", f"--device={sink}.monitor"],
            env={**os.environ, **self.environment},
            stdout=subprocess.DEVNULL,
        )

    def microphone(self, name: str, hears: str) -> str:
        """A microphone that hears this sink; gives its module's number."""
        return self.load(
            f"module-remap-source source_name={name} master={hears}.monitor"
            f" source_properties=device.description={name}"
        )

    def load(self, module: str) -> str:
        return self.command("load-module", *module.split(" "))

    def unload(self, number: str) -> None:
        self.command("unload-module", number)

    def command(self, *words: str) -> str:
        done = self._pactl(*words)
        if done.returncode:
            raise PulseError(f"pactl {' '.join(words)}: {done.stderr.strip()}")
        return done.stdout.strip()

    def play(self, sink: str, wav: Path) -> subprocess.Popen[bytes]:
        """Play a file into a sink, beside whatever plays there; buffered well: no gaps in it."""
        return subprocess.Popen(
            ["paplay", f"--device={sink}", "--latency-msec=400", str(wav)],
            env={**os.environ, **self.environment},
        )

    def close(self) -> None:
        for clock in self._clocks:
            clock.terminate()
            clock.wait()
        self._process.terminate()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _pactl(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["pactl", *words],
            env={**os.environ, **self.environment},
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
        )


@contextmanager
def pulse() -> Iterator[Pulse]:
    """A PulseAudio without any device, gone again whatever happens."""
    with TemporaryDirectory(prefix="kpulse", ignore_cleanup_errors=True) as name:
        one = Pulse(Path(name))
        try:
            yield one
        finally:
            one.close()


class Recording:
    """What is heard at a sink, in memory, until `stop()`."""

    def __init__(self, environment: Mapping[str, str], sink: str) -> None:
        self._process = subprocess.Popen(
            ["parec", "--raw", "--format=s16le", f"--rate={RATE_HZ}", "--channels=1",
             "--latency-msec=5", f"--device={sink}.monitor"],
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
        )  # fmt: skip
        self._blocks: list[bytes] = []
        self._start_s = float("inf")
        self._hears = threading.Event()
        self._thread = threading.Thread(target=self._read)
        self._thread.start()

    def wait(self) -> None:
        """Until something is heard, be it silence."""
        if not self._hears.wait(_START_S):
            raise PulseError("nothing comes out of parec")

    def stop(self) -> tuple[float, Samples]:
        """When it began (monotonic seconds), and what was heard (-1..1)."""
        self._process.terminate()
        self._process.wait()
        self._thread.join()
        heard = np.frombuffer(b"".join(self._blocks), dtype="<i2")
        return self._start_s, heard.astype(np.float64) / 32768

    def _read(self) -> None:
        stream = self._process.stdout
        assert stream is not None
        count = 0
        while len(block := stream.read(2 * _BLOCK)) == 2 * _BLOCK:
            self._blocks.append(block)
            count += _BLOCK
            # A reader is only ever late: the earliest block tells when the first sample was heard.
            self._start_s = min(self._start_s, time.monotonic() - count / RATE_HZ)
            self._hears.set()


@contextmanager
def hearing(one: Pulse, *sinks: str) -> Iterator[dict[str, Samples]]:
    """Record these sinks for the time of the block; afterwards all begin at the same moment."""
    recordings = {sink: Recording(one.environment, sink) for sink in sinks}
    heard: dict[str, Samples] = {}
    try:
        for recording in recordings.values():
            recording.wait()
        yield heard
    finally:
        ended = {sink: recording.stop() for sink, recording in recordings.items()}
    first = max(start for start, _ in ended.values())
    for sink, (start, samples) in ended.items():
        heard[sink] = samples[round((first - start) * RATE_HZ) :]
