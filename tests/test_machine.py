"""What the computer of the set tells about itself: real folders, and rubbish in each of them."""

import os
import time
from pathlib import Path

import pytest

from config.settings import parse
from hardware import battery, heat
from hardware.battery import Power, judge
from hardware.small_reads import number, text
from klasgenoot import machine
from klasgenoot.hearing import Hearing
from klasgenoot.machine import MachineWatch
from klasgenoot.media_path import MediaPath
from klasgenoot.situation import Part
from klasgenoot.upkeep import update_marker
from signaling import own_network, server_clock
from signaling.messages import Sounding

RUBBISH = [b"", b"\n\n\n", b"\xff\xfe\x00", b"9" * 5000, b"NaN", b"1e9", b"-" * 10, b"\x00" * 64]


def supply(root: Path, name: str, **values: str) -> Path:
    folder = root / name
    folder.mkdir(parents=True, exist_ok=True)
    for key, value in values.items():
        (folder / key).write_text(value + "\n")
    return folder


def test_a_set_on_mains_has_nothing_to_tell(tmp_path: Path) -> None:
    assert judge(battery.read(tmp_path / "nowhere")) == Power()
    supply(tmp_path, "AC", type="Mains", online="1")
    assert judge(battery.read(tmp_path)) == Power()


def test_a_battery_that_empties_and_is_plugged_in(tmp_path: Path) -> None:
    supply(tmp_path, "AC", type="Mains", online="0")
    supply(tmp_path, "BAT0", type="Battery", scope="System", capacity="64", status="Discharging")
    power = judge(battery.read(tmp_path))
    assert (power.verdict, power.percent, power.charging) == ("on_battery", 64, False)
    supply(tmp_path, "BAT0", capacity="19")
    low = judge(battery.read(tmp_path), power)
    assert low.verdict == "low"
    supply(tmp_path, "BAT0", capacity="21")
    assert judge(battery.read(tmp_path), low).verdict == "low"  # no flapping at the border
    supply(tmp_path, "BAT0", status="Charging")
    supply(tmp_path, "AC", online="1")
    assert judge(battery.read(tmp_path), low) == Power("good", 21, True)


def test_the_battery_of_a_microphone(tmp_path: Path) -> None:
    supply(tmp_path, "hid", type="Battery", scope="Device", capacity_level="Low")
    power = judge(battery.read(tmp_path))
    assert power.device_low
    assert power.verdict == "good"
    assert power.percent is None
    supply(tmp_path, "hid", status="Charging")
    assert not judge(battery.read(tmp_path), power).device_low


@pytest.mark.parametrize("rubbish", RUBBISH)
def test_rubbish_in_a_power_supply(tmp_path: Path, rubbish: bytes) -> None:
    for name in ("type", "scope", "capacity", "status", "online", "present", "capacity_level"):
        folder = supply(tmp_path / name, "BAT0", type="Battery", capacity="50", status="Full")
        (folder / name).write_bytes(rubbish)
        assert judge(battery.read(tmp_path / name)).verdict in ("good", "on_battery")
    (tmp_path / "a_file").write_bytes(rubbish)
    battery.read(tmp_path)


def test_a_huge_file_is_not_read_whole(tmp_path: Path) -> None:
    with (tmp_path / "huge").open("wb") as file:
        file.truncate(2**40)
    start = time.monotonic()
    assert number(tmp_path / "huge") is None
    assert len(text(tmp_path / "huge") or "") <= 4096
    assert time.monotonic() - start < 1
    (tmp_path / "folder").mkdir()
    assert text(tmp_path / "folder") is None
    assert number(tmp_path / "nowhere") is None


def zone(root: Path, **values: str) -> Path:
    return supply(root, "thermal_zone0", **values)


def test_heat(tmp_path: Path) -> None:
    assert not heat.hot(tmp_path / "nowhere")
    zone(tmp_path, temp="84000")
    assert not heat.hot(tmp_path)
    assert heat.hot(tmp_path, before=True)  # no flapping at the border
    zone(tmp_path, temp="86000")
    assert heat.hot(tmp_path)
    zone(tmp_path, trip_point_0_type="passive", trip_point_0_temp="50000")
    zone(tmp_path, trip_point_1_type="critical", trip_point_1_temp="110000")
    assert not heat.hot(tmp_path)  # this one bears more, and says so
    zone(tmp_path, temp="101000")
    assert heat.hot(tmp_path)
    zone(tmp_path, trip_point_1_temp="0")  # firmware that says nothing sensible
    assert heat.hot(tmp_path)


@pytest.mark.parametrize("rubbish", [*RUBBISH, b"999999", b"-40000"])
def test_rubbish_for_a_temperature(tmp_path: Path, rubbish: bytes) -> None:
    (zone(tmp_path) / "temp").write_bytes(rubbish)
    assert not heat.hot(tmp_path)


ROUTES = """Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask
eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000
"""
SIX = (
    "fd000000000000000000000000000000 40 00000000000000000000000000000000 00 "
    "00000000000000000000000000000000 00000100 00000001 00000000 00000001     eth0\n"
)


def test_networks() -> None:
    assert own_network.usable(ROUTES, "", set())
    assert own_network.usable("", SIX, set())
    assert not own_network.usable(ROUTES, SIX, {"eth0"})  # the cable is out
    assert not own_network.usable(ROUTES.replace("0003", "0000"), "", set())
    assert not own_network.usable(ROUTES.replace("eth0", "lo"), SIX.replace("eth0", "lo"), set())
    assert not own_network.usable(ROUTES.replace("00000000\t01", "0000FEA9\t01"), "", set())
    assert not own_network.usable("", SIX.replace("fd00", "fe80"), set())
    assert not own_network.usable("", SIX.replace("00000001     ", "80200001     "), set())


