"""Keys in the keyring of the system: only in a safe one, and else in the file."""

from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.chainer import ChainerBackend
from keyring.backends.fail import Keyring as Failing
from keyring.errors import KeyringLocked

from signaling import keyrings
from signaling.keyfile import KeyFileError, load_or_make, load_pairing


class Memory(KeyringBackend):
    """A keyring of a real system, as far as anybody outside it can tell."""

    priority = 5  # type: ignore[assignment]
    kept: dict[tuple[str, str], str]
    locked = False

    def __init__(self) -> None:
        self.kept = {}

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise KeyringLocked
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.locked:
            raise KeyringLocked
        self.kept[service, username] = password


Memory.__module__ = "keyring.backends.SecretService"


class Plain(Memory):
    """One that writes a file of its own."""


Plain.__module__ = "keyrings.alt.file"


@pytest.fixture
def memory(monkeypatch: pytest.MonkeyPatch) -> Memory:
    backend = Memory()
    monkeypatch.setattr(keyring, "get_keyring", lambda: backend)
    return backend


def test_the_key_is_in_the_keyring_and_not_in_the_file(memory: Memory, tmp_path: Path) -> None:
    key = load_or_make(tmp_path / "state", keyring=True)
    text = (tmp_path / "state" / "device.key").read_text()
    assert keyrings.is_name(text) and len(memory.kept) == 1
    assert load_or_make(tmp_path / "state").public == key.public
    assert load_pairing(tmp_path / "state") is None


def test_the_setting_decides_for_new_keys_only(memory: Memory, tmp_path: Path) -> None:
    key = load_or_make(tmp_path / "state")
    assert load_or_make(tmp_path / "state", keyring=True).public == key.public
    assert not memory.kept


@pytest.mark.parametrize("make", [Failing, Plain])
def test_no_other_keyring_is_trusted(
    make: type[KeyringBackend], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyring, "get_keyring", make)
    load_or_make(tmp_path / "state", keyring=True)
    assert len((tmp_path / "state" / "device.key").read_text()) == 43


def test_of_several_the_safe_one_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    safe, plain = Memory(), Plain()
    chain = ChainerBackend()
    monkeypatch.setattr(ChainerBackend, "backends", [plain, safe])
    monkeypatch.setattr(keyring, "get_keyring", lambda: chain)
    load_or_make(tmp_path / "state", keyring=True)
    assert safe.kept and not plain.kept


def test_a_locked_or_empty_keyring_is_told(memory: Memory, tmp_path: Path) -> None:
    load_or_make(tmp_path / "state", keyring=True)
    memory.locked = True
    with pytest.raises(KeyFileError, match="unlock"):
        load_or_make(tmp_path / "state")
    memory.locked = False
    memory.kept.clear()
    with pytest.raises(KeyFileError, match="no such key"):
        load_or_make(tmp_path / "state")


def test_a_keyring_that_is_locked_at_first_leaves_the_file(memory: Memory, tmp_path: Path) -> None:
    memory.locked = True
    load_or_make(tmp_path / "state", keyring=True)
    assert len((tmp_path / "state" / "device.key").read_text()) == 43


def test_a_keyring_that_is_gone_is_told(
    memory: Memory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_or_make(tmp_path / "state", keyring=True)
    monkeypatch.setattr(keyring, "get_keyring", Failing)
    with pytest.raises(KeyFileError, match="log in"):
        load_or_make(tmp_path / "state")


@pytest.mark.parametrize("text", ["keyring:", "keyring:" + "g" * 32, "keyring:" + "0" * 33])
def test_a_name_that_is_none(tmp_path: Path, text: str) -> None:
    load_or_make(tmp_path / "state")
    (tmp_path / "state" / "device.key").write_text(text)
    with pytest.raises(KeyFileError, match="not a device key"):
        load_or_make(tmp_path / "state")
