"""One device's WebSocket at the server: bounded both ways, and sure to end.

Ending takes at most 1 s whatever the other side does: the Problem, a close frame, a moment to read
on (or else the kernel's reset could overtake the Problem), then the transport is aborted.
"""

import asyncio
import struct
from collections.abc import Callable

from aiohttp import WSMessage, WSMsgType, web

from signaling.identity import Pairing
from signaling.limits import SEND_QUEUE, TokenBucket
from signaling.messages import MAX_MESSAGE_BYTES, Message, Problem, encode
from signaling.metrics import ServerMetrics
from signaling.refusals import NORMAL, PROTOCOL_FAULT, REFUSALS, STOPPING, RefusedError

_CLOSE_S = 1.0
"""A device answers a close frame within one round trip; a hung one is not waited for."""

_AT_A_TIME = 8
"""Frames of one device before the others have their turn: a third of a millisecond. Those that
wait in its buffer would else all be worked off at once, up to a whole burst."""

_GONE = (WSMsgType.CLOSED, WSMsgType.CLOSING, WSMsgType.ERROR)
_ABNORMAL = 1006
"""Never on the line (RFC 6455 7.4.1); aiohttp refuses all other such codes itself."""


def new_socket(heartbeat_s: float) -> web.WebSocketResponse:
    """A device's socket, still to be prepared."""
    return web.WebSocketResponse(
        compress=False,  # deflate costs 14 KiB and more a connection, for short messages
        heartbeat=heartbeat_s,
        max_msg_size=2 * MAX_MESSAGE_BYTES,  # what is just too large can still be told
        timeout=_CLOSE_S,
        autoping=False,  # pings count as messages, or they would be a way to flood
        autoclose=False,
    )


class Connection:
    """A `hub.Port`. `write` has to run as a task; `receive` is called by one reader."""

    def __init__(
        self,
        socket: web.WebSocketResponse,
        transport: asyncio.Transport,
        metrics: ServerMetrics,
        clock: Callable[[], float],
        bucket: TokenBucket | None = None,
    ) -> None:
        self._socket = socket
        self._transport = transport
        self._metrics = metrics
        self._clock = clock
        self._bucket = bucket or TokenBucket(clock())
        # Two places more, so that the Problem and the close frame always fit.
        self._queue: asyncio.Queue[tuple[WSMsgType, bytes]] = asyncio.Queue(SEND_QUEUE + 2)
        self._ending = False
        self._in_a_row = 0

    def send(self, message: Message) -> None:
        """Queue a message; a device that does not read is cut."""
        if self._ending:
            return
        if self._queue.qsize() >= SEND_QUEUE:
            self.end("slow_reader")
            return
        self._queue.put_nowait((WSMsgType.TEXT, encode(message).encode()))

    def end(self, code: str, pairing: Pairing | None = None) -> None:
        """Tell the Problem of refusals.REFUSALS, and of which pair it is; then close."""
        refusal = REFUSALS[code]
        assert refusal.close is not None, f"{code} is told only"
        if not self._ending:
            self._metrics.problems.labels(code).inc()
            name, epoch = (pairing.name, pairing.epoch) if pairing else ("", 0)
            problem = Problem(code=code, final=refusal.final, pair=name, epoch=epoch)
            self._close(refusal.close, code, problem)

    def done(self) -> None:
        """Close because all is said."""
        self._close(NORMAL, "", None)

    def stop(self) -> None:
        """Close because the server stops."""
        self._close(STOPPING, "server stops", None)

    def abort(self) -> None:
        """Cut without a word."""
        self._transport.abort()

    async def receive(self) -> str | None:
        """The next text message; None when the socket is over.

        Raises RefusedError: flood, or not_json for a binary message. Pings count as messages.
        """
        while True:
            frame = await self._frame()
            if frame is None:
                return None
            if self._ending:
                continue  # reads on until the other side closes too
            if frame.type is WSMsgType.TEXT:
                text: str = frame.data
                return text
            if frame.type is WSMsgType.BINARY:
                raise RefusedError("not_json")

    async def _frame(self) -> WSMessage | None:
        """The next frame that is not about closing, pings answered. Raises RefusedError(flood)."""
        self._in_a_row += 1
        if self._in_a_row >= _AT_A_TIME:
            self._in_a_row = 0
            await asyncio.sleep(0)
        frame = await self._socket.receive()
        if frame.type in _GONE:
            return None
        if frame.type is WSMsgType.CLOSE:
            self._close(PROTOCOL_FAULT if frame.data == _ABNORMAL else NORMAL, "", None)
            return None
        if not self._bucket.take(self._clock()):
            raise RefusedError("flood")
        if frame.type is WSMsgType.PING and not self._ending:
            await self._socket.pong(frame.data)
        return frame

    async def read_to_end(self) -> None:
        """Discard what comes until the socket is over. Raises RefusedError("flood")."""
        while await self.receive() is not None:
            pass

    async def wait_for_end(self) -> None:
        """Read nothing more, so that a flood costs nothing; its sender has 1 s to read why."""
        self._transport.pause_reading()
        self._forget_unread()
        await asyncio.sleep(_CLOSE_S)

    async def write(self) -> None:
        """Send what is queued, up to and including a close frame."""
        try:
            while True:
                kind, data = await self._queue.get()
                await self._socket.send_frame(data, kind)
                if kind is WSMsgType.CLOSE:
                    return
        except ConnectionError:
            self._transport.abort()

    async def finish(self, writer: asyncio.Task[None]) -> None:
        """Let the last words out and the transport go; at most 1 s."""
        if not self._ending:
            writer.cancel()  # the other side vanished: there is nobody to tell
        await asyncio.wait({writer})
        self._transport.close()
        self._forget_unread()

    def _forget_unread(self) -> None:
        """A thousand messages of each flooder would else be garbage, and looking through it holds
        every device up for a tenth of a second. (Where aiohttp has them is its own business.)"""
        if (unread := getattr(getattr(self._socket, "_reader", None), "_buffer", None)) is not None:
            unread.clear()

    def _close(self, code: int, reason: str, problem: Problem | None) -> None:
        if self._ending:
            return
        self._ending = True
        if problem is not None:
            while not self._queue.empty():  # whoever is refused gets nothing else any more
                self._queue.get_nowait()
            self._queue.put_nowait((WSMsgType.TEXT, encode(problem).encode()))
        self._queue.put_nowait((WSMsgType.CLOSE, struct.pack("!H", code) + reason.encode()))
        asyncio.get_running_loop().call_later(_CLOSE_S, self._transport.abort)
