"""The thread and the port, over a real pseudo-terminal."""

import itertools
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hardware.camera import (
    Health,
    UnknownDriverError,
    open_camera,
)
from hardware.motion import Position
from hardware.pose import SIZE, PoseError, PoseReader, PoseWriter
from hardware.profiles import UnknownProfileError
from hardware.simulator import SimulatedSet


def wait_for(condition: Callable[[], object], seconds: float = 4.0) -> None:
    """Poll until it is true; fail after a generous time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.005)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hardware.camera_thread.FIRST_RETRY_S", 0.05)


class Rig:
    """A simulated set and a camera that found it."""

    def __init__(self, folder: Path, deadman_s: float = 0.4) -> None:
        self.folder = folder
        self.told: list[Health] = []
        self.set = SimulatedSet(folder).__enter__()
        self.camera = open_camera(
            "visca",
            str(folder / "ptz"),
            9600,
            "sim",
            deadman_s=deadman_s,
            on_change=self.told.append,
        )
        self.camera.start()
        self.becomes("ready")

    def becomes(self, state: str) -> None:
        wait_for(lambda: self.camera.health().state == state)

    def pose(self) -> Position:
        reader = PoseReader(self.folder / "pose")
        try:
            return reader.read()
        finally:
            reader.close()

    def unplug(self) -> None:
        self.set.__exit__(None, None, None)

    def plug(self, *, turning: bool = False) -> None:
        self.set = SimulatedSet(self.folder)
        if turning:
            self.set.head.receive(bytes.fromhex("8101060110010203ff"), time.monotonic())
        self.set.__enter__()


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    made = Rig(tmp_path)
    yield made
    made.camera.close()
    made.unplug()


def test_a_drive_moves_the_pose_and_stop_stops_it(rig: Rig) -> None:
    def turned() -> bool:
        rig.camera.drive(40, 0, 1)
        return rig.pose().pan_deg > 5 and rig.pose().zoom > 1

    wait_for(turned)
    rig.camera.stop()
    wait_for(lambda: not rig.set.head.moving)
    still = rig.pose()
    wait_for(lambda: rig.camera.position() is not None)
    wait_for(lambda: abs((rig.camera.position() or still).pan_deg - still.pan_deg) < 0.1)


def test_the_dead_man_works_without_anybody_calling(rig: Rig) -> None:
    rig.camera.drive(40, 0, 0)
    wait_for(lambda: rig.set.head.moving)
    wait_for(lambda: not rig.set.head.moving, 1.5)


def test_targets_and_presets_reach_the_head(rig: Rig) -> None:
    rig.camera.move_to(8, 4, 1.5)
    wait_for(lambda: abs(rig.pose().pan_deg - 8) < 0.1 and rig.pose().zoom > 1.45)
    rig.camera.preset(1, store=True)
    rig.camera.home()
    wait_for(lambda: abs(rig.pose().pan_deg) < 0.1)
    wait_for(lambda: not rig.set.head.moving)
    wait_for(lambda: abs((rig.camera.position() or rig.pose()).zoom - 1) < 0.01)


def test_unplug_and_replug_ends_stopped(rig: Rig) -> None:
    rig.camera.drive(40, 0, 0)
    rig.unplug()
    rig.becomes("absent")
    assert rig.camera.position() is None
    rig.plug(turning=True)
    assert rig.set.head.moving
    rig.becomes("ready")
    wait_for(lambda: not rig.set.head.moving)
    changes = [state for state, _ in itertools.groupby(health.state for health in rig.told)]
    assert changes == ["opening", "ready", "absent", "opening", "ready"]


def test_a_camera_that_is_not_there_is_absent_and_found_later(tmp_path: Path) -> None:
    camera = open_camera("visca", str(tmp_path / "ptz"), 9600, "sim")
    camera.start()
    try:
        wait_for(lambda: "No such file" in camera.health().detail)
        assert camera.health().state == "absent"
        camera.drive(1, 1, 1)
        camera.stop()
        with SimulatedSet(tmp_path):
            wait_for(lambda: camera.health().state == "ready")
    finally:
        camera.close()


def test_a_second_driver_on_the_same_head_is_refused(rig: Rig) -> None:
    second = open_camera("visca", str(rig.folder / "ptz"), 9600, "sim")
    second.start()
    try:
        wait_for(lambda: second.health().detail != "not opened yet")
        assert second.health().state == "absent"
        assert rig.camera.health().state == "ready"
    finally:
        second.close()


def test_close_stops_the_head(tmp_path: Path) -> None:
    rig = Rig(tmp_path, deadman_s=2)  # so long that it is not the dead man who stops
    rig.camera.drive(40, 0, 1)
    wait_for(lambda: rig.set.head.moving)
    start = time.monotonic()
    rig.camera.close()
    assert time.monotonic() - start < 1.1
    wait_for(lambda: not rig.set.head.moving)
    rig.camera.close()  # once more does no harm
    rig.unplug()


def test_close_does_not_hang_on_a_mute_head(rig: Rig) -> None:
    rig.set.head.mute = True
    start = time.monotonic()
    rig.camera.close()
    assert time.monotonic() - start < 1.1


def test_a_failing_listener_does_not_stop_the_thread(tmp_path: Path) -> None:
    def fail(health: Health) -> None:
        raise RuntimeError(health.state)

    with SimulatedSet(tmp_path):
        camera = open_camera("visca", str(tmp_path / "ptz"), 9600, "sim", on_change=fail)
        camera.start()
        wait_for(lambda: camera.health().state == "ready")
        camera.close()


def test_any_thread_may_call(rig: Rig) -> None:
    def pester() -> None:
        for speed in range(50):
            rig.camera.drive(speed % 7, 0, 0)
            rig.camera.position()
            rig.camera.stop()

    threads = [threading.Thread(target=pester) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wait_for(lambda: not rig.set.head.moving)
    assert rig.camera.health().state == "ready"


def test_unknown_names_list_the_known_ones() -> None:
    with pytest.raises(UnknownDriverError, match="visca, none, visca-ip"):
        open_camera("viscous", "/dev/null", 9600, "sim")
    with pytest.raises(UnknownProfileError, match="evi-d70"):
        open_camera("visca", "/dev/null", 9600, "nikon")
    with pytest.raises(ValueError, match="baud"):
        open_camera("visca", "/dev/null", 12345, "sim")
    with pytest.raises(ValueError, match="deadman_s"):
        open_camera("visca", "/dev/null", 9600, "sim", deadman_s=10)


def test_a_port_that_is_no_terminal_is_absent(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    camera = open_camera("visca", str(tmp_path / "file"), 9600, "sim")
    camera.start()
    wait_for(lambda: camera.health().detail != "not opened yet")
    assert camera.health().state == "absent"
    camera.close()


def test_the_simulator_as_a_process(tmp_path: Path) -> None:
    (tmp_path / "ptz").symlink_to("/dev/nowhere")  # left by one that was killed
    (tmp_path / "pose").write_bytes(b"short")
    journal = tmp_path / "journal"
    arguments = ["--dir", str(tmp_path), "--journal", str(journal), "--ack-ms", "5"]
    process = subprocess.Popen(
        [sys.executable, "-m", "hardware.simulator", *arguments],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[1],
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        begun = time.time() * 1000
        camera = open_camera("visca", str(tmp_path / "ptz"), 9600, "sim")
        camera.start()
        wait_for(lambda: camera.health().state == "ready")
        camera.close()
        lines = [line.split(" ") for line in journal.read_text().splitlines()]
        assert lines[0][1] == "883001ff"
        assert "8101060101010303ff" in [packet for _, packet in lines]
        assert all(begun - 1000 < float(when) < begun + 60_000 for when, _ in lines)
        assert (tmp_path / "light" / "max_brightness").read_text() == "255\n"
        process.send_signal(signal.SIGTERM)
        assert process.wait(5) == 0
        assert not (tmp_path / "ptz").is_symlink()
    finally:
        process.kill()
        process.wait()
        process.stdout.close() if process.stdout else None


def test_the_simulator_refuses_an_unknown_profile(tmp_path: Path) -> None:
    with pytest.raises(UnknownProfileError):
        SimulatedSet(tmp_path, profile="nikon")


def test_a_later_set_keeps_its_link(tmp_path: Path) -> None:
    first = SimulatedSet(tmp_path).__enter__()
    with SimulatedSet(tmp_path):
        first.__exit__(None, None, None)
        assert (tmp_path / "ptz").is_symlink()


def test_a_pose_is_read_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "pose"
    with pytest.raises(PoseError):
        PoseReader(path)
    path.write_bytes(b"short")
    with pytest.raises(PoseError):
        PoseReader(path)
    writer = PoseWriter(path)
    writer.write(Position(1, 2, 3), 4.5)
    assert path.stat().st_size == SIZE == 40
    reader = PoseReader(path)
    assert reader.read_timed() == (Position(1, 2, 3), 4.5)
    torn = bytearray(path.read_bytes())
    torn[32] |= 1  # a writer that died half-way
    path.write_bytes(torn)
    with pytest.raises(PoseError, match="died"):
        PoseReader(path).read()
    writer.close()
    reader.close()


def test_a_reader_never_sees_half_a_pose(tmp_path: Path) -> None:
    writer = PoseWriter(tmp_path / "pose")
    writer.write(Position(0, 0, 1), 0)
    reader = PoseReader(tmp_path / "pose")
    done = threading.Event()

    def write() -> None:
        number = 0
        while not done.is_set():
            number += 1
            writer.write(Position(number, number, number), number)

    thread = threading.Thread(target=write)
    thread.start()
    for _ in range(2000):
        position, when = reader.read_timed()
        assert position.pan_deg == position.tilt_deg == when
    done.set()
    thread.join()
    writer.close()
    reader.close()
