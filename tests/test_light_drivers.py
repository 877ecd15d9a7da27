"""Lamps that are no LED folder, before a simulated USB light, a looped serial port, mock pins."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import serial

from hardware import guarded_light, lamp_guard
from hardware.lamp_guard import guard
from hardware.lamp_thread import LampThread
from hardware.light import LIGHTS, Light, LightError, open_light
from hardware.relay_light import RelayLamp
from hardware.simulator import SimulatedSet
from tests.camera_rigs import wait_for

ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hardware.lamp_thread.REFRESH_S", 0.05)


class Usb:
    """A blink(1) by the real library, on a simulated `hid`."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        pytest.importorskip("busylight_core")
        self.file = folder / "reports"
        self.file.touch()
        monkeypatch.setenv("SIMULATED_BLINK1", str(self.file))
        monkeypatch.setenv("PYTHONPATH", str(ROOT / "tests" / "simulated_usb"))

    @property
    def lit(self) -> bool | None:
        """From the last report that sets a colour: 01 63 RR GG BB …"""
        colours = [line[4:10] for line in self.file.read_text().split() if line[:4] == "0163"]
        return colours[-1] != "000000" if colours else None


@pytest.fixture
def usb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Usb:
    return Usb(tmp_path, monkeypatch)


def test_a_usb_light_burns_red_and_goes_out(usb: Usb) -> None:
    light = open_light("busylight", "blink")
    try:
        wait_for(lambda: light.health().state == "ready", 10)
        assert light.health().detail == "Blink(1)"
        light.show("on", 60)
        wait_for(lambda: usb.lit)
        assert usb.file.read_text().split()[-1].startswith("0163ff0000")
        light.show("on", 0.2)
        wait_for(lambda: not usb.lit)
        light.show("on", 60)
        wait_for(lambda: usb.lit)
    finally:
        light.close()
    assert usb.lit is False


def test_a_usb_light_that_is_away_is_told_and_found_later(
    usb: Usb, monkeypatch: pytest.MonkeyPatch
) -> None:
    usb.file.unlink()
    light = open_light("busylight", "")
    try:
        wait_for(lambda: light.health().state == "absent", 10)
        assert "no USB light" in light.health().detail
        light.show("on", 60)
        usb.file.touch()
        wait_for(lambda: usb.lit, 10)
        wait_for(lambda: light.health().state == "ready")
        usb.file.unlink()
        wait_for(lambda: light.health().state == "absent", 10)
    finally:
        light.close()


LIT = (
    "import sys, time; from hardware.light import open_light;"
    "light = open_light('busylight', ''); light.show('on', 3600); print('up', flush=True);"
    "time.sleep(60)"
)


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM, signal.SIGSTOP])
def test_a_usb_light_goes_out_when_its_process_dies_or_hangs(usb: Usb, end: signal.Signals) -> None:
    paths = os.pathsep.join((str(ROOT), os.environ["PYTHONPATH"]))
    process = subprocess.Popen([sys.executable, "-c", LIT], env={**os.environ, "PYTHONPATH": paths})
    try:
        wait_for(lambda: usb.lit, 10)
        process.send_signal(end)
        wait_for(lambda: not usb.lit, 2 * lamp_guard.SILENCE_S)
    finally:
        process.kill()
        process.wait()


