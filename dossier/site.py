"""The pages as a whole: which there are, who may see each, and what every request has to pass."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any, Literal
from urllib.parse import urlsplit

import structlog
from aiohttp import web

from config import settings as config
from dossier import audit
from dossier.accounts import Accounts
from dossier.invitations import Invitations
from dossier.pages_accounts import AccountPages
from dossier.pages_sets import SetPages
from dossier.pages_sign_in import SignInPages
from dossier.passwords import Passwords
from dossier.render import Renderer, static_file
from dossier.roles import Right, may
from dossier.sessions import Sessions
from dossier.sets_board import SetsBoard, slot_of
from dossier.sets_store import SetsStore
from dossier.tables import prepare
from dossier.tokens import is_token, new_token, same
from dossier.visit import LANGUAGE_COOKIE, PageError, Visit
from signaling.addresses import is_loopback
from signaling.store import Store, StoreError

_log = structlog.get_logger("dossier.site")

_DAY_S = 86_400.0
_PURGE_S = 3600.0

Handler = Callable[[Visit], Awaitable[web.Response]]


class HelpdeskSite:
    """Implements `signaling.set_watch.Site`."""

    def __init__(self, server: config.Server, helpdesk: config.Helpdesk) -> None:
        self._server, self._settings = server, helpdesk
        self.watch = SetsBoard()
        self.origin = ""
        self._secure = False
        self.audit_days = helpdesk.audit_days
        self._sessions: Sessions | None = None

    @contextlib.asynccontextmanager
    async def running(
        self, app: web.Application, store: Store
    ) -> AsyncIterator[Callable[[int], Awaitable[None]]]:
        """See signaling.set_watch.Site."""
        await prepare(store)
        kept = SetsStore(store)
        await kept.end_all_faults(time.time())
        passwords = Passwords()
        hours = self._settings.session_h * 3600.0
        self._sessions = Sessions(store, self._settings.idle_min * 60.0, hours)
        invitations = Invitations(store, passwords)
        self._add_routes(app, Accounts(store, passwords), invitations, kept)
        tasks = [
            asyncio.create_task(self.watch.keep(kept)),
            asyncio.create_task(self._forget(self._sessions, invitations, kept)),
        ]
        try:
            yield self._listening
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self.watch.write(kept, all_of_it=True)

    async def _listening(self, port: int) -> None:
        self.origin = origin(self._server, self._settings, port)
        self._secure = self.origin.startswith("https:")

    @property
    def rp_id(self) -> str:
        """For which name passkeys are made."""
        return urlsplit(self.origin).hostname or "localhost"

    async def _forget(self, sessions: Sessions, invitations: Invitations, kept: SetsStore) -> None:
        """What is older than the settings say, once an hour."""
        while True:
            now = time.time()
            old = now - self._settings.keep_days * _DAY_S
            try:
                await kept.purge(old, slot_of(old))
                await audit.purge(kept.store, now - self._settings.audit_days * _DAY_S)
                await sessions.purge()
                await invitations.purge()
            except StoreError as error:
                _log.error("store", code=error.code)
            await asyncio.sleep(_PURGE_S)

    # --- the pages ------------------------------------------------------------------------------

    def _add_routes(
        self,
        app: web.Application,
        accounts: Accounts,
        invitations: Invitations,
        kept: SetsStore,
    ) -> None:
        assert self._sessions is not None
        self.renderer = renderer = Renderer()
        sign_in = SignInPages(self, accounts, invitations, self._sessions, renderer)
        own = AccountPages(self, accounts, invitations, self._sessions, renderer, kept=kept)
        sets = SetPages(self.watch, kept, renderer)
        self.table: tuple[tuple[Literal["GET", "POST"], str, Right | None, Handler], ...] = (
            ("GET", "/inloggen", None, sign_in.form),
            ("POST", "/inloggen", None, sign_in.log_in),
            ("POST", "/inloggen/passkey/vraag", None, sign_in.ask_passkey),
            ("POST", "/inloggen/passkey", None, sign_in.passkey),
            ("GET", "/uitnodiging/{token}", None, sign_in.invitation),
            ("POST", "/uitnodiging/{token}", None, sign_in.accept),
            ("POST", "/uitnodiging/{token}/passkey/vraag", None, sign_in.ask_new_passkey),
            ("POST", "/uitnodiging/{token}/passkey", None, sign_in.accept_passkey),
            ("POST", "/uitloggen", "own", sign_in.log_out),
            ("GET", "/account", "own", own.own),
            ("POST", "/account/wachtwoord", "own", own.change_password),
            ("POST", "/account/elders", "own", own.end_others),
            ("GET", "/accounts", "accounts", own.all),
            ("POST", "/accounts/uitnodigen", "accounts", own.invite),
            ("POST", "/accounts/einde", "accounts", own.end),
            ("GET", "/logboek", "audit", own.audit),
            ("GET", "/helpdesk", "sets", sets.list),
            ("GET", "/helpdesk/set/{number}", "sets", sets.one),
            ("POST", "/helpdesk/set/{number}/naam", "sets", sets.name),
            ("POST", "/helpdesk/set/{number}/doe", "act", sets.act),
        )
        for method, path, right, handler in self.table:
            app.router.add_route(method, path, self._guarded(right, handler))
        app.router.add_get("/vast/{name}", static_file)

    def _guarded(self, right: Right | None, handler: Handler) -> Callable[[web.Request], Any]:
        async def serve(request: web.Request) -> web.StreamResponse:
            visit = Visit(request, new_token(), None)
            try:
                response = await self._answer(request, visit, right, handler)
            except web.HTTPSeeOther as elsewhere:
                # A response of its own: an exception's may not be changed for sure.
                response = web.Response(status=303, headers={"Location": str(elsewhere.location)})
            except PageError as error:
                response = self._problem(visit, error.status)
            except StoreError as error:
                _log.error("store", code=error.code)
                response = self._problem(visit, 503)
            except Exception:
                _log.exception("page")
                response = self._problem(visit, 500)
            self._close_up(request, response, visit)
            return response

        return serve

    async def _answer(
        self, request: web.Request, visit: Visit, right: Right | None, handler: Handler
    ) -> web.Response:
        if request.host != urlsplit(self.origin).netloc:
            raise PageError(421)  # another name: a rebound one, or a cookie and passkey of nobody
        if not self._secure and not is_loopback(request.remote or ""):
            raise PageError(403)
        token = request.cookies.get(self._cookie, "")
        assert self._sessions is not None
        if is_token(token):
            visit.token = token
            visit.session = await self._sessions.of(token)
        else:
            visit.new_token = visit.token
        if request.method == "POST":
            await self._check_post(request, visit)
        if right is not None:
            if visit.session is None:
                raise web.HTTPSeeOther("/inloggen")
            if not may(visit.session.role, right):
                raise PageError(403)
        return await handler(visit)

    async def _check_post(self, request: web.Request, visit: Visit) -> None:
        """That a page of ours, of this very session, asks for it. Raises PageError."""
        if request.headers.get("Origin") != self.origin:
            raise PageError(400)
        if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
            raise PageError(400)
        await visit.read()
        given = visit.form.pop("csrf", "") or request.headers.get("X-Klasgenoot-Form", "")
        if visit.new_token is not None or not same(given, visit.csrf):
            raise PageError(400)

    def _problem(self, visit: Visit, status: int) -> web.Response:
        key = f"problem.{status if status in (400, 403, 404, 421) else 500}"
        words = visit.say(key, url=f"{self.origin}/helpdesk")
        return self.renderer.page(visit, "problem", status=status, words=words)

    @property
    def _cookie(self) -> str:
        """`__Host-` needs Secure, and that needs TLS; plain HTTP is for loopback alone."""
        return "__Host-klasgenoot" if self._secure else "klasgenoot"

    def _close_up(self, request: web.Request, response: web.Response, visit: Visit) -> None:
        response.headers.update(_HEADERS)
        if self._secure:
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        if visit.new_token is not None:
            response.set_cookie(
                self._cookie,
                visit.new_token,
                path="/",
                httponly=True,
                samesite="Strict",
                secure=self._secure,
            )
        if request.query.get("taal") == visit.language:
            response.set_cookie(
                LANGUAGE_COOKIE, visit.language, path="/", samesite="Strict", secure=self._secure
            )


_HEADERS: Mapping[str, str] = {
    "Server": "klasgenoot",
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Permissions-Policy": (
        "camera=(), microphone=(), display-capture=(), geolocation=(), usb=(), serial=(), "
        "publickey-credentials-get=(self), publickey-credentials-create=(self)"
    ),
    # With `no-referrer` a browser would send `Origin: null` with our own forms.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def origin(server: config.Server, helpdesk: config.Helpdesk, port: int) -> str:
    """Where people find the pages; "" where there are none. Raises SettingsError."""
    if not helpdesk.url:
        plain = is_loopback(server.host) and not server.certificate_file
        return f"http://localhost:{port}" if plain else ""
    try:
        parts = urlsplit(helpdesk.url)
        _, host = parts.port, parts.hostname or ""
    except ValueError:
        parts, host = urlsplit(""), ""
    whole = parts.path in ("", "/") and not (parts.query or parts.fragment or parts.username)
    safe = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))
    if not (host and whole and safe):
        raise config.SettingsError(
            "setting helpdesk.url: the address of the pages as a browser has it, for example "
            "https://klas.example.org, without a path"
        )
    return f"{parts.scheme}://{parts.netloc.lower()}"


def site(settings: config.Settings) -> HelpdeskSite | None:
    """The pages, or None where the settings have none. Raises SettingsError."""
    if not origin(settings.server, settings.helpdesk, settings.server.port):
        return None
    return HelpdeskSite(settings.server, settings.helpdesk)
