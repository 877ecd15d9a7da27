"""A device's connection to the server: logs in, comes back by itself, never blocks its owner."""

import asyncio
import contextlib
import random
import ssl
import time
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Literal
from urllib.parse import urlsplit

import structlog
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidProxy

from signaling import server_clock, sign_in_page
from signaling.addresses import is_loopback
from signaling.http_proxy import ProxyError, parse_proxy
from signaling.identity import DeviceKey, login_bytes
from signaling.messages import (
    MAX_MESSAGE_BYTES,
    PROTOCOL,
    Challenge,
    Decoder,
    FromServer,
    Login,
    Message,
    MessageError,
    Problem,
    Welcome,
    encode,
)
from signaling.messages_agenda import Agenda
from signaling.messages_helpdesk import FromHelpdesk
from signaling.messages_seat import Knocking

LinkState = Literal["away", "connecting", "online", "refused"]

STATES: Mapping[LinkState, tuple[LinkState, ...]] = {
    "away": ("connecting",),
    "connecting": ("online", "away", "refused"),
    "online": ("away", "refused"),
    "refused": ("connecting",),
}
"""state -> possible next states. `refused` has the Problem's code, `away` a reason (AwayCode),
`online` is `clock_off` where the server's clock says so."""

AwayCode = Literal[
    "unreachable", "bad_certificate", "bad_server", "sign_in", "wrong_clock", "closed", ""
]

_FIRST_DELAY_S = 0.1
"""A restarted process listens again within a second; the first tries cost next to nothing."""
_LAST_DELAY_S = 3.0
"""With the connecting itself, a device is back within 5 s of the server; 700 devices that come
back to one server at the same moment are spread over 3 s by the jitter."""
_STEADY_S = 10.0
"""A connection that held this long starts the delays afresh; a shorter one may be flapping."""
_REFUSED_S = 30.0
"""A key that is unknown today may be paired in a minute; the monteur stands beside it."""
_OPEN_S = 2.5
"""TCP, TLS, upgrade and login: half a second on a slow line, so a lost packet fits; longer would
wait for TCP's own retries, which come ever later when a line comes back."""
NEXT_ADDRESS_S = 0.25
"""A network that says it has IPv6 and has not must not cost the whole try (RFC 8305)."""
_PING_S = 5.0
"""A line that is dead without a word is noticed within twice this."""
_CLOSE_S = 1.0
_QUEUE = 64
"""As the server's; whoever sends more than this unsent has lost the line."""
_SLACK_BYTES = 1_024
"""The server encodes what it relays anew; defaults that were left out make it a little longer."""

_log = structlog.get_logger("signaling.client")
_jitter = random.SystemRandom()

_WORDS = {"taken_over": "taken_over", "unknown_key": "not_paired", "revoked": "unpaired"}
_LOOK_AGAIN_S = 4.0
"""A network that lets nobody through is looked at this often for its sign-in page: whatever
happens, people are told within ten seconds."""


def word_for(state: LinkState, code: str) -> str:
    """What a person is told about a link that is not online: a code of the pages' catalogue."""
    if state == "refused":
        return _WORDS.get(code, "server_refused")
    return code if code in ("sign_in", "wrong_clock") else "server_away"


class LinkError(Exception):
    """The link cannot be set up like this; the text names the setting to correct."""


class _AwayError(Exception):
    def __init__(self, code: AwayCode) -> None:
        super().__init__(code)
        self.code = code


