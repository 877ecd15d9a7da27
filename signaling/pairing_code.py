"""The pairing code: 130 random bits, easy to type from a screen. Pure.

Crockford's base32 (no I, L, O, U; small letters, spaces and dashes do not matter): 6 characters say
where unit and laptop find each other, 20 are the secret that never leaves the two, 2 are a check
that notices every single wrong character and every two that changed places.

A QR image has the same code, a point, and a hash of the unit's key.
"""

import hashlib
import secrets

import msgspec
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from signaling.identity import to_text

_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUES = {sign: value for value, sign in enumerate(_SIGNS)} | {"O": 0, "I": 1, "L": 1}
_PLACE, _SECRET, _CHECK = 6, 20, 2
_GROUP = 4
_PRIME = 1021
"""The largest prime that two characters can say; 32 and 31 are no multiples of it."""
_KEY_SIGNS = 26
_KDF = b"klas-pair/v1"


class CodeError(Exception):
    """What was typed is no pairing code. `code`: code_empty, code_sign, code_length, code_check."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class PairingCode(msgspec.Struct, frozen=True):
    """`unit_hash` is there when the code came from a QR image."""

    place: str
    secret: str
    unit_hash: str = ""

    @classmethod
    def make(cls) -> "PairingCode":
        signs = "".join(secrets.choice(_SIGNS) for _ in range(_PLACE + _SECRET))
        return cls(signs[:_PLACE], signs[_PLACE:])

    @classmethod
    def read(cls, text: str) -> "PairingCode":
        """What somebody typed or scanned. Raises CodeError."""
        typed, _, unit_hash = text.partition(".")
        signs = _read(typed)
        if not signs:
            raise CodeError("code_empty")
        if len(signs) != _PLACE + _SECRET + _CHECK:
            raise CodeError("code_length")
        body = signs[:-_CHECK]
        if _check(body) != signs[-_CHECK:]:
            raise CodeError("code_check")
        hashed = _read(unit_hash)
        if len(hashed) not in (0, _KEY_SIGNS):
            raise CodeError("code_length")
        return cls(body[:_PLACE], body[_PLACE:], hashed)

    def typed(self) -> str:
        """As a person reads it: seven groups of four."""
        signs = self.place + self.secret
        signs += _check(signs)
        return "-".join(signs[i : i + _GROUP] for i in range(0, len(signs), _GROUP))

    def scanned(self, unit_key: str) -> str:
        """What the QR image says; only signs of its alphanumeric mode."""
        return f"{self.typed()}.{hash_of(unit_key)}"

    def ticket(self) -> str:
        """What the laptop shows to the server; the secret cannot be had from it."""
        return to_text(self._derive(b"ticket"))

    def mac_key(self) -> bytes:
        """What the server never learns."""
        return self._derive(b"mac")

    def _derive(self, use: bytes) -> bytes:
        kdf = HKDF(hashes.SHA256(), 32, salt=_KDF, info=use + b"\0" + self.place.encode())
        return kdf.derive(self.secret.encode())


def hash_of(key: str) -> str:
    """130 bits of a key's SHA-256, in the signs of the code."""
    number = int.from_bytes(hashlib.sha256(key.encode()).digest())
    return _write(number, _KEY_SIGNS)


def ticket_hash(ticket: str) -> str:
    """What the unit tells the server of its ticket."""
    return to_text(hashlib.sha256(b"klas-pair-ticket/v1\0" + ticket.encode()).digest())


def _read(text: str) -> str:
    kept = [sign for sign in text.upper() if sign not in " -\t\r\n\u00a0\u2010\u2011\u2013"]
    if any(sign not in _VALUES for sign in kept):
        raise CodeError("code_sign")
    return "".join(_SIGNS[_VALUES[sign]] for sign in kept)


def _check(signs: str) -> str:
    number = 0
    for sign in signs:
        number = number * len(_SIGNS) + _VALUES[sign]
    return _write(number % _PRIME, _CHECK)


def _write(number: int, length: int) -> str:
    signs = ""
    for _ in range(length):
        number, rest = divmod(number, len(_SIGNS))
        signs = _SIGNS[rest] + signs
    return signs
