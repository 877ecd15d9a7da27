"""Finding devices on a made-up tree."""

from pathlib import Path

import pytest

from hardware.devices import Device, find_devices, parse_sources


def put(path: Path, text: str = "") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for node in ("ttyUSB0", "video0", "video1", "video2"):
        put(tmp_path / "dev" / node)
    for folder, name, node in (
        ("serial/by-id", "usb-FTDI_cable-if00-port0", "ttyUSB0"),
        ("v4l/by-id", "usb-Grabber-video-index0", "video0"),
        ("v4l/by-id", "usb-Grabber-video-index1", "video1"),
    ):
        (tmp_path / "dev" / folder).mkdir(parents=True, exist_ok=True)
        (tmp_path / "dev" / folder / name).symlink_to(tmp_path / "dev" / node)
    classes = tmp_path / "sys/class"
    for number, name, index in ((0, "Grabber", 0), (1, "Grabber", 1), (2, "Laptop camera", 0)):
        put(classes / f"video4linux/video{number}/name", f"{name}\n")
        put(classes / f"video4linux/video{number}/index", f"{index}\n")
    put(classes / "leds/blink1/brightness", "0\n")
    put(classes / "leds/blink1/max_brightness", "255\n")
    (classes / "leds/broken").mkdir()
    put(
        classes / "hidraw/hidraw0/device/uevent",
        "DRIVER=hid-generic\nHID_ID=0003:000027BB:00003BCD\nHID_NAME=PLENOM Busylight\n",
    )
    put(classes / "hidraw/hidraw1/device/uevent", "HID_ID=0003:0000046D:0000C077\nHID_NAME=Mouse\n")
    put(classes / "hidraw/hidraw2/device/uevent", "HID_ID=rubbish\n\x00\n")
    put(tmp_path / "dev/gpiochip0")
    put(tmp_path / "sys/bus/gpio/devices/gpiochip0/label", "pinctrl-bcm2711\n")
    put(
        tmp_path / "proc/asound/cards",
        " 0 [PCH            ]: HDA-Intel - HDA Intel PCH\n"
        "                      HDA Intel PCH at 0xf7f10000 irq 32\n"
        " 1 [Jabra          ]: USB-Audio - Jabra SPEAK 410\n"
        "                      Jabra at usb-1\n"
        "garbage\n",
    )
    put(tmp_path / "proc/asound/card0/pcm0p/info")
    put(tmp_path / "proc/asound/card1/pcm0c/info")
    return tmp_path


def test_everything_on_a_tree_is_found_once(root: Path) -> None:
    leds = root / "sys/class/leds"
    cable = root / "dev/serial/by-id/usb-FTDI_cable-if00-port0"
    grabber = root / "dev/v4l/by-id/usb-Grabber-video-index0"
    assert find_devices(root) == [
        Device("serial", cable.name, str(cable), str(root / "dev/ttyUSB0")),
        Device("video", "Grabber", str(grabber), str(root / "dev/video0")),
        Device("video", "Laptop camera", str(root / "dev/video2"), str(root / "dev/video2")),
        Device("light", "blink1", str(leds / "blink1"), "max_brightness 255"),
        Device("light", "PLENOM Busylight", "/dev/hidraw0", "driver busylight: Kuando Busylight"),
        Device(
            "light",
            "pinctrl-bcm2711",
            str(root / "dev/gpiochip0"),
            "driver gpio: light.path is a pin, as GPIO17",
        ),
        Device("microphone", "USB-Audio - Jabra SPEAK 410", "hw:Jabra", "pcm0c"),
    ]


def test_an_empty_machine_has_nothing(tmp_path: Path) -> None:
    assert find_devices(tmp_path) == []
    assert find_devices(tmp_path / "nowhere") == []


def test_binary_rubbish_in_proc_is_no_error(root: Path) -> None:
    (root / "proc/asound/cards").write_bytes(b"\xff\xfe\x00[[[\n" * 10)
    assert [each for each in find_devices(root) if each.kind == "microphone"] == []


def test_this_machine_can_be_asked() -> None:
    assert all(isinstance(each, Device) for each in find_devices())


def test_sound_sources_without_monitors() -> None:
    text = (
        "1\talsa_output.pci.monitor\tPipeWire\ts32le 2ch 48000Hz\tSUSPENDED\n"
        "2\talsa_input.usb-Jabra\tPipeWire\ts16le 1ch 16000Hz\tRUNNING\n"
        "rubbish\n"
    )
    assert list(parse_sources(text)) == [
        Device("microphone", "alsa_input.usb-Jabra", "alsa_input.usb-Jabra", "s16le 1ch 16000Hz")
    ]
