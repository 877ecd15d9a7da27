"""The keeper writes the few files of the set, and nothing else."""

import contextlib
import io
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec
import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.motion import Position
from klasgenoot import keeper as keeping
from klasgenoot.helpdesk.memory import RestartMemory
from klasgenoot.keeper import FILES, Keeper, serve
from klasgenoot.presets import Presets
from klasgenoot.room.curtain import Curtain
from klasgenoot.room.desk import recall
from klasgenoot.room.moving import Remembered
from signaling import small_files
from signaling.identity import DeviceKey, Pairing
from signaling.keyfile import (
    KeyFileError,
    load_or_make,
    load_or_make_token,
    load_pairing,
    save_pairing,
)


@pytest.fixture
def keeper(tmp_path: Path) -> Iterator[Keeper]:
    tmp_path.chmod(0o700)
    one = Keeper(tmp_path)
    small_files.through(one)
    yield one
    small_files.through(small_files.OwnHand())
    one.close()


def test_everything_that_a_set_remembers_goes_through_it(keeper: Keeper, tmp_path: Path) -> None:
    key = load_or_make(tmp_path)
    assert load_or_make(tmp_path).public == key.public
    assert load_or_make_token(tmp_path) == load_or_make_token(tmp_path)
    pairing = Pairing(unit_key=key.public, laptop_key=DeviceKey.make().public, epoch=2)
    save_pairing(tmp_path, pairing, "unit")
    assert load_pairing(tmp_path) == pairing
    presets = Presets(tmp_path, "lokaal 4")
    assert presets.store(1, Position(10.0, -3.0, 2.0))
    assert Presets(tmp_path, "lokaal 4").get(1) == Position(10.0, -3.0, 2.0)
    curtain = Curtain(tmp_path, 0)
    curtain.turn(0.0)
    curtain.remember()
    assert Curtain(tmp_path, 0).closed
    where = Remembered(state="parked", room="lokaal 4", setting="", boot="1")
    small_files.replace(tmp_path / "room.json", msgspec.json.encode(where))
    assert recall(tmp_path) == where
    assert RestartMemory(tmp_path).remember()
    assert RestartMemory(tmp_path).ago_s < 60
    assert {path.name for path in tmp_path.iterdir()} == set(FILES)
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}


@pytest.mark.parametrize("name", ["film.mp4", "../pair.json", "sub/pair.json", "x" * 300])
def test_other_files_are_not_ours(keeper: Keeper, tmp_path: Path, name: str) -> None:
    with pytest.raises(OSError):
        keeper.replace(tmp_path / name, b"{}")
    assert list(tmp_path.rglob("*")) == []


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("pair.json", b"\x00\x01\x02"),
        ("pair.json", b'{"role":"unit","peer_key":"AAAAAAAAAAAAAAAAAAAA","epoch":1,"film":""}'),
        ("presets.json", b'{"rooms":{"4":{"1":"film"}}}'),
        ("presets.json", b'{"rooms":{},"film":"AAAA"}'),
        ("device.key", b"a line\nand another"),
        ("page.token", bytes(64)),
    ],
)
def test_only_what_such_a_file_may_say(
    keeper: Keeper, tmp_path: Path, name: str, data: bytes
) -> None:
    with pytest.raises(OSError, match="Invalid"):
        keeper.replace(tmp_path / name, data)
    assert not (tmp_path / name).exists()


def test_what_is_too_large_ends_it(keeper: Keeper, tmp_path: Path) -> None:
    with pytest.raises(OSError):
        keeper.replace(tmp_path / "pair.json", b" " * 10_000_000)
    with pytest.raises(OSError, match="start the set again"):
        keeper.replace(tmp_path / "pair.json", b"{}")


def test_a_keeper_that_died_is_told_in_words(keeper: Keeper, tmp_path: Path) -> None:
    psutil.Process(keeper._child.pid).kill()
    keeper._child.wait(5)
    with pytest.raises(KeyFileError):
        load_or_make(tmp_path)


def test_one_that_hangs_is_not_waited_for(
    keeper: Keeper, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "_ANSWER_S", 0.05)
    psutil.Process(keeper._child.pid).suspend()
    for told in ("does not answer", "start the set again"):
        with pytest.raises(OSError, match=told):
            keeper.replace(tmp_path / "pair.json", _PAIR)
        keeper._child.wait(5)


