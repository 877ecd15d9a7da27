"""The server's life with one device after the other: challenge, login, relay.

Sockets come from server_app.py; what may be relayed is decided by hub.py and session.py.
"""

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator

import structlog
from aiohttp import web

from signaling.connection import Connection, new_socket
from signaling.hub import Entry, Hub, Issuer
from signaling.known_units import KnownUnits
from signaling.limits import (
    SOCKETS_PER_DEVICE,
    FailedLogins,
    Strangers,
    network_of,
)
from signaling.messages import (
    Login,
    Relays,
    Role,
    Welcome,
)
from signaling.messages_helpdesk import ToHelpdesk
from signaling.messages_pairing import PairClaim, PairEnd, PairEnded, PairOpen
from signaling.metrics import ServerMetrics
from signaling.pairing import LASTS_S
from signaling.refusals import RefusedError
from signaling.relays import RelayPolicy, issue
from signaling.server_door import Door
from signaling.server_pairing import Introductions
from signaling.set_watch import SetWatch
from signaling.store import Store, StoreError
from signaling.upgrade import upgrade

_TICK_S = 0.25
"""Far below every wait of session.WAIT_S, and next to nothing in work."""
_REVOKED_S = 1.0
"""How soon a revocation is noticed: live media has to stop within 5 s. One small query."""
_SWEEP_S = 5.0
"""The same for whatever else happened to the pairs, such as another database."""
_PROBE_S = 60.0
"""A probe of the network asks for its credentials and tries them; it needs half of this."""

_log = structlog.get_logger("signaling.server")


