"""Delivery over UDP as Sony has it: numbers, repetition, and starting over. Pure.

Only the newest packet is repeated: a drive that was lost and comes after its Stop would turn the
head with nobody's hand on it.
"""

from __future__ import annotations

import math
from collections import deque

from hardware.sony_header import (
    MAX_NUMBER,
    RESET,
    RESET_DONE,
    Message,
    Payload,
    SonyHeaderError,
    decode,
    encode,
    kind_of,
)

RESEND_S = 0.1  # an answer takes 20–40 ms; the engine gives up on a packet after 250 ms
TRIES = 2
HELD = 8  # packets kept while the number is being reset


class SonyLink:
    """VISCA packets in, datagrams out, and back."""

    def __init__(self, now: float) -> None:
        """Begins with a RESET."""
        self._outgoing: list[bytes] = []
        self._heard: deque[tuple[int, bytes]] = deque(maxlen=32)
        self._held: deque[bytes] = deque(maxlen=HELD)
        self._reset(now)

    def _reset(self, now: float) -> None:
        self._number = 0
        self._resetting = True
        self._heard.clear()
        self._send(Message(Payload.CONTROL, 0, RESET), now)

    def send(self, packet: bytes, now: float) -> None:
        """A whole VISCA packet."""
        if self._resetting:
            self._held.append(packet)
            return
        self._number = self._number % MAX_NUMBER + 1
        self._send(Message(kind_of(packet), self._number, packet), now)

    def receive(self, data: bytes, now: float) -> bytes:
        """A datagram → the VISCA reply in it, b"" if there is none for the engine."""
        try:
            message = decode(data)
        except SonyHeaderError:
            return data[:15] + b"\xff"  # so that the engine sees rubbish, and can say so
        if message.kind == Payload.CONTROL_REPLY:
            if not self._resetting and message.payload != RESET_DONE:
                self._reset(now)  # the camera minds our numbers: begin again
            elif self._resetting and message.payload == RESET_DONE:
                self._begin(now)
            return b""
        if message.kind != Payload.REPLY:
            return b""
        if message.number == self._number:
            self._again_at = math.inf
        told = (message.number, message.payload)
        if told in self._heard:  # the answer to what we said twice
            return b""
        self._heard.append(told)
        return message.payload

    def timeout(self, now: float) -> None:
        """Call at or after `wake_at`."""
        if now < self._again_at:
            return
        if self._tries < TRIES:
            self._tries += 1
            self._again_at = now + RESEND_S
            self._outgoing.append(self._last)
        else:
            self._again_at = math.inf
            if self._resetting:  # a camera that knows no RESET
                self._begin(now)

    def wake_at(self) -> float | None:
        """When `timeout` has something to do."""
        return None if math.isinf(self._again_at) else self._again_at

    def datagrams(self) -> list[bytes]:
        """What must be sent now."""
        out, self._outgoing = self._outgoing, []
        return out

    def _begin(self, now: float) -> None:
        self._resetting = False
        while self._held:
            self.send(self._held.popleft(), now)

    def _send(self, message: Message, now: float) -> None:
        self._last = encode(message)
        self._tries = 1
        self._again_at = now + RESEND_S
        self._outgoing.append(self._last)
