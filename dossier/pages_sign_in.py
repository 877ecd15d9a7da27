"""Logging in and out, and making an account with an invitation."""

import secrets
import time

import structlog
from aiohttp import web

from dossier import passkeys
from dossier.accounts import AccountError, name_key
from dossier.attempts import Attempts
from dossier.desk import Desk, Route
from dossier.invitations import Invitation
from dossier.passkeys import Challenges
from dossier.passwords import MIN_CHARACTERS, BusyError
from dossier.roles import home
from dossier.visit import PageError, Visit, elsewhere
from signaling.identity import to_text
from signaling.limits import network_of

_log = structlog.get_logger("dossier.sign_in")


def routes(desk: Desk) -> tuple[Route, ...]:
    pages = SignInPages(desk)
    return (
        Route("GET", "/", None, pages.begin),
        Route("GET", "/inloggen", None, pages.form),
        Route("POST", "/inloggen", None, pages.log_in),
        Route("POST", "/inloggen/passkey/vraag", None, pages.ask_passkey),
        Route("POST", "/inloggen/passkey", None, pages.passkey),
        Route("GET", "/uitnodiging/{token}", None, pages.invitation),
        Route("POST", "/uitnodiging/{token}", None, pages.accept),
        Route("POST", "/uitnodiging/{token}/passkey/vraag", None, pages.ask_new_passkey),
        Route("POST", "/uitnodiging/{token}/passkey", None, pages.accept_passkey),
        Route("POST", "/uitnodiging/{token}/erbij", "own", pages.join),
        Route("POST", "/uitloggen", "own", pages.log_out),
    )


