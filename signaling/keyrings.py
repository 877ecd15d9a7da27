"""The keyring of the operating system, where there is one that a login unlocks.

Only backends that really protect are used: never the one that fails, nor any that writes a file of
its own. Without such a backend, or without the package, the key stays in its 0600 file.
"""

import re
import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

_SERVICE = "klasgenoot"
_NAME = re.compile(r"keyring:[0-9a-f]{32}\s*\Z")
_SAFE = {
    "keyring.backends.SecretService",
    "keyring.backends.libsecret",
    "keyring.backends.kwallet",
    "keyring.backends.macOS",
    "keyring.backends.Windows",
}


class KeyringError(Exception):
    """The keyring does not give the key; the text says what to do."""


def is_name(text: str) -> bool:
    """Whether this text names a key in the keyring, and is no key itself."""
    return _NAME.match(text) is not None


def put(secret: str) -> str | None:
    """Keep a new secret; gives its name, or None when there is no keyring to trust."""
    backend = _backend()
    if backend is None:
        return None
    name = f"keyring:{secrets.token_hex(16)}"
    try:
        backend.set_password(_SERVICE, name, secret)
        kept = backend.get_password(_SERVICE, name) == secret
    except Exception:  # whatever a backend raises: locked, dismissed, gone
        return None
    return name if kept else None


def get(name: str) -> str:
    """The secret of this name. Raises KeyringError."""
    backend = _backend()
    if backend is None:
        raise KeyringError("the key is in a keyring that is not there: log in as its owner")
    try:
        secret = backend.get_password(_SERVICE, name)
    except Exception:
        raise KeyringError("the keyring is locked: unlock it and start again") from None
    if secret is None:
        raise KeyringError(
            "the keyring has no such key: restore it, or move this file away and pair again"
        )
    return secret


def _backend() -> "KeyringBackend | None":
    """The safe one of the highest priority."""
    try:
        from keyring import get_keyring

        chosen = get_keyring()
    except Exception:  # not installed, or broken on this machine
        return None
    # The chainer tries several, and might fall back to one that is not safe.
    for backend in getattr(chosen, "backends", [chosen]):
        if type(backend).__module__ in _SAFE:
            found: KeyringBackend = backend
            return found
    return None
