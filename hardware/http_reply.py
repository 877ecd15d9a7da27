"""HTTP/1.1 as a small camera speaks it: one POST, one bounded reply. Pure.

Source: RFC 9112. What is not needed (continuation lines, trailers, upgrades) is refused.
"""

from __future__ import annotations

MAX_HEAD, MAX_BODY = 16_384, 262_144  # a list of twenty media profiles has about 60 kB


class HttpError(ValueError):
    """This is no reply that we can read."""


def post(host: str, path: str, body: bytes, kind: str) -> bytes:
    """A request; host as in the URL, path from the root."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: {kind}\r\n"
        f"Content-Length: {len(body)}\r\nConnection: keep-alive\r\n\r\n"
    )
    return head.encode("ascii") + body


class ReplyReader:
    """Feed it what arrives until `whole`."""

    def __init__(self) -> None:
        self._data = bytearray()
        self._head: int | None = None
        self._length: int | None = None
        self._chunked = False
        self.status = 0
        self.body = b""
        self.whole = False
        self.keeps = False
        """Whether the connection may be used again."""

    @property
    def begun(self) -> bool:
        """Whether anything came at all."""
        return bool(self._data)

    def feed(self, data: bytes) -> None:
        """More bytes; HttpError."""
        self._data += data
        if self._head is None:
            end = self._data.find(b"\r\n\r\n")
            if end < 0:
                if len(self._data) > MAX_HEAD:
                    raise HttpError("a head without end")
                return
            self._read_head(bytes(self._data[:end]))
            self._head = end + 4
        if len(self._data) - self._head > MAX_BODY:
            raise HttpError("a body too large")
        if self._chunked:
            self._read_chunks()
        elif self._length is not None and len(self._data) - self._head >= self._length:
            self._done(bytes(self._data[self._head : self._head + self._length]))

    def ended(self) -> None:
        """The camera closed the connection; HttpError if that cut the reply."""
        if self.whole:
            return
        if self._head is None or self._chunked or self._length is not None:
            raise HttpError("a reply that was cut off")
        self.keeps = False
        self._done(bytes(self._data[self._head :]))

    def _done(self, body: bytes) -> None:
        self.body, self.whole = body, True

    def _read_head(self, head: bytes) -> None:
        first, *lines = head.split(b"\r\n")
        words = first.split(b" ", 2)
        if len(words) < 2 or not words[0].startswith(b"HTTP/1.") or not words[1].isdigit():
            raise HttpError("no HTTP reply")
        self.status = int(words[1][:3])
        fields = {}
        for line in lines:
            name, colon, value = line.partition(b":")
            if not colon:
                raise HttpError("a strange header")
            fields[name.strip().lower()] = value.strip().lower()
        self.keeps = words[0] != b"HTTP/1.0" and fields.get(b"connection") != b"close"
        self._chunked = fields.get(b"transfer-encoding") == b"chunked"
        length = fields.get(b"content-length")
        if length is not None:
            if not length.isdigit() or len(length) > 9 or int(length) > MAX_BODY:
                raise HttpError("a strange length")
            self._length = int(length)

    def _read_chunks(self) -> None:
        assert self._head is not None
        at, body = self._head, bytearray()
        while True:
            line_end = self._data.find(b"\r\n", at)
            if line_end < 0:
                if len(self._data) - at > 100:
                    raise HttpError("a strange chunk")
                return
            size_text = bytes(self._data[at:line_end]).split(b";")[0].strip()
            try:
                size = int(size_text, 16)
            except ValueError:
                raise HttpError("a strange chunk") from None
            if not 0 <= size <= MAX_BODY:
                raise HttpError("a strange chunk")
            at = line_end + 2
            if size == 0:
                if len(self._data) >= at + 2:
                    self._done(bytes(body))
                return
            if len(self._data) < at + size + 2:
                return
            body += self._data[at : at + size]
            at += size + 2
