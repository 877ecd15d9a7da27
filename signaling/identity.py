"""Who is who: device keys, and statements that one device signs for the other. Pure.

A device has one Ed25519 key (RFC 8032). What travels is base64url without padding.
"""

import base64
import binascii
import hashlib
import secrets
from typing import Literal

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from signaling.messages import PROTOCOL, Leg, Role, Sealed

NONCE_BYTES = 32
_LOGIN_CONTEXT = b"klas-login/v1\0"
_STATEMENT_CONTEXT = b"klas/v1\0"


class TrustError(Exception):
    """Something is not what the other device signed; nothing of it may be used.

    `code` names what: bad_signature, bad_statement, wrong_version, wrong_pair, wrong_way,
    wrong_epoch, wrong_leg, wrong_type, stale_nonce, wrong_offer, bad_fingerprint, bad_key.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def to_text(data: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_text(text: str, size: int) -> bytes:
    """The bytes of a base64url text of exactly `size` bytes; TrustError("bad_key") otherwise."""
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise TrustError("bad_key") from None
    if len(data) != size or to_text(data) != text:  # one spelling only
        raise TrustError("bad_key")
    return data


def new_nonce() -> str:
    """32 fresh random bytes."""
    return to_text(secrets.token_bytes(NONCE_BYTES))


class DeviceKey:
    """A device's own key; the private half never leaves this object but to its key file."""

    def __init__(self, seed: bytes) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = to_text(self._private.public_key().public_bytes_raw())

    @classmethod
    def make(cls) -> "DeviceKey":
        return cls(secrets.token_bytes(32))

    def seed(self) -> bytes:
        """The 32 secret bytes, for the key file only."""
        return self._private.private_bytes_raw()

    def sign(self, data: bytes) -> str:
        return to_text(self._private.sign(data))


def check_signature(public: str, data: bytes, signature: str) -> None:
    """Raises TrustError("bad_signature") unless `public` signed `data`."""
    try:
        key = Ed25519PublicKey.from_public_bytes(from_text(public, 32))
        key.verify(from_text(signature, 64), data)
    except (InvalidSignature, TrustError):
        raise TrustError("bad_signature") from None


def login_bytes(nonce: str, public: str, boot: str) -> bytes:
    """What a device signs to log in at the server."""
    return _LOGIN_CONTEXT + msgspec.json.encode([PROTOCOL, nonce, public, boot])


StatementType = Literal["offer", "answer", "bye"]


class Statement(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one device tells the other under its signature; the fields are fixed by the design."""

    v: int
    type: StatementType
    pair: str
    sender: Role = msgspec.field(name="from")
    receiver: Role = msgspec.field(name="to")
    epoch: int
    leg: Leg
    nonce_laptop: str
    nonce_unit: str
    sdp: str
    offer_sha256: str = ""


class Pairing(msgspec.Struct, frozen=True, kw_only=True):
    """The two devices that belong together, as pinned on each of them at placement."""

    unit_key: str
    laptop_key: str
    epoch: int = 1

    @property
    def name(self) -> str:
        """The pair's name: a hash of both keys, so that nobody has to hand one out."""
        both = from_text(self.unit_key, 32) + from_text(self.laptop_key, 32)
        return hashlib.sha256(b"klas-pair/v1\0" + both).hexdigest()[:32]

    def key_of(self, role: Role) -> str:
        return self.unit_key if role == "unit" else self.laptop_key


def other(role: Role) -> Role:
    return "laptop" if role == "unit" else "unit"


def seal(key: DeviceKey, statement: Statement) -> Sealed:
    """Sign a statement; the signature covers exactly the text that travels."""
    body = msgspec.json.encode(statement)
    return Sealed(body=body.decode(), signature=key.sign(_STATEMENT_CONTEXT + body))


def unseal(sealed: Sealed, pairing: Pairing, receiver: Role) -> Statement:
    """The statement of the other device, once its signature, version, pair, way and epoch hold.

    Raises TrustError. Type, leg and nonces are the handshake's to compare.
    """
    sender = other(receiver)
    body = sealed.body.encode()
    check_signature(pairing.key_of(sender), _STATEMENT_CONTEXT + body, sealed.signature)
    try:
        statement = msgspec.json.decode(body, type=Statement)
    except msgspec.DecodeError:
        raise TrustError("bad_statement") from None
    if statement.v != PROTOCOL:
        raise TrustError("wrong_version")
    if statement.pair != pairing.name:
        raise TrustError("wrong_pair")
    if (statement.sender, statement.receiver) != (sender, receiver):
        raise TrustError("wrong_way")
    if statement.epoch != pairing.epoch:
        raise TrustError("wrong_epoch")
    return statement


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
