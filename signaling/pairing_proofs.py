"""What a device signs for the server in a pairing: its first message, and its consent. Pure."""

from typing import TypeVar

import msgspec

from signaling.identity import DeviceKey, Pairing, check_signature
from signaling.messages import PROTOCOL, Message, Role
from signaling.messages_pairing import PairClaim, PairConfirm, PairEnd, PairOpen

_PROOF = b"klas-pair-proof/v1\0"
_CONSENT = b"klas-pair-consent/v1\0"

_First = TypeVar("_First", PairOpen, PairClaim, PairEnd)


def prove(key: DeviceKey, challenge: str, message: _First) -> _First:
    """The same message, signed for this socket of the server."""
    return msgspec.structs.replace(message, signature=key.sign(_proof_bytes(challenge, message)))


def check_proof(challenge: str, message: PairOpen | PairClaim | PairEnd) -> None:
    """Raises TrustError unless the key in the message signed it for this challenge."""
    check_signature(message.key, _proof_bytes(challenge, message), message.signature)


def end_pair(key: DeviceKey, challenge: str, pairing: Pairing) -> PairEnd:
    """What an un-paired device tells the server."""
    message = PairEnd(
        v=PROTOCOL, key=key.public, pair=pairing.name, epoch=pairing.epoch, signature=""
    )
    return prove(key, challenge, message)


def consent_bytes(pairing: Pairing, role: Role) -> bytes:
    """What a device signs to be in a pair."""
    parts = [PROTOCOL, pairing.unit_key, pairing.laptop_key, pairing.epoch, role]
    return _CONSENT + msgspec.json.encode(parts)


def check_consent(pairing: Pairing, role: Role, message: PairConfirm) -> None:
    """Raises TrustError unless that device agreed to this pair and epoch."""
    check_signature(pairing.key_of(role), consent_bytes(pairing, role), message.signature)


def _proof_bytes(challenge: str, message: Message) -> bytes:
    blank = msgspec.structs.replace(message, signature="")
    return _PROOF + msgspec.json.encode([challenge, blank])
