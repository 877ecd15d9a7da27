"""What the monteur plugged in is found, named, and in the settings file."""

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from config.settings import load
from hardware.devices import Device
from hardware.simulator import SimulatedSet
from hardware.visca_find import Found, ask
from klasgenoot.__main__ import main
from klasgenoot.upkeep.configure import (
    PTZ_LINK,
    missing,
    settings_of,
    toml,
    udev_properties,
    udev_rule,
)

CAMERA = Device("video", "EVI grabber", "/dev/v4l/by-id/usb-grabber-index0", "/dev/video0")
LAMP = Device("light", "klasgenoot:red", "/sys/class/leds/klasgenoot:red", "")
KEYBOARD = Device("light", "input3::capslock", "/sys/class/leds/input3::capslock", "")
MIC = Device("microphone", "Revolabs", "hw:Revolabs", "pcm0c")
D70 = Found("/dev/ttyUSB0", 38400, "vendor 0020 model 040e firmware 0100")


def test_all_that_was_found_is_in_the_settings(tmp_path: Path) -> None:
    found = [KEYBOARD, CAMERA, LAMP, MIC]
    path = tmp_path / "klasgenoot.toml"
    path.write_text(toml(settings_of(found, D70, {"unit": {"room": "2.14 \x7f\"'\\"}})))
    settings = load(path, {})
    assert settings.camera.source == f"v4l2:{CAMERA.address}"
    assert (settings.ptz.driver, settings.ptz.port) == ("visca", PTZ_LINK)
    assert (settings.ptz.baud, settings.ptz.profile) == (38400, "evi-d70")
    assert (settings.light.driver, settings.light.path) == ("led", LAMP.address)
    assert settings.unit.room == "2.14 \x7f\"'\\"
    assert missing(found, D70) == []


def test_what_was_not_found_stays_and_is_named() -> None:
    before = {"camera": {"source": "v4l2:/dev/video7"}, "light": {"driver": "none"}}
    assert settings_of([KEYBOARD], None, before) == before
    assert len(missing([KEYBOARD], None)) == 4


def test_a_model_that_is_not_known_keeps_the_monteur_s_profile() -> None:
    other = Found("/dev/ttyUSB0", 9600, "vendor 4b47 model 0001 firmware 0100")
    tables = settings_of([], other, {"ptz": {"profile": "ptzoptics"}})
    assert tables["ptz"]["profile"] == "ptzoptics"
    assert Found("x", 9600, "rubbish").profile == ""


VALUES = st.one_of(st.text(max_size=40), st.booleans(), st.integers(-(2**40), 2**40))


@given(st.dictionaries(st.sampled_from(["name", "room"]), VALUES, max_size=2))
def test_every_text_comes_back_as_it_was(table: dict[str, object]) -> None:
    try:
        text = toml({"unit": table})
        text.encode()
    except UnicodeEncodeError:
        return  # no UTF-8: refused by settings long before
    assert tomllib.loads(text)["unit"] == table


@pytest.mark.parametrize(
    "properties",
    [{}, {"ID_SERIAL_SHORT": ""}, {"ID_SERIAL_SHORT": 'A"*'}, {"ID_PATH": "a\nb"}],
)
def test_an_adapter_that_nothing_tells_apart_gets_no_rule(properties: dict[str, str]) -> None:
    assert udev_rule(properties) == ""


def test_the_rule_of_an_adapter() -> None:
    told = udev_properties("ID_SERIAL_SHORT=A50285BI\nID_PATH=pci-1\nrubbish\n=x\n")
    rule = udev_rule(told)
    assert 'ENV{ID_SERIAL_SHORT}=="A50285BI"' in rule
    assert 'SYMLINK+="klasgenoot/ptz"' in rule
    assert "ID_PATH" in udev_rule({"ID_PATH": "pci-0000:00:14.0-usb-0:2:1.0"})


@contextmanager
def simulated(folder: Path) -> Iterator[str]:
    with SimulatedSet(folder):
        yield str(folder / "ptz")


def test_a_camera_on_a_serial_line_answers_its_version(tmp_path: Path) -> None:
    with simulated(tmp_path) as port:
        found = ask(port)
        assert found is not None
        assert found.version.startswith("vendor 4b47")


def test_a_port_without_a_camera(tmp_path: Path) -> None:
    import pty

    master, slave = pty.openpty()
    import os

    try:
        assert ask(os.ttyname(slave), (9600,)) is None
    finally:
        os.close(master)
        os.close(slave)
    assert ask("/nowhere") is None
    assert ask(str(tmp_path)) is None


def test_configure_on_a_machine_without_parts_says_so(tmp_path: Path) -> None:
    path = tmp_path / "k.toml"
    told = CliRunner().invoke(
        main, ["configure", "--settings", str(path), "--room", "2.14", "--server", "wss://x/ws"]
    )
    assert told.exit_code in (0, 1), told.output
    settings = load(path, {})
    assert (settings.unit.room, settings.link.server_url) == ("2.14", "wss://x/ws")
    path.write_text("nonsense = = 1")
    told = CliRunner().invoke(main, ["configure", "--settings", str(path)])
    assert told.exit_code == 2
    assert "not TOML" in told.output
