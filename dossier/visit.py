"""One request of a person: who it is, in which language, what the form says; and the answer."""

import asyncio
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import msgspec
from aiohttp import web

from dossier.roles import Right, any_may, may_in_house
from dossier.sessions import Session
from dossier.tokens import form_token
from dossier.uploads import Upload, UploadError, read_multipart
from dossier.words import LANGUAGES, advice, say

if TYPE_CHECKING:
    from dossier.placement.store import Placement

_MOST_BYTES = 32_768
"""A passkey's answer is below 4 KiB, a form far below."""
_MOST_FIELDS = 16
_MOST_FIELDS_KNOWN = 200
"""Of somebody who is logged in: EVALUATIE-1 has the most."""
_READ_S = 10.0
LANGUAGE_COOKIE = "taal"


class PageError(Exception):
    """Ends a request with this status and its words (`problem.…`)."""

    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status


class Visit:
    """`token` is what the browser has as a session, or a fresh one; `session` whose it is."""

    def __init__(self, request: web.Request, token: str, session: Session | None) -> None:
        self.request, self.token, self.session = request, token, session
        self.new_token: str | None = None
        """To be given to the browser with the answer."""
        self.form: dict[str, str] = {}
        self.json: dict[str, Any] = {}
        self.files: dict[str, Upload] = {}
        self.language = _language(request)
        self.placement: Placement | None = None
        """What the path names; set before the handler runs."""
        self.roles: frozenset[str] = frozenset()
        """Of whoever is logged in, in that placement."""

    @property
    def who(self) -> Session:
        """Whoever is logged in; a route with a right has somebody."""
        assert self.session is not None
        return self.session

    @property
    def here(self) -> "Placement":
        """The placement; a path with `{placement}` has one."""
        assert self.placement is not None
        return self.placement

    def may(self, right: Right) -> bool:
        """In this placement, or in the house."""
        session = self.session
        return session is not None and (
            may_in_house(session.role, right) or any_may(self.roles, right)
        )

    @property
    def csrf(self) -> str:
        return form_token(self.new_token or self.token)

    def say(self, key: str, **values: object) -> str:
        return say(key, self.language, **values)

    def advice(self, code: str) -> str:
        return advice(code, self.language)

    async def read(self) -> None:
        """The form or JSON of a POST; with files only of who is logged in. Raises PageError."""
        if self.request.content_type == "multipart/form-data" and self.session is not None:
            try:
                self.form, self.files = await read_multipart(self.request)
            except UploadError:
                raise PageError(400) from None
            return
        raw = await self._body()
        kind = self.request.content_type
        if kind == "application/x-www-form-urlencoded":
            try:
                fields = parse_qsl(
                    raw.decode("ascii"),
                    keep_blank_values=True,
                    strict_parsing=bool(raw),
                    errors="strict",
                    max_num_fields=_MOST_FIELDS if self.session is None else _MOST_FIELDS_KNOWN,
                )
            except ValueError:
                raise PageError(400) from None
            self.form = dict(fields)
            if len(self.form) != len(fields):  # a field twice: somebody plays
                raise PageError(400)
        elif kind == "application/json":
            try:
                found = msgspec.json.decode(raw)
            except (msgspec.DecodeError, RecursionError, ValueError):
                raise PageError(400) from None
            if not isinstance(found, dict):
                raise PageError(400)
            self.json = found
        else:
            raise PageError(400)

    async def _body(self) -> bytes:
        if (self.request.content_length or 0) > _MOST_BYTES:
            raise PageError(400)
        try:
            async with asyncio.timeout(_READ_S):
                raw = b""
                while len(raw) <= _MOST_BYTES:
                    if not (more := await self.request.content.read(_MOST_BYTES)):
                        return raw
                    raw += more
        except (TimeoutError, web.RequestPayloadError):
            pass
        raise PageError(400)


def elsewhere(path: str) -> web.HTTPSeeOther:
    """To be raised: go to another page, by GET."""
    return web.HTTPSeeOther(path)


def _language(request: web.Request) -> str:
    chosen = request.query.get("taal") or request.cookies.get(LANGUAGE_COOKIE, "")
    if chosen in LANGUAGES:
        return chosen
    wanted = request.headers.get("Accept-Language", "").lower()
    first = wanted.split(",")[0].strip()[:2]
    return "en" if first == "en" else "nl"
