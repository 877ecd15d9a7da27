"""Requests to one camera's web service as a line: one at a time, and a newer one cuts in.

The engine writes `PATH LF BODY` and reads `STATUS LF BODY`. A request that is written while
another waits for its reply ends that one's connection: Stop does not queue behind a slow camera.
"""

from __future__ import annotations

import errno
import os
import socket
import struct
from contextlib import suppress

from hardware.http_reply import HttpError, ReplyReader, post
from hardware.network_lines import connect, tune

_PENDING = (errno.EINPROGRESS, errno.EWOULDBLOCK)


class HttpLine:
    """See `hardware.camera_line.Line`."""

    def __init__(self, host: str, port: int, kind: str) -> None:
        """`kind` is the content type; OSError if nobody is there."""
        self._socket = connect(host, port)
        self._peer = self._socket.getpeername()  # asked once: no name server between two requests
        self._host = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        self._kind = kind
        self._request = self._unsent = b""
        self._reader: ReplyReader | None = None
        self._fresh = True  # nothing was said on this connection yet

    @property
    def writing(self) -> bool:
        """See Line."""
        return bool(self._unsent)

    def fileno(self) -> int:
        """See Line."""
        return self._socket.fileno()

    def write(self, data: bytes, now: float) -> int:
        """See Line; whole requests only."""
        if data:
            path, _, body = data.partition(b"\n")
            if self._reader is not None:
                self._reconnect()
            self._request = post(self._host, path.decode("ascii"), body, self._kind)
            self._unsent, self._reader = self._request, ReplyReader()
        self._flush()
        return len(data)

    def read(self, now: float) -> bytes:
        """See Line; an unreadable reply is status 0."""
        try:
            data = self._socket.recv(65_536)
        except BlockingIOError:
            return b""
        except ConnectionError:
            data = b""
        reader = self._reader
        if reader is None:  # the camera closed a connection that it had kept, or talks unasked
            self._reconnect()
            return b""
        if not data and not reader.begun:
            if self._fresh:
                raise OSError("the camera hangs up without an answer")
            self._again()  # it closed just before we spoke
            return b""
        try:
            if data:
                reader.feed(data)
            else:
                reader.ended()
        except HttpError as error:
            self._reader = None
            self._reconnect()
            return f"0\n{error}".encode()
        if not reader.whole:
            return b""
        self._reader, self._fresh = None, False
        if not reader.keeps:
            self._reconnect()
        return f"{reader.status}\n".encode() + reader.body

    def wake_at(self) -> float | None:
        """Never: the engine says when a reply is late."""
        return None

    def timeout(self, now: float) -> None:
        """Nothing to do."""

    def close(self) -> None:
        """See Line."""
        self._socket.close()

    def _again(self) -> None:
        self._reconnect()
        self._unsent, self._reader = self._request, ReplyReader()
        self._flush()

    def _reconnect(self) -> None:
        if self._reader is not None:  # cut: what the network still has of it must not arrive late
            at_once = struct.pack("ii", 1, 0)
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
        self._socket.close()
        self._socket = socket.socket(socket.AF_INET6 if len(self._peer) == 4 else socket.AF_INET)
        tune(self._socket)
        self._fresh, self._unsent, self._reader = True, b"", None
        code = self._socket.connect_ex(self._peer)
        if code not in (0, *_PENDING):
            raise OSError(code, os.strerror(code))

    def _flush(self) -> None:
        if not self._unsent:
            return
        with suppress(BlockingIOError):
            sent = os.write(self._socket.fileno(), self._unsent)
            self._unsent = self._unsent[sent:]
