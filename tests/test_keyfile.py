"""What a device keeps on disk, and what it refuses to believe."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from signaling.identity import DeviceKey, Pairing
from signaling.keyfile import (
    KeyFileError,
    PairingWatch,
    as_owner,
    end_pairing,
    highest_epoch,
    load_ended,
    load_or_make,
    load_or_make_token,
    load_pairing,
    save_pairing,
)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "state"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_key_is_made_once_and_for_the_owner_alone(place: Path) -> None:
    old = os.umask(0)
    try:
        key = load_or_make(place)
        token = load_or_make_token(place)
    finally:
        os.umask(old)
    assert load_or_make(place).public == key.public
    assert load_or_make_token(place) == token and len(token) == 43
    assert mode(place) == 0o700
    assert mode(place / "device.key") == mode(place / "page.token") == 0o600
    assert sorted(p.name for p in place.iterdir()) == ["device.key", "page.token"]


def test_two_processes_at_once_get_the_same_key(place: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from signaling.keyfile import load_or_make; "
        "print(load_or_make(Path(sys.argv[1])).public)"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", code, place], stdout=subprocess.PIPE)
        for _ in range(4)
    ]
    assert len({process.communicate()[0] for process in started}) == 1


def test_a_key_that_others_can_read_is_refused(place: Path) -> None:
    load_or_make(place)
    (place / "device.key").chmod(0o640)
    with pytest.raises(KeyFileError, match="chmod 600"):
        load_or_make(place)
    (place / "device.key").chmod(0o600)
    place.chmod(0o755)
    for act in (load_or_make, load_or_make_token, load_pairing):
        with pytest.raises(KeyFileError, match="chmod 700"):
            act(place)


@pytest.mark.parametrize("text", [b"", b"hello", b"A" * 42, b"\xff" * 43, b"A" * 100_000])
def test_a_damaged_key_is_refused_and_left_alone(place: Path, text: bytes) -> None:
    load_or_make(place)
    (place / "device.key").write_bytes(text)
    if not text:
        with pytest.raises(KeyFileError, match=r"device\.key"):
            load_or_make(place)
        return
    with pytest.raises(KeyFileError, match=r"device\.key is not a device key: restore"):
        load_or_make(place)
    assert (place / "device.key").read_bytes() == text
    (place / "page.token").write_bytes(text)
    (place / "page.token").chmod(0o600)
    with pytest.raises(KeyFileError, match="remove it"):
        load_or_make_token(place)


def test_links_folders_and_pipes_are_refused(place: Path, tmp_path: Path) -> None:
    load_or_make(place)
    key = place / "device.key"
    key.rename(tmp_path / "elsewhere")
    key.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(KeyFileError, match="plain file"):
        load_or_make(place)
    key.unlink()
    os.mkfifo(key, 0o600)
    with pytest.raises(KeyFileError, match="plain file"):
        load_or_make(place)
    key.unlink()
    key.mkdir(0o700)
    with pytest.raises(KeyFileError, match="plain file"):
        load_or_make(place)


def test_a_place_that_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(KeyFileError, match="writable folder"):
        load_or_make(tmp_path / "file" / "state")


@pytest.mark.parametrize("role", ["unit", "laptop"])
def test_a_pairing_is_kept(place: Path, role: str) -> None:
    own, peer = load_or_make(place).public, DeviceKey.make().public
    pairing = Pairing(
        unit_key=own if role == "unit" else peer,
        laptop_key=peer if role == "unit" else own,
        epoch=2,
    )
    assert load_pairing(place) is None
    save_pairing(place, pairing, role)  # type: ignore[arg-type]
    assert load_pairing(place) == pairing
    assert mode(place / "pair.json") == 0o600
    assert own not in (place / "pair.json").read_text()


def test_an_older_epoch_and_another_key_are_refused(place: Path) -> None:
    own, peer = load_or_make(place).public, DeviceKey.make().public
    save_pairing(place, Pairing(unit_key=own, laptop_key=peer, epoch=2), "unit")
    with pytest.raises(KeyFileError, match="older epoch"):
        save_pairing(place, Pairing(unit_key=own, laptop_key=peer, epoch=1), "unit")
    with pytest.raises(KeyFileError, match="not of this device"):
        save_pairing(place, Pairing(unit_key=peer, laptop_key=own, epoch=3), "unit")
    save_pairing(place, Pairing(unit_key=own, laptop_key=DeviceKey.make().public, epoch=3), "unit")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        '{"role": "unit", "peer_key": "short", "epoch": 1}',
        '{"role": "cat", "peer_key": "' + "A" * 43 + '", "epoch": 1}',
        '{"role": "unit", "peer_key": "' + "A" * 44 + '", "epoch": 1}',
        '{"role": "unit", "peer_key": "' + "A" * 43 + '", "epoch": 1, "more": 1}',
    ],
)
def test_a_damaged_pairing_is_refused(place: Path, text: str) -> None:
    load_or_make(place)
    (place / "pair.json").write_text(text)
    (place / "pair.json").chmod(0o600)
    with pytest.raises(KeyFileError, match=r"pair\.json is damaged: remove"):
        load_pairing(place)


def test_what_is_ended_is_never_believed_again(place: Path) -> None:
    own, peer = load_or_make(place).public, DeviceKey.make().public
    pairing = Pairing(unit_key=own, laptop_key=peer, epoch=2)
    assert highest_epoch(place) == 0 and load_ended(place) is None
    save_pairing(place, pairing, "unit")
    watch = PairingWatch(place)
    assert not watch.changed() and highest_epoch(place) == 2
    end_pairing(place, Pairing(unit_key=own, laptop_key=own, epoch=2), "unit")
    assert load_pairing(place) == pairing  # that was another one
    end_pairing(place, pairing, "unit")
    assert watch.changed() and not watch.changed()
    assert load_pairing(place) is None and load_ended(place) == pairing
    for epoch in (1, 2):
        with pytest.raises(KeyFileError, match="older epoch"):
            save_pairing(place, Pairing(unit_key=own, laptop_key=peer, epoch=epoch), "unit")
    assert highest_epoch(place) == 2
    save_pairing(place, Pairing(unit_key=own, laptop_key=peer, epoch=3), "unit")
    assert load_ended(place) is None and highest_epoch(place) == 3


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
def test_root_reads_the_keys_as_their_owner_and_is_root_again(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    folder = tmp_path / "state"
    folder.mkdir(mode=0o700)
    os.chown(folder, 12_345, 12_345)
    with pytest.raises(KeyFileError), as_owner(folder):
        assert os.geteuid() == 12_345
        raise KeyFileError("whatever goes wrong")
    assert os.geteuid() == 0
    with as_owner(tmp_path / "nowhere"):
        assert os.geteuid() == 0
