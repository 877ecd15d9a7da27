"""The contract of every driver that turns a camera, before its simulated camera."""

import math
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config.demo import Demo
from config.settings import load
from hardware.camera import DRIVERS, MotionError, open_camera
from hardware.light import LIGHTS
from hardware.profiles import PROFILES
from tests.camera_rigs import BY_NAME, WAYS, Rig, Way, free_port, wait_for

DEADMAN_S = 0.4


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hardware.camera_thread.FIRST_RETRY_S", 0.05)


@pytest.fixture(params=WAYS, ids=[way.name for way in WAYS])
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rig]:
    made = Rig(tmp_path, request.param, DEADMAN_S)
    made.becomes("ready")
    yield made
    made.end()


def test_every_driver_is_tried() -> None:
    assert {way.driver for way in WAYS} == set(DRIVERS) - {"none"}


def test_every_driver_takes_every_request_and_refuses_nonsense(rig: Rig) -> None:
    camera = rig.camera
    camera.drive(1, -1, 0.5)
    camera.stop()
    camera.move_to(1, 1, None)
    camera.home()
    camera.preset(0, store=True)
    camera.stop()
    assert camera.health().detail
    position = camera.position()
    assert position is None or position.zoom >= 1
    requests: list[Callable[[], None]] = [
        lambda: camera.drive(math.nan, 0, 0),
        lambda: camera.drive(0, math.inf, 0),
        lambda: camera.drive(0, 0, 2),
        lambda: camera.move_to(0, math.nan, None),
        lambda: camera.move_to(0, 0, 0),
        lambda: camera.preset(10_000, store=False),
    ]
    for request in requests:
        with pytest.raises(MotionError):
            request()


def test_the_last_thing_on_the_wire_is_a_stop(rig: Rig) -> None:
    rig.turn()
    before = time.monotonic()
    rig.camera.drive(40, 0, 0)
    rig.still()
    wait_for(lambda: rig.set.heard[-1][1] == "stop")
    stopped_at = min(when for when, said in rig.set.heard if said == "stop" and when > before)
    # Up to 0.1 s for the wire; a lost Stop is said again 0.1 s later, and each loss costs that.
    slack = 0.75 if rig.way.lost else 0.15
    assert DEADMAN_S - 0.05 < stopped_at - before < DEADMAN_S + slack
    drives = [when for when, said in rig.set.heard if said == "drive" and when > stopped_at]
    assert not drives or rig.way.name == "uvc"  # there Stop is a set-point as well
    aim = rig.set.head.position
    assert not rig.set.head.moving
    wait_for(lambda: rig.set.heard[-1][1] == "stop")
    assert rig.set.head.position == aim


def test_stop_cuts_in(rig: Rig) -> None:
    rig.turn()
    before = time.monotonic()
    rig.camera.stop()
    rig.still(2)
    wait_for(lambda: [1 for when, said in rig.set.heard if said == "stop" and when >= before])
    first = min(when for when, said in rig.set.heard if said == "stop" and when >= before)
    assert first - before < (0.7 if rig.way.lost else 0.1)


def test_newer_wishes_replace_older_ones(rig: Rig) -> None:
    rig.turn()
    rig.camera.stop()
    rig.still()
    count = len(rig.set.heard)
    for step in range(500):
        rig.camera.drive(-20 - step % 7, 0, 0)
    rig.camera.stop()
    rig.still()
    assert len(rig.set.heard) - count < 60


def test_a_target_is_reached_where_the_camera_can(rig: Rig) -> None:
    rig.camera.move_to(20, 10, 2)
    if not rig.way.moves:
        rig.still()
        assert rig.camera.position() is None
        return
    wait_for(lambda: abs(rig.set.head.position.pan_deg - 20) < 0.3)
    wait_for(lambda: abs(rig.set.head.position.tilt_deg - 10) < 0.3)
    wait_for(lambda: abs(rig.set.head.position.zoom - 2) < 0.1)

    def told() -> bool:
        aim = rig.camera.position()
        return aim is not None and abs(aim.pan_deg - 20) < 0.3 and abs(aim.zoom - 2) < 0.1

    wait_for(told)
    rig.camera.preset(2, store=True)
    time.sleep(0.3 + 2 * rig.way.slow_s)  # storing has no answer in some protocols
    rig.camera.home()
    wait_for(lambda: abs(rig.set.head.position.pan_deg) < 0.3)
    rig.camera.preset(2, store=False)
    wait_for(lambda: abs(rig.set.head.position.pan_deg - 20) < 0.3)


def test_stop_ends_a_move_to_a_target(rig: Rig) -> None:
    if not rig.way.moves:
        return
    rig.camera.move_to(150, 0, None)
    wait_for(lambda: rig.set.head.position.pan_deg > 3)
    rig.camera.stop()
    rig.still(2)
    assert rig.set.head.position.pan_deg < 140


def test_unplugged_and_back_it_stands_still(rig: Rig) -> None:
    dumb = not rig.way.tells and rig.way.driver == "pelco-d"
    rig.turn()
    rig.unplug()
    wait_for(lambda: rig.camera.health().state in ("absent", "silent"))
    assert rig.camera.position() is None
    rig.plug()
    rig.becomes("ready")
    wait_for(lambda: any(said == "stop" for _, said in rig.set.heard) or rig.way.name == "uvc")
    rig.still()
    assert dumb or rig.camera.health().state == "ready"


