"""A real server with the helpdesk's pages in this process, and a browser without a screen."""

import contextlib
import re
import tempfile
from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path

import aiohttp
from aiohttp import web

from config import settings as config
from dossier.accounts import Accounts
from dossier.invitations import Invitations
from dossier.passwords import Passwords
from dossier.roles import Role
from dossier.site import HelpdeskSite
from signaling.server import Server
from signaling.server_app import application
from signaling.store import Store
from tests.server_tools import Running

PASSWORD = "paars varen lantaarn"  # of nobody


class Pages(Running):
    """A server with pages on a free port."""

    def __init__(self, server: Server, store: Store, port: int, site: HelpdeskSite) -> None:
        super().__init__(server, store, port)
        self.site = site
        self.origin = site.origin
        self.accounts = Accounts(store, Passwords())
        self.invitations = Invitations(store, Passwords())

    async def account(self, name: str, role: Role = "helpdesk", password: str = PASSWORD) -> None:
        token = await self.invitations.invite(role, "test")
        await self.invitations.accept_password(token, name, password)


@contextlib.asynccontextmanager
async def pages(
    folder: Path | None = None, url: str = "", push: config.Push | None = None, **settings: object
) -> AsyncIterator[Pages]:
    """`settings` are those of [helpdesk]."""
    # A file also where nobody looks at it: in memory all transactions would share one connection.
    temporary = tempfile.TemporaryDirectory()
    store = await Store.open(url or f"sqlite+aiosqlite:///{folder or temporary.name}/server.db")
    whole = config.Settings(
        helpdesk=config.Helpdesk(**settings),  # type: ignore[arg-type]
        push=push or config.Push(),
    )
    site = HelpdeskSite(whole)
    server = Server(store, 5.0, sets=site.watch)
    app = application(server, store)
    async with contextlib.AsyncExitStack() as stack:
        stack.callback(temporary.cleanup)
        stack.push_async_callback(store.close)
        listening = await stack.enter_async_context(site.running(app, store))
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        port = runner.addresses[0][1]
        await listening(port)
        stack.push_async_callback(server.stop, 1.0)
        yield Pages(server, store, port, site)


class Browser:
    """Cookies, forms and their tokens, as a browser has them."""

    def __init__(self, at: Pages, session: aiohttp.ClientSession) -> None:
        self.at, self.session = at, session
        self.text, self.status, self.where = "", 0, ""
        self.headers: dict[str, str] = {}

    @property
    def cookie(self) -> str:
        jar = self.session.cookie_jar
        return next((one.value for one in jar if one.key == "klasgenoot"), "")

    @property
    def csrf(self) -> str:
        found = re.search(r'name="csrf" value="([^"]+)"', self.text)
        return unescape(found[1]) if found else ""

    async def get(self, path: str, **headers: str) -> "Browser":
        return await self._do("GET", path, None, headers)

    async def post(self, path: str, fields: object = None, **headers: str) -> "Browser":
        """With the token of the page that was got last, unless `fields` has another."""
        if isinstance(fields, dict) or fields is None:
            fields = {"csrf": self.csrf, **(fields or {})}
        return await self._do("POST", path, fields, {"Origin": self.at.origin, **headers})

    async def log_in(self, name: str, password: str = PASSWORD) -> "Browser":
        await self.get("/inloggen")
        return await self.post("/inloggen", {"name": name, "password": password})

    async def _do(
        self, method: str, path: str, fields: object, headers: dict[str, str]
    ) -> "Browser":
        async with self.session.request(
            method,
            f"{self.at.origin}{path}",
            data=fields,
            headers={name.replace("_", "-"): text for name, text in headers.items()},
            allow_redirects=False,
        ) as answer:
            self.text, self.status = await answer.text(), answer.status
            self.headers = dict(answer.headers)
            self.where = answer.headers.get("Location", "")
        return self


@contextlib.asynccontextmanager
async def browser(at: Pages) -> AsyncIterator[Browser]:
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as session:
        yield Browser(at, session)
