"""What a device keeps on disk: its key, the token of its page, and whom it is paired with.

Everything is readable by the owner alone, or refused: a key that others could read is no key.
"""

import os
import secrets
import stat
import tempfile
from pathlib import Path

import msgspec

from signaling.identity import DeviceKey, Pairing, TrustError, from_text, other, to_text
from signaling.messages import Role, Token

_MOST_BYTES = 4_096
"""All of these files are below 300 bytes."""


class KeyFileError(Exception):
    """A file of the device cannot be used; the text names it and says what to do."""


class _PairFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    role: Role
    peer_key: Token
    epoch: int


def load_or_make(directory: Path) -> DeviceKey:
    """The device's key (`device.key`), made at the first start. Raises KeyFileError."""
    path = _private_directory(directory) / "device.key"
    text = _read(path) or _create(path, to_text(DeviceKey.make().seed()))
    try:
        return DeviceKey(from_text(text.strip(), 32))
    except TrustError:
        raise KeyFileError(
            f"{path} is not a device key: restore it, or move it away and pair this device again"
        ) from None


def load_or_make_token(directory: Path) -> str:
    """The token that lets the device's own page in (`page.token`). Raises KeyFileError."""
    path = _private_directory(directory) / "page.token"
    text = (_read(path) or _create(path, secrets.token_urlsafe(32))).strip()
    try:
        from_text(text, 32)
    except TrustError:
        raise KeyFileError(f"{path} is not a token: remove it, a new one will be made") from None
    return text


def load_pairing(directory: Path) -> Pairing | None:
    """Whom this device is paired with (`pair.json`); None when it is not. Raises KeyFileError."""
    path = _private_directory(directory) / "pair.json"
    text = _read(path)
    if text is None:
        return None
    try:
        file = msgspec.json.decode(text, type=_PairFile)
        from_text(file.peer_key, 32)
    except (msgspec.DecodeError, TrustError):
        raise KeyFileError(f"{path} is damaged: remove it and pair this device again") from None
    keys = {file.role: load_or_make(directory).public, other(file.role): file.peer_key}
    return Pairing(unit_key=keys["unit"], laptop_key=keys["laptop"], epoch=file.epoch)


def save_pairing(directory: Path, pairing: Pairing, role: Role) -> None:
    """Pin the other device. Raises KeyFileError, also for an epoch below the present one."""
    path = _private_directory(directory) / "pair.json"
    if pairing.key_of(role) != load_or_make(directory).public:
        raise KeyFileError(f"{path}: this pairing is not of this device's key")
    present = load_pairing(directory)
    if present is not None and pairing.epoch < present.epoch:
        raise KeyFileError(f"{path}: a pairing of an older epoch is refused, pair again")
    file = _PairFile(role=role, peer_key=pairing.key_of(other(role)), epoch=pairing.epoch)
    temporary = _write_temporary(path, msgspec.json.encode(file).decode())
    temporary.replace(path)


def _private_directory(directory: Path) -> Path:
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        _require_private(directory, directory.stat(), "700")
    except OSError as error:
        raise KeyFileError(f"{directory}: {error.strerror}; a writable folder is needed") from None
    return directory


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
    temporary = _write_temporary(path, text)
    try:
        os.link(temporary, path)
    except FileExistsError:
        return _read(path) or ""
    except OSError as error:
        raise KeyFileError(f"{path}: {error.strerror}") from None
    finally:
        temporary.unlink()
    return text


def _write_temporary(path: Path, text: str) -> Path:
    """On disk before it gets its name, so that a power cut leaves the old file or the new one."""
    try:
        with tempfile.NamedTemporaryFile(  # made with mode 0600
            "w", dir=path.parent, prefix=f".{path.name}.", delete=False
        ) as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise KeyFileError(f"{path}: {error.strerror}; a writable folder is needed") from None
    return Path(file.name)
