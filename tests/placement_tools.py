"""Placements with their people, on a real server in this process."""

from dataclasses import dataclass, field

import msgspec
from sqlalchemy import insert, select, update

from dossier.placement.states import CRITERIA, Facts
from dossier.placement.store import Request
from dossier.placement.tables import members, placements
from dossier.roles import EVERYWHERE, ROLES, Role
from dossier.tables import accounts
from signaling.set_number import set_number
from tests.helpdesk_tools import Browser, Pages

GOOD = Facts(kind="vo", age=13, weeks=20, ill=True, no_qualification=True, no_contraindication=True)
ALL_YES = {f"judged_{one}": "yes" for one in CRITERIA}


@dataclass
class Case:
    """A placement and the account of each role in it."""

    code: str
    people: dict[str, int] = field(default_factory=dict)


async def person(at: Pages, name: str, role: str) -> int:
    """An account without a way in: `enter` makes its session."""
    async with at.store.transaction() as connection:
        made = await connection.execute(
            insert(accounts).values(
                name=name,
                name_key=name.casefold(),
                role=role,
                password_hash="",
                handle=name,
                created_at=1.0,
            )
        )
        assert made.inserted_primary_key is not None
        return int(made.inserted_primary_key[0])


async def enter(at: Pages, browser: Browser, account_id: int) -> Browser:
    token = await at.site.desk.sessions.begin(account_id, "password")
    browser.session.cookie_jar.update_cookies({"klasgenoot": token})
    return browser


async def case(at: Pages, name: str) -> Case:
    """A request with somebody in every role; those of the house are made once a placement too."""
    people = {role: await person(at, f"{name} {role}", role) for role in ROLES}
    desk = at.site.desk.placements
    wanted = Request(pupil=f"{name}kind", school=f"School {name}", facts=GOOD)
    code = await desk.request(people["consulent"], f"{name} consulent", wanted)
    here = await desk.of(code, people["consulent"], "consulent")
    assert here is not None
    for role in ROLES:
        if role != "consulent" and role not in EVERYWHERE | {"beheerder"}:
            await member(at, here.id, people[role], role, f"{name} {role}")
    return Case(code, people)


async def member(at: Pages, placement_id: int, account_id: int, role: Role, name: str) -> None:
    async with at.store.transaction() as connection:
        await connection.execute(
            insert(members).values(
                placement_id=placement_id,
                account_id=account_id,
                role=role,
                name=name,
                phone="0612345678",
                mail="",
                shares=False,
                added_at=1.0,
            )
        )


async def with_set(at: Pages, code: str, unit_key: str) -> int:
    """The placement has this set and is in use; gives its number in the tables."""
    facts = msgspec.structs.replace(GOOD, set_number=set_number(unit_key))
    async with at.store.transaction() as connection:
        await connection.execute(
            update(placements)
            .where(placements.c.code == code)
            .values(state="in_use", facts=msgspec.json.encode(facts).decode())
        )
        found = select(placements.c.id).where(placements.c.code == code)
        return int((await connection.execute(found)).scalar_one())
