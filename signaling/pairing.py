"""How a unit and a laptop come to trust each other, seen from either side. Pure; time in seconds
of the own monotonic clock is an argument.

    unit.open -> server; laptop.claim(commitment) -> server -> unit.hello -> reply -> laptop.reply
    -> reveal -> unit.reveal; both show six words; say yes -> confirm -> confirm: done

Two things protect against the server in the middle, each enough by itself: every message carries a
MAC under a secret of the code, which the server does not have; and the words hash both keys and
both nonces, of which the laptop's was committed to before the unit's was known, so that whoever
swaps keys has one try in 2**48 to get the same words.

A message that is not the right one ends the ceremony: a pairing is begun anew with a new code.
"""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

import msgspec

from signaling.identity import (
    NONCE_BYTES,
    DeviceKey,
    Pairing,
    TrustError,
    from_text,
    new_nonce,
    other,
    to_text,
)
from signaling.messages import PROTOCOL, Role
from signaling.messages_pairing import (
    MAX_EPOCH,
    PairClaim,
    PairConfirm,
    PairHello,
    PairOpen,
    PairReply,
    PairReveal,
    PairState,
)
from signaling.pairing_code import PairingCode, hash_of, ticket_hash
from signaling.pairing_proofs import check_consent, consent_bytes, prove
from signaling.pairing_words import WORDS

LASTS_S = 900.0
"""A monteur walks from the unit to the laptop, or reads the code out over the telephone."""
TRIES = 5
WORDS_SHOWN = 6

TABLE: Mapping[Role, Mapping[PairState, Mapping[str, PairState]]] = {
    "unit": {
        "opening": {"opened": "waiting", "fail": "failed"},
        "waiting": {"hello": "answered", "fail": "failed"},
        "answered": {"reveal": "comparing", "fail": "failed"},
        "comparing": {"yes": "confirmed", "fail": "failed"},
        "confirmed": {"confirm": "done", "fail": "failed"},
        "done": {},
        "failed": {},
    },
    "laptop": {
        "opening": {"reply": "comparing", "fail": "failed"},
        "comparing": {"yes": "confirmed", "fail": "failed"},
        "confirmed": {"confirm": "done", "fail": "failed"},
        "done": {},
        "failed": {},
    },
}
"""role -> state -> event -> next state."""

_COMMIT = b"klas-pair-commit/v1\0"
_WORDS = b"klas-pair-words/v1\0"


class PairingError(Exception):
    """The pairing is over; `code` is a Problem of the server's or one of: unverified, words_differ,
    code_expired, stopped, wrong_order."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Ceremony:
    """What both sides share. Every method that gets a message raises PairingError, once; from then
    on the state is `failed` and `problem` says why."""

    role: Role

    def __init__(self, key: DeviceKey, code: PairingCode, epoch: int, now: float) -> None:
        """`epoch` is the highest that this device ever had."""
        self.state: PairState = "opening"
        self.problem = ""
        self.words: tuple[str, ...] = ()
        self.code = code
        self.pairing: Pairing | None = None
        """Whom to trust; to be pinned once the state is `done`."""
        self._key, self._epoch = key, epoch
        self._mac_key = code.mac_key()
        self._deadline = now + LASTS_S
        self._seen: list[Any] = []  # all that was exchanged, in the order of _agreed

    def seconds_left(self, now: float) -> float:
        return max(0.0, self._deadline - now)

    @property
    def over(self) -> bool:
        return self.state in ("done", "failed")

    def tick(self, now: float) -> None:
        """Raises PairingError("code_expired") when it is too late."""
        if not self.over and now >= self._deadline:
            raise self.fail("code_expired")

    def say(self, same: bool, now: float) -> PairConfirm:
        """Somebody compared the words. Raises PairingError, also when they differ."""
        self.tick(now)
        if not same:
            raise self.fail("words_differ")
        self._step("yes")
        assert self.pairing is not None
        signature = self._key.sign(consent_bytes(self.pairing, self.role))
        return PairConfirm(signature=signature, mac=self._mac("confirm", self.role))

    def confirm(self, message: PairConfirm, now: float) -> None:
        """The other side's yes."""
        self.tick(now)
        peer = other(self.role)
        if self.state == "confirmed":
            assert self.pairing is not None
            self._check_mac(message.mac, "confirm", peer)
            try:
                check_consent(self.pairing, peer, message)
            except TrustError:
                raise self.fail("unverified") from None
        self._step("confirm")

    def fail(self, code: str) -> PairingError:
        """Enter `failed`; to be raised by the caller. Later failures change nothing."""
        if not self.over:
            self.problem = code
            self._step("fail")
        return PairingError(self.problem or code)

    def _agreed(self, unit_key: str, laptop_key: str, epoch: int) -> None:
        """Both nonces are known: the words, and whom they are about."""
        self.pairing = Pairing(unit_key=unit_key, laptop_key=laptop_key, epoch=epoch)
        digest = hashlib.sha256(_WORDS + msgspec.json.encode(self._seen)).digest()
        self.words = tuple(WORDS[byte] for byte in digest[:WORDS_SHOWN])

    def _peer_key(self, key: str) -> str:
        try:
            from_text(key, 32)
        except TrustError:
            raise self.fail("unverified") from None
        if key == self._key.public:
            raise self.fail("unverified")
        return key

    def _peer_nonce(self, nonce: str) -> str:
        try:
            from_text(nonce, NONCE_BYTES)
        except TrustError:
            raise self.fail("unverified") from None
        return nonce

    def _mac(self, *parts: object) -> str:
        """Over these parts and all that was exchanged until now."""
        text = msgspec.json.encode([*parts, *self._seen])
        return to_text(hmac.digest(self._mac_key, text, "sha256"))

    def _check_mac(self, mac: str, *parts: object) -> None:
        if not hmac.compare_digest(mac, self._mac(*parts)):
            raise self.fail("unverified")

    def _step(self, event: str) -> None:
        """The only place where the state changes."""
        state = TABLE[self.role][self.state].get(event)
        if state is None:
            raise self.fail("wrong_order")
        self.state = state


