"""One's own account; and for a beheerder all accounts and the list of who did what."""

from aiohttp import web

from dossier import audit
from dossier.accounts import AccountError
from dossier.desk import Desk, Route
from dossier.pages_sets import action_result
from dossier.passwords import MIN_CHARACTERS, BusyError
from dossier.roles import OF_THE_HOUSE
from dossier.sheets import SHEET, asked, sheet, skipped
from dossier.visit import PageError, Visit
from signaling.set_number import set_number


def routes(desk: Desk) -> tuple[Route, ...]:
    pages = AccountPages(desk)
    return (
        Route("GET", "/account", "own", pages.own),
        Route("POST", "/account/wachtwoord", "own", pages.change_password),
        Route("POST", "/account/elders", "own", pages.end_others),
        Route("GET", "/accounts", "accounts", pages.all),
        Route("POST", "/accounts/uitnodigen", "accounts", pages.invite),
        Route("POST", "/accounts/einde", "accounts", pages.end),
        Route("GET", "/logboek", "audit", pages.audit),
    )


class AccountPages:
    """Everybody here is logged in."""

    def __init__(self, desk: Desk) -> None:
        self._place, self._sessions = desk.place, desk.sessions
        self._accounts, self._invitations = desk.accounts, desk.invitations
        self._renderer, self._kept, self._pusher = desk.renderer, desk.kept, desk.pusher

    # --- one's own ----------------------------------------------------------------------------

    async def own(self, visit: Visit) -> web.Response:
        return await self._own(visit)

    async def change_password(self, visit: Visit) -> web.Response:
        who = visit.who
        old, new = visit.form.get("old", ""), visit.form.get("new", "")
        try:
            await self._accounts.change_password(who.account_id, who.name, old, new)
        except AccountError as error:
            return await self._own(visit, 400, visit.say(f"error.{error.code}"))
        except BusyError:
            return await self._own(visit, 503, visit.say("error.busy"))
        await self._sessions.end_others(who.account_id, visit.token)
        return await self._own(visit, done=visit.say("own.changed"))

    async def end_others(self, visit: Visit) -> web.Response:
        await self._sessions.end_others(visit.who.account_id, visit.token)
        return await self._own(visit, done=visit.say("own.ended_others"))

    async def _own(
        self, visit: Visit, status: int = 200, error: str = "", done: str = ""
    ) -> web.Response:
        account_id = visit.who.account_id
        return self._renderer.page(
            visit,
            "account",
            status=status,
            error=error,
            done=done,
            sessions=await self._sessions.all_of(account_id),
            has_password=await self._accounts.has_password(account_id),
            least=MIN_CHARACTERS,
            push_key=self._pusher.key(),
        )

    # --- a beheerder's ------------------------------------------------------------------------

    async def all(self, visit: Visit) -> web.Response:
        return await self._all(visit)

    async def invite(self, visit: Visit) -> web.Response:
        name, wanted = visit.form.get("name", ""), visit.form.get("role", "")
        role = next((role for role in OF_THE_HOUSE if role == wanted), None)
        if role is None and not name:
            raise PageError(400)
        try:
            token = await self._invitations.invite(role or "helpdesk", visit.who.name, name)
        except AccountError as error:
            return await self._all(visit, 400, visit.say(f"error.{error.code}"))
        return await self._all(visit, link=f"{self._place.origin}/uitnodiging/{token}")

    async def end(self, visit: Visit) -> web.Response:
        name = visit.form.get("name", "")
        if name == visit.who.name:  # the last beheerder would lock everybody out
            return await self._all(visit, 400, visit.say("accounts.not_own"))
        try:
            await self._accounts.end(name, visit.who.name)
        except AccountError as error:
            return await self._all(visit, 400, visit.say(f"error.{error.code}"))
        return await self._all(visit, done=visit.say("accounts.done"))

    async def _all(
        self, visit: Visit, status: int = 200, error: str = "", done: str = "", link: str = ""
    ) -> web.Response:
        return self._renderer.page(
            visit,
            "accounts",
            status=status,
            error=error,
            done=done,
            link=link,
            # Who is in a placement is seen there, and by nobody else.
            accounts=await self._accounts.all(OF_THE_HOUSE),
            roles=OF_THE_HOUSE,
        )

    async def audit(self, visit: Visit) -> web.Response:
        names = await self._kept.sets()
        number = asked(visit)
        found = await audit.lines(self._kept.store, most=SHEET + 1, skip=skipped(number))
        return self._renderer.page(
            visit,
            "audit",
            days=self._place.audit_days,
            sheet=sheet(number, [(line, _set(line.unit_key, names)) for line in found]),
            result=action_result,
        )


def _set(unit_key: str, names: dict[str, str]) -> tuple[str, str] | None:
    return (set_number(unit_key), names.get(unit_key, "")) if unit_key else None
