"""Scenario `faults`: twenty faults, one at a time, in a running set; is each named, and how soon?

The clock starts before the fault is made and stops when the right sentence (fault, with its
advice) stands on the glass: on the screen in class, or on the pupil's page when the screen itself
is what died. What needs hardware or root of the machine is made at its outermost border:

    camera taken     a terminal held exclusively (TIOCEXCL): the agent's own open() gets EBUSY
    wrong baud       a cable that turns bytes into bits and back at two speeds (bench/uart.py)
    microphone       PulseAudio's own mute, and its device taken away
    network          the set's veth; a firewall that drops UDP; a sign-in page in the server's place
    wrong clock      libfaketime under the agent alone, 40 days ahead of a real TLS certificate
    full disk        a real file system of 4 MB, filled up
    heat, battery    folders as the kernel lays them out
    update           the marker that the updater leaves
"""

import fcntl
import http.server
import os
import shutil
import ssl
import subprocess
import sys
import termios
import time
import tty
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, sync_playwright
from rich.console import Console

from bench.results import Results
from bench.set_stage import SERVER_IP, SERVER_PORT, SetStage, seen, set_stage
from klasgenoot.fault_words import catalogue, said
from klasgenoot.faults import HINTS

_PATIENCE_S = 20.0
_FAKETIME = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1")

_console = Console()
_SAYS = """([words, places]) =>
  [...document.querySelectorAll(places)].some((e) => e.offsetParent !== null && e.innerText.includes(words))
"""  # noqa: E501


@dataclass(frozen=True)
class Fault:
    """One of the twenty. `make` gives the moment at which it began, and mends it afterwards."""

    name: str
    code: str
    make: Callable[[SetStage], AbstractContextManager[float]]
    at_home: bool = False
    """Named on the pupil's page, because the screen in class is what failed."""


def measure(results: Results) -> None:
    """Adds named_pct and named_within_s."""
    found: dict[str, float] = {}
    with sync_playwright() as playwright, set_stage(playwright) as one:
        for fault in FAULTS:
            found[fault.name] = took = _named_after(one, fault)
            says = "NOT NAMED" if took == float("inf") else f"named after {took:.2f} s"
            _console.print(f"{fault.name}: {says} ({fault.code})")
    named = [took for took in found.values() if took < float("inf")]
    results.add(
        "set", "faults", "klasgenoot",
        named_pct=100 * len(named) / len(FAULTS),
        named_within_s=max(named),
        faults=len(FAULTS),
    )  # fmt: skip


def _named_after(one: SetStage, fault: Fault) -> float:
    """Seconds until it was named with its advice, or infinity; the set is well again after it."""
    try:
        with fault.make(one) as began:
            page = one.home if fault.at_home else one.screen
            return _wait_said(page, fault, began)
    finally:
        if not one.heal():  # what did not mend by itself must not spoil the next
            _console.print(f"{fault.name}: still says {one.screen.inner_text('main')[:200]!r}")
            one.restart_unit()
            one.heal()


def _wait_said(page: Page, fault: Fault, began: float) -> float:
    words, places = _sentence(fault)
    named = seen(page, _SAYS, [words, places], began + _PATIENCE_S)
    return time.monotonic() - began if named else float("inf")


def _sentence(fault: Fault) -> tuple[str, str]:
    """What has to be read, and where."""
    if fault.at_home:
        return catalogue("nl")[f"notice.{fault.code}"], "#notices"
    if fault.code in HINTS:
        return said(fault.code), "#checks .advice"
    return said(fault.code), "#words"


# --- the faults ----------------------------------------------------------------------------------


def _restarted(
    *prefix: str, **settings: str
) -> Callable[[SetStage], AbstractContextManager[float]]:
    """The agent starts with the fault; time runs from the start of its process."""

    @contextmanager
    def make(one: SetStage) -> Iterator[float]:
        yield one.restart_unit(*prefix, **settings)
        one.restart_unit()

    return make


def _now(do: Callable[[SetStage], object], undo: Callable[[SetStage], object]):  # type: ignore[no-untyped-def]
    """Something that is done to a running set."""

    @contextmanager
    def make(one: SetStage) -> Iterator[float]:
        began = time.monotonic()
        do(one)
        yield began
        undo(one)

    return make


@contextmanager
def _camera_taken(one: SetStage) -> Iterator[float]:
    master, slave = os.openpty()
    tty.setraw(slave)
    fcntl.ioctl(
        slave, termios.TIOCEXCL
    )  # whoever opens it now gets EBUSY, but for an administrator
    no_admin = ("setpriv", "--bounding-set", "-sys_admin", "--inh-caps", "-sys_admin")
    yield one.restart_unit(*no_admin, CAMERA_SOURCE=f"v4l2:{os.ttyname(slave)}")
    one.restart_unit()
    os.close(slave)
    os.close(master)


def _turn_switch(one: SetStage, baud: int) -> None:
    """Somebody turns the little switch at the back of the camera."""
    one.cable.camera_baud = baud


def _move(one: SetStage, away: bool) -> None:
    light = one.demo.folder / "hardware" / "light"
    gone = light.with_name("unplugged")
    light.rename(gone) if away else gone.rename(light)


@contextmanager
def _sign_in(one: SetStage) -> Iterator[float]:
    command = [*one.net.prefix("line"), sys.executable, "-m", __name__, SERVER_IP, str(SERVER_PORT)]
    files = [str(one.tls.certificate), str(one.tls.key)]
    began = time.monotonic()
    one.demo.server.kill()
    portal = subprocess.Popen([*command, *files])
    yield began
    portal.kill()
    portal.wait()
    one.demo.server.start()


