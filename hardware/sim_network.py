"""Doors of simulated cameras that are reached over a socket, on loopback."""

from __future__ import annotations

import random
import socket
import time
from contextlib import suppress
from pathlib import Path

from hardware.sim_door import Head, Note
from hardware.sim_onvif import SimOnvif
from hardware.sony_header import (
    BAD_NUMBER,
    RESET,
    RESET_DONE,
    Message,
    Payload,
    SonyHeaderError,
    decode,
    encode,
)
from hardware.visca_reply import Ack, Completion, decode_reply

MAX_REQUEST = 65_536


class StreamDoor:
    """VISCA over TCP (`tcp://`), or the calls of a UVC device over a local socket (a path)."""

    def __init__(self, place: tuple[str, int] | Path, head: Head, note: Note) -> None:
        """Replaces a stale socket; OSError."""
        self._head, self._note = head, note
        if isinstance(place, Path):
            place.unlink(missing_ok=True)
            self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            self._listener.bind(str(place))
            self._listener.listen()
        else:
            self._listener = socket.create_server(place)
        self._listener.setblocking(False)
        self._peer: socket.socket | None = None

    def waits(self) -> list[int]:
        """See Door."""
        return [each.fileno() for each in (self._listener, self._peer) if each]

    def serve(self, ready: list[int], now: float) -> None:
        """See Door."""
        if self._peer and self._peer.fileno() in ready:
            self._read(self._peer, now)
        if self._listener.fileno() in ready:
            with suppress(OSError):
                newest, _ = self._listener.accept()
                self._hang_up()
                newest.setblocking(False)
                self._peer = newest
        self._head.advance(now)
        if (reply := self._head.bytes_to_send(now)) and self._peer:
            with suppress(OSError):
                self._peer.send(reply)

    def _read(self, peer: socket.socket, now: float) -> None:
        try:
            data = peer.recv(4096)
        except OSError:
            data = b""
        if not data:
            self._hang_up()
            return
        self._note(data)
        self._head.receive(data, now)

    def _hang_up(self) -> None:
        if self._peer:
            self._peer.close()
            self._peer = None

    def next_timeout(self) -> float | None:
        """See Door."""
        return self._head.next_timeout()

    def close(self) -> None:
        """See Door."""
        self._hang_up()
        if self._listener.family == socket.AF_UNIX:
            Path(self._listener.getsockname()).unlink(missing_ok=True)
        self._listener.close()


class UdpDoor:
    """VISCA over UDP, raw or with Sony's header; `lost` is the share of lost datagrams."""

    def __init__(
        self, place: tuple[str, int], head: Head, note: Note, *, sony: bool, lost: float = 0
    ) -> None:
        """OSError."""
        self._head, self._note, self._sony = head, note, sony
        self.lost = lost
        self._chance = random.Random(1)  # noqa: S311  the same loss in every run
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind(place)
        self._socket.setblocking(False)
        self._peer: tuple[str, int] | None = None
        self._number = 0
        self._said: dict[int, list[bytes]] = {}
        self._sockets: dict[int, int] = {}

    def waits(self) -> list[int]:
        """See Door."""
        return [self._socket.fileno()]

    def serve(self, ready: list[int], now: float) -> None:
        """See Door."""
        if self._socket.fileno() in ready:
            with suppress(OSError):
                data, self._peer = self._socket.recvfrom(2048)
                if self._chance.random() >= self.lost:
                    self._note(data)
                    self._receive(data, now)
        self._head.advance(now)
        if reply := self._head.bytes_to_send(now):
            for packet in reply.split(b"\xff")[:-1]:
                self._reply(packet + b"\xff")

    def _receive(self, data: bytes, now: float) -> None:
        if not self._sony:
            self._head.receive(data, now)
            return
        try:
            message = decode(data)
        except SonyHeaderError:
            return
        if message.kind == Payload.CONTROL:
            if message.payload == RESET:
                self._number = 0
                self._said.clear()
                self._send(encode(Message(Payload.CONTROL_REPLY, message.number, RESET_DONE)))
        elif message.number in self._said:  # said twice: obeyed once, answered again
            for datagram in self._said[message.number]:
                self._send(datagram)
        elif message.number <= self._number:
            self._send(encode(Message(Payload.CONTROL_REPLY, message.number, BAD_NUMBER)))
        else:
            self._number = message.number
            self._said[message.number] = []
            self._said.pop(message.number - 8, None)
            self._head.receive(message.payload, now)

    def _reply(self, packet: bytes) -> None:
        if self._sony:
            number = self._number
            match decode_reply(packet):
                case Ack(socket_number):
                    self._sockets[socket_number] = number
                case Completion(socket_number):  # under the number of what it completes
                    number = self._sockets.get(socket_number, number)
            packet = encode(Message(Payload.REPLY, number, packet[-16:]))
            self._said.setdefault(number, []).append(packet)
        self._send(packet)

    def _send(self, datagram: bytes) -> None:
        if self._peer and self._chance.random() >= self.lost:
            with suppress(OSError):
                self._socket.sendto(datagram, self._peer)

    def next_timeout(self) -> float | None:
        """See Door."""
        return self._head.next_timeout()

    def close(self) -> None:
        """See Door."""
        self._socket.close()


