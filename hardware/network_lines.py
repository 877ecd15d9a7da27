"""VISCA over the network as lines: TCP, UDP, and UDP with Sony's header.

Only the configured host is spoken to: every socket is connected, so the kernel drops datagrams of
others. Nothing of an address is in an error, as errors are logged.
"""

from __future__ import annotations

import os
import socket
import time
from contextlib import suppress

from hardware.sony_link import SonyLink

CONNECT_S = 2.0
UNSENT_S = 1.5  # what the network did not take by then is dropped, not delivered to a later lesson
RENEW_S = 3.0  # after so much silence a new socket: the old one may be bound to a lost network
_MAX_DATAGRAM = 2048


def connect(host: str, port: int) -> socket.socket:
    """A TCP connection that does not wait; OSError, within about 2 s for each address."""
    try:
        made = socket.create_connection((host, port), CONNECT_S)
    except TimeoutError as error:
        raise OSError("nobody answers at the camera's address") from error
    except socket.gaierror as error:
        raise OSError("the camera's name is not known in this network") from error
    except OSError as error:
        raise OSError(f"the camera's address: {error.strerror or 'not reachable'}") from error
    tune(made)
    return made


def tune(made: socket.socket) -> None:
    """What every TCP socket to a camera is: quick, never waiting, and soon tired."""
    made.setblocking(False)
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, round(UNSENT_S * 1000))


class TcpLine:
    """See `hardware.camera_line.Line`."""

    writing = False

    def __init__(self, host: str, port: int) -> None:
        """OSError if nobody is there."""
        self._socket = connect(host, port)

    def fileno(self) -> int:
        """See Line."""
        return self._socket.fileno()

    def write(self, data: bytes, now: float) -> int:
        """See Line."""
        return self._socket.send(data)

    def read(self, now: float) -> bytes:
        """See Line."""
        try:
            data = self._socket.recv(4096)
        except BlockingIOError:
            return b""
        if not data:
            raise OSError("the camera ended the connection")
        return data

    def wake_at(self) -> float | None:
        """Never."""
        return None

    def timeout(self, now: float) -> None:
        """Nothing to do."""

    def close(self) -> None:
        """A last Stop that waits is still sent by the kernel, for at most 1.5 s."""
        self._socket.close()


class UdpLine:
    """See `hardware.camera_line.Line`: one VISCA packet a datagram."""

    writing = False

    def __init__(self, host: str, port: int) -> None:
        """OSError if the name is unknown."""
        self._address = (host, port)
        self._heard = time.monotonic()
        self._socket = self._connect()

    def _connect(self) -> socket.socket:
        try:
            family, kind, protocol, _, address = socket.getaddrinfo(
                *self._address, type=socket.SOCK_DGRAM
            )[0]
        except socket.gaierror as error:
            raise OSError("the camera's name is not known in this network") from error
        made = socket.socket(family, kind, protocol)
        try:
            made.setblocking(False)
            made.connect(address)
        except OSError as error:
            made.close()
            raise OSError("there is no way to the camera's address") from error
        self._address = (str(address[0]), self._address[1])  # renewing asks no name server
        return made

    def fileno(self) -> int:
        """See Line."""
        return self._socket.fileno()

    def write(self, data: bytes, now: float) -> int:
        """See Line."""
        if now - self._heard > RENEW_S:
            self._socket.close()
            self._heard = now
            self._socket = self._connect()
            self._renewed(now)
        for packet in data.split(b"\xff")[:-1]:
            self._send(packet + b"\xff", now)
        return len(data)

    def read(self, now: float) -> bytes:
        """See Line."""
        try:
            data = self._socket.recv(_MAX_DATAGRAM)
        except (BlockingIOError, ConnectionRefusedError):  # refused: the engine calls it silent
            return b""
        self._heard = now
        return self._receive(data, now)

    def wake_at(self) -> float | None:
        """Never."""
        return None

    def timeout(self, now: float) -> None:
        """Nothing to do."""

    def close(self) -> None:
        """See Line."""
        self._socket.close()

    def _renewed(self, now: float) -> None:
        """The socket is a new one."""

    def _send(self, packet: bytes, now: float) -> None:
        self._put(packet)

    def _receive(self, data: bytes, now: float) -> bytes:
        return data

    def _put(self, datagram: bytes) -> None:
        with suppress(BlockingIOError, ConnectionRefusedError):
            os.write(self._socket.fileno(), datagram)


class SonyLine(UdpLine):
    """See `hardware.camera_line.Line`: Sony's header, numbers and repetition."""

    def __init__(self, host: str, port: int) -> None:
        """OSError if the name is unknown."""
        super().__init__(host, port)
        self._link = SonyLink(time.monotonic())

    def wake_at(self) -> float | None:
        """See Line."""
        return self._link.wake_at()

    def timeout(self, now: float) -> None:
        """See Line."""
        self._link.timeout(now)
        self._flush()

    def _renewed(self, now: float) -> None:
        self._link = SonyLink(now)

    def _send(self, packet: bytes, now: float) -> None:
        self._link.send(packet, now)
        self._flush()

    def _receive(self, data: bytes, now: float) -> bytes:
        reply = self._link.receive(data, now)
        self._flush()
        return reply

    def _flush(self) -> None:
        for datagram in self._link.datagrams():
            self._put(datagram)
