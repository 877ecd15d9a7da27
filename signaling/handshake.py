"""The signed exchange that opens one leg, seen from either side. Pure; time is an argument.

Camera leg:

    laptop.begin -> nonce_laptop -> unit.ready -> nonce_unit -> laptop.ready
    laptop.offer -> sealed -> unit.offer; unit.answer -> sealed -> laptop.answer

Talk leg: the unit speaks first (`TalkWanted`), and the laptop's nonce first comes inside its offer:

    unit.ready(None) -> nonce_unit -> laptop.begin, laptop.ready(nonce_unit, None) -> laptop.offer …

`begin` and `ready` of the unit start over: what was exchanged before is void, but a session that
was agreed can still be ended. Whatever was recorded elsewhere fails on the own nonce: fresh, at
most 30 s old on the own monotonic clock (so that no clocks need to agree), and good for one offer
or answer only. Everything else than the right message raises TrustError and changes nothing.
"""

from collections import deque

from signaling import sdp as sdp_rules
from signaling.identity import (
    NONCE_BYTES,
    DeviceKey,
    Pairing,
    Statement,
    StatementType,
    TrustError,
    from_text,
    new_nonce,
    other,
    seal,
    sha256,
    unseal,
)
from signaling.messages import PROTOCOL, Leg, Role, Sealed

FRESH_S = 30.0
"""A slow page needs seconds to gather candidates; a recording should not live longer than that."""
_SEEN = 64
"""Nonces of the other side remembered; older ones fail on our own nonce anyway."""


class _Exchange:
    """What both sides share: the nonces, and statements bound to them."""

    _role: Role

    def __init__(self, key: DeviceKey, pairing: Pairing, leg: Leg) -> None:
        self._key = key
        self._pairing = pairing
        self._leg: Leg = leg
        self._nonces: dict[Role, str] = {}
        self._agreed: dict[Role, str] = {}
        self._seen: deque[str] = deque(maxlen=_SEEN)
        self._issued_at = 0.0
        self._offer_sha256 = ""
        self._used = False

    def bye(self) -> Sealed | None:
        """The signed end of this session; None while there is nothing that could be ended."""
        if not self._complete():
            return None
        return self._seal("bye", "", "")

    def check_bye(self, sealed: Sealed) -> None:
        """Raises TrustError unless the other device ends exactly this session."""
        statement = self._unseal(sealed, "bye")
        nonces = _nonces_of(statement)
        if nonces != self._agreed and not (self._complete() and nonces == self._nonces):
            raise TrustError("stale_nonce")
        if statement.sdp or statement.offer_sha256:
            raise TrustError("bad_statement")

    def _start(self, now: float) -> str:
        nonce = new_nonce()
        self._nonces = {self._role: nonce}
        self._issued_at = now
        self._offer_sha256 = ""
        self._used = False
        return nonce

    def _check_new(self, nonce: str) -> None:
        """The other side's nonce must be one, and be new; ours sent back to us is not."""
        try:
            from_text(nonce, NONCE_BYTES)
        except TrustError:
            raise TrustError("stale_nonce") from None
        if nonce in self._seen or nonce == self._nonces.get(self._role):
            raise TrustError("stale_nonce")

    def _learn(self, nonce: str) -> None:
        self._nonces[other(self._role)] = nonce
        self._seen.append(nonce)

    def _complete(self) -> bool:
        return len(self._nonces) == len(("laptop", "unit"))

    def _require_fresh(self, now: float) -> None:
        if self._role not in self._nonces or now - self._issued_at > FRESH_S:
            raise TrustError("stale_nonce")

    def _require_unused(self, now: float) -> None:
        self._require_fresh(now)
        if self._used:
            raise TrustError("stale_nonce")

    def _agree(self) -> None:
        self._used = True
        self._agreed = dict(self._nonces)

    def _unseal(self, sealed: Sealed, kind: StatementType) -> Statement:
        statement = unseal(sealed, self._pairing, self._role)
        if statement.type != kind:
            raise TrustError("wrong_type")
        if statement.leg != self._leg:
            raise TrustError("wrong_leg")
        return statement

    def _seal(self, kind: StatementType, sdp: str, offer_sha256: str) -> Sealed:
        statement = Statement(
            v=PROTOCOL,
            type=kind,
            pair=self._pairing.name,
            sender=self._role,
            receiver=other(self._role),
            epoch=self._pairing.epoch,
            leg=self._leg,
            nonce_laptop=self._nonces["laptop"],
            nonce_unit=self._nonces["unit"],
            sdp=sdp,
            offer_sha256=offer_sha256,
        )
        return seal(self._key, statement)


