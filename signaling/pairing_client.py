"""A device's socket in a pairing: carries a ceremony's messages to the server and back.

A socket of its own, because a device that is in no pair is not let in otherwise.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable

import structlog
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidProxy

from config.settings import Link
from signaling.client import NEXT_ADDRESS_S, check_proxy, check_url, tls_context
from signaling.identity import DeviceKey, Pairing
from signaling.messages import (
    MAX_MESSAGE_BYTES,
    PROTOCOL,
    Challenge,
    Decoder,
    Message,
    MessageError,
    Problem,
    encode,
)
from signaling.messages_pairing import (
    FromPairing,
    PairCancel,
    PairConfirm,
    PairEnded,
    PairHello,
    PairOpened,
    PairReply,
    PairReveal,
)
from signaling.pairing import (
    Ceremony,
    LaptopCeremony,
    PairingError,
    UnitCeremony,
)
from signaling.pairing_proofs import end_pair

_OPEN_S = 5.0
_PING_S = 5.0
_CLOSE_S = 1.0
_TICK_S = 0.5
_AWAY = (OSError, InvalidHandshake, InvalidProxy, ConnectionClosed)  # a TimeoutError is an OSError

_log = structlog.get_logger("signaling.pairing_client")


class PairingRun:
    """One ceremony from its first message to its end."""

    def __init__(self, link: Link, ceremony: Ceremony, on_change: Callable[[], None]) -> None:
        """`on_change` is called after every step, in the event loop."""
        self._link, self.ceremony, self._on_change = link, ceremony, on_change
        self._socket: _Socket | None = None
        self._said: asyncio.Queue[bool] = asyncio.Queue()

    async def run(self) -> Pairing:
        """Whom to pin. Raises PairingError; the ceremony's state is then `failed`. LinkError."""
        ceremony = self.ceremony
        try:
            async with _open(self._link) as (socket, challenge):
                await socket.send(_first(ceremony, challenge))
                await self._talk(socket)
        except PairingError:
            raise
        except MessageError:
            raise ceremony.fail("unverified") from None
        except _AWAY:
            raise ceremony.fail("server_away") from None
        finally:
            if not ceremony.over:  # cancelled
                ceremony.fail("stopped")
            self._on_change()
        assert ceremony.pairing is not None
        return ceremony.pairing

    def say(self, same: bool) -> None:
        """Somebody compared the words; too early or too late changes nothing."""
        if self.ceremony.state == "comparing" and self._said.empty():
            self._said.put_nowait(same)

    async def _talk(self, socket: "_Socket") -> None:
        """Until the ceremony is done. Raises PairingError, and what the socket raises."""
        ceremony = self.ceremony
        reading = asyncio.ensure_future(socket.next())
        saying = asyncio.ensure_future(self._said.get())
        try:
            while not ceremony.over:
                await asyncio.wait(
                    {reading, saying}, timeout=_TICK_S, return_when=asyncio.FIRST_COMPLETED
                )
                ceremony.tick(time.monotonic())
                if saying.done():
                    same = saying.result()
                    saying = asyncio.ensure_future(self._said.get())
                    await socket.send(ceremony.say(same, time.monotonic()))
                    self._on_change()
                if reading.done():
                    answer = _step(ceremony, reading.result())
                    reading = asyncio.ensure_future(socket.next())
                    if answer is not None:
                        await socket.send(answer)
                    self._on_change()
        except PairingError:
            await socket.send(PairCancel())
            raise
        finally:
            for task in (reading, saying):
                task.cancel()
            await asyncio.gather(reading, saying, return_exceptions=True)


async def tell_unpaired(link: Link, key: DeviceKey, pairing: Pairing) -> bool:
    """Let the server end this pair; False when it could not be told now. Raises LinkError."""
    try:
        async with asyncio.timeout(2 * _OPEN_S), _open(link) as (socket, challenge):
            await socket.send(end_pair(key, challenge, pairing))
            return isinstance(await socket.next(), PairEnded)
    except (PairingError, MessageError, *_AWAY):
        return False


def _first(ceremony: Ceremony, challenge: str) -> Message:
    if isinstance(ceremony, UnitCeremony):
        return ceremony.open(challenge)
    assert isinstance(ceremony, LaptopCeremony)
    return ceremony.claim(challenge)


def _step(ceremony: Ceremony, message: Message) -> Message | None:
    """What a message of the server leads to. Raises PairingError."""
    now = time.monotonic()
    match ceremony, message:
        case _, Problem():
            raise ceremony.fail(message.code)
        case _, PairConfirm():
            ceremony.confirm(message, now)
        case UnitCeremony(), PairOpened():
            ceremony.opened(now)
        case UnitCeremony(), PairHello():
            return ceremony.hello(message, now)
        case UnitCeremony(), PairReveal():
            ceremony.reveal(message, now)
        case LaptopCeremony(), PairReply():
            return ceremony.reply(message, now)
        case _:
            raise ceremony.fail("wrong_order")
    return None


class _Socket:
    """Messages instead of frames."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._decode = Decoder(FromPairing)

    async def send(self, message: Message) -> None:
        """On a socket that is over nothing happens: the reader hears why it is."""
        with contextlib.suppress(ConnectionClosed):
            await self._socket.send(encode(message))

    async def next(self) -> Message:
        """Raises MessageError, ConnectionClosed."""
        return self._decode(await self._socket.recv())


@contextlib.asynccontextmanager
async def _open(link: Link) -> AsyncIterator[tuple[_Socket, str]]:
    """A socket, and the server's challenge on it. Raises PairingError and what sockets raise."""
    loopback = check_url(link.server_url)
    proxy = check_proxy(link.http_proxy)
    tls = tls_context(link.server_url, link.ca_file)
    async with asyncio.timeout(_OPEN_S):
        raw = await connect(
            link.server_url,
            ssl=tls,
            proxy=None if loopback else proxy or True,
            happy_eyeballs_delay=NEXT_ADDRESS_S,
            compression=None,
            open_timeout=None,
            close_timeout=_CLOSE_S,
            ping_interval=_PING_S,
            ping_timeout=_PING_S,
            max_size=MAX_MESSAGE_BYTES,
        )
    try:
        socket = _Socket(raw)
        async with asyncio.timeout(_OPEN_S):
            challenge = await socket.next()
        if not isinstance(challenge, Challenge):
            raise PairingError("server_away")
        if challenge.v != PROTOCOL:
            raise PairingError("wrong_version")
        yield socket, challenge.nonce
    finally:
        await raw.close()