class _RefusedError(Exception):
    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class ServerLink:
    """One device's link. Raises LinkError for a URL or CA file that cannot be right.

    `on_message` gets every message after Welcome in order (also Problems that are not final, and
    the one that says that a pair is revoked) and
    `on_state(state, code)` every change; both run in the event loop and must not block.
    """

    def __init__(  # noqa: PLR0917
        self,
        url: str,
        key: DeviceKey,
        boot: str,
        software: str,
        on_message: Callable[[Message], None],
        on_state: Callable[[LinkState, str], None],
        ca_file: str = "",
        http_proxy: str = "",
    ) -> None:
        self._url = url
        self._proxy = check_proxy(http_proxy)
        self._loopback = check_url(url)
        self._tls = tls_context(url, ca_file)
        self._key = key
        self._boot = boot
        self._software = software
        self._on_message = on_message
        self._on_state = on_state
        self._decode = Decoder(FromServer | FromHelpdesk | Agenda | Knocking)
        self._state: LinkState = "away"
        self.helpdesk = False
        """Whether the server we are logged in to takes reports."""
        self._queue: asyncio.Queue[str] = asyncio.Queue(_QUEUE)
        self._again = asyncio.Event()
        self._socket: ClientConnection | None = None
        self._in_between: AwayCode = ""
        self._opening: asyncio.Timeout | None = None
        self._renewed = False
        self._looked_at = -_LOOK_AGAIN_S
        self._look: asyncio.Task[None] | None = None

    @property
    def state(self) -> LinkState:
        return self._state

    def send(self, message: Message) -> bool:
        """Queue a message; False when offline, too large, or when 64 wait already. Never blocks."""
        text = encode(message)
        if self._state != "online" or len(text.encode()) > MAX_MESSAGE_BYTES:
            return False
        try:
            self._queue.put_nowait(text)
        except asyncio.QueueFull:
            return False
        return True

    def reconnect(self) -> None:
        """Do not wait any longer; the only way back after `taken_over`."""
        self._again.set()

    def hurry(self) -> None:
        """A lesson waits for this link: try at once, unless the server has refused us."""
        if self._state == "away":
            self._again.set()

    def renew(self) -> None:
        """This machine's addresses changed: what stands on the old ones is gone without a word."""
        if self._socket is not None:
            self._socket.transport.abort()
        if self._opening is not None:  # it may wait for an answer to an address that is gone
            self._opening.reschedule(0.0)
            self._renewed = True
        self.hurry()

    async def run(self) -> None:
        """Keep the device logged in, until cancelled."""
        try:
            await self._keep_logged_in()
        finally:
            if self._look is not None:
                self._look.cancel()

    async def _keep_logged_in(self) -> None:
        loop = asyncio.get_running_loop()
        failures = 0
        while True:
            self._enter("connecting")
            self._renewed = False
            started = loop.time()
            try:
                await self._once()
            except _AwayError as away:
                failures = 0 if loop.time() - started > _STEADY_S else failures + 1
                self._look_why(away.code)
                self._enter("away", self._in_between or away.code)
                await self._pause(0.0 if self._renewed else backoff(failures))
            except _RefusedError as refused:
                self._enter("refused", refused.code)
                await self._pause(None if refused.code == "taken_over" else _REFUSED_S)

    async def _once(self) -> None:
        """One connection from beginning to end; always raises."""
        try:
            async with asyncio.timeout(_OPEN_S) as opening:
                self._opening = opening
                async with self._connected() as socket:
                    await self._log_in(socket)
                    opening.reschedule(None)
                    self._opening = None
                    await self._talk(socket)
        except ssl.SSLCertVerificationError:
            raise _AwayError("bad_certificate") from None
        except ConnectionClosed:
            raise _AwayError("closed") from None
        except MessageError:
            raise _AwayError("bad_server") from None
        except (OSError, InvalidHandshake, InvalidProxy):  # a TimeoutError is an OSError
            raise _AwayError("unreachable") from None
        finally:
            self._opening = None
        raise _AwayError("closed")

    @contextlib.asynccontextmanager
    async def _connected(self) -> AsyncIterator[ClientConnection]:
        """A connection that is gone 1 s after it is no longer wanted, even from a hung server."""
        socket = await connect(
            self._url,
            ssl=self._tls,
            # The environment's (True) is for the outside world.
            proxy=None if self._loopback else self._proxy or True,
            happy_eyeballs_delay=NEXT_ADDRESS_S,
            compression=None,
            open_timeout=None,
            ping_interval=_PING_S,
            ping_timeout=_PING_S,
            max_size=MAX_MESSAGE_BYTES + _SLACK_BYTES,
        )
        self._socket = socket
        try:
            yield socket
        finally:
            self._socket = None
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_CLOSE_S):
                    await socket.close()
            socket.transport.abort()

    async def _log_in(self, socket: ClientConnection) -> None:
        challenge = await self._next(socket)
        if not isinstance(challenge, Challenge):
            raise _AwayError("bad_server")
        if challenge.v != PROTOCOL:
            raise _RefusedError("wrong_version")
        signed = login_bytes(challenge.nonce, self._key.public, self._boot)
        login = Login(
            v=PROTOCOL,
            key=self._key.public,
            boot=self._boot,
            signature=self._key.sign(signed),
            software=self._software,
        )
        await socket.send(encode(login))
        welcome = await self._next(socket)
        if not isinstance(welcome, Welcome):
            raise _AwayError("bad_server")
        self.helpdesk = welcome.helpdesk

    async def _talk(self, socket: ClientConnection) -> None:
        self._in_between = ""
        self._queue = asyncio.Queue(_QUEUE)  # what waited for an old connection is out of date
        self._enter("online", "clock_off" if _clock_is_off(socket) else "")
        writer = asyncio.create_task(self._write(socket, self._queue))
        try:
            while True:
                self._deliver(await self._next(socket))
        finally:
            writer.cancel()

    async def _write(self, socket: ClientConnection, queue: asyncio.Queue[str]) -> None:
        with contextlib.suppress(ConnectionClosed):  # the reader sees it too, and tells
            while True:
                await socket.send(await queue.get())

    async def _next(self, socket: ClientConnection) -> Message:
        """The server's next message. Raises _RefusedError for a final Problem."""
        message = self._decode(await socket.recv())
        if isinstance(message, Problem):
            _log.info("problem", code=message.code, final=message.final)
            if message.final:
                if message.pair:  # revoked: the owner has to forget that pair for good
                    self._deliver(message)
                raise _RefusedError(message.code)
            if self._state != "online":
                raise _AwayError("closed")
        return message

    def _look_why(self, code: AwayCode) -> None:
        """Beside the next tries: a network with a sign-in page keeps the server away from us, and
        so does a clock that finds a good certificate too old or too young."""
        now = asyncio.get_running_loop().time()
        if code == "closed":  # it was the server that we spoke with
            self._in_between = ""
        elif now - self._looked_at >= _LOOK_AGAIN_S:
            self._looked_at = now
            self._look = asyncio.create_task(self._find_why(code))

    async def _find_why(self, code: AwayCode) -> None:
        before, seen = self._in_between, await sign_in_page.look(self._url, self._proxy)
        if seen.verdict == "sign_in":
            self._in_between = "sign_in"
        elif code == "bad_certificate" and server_clock.is_off(seen.date, time.time()):
            self._in_between = "wrong_clock"
        else:
            self._in_between = ""
        if self._in_between != before:
            self.hurry()  # the owner is told at the next failure: let that be now

    def _deliver(self, message: Message) -> None:
        try:
            self._on_message(message)
        except Exception:  # the owner's fault must not cost the link
            _log.exception("on_message", type=message.__struct_config__.tag)

    async def _pause(self, seconds: float | None) -> None:
        self._again.clear()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._again.wait(), seconds)

    def _enter(self, state: LinkState, code: str = "") -> None:
        """The only place where the state changes."""
        assert state in STATES[self._state], f"{self._state} -> {state}"
        _log.debug("link", change=f"{self._state} -> {state}", code=code)
        self._state = state
        try:
            self._on_state(state, code)
        except Exception:
            _log.exception("on_state", state=state)