def test_close_stops_the_head_and_can_be_said_twice(tmp_path: Path) -> None:
    for way in WAYS:
        (tmp_path / way.name).mkdir()
        rig = Rig(tmp_path / way.name, way, deadman_s=2)  # it is not the dead man who stops
        rig.becomes("ready")
        rig.turn()
        start = time.monotonic()
        rig.camera.close()
        assert time.monotonic() - start < 1.1, way.name
        rig.still(2)
        rig.camera.close()
        rig.camera.stop()
        rig.unplug()


ANSWERING = [
    BY_NAME[name] for name in ("visca-tcp", "visca-sony", "pelco-d", "onvif", "uvc", "uvc-speeds")
]


@pytest.mark.parametrize("way", ANSWERING, ids=[way.name for way in ANSWERING])
def test_a_mute_camera_is_silent_and_one_that_talks_nonsense_is_rubbish(
    way: Way, tmp_path: Path
) -> None:
    rig = Rig(tmp_path, way)
    try:
        rig.becomes("ready")
        rig.set.head.mute = True
        rig.becomes("silent")
        rig.set.head.mute = False
        rig.becomes("ready")
        rig.set.head.rubbish = True
        rig.becomes("rubbish")
        assert len(rig.camera.health().detail) > 20
        rig.set.head.rubbish = False
        rig.becomes("ready")
    finally:
        rig.end()


def test_a_real_head_takes_the_contract() -> None:
    """KLASGENOOT_TEST_PTZ=driver,port,profile names one; nothing to try without it."""
    real = os.environ.get("KLASGENOOT_TEST_PTZ")
    if not real:
        pytest.skip("no real camera is named")
    driver, port, profile = real.split(",")
    camera = open_camera(driver, port, 9600, profile)
    camera.start()
    try:
        wait_for(lambda: camera.health().state == "ready", 10)
        camera.drive(5, 0, 0)
        camera.stop()
        camera.home()
    finally:
        camera.close()


def test_the_fixed_camera_takes_every_request() -> None:
    camera = open_camera("none", "", 9600, "sim")
    camera.start()
    for request in (camera.stop, camera.home, camera.close):
        request()
    camera.drive(1, 1, 1)
    camera.move_to(1, 1, 1)
    camera.preset(0, store=True)
    with pytest.raises(MotionError):
        camera.drive(math.nan, 0, 0)
    assert camera.position() is None
    assert camera.health().state == "fixed"


@pytest.mark.parametrize(
    ("driver", "port"),
    [
        ("visca-ip", ""),
        ("visca-ip", "ftp://192.0.2.1"),
        ("visca-ip", "tcp://192.0.2.1:99999"),
        ("visca-ip", "tcp://[1"),
        ("onvif", "https://192.0.2.1"),
        ("onvif", "http://klas:geheim@192.0.2.1"),
    ],
)
def test_an_address_that_is_none_is_refused_without_its_password(driver: str, port: str) -> None:
    with pytest.raises(ValueError, match=r"ptz\.port") as told:
        open_camera(driver, port, 9600, "sim")
    assert "geheim" not in str(told.value)


def test_a_wrong_password_is_told_and_not_shown(tmp_path: Path) -> None:
    rig = Rig(tmp_path, BY_NAME["onvif-login"])
    rig.becomes("ready")
    wrong = open_camera("onvif", rig.place, 9600, "sim", user="klas", password="fout-wachtwoord")
    wrong.start()
    try:
        wait_for(lambda: wrong.health().state == "silent")
        assert "password" in wrong.health().detail
        assert "fout-wachtwoord" not in repr(wrong.health())
    finally:
        wrong.close()
        rig.end()


@pytest.mark.parametrize("driver", [name for name in DRIVERS if name != "none"])
def test_the_demo_has_a_camera_for_every_driver(
    driver: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "config.demo._PTZ_PORTS",
        {
            "visca-ip": f"sony://127.0.0.1:{free_port()}",
            "onvif": f"http://127.0.0.1:{free_port()}",
        },
    )
    demo = Demo(tmp_path, {"KLASGENOOT_PTZ_DRIVER": driver})
    (tmp_path / "hardware").mkdir()
    ptz = load(environment=demo.environment).ptz
    demo.set.start()
    camera = open_camera(ptz.driver, ptz.port, ptz.baud, ptz.profile)
    try:
        demo.set.wait_line("ready")
        camera.start()
        wait_for(lambda: camera.health().state == "ready")
        camera.drive(30, 0, 0)
        wait_for(lambda: len(demo.journal.read_text().splitlines()) > 2)
    finally:
        camera.close()
        demo.set.stop()


def test_the_handbook_names_every_driver_and_camera() -> None:
    text = (Path(__file__).parents[1] / "docs" / "hardware.md").read_text()
    for name in (*DRIVERS, *LIGHTS, *PROFILES):
        assert f"`{name}`" in text, name
