"""The pages as a whole: which there are, who may see each, and what every request has to pass."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import structlog
from aiohttp import web

from config import settings as config
from dossier import audit, pages_accounts, pages_push, pages_sets, pages_sign_in
from dossier.accounts import Accounts
from dossier.desk import Desk, Route
from dossier.forms import pages_checks, pages_evaluation, pages_inventory
from dossier.invitations import Invitations
from dossier.papers import pages as pages_papers
from dossier.passwords import Passwords
from dossier.placement import avg, learned, pages_avg, pages_list, pages_one, pages_people
from dossier.placement.members import Members
from dossier.placement.store import Placements
from dossier.push import Pusher
from dossier.push_store import PushStore
from dossier.render import Renderer, static_file
from dossier.roles import HOUSE_RIGHTS, Right, any_may, may_in_house
from dossier.rondom import pages_files, pages_lists, pages_talk
from dossier.rondom.mail import Mailer
from dossier.rooster import pages as pages_rooster
from dossier.rooster import pages_hours, pages_setup
from dossier.rooster.keeper import RoosterKeeper
from dossier.schema import prepare
from dossier.sessions import Sessions
from dossier.sets_board import SetsBoard, slot_of
from dossier.sets_store import SetsStore
from dossier.tokens import is_token, new_token, same
from dossier.visit import LANGUAGE_COOKIE, PageError, Visit
from signaling.addresses import is_loopback
from signaling.store import Store, StoreError

_log = structlog.get_logger("dossier.site")

_DAY_S = 86_400.0
_PURGE_S = 3600.0

PAGES: tuple[Callable[[Desk], tuple[Route, ...]], ...] = (
    pages_sign_in.routes,
    pages_accounts.routes,
    pages_push.routes,
    pages_sets.routes,
    pages_list.routes,
    pages_one.routes,
    pages_people.routes,
    pages_checks.routes,
    pages_inventory.routes,
    pages_evaluation.routes,
    pages_avg.routes,
    pages_rooster.routes,
    pages_setup.routes,
    pages_hours.routes,
    pages_talk.routes,
    pages_lists.routes,
    pages_files.routes,
    pages_papers.routes,
)
"""Every file of pages; a new one is added here, its words in words.py, its tab in tabs.py."""


class HelpdeskSite:
    """Implements `signaling.set_watch.Site`."""

    def __init__(self, settings: config.Settings) -> None:
        self._whole, self._server = settings, settings.server
        self._settings = helpdesk = settings.helpdesk
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
        self.desk = Desk(
            place=self,
            settings=self._whole,
            store=store,
            renderer=Renderer(),
            accounts=Accounts(store, passwords),
            invitations=invitations,
            sessions=self._sessions,
            board=self.watch,
            kept=kept,
            placements=Placements(store, self._whole.dossier.keep_days),
            members=Members(store),
            rooster=RoosterKeeper(store, self.watch, kept),
            mailer=Mailer(self._whole.mail),
            pusher=Pusher(self._whole.push),
        )
        self._add_routes(app)
        tasks = [
            asyncio.create_task(self.watch.keep(kept)),
            asyncio.create_task(self.desk.rooster.run()),
            asyncio.create_task(self.desk.mailer.run()),
            asyncio.create_task(self.desk.pusher.run(PushStore(store).forget)),
            asyncio.create_task(learned.run(self.desk.placements, kept, self.watch)),
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
                await avg.erase_due(self.desk.placements)
            except StoreError as error:
                _log.error("store", code=error.code)
            await asyncio.sleep(_PURGE_S)

    # --- the pages ------------------------------------------------------------------------------

    def _add_routes(self, app: web.Application) -> None:
        self.renderer = self.desk.renderer
        self.table = tuple(route for routes in PAGES for route in routes(self.desk))
        for route in self.table:
            guarded = self._guarded(route.right, route.handler)
            app.router.add_route(route.method, route.path, guarded)
        app.router.add_get("/vast/{name}", static_file)

    def _guarded(
        self, right: Right | None, handler: Callable[[Visit], Awaitable[web.Response]]
    ) -> Callable[[web.Request], Any]:
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
        self,
        request: web.Request,
        visit: Visit,
        right: Right | None,
        handler: Callable[[Visit], Awaitable[web.Response]],
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
            await self._check_right(visit, right)
        return await handler(visit)

    async def _check_right(self, visit: Visit, right: Right) -> None:
        """Also finds the placement that the path names. Raises PageError.

        404 and not 403 for whoever has no role in it: that it exists is nobody else's business.
        """
        who, code = visit.who, visit.request.match_info.get("placement")
        if code is not None:
            found = await self.desk.placements.of(code[:20], who.account_id, who.role)
            if found is None or found.state == "erased":
                raise PageError(404)
            visit.placement, visit.roles = found, found.roles
            if not any_may(found.roles, right):
                raise PageError(403)
        elif right not in HOUSE_RIGHTS or not may_in_house(who.role, right):
            raise PageError(403)

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
        words = visit.say(key, url=f"{self.origin}/")
        return self.renderer.page(visit, "problem", status=status, words=words)

    @property
    def _cookie(self) -> str:
        """`__Host-` needs Secure, and that needs TLS; plain HTTP is for loopback alone."""
        return "__Host-klasgenoot" if self._secure else "klasgenoot"

    def _close_up(self, request: web.Request, response: web.Response, visit: Visit) -> None:
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)  # a file's own are stricter
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
    return HelpdeskSite(settings)