@pytest.mark.parametrize(
    "rubbish", [r.decode("latin-1") for r in RUBBISH] + ["a " * 20, "\n" * 999]
)
def test_rubbish_for_routes(rubbish: str) -> None:
    assert not own_network.usable(rubbish, rubbish, set())


def test_this_machine_tells_whether_it_is_on_a_network() -> None:
    assert own_network.on_a_network() in (True, False)


def test_clocks() -> None:
    date = "Sun, 22 Nov 2026 05:30:00 GMT"
    then = 1795325400.0
    assert server_clock.off_s(date, then) == 0
    assert not server_clock.is_off(date, then + 299)
    assert server_clock.is_off(date, then + 301)
    assert server_clock.is_off(date, then - 301)
    answer = b"HTTP/1.1 200 OK\r\nX: y\r\nDATE:  " + date.encode() + b"\r\n\r\nDate: never"
    assert server_clock.date_in(answer) == date
    assert server_clock.date_in(b"HTTP/1.1 200 OK\r\n\r\nDate: " + date.encode()) is None


@pytest.mark.parametrize("rubbish", RUBBISH)
def test_rubbish_for_a_date(rubbish: bytes) -> None:
    found = server_clock.date_in(b"HTTP/1.1 200 OK\r\nDate: " + rubbish + b"\r\n\r\n")
    assert not server_clock.is_off(found, time.time())
    assert server_clock.date_in(rubbish) is None


@pytest.mark.parametrize(
    "date", [None, "Mon, 99 Foo 9999", "1", "Sun, 22 Nov 99999999 05:30:00 GMT"]
)
def test_dates_that_are_none(date: str | None) -> None:
    assert not server_clock.is_off(date, time.time())


def test_an_update(tmp_path: Path) -> None:
    file = tmp_path / update_marker.FILE
    assert update_marker.look(tmp_path) == "none"
    file.write_text('{"state": "busy", "version": "0.2"}')
    assert update_marker.look(tmp_path) == "busy"
    os.utime(file, (time.time() - 3600,) * 2)
    assert update_marker.look(tmp_path) == "failed"  # cut off halfway
    file.write_text('{"state": "failed"}')
    assert update_marker.look(tmp_path) == "failed"
    file.unlink()
    file.mkdir()
    assert update_marker.look(tmp_path) == "failed"


@pytest.mark.parametrize("rubbish", [*RUBBISH, b"[" * 4000, b'{"state":"x"}', b" " * 5000, b"null"])
def test_rubbish_for_an_update(rubbish: bytes) -> None:
    assert update_marker.judge(rubbish, 0.0) == "failed"


def test_one_look_at_everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    power, thermal = tmp_path / "power", tmp_path / "thermal"
    unit = {"state_dir": str(tmp_path), "power_dir": str(power), "thermal_dir": str(thermal)}
    link = {"server_url": "wss://klas.example/ws"}
    watch = MachineWatch(parse({"unit": unit, "link": link}), lambda: None)
    monkeypatch.setattr(machine, "on_a_network", lambda: True)
    seen = watch.look()
    assert (seen.power.ok, seen.network.ok, seen.heat.ok, seen.update.ok) == (True,) * 4
    supply(power, "BAT", type="Battery", capacity="5", status="Discharging")
    zone(thermal, temp="99000")
    (tmp_path / "update.json").write_text("{")
    monkeypatch.setattr(machine, "on_a_network", lambda: False)
    assert watch.look().network.ok is None  # between two networks there is none for a moment
    seen = watch.look()
    codes = {part.code for part in (seen.power, seen.heat, seen.update, seen.network)}
    assert codes == {"battery_low", "hot", "update_failed", "network_absent"}
    monkeypatch.setattr(machine, "on_a_network", lambda: None)
    assert watch.look().network.ok is None


def test_a_server_on_this_machine_needs_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    watch = MachineWatch(parse({}), lambda: None)
    monkeypatch.setattr(machine, "on_a_network", lambda: False)
    assert [watch.look().network for _ in range(3)] == [Part()] * 3


def test_the_path_of_calls() -> None:
    path = MediaPath()
    path.look(5.0, False, 100.0)
    assert path.part == Part()
    path.look(6.5, False, 101.5)
    assert path.part == Part(False, "media_failed")
    path.look(0.0, False, 200.0)
    assert path.part.ok is False
    path.look(0.0, False, 300.0)
    assert path.part == Part()  # nobody knows any more
    path.look(0.0, True, 301.0)
    assert path.part.ok is True


@pytest.mark.parametrize(
    ("said", "microphone", "speaker"),
    [
        ({"microphone": "on"}, Part(True), Part()),
        ({"microphone": "on", "hears": "good", "speaker": "on"}, Part(True), Part(True)),
        ({"microphone": "on", "hears": "silent"}, Part(False, "class_mic_silent"), Part()),
        ({"microphone": "absent", "hears": "soft"}, Part(False, "class_mic_absent"), Part()),
        ({"microphone": "refused"}, Part(False, "class_mic_refused"), Part()),
        (
            {"microphone": "on", "speaker": "unheard", "blocked": True},
            Part(True),
            Part(False, "speaker_unheard"),
        ),
        (
            {"microphone": "on", "speaker": "on", "blocked": True},
            Part(True),
            Part(False, "sound_blocked"),
        ),
    ],
)
def test_what_the_page_hears(said: dict, microphone: Part, speaker: Part) -> None:
    hearing = Hearing.of(Sounding(talking=False, **said))
    assert (hearing.microphone, hearing.speaker) == (microphone, speaker)
