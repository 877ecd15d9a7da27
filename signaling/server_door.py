"""The door of the server: a challenge, a signed first message, and no hurry for who has none."""

import asyncio
import secrets
import time

from signaling.connection import Connection
from signaling.identity import TrustError, check_signature, login_bytes, to_text
from signaling.limits import FIRST_MESSAGE_S, FailedLogins
from signaling.messages import (
    PROTOCOL,
    Challenge,
    Decoder,
    Login,
    Message,
    MessageError,
    ToServer,
)
from signaling.messages_helpdesk import ToHelpdesk
from signaling.messages_pairing import PairClaim, PairEnd, PairOpen, ToPairing
from signaling.messages_seat import Knocking
from signaling.metrics import ServerMetrics
from signaling.pairing_proofs import check_proof
from signaling.refusals import RefusedError

_MOST_WAITING = 64
"""Refusals that are held back at the same time; beyond it a socket is worth more than a delay."""

First = Login | PairOpen | PairClaim | PairEnd
"""What a device may begin with; each names its key and is signed over the challenge."""


class Door:
    """One for all sockets of a process."""

    def __init__(self, failures: FailedLogins, metrics: ServerMetrics) -> None:
        self._failures, self._metrics = failures, metrics
        self._decode = Decoder(ToServer | ToPairing | ToHelpdesk | Knocking)
        self._waiting = 0

    async def challenge(self, connection: Connection, address: str) -> First | None:
        """A first message whose signature holds; None when the socket is over.

        Raises RefusedError.
        """
        nonce = to_text(secrets.token_bytes(32))
        connection.send(Challenge(v=PROTOCOL, nonce=nonce))
        try:
            async with asyncio.timeout(FIRST_MESSAGE_S):
                first = await self.next(connection)
        except TimeoutError:
            raise RefusedError("silence") from None
        if first is None:
            return None
        if not isinstance(first, First):
            raise RefusedError("login_first")
        if first.v != PROTOCOL:
            raise RefusedError("wrong_version")
        try:
            if isinstance(first, Login):
                signed = login_bytes(nonce, first.key, first.boot)
                check_signature(first.key, signed, first.signature)
            else:
                check_proof(nonce, first)
        except TrustError:
            await self.hold_back(connection, first.key, address, "bad_login")
            return None
        return first

    async def hold_back(self, connection: Connection, key: str, address: str, code: str) -> None:
        """Count the failure, hold the refusal back if there were many. Raises RefusedError."""
        self._metrics.logins.labels(code).inc()
        delay = self._failures.failed(key, address, time.monotonic())
        if delay and self._waiting < _MOST_WAITING:
            self._waiting += 1
            try:
                async with asyncio.timeout(delay):
                    await connection.read_to_end()
                return
            except TimeoutError:
                pass
            finally:
                self._waiting -= 1
        raise RefusedError(code)

    async def next(self, connection: Connection) -> Message | None:
        """The next message; None when the socket is over. Raises RefusedError."""
        text = await connection.receive()
        if text is None:
            return None
        try:
            return self._decode(text)
        except MessageError as error:
            raise RefusedError(error.code) from None
