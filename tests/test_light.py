"""The question light: the lease in virtual time, the drivers on a made-up LED folder."""

import math
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hardware.light import (
    HALF_PERIOD_S,
    Lease,
    Light,
    LightError,
    UnknownLightError,
    open_light,
)


def wait_for(condition: Callable[[], object], seconds: float = 4.0) -> None:
    """Poll until it is true; fail after a generous time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.005)


def test_a_lease_ends_by_itself_and_can_be_renewed() -> None:
    lease = Lease()
    assert not lease.lit(0)
    lease.show("on", 2, 10)
    assert lease.lit(10)
    assert lease.lit(11.9)
    assert lease.next_change(10) == 12
    assert not lease.lit(12)
    assert lease.next_change(12) is None
    lease.show("on", 2, 11)
    assert lease.lit(12.9)
    lease.show("off", 2, 12)
    assert not lease.lit(12)
    assert lease.next_change(12) is None


def test_a_pulse_beats_twice_a_second_through_its_renewals() -> None:
    lease = Lease()
    lease.show("pulse", 2, 10)
    beats = [lease.lit(10 + HALF_PERIOD_S * (beat + 0.5)) for beat in range(8)]
    assert beats == [True, False] * 4
    lease.show("pulse", 2, 10.3)  # in the dark half
    assert not lease.lit(10.3)
    assert lease.next_change(10.3) == pytest.approx(10.5)
    assert not lease.lit(12.4)
    lease.show("pulse", 2, 20)  # a new one begins lit
    assert lease.lit(20)


@pytest.mark.parametrize(
    ("state", "lease_s"),
    [("red", 1), ("", 1), (None, 1), ("on", -1), ("on", math.nan), ("on", math.inf), ("on", "1")],
)
def test_nonsense_puts_the_light_out(state: str, lease_s: float) -> None:
    lease = Lease()
    lease.show("on", 10, 0)
    with pytest.raises(LightError):
        lease.show(state, lease_s, 1)  # type: ignore[arg-type]
    assert not lease.lit(1)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hardware.lamp_thread.REFRESH_S", 0.05)


class Lamp:
    """An LED-class folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)
        (folder / "max_brightness").write_text("7\n")
        (folder / "brightness").write_text("3\n")
        (folder / "trigger").write_text("[heartbeat] none\n")

    def shows(self, text: str) -> bool:
        try:
            return (self.folder / "brightness").read_text() == f"{text}\n"
        except OSError:
            return False


@pytest.fixture
def lamp(tmp_path: Path) -> Lamp:
    return Lamp(tmp_path / "led")


@pytest.fixture
def light(lamp: Lamp) -> Iterator[Light]:
    made = open_light("led", str(lamp.folder))
    wait_for(lambda: made.health().state == "ready")
    yield made
    made.close()


def test_the_lamp_is_off_at_the_start_and_the_kernel_blinks_no_more(
    lamp: Lamp, light: Light
) -> None:
    assert lamp.shows("0")
    assert (lamp.folder / "trigger").read_text() == "none\n"


def test_the_lamp_burns_at_full_until_it_is_put_out(lamp: Lamp, light: Light) -> None:
    light.show("on", 60)
    wait_for(lambda: lamp.shows("7"), 0.5)
    light.show("off", 60)
    wait_for(lambda: lamp.shows("0"), 0.5)


def test_a_lease_that_is_not_renewed_puts_the_lamp_out(lamp: Lamp, light: Light) -> None:
    light.show("on", 0.15)
    wait_for(lambda: lamp.shows("7"))
    wait_for(lambda: lamp.shows("0"), 0.8)


def test_a_pulse_goes_on_and_off(lamp: Lamp, light: Light) -> None:
    light.show("pulse", 60)
    for _ in range(2):
        wait_for(lambda: lamp.shows("7"), 0.6)
        wait_for(lambda: lamp.shows("0"), 0.6)


def test_close_puts_the_lamp_out(lamp: Lamp, light: Light) -> None:
    light.show("on", 60)
    wait_for(lambda: lamp.shows("7"))
    light.close()
    assert lamp.shows("0")


def test_an_absent_lamp_is_told_and_found_later(tmp_path: Path) -> None:
    light = open_light("led", str(tmp_path / "led"))
    wait_for(lambda: light.health().state == "absent")
    light.show("on", 60)
    lamp = Lamp(tmp_path / "led")
    wait_for(lambda: lamp.shows("7"))
    assert light.health().state == "ready"
    for file in lamp.folder.iterdir():
        file.unlink()
    wait_for(lambda: light.health().state == "absent")
    assert list(lamp.folder.iterdir()) == []  # it does not make plain files in its place
    light.close()


@pytest.mark.parametrize("content", ["", "many\n"])
def test_a_strange_folder_is_told(lamp: Lamp, light: Light, content: str) -> None:
    (lamp.folder / "max_brightness").write_text(content)
    light.show("on", 60)
    wait_for(lambda: light.health().state == "absent")
    (lamp.folder / "max_brightness").write_text("1\n")
    wait_for(lambda: lamp.shows("1"))


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "led" / "brightness").mkdir(parents=True)  # refuses the write, even to root
    (tmp_path / "led" / "max_brightness").write_text("1\n")
    light = open_light("led", str(tmp_path / "led"))
    wait_for(lambda: light.health().state == "absent")
    light.show("on", 1)
    light.close()


def test_an_unknown_driver_names_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(UnknownLightError, match="led, none"):
        open_light("laser", "")