class UnitCeremony(Ceremony):
    """The side that shows the code."""

    role: Role = "unit"

    def open(self, challenge: str) -> PairOpen:
        message = PairOpen(
            v=PROTOCOL,
            key=self._key.public,
            place=self.code.place,
            ticket_sha256=ticket_hash(self.code.ticket()),
            epoch=self._epoch,
            signature="",
        )
        return prove(self._key, challenge, message)

    def opened(self, now: float) -> None:
        """The server holds the code."""
        self.tick(now)
        self._step("opened")

    def hello(self, message: PairHello, now: float) -> PairReply:
        """A laptop claimed the code."""
        self.tick(now)
        self._step("hello")
        laptop = self._peer_key(message.key)
        self._seen = [self.code.place, laptop, message.epoch, message.commitment]
        self._check_mac(message.mac, "claim")
        epoch = max(self._epoch, message.epoch, message.floor) + 1
        if epoch > MAX_EPOCH:
            raise self.fail("unverified")
        nonce = new_nonce()
        self._seen += [self._key.public, nonce, epoch]
        return PairReply(key=self._key.public, nonce=nonce, epoch=epoch, mac=self._mac("reply"))

    def reveal(self, message: PairReveal, now: float) -> None:
        """The laptop opens its commitment; the words are known."""
        self.tick(now)
        self._step("reveal")
        _, laptop, _, commitment, unit, _, epoch = self._seen
        nonce = self._peer_nonce(message.nonce)
        if not hmac.compare_digest(commitment, _commitment(laptop, nonce)):
            raise self.fail("unverified")
        self._seen.append(nonce)
        self._check_mac(message.mac, "reveal")
        self._agreed(unit, laptop, epoch)


class LaptopCeremony(Ceremony):
    """The side where the code is typed."""

    role: Role = "laptop"

    def __init__(self, key: DeviceKey, code: PairingCode, epoch: int, now: float) -> None:
        super().__init__(key, code, epoch, now)
        self._nonce = new_nonce()

    def claim(self, challenge: str) -> PairClaim:
        commitment = _commitment(self._key.public, self._nonce)
        self._seen = [self.code.place, self._key.public, self._epoch, commitment]
        message = PairClaim(
            v=PROTOCOL,
            key=self._key.public,
            place=self.code.place,
            ticket=self.code.ticket(),
            epoch=self._epoch,
            commitment=commitment,
            mac=self._mac("claim"),
            signature="",
        )
        return prove(self._key, challenge, message)

    def reply(self, message: PairReply, now: float) -> PairReveal:
        """The unit's key and nonce; the words are known."""
        self.tick(now)
        self._step("reply")
        unit = self._peer_key(message.key)
        if self.code.unit_hash not in ("", hash_of(unit)) or message.epoch <= self._epoch:
            raise self.fail("unverified")
        self._seen += [unit, self._peer_nonce(message.nonce), message.epoch]
        self._check_mac(message.mac, "reply")
        self._seen.append(self._nonce)
        self._agreed(unit, self._key.public, message.epoch)
        return PairReveal(nonce=self._nonce, mac=self._mac("reveal"))


def _commitment(laptop_key: str, nonce: str) -> str:
    return to_text(hashlib.sha256(_COMMIT + msgspec.json.encode([laptop_key, nonce])).digest())
