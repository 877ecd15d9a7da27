"""What a device keeps on disk: its key, the token of its page, and whom it is paired with.

Everything is readable by the owner alone, or refused: a key that others could read is no key.
With `keyring` the key itself goes into the keyring of the system where there is one (keyrings.py),
and `device.key` only says so.

A pairing that was ended stays in `pair.json`, marked: its epoch may never be used again, whatever
an old backup of the server says.
"""

import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from signaling import keyrings, small_files
from signaling.identity import DeviceKey, Pairing, TrustError, from_text, other, to_text
from signaling.messages import Role, Token
from signaling.messages_pairing import Epoch

_MOST_BYTES = 4_096
"""All of these files are below 300 bytes."""


class KeyFileError(Exception):
    """A file of the device cannot be used; the text names it and says what to do."""


class PairFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What `pair.json` says."""

    role: Role
    peer_key: Token
    epoch: Epoch
    ended: bool = False


def load_or_make(directory: Path, keyring: bool = False) -> DeviceKey:
    """The device's key (`device.key`), made at the first start. Raises KeyFileError.

    `keyring` decides only where a new key goes.
    """
    path = private_directory(directory) / "device.key"
    text = _read(path) or _create(path, _new_key(keyring))
    try:
        if keyrings.is_name(text):
            text = keyrings.get(text.strip())
        return DeviceKey(from_text(text.strip(), 32))
    except keyrings.KeyringError as error:
        raise KeyFileError(f"{path}: {error}") from None
    except TrustError:
        raise KeyFileError(
            f"{path} is not a device key: restore it, or move it away and pair this device again"
        ) from None


def load_or_make_token(directory: Path) -> str:
    """The token that lets the device's own page in (`page.token`). Raises KeyFileError."""
    path = private_directory(directory) / "page.token"
    text = (_read(path) or _create(path, secrets.token_urlsafe(32))).strip()
    try:
        from_text(text, 32)
    except TrustError:
        raise KeyFileError(f"{path} is not a token: remove it, a new one will be made") from None
    return text


def load_pairing(directory: Path) -> Pairing | None:
    """Whom this device is paired with (`pair.json`); None when it is not. Raises KeyFileError."""
    found = _load_pair(directory)
    return None if found is None or found[1] else found[0]


def load_ended(directory: Path) -> Pairing | None:
    """The pairing that was the last one and is ended; None otherwise. Raises KeyFileError."""
    found = _load_pair(directory)
    return found[0] if found is not None and found[1] else None


def highest_epoch(directory: Path) -> int:
    """The highest epoch that this device ever had; 0 before its first pairing.

    Raises KeyFileError.
    """
    found = _load_pair(directory)
    return 0 if found is None else found[0].epoch


def save_pairing(directory: Path, pairing: Pairing, role: Role) -> None:
    """Pin the other device. Raises KeyFileError, also for an epoch that may not be used again."""
    found = _load_pair(directory)
    if found is not None:
        present, ended = found
        if pairing.epoch < present.epoch or (ended and pairing.epoch == present.epoch):
            raise KeyFileError(
                f"{directory / 'pair.json'}: a pairing of an older epoch is refused, pair again"
            )
    _save_pair(directory, pairing, role, ended=False)


def end_pairing(directory: Path, pairing: Pairing, role: Role) -> None:
    """Un-pair, and never believe this pairing again. Raises KeyFileError."""
    if load_pairing(directory) == pairing:
        _save_pair(directory, pairing, role, ended=True)


class PairingWatch:
    """Notices when another process (`pair`, `unpair`, `trust`) changed whom we are paired with."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._stamp = self._look()

    def changed(self) -> bool:
        """Since the last call; one look at the file's times."""
        before, self._stamp = self._stamp, self._look()
        return self._stamp != before

    def _look(self) -> tuple[int, int]:
        try:
            status = (self._directory / "pair.json").stat()
        except OSError:
            return 0, 0
        return status.st_mtime_ns, status.st_ino


def _load_pair(directory: Path) -> tuple[Pairing, bool] | None:
    """The pairing in `pair.json`, and whether it is ended."""
    path = private_directory(directory) / "pair.json"
    text = _read(path)
    if text is None:
        return None
    try:
        file = msgspec.json.decode(text, type=PairFile)
        from_text(file.peer_key, 32)
    except (msgspec.DecodeError, TrustError):
        raise KeyFileError(f"{path} is damaged: remove it and pair this device again") from None
    keys = {file.role: load_or_make(directory).public, other(file.role): file.peer_key}
    pairing = Pairing(unit_key=keys["unit"], laptop_key=keys["laptop"], epoch=file.epoch)
    return pairing, file.ended


def _save_pair(directory: Path, pairing: Pairing, role: Role, ended: bool) -> None:
    path = private_directory(directory) / "pair.json"
    if pairing.key_of(role) != load_or_make(directory).public:
        raise KeyFileError(f"{path}: this pairing is not of this device's key")
    peer = pairing.key_of(other(role))
    file = PairFile(role=role, peer_key=peer, epoch=pairing.epoch, ended=ended)
    try:
        small_files.replace(path, msgspec.json.encode(file))
    except OSError as error:
        raise KeyFileError(f"{path}: {error.strerror}; a writable folder is needed") from None


def _new_key(keyring: bool) -> str:
    """What a new `device.key` says: the key, or its name in the keyring."""
    seed = to_text(DeviceKey.make().seed())
    return (keyrings.put(seed) if keyring else None) or seed


def private_directory(directory: Path) -> Path:
    """The folder, made if need be, readable by its owner alone. Raises KeyFileError."""
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        _require_private(directory, directory.stat(), "700")
    except OSError as error:
        raise KeyFileError(f"{directory}: {error.strerror}; a writable folder is needed") from None
    return directory


@contextmanager
def as_owner(directory: Path) -> Iterator[None]:
    """Root does what touches these files as their owner, so that they stay the owner's."""
    root = os.geteuid() == 0 and directory.is_dir()
    owner = directory.stat().st_uid if root else 0
    if root:
        os.seteuid(owner)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


def _require_private(path: Path, status: os.stat_result, wanted: str) -> None:
    if status.st_uid != os.geteuid():
        raise KeyFileError(f"{path} belongs to another user: chown it to the user of this process")
    if stat.S_IMODE(status.st_mode) & 0o077:
        raise KeyFileError(f"{path} can be read by others: chmod {wanted} {path}")


def _read(path: Path) -> str | None:
    """The text of a private regular file; None when there is none."""
    try:
        # Not through a link, which could lead to a file that somebody else can write.
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise KeyFileError(f"{path}: {error.strerror}; a plain file is needed") from None
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise KeyFileError(f"{path} is not a plain file: move it away")
        _require_private(path, status, "600")
        return os.read(descriptor, _MOST_BYTES).decode("ascii", "replace")
    finally:
        os.close(descriptor)


def _create(path: Path, text: str) -> str:
    """Write a new file whole; of two processes that do, the first wins and both get its text."""
    try:
        made = small_files.create(path, text.encode())
    except OSError as error:
        raise KeyFileError(f"{path}: {error.strerror}; a writable folder is needed") from None
    return text if made else _read(path) or ""
