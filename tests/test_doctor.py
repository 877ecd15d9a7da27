"""The doctor says what is wrong and what to do, names nobody, and never falls over."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.stage import new_demo
from hardware.simulator import SimulatedSet
from klasgenoot.upkeep import doctor_look
from klasgenoot.upkeep.doctor import NAMES, Finding, part_finding, report, verdict
from klasgenoot.upkeep.service import read_status
from signaling.reach import Reach, Try

GOOD = [Finding(name, "good") for name in NAMES]


def test_the_verdict() -> None:
    assert verdict(GOOD) == "good"
    assert verdict([*GOOD, Finding("disk", "wrong", "disk_full")]) == "wrong"
    assert verdict([Finding("disk", "unknown"), *GOOD]) == "good"
    assert verdict([f for f in GOOD if f.name != "camera"] + [Finding("camera", "unknown")]) == (
        "unknown"
    )


@given(st.text(max_size=60))
def test_anything_that_an_agent_says_is_a_finding(said: str) -> None:
    status = read_status(f"camera={said}")
    finding = part_finding("camera", status.get("camera", said))
    assert finding.state in ("good", "wrong", "unknown")
    # What is shown is one of ours, whatever came.
    assert not said or len(said) < 8 or said not in finding.code + finding.detail


def test_what_is_wrong_has_an_advice_for_every_code() -> None:
    for code in ("settings_wrong", "agent_off", "units_off", "recording_possible", "disk_full"):
        advice = Finding("agent", "wrong", code).advice
        assert advice.endswith("."), code
    assert Finding("agent", "good").advice == ""
    assert part_finding("ptz", "wrong:ptz_silent").advice
    assert part_finding("ptz", "wrong:no_such").code == "unknown"


@pytest.mark.parametrize(
    ("reach", "network", "server"),
    [
        (None, ("unknown", ""), ("unknown", "")),
        (Reach("unit", ()), ("wrong", "media_failed"), ("wrong", "server_away")),
        (
            Reach("unit", (Try("server", "h", 1, ok=True),), known=True),
            ("good", ""),
            ("good", ""),
        ),
        (
            Reach("unit", (Try("server", "h", 1, ok=True),)),
            ("good", ""),
            ("wrong", "server_refused"),
        ),
        (
            Reach("unit", (Try("server", "h", 1),), sign_in=True),
            ("wrong", "sign_in"),
            ("wrong", "server_away"),
        ),
    ],
)
def test_the_network(
    reach: Reach | None, network: tuple[str, str], server: tuple[str, str]
) -> None:
    one, other = doctor_look._network(reach, {})
    assert (one.state, one.code) == network
    assert (other.state, other.code) == server


def doctor(
    environment: dict[str, str], *options: str
) -> tuple[int, dict[str, dict[str, str]], str]:
    done = subprocess.run(
        [sys.executable, "-m", "klasgenoot", "doctor", "--json", *options],
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": ".", **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    told = json.loads(done.stdout)
    assert (told["v"], told["verdict"]) == (1, ["good", "unknown", "wrong"][done.returncode])
    return done.returncode, {f["name"]: f for f in told["findings"]}, done.stdout


def test_a_set_that_is_off_is_tried_part_by_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor_look.prove, "agents", list)
    from config.settings import load

    hardware = tmp_path / "hardware"
    environment = {
        "KLASGENOOT_UNIT_STATE_DIR": str(tmp_path / "state"),
        "KLASGENOOT_PTZ_DRIVER": "visca",
        "KLASGENOOT_PTZ_PORT": str(hardware / "ptz"),
        "KLASGENOOT_LIGHT_DRIVER": "led",
        "KLASGENOOT_LIGHT_PATH": str(hardware / "light"),
    }
    with SimulatedSet(hardware):
        found = {f.name: f for f in doctor_look.look(load(None, environment), None)}
    assert {name: found[name].state for name in ("camera", "ptz", "light")} == {
        "camera": "good",
        "ptz": "good",
        "light": "good",
    }
    assert not (tmp_path / "state").exists(), "a look makes nothing"
    broken = environment | {"KLASGENOOT_CAMERA_SOURCE": "v4l2:/dev/video99"}
    found = {f.name: f for f in doctor_look.look(load(None, broken), None)}
    assert found["camera"].code == "camera_absent"
    assert found["ptz"].code == "ptz_absent"
    assert found["light"].code == "light_absent"


def test_while_the_agent_runs_nothing_is_taken_from_it(tmp_path: Path) -> None:
    demo = new_demo(tmp_path / "demo")
    try:
        demo.start()
        code, found, text = doctor(demo.environment, "--network")
        assert found["server"]["state"] == "good"
        assert found["pair"]["state"] == "good"
        assert found["camera"]["state"] in ("unknown", "good")
        assert code in (0, 1)
        assert demo.unit.alive
        assert not re.search(r"\d+\.\d+\.\d+\.\d+|/home/|/tmp/|127|token", text), text
    finally:
        demo.stop()


def test_wrong_settings_are_a_finding(tmp_path: Path) -> None:
    path = tmp_path / "k.toml"
    path.write_text("[unit]\nroom = 5\n[nonsense]\n")
    code, found, _ = doctor({"KLAS_SETTINGS": str(path)})
    assert code == 2
    assert found["settings"]["code"] == "settings_wrong"


def test_the_report_is_of_the_table() -> None:
    told = report(GOOD, "1.0")
    assert [f.name for f in told.findings] == list(NAMES)
    assert told.verdict == "good"
