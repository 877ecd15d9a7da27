"""A hostile server: it stands between both devices and the real one, and may do as it likes.

Logins, presence and relays are the real server's. What the two devices tell each other never gets
there: this server hands it over itself, as the `Kind` says that it plays (hostile_kinds.py).
"""

import asyncio
import contextlib
import threading
from collections.abc import Awaitable, Callable, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field

import aiohttp
from aiohttp import WSMsgType, web

from bench.hostile_peer import ServerPeer
from signaling.identity import other
from signaling.messages import (
    Answer,
    Bye,
    Candidate,
    Decoder,
    FromServer,
    Join,
    Message,
    MessageError,
    Offer,
    Peer,
    Ready,
    Refuse,
    Role,
    ToServer,
    Welcome,
    encode,
)
from signaling.messages_helpdesk import FromHelpdesk, ToHelpdesk
from signaling.messages_seat import Knocking

_HOST = "127.0.0.1"
_START_S = 10.0
_BETWEEN = Join | Ready | Refuse | Offer | Answer | Candidate | Bye
_from_server = Decoder(FromServer | FromHelpdesk | Knocking)
_to_server = Decoder(ToServer | ToHelpdesk | Knocking)

Parcel = tuple[Role, Message | str]
"""Something to deliver, and to whom; a text is not even one of the messages."""


@dataclass
class Scene:
    """What the server has to work with. Messages by their type on the wire, the last of each."""

    peer: ServerPeer
    present: dict[str, Message] = field(default_factory=dict)
    earlier: dict[str, Message] = field(default_factory=dict)
    """Of a whole lesson that is over, its bye included."""
    held: dict[str, Message] = field(default_factory=dict)
    """What this kind withheld."""


Deed = Callable[[Scene, Role, Message], Awaitable[list[Parcel]]]
"""What is delivered in place of this message to this device."""


@dataclass(frozen=True)
class Kind:
    """One way to come between, and the code of the words with which the pupil's page refuses."""

    deed: Deed
    told: str = "unverified"


def tag_of(message: Message) -> str:
    return str(message.__struct_config__.tag)


class HostileServer:
    """In a thread of its own. Honest until told to `play`; `touched` counts what it changed."""

    def __init__(self, port: int, real_port: int) -> None:
        self.url = f"ws://{_HOST}:{port}/ws"
        self.touched = 0
        self._port, self._real = port, f"ws://{_HOST}:{real_port}/ws"
        self._loop = asyncio.new_event_loop()
        self._peer = ServerPeer()
        self._scene = Scene(self._peer)
        self._kind: Kind | None = None
        self._devices: dict[Role, web.WebSocketResponse] = {}
        self._presence: dict[Role, Peer] = {}

    # --- from any thread ------------------------------------------------------------------

    @property
    def frames(self) -> int:
        """Pictures of the class that the server itself got to see."""
        return self._peer.frames

    def play(self, kind: Kind | None) -> None:
        """From now on."""
        self._scene.held.clear()
        self._kind = kind

    def remember(self) -> None:
        """What was said last is from now on an earlier lesson, to be played again."""
        self._scene.earlier = dict(self._scene.present)

    def heard(self, tag: str) -> bool:
        """Whether a message of this type passed since the last `forget`."""
        return tag in self._scene.present

    def forget(self) -> None:
        self._scene.present.clear()

    def inject(self, make: Callable[[Scene], Iterable[Parcel]]) -> None:
        """Say something unasked."""
        self._do(self._deliver(make(self._scene))).result(_START_S)

    def be_truthful(self) -> None:
        """Tell both once more what the real server said last about the other being there."""
        self._do(self._deliver(list(self._presence.items()))).result(_START_S)

    def _do(self, work: Awaitable[None]) -> "Future[None]":
        async def done() -> None:
            await work

        return asyncio.run_coroutine_threadsafe(done(), self._loop)

    # --- in the thread --------------------------------------------------------------------

    async def start(self) -> web.AppRunner:
        app = web.Application()
        app.router.add_get("/ws", self._serve)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await runner.setup()
        await web.TCPSite(runner, _HOST, self._port).start()
        return runner

    async def _serve(self, request: web.Request) -> web.WebSocketResponse:
        device = web.WebSocketResponse(compress=False)
        await device.prepare(request)
        with contextlib.suppress(aiohttp.ClientError):
            async with aiohttp.ClientSession() as session, session.ws_connect(self._real) as server:
                await _first_of(self._down(server, device), self._up(server, device))
        await device.close()
        return device

    async def _down(
        self, server: aiohttp.ClientWebSocketResponse, device: web.WebSocketResponse
    ) -> None:
        role: Role | None = None
        async for frame in server:
            if frame.type is not WSMsgType.TEXT:
                return
            with contextlib.suppress(MessageError):  # pairing is not our subject
                match _from_server(frame.data):
                    case Welcome(role=role):
                        self._devices[role] = device
                    case Peer() as presence if role is not None:
                        self._presence[role] = presence
            await device.send_str(frame.data)

    async def _up(
        self, server: aiohttp.ClientWebSocketResponse, device: web.WebSocketResponse
    ) -> None:
        async for frame in device:
            if frame.type is not WSMsgType.TEXT:
                return
            sender = next((role for role, one in self._devices.items() if one is device), None)
            message = _between(frame.data)
            if sender is None or message is None:
                await server.send_str(frame.data)
            else:
                await self._hand_over(other(sender), message)

    async def _hand_over(self, to: Role, message: Message) -> None:
        self._scene.present[tag_of(message)] = message
        honest: list[Parcel] = [(to, message)]
        kind = self._kind
        parcels = honest if kind is None else await kind.deed(self._scene, to, message)
        self.touched += parcels != honest
        await self._deliver(parcels)

    async def _deliver(self, parcels: Iterable[Parcel]) -> None:
        for to, what in parcels:
            with contextlib.suppress(KeyError, ConnectionError):  # not there: lost
                await self._devices[to].send_str(what if isinstance(what, str) else encode(what))

    async def close(self, runner: web.AppRunner) -> None:
        await self._peer.close()
        await runner.cleanup()
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:  # a connection that was never answered still waits to connect
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)


def _between(text: str) -> Message | None:
    try:
        message = _to_server(text)
    except MessageError:
        return None
    return message if isinstance(message, _BETWEEN) else None


async def _first_of(*works: Awaitable[None]) -> None:
    """Until one of them ends; then none goes on."""
    tasks = [asyncio.ensure_future(work) for work in works]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@contextlib.contextmanager
def hostile_server(port: int, real_port: int) -> Iterator[HostileServer]:
    """Listens on `port`, before the server at `real_port`; gone at the end."""
    hostile = HostileServer(port, real_port)
    loop = hostile._loop
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    runner = asyncio.run_coroutine_threadsafe(hostile.start(), loop).result(_START_S)
    try:
        yield hostile
    finally:
        asyncio.run_coroutine_threadsafe(hostile.close(runner), loop).result(_START_S)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(_START_S)
