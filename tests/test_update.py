"""An update is of us, whole, outside school hours, and gone again when it does not get ready."""

import datetime
import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klasgenoot.upkeep import update, update_command, update_marker
from klasgenoot.upkeep.update import UpdateError, check_manifest, may_update, read_manifest
from klasgenoot.upkeep.update_command import Places, sign, update_set
from signaling.identity import DeviceKey

MONDAY = datetime.datetime(2026, 11, 23, tzinfo=datetime.UTC)
NIGHT = MONDAY.replace(hour=20)
LESSON = MONDAY.replace(hour=10)


@pytest.mark.parametrize(
    ("now", "waits_days", "lesson", "may"),
    [
        (NIGHT, 0, False, True),
        (NIGHT, 0, True, False),  # a concert in the evening
        (LESSON, 0, False, False),
        (LESSON, 8, False, True),  # a set that is only on in lessons
        (LESSON, 8, True, False),
        (LESSON.replace(day=22), 0, False, True),  # a Sunday
        (MONDAY.replace(hour=7, minute=29), 0, False, True),
        (MONDAY.replace(hour=7, minute=30), 0, False, False),
        (MONDAY.replace(hour=17), 0, False, True),
    ],
)
def test_when(now: datetime.datetime, waits_days: int, lesson: bool, may: bool) -> None:
    assert may_update(now, now - datetime.timedelta(days=waits_days), lesson) is may


GOOD = "0" * 64 + "  klasgenoot-1.0-py3-none-any.whl\n"


@pytest.mark.parametrize(
    "rubbish",
    [
        b"",
        b"\xff",
        b"rubbish",
        (GOOD + GOOD).encode(),
        ("0" * 64 + "  ../../etc/passwd.whl\n").encode(),
        ("0" * 64 + "  sub/klasgenoot-1.whl\n").encode(),
        ("0" * 63 + "  klasgenoot-1.whl\n").encode(),
        ("0" * 64 + "  numpy-1.whl\n").encode(),
        GOOD.encode() * 2000,
    ],
)
def test_a_manifest_that_is_none(rubbish: bytes) -> None:
    with pytest.raises(UpdateError):
        read_manifest(rubbish)


@given(st.binary(max_size=300))
def test_anything_is_refused_or_a_manifest(data: bytes) -> None:
    try:
        assert read_manifest(data)
    except UpdateError as error:
        assert str(error)


def test_only_ours_is_believed() -> None:
    ours, other = DeviceKey.make(), DeviceKey.make()
    data = GOOD.encode()
    signature = ours.sign(update.CONTEXT + data)
    assert check_manifest(data, signature, ours.public)
    for wrong in (other.sign(update.CONTEXT + data), ours.sign(data), "", "x" * 86, "é"):
        with pytest.raises(UpdateError):
            check_manifest(data, wrong, ours.public)
    with pytest.raises(UpdateError):
        check_manifest(data + b"\n", signature, ours.public)


class Machine:
    """systemctl and pip, pretended; `ready` is what the restarts say, one after the other."""

    def __init__(self, *ready: bool, pip: bool = True) -> None:
        self.ready, self.pip = list(ready), pip
        self.did: list[str] = []

    def __call__(self, command: list[str], most_s: float) -> bool:
        self.did.append(" ".join(Path(word).name for word in command[:3]))
        if command[:2] == ["systemctl", "restart"]:
            return self.ready.pop(0)
        if "venv" in command:
            (Path(command[-1]) / "bin").mkdir(parents=True, exist_ok=True)
            return True
        return self.pip or "pip" not in command


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Places:
    """A set that runs from place a, and a signed folder with another version."""
    monkeypatch.setattr(update_command, "agent_status", dict)
    one = Places(tmp_path / "opt", tmp_path / "state", tmp_path / "update.pub", tmp_path / "stick")
    for folder in (one.program / "a", one.state, one.offered):
        folder.mkdir(parents=True)
    (one.program / "a" / "versie").write_text("old\n")
    (one.program / "current").symlink_to("a")
    wheel = one.offered / "klasgenoot-2.0-py3-none-any.whl"
    wheel.write_bytes(b"a package")
    manifest = f"{hashlib.sha256(wheel.read_bytes()).hexdigest()}  {wheel.name}\n"
    (one.offered / update.MANIFEST).write_text(manifest)
    one.key.write_text(sign(one.offered, DeviceKey.make()) + "\n")
    return one


def current(places: Places) -> str:
    return (places.program / "current").readlink().name


def test_a_version_that_gets_ready_stays(places: Places) -> None:
    machine = Machine(True)
    assert update_set(places, NIGHT, machine) == "done"
    assert current(places) == "b"
    assert update_marker.look(places.state) == "none"
    assert update_set(places, NIGHT, machine) == "nothing", "it is there already"


def test_a_version_that_does_not_get_ready_goes_and_is_not_tried_again(places: Places) -> None:
    machine = Machine(False, True)
    assert update_set(places, NIGHT, machine) == "failed"
    assert current(places) == "a"
    assert update_marker.look(places.state) == "failed"
    assert machine.did.count("systemctl restart klasgenoot.service") == 2
    assert update_set(places, NIGHT, Machine()) == "nothing"


def test_in_school_hours_it_waits_unless_the_monteur_asks(places: Places) -> None:
    assert update_set(places, LESSON.replace(year=2020), Machine()) == "later"
    assert current(places) == "a"
    assert update_set(places, LESSON.replace(year=2020), Machine(True), at_once=True) == "done"


def test_what_is_damaged_or_does_not_install_changes_nothing(places: Places) -> None:
    with pytest.raises(UpdateError, match="installeren"):
        update_set(places, NIGHT, Machine(pip=False))
    assert (current(places), update_marker.look(places.state)) == ("a", "failed")
    next(places.offered.glob("*.whl")).write_bytes(b"something else")
    with pytest.raises(UpdateError, match="beschadigd"):
        update_set(places, NIGHT, Machine())
    assert current(places) == "a"
    assert not (places.program / "b").exists()


def test_the_power_goes_in_the_middle(places: Places) -> None:
    class PowerCutError(Exception):
        pass

    class Cutting(Machine):
        def __call__(self, command: list[str], most_s: float) -> bool:
            if "pip" in command:
                raise PowerCutError
            return super().__call__(command, most_s)

    with pytest.raises(PowerCutError):
        update_set(places, NIGHT, Cutting())
    assert (current(places), update_marker.look(places.state)) == ("a", "busy")
    assert update_set(places, NIGHT, Machine(True)) == "done"


def test_without_a_key_or_a_folder_nothing_happens(places: Places, tmp_path: Path) -> None:
    machine = Machine()
    assert update_set(replace(places, key=tmp_path / "none"), NIGHT, machine) == "nothing"
    assert update_set(replace(places, offered=tmp_path / "none"), NIGHT, machine) == "nothing"
    assert machine.did == []
    (places.offered / update.SIGNATURE).write_bytes(b"\xff\x00")
    with pytest.raises(UpdateError, match="handtekening"):
        update_set(places, NIGHT, machine)
    assert machine.did == []
