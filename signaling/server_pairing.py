"""The server's part in a pairing: holds the code, lets one laptop claim it, passes on, keeps the
pair once both have agreed to it. It sees no secret of the code and can add no pair by itself.

The order of the messages is pairing.TABLE's; here it is only checked as far as the server needs it:

    unit.open -> laptop.claim -> unit.reply -> laptop.reveal -> both confirm
"""

from collections.abc import Callable
from typing import Literal

import structlog

from signaling.hub import Port
from signaling.identity import Pairing, TrustError, other
from signaling.known_units import KnownUnits
from signaling.limits import OPEN_PAIRINGS, OPEN_PAIRINGS_PER_ADDRESS
from signaling.messages import Message, Role
from signaling.messages_pairing import (
    MAX_EPOCH,
    PairCancel,
    PairClaim,
    PairConfirm,
    PairHello,
    PairOpen,
    PairOpened,
    PairReply,
    PairReveal,
)
from signaling.metrics import ServerMetrics
from signaling.pairing import LASTS_S
from signaling.pairing_code import ticket_hash
from signaling.pairing_proofs import check_consent
from signaling.refusals import RefusedError
from signaling.store import Store, StoreError
from signaling.store_tickets import Tickets

Step = Literal["open", "claimed", "replied", "revealed"]

STEPS: dict[tuple[Step, Role, type[Message]], Step] = {
    ("claimed", "unit", PairReply): "replied",
    ("replied", "laptop", PairReveal): "revealed",
    ("revealed", "unit", PairConfirm): "revealed",
    ("revealed", "laptop", PairConfirm): "revealed",
}
"""step, who, message -> next step; anything else ends the pairing."""

_log = structlog.get_logger("signaling.server_pairing")


class Introduction:
    """One code on a unit's screen, and who came for it."""

    def __init__(self, opening: PairOpen, unit: Port, floor: int, network: str) -> None:
        self.step: Step = "open"
        self.network = network
        self.place = opening.place
        self.unit_key, self.floor = opening.key, floor
        self.ports: dict[Role, Port] = {"unit": unit}
        self.pairing: Pairing | None = None
        self.laptop_key = ""
        self.confirmed: dict[Role, PairConfirm] = {}

    def end(self, code: str) -> None:
        """Tell both why it is over."""
        for port in self.ports.values():
            port.end(code)


class Introductions:
    """All pairings that go on in this process."""

    def __init__(
        self,
        store: Store,
        metrics: ServerMetrics,
        clock: Callable[[], float],
        on_pair: Callable[[], None],
        units: KnownUnits,
    ) -> None:
        """`clock` gives seconds since 1970; `on_pair` is called when the pairs have changed."""
        self._store, self._tickets = store, Tickets(store)
        self._metrics, self._clock, self._on_pair = metrics, clock, on_pair
        self._units = units
        self._at: dict[str, Introduction] = {}

    async def open(self, message: PairOpen, port: Port, network: str) -> Introduction:
        """A unit shows a code; `network` is where it is. Raises RefusedError, StoreError."""
        if not self._units.has(message.key):
            self._count("unknown_unit")
            raise RefusedError("unknown_unit")
        beside = sum(one.network == network for one in self._at.values())
        if len(self._at) >= OPEN_PAIRINGS or beside >= OPEN_PAIRINGS_PER_ADDRESS:
            raise RefusedError("too_many_pairings")
        if not await self._tickets.open(message.place, message.ticket_sha256, self._clock()):
            raise RefusedError("code_used")
        floor = await self._store.highest_epoch(message.key)
        one = self._at[message.place] = Introduction(message, port, floor, network)
        port.send(PairOpened(seconds=LASTS_S))
        self._count("open")
        return one

    async def claim(self, message: PairClaim, port: Port) -> Introduction:
        """A laptop has a code. Raises RefusedError, StoreError."""
        hashed = ticket_hash(message.ticket)
        outcome = await self._tickets.claim(message.place, hashed, self._clock())
        self._count(outcome)
        if outcome != "won":
            if outcome == "code_wrong" and await self._tickets.burnt(message.place):
                self._burn(message.place)
            raise RefusedError(outcome)
        floor = await self._store.highest_epoch(message.key)
        one = self._at.get(message.place)
        if one is None:
            raise RefusedError("stopped")
        if message.key == one.unit_key:
            one.end("unverified")
            raise RefusedError("unverified")
        one.step = "claimed"
        one.laptop_key = message.key
        one.ports["laptop"] = port
        one.ports["unit"].send(
            PairHello(
                key=message.key,
                epoch=message.epoch,
                floor=min(max(floor, one.floor), MAX_EPOCH),
                commitment=message.commitment,
                mac=message.mac,
            )
        )
        return one

    async def receive(self, one: Introduction, role: Role, message: Message) -> None:
        """What came after the first message. Raises RefusedError, StoreError."""
        if isinstance(message, PairCancel):
            raise RefusedError("stopped")
        step = STEPS.get((one.step, role, type(message)))
        if step is None or role in one.confirmed:
            raise RefusedError("out_of_turn")
        one.step = step
        match message:
            case PairReply():
                one.pairing = Pairing(
                    unit_key=one.unit_key, laptop_key=one.laptop_key, epoch=message.epoch
                )
                if message.key != one.unit_key:
                    raise RefusedError("unverified")
            case PairConfirm():
                await self._confirm(one, role, message)
                return
        one.ports[other(role)].send(message)

    async def leave(self, one: Introduction, role: Role, code: str) -> None:
        """This device's socket is over; the other one is told `code`."""
        if self._at.get(one.place) is one:
            del self._at[one.place]
            if peer := one.ports.get(other(role)):
                peer.end(code)
            await self._tickets.close(one.place)

    async def _confirm(self, one: Introduction, role: Role, message: PairConfirm) -> None:
        """Keep the pair when both have agreed; only then each learns that the other did."""
        assert one.pairing is not None
        try:
            check_consent(one.pairing, role, message)
        except TrustError:
            raise RefusedError("unverified") from None
        one.confirmed[role] = message
        if len(one.confirmed) < len(("unit", "laptop")):
            return
        try:
            await self._store.replace_pair(one.pairing)
        except StoreError as error:
            if error.code == "unreachable":
                raise
            raise RefusedError("unverified") from None
        self._count("paired")
        _log.info("paired", pair=one.pairing.name, epoch=one.pairing.epoch)
        for confirmed, consent in one.confirmed.items():
            one.ports[other(confirmed)].send(consent)
        for port in one.ports.values():
            port.done()
        self._on_pair()

    def _burn(self, place: str) -> None:
        if one := self._at.get(place):
            one.end("code_burnt")

    def _count(self, outcome: str) -> None:
        self._metrics.pairings.labels(outcome).inc()
