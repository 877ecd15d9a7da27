"""The people of a placement: who they are, their invitations, what each shares."""

import re

from aiohttp import web

from dossier.desk import Desk, Route
from dossier.fields import FieldError, line, one_of, ticked
from dossier.placement.events import by
from dossier.placement.members import Member, NoSuchMemberError
from dossier.roles import INVITES, ROLES, Role
from dossier.visit import PageError, Visit

_PHONE = re.compile(r"(\+?[0-9][0-9 -]{6,20})?\Z")
_MAIL = re.compile(r"([^@\s,;<>]{1,64}@[^@\s,;<>]{1,50}\.[A-Za-z]{2,})?\Z")


def routes(desk: Desk) -> tuple[Route, ...]:
    pages = PeoplePages(desk)
    base = "/plaatsing/{placement}/mensen"
    return (
        Route("GET", base, "people", pages.all),
        Route("POST", base, "invite", pages.invite),
        Route("POST", f"{base}/ik", "people", pages.mine),
        Route("POST", f"{base}/{{member}}/link", "invite", pages.again),
        Route("POST", f"{base}/{{member}}/einde", "invite", pages.end),
    )


class PeoplePages:
    """Names are for everybody in the placement; telephone and mail only where they are shared."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def all(self, visit: Visit) -> web.Response:
        return await self._all(visit)

    async def invite(self, visit: Visit) -> web.Response:
        try:
            role = one_of(visit.form, "role", invites(visit.roles))
            name = line(visit.form, "name", 80, 2)
        except FieldError as error:
            told = visit.say(f"field.{error.code}", field=visit.say(f"people.{error.name}"))
            return await self._all(visit, 400, told)
        event = by(visit, "invited", f"{role} {name}")
        token = await self._desk.members.invite(visit.here.id, role, name, event)
        return await self._all(visit, link=self._link(token), name=name)

    async def again(self, visit: Visit) -> web.Response:
        who = await self._named(visit)
        event = by(visit, "invited_again", f"{who.role} {who.name}")
        try:
            token = await self._desk.members.invite_again(visit.here.id, who.id, event)
        except NoSuchMemberError:
            return await self._all(visit, 409, visit.say("people.elsewhere"))
        return await self._all(visit, link=self._link(token), name=who.name)

    async def end(self, visit: Visit) -> web.Response:
        who = await self._named(visit)
        if who.account_id == visit.who.account_id:
            return await self._all(visit, 400, visit.say("people.not_own"))
        try:
            event = by(visit, "member_ended", f"{who.role} {who.name}")
            await self._desk.members.end(visit.here.id, who.id, event)
        except NoSuchMemberError:
            raise PageError(404) from None
        return await self._all(visit, done=visit.say("people.ended", name=who.name))

    async def mine(self, visit: Visit) -> web.Response:
        phone, mail = visit.form.get("phone", "").strip(), visit.form.get("mail", "").strip()
        if not _PHONE.match(phone) or not _MAIL.match(mail):
            return await self._all(visit, 400, visit.say("people.reach_wrong"))
        await self._desk.members.change(
            visit.here.id, visit.who.account_id, phone, mail, ticked(visit.form, "shares")
        )
        return await self._all(visit, done=visit.say("people.saved"))

    def _link(self, token: str) -> str:
        return f"{self._desk.place.origin}/uitnodiging/{token}"

    async def _named(self, visit: Visit) -> Member:
        """Whom the path names, if the visitor may invite his role. Raises PageError."""
        wanted = visit.request.match_info["member"]
        for one in await self._desk.members.all(visit.here.id):
            if str(one.id) == wanted and one.role in invites(visit.roles):
                return one
        raise PageError(404)

    async def _all(
        self,
        visit: Visit,
        status: int = 200,
        error: str = "",
        *,
        done: str = "",
        link: str = "",
        name: str = "",
    ) -> web.Response:
        found = await self._desk.members.all(visit.here.id)
        mine = next((one for one in found if one.account_id == visit.who.account_id), None)
        return self._desk.renderer.page(
            visit,
            "placement/people",
            status=status,
            error=error,
            done=done,
            link=link,
            name=name,
            people=sorted(found, key=lambda one: ROLES.index(one.role)),
            mine=mine,
            invites=invites(visit.roles),
        )


def invites(roles: frozenset[str]) -> tuple[Role, ...]:
    """Whom somebody with these roles may invite, in the order of the table."""
    whom = {one for role, some in INVITES.items() if role in roles for one in some}
    return tuple(role for role in ROLES if role in whom)
