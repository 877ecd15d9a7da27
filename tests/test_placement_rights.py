"""Who may do what: the table against every route, for every role; and walks that look for a leak
from one placement into another."""

import random
import re

import pytest

from dossier.roles import (
    EVERYWHERE,
    HOUSE_RIGHTS,
    INVITES,
    PLACEMENT_RIGHTS,
    RIGHTS,
    ROLES,
    any_may,
    may_in_house,
    roles_in,
)
from tests.helpdesk_tools import Browser, browser, pages
from tests.placement_tools import case, enter


def test_the_table_has_every_right_and_nothing_else() -> None:
    known = HOUSE_RIGHTS | PLACEMENT_RIGHTS
    assert not HOUSE_RIGHTS & PLACEMENT_RIGHTS
    assert set(RIGHTS) == set(ROLES)
    for role, rights in RIGHTS.items():
        assert rights <= known and "own" in rights, role
    for right in known:
        assert any(right in rights for rights in RIGHTS.values()), right


def test_a_role_of_an_account_is_no_role_in_a_placement() -> None:
    assert roles_in("consulent", []) == frozenset() == roles_in("beheerder", [])
    assert roles_in("projectbureau", []) == {"projectbureau"}
    assert roles_in("docent", ["ouder"]) == {"ouder"}
    assert not may_in_house("consulent", "see") and not any_may({"consulent"}, "request")


def test_nobody_gives_more_than_a_place() -> None:
    for role, invited in INVITES.items():
        assert "invite" in RIGHTS[role]
        assert not set(invited) & (EVERYWHERE | {"consulent", "beheerder", "monteur"}), role


def filled(path: str, code: str) -> str:
    """Other names in a path stand for something that is not there."""
    return re.sub(r"\{\w+\}", "1", path.replace("{placement}", code))


@pytest.mark.parametrize("role", ROLES)
async def test_every_route_asks_for_its_right_in_the_placement(role: str) -> None:
    async with pages() as at, browser(at) as one, browser(at) as nobody:
        mine, other = await case(at, "Anna"), await case(at, "Bram")
        await enter(at, one, mine.people[role])
        routes = [route for route in at.site.table if "{placement}" in route.path]
        assert len(routes) > 10
        for route in routes:
            assert route.right in PLACEMENT_RIGHTS, route.path
            path = filled(route.path, mine.code)
            status = await _status(one, route.method, path)
            roles = roles_in(role, [] if role == "beheerder" else [role])
            if not roles:
                assert status == 404, path
            else:
                assert (status == 403) is not any_may(roles, route.right), (role, path, status)
                assert status < 500, (role, path, status)
            if role not in ("projectbureau", "helpdesk"):
                strange = await _status(one, route.method, filled(route.path, other.code))
                assert strange == 404, (role, path)
            await _status(nobody, route.method, path, "/inloggen")
            assert nobody.where == "/inloggen", path


async def _status(one: Browser, method: str, path: str, before: str = "/account") -> int:
    if method == "GET":
        return (await one.get(path)).status
    await one.get(before)
    return (await one.post(path)).status


async def test_the_house_s_list_has_nobody_of_a_placement() -> None:
    async with pages() as at, browser(at) as one:
        mine = await case(at, "Anna")
        await enter(at, one, mine.people["beheerder"])
        await one.get("/accounts")
        assert "Anna consulent" in one.text and "Anna ouder" not in one.text
        await one.post("/accounts/uitnodigen", {"name": "Anna ouder"})
        assert one.status == 200 and "/uitnodiging/" in one.text
        assert "Annakind" not in (await one.get("/logboek")).text


_LINK = re.compile(r'(?:href|action)="(/[^"?#]*)')


@pytest.mark.parametrize("seed", range(6))
async def test_a_walk_finds_nothing_of_another_placement(seed: int) -> None:
    """Follow what pages offer, and try names of the other placement wherever a name can stand."""
    dice = random.Random(seed)
    async with pages() as at, browser(at) as one:
        mine, other = await case(at, "Anna"), await case(at, "Bram")
        role = dice.choice([r for r in ROLES if r not in EVERYWHERE | {"beheerder"}])
        await enter(at, one, mine.people[role])
        gets = [r.path for r in at.site.table if r.method == "GET" and r.path != "/"]
        posts = [r.path for r in at.site.table if r.method == "POST" and r.path != "/uitloggen"]
        way = "/plaatsingen"
        for _ in range(60):
            await one.get(way)
            assert not _of_bram(one.text, role) and other.code not in one.text, (role, way)
            links = [link for link in _LINK.findall(one.text) if link != "/uitloggen"]
            if links and dice.random() < 0.6:
                way = dice.choice(links)
            else:
                code = dice.choice([mine.code, other.code])
                way = re.sub(
                    r"\{\w+\}",
                    lambda _: str(dice.randrange(30)),
                    dice.choice(gets).replace("{placement}", code),
                )
            if dice.random() < 0.3 and one.csrf:
                path = dice.choice(posts).replace("{placement}", other.code)
                path = re.sub(r"\{\w+\}", lambda _: str(dice.randrange(30)), path)
                await one.post(path, {"name": "Kees", "role": "ouder", "phone": "0611111111"})
                assert not _of_bram(one.text, role), (role, path)
                if other.code in path:
                    assert one.status == 404, (role, path)
        still = await at.site.desk.placements.of(other.code, other.people["ouder"], "ouder")
        assert still is not None and still.state == "requested"
        people = await at.site.desk.members.all(still.id)
        assert [one.name for one in people if not one.name.startswith("Bram")] == []


def _of_bram(page: str, role: str) -> bool:
    """A consulent is shown her colleagues, to hand over to; nobody else sees even these."""
    return "Bram" in (page.replace("Bram consulent", "") if role == "consulent" else page)