class SignInPages:
    """Nobody is logged in here yet."""

    def __init__(self, desk: Desk) -> None:
        self._place, self._sessions = desk.place, desk.sessions
        self._accounts, self._invitations = desk.accounts, desk.invitations
        self._renderer, self._attempts, self._challenges = desk.renderer, Attempts(), Challenges()

    # --- logging in -----------------------------------------------------------------------------

    async def form(self, visit: Visit) -> web.Response:
        if visit.session is not None:
            raise elsewhere(home(visit.session.role))
        return self._renderer.page(visit, "login", name="")

    async def begin(self, visit: Visit) -> web.Response:
        raise elsewhere("/inloggen" if visit.session is None else home(visit.session.role))

    async def log_in(self, visit: Visit) -> web.Response:
        name, password = visit.form.get("name", ""), visit.form.get("password", "")
        now = time.monotonic()
        account = f"account {name_key(name)}"
        names = (account, f"address {network_of(visit.request.remote or '')}")
        if (wait := self._attempts.wait_s(names, now)) > 0:
            return self._refused(visit, name, 429, "error.too_often", seconds=int(wait) + 1)
        self._attempts.note(names, now)
        try:
            account_id = await self._accounts.with_password(name, password)
        except BusyError:
            return self._refused(visit, name, 503, "error.busy")
        if account_id is None:
            _log.info("login_refused")
            return self._refused(visit, name, 401, "error.login_wrong")
        self._attempts.forget(account)
        raise elsewhere(await self._begin(visit, account_id, "password"))

    def _refused(
        self, visit: Visit, name: str, status: int, key: str, **values: object
    ) -> web.Response:
        return self._renderer.page(
            visit, "login", status=status, name=name[:40], error=visit.say(key, **values)
        )

    async def ask_passkey(self, visit: Visit) -> web.Response:
        challenge = self._challenges.new(visit.token, time.monotonic())
        return web.Response(
            text=passkeys.ask_known(self._place.rp_id, challenge), content_type="application/json"
        )

    async def passkey(self, visit: Visit) -> web.Response:
        now = time.monotonic()
        address = (f"address {network_of(visit.request.remote or '')}",)
        if (wait := self._attempts.wait_s(address, now)) > 0:
            return self._told(visit, "error.too_often", 429, seconds=int(wait) + 1)
        try:
            account_id = await self._by_passkey(visit, now)
        except AccountError:
            self._attempts.note(address, now)
            _log.info("login_refused")
            return self._told(visit, "error.passkey_wrong", 401)
        return web.json_response({"go": await self._begin(visit, account_id, "passkey")})

    async def _by_passkey(self, visit: Visit, now: float) -> int:
        """Raises AccountError."""
        challenge, _ = self._challenges.take(visit.token, now)
        credential_id = visit.json.get("id")
        if not isinstance(credential_id, str) or len(credential_id) > 1400:
            raise AccountError("passkey_wrong")
        known = await self._accounts.passkey(credential_id)
        if known is None:
            raise AccountError("passkey_wrong")
        count = passkeys.check_known(
            visit.json, known, challenge, self._place.rp_id, self._place.origin
        )
        await self._accounts.passkey_used(credential_id, count)
        return known.account_id

    def _told(self, visit: Visit, key: str, status: int, **values: object) -> web.Response:
        return web.json_response({"error": visit.say(key, **values)}, status=status)

    async def _begin(self, visit: Visit, account_id: int, how: str) -> str:
        """Another token than the browser came with; the older session ends. Gives where to go."""
        if visit.session is not None:
            await self._sessions.end(visit.token)
        visit.new_token = await self._sessions.begin(account_id, how)
        _log.info("login", how=how)
        return home(await self._accounts.role_of(account_id))

    async def log_out(self, visit: Visit) -> web.Response:
        await self._sessions.end(visit.token)
        visit.new_token = to_text(secrets.token_bytes(32))
        raise elsewhere("/inloggen")

    # --- an invitation ------------------------------------------------------------------------

    async def invitation(self, visit: Visit) -> web.Response:
        found = await self._found(visit)
        if found is None:
            return self._gone(visit)
        return self._invited(visit, found)

    async def accept(self, visit: Visit) -> web.Response:
        found = await self._found(visit)
        if found is None:
            return self._gone(visit)
        name = visit.form.get("name", "").strip()
        password = visit.form.get("password", "")
        try:
            account_id = await self._invitations.accept_password(_token(visit), name, password)
        except AccountError as error:
            return self._invited(visit, found, 400, visit.say(f"error.{error.code}"), name)
        except BusyError:
            return self._invited(visit, found, 503, visit.say("error.busy"), name)
        raise elsewhere(await self._begin(visit, account_id, "password"))

    async def join(self, visit: Visit) -> web.Response:
        """Somebody who has an account takes one more place in a placement."""
        if await self._found(visit) is None:
            return self._gone(visit)
        try:
            await self._invitations.join(_token(visit), visit.who.account_id)
        except AccountError:
            return self._gone(visit)
        raise elsewhere("/plaatsingen")

    async def ask_new_passkey(self, visit: Visit) -> web.Response:
        found = await self._found(visit)
        if found is None:
            return self._told(visit, "error.invitation_gone", 400)
        name = visit.json.get("name", "")
        name = found.name or (name if isinstance(name, str) else "")
        handle = to_text(secrets.token_bytes(32))
        challenge = self._challenges.new(visit.token, time.monotonic(), handle)
        return web.Response(
            text=passkeys.ask_new(self._place.rp_id, name.strip()[:40] or "?", handle, challenge),
            content_type="application/json",
        )

    async def accept_passkey(self, visit: Visit) -> web.Response:
        name, answer = visit.json.get("name", ""), visit.json.get("answer")
        if not isinstance(name, str) or not isinstance(answer, dict):
            raise PageError(400)
        try:
            challenge, handle = self._challenges.take(visit.token, time.monotonic())
            made = passkeys.check_new(answer, challenge, self._place.rp_id, self._place.origin)
            account_id = await self._invitations.accept_passkey(
                _token(visit), name.strip(), made, handle
            )
        except AccountError as error:
            return self._told(visit, f"error.{error.code}", 400)
        return web.json_response({"go": await self._begin(visit, account_id, "passkey")})

    async def _found(self, visit: Visit) -> Invitation | None:
        now = time.monotonic()
        address = (f"address {network_of(visit.request.remote or '')}",)
        if self._attempts.wait_s(address, now) > 0:
            return None
        found = await self._invitations.invitation(_token(visit))
        if found is None:
            self._attempts.note(address, now)
        return found

    def _gone(self, visit: Visit) -> web.Response:
        return self._renderer.page(
            visit, "problem", status=404, words=visit.say("error.invitation_gone")
        )

    def _invited(
        self, visit: Visit, found: Invitation, status: int = 200, error: str = "", name: str = ""
    ) -> web.Response:
        return self._renderer.page(
            visit,
            "invitation",
            status=status,
            error=error,
            role=found.role,
            known=found.name,
            joins=found.member_id is not None and visit.session is not None,
            name=name[:40],
            least=MIN_CHARACTERS,
        )


def _token(visit: Visit) -> str:
    return visit.request.match_info["token"]
