"""A real server in this process, and devices that speak to it frame by frame."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import TypeVar

import aiohttp
from aiohttp import web

from signaling.doorstep import Doorstep
from signaling.identity import DeviceKey, Pairing, login_bytes, new_nonce
from signaling.known_units import KnownUnits
from signaling.limits import FailedLogins
from signaling.listener import listeners
from signaling.messages import (
    PROTOCOL,
    Answer,
    Candidate,
    Challenge,
    Decoder,
    FromServer,
    IceCandidate,
    Join,
    Login,
    Message,
    Offer,
    Peer,
    Problem,
    Ready,
    Sealed,
    Welcome,
    encode,
)
from signaling.messages_agenda import Agenda
from signaling.messages_helpdesk import FromHelpdesk
from signaling.messages_pairing import FromPairing
from signaling.refusals import REFUSALS
from signaling.relays import RelayPolicy
from signaling.server import Server
from signaling.server_app import application
from signaling.store import Store

SOON_S = 5.0
M = TypeVar("M", bound=Message)
BOOT = "boot-boot-boot-boot"
_decode = Decoder(FromServer | FromPairing | FromHelpdesk | Agenda)


async def until(condition: Callable[[], bool], within_s: float = SOON_S) -> None:
    """Wait for a condition; the only place of these tests that looks again and again."""
    async with asyncio.timeout(within_s):
        while not condition():
            await asyncio.sleep(0.005)


class Pair:
    """The keys of a unit and a laptop that belong together."""

    def __init__(self) -> None:
        self.unit = DeviceKey.make()
        self.laptop = DeviceKey.make()
        self.pairing = Pairing(unit_key=self.unit.public, laptop_key=self.laptop.public)

    async def add_to(self, store: Store) -> "Pair":
        await store.add_pair(self.unit.public, self.laptop.public)
        return self


class Running:
    """A server on a free port."""

    def __init__(self, server: Server, store: Store, port: int) -> None:
        self.server = server
        self.store = store
        self.port = port
        self.url = f"ws://127.0.0.1:{port}/ws"

    def metric(self, name: str) -> float:
        for line in self.server.metrics.render().decode().splitlines():
            if line.startswith(name + " "):
                return float(line.rsplit(" ", 1)[1])
        return 0.0


@contextlib.asynccontextmanager
async def serving(
    store: Store | None = None,
    failures: FailedLogins | None = None,
    heartbeat_s: float = 5.0,
    *,
    port: int = 0,
    relays: RelayPolicy | None = None,
    units: KnownUnits | None = None,
    doorstep: Doorstep | None = None,
) -> AsyncIterator[Running]:
    own = store is None
    store = store or await Store.open("sqlite+aiosqlite://")
    came_in = (lambda _: None) if doorstep is None else doorstep.leave
    server = Server(store, heartbeat_s, failures, relays, units, came_in=came_in)
    runner = web.AppRunner(
        application(server, store, doorstep), access_log=None, shutdown_timeout=1
    )
    await runner.setup()
    if doorstep is None:
        await web.TCPSite(runner, "127.0.0.1", port).start()
    else:
        await web.SockSite(runner, *listeners("127.0.0.1", port, doorstep)).start()
    watcher = asyncio.create_task(server.watch())
    try:
        yield Running(server, store, runner.addresses[0][1])
    finally:
        watcher.cancel()
        await server.stop(2.0)
        await runner.cleanup()
        if own:
            await store.close()


class Device:
    """A bare WebSocket with just enough manners to log in."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket

    async def send(self, message: Message | str | bytes) -> None:
        if isinstance(message, bytes):
            await self.socket.send_bytes(message)
        else:
            await self.socket.send_str(message if isinstance(message, str) else encode(message))

    async def next(self) -> Message:
        frame = await self.socket.receive(timeout=SOON_S)
        assert frame.type is aiohttp.WSMsgType.TEXT, frame
        return _decode(frame.data)

    async def expect(self, kind: type[M]) -> M:
        """The next message of this type; presence in between is passed over."""
        while not isinstance(message := await self.next(), kind):
            assert isinstance(message, Peer), message
        return message

    async def ended(self) -> tuple[str, bool, int | None]:
        """The Problem that ends the socket, and its close code; other messages are passed over."""
        problem = ("", False)
        while True:
            frame = await self.socket.receive(timeout=SOON_S)
            if frame.type is not aiohttp.WSMsgType.TEXT:
                return *problem, self.socket.close_code
            message = _decode(frame.data)
            if isinstance(message, Problem):
                problem = message.code, message.final

    async def log_in(self, own: DeviceKey, boot: str = BOOT, **changes: object) -> None:
        """`changes` are fields of the Login that lie."""
        challenge = await self.next()
        assert isinstance(challenge, Challenge)
        fields = {
            "v": PROTOCOL,
            "key": own.public,
            "boot": boot,
            "signature": own.sign(login_bytes(challenge.nonce, own.public, boot)),
        }
        await self.send(Login(**(fields | changes)))  # type: ignore[arg-type]

    async def welcome(self) -> Welcome:
        message = await self.next()
        assert isinstance(message, Welcome), message
        return message


class Devices:
    """Opens devices at a server; all are closed at the end."""

    def __init__(self, running: Running, session: aiohttp.ClientSession) -> None:
        self._running = running
        self._session = session
        self._kept: list[Device] = []  # aiohttp closes what nobody holds

    async def stranger(self, autoping: bool = True) -> Device:
        socket = await self._session.ws_connect(self._running.url, autoping=autoping)
        self._kept.append(Device(socket))
        return self._kept[-1]

    async def device(self, key: DeviceKey, boot: str = BOOT) -> Device:
        device = await self.stranger()
        await device.log_in(key, boot)
        await device.welcome()
        return device

    async def both(self, pair: Pair) -> tuple[Device, Device]:
        """Unit and laptop, each knowing that the other is there."""
        unit = await self.device(pair.unit)
        laptop = await self.device(pair.laptop)
        assert not (await unit.expect(Peer)).online
        assert (await unit.expect(Peer)).online
        assert (await laptop.expect(Peer)).online
        return unit, laptop


@contextlib.asynccontextmanager
async def devices(running: Running) -> AsyncIterator[Devices]:
    connector = aiohttp.TCPConnector(limit=0)  # a race needs more than the 100 of its default
    async with aiohttp.ClientSession(connector=connector) as session:
        yield Devices(running, session)


SEALED = Sealed(body='{"not": "looked into"}', signature="s" * 86)
CANDIDATE = Candidate(ice=IceCandidate(candidate="candidate:1 1 udp 1 192.0.2.1 9 typ host"))


def refusal(code: str) -> tuple[str, bool, int | None]:
    return code, REFUSALS[code].final, REFUSALS[code].close


async def meet(unit: Device, laptop: Device) -> None:
    """From Join to Answer."""
    join = Join(nonce=new_nonce())
    await laptop.send(join)
    assert await unit.expect(Join) == join
    ready = Ready(nonce=new_nonce(), answers=join.nonce)
    await unit.send(ready)
    assert await laptop.expect(Ready) == ready
    await laptop.send(Offer(sealed=SEALED))
    assert (await unit.expect(Offer)).sealed == SEALED
    await laptop.send(CANDIDATE)
    assert await unit.expect(Candidate) == CANDIDATE
    await unit.send(Answer(sealed=SEALED))
    assert (await laptop.expect(Answer)).sealed == SEALED


class BrokenStore(Store):
    """A store whose every answer is this error."""

    error: Exception

    async def pair_of(self, key: str):  # type: ignore[no-untyped-def]
        raise self.error

    async def check(self) -> None:
        raise self.error
