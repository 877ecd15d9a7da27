"""A PulseAudio of its own: a class microphone that can be muted and unplugged; a loudspeaker."""

import os
import random
import struct
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MICROPHONE = "Klasmicrofoon"
_RATE_HZ = 16_000


class Pulse:
    """`environment` is for who has to use it."""

    def __init__(self, folder: Path) -> None:
        self._socket = folder / "pulse"
        self.environment = {
            "PULSE_SERVER": f"unix:{self._socket}",
            "PULSE_RUNTIME_PATH": str(folder),
            "PULSE_STATE_PATH": str(folder),
            "PULSE_COOKIE": str(folder / "cookie"),
        }
        protocol = f"module-native-protocol-unix socket={self._socket} auth-anonymous=1"
        self._daemon = self._start(
            ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no",
             "-L", protocol, "-L", "module-null-sink sink_name=speaker",
             "-L", "module-null-sink sink_name=air", "--log-target=null"]
        )  # fmt: skip
        deadline = time.monotonic() + 10
        while self._pactl("info", check=False).returncode and time.monotonic() < deadline:
            time.sleep(0.05)
        self._pactl("set-default-sink", "speaker")
        self._noise = self._start(
            ["pacat", "--playback", "--device=air", "--raw", "--format=s16le", "--channels=1",
             f"--rate={_RATE_HZ}"], stdin=subprocess.PIPE,
        )  # fmt: skip
        threading.Thread(target=self._murmur, daemon=True).start()
        self.plug()

    def plug(self) -> None:
        described = f"source_properties=device.description={MICROPHONE}"
        source = ["source_name=classmic", "master=air.monitor", described]
        self._module = self._pactl("load-module", "module-remap-source", *source).stdout.strip()
        self._pactl("set-default-source", "classmic")

    def unplug(self) -> None:
        self._pactl("unload-module", self._module)

    def mute(self, on: bool) -> None:
        self._pactl("set-source-mute", "classmic", "1" if on else "0")

    def close(self) -> None:
        for process in (self._noise, self._daemon):
            process.kill()
            process.wait()

    def _murmur(self) -> None:
        """A class: noise at about -40 dB."""
        assert self._noise.stdin is not None
        dice = random.Random(5)
        second = b"".join(struct.pack("<h", dice.randint(-500, 500)) for _ in range(_RATE_HZ))
        try:
            while True:
                self._noise.stdin.write(second)
        except (BrokenPipeError, ValueError):
            return

    def _start(self, command: list[str], **more: int) -> "subprocess.Popen[bytes]":
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        return subprocess.Popen(command, env=os.environ | self.environment, **(quiet | more))

    def _pactl(self, *words: str, check: bool = True) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            ["pactl", *words], env=os.environ | self.environment, capture_output=True, text=True,
            timeout=10, check=check,
        )  # fmt: skip


@contextmanager
def pulse(folder: Path) -> Iterator[Pulse]:
    """Ended whatever happens."""
    one = Pulse(folder)
    try:
        yield one
    finally:
        one.close()
