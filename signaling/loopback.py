"""A local process and its own page: a web server on loopback and one WebSocket with a token.

Only a page that knows the token and belongs to a trusted account of this machine is let in; a newer
page takes over from an older.
"""

import asyncio
import hmac
import os
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from types import MappingProxyType

import structlog
from aiohttp import WSCloseCode, WSMsgType, web

from signaling import messages as m
from signaling.addresses import is_loopback
from signaling.page_files import PageFiles
from signaling.peer_owner import owner_of
from signaling.upgrade import upgrade

log = structlog.get_logger()

_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_HEARTBEAT_S = 5.0  # a page that is frozen this long is gone; its successor may be waiting
_QUEUE = 64  # messages to a page that doesn't read; then it is cut and comes back fresh
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'self'; connect-src 'self'; media-src 'self' blob:; object-src 'none'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Permissions-Policy": (
        "camera=(self), microphone=(self), display-capture=(), geolocation=(), usb=(), serial=()"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_PDF = Path("/usr/share/javascript/pdf/build")
"""Debian's libjs-pdf; a page without it shows everything but PDF."""


class PageError(Exception):
    """The local page can't be served; the text says what to change."""


class PageServer:
    """Serves `folder` at `/`, what both pages share at `/gedeeld/`, and the page's WebSocket.

    Callbacks run in the event loop: `on_open(hello)` once a page has introduced itself,
    `on_message`, and `on_close` when the newest page is gone. `files` are served by their paths
    beside the folder's own, 404 while they are not there.
    """

    def __init__(  # noqa: PLR0917 - one caller a page, and each argument has a type of its own
        self,
        folder: Path,
        token: str,
        inbound: object,
        on_open: Callable[[m.Hello], None],
        on_message: Callable[[m.Message], None],
        on_close: Callable[[], None],
        accounts: frozenset[int] = frozenset(),
        files: Mapping[str, Path] = MappingProxyType({}),
    ) -> None:
        """`accounts` are the user ids of which a page may be; without any, every one is."""
        self._token, self._accounts = token, accounts
        self._decode = m.Decoder(inbound)
        self._on_open, self._on_message, self._on_close = on_open, on_message, on_close
        self._page: _Page | None = None
        self._hosts: set[str] = set()
        app = web.Application(middlewares=[self._guard])
        pages = self._files = PageFiles(folder, files)
        app.router.add_get("/", pages.index)
        app.router.add_get("/ws", self._socket)
        if _PDF.is_dir():
            app.router.add_static("/pdf/", _PDF)
        app.router.add_get("/{name:.+}", pages.file)
        self._runner = web.AppRunner(app, access_log=None)
        self.url = ""
        self.served = asyncio.Event()

    @property
    def told(self) -> str:
        """What may be printed: a journal keeps what it hears, and need not know the token."""
        return self.url.partition("?")[0] if "JOURNAL_STREAM" in os.environ else self.url

    @property
    def present(self) -> bool:
        return self._page is not None

    async def start(self, host: str, port: int) -> None:
        """Listen; `url` is then what the browser opens. Raises PageError."""
        if not is_loopback(host):
            raise PageError("the page may only be served on loopback: set host to 127.0.0.1")
        self._files.warm()
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, host, port, reuse_address=True).start()
        except OSError as error:
            raise PageError(f"port {port} of the page: {error.strerror}") from None
        port = self._runner.addresses[0][1]
        self._hosts = {f"{name}:{port}" for name in (host, "localhost", "127.0.0.1", "[::1]")}
        self.url = f"http://{host}:{port}/?token={self._token}"
        self.served.set()

    async def stop(self) -> None:
        if self._page is not None:
            await self._page.close(WSCloseCode.GOING_AWAY)
        await self._runner.cleanup()

    def send(self, message: m.Message) -> bool:
        """Send to the newest page; False when there is none."""
        return self._page is not None and self._page.put(message)

    @web.middleware
    async def _guard(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        # The Host check keeps a foreign site from reaching us by DNS rebinding.
        if request.host not in self._hosts:
            raise web.HTTPForbidden(text="wrong host")
        response = await handler(request)
        if not response.prepared:
            response.headers.update(_HEADERS)
        return response

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        token = request.query.get("token", "")
        if not hmac.compare_digest(token.encode(), self._token.encode()):
            raise web.HTTPForbidden(text="wrong token")
        origin = request.headers.get("Origin", "").removeprefix("http://")
        if origin not in self._hosts:
            raise web.HTTPForbidden(text="wrong origin")
        if not self._is_trusted(request):
            log.warning("page_of_another_account")
            raise web.HTTPForbidden(text="wrong account")
        socket = web.WebSocketResponse(
            heartbeat=_HEARTBEAT_S, compress=False, max_msg_size=m.MAX_MESSAGE_BYTES
        )
        await upgrade(socket, request)
        page = _Page(socket)
        writer = asyncio.create_task(page.write())
        try:
            await self._read(page)
        finally:
            writer.cancel()
            if self._page is page:
                self._page = None
                self._on_close()
        return socket

    def _is_trusted(self, request: web.Request) -> bool:
        """Where the kernel does not tell whose page it is, the token has to do."""
        ends = [request.get_extra_info(name) for name in ("peername", "sockname")]
        owner = owner_of(*ends) if self._accounts and all(ends) else None
        return owner is None or owner in self._accounts

    async def _read(self, page: "_Page") -> None:
        async for frame in page.socket:
            if frame.type is not WSMsgType.TEXT:
                break
            try:
                message = self._decode(frame.data)
            except m.MessageError as error:
                log.warning("page_message_refused", code=error.code)
                continue
            if isinstance(message, m.Hello):
                await self._welcome(page, message)
            elif self._page is page:
                self._on_message(message)

    async def _welcome(self, page: "_Page", hello: m.Hello) -> None:
        if hello.v != m.PROTOCOL:
            log.warning("page_version", version=hello.v)
            await page.close(WSCloseCode.POLICY_VIOLATION)
            return
        old, self._page = self._page, page
        if old is not None and old is not page:
            await old.say_and_close(m.TakenOver())
        self._on_open(hello)


class _Page:
    def __init__(self, socket: web.WebSocketResponse) -> None:
        self.socket = socket
        self._queue: asyncio.Queue[m.Message] = asyncio.Queue(_QUEUE)

    def put(self, message: m.Message) -> bool:
        try:
            self._queue.put_nowait(message)
        except asyncio.QueueFull:
            log.warning("page_behind")
            return False
        return True

    async def write(self) -> None:
        try:
            while True:
                await self.socket.send_str(m.encode(await self._queue.get()))
        except (ConnectionError, RuntimeError):
            return

    async def say_and_close(self, message: m.Message) -> None:
        try:
            async with asyncio.timeout(1):  # the old page may be frozen; it isn't waited for
                await self.socket.send_str(m.encode(message))
        except (TimeoutError, ConnectionError, RuntimeError):
            pass
        await self.close(WSCloseCode.GOING_AWAY)

    async def close(self, code: int) -> None:
        try:
            async with asyncio.timeout(1):
                await self.socket.close(code=code)
        except TimeoutError:
            pass