def _clock_is_off(socket: ClientConnection) -> bool:
    date = socket.response.headers.get("Date") if socket.response is not None else None
    return server_clock.is_off(date, time.time())


def backoff(failures: int) -> float:
    """Seconds to wait after so many failures in a row: doubling, jittered, 3 s at most."""
    whole = min(_LAST_DELAY_S, _FIRST_DELAY_S * 2.0 ** min(failures, 16))
    return whole * _jitter.uniform(0.5, 1.0)


def check_url(url: str) -> bool:
    """Whether the server is on this machine. Raises LinkError."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise LinkError("setting link.server_url is not a URL like wss://example.org/ws") from None
    if parts.scheme not in {"ws", "wss"} or not host:
        raise LinkError("setting link.server_url must be like wss://example.org/ws")
    if parts.scheme == "ws" and not is_loopback(host):
        raise LinkError("setting link.server_url: ws:// is for this machine only, use wss://")
    return is_loopback(host)


def check_proxy(url: str) -> str:
    """Raises LinkError."""
    try:
        if url:
            parse_proxy(url)
    except ProxyError as error:
        raise LinkError(str(error)) from None
    return url


def tls_context(url: str, ca_file: str) -> ssl.SSLContext | None:
    if not url.startswith("wss:"):
        return None
    try:
        return ssl.create_default_context(cafile=ca_file or None)
    except (OSError, ValueError):  # ssl.SSLError is an OSError
        raise LinkError("setting link.ca_file is not a readable PEM file") from None