class Server:
    """All devices of one process. `serve` handles `/ws`; `watch` has to run as a task."""

    def __init__(
        self,
        store: Store,
        heartbeat_s: float,
        failures: FailedLogins | None = None,
        relays: RelayPolicy | None = None,
        units: KnownUnits | None = None,
        *,
        came_in: Callable[[tuple[object, ...]], None] = lambda _: None,
        sets: SetWatch | None = None,
    ) -> None:
        """`came_in(peer)` is called when that connection is no stranger's any more; `sets` hears
        what the school units report."""
        self.metrics = ServerMetrics()
        self._store = store
        self._heartbeat_s = heartbeat_s
        self._issuer = None if relays is None else _issuer(relays)
        self._sets = sets
        self._hub = Hub(heartbeat_s, self.metrics, self._issuer, helpdesk=sets is not None)
        self._introductions = Introductions(
            store, self.metrics, time.time, self._look_again, units or KnownUnits("")
        )
        self._pairs_changed = asyncio.Event()
        self._failures = FailedLogins() if failures is None else failures
        self._door = Door(self._failures, self.metrics)
        self._strangers = Strangers()
        self._came_in = came_in
        self._sockets_of: Counter[str] = Counter()
        self._connections: set[Connection] = set()
        self._empty = asyncio.Event()
        self._stopping = False

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One socket from upgrade to end. Nothing raised in here reaches the device."""
        address = request.remote or ""
        if self._stopping or request.transport is None:
            raise web.HTTPServiceUnavailable
        if not self._strangers.enter(address):
            raise web.HTTPTooManyRequests
        with contextlib.ExitStack() as stranger:
            stranger.callback(self._strangers.leave, address)
            stranger.callback(self._came_in, request.transport.get_extra_info("peername"))
            socket = new_socket(self._heartbeat_s)
            await upgrade(socket, request)
            connection = Connection(socket, request.transport, self.metrics, time.monotonic)
            async with self._open(connection):
                await self._guarded(connection, address, stranger)
        return socket

    async def watch(self) -> None:
        """Time's part: waits that end, pairs that were revoked. Until cancelled."""
        swept = counted = time.monotonic()
        revoked = 0
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_TICK_S):
                    await self._pairs_changed.wait()
            now = time.monotonic()
            try:
                self._hub.tick(now)
                if now - counted >= _REVOKED_S:
                    counted = now
                    if revoked != (revoked := await self._store.count_revoked()):
                        self._look_again()
                if self._pairs_changed.is_set() or now - swept >= _SWEEP_S:
                    self._pairs_changed.clear()
                    swept = now
                    pairs = await self._store.all_pairs()
                    self._hub.close_revoked(p.pairing for p in pairs if not p.revoked)
            except StoreError as error:  # who is logged in stays so: the database will be back
                _log.error("store", code=error.code)
            except Exception:
                _log.exception("watch")

    def _look_again(self) -> None:
        """Some pair was ended or made: close at once who may not be there any more."""
        self._pairs_changed.set()

    async def stop(self, within_s: float) -> None:
        """Close every socket with 1012, then wait until they are gone, at most `within_s`."""
        self._stopping = True
        for connection in list(self._connections):
            connection.stop()
        if self._connections:
            self._empty.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._empty.wait(), within_s)
        for connection in list(self._connections):
            connection.abort()

    @contextlib.asynccontextmanager
    async def _open(self, connection: Connection) -> AsyncIterator[None]:
        """The connection's writer, and its end."""
        self._connections.add(connection)
        self.metrics.sockets.inc()
        writer = asyncio.create_task(connection.write())
        try:
            yield
        finally:
            await connection.finish(writer)
            self._connections.discard(connection)
            if not self._connections:
                self._empty.set()
            self.metrics.sockets.dec()

    async def _guarded(
        self, connection: Connection, address: str, stranger: contextlib.ExitStack
    ) -> None:
        """Turn every failure into a Problem for this device, and for nobody else."""
        try:
            await self._login_and_relay(connection, address, stranger)
        except RefusedError as refused:
            # Counted in the metrics: at info a flood would fill the disk.
            _log.debug("refused", code=refused.code)
            connection.end(refused.code)
            if refused.code == "flood":
                await connection.wait_for_end()
                return
        except StoreError as error:
            _log.error("store", code=error.code)
            connection.end("unavailable")
        except Exception:
            _log.exception("internal")
            connection.end("internal")
        try:
            await connection.read_to_end()
        except RefusedError:
            await connection.wait_for_end()

    async def _login_and_relay(
        self, connection: Connection, address: str, stranger: contextlib.ExitStack
    ) -> None:
        first = await self._door.challenge(connection, address)
        if first is None:
            return
        with self._socket_of(first.key):
            match first:
                case Login():
                    await self._relay(connection, first, address, stranger)
                case PairEnd():
                    await self._end_pair(connection, first)
                case PairOpen() | PairClaim():
                    await self._introduce(connection, first, address, stranger)

    async def _relay(
        self, connection: Connection, login: Login, address: str, stranger: contextlib.ExitStack
    ) -> None:
        found = await self._store.pair_of(login.key)
        if found is None:
            if revoked := await self._store.revoked_pair_of(login.key):
                connection.end("revoked", revoked)
            else:
                await self._door.hold_back(connection, login.key, address, "unknown_key")
            return
        pairing, role = found
        stranger.close()
        self._failures.succeeded(login.key)
        self.metrics.logins.labels("welcome").inc()
        _log.info("login", key=login.key, role=role, software=login.software)
        if login.probe:
            await self._let_probe(connection, login.key, role)
            return
        entry = Entry(pairing, role, login.boot, connection)
        self._hub.enter(entry, time.monotonic())
        sets = self._sets if role == "unit" else None
        if sets is not None:
            sets.came(login.key, entry, login.boot, connection.send)
        elif self._sets is not None:
            self._sets.home_came(pairing.unit_key, entry, connection.send)
        try:
            while (message := await self._door.next(connection)) is not None:
                if sets is not None and isinstance(message, ToHelpdesk):
                    sets.told(login.key, entry, message)
                else:
                    self._hub.receive(entry, message, time.monotonic())
        finally:
            self._hub.leave(entry, time.monotonic())
            if sets is not None:
                sets.went(login.key, entry)
            elif self._sets is not None:
                self._sets.home_went(pairing.unit_key, entry)
            _log.info("logout", key=login.key, role=role)

    async def _let_probe(self, connection: Connection, key: str, role: Role) -> None:
        """A device that tries its network: it gets the relay, and is nobody's peer meanwhile."""
        connection.send(Welcome(role=role, heartbeat_s=self._heartbeat_s))
        relays = Relays(servers=()) if self._issuer is None else self._issuer.issue(key)
        connection.send(relays)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_PROBE_S):
                await connection.read_to_end()
        connection.stop()

    async def _introduce(
        self,
        connection: Connection,
        first: PairOpen | PairClaim,
        address: str,
        stranger: contextlib.ExitStack,
    ) -> None:
        """One device's socket in a pairing. Raises RefusedError, StoreError."""
        role: Role = "unit" if isinstance(first, PairOpen) else "laptop"
        try:
            if isinstance(first, PairOpen):
                one = await self._introductions.open(first, connection, network_of(address))
            else:
                one = await self._introductions.claim(first, connection)
        except RefusedError as refused:
            if refused.code == "code_wrong":
                await self._door.hold_back(connection, first.key, address, refused.code)
                return
            raise
        stranger.close()  # who shows or has a code is counted there
        code = "stopped"
        try:
            async with asyncio.timeout(LASTS_S):
                while (message := await self._door.next(connection)) is not None:
                    await self._introductions.receive(one, role, message)
        except TimeoutError:
            code = "code_expired"
            raise RefusedError(code) from None
        except RefusedError as refused:
            code = "unverified" if refused.code == "unverified" else code
            raise
        finally:
            await self._introductions.leave(one, role, code)

    async def _end_pair(self, connection: Connection, message: PairEnd) -> None:
        """A device was un-paired: nobody meets it any more, also if our list says otherwise."""
        found = await self._store.pair_of(message.key)
        if found is not None:
            pairing, _ = found
            if pairing.name == message.pair and pairing.epoch <= message.epoch:
                await self._store.end_pair(pairing)
                self._look_again()
        connection.send(PairEnded())
        connection.done()

    @contextlib.contextmanager
    def _socket_of(self, key: str) -> Iterator[None]:
        """Claimed only with a valid signature: nobody else can use up a device's sockets."""
        if self._sockets_of[key] >= SOCKETS_PER_DEVICE:
            raise RefusedError("too_many_sockets")
        self._sockets_of[key] += 1
        try:
            yield
        finally:
            self._sockets_of[key] -= 1
            if not self._sockets_of[key]:
                del self._sockets_of[key]


def _issuer(policy: RelayPolicy) -> Issuer:
    return Issuer(lambda key: issue(policy, key, time.time()), policy.renew_after_s)