class LaptopHandshake(_Exchange):
    """The side that offers."""

    _role: Role = "laptop"

    def begin(self, now: float) -> str:
        """Start (over); gives our nonce, to be sent in Join (camera leg)."""
        return self._start(now)

    def ready(self, nonce_unit: str, answers: str | None, now: float) -> None:
        """The unit is ready. `answers` is our nonce; on the talk leg it may be None.

        Raises TrustError.
        """
        self._require_unused(now)
        expected = {self._nonces["laptop"]} | ({None} if self._leg == "talk" else set())
        if answers not in expected or "unit" in self._nonces:
            raise TrustError("stale_nonce")
        self._check_new(nonce_unit)
        self._learn(nonce_unit)

    def offer(self, sdp: str, now: float) -> Sealed:
        """Our offer, signed; a later one replaces it. Raises TrustError, also for our own SDP."""
        self._require_unused(now)
        if not self._complete():
            raise TrustError("stale_nonce")
        sdp_rules.require_one_fingerprint(sdp)
        sealed = self._seal("offer", sdp, "")
        self._offer_sha256 = sha256(sealed.body)
        return sealed

    def answer(self, sealed: Sealed, now: float) -> str:
        """The SDP of the unit's answer to our last offer, verified. Raises TrustError."""
        statement = self._unseal(sealed, "answer")
        self._require_unused(now)
        if _nonces_of(statement) != self._nonces:
            raise TrustError("stale_nonce")
        if not self._offer_sha256 or statement.offer_sha256 != self._offer_sha256:
            raise TrustError("wrong_offer")
        sdp_rules.require_one_fingerprint(statement.sdp)
        self._agree()
        return statement.sdp


class UnitHandshake(_Exchange):
    """The side that answers."""

    _role: Role = "unit"

    def ready(self, nonce_laptop: str | None, now: float) -> str:
        """Start (over); gives our nonce, for Ready, or (None, talk leg) for TalkWanted.

        Raises TrustError.
        """
        if (nonce_laptop is None) != (self._leg == "talk"):
            raise TrustError("stale_nonce")
        if nonce_laptop is not None:
            self._check_new(nonce_laptop)
        nonce_unit = self._start(now)
        if nonce_laptop is not None:
            self._learn(nonce_laptop)
        return nonce_unit

    def offer(self, sealed: Sealed, now: float) -> str:
        """The SDP of the laptop's offer, verified; one only. Raises TrustError.

        On the talk leg any new nonce of the laptop will do: our own, used once, keeps it fresh.
        """
        statement = self._unseal(sealed, "offer")
        self._require_unused(now)
        if statement.nonce_unit != self._nonces["unit"]:
            raise TrustError("stale_nonce")
        if self._leg == "talk":
            self._check_new(statement.nonce_laptop)
        elif statement.nonce_laptop != self._nonces["laptop"]:
            raise TrustError("stale_nonce")
        if statement.offer_sha256:
            raise TrustError("wrong_offer")
        sdp_rules.require_one_fingerprint(statement.sdp)
        if self._leg == "talk":
            self._learn(statement.nonce_laptop)
        self._offer_sha256 = sha256(sealed.body)
        self._agree()
        return statement.sdp

    def answer(self, sdp: str, now: float) -> Sealed:
        """Our answer to the offer just verified, signed. Raises TrustError.

        "wrong_offer" also when `ready` started over while the answer was being made.
        """
        if not self._offer_sha256:
            raise TrustError("wrong_offer")
        self._require_fresh(now)
        sdp_rules.require_one_fingerprint(sdp)
        return self._seal("answer", sdp, self._offer_sha256)


def _nonces_of(statement: Statement) -> dict[Role, str]:
    return {"laptop": statement.nonce_laptop, "unit": statement.nonce_unit}
