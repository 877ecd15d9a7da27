"""The simulated set as a process: `python -m hardware.simulator --dir DIR`.

DIR/ptz    a link to a pseudo-terminal on which a VISCA camera answers; with another `--driver`
           the socket of a UVC device, or nothing, as the camera listens at `--port`
DIR/light  an LED-class folder; its `brightness` is no file that keeps what is written, as in the
           kernel; what the lamp shows stands in `shown`
DIR/pose   where the virtual head looks (see `hardware.pose`)

`--journal FILE` gets a line for each packet that arrives: the wall time of its first byte in
milliseconds (`time.time`, three decimals) and its bytes in hexadecimal.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import threading
import time
from contextlib import suppress
from io import TextIOWrapper
from pathlib import Path
from types import TracebackType
from typing import Self

import click

from hardware.pose import PoseWriter
from hardware.priority import hurry
from hardware.profiles import PROFILES, find_profile
from hardware.sim_door import Body, Door
from hardware.sim_head import ACK_S
from hardware.sim_table import SIMULATED, Wish, login_of_settings, open_door
from hardware.visca_reply import Framer

FRAME_S = 1 / 100  # the pose while it moves: above the 60 a second that a smooth picture needs
IDLE_S = 0.5  # the pose while it stands still: readers see that the writer lives


class _Journal:
    def __init__(self, file: TextIOWrapper, *, visca: bool) -> None:
        """Other protocols get a line for each piece that arrives."""
        self._file = file
        self._visca = visca
        self._framer = Framer()
        self._first = 0.0

    def feed(self, data: bytes, now: float) -> None:
        if not self._visca:
            self._file.write(f"{now * 1000:.3f} {data.hex()}\n")
            self._file.flush()
            return
        if not self._framer.pending:
            self._first = now
        for packet, _ in self._framer.feed(data):
            self._file.write(f"{self._first * 1000:.3f} {packet.hex()}\n")
            self._first = now  # what follows in this piece came with it
        self._file.flush()


class _Lamp:
    """A lamp as the LED class has it: what is written to `brightness` is done, not kept."""

    def __init__(self, folder: Path) -> None:
        self._shown = folder / "shown"
        self._shown.write_text("0\n")
        self._brightness = folder / "brightness"
        self._brightness.unlink(missing_ok=True)
        os.mkfifo(self._brightness, 0o600)
        # For writing too: otherwise it reads as ended whenever nobody else writes.
        self.pipe = os.open(self._brightness, os.O_RDWR | os.O_NONBLOCK)

    def take(self) -> None:
        written = os.read(self.pipe, 4096).split()
        if written and written[-1].isdigit():
            self._shown.write_bytes(written[-1][:3] + b"\n")

    def close(self) -> None:
        os.close(self.pipe)
        with suppress(OSError):
            self._brightness.unlink()


class SimulatedSet:
    """A camera, a light and a pose under one folder, while the context lasts."""

    def __init__(
        self,
        folder: Path,
        *,
        driver: str = "visca",
        port: str = "",
        profile: str = "sim",
        journal: Path | None = None,
        ack_s: float = ACK_S,
        mute: bool = False,
        rubbish: bool = False,
    ) -> None:
        """UnknownProfileError, ValueError; `head` is the fault injector (`mute`, `rubbish`).

        `port` is where a network camera listens, as the settings have it (ptz.port).
        """
        self.folder = folder
        self.port, self.light = folder / "ptz", folder / "light"
        self.pose = folder / "pose"
        self.wish = Wish(driver, self.port, port, find_profile(profile), ack_s, login_of_settings())
        self.head: Body = self.wish.head()
        self.head.mute, self.head.rubbish = mute, rubbish
        self.ended = threading.Event()
        self._journal_path = journal

    def __enter__(self) -> Self:
        """Make the folder's contents, over stale ones if need be; OSError."""
        self.light.mkdir(parents=True, exist_ok=True)
        (self.light / "max_brightness").write_text("255\n")
        self._lamp = _Lamp(self.light)
        self._writer = PoseWriter(self.pose)
        self._writer.write(self.head.position, time.monotonic())
        self._journal_file = self._journal_path.open("a") if self._journal_path else None
        self._journal = (
            _Journal(self._journal_file, visca=self.wish.driver == "visca")
            if self._journal_file
            else None
        )
        self.door: Door = open_door(self.wish, self.head, self._note)
        self._wake, self._woken = socket.socketpair()
        self._thread = threading.Thread(target=self._run, name="simulated-set", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Pull the cable: the link goes, the other end of the line hangs up."""
        self._wake.close()
        self._thread.join()
        self._woken.close()
        self.door.close()
        self._lamp.close()
        self._writer.close()
        if self._journal_file:
            self._journal_file.close()

    def _run(self) -> None:
        hurry()  # a real head does not wait for the processor of the set
        try:
            while self._step():
                pass
        finally:
            self.ended.set()

    def _step(self) -> bool:
        now = time.monotonic()
        due = self.door.next_timeout()
        patience = FRAME_S if self.head.moving else IDLE_S
        if due is not None:
            patience = min(patience, max(0.0, due - now))
        woken = self._woken.fileno()
        waits = [*self.door.waits(), self._lamp.pipe, woken]
        ready, _, _ = select.select(waits, [], [], patience)
        now = time.monotonic()
        if woken in ready:
            return False
        if self._lamp.pipe in ready:
            self._lamp.take()
        self.door.serve(ready, now)
        self._writer.write(self.head.position, now)
        return True

    def _note(self, data: bytes) -> None:
        if self._journal:
            self._journal.feed(data, time.time())


@click.command()
@click.option("--dir", "folder", type=click.Path(path_type=Path), required=True, help="The set.")
@click.option("--driver", type=click.Choice(SIMULATED), default="visca", show_default=True)
@click.option("--port", default="", help="Where a network camera listens, as in ptz.port.")
@click.option("--profile", type=click.Choice(list(PROFILES)), default="sim", show_default=True)
@click.option("--journal", type=click.Path(path_type=Path), help="A line for each packet.")
@click.option("--ack-ms", type=click.FloatRange(0, 2000), default=1000 * ACK_S, show_default=True)
@click.option("--mute", is_flag=True, help="Obey, but never answer.")
@click.option("--rubbish", is_flag=True, help="Garble every answer.")
def main(
    *,
    folder: Path,
    driver: str,
    port: str,
    profile: str,
    journal: Path | None,
    ack_ms: float,
    mute: bool,
    rubbish: bool,
) -> None:
    """Play a camera on a head and a light until SIGTERM or Ctrl-C."""
    simulated = SimulatedSet(
        folder,
        driver=driver,
        port=port,
        profile=profile,
        journal=journal,
        ack_s=ack_ms / 1000,
        mute=mute,
        rubbish=rubbish,
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: simulated.ended.set())
    with simulated:
        print("ready", flush=True)
        simulated.ended.wait()


if __name__ == "__main__":
    main()