@contextmanager
def _no_udp(one: SetStage) -> Iterator[float]:
    one.net.loss(100)
    began = time.monotonic()
    one.join()
    yield began
    one.net.loss(0)
    one.home.reload()
    one.restart_unit()


@contextmanager
def _wrong_clock(one: SetStage) -> Iterator[float]:
    fake = (f"LD_PRELOAD={_FAKETIME}", "FAKETIME=+40d", "DONT_FAKE_MONOTONIC=1")
    yield one.restart_unit("env", *fake)
    one.restart_unit()


def _fill(one: SetStage) -> None:
    with (one.state / "ballast").open("wb") as file, suppress(OSError):
        while True:
            file.write(bytes(65_536))
            file.flush()


def _empty(one: SetStage) -> None:
    (one.state / "ballast").unlink()


@contextmanager
def _revoked(one: SetStage) -> Iterator[float]:
    keys = [one.demo._tell(module, "key") for module in ("klasgenoot", "thuis_client")]
    began = time.monotonic()
    one.demo._tell("signaling", "pair", "revoke", keys[0])
    yield began
    one.demo._tell("signaling", "pair", "add", "--epoch", "2", *keys)
    one.demo._tell("klasgenoot", "trust", "--epoch", "2", keys[1])
    one.demo._tell("thuis_client", "trust", "--epoch", "2", keys[0])
    one.demo.home.stop()
    one.demo.home.start()
    one.restart_unit()


@contextmanager
def _unpaired(one: SetStage) -> Iterator[float]:
    fresh = one.folder / "fresh"
    fresh.mkdir(mode=0o700)
    # The screen is the same one: it knows the token of the page.
    shutil.copy2(one.state / "page.token", fresh)
    yield one.restart_unit(UNIT_STATE_DIR=str(fresh))
    one.restart_unit()


@contextmanager
def _screen_crashed(one: SetStage) -> Iterator[float]:
    one.join()
    one.home.wait_for_selector("body[data-state=live]")
    one.screen.wait_for_selector("body[data-state=live]")
    began = time.monotonic()
    one.crash_screen()
    yield began
    one.new_screen()
    one.leave()


def _battery(one: SetStage, percent: int, status: str, mains: int) -> None:
    (one.power / "BAT0" / "capacity").write_text(f"{percent}\n")
    (one.power / "BAT0" / "status").write_text(f"{status}\n")
    (one.power / "AC" / "online").write_text(f"{mains}\n")


def _half_updated(one: SetStage) -> None:
    marker = one.state / "update.json"
    marker.write_text('{"state": "busy"}')
    os.utime(marker, (time.time() - 7200,) * 2)


FAULTS = (
    Fault("no camera", "camera_absent", _restarted(CAMERA_SOURCE="v4l2:/dev/video-unplugged")),
    Fault("camera taken", "camera_taken", _camera_taken),
    Fault("no serial", "ptz_absent", _now(SetStage.unplug_ptz, SetStage.plug_ptz)),
    Fault("wrong baud", "ptz_silent",
          _now(lambda one: _turn_switch(one, 38_400), lambda one: _turn_switch(one, 9600))),
    Fault("no light", "light_absent",
          _now(lambda one: _move(one, True), lambda one: _move(one, False))),
    Fault("mic muted", "class_mic_silent",
          _now(lambda one: one.sound.mute(True), lambda one: one.sound.mute(False))),
    Fault("mic unplugged", "class_mic_absent",
          _now(lambda one: one.sound.unplug(), lambda one: one.sound.plug())),
    Fault("no network", "network_absent",
          _now(lambda one: one.link(False), lambda one: one.link(True))),
    Fault("sign-in page", "sign_in", _sign_in),
    Fault("blocked UDP", "media_failed", _no_udp),
    Fault("wrong clock", "wrong_clock", _wrong_clock),
    Fault("full disk", "disk_full", _now(_fill, _empty)),
    Fault("server down", "server_away",
          _now(lambda one: one.demo.server.kill(), lambda one: one.demo.server.start())),
    Fault("revoked", "unpaired", _revoked),
    Fault("unpaired", "not_paired", _unpaired),
    Fault("pupil absent", "pupil_away",
          _now(lambda one: one.demo.home.kill(), lambda one: one.demo.home.start())),
    Fault("kiosk crashed", "kiosk_absent", _screen_crashed, at_home=True),
    Fault("hot CPU", "hot", _now(lambda one: one.heat(97), lambda one: one.heat(48))),
    Fault("low battery", "battery_low",
          _now(lambda one: _battery(one, 9, "Discharging", 0),
               lambda one: _battery(one, 80, "Full", 1))),
    Fault("update half done", "update_failed",
          _now(_half_updated, lambda one: (one.state / "update.json").unlink())),
)  # fmt: skip


# --- the sign-in page, a process in the network's namespace ------------------------------------


class _Portal(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        page = b"<html>Ga akkoord met de voorwaarden.</html>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *_: object) -> None:
        pass


def _serve_portal(host: str, port: str, certificate: str, key: str) -> None:
    server = http.server.ThreadingHTTPServer((host, int(port)), _Portal)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)
    server.socket = tls.wrap_socket(server.socket, server_side=True)
    server.serve_forever()


if __name__ == "__main__":
    _serve_portal(*sys.argv[1:5])
