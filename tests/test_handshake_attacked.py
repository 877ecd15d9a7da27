"""The signed exchange in the hands of an attacker: who hears all, delivers what he likes to whom he
likes, in any order, on either leg, and has a key of his own. Nobody ever agrees with an SDP that
the other one did not sign in the present exchange."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from signaling.handshake import FRESH_S, LaptopHandshake, UnitHandshake
from signaling.identity import (
    DeviceKey,
    Pairing,
    Statement,
    StatementType,
    TrustError,
    new_nonce,
    seal,
    sha256,
)
from signaling.messages import PROTOCOL, Leg, Sealed

PRINT = ":".join(f"{n:02X}" for n in range(32))
UNIT, LAPTOP, ATTACKER = DeviceKey.make(), DeviceKey.make(), DeviceKey.make()
PAIRING = Pairing(unit_key=UNIT.public, laptop_key=LAPTOP.public, epoch=3)
BEFORE = msgspec.structs.replace(PAIRING, epoch=2)
LEGS: tuple[Leg, Leg] = ("camera", "talk")

legs = st.sampled_from(LEGS)
newest = st.sampled_from((0, 0, 0, 1, 1, 2, 3, 5, 8))
"""Which recording, counted from the last: an attack mostly uses what was just said."""
CHANGES: tuple[dict[str, Any], ...] = (
    {},
    {"leg": "camera"},
    {"leg": "talk"},
    {"type": "offer"},
    {"type": "answer"},
    {"type": "bye", "sdp": "", "offer_sha256": ""},
    {"epoch": 3},
    {"sender": "unit", "receiver": "laptop"},
    {"sender": "laptop", "receiver": "unit"},
    {"offer_sha256": ""},
)


@dataclass(frozen=True)
class Signed:
    """What a device really signed; `answers` is the SDP of the offer that it answers."""

    leg: Leg
    kind: str
    sdp: str
    step: int
    at: float
    answers: str = ""


class Attacked(RuleBasedStateMachine):
    """Both devices, both legs; time is in seconds."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.number = 0  # of what happened last
        self.laptops = {leg: LaptopHandshake(LAPTOP, PAIRING, leg) for leg in LEGS}
        self.units = {leg: UnitHandshake(UNIT, PAIRING, leg) for leg in LEGS}
        self.nonces = [new_nonce()]
        self.sealed: list[Sealed] = []
        self.signed: list[Signed] = []
        self.began: dict[tuple[str, Leg], tuple[int, float]] = {}
        self.offered: dict[Leg, str] = {}  # by the laptop, last, in its present exchange
        self.taken: dict[Leg, str] = {}  # by the unit, in its present exchange
        self.own: dict[tuple[str, Leg], str] = {}
        self.agreed: dict[tuple[str, Leg], str] = {}  # the own nonce under which it was
        self.ends: dict[str, set[tuple[Leg, str]]] = {"laptop": set(), "unit": set()}
        self.accepted: set[tuple[str, str]] = set()

    @initialize()
    def the_epoch_before(self) -> None:
        """The same two keys had an older pairing; all of it was recorded."""
        for leg in LEGS:
            laptop, unit = LaptopHandshake(LAPTOP, BEFORE, leg), UnitHandshake(UNIT, BEFORE, leg)
            nonce = laptop.begin(0.0)
            nonce_unit = unit.ready(nonce if leg == "camera" else None, 0.0)
            laptop.ready(nonce_unit, nonce if leg == "camera" else None, 0.0)
            offer = laptop.offer(self.sdp(), 0.0)
            unit.offer(offer, 0.0)
            answer = unit.answer(self.sdp(), 0.0)
            laptop.answer(answer, 0.0)
            byes = [laptop.bye(), unit.bye()]
            self.sealed += [offer, answer, *(bye for bye in byes if bye is not None)]
            self.nonces += [nonce, nonce_unit]

    # --- what the devices do by themselves ----------------------------------------------------

    @rule(leg=legs, anew=st.booleans())
    def laptop_begins(self, leg: Leg, anew: bool) -> None:
        if anew:  # its process was started again
            self.laptops[leg] = LaptopHandshake(LAPTOP, PAIRING, leg)
            self.agreed.pop(("laptop", leg), None)
        self.nonces.append(self.laptops[leg].begin(self.now))
        self.began["laptop", leg] = self.next(), self.now
        self.own["laptop", leg] = self.nonces[-1]
        self.offered.pop(leg, None)

    @rule(leg=legs)
    def laptop_offers(self, leg: Leg) -> None:
        sdp = self.sdp()
        if (sealed := self.tried(lambda: self.laptops[leg].offer(sdp, self.now))) is not None:
            self.sealed.append(sealed)
            self.signed.append(Signed(leg, "offer", sdp, self.next(), self.now))
            self.offered[leg] = sdp

    @rule(leg=legs)
    def unit_answers(self, leg: Leg) -> None:
        sdp = self.sdp()
        if (sealed := self.tried(lambda: self.units[leg].answer(sdp, self.now))) is not None:
            assert leg in self.taken
            self.sealed.append(sealed)
            self.signed.append(Signed(leg, "answer", sdp, self.next(), self.now, self.taken[leg]))

    @rule(leg=legs, of_laptop=st.booleans())
    def says_goodbye(self, leg: Leg, of_laptop: bool) -> None:
        one = self.laptops[leg] if of_laptop else self.units[leg]
        if (bye := one.bye()) is not None:
            self.sealed.append(bye)
            self.ends["laptop" if of_laptop else "unit"].add((leg, bye.body))

    @rule(seconds=st.sampled_from([0.1, 5.0, FRESH_S, FRESH_S + 1]))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds

    # --- what the attacker delivers -----------------------------------------------------------

    @rule(leg=legs, which=newest, anew=st.booleans(), nothing=st.booleans())
    def join(self, leg: Leg, which: int, anew: bool, nothing: bool) -> None:
        if anew:  # its process was started again
            self.units[leg] = UnitHandshake(UNIT, PAIRING, leg)
            for ghost in (self.began, self.own, self.agreed):
                ghost.pop(("unit", leg), None)
            self.taken.pop(leg, None)
        self.unit_begins(leg, None if nothing else self.last(self.nonces, which))

    def unit_begins(self, leg: Leg, nonce: str | None) -> None:
        ready = self.tried(lambda: self.units[leg].ready(nonce, self.now))
        if ready is not None:
            self.nonces.append(ready)
            self.began["unit", leg] = self.next(), self.now
            self.own["unit", leg] = ready
            self.taken.pop(leg, None)

    @rule(leg=legs, crossed=st.booleans())
    def as_far_as_the_offer(self, leg: Leg, crossed: bool) -> None:
        """The usual way, or with the unit's nonce of the other leg."""
        of_unit: Leg = ("talk" if leg == "camera" else "camera") if crossed else leg
        self.laptop_begins(leg, anew=False)
        nonce = self.own["laptop", leg]
        self.unit_begins(of_unit, nonce if of_unit == "camera" else None)
        answers = nonce if leg == "camera" else None
        self.laptops[leg].ready(self.own["unit", of_unit], answers, self.now)
        self.laptop_offers(leg)

    @rule(leg=legs, which=newest, answers=newest, nothing=st.booleans())
    def ready(self, leg: Leg, which: int, answers: int, nothing: bool) -> None:
        nonce = self.last(self.nonces, which)
        answered = None if nothing else self.last(self.nonces, answers)
        self.tried(lambda: self.laptops[leg].ready(nonce, answered, self.now))

    @rule(leg=legs, which=newest)
    def offer(self, leg: Leg, which: int) -> None:
        sealed = self.last(self.sealed, which)
        if (sdp := self.tried(lambda: self.units[leg].offer(sealed, self.now))) is not None:
            self.must_be_signed("unit", leg, "offer", sdp)
            self.taken[leg] = sdp

    @rule(leg=legs, which=newest)
    def answer(self, leg: Leg, which: int) -> None:
        sealed = self.last(self.sealed, which)
        if (sdp := self.tried(lambda: self.laptops[leg].answer(sealed, self.now))) is not None:
            signed = self.must_be_signed("laptop", leg, "answer", sdp)
            assert signed.answers == self.offered[leg]

    @rule(leg=legs, which=newest, to_laptop=st.booleans())
    def bye(self, leg: Leg, which: int, to_laptop: bool) -> None:
        sealed = self.last(self.sealed, which)
        one = self.laptops[leg] if to_laptop else self.units[leg]
        if self.tried(lambda: one.check_bye(sealed) or True) is not None:
            me, other = ("laptop", "unit") if to_laptop else ("unit", "laptop")
            assert (leg, sealed.body) in self.ends[other]
            nonce = getattr(msgspec.json.decode(sealed.body, type=Statement), f"nonce_{me}")
            assert nonce in {self.own.get((me, leg)), self.agreed.get((me, leg))}

    # --- what the attacker makes --------------------------------------------------------------

    @rule(
        leg=legs,
        kind=st.sampled_from(("offer", "answer", "bye")),
        change=st.just({}) | st.sampled_from(CHANGES),
        signed_as=st.none() | newest,
    )
    def forge(
        self, leg: Leg, kind: StatementType, change: dict[str, Any], signed_as: int | None
    ) -> None:
        """In an exchange of now: right in all, or all but one field, but for the signature."""
        self.as_far_as_the_offer(leg, crossed=False)
        way = ("unit", "laptop") if kind == "answer" else ("laptop", "unit")
        right = Statement(
            v=PROTOCOL,
            type=kind,
            pair=PAIRING.name,
            sender=way[0],
            receiver=way[1],
            epoch=PAIRING.epoch,
            leg=leg,
            nonce_laptop=self.own["laptop", leg],
            nonce_unit=self.own["unit", leg],
            sdp="" if kind == "bye" else self.sdp(),
            offer_sha256=sha256(self.sealed[-1].body) if kind == "answer" else "",
        )
        forged = seal(ATTACKER, msgspec.structs.replace(right, **change))
        if signed_as is not None:
            signature = self.last(self.sealed, signed_as).signature
            forged = Sealed(body=forged.body, signature=signature)
        self.sealed.append(forged)
        self.offer(leg, 0)
        self.answer(leg, 0)
        self.bye(leg, 0, to_laptop=False)

    @rule(
        leg=legs,
        waits=st.tuples(*[st.sampled_from((0.0, FRESH_S, FRESH_S + 1))] * 3),
        twice=st.booleans(),
        which=st.integers(0, 1),
        once_more=st.booleans(),
    )
    def slowly_and_mixed_up(
        self, leg: Leg, waits: tuple[float, ...], twice: bool, which: int, once_more: bool
    ) -> None:
        """An exchange with pauses, in which the laptop changes its mind."""
        self.as_far_as_the_offer(leg, crossed=False)
        if twice:
            self.laptop_offers(leg)
        self.now += waits[0]
        self.offer(leg, which)
        self.now += waits[1]
        self.unit_answers(leg)
        answer = len(self.sealed)
        if once_more:
            self.laptop_offers(leg)
        self.now += waits[2]
        self.answer(leg, len(self.sealed) - answer)

    @rule(leg=legs)
    def lets_one_through(self, leg: Leg) -> None:
        """The attacker may also be honest: whatever he did before, a new exchange then works."""
        self.as_far_as_the_offer(leg, crossed=False)
        self.offer(leg, 0)
        assert self.taken[leg] == self.offered[leg]
        self.unit_answers(leg)
        self.answer(leg, 0)
        assert ("laptop", self.signed[-1].sdp) in self.accepted
        self.offer(leg, 1)  # the same once more is refused, or it would be accepted twice
        self.answer(leg, 0)

    # ------------------------------------------------------------------------------------------

    def must_be_signed(self, by: str, leg: Leg, kind: str, sdp: str) -> Signed:
        """The other device signed it on this leg, since `by` began, and it is taken once."""
        step, began = self.began[by, leg]
        found = [one for one in self.signed if (one.leg, one.kind, one.sdp) == (leg, kind, sdp)]
        assert len(found) == 1
        assert step < found[0].step
        assert began <= found[0].at <= self.now <= began + FRESH_S
        assert (by, sdp) not in self.accepted
        self.accepted.add((by, sdp))
        self.agreed[by, leg] = self.own[by, leg]
        return found[0]

    def tried(self, act: Callable[[], Any]) -> Any:
        """What it gives; None when it was refused, which only a TrustError may say."""
        try:
            return act()
        except TrustError:
            return None

    def next(self) -> int:
        self.number += 1
        return self.number

    def last(self, things: list[Any], which: int) -> Any:
        return things[-1 - which % len(things)]

    def sdp(self) -> str:
        """A new one each time, so that it can be told whose it is."""
        return f"v=0\r\ns={self.next()}\r\na=fingerprint:sha-256 {PRINT}\r\nm=video 9 X 96\r\n"


TestAttacked = Attacked.TestCase
