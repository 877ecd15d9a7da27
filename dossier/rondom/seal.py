"""Uploads at rest: sealed with a key that is in a file of the server's and not in its database."""

import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from dossier.key_file import load_or_make

_NONCE, _KEY = 12, 32


class SealError(Exception):
    """The key file is not one, or what was sealed was sealed with another."""


class Seal:
    """AES-256-GCM; made at the first use, so that a server without uploads needs no key."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._cipher: AESGCM | None = None

    def seal(self, raw: bytes, bound_to: str) -> bytes:
        """Only opens again with the same `bound_to`. Raises SealError."""
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self._key().encrypt(nonce, raw, bound_to.encode())

    def open(self, sealed: bytes, bound_to: str) -> bytes:
        """Raises SealError."""
        try:
            return self._key().decrypt(sealed[:_NONCE], sealed[_NONCE:], bound_to.encode())
        except (InvalidTag, ValueError):
            raise SealError from None

    def _key(self) -> AESGCM:
        if self._cipher is None:
            try:
                key = load_or_make(self._file, lambda: secrets.token_bytes(_KEY))
                if len(key) != _KEY:
                    raise SealError
                self._cipher = AESGCM(key)
            except (OSError, ValueError):
                raise SealError from None
        return self._cipher