class HttpDoor:
    """The web service of a simulated ONVIF camera; `slow_s` delays every answer."""

    def __init__(
        self, place: tuple[str, int], head: SimOnvif, note: Note, *, slow_s: float = 0
    ) -> None:
        """OSError."""
        self._head, self._note, self.slow_s = head, note, slow_s
        self._listener = socket.create_server(place)
        self._listener.setblocking(False)
        self._peers: dict[int, tuple[socket.socket, bytearray]] = {}
        self._late: list[tuple[float, socket.socket, bytes]] = []

    def waits(self) -> list[int]:
        """See Door."""
        return [self._listener.fileno(), *self._peers]

    def serve(self, ready: list[int], now: float) -> None:
        """See Door."""
        for number in [each for each in ready if each in self._peers]:
            self._read(number, now)
        if self._listener.fileno() in ready:
            with suppress(OSError):
                peer, _ = self._listener.accept()
                peer.setblocking(False)
                self._peers[peer.fileno()] = (peer, bytearray())
        self._head.advance(now)
        for due, peer, data in list(self._late):
            if due <= now:
                self._late.remove((due, peer, data))
                with suppress(OSError):
                    peer.send(data)

    def next_timeout(self) -> float | None:
        """When the next answer is due."""
        return min((due for due, _, _ in self._late), default=None)

    def _read(self, number: int, now: float) -> None:
        peer, held = self._peers[number]
        try:
            data = peer.recv(MAX_REQUEST)
        except OSError:
            data = b""
        held += data
        if not data or len(held) > MAX_REQUEST:
            del self._peers[number]
            peer.close()
            return
        head, found, body = bytes(held).partition(b"\r\n\r\n")
        if not found:
            return
        fields = dict(
            (name.lower(), value.strip())
            for name, _, value in (
                line.partition(":") for line in head.decode("latin-1").split("\r\n")
            )
        )
        length = fields.get("content-length", "0")
        if not length.isdigit() or len(body) < int(length):
            return
        held.clear()
        self._note(body)
        path = [*head.split(b" "), b"/"][1].decode("latin-1")
        status, reply = self._head.answer(
            path, body, fields.get("host", "localhost"), now, time.time()
        )
        if not self._head.mute:
            text = f"HTTP/1.1 {status} x\r\nContent-Type: application/soap+xml\r\n"
            text += f"Content-Length: {len(reply)}\r\n\r\n"
            self._late.append((now + self.slow_s, peer, text.encode() + reply))

    def close(self) -> None:
        """See Door."""
        self._listener.close()
        for peer, _ in self._peers.values():
            peer.close()
