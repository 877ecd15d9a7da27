"""The set cannot record: shown with a recorder that is let in on purpose."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from bench.stage import new_demo
from config.demo import Demo
from klasgenoot.no_recording import landlock_version
from klasgenoot.proof import prove
from tests.conftest import wait_for


@pytest.fixture(scope="module")
def attempts(tmp_path_factory: pytest.TempPathFactory) -> list[prove.Attempt]:
    return prove.planted_recorder(tmp_path_factory.mktemp("state"))


def test_a_planted_recorder_keeps_nothing(attempts: list[prove.Attempt]) -> None:
    assert len(attempts) >= 20
    assert [one for one in attempts if one.locked] == []


def test_without_the_lock_it_would_have_kept_it(attempts: list[prove.Attempt]) -> None:
    kept = {one.how for one in attempts if one.free}
    assert kept >= {"write", "slowly", "append", "map", "temporary", "child", "film", "photo"}
    assert kept >= {"in_memory", "shared_memory"}


def run_locked(code: str, **options: object) -> subprocess.CompletedProcess[str]:
    lines = f"from klasgenoot.no_recording import forbid\nforbid()\n{code}"
    return subprocess.run(
        [sys.executable, "-c", lines],
        text=True,
        check=False,
        timeout=30,
        **options,  # type: ignore[call-overload]
    )


def test_a_lock_that_comes_too_late_is_an_error() -> None:
    code = (
        "import threading; stop = threading.Event();"
        "threading.Thread(target=stop.wait, daemon=True).start();"
        "from klasgenoot.no_recording import forbid; forbid()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=30
    )
    assert done.returncode == 1
    assert "2 threads run already" in done.stderr


def test_output_to_a_file_goes_on(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with log.open("w") as out:
        run_locked(
            "import sys; print('told'); print('warned', file=sys.stderr)", stdout=out, stderr=out
        )
    wait_for(lambda: {"told", "warned"} <= set(log.read_text().split()))


def test_the_lamp_can_still_be_lit(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "brightness")
    reader = os.open(tmp_path / "brightness", os.O_RDONLY | os.O_NONBLOCK)
    code = (
        "from pathlib import Path; from klasgenoot.no_recording import forbid;"
        f"forbid([Path({str(tmp_path)!r})]); from hardware.led_light import _put;"
        f"_put(Path({str(tmp_path / 'brightness')!r}), '255')"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=30)
    assert os.read(reader, 10) == b"255\n"
    os.close(reader)


@contextmanager
def recorded_demo(folder: Path, mode: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Demo]:
    prefix = f"{sys.executable} -m tests.planted_recorder {folder / 'film'} {mode}"
    monkeypatch.setenv("DEMO_UNIT_PREFIX", prefix)
    demo = new_demo(folder / "demo")
    try:
        demo.start()
        yield demo
    finally:
        demo.stop()


def recorder_said(demo: Demo) -> str:
    log = (demo.folder / "unit.log").read_text()
    return next((line for line in log.splitlines() if line.startswith("recorder")), "")


def test_a_recorder_in_the_living_agent_keeps_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with recorded_demo(tmp_path, "locked", monkeypatch) as demo:
        assert wait_for(lambda: recorder_said(demo)).startswith("recorder refused")  # type: ignore[attr-defined]
        assert not (tmp_path / "film").exists()
        process = demo.unit.process
        assert process is not None
        found = prove.live_checks([psutil.Process(process.pid)])
        assert {check.name: check.state for check in found} == dict.fromkeys(
            ("agent", "file_limit", "core_limit", "open_files", "swapped"), "shown"
        )
        io = Path(f"/proc/{process.pid}/io").read_text()
        assert "write_bytes: 0\n" in io


def test_the_same_recorder_without_the_lock_keeps_the_class(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with recorded_demo(tmp_path, "free", monkeypatch) as demo:
        film = tmp_path / "film"
        wait_for(lambda: film.exists() and film.stat().st_size > 0)
        process = demo.unit.process
        assert process is not None
        states = {c.name: c.state for c in prove.live_checks([psutil.Process(process.pid)])}
        assert states["file_limit"] == "failed"


@pytest.mark.skipif(not landlock_version(), reason="a kernel without Landlock")
def test_files_cannot_even_be_removed(tmp_path: Path) -> None:
    """What the first lock allows: so this shows the second one."""
    file = tmp_path / "kept"
    file.write_text("kept")
    done = run_locked(
        f"import os\ntry: os.unlink({str(file)!r})\nexcept OSError as e: print(type(e).__name__)",
        capture_output=True,
    )
    assert done.stdout.strip() == "PermissionError"
    assert file.exists()


def test_a_file_open_for_writing_is_noticed(tmp_path: Path) -> None:
    own = psutil.Process()
    with (tmp_path / "film").open("w"):
        assert str(tmp_path / "film") in prove.written_files(own)
    assert str(tmp_path / "film") not in prove.written_files(own)


def test_memory_and_disk_are_told_apart() -> None:
    assert prove.in_memory(Path("/dev/shm/klasgenoot-x"))
    assert not prove.in_memory(Path(__file__))


def test_a_page_that_records_is_found(tmp_path: Path) -> None:
    (tmp_path / "page.js").write_text("const r = new Media" + "Recorder(stream);")
    states = {check.name: check.state for check in prove.machine_checks([tmp_path])}
    assert states["page_code"] == "failed"


def test_no_agent_is_not_a_proof() -> None:
    assert prove.live_checks([]) == [prove.Check("agent", "unknown")]
    gone = subprocess.Popen([sys.executable, "-c", ""])
    process = psutil.Process(gone.pid)
    gone.wait()
    assert prove.live_checks([process])[0].state == "unknown"
