"""A page for buddies' phones on the school's network: there is a question, and "ik zeg het".

Off unless a setting names where to listen. Plain HTTP, so whoever is on that Wi-Fi may read along:
that there is a question, never whose or which. No picture, no sound, no steering pass here.
"""

import asyncio
import hmac
import logging
import secrets
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import structlog
from aiohttp import WSMsgType, web
from aiohttp.http_exceptions import HttpProcessingError

import klasgenoot
import signaling
from config.settings import Buddy
from klasgenoot import pairing_qr
from klasgenoot.asking.buddy_phone import Phone
from signaling import messages as m
from signaling.addresses import local_addresses
from signaling.doorstep import Doorstep, Share
from signaling.limits import FIRST_MESSAGE_S
from signaling.listener import listeners
from signaling.messages_buddy import (
    MAX_BUDDY_BYTES,
    BuddyBye,
    BuddyEnd,
    BuddyHello,
    BuddyLink,
    BuddyNews,
    BuddySees,
    BuddyTell,
    FromBuddy,
)
from signaling.upgrade import upgrade

log = structlog.get_logger()

MOST_PHONES = 8
_MOST_SOCKETS = 16  # phones, and who has not shown the secret yet
# A page is eight files, a connection each; all buddies may stand behind one router.
_AN_ADDRESS = Share(32, 16.0, 128)
_EVERYBODY = Share(48, 40.0, 160)  # the agent has a lesson to carry
_HEARTBEAT_S = 10.0
_KEEPALIVE_S = 5.0
_STOP_S = 1.0
_AGAIN_S = 10.0  # an address that comes up later, or a port that is freed
_TOKEN_BYTES = 24
_EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - only compared with

_WEB = Path(klasgenoot.__file__).parent / "web-buddy"
_SHARED = Path(signaling.__file__).parent / "web"
_FILES = {
    "/": (_WEB / "index.html", "text/html"),
    "/buddy.js": (_WEB / "buddy.js", "text/javascript"),
    "/buddy.css": (_WEB / "buddy.css", "text/css"),
    "/gedeeld/chime.js": (_SHARED / "chime.js", "text/javascript"),
    "/gedeeld/icons.js": (_SHARED / "icons.js", "text/javascript"),
    "/gedeeld/teksten-buddy.js": (_SHARED / "teksten-buddy.js", "text/javascript"),
    "/gedeeld/basis.css": (_SHARED / "basis.css", "text/css"),
    "/gedeeld/icon.svg": (_SHARED / "icon.svg", "image/svg+xml"),
}
"""Nothing else is served here."""