def test_it_goes_when_its_agent_is_killed(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from klasgenoot.keeper import Keeper;"
        f"Keeper(Path({str(tmp_path)!r})); print('on', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as agent:
        assert agent.stdout is not None
        agent.stdout.readline()
        (child,) = psutil.Process(agent.pid).children()
        agent.kill()
    child.wait(10)


def test_a_folder_that_cannot_be_written_is_an_error(keeper: Keeper, tmp_path: Path) -> None:
    (tmp_path / "pair.json").mkdir()
    with pytest.raises(OSError) as caught:
        keeper.replace(tmp_path / "pair.json", _PAIR)
    assert caught.value.errno


_PAIR = b'{"role":"unit","peer_key":"' + b"A" * 43 + b'","epoch":1}'


@given(st.binary(max_size=400))
def test_rubbish_writes_nothing(tmp_path_factory: pytest.TempPathFactory, rubbish: bytes) -> None:
    folder = tmp_path_factory.mktemp("keeper")
    serve(folder, io.BytesIO(rubbish), io.BytesIO())
    assert list(folder.iterdir()) == []


@given(st.sampled_from(sorted(FILES)), st.binary(max_size=200))
def test_rubbish_in_a_right_name_writes_nothing_either(
    tmp_path_factory: pytest.TempPathFactory, name: str, rubbish: bytes
) -> None:
    folder = tmp_path_factory.mktemp("keeper")
    head = keeping._HEAD.pack(True, len(name), len(rubbish))
    serve(folder, io.BytesIO(head + name.encode() + rubbish), io.BytesIO())
    assert all(FILES[path.name][1](path.read_bytes()) for path in folder.iterdir())


def test_the_poweroff_file_is_the_only_one_elsewhere(tmp_path: Path) -> None:
    folder, run = tmp_path / "state", tmp_path / "run"
    folder.mkdir()
    run.mkdir()
    one = Keeper(folder, run / "poweroff")
    try:
        for data in (b"", b"reboot\n", b"poweroff\n" * 9):
            with pytest.raises(OSError):
                one.replace(run / "poweroff", data)
                raise AssertionError(data)
            if len(data) > len(keeping.POWEROFF):  # that ended it
                one = Keeper(folder, run / "poweroff")
        one.replace(run / "poweroff", keeping.POWEROFF)
        assert (run / "poweroff").read_bytes() == keeping.POWEROFF
        with pytest.raises(OSError):
            one.replace(run / "reboot", keeping.POWEROFF)
        assert [path.name for path in run.iterdir()] == ["poweroff"]
    finally:
        one.close()


def test_without_that_setting_there_is_none(keeper: Keeper, tmp_path: Path) -> None:
    for path in (tmp_path.parent / "poweroff", Path("/poweroff"), tmp_path / "poweroff"):
        with pytest.raises(OSError):
            keeper.replace(path, keeping.POWEROFF)
            raise AssertionError(path)
    assert list(tmp_path.iterdir()) == []


_CONTENTS = tuple(
    b'{"rooms":{"%d":{"1":{"pan_deg":%d,"tilt_deg":0,"zoom":1}}}}' % (n, n) for n in range(9)
)
_CUTS = 25


def test_killed_while_it_writes_it_leaves_the_old_or_the_new(tmp_path: Path) -> None:
    """As a power cut does, as far as a process can be cut: at any moment, many times."""
    path = tmp_path / "presets.json"
    path.write_bytes(_CONTENTS[0])
    for cut in range(_CUTS):
        one = Keeper(tmp_path)
        done = threading.Event()

        def write(one: Keeper = one, done: threading.Event = done) -> None:
            number = 0
            with contextlib.suppress(OSError):
                while True:
                    one.replace(path, _CONTENTS[number % len(_CONTENTS)])
                    number += 1
                    done.set()

        writer = threading.Thread(target=write)
        writer.start()
        assert done.wait(20)
        psutil.Process(one._child.pid).kill()
        writer.join(20)
        one._child.wait(5)
        assert path.read_bytes() in _CONTENTS, cut
        assert Presets(tmp_path, "0").rooms, cut
    last = Keeper(tmp_path)
    last.replace(path, _CONTENTS[1])
    last.close()
    assert [entry.name for entry in tmp_path.iterdir()] == ["presets.json"], "leftovers are swept"


@pytest.mark.parametrize("cut", range(1, 30))
def test_half_a_message_of_an_agent_that_died_writes_nothing(tmp_path: Path, cut: int) -> None:
    whole = keeping._HEAD.pack(False, 10, 43) + b"device.key" + b"A" * 43
    serve(tmp_path, io.BytesIO(whole[:-cut]), io.BytesIO())
    assert list(tmp_path.iterdir()) == []
