"""One buddy's phone on its line: how fast it may speak, and the last word it was told."""

import asyncio
import time

from aiohttp import WSCloseCode, web

from signaling import messages as m
from signaling.limits import TokenBucket
from signaling.messages_buddy import BuddyBye, BuddyEnd, BuddyNews

_MESSAGES_PER_S, _BURST = 1.0, 5  # a phone says hello, and once in a while "ik zeg het"
_CLOSE_S = 1.0


class Phone:
    """A socket on which a phone is, or is yet to say who it is."""

    def __init__(self, socket: web.WebSocketResponse) -> None:
        self.socket = socket
        self.pace = TokenBucket(time.monotonic(), _MESSAGES_PER_S, _BURST)
        self._last: m.Message | None = None
        self._news = asyncio.Event()

    def say(self, message: BuddyNews | BuddyBye) -> None:
        """Only the last word counts: a phone that reads slowly piles nothing up."""
        self._last = message
        self._news.set()

    async def write(self) -> None:
        """Sends what is said until the goodbye, or until the line breaks."""
        try:
            while True:
                await self._news.wait()
                self._news.clear()
                assert self._last is not None
                await self.socket.send_str(m.encode(self._last))
                if isinstance(self._last, BuddyBye):
                    await self.socket.close()
                    return
        except (ConnectionError, RuntimeError):
            return

    async def refuse(self, code: BuddyEnd) -> None:
        """Say why, and close; whatever the other side does, it takes a second at most."""
        try:
            async with asyncio.timeout(_CLOSE_S):
                await self.socket.send_str(m.encode(BuddyBye(code=code)))
                await self.socket.close(code=WSCloseCode.POLICY_VIOLATION)
        except (TimeoutError, ConnectionError, RuntimeError):
            pass