def test_a_guard_that_is_killed_is_started_again(usb: Usb, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hardware.guarded_light.RESPAWN_S", 0.1)
    lamp = guarded_light.GuardedLamp("busylight", "")
    light = LampThread(lamp)
    try:
        light.show("on", 60)
        wait_for(lambda: usb.lit, 10)
        assert lamp._process
        first = lamp._process.pid
        os.kill(first, signal.SIGKILL)
        wait_for(lambda: lamp._process and lamp._process.pid != first, 5)
        wait_for(lambda: light.health().state == "ready", 10)
    finally:
        light.close()


class Pipe:
    """A guard in a thread, so that its lamp can be looked at."""

    def __init__(self, make: Callable[[], Callable[[bool], str]]) -> None:
        self.said: list[str] = []
        source, self.sink = os.pipe()
        self.thread = threading.Thread(
            target=guard, args=(make, source, self.said.append), daemon=True
        )
        self.thread.start()

    def write(self, data: bytes) -> None:
        os.write(self.sink, data)

    def end(self) -> None:
        os.close(self.sink)
        self.thread.join(5)


def test_a_pin_follows_and_falls() -> None:
    gpiozero = pytest.importorskip("gpiozero")
    from gpiozero.pins.mock import MockFactory

    from hardware.lamp_backends import Gpio

    gpiozero.Device.pin_factory = factory = MockFactory()
    pipe = Pipe(lambda: Gpio("17"))
    wait_for(lambda: pipe.said == ["ready 17"])
    pin = factory.pin(17)
    assert pin.state == 0
    pipe.write(b"1")
    wait_for(lambda: pin.state == 1)
    pipe.write(b"10")
    wait_for(lambda: pin.state == 0)
    pipe.write(b"1")
    wait_for(lambda: pin.state == 1)
    pipe.end()
    assert pin.state == 0
    gpiozero.Device.pin_factory = None


@pytest.mark.parametrize("place", ["", "GPIO999", "\N{SNOWMAN}", "-1"])
def test_a_pin_that_is_none_is_told(place: str) -> None:
    gpiozero = pytest.importorskip("gpiozero")
    from gpiozero.pins.mock import MockFactory

    from hardware.lamp_backends import Gpio

    gpiozero.Device.pin_factory = MockFactory()
    pipe = Pipe(lambda: Gpio(place))
    wait_for(lambda: pipe.said)
    assert pipe.said[0].startswith("absent ")
    pipe.end()
    gpiozero.Device.pin_factory = None


def test_rubbish_from_a_parent_lights_nothing() -> None:
    states: list[bool] = []

    def burn(lit: bool) -> str:
        states.append(lit)
        return "lamp"

    pipe = Pipe(lambda: burn)
    pipe.write(b"\xff\x00yes1\n")
    wait_for(lambda: len(states) > 1)
    pipe.end()
    assert not any(states)


@pytest.fixture
def looped(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Light, Any]]:
    """A relay on pyserial's `loop://`, which mirrors RTS to CTS and DTR to DSR."""
    ports: list[Any] = []
    real = serial.serial_for_url

    def remember(*arguments: Any, **more: Any) -> Any:
        ports.append(real(*arguments, **more))
        return ports[-1]

    monkeypatch.setattr("hardware.relay_light.serial.serial_for_url", remember)
    light = open_light("relay", "loop://#rts")
    wait_for(lambda: light.health().state == "ready")
    yield light, ports[-1]
    light.close()


def test_a_relay_follows_its_line(looped: tuple[Light, Any]) -> None:
    light, port = looped
    assert not port.cts
    assert not port.dsr  # the other line stays down
    light.show("on", 60)
    wait_for(lambda: port.cts)
    light.show("on", 0.1)
    wait_for(lambda: not port.cts)
    light.show("pulse", 60)
    for _ in range(2):
        wait_for(lambda: port.cts, 1)
        wait_for(lambda: not port.cts, 1)


def test_a_relay_on_the_other_line_and_on_none() -> None:
    lamp = RelayLamp("loop://#dtr")
    lamp.set(True)
    assert lamp._port.dsr
    assert not lamp._port.cts
    lamp.close()
    with pytest.raises(ValueError, match="#rts or #dtr"):
        RelayLamp("/dev/ttyUSB1#cts")


def test_a_relay_without_a_port_or_without_lines_is_absent(tmp_path: Path) -> None:
    with SimulatedSet(tmp_path) as one:  # a pseudo-terminal has no modem lines
        for place in (str(tmp_path / "nothing"), str(one.port)):
            light = open_light("relay", place)
            wait_for(lambda light=light: light.health().state == "absent")
            assert place in light.health().detail
            light.close()


@pytest.mark.parametrize("driver", LIGHTS)
def test_contract_every_light(
    driver: str, tmp_path: Path, usb: Usb, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "max_brightness").write_text("1\n")
    (tmp_path / "brightness").write_text("0\n")
    monkeypatch.setenv("GPIOZERO_PIN_FACTORY", "mock")
    places = {"led": str(tmp_path), "relay": "loop://", "gpio": "GPIO17"}
    light = open_light(driver, places.get(driver, ""))
    try:
        light.show("on", 1)
        light.show("pulse", 1)
        light.show("off", 0)
        with pytest.raises(LightError):
            light.show("blue", 1)  # type: ignore[arg-type]
        with pytest.raises(LightError):
            light.show("on", -1)
        wait_for(lambda: light.health().state in ("ready", "fixed"), 10)
        assert light.health().detail
    finally:
        start = time.monotonic()
        light.close()
        light.close()
        assert time.monotonic() - start < 1.5