class BuddyPage:
    """One link at a time, for the pupil's present session; `told()` when a buddy says it."""

    def __init__(self, settings: Buddy, language: str, told: Callable[[], None]) -> None:
        self._settings, self._language, self._told = settings, language, told
        self._decode = m.Decoder(FromBuddy)
        self._files = {path: (file.read_bytes(), kind) for path, (file, kind) in _FILES.items()}
        self._sees: BuddySees = "none"
        self._token, self._ends_at = "", 0.0
        self._phones: set[Phone] = set()
        self._sockets = 0
        self._host, self._hosts = "", set[str]()
        self._runner: web.AppRunner | None = None

    @property
    def count(self) -> int | None:
        """Phones that are there; None while there is no page for them."""
        return len(self._phones) if self._runner else None

    async def run(self) -> None:
        """Listen, as soon as that works; returns then, or at once when it is switched off."""
        while self._settings.host and self._runner is None:
            try:
                await self._listen()
            except OSError as error:
                log.warning("buddy_page_not_served", problem=error.strerror)
                await asyncio.sleep(_AGAIN_S)

    async def stop(self) -> None:
        self.over()
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()

    def link(self, now: float) -> BuddyLink | None:
        """What a phone scans; the same one as long as it is good. None while nothing is served."""
        if self._runner is None:
            return None
        self._know_addresses()
        if not self._token or now >= self._ends_at:
            self._token = secrets.token_urlsafe(_TOKEN_BYTES)
            self._ends_at = now + self._settings.link_lasts_s
        # Behind the #, so that it is in no request for a file.
        url = f"http://{self._host}/#{self._token}"
        return BuddyLink(url=url, qr=pairing_qr.rows(url), seconds=self._ends_at - now)

    def show(self, sees: BuddySees, now: float) -> None:
        """Tell the phones, if it is news; to be called often."""
        if self._token and now >= self._ends_at:
            self.over()
        if sees != self._sees:
            self._sees = sees
            for phone in self._phones:
                phone.say(self._news())

    def over(self) -> None:
        """The lesson ended, or the time of the link: nobody is let in by it any more."""
        self._token = ""
        for phone in self._phones:
            phone.say(BuddyBye(code="over"))

    def _news(self) -> BuddyNews:
        return BuddyNews(sees=self._sees, language=self._language)

    # --- the network ----------------------------------------------------------------------------

    async def _listen(self) -> None:
        app = web.Application(middlewares=[self._guard])
        app.on_response_prepare.append(_once)
        for path in self._files:
            app.router.add_get(path, self._file)
        app.router.add_get("/ws", self._socket)
        runner = web.AppRunner(
            app,
            access_log=None,
            handle_signals=False,
            keepalive_timeout=_KEEPALIVE_S,
            shutdown_timeout=_STOP_S,
        )
        logging.getLogger("aiohttp.server").addFilter(_is_ours)
        await runner.setup()
        try:
            doorstep = Doorstep(everybody=_EVERYBODY, network=_AN_ADDRESS)
            for one in listeners(self._settings.host, self._settings.port, doorstep):
                await web.SockSite(runner, one).start()
        except OSError:
            await runner.cleanup()
            raise
        self._runner = runner
        self._know_addresses()

    def _know_addresses(self) -> None:
        assert self._runner is not None
        port, host = self._runner.addresses[0][1], self._settings.host
        names = [f"[{host}]" if ":" in host else host]
        if host in _EVERYWHERE:  # each of them listens in its own family only
            mine = [one for one in local_addresses() if (":" in one) == (":" in host)]
            names = [f"[{one}]" if ":" in one else one for one in mine] or ["127.0.0.1"]
        self._host = f"{names[0]}:{port}"
        self._hosts = {f"{name}:{port}" for name in names}

    @web.middleware
    async def _guard(
        self,
        request: web.Request,
        handler: Callable[[web.Request], Awaitable[web.StreamResponse]],
    ) -> web.StreamResponse:
        # A foreign site cannot reach us by a name of its own (DNS rebinding).
        if request.host not in self._hosts:
            raise web.HTTPForbidden(text="wrong host")
        return await handler(request)

    async def _file(self, request: web.Request) -> web.StreamResponse:
        body, kind = self._files[request.path]
        headers = {
            "Cache-Control": "no-store",
            "Content-Security-Policy": (
                f"default-src 'self'; connect-src ws://{request.host}; object-src 'none'; "
                "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
            ),
            "Permissions-Policy": "camera=(), microphone=(), geolocation=(), usb=(), serial=()",
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
        }
        return web.Response(body=body, content_type=kind, charset="utf-8", headers=headers)

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("Origin") != f"http://{request.host}":
            raise web.HTTPForbidden(text="wrong origin")
        if self._sockets >= _MOST_SOCKETS:
            raise web.HTTPServiceUnavailable(text="full")
        self._sockets += 1
        try:
            socket = web.WebSocketResponse(
                heartbeat=_HEARTBEAT_S, compress=False, max_msg_size=MAX_BUDDY_BYTES
            )
            await upgrade(socket, request)
            await self._serve(Phone(socket))
            return socket
        finally:
            self._sockets -= 1

    async def _serve(self, phone: Phone) -> None:
        try:
            async with asyncio.timeout(FIRST_MESSAGE_S):
                first = await self._next(phone)
        except TimeoutError:
            first = None
        if (no := self._refusal(first)) is not None:
            await phone.refuse(no)
            return
        phone.say(self._news())
        self._phones.add(phone)
        writer = asyncio.create_task(phone.write())
        try:
            while (message := await self._next(phone)) is not None:
                if isinstance(message, BuddyTell):
                    self._told()
        finally:
            self._phones.discard(phone)
            writer.cancel()

    def _refusal(self, first: m.Message | None) -> BuddyEnd | None:
        if not isinstance(first, BuddyHello) or first.v != m.PROTOCOL:
            return "wrong_link"
        now = time.monotonic()
        if not self._token or now >= self._ends_at:
            return "over"
        if not hmac.compare_digest(first.token, self._token):
            return "wrong_link"
        return "full" if len(self._phones) >= MOST_PHONES else None

    async def _next(self, phone: Phone) -> m.Message | None:
        """None when that was the end, or was none of ours."""
        frame = await phone.socket.receive()
        if frame.type is not WSMsgType.TEXT:
            return None
        if not phone.pace.take(time.monotonic()):
            await phone.refuse("too_fast")
            return None
        try:
            return self._decode(frame.data)
        except m.MessageError as error:
            log.warning("buddy_message_refused", code=error.code)
            await phone.refuse("wrong_link")
            return None


async def _once(_: web.Request, response: web.StreamResponse) -> None:
    """One plain request a connection: connections are counted, requests are not."""
    if not isinstance(response, web.WebSocketResponse):
        response.force_close()
        response.headers["Connection"] = "close"  # said too, so that a browser does not ask on it


def _is_ours(record: logging.LogRecord) -> bool:
    """Not a stranger's rubbish that is no HTTP: a flood of it must not be a flood of lines."""
    return not (record.exc_info and isinstance(record.exc_info[1], HttpProcessingError))
