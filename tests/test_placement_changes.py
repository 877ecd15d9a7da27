"""Who leads a placement and who comes can change, and a family may wish for an earlier end."""

import pytest

from dossier.placement.events import events
from dossier.placement.states import Facts, StepError, sooner
from dossier.placement.store import today
from tests.helpdesk_tools import Browser, browser, pages
from tests.placement_tools import ALL_YES, case, enter, person
from tests.test_placement_forms import do


async def _planned(one: Browser, base: str, monteur: str) -> Browser:
    given = {"day": "2999-01-02", "delivery_day": "2999-01-01", "monteur": monteur}
    return await do(one, base, f"{base}/stap/plan", **given)


async def test_another_consulent_takes_over_and_gives_back() -> None:
    async with pages() as at, browser(at) as one, browser(at) as two, browser(at) as bureau:
        here = await case(at, "Anna")
        other = await person(at, "Bea", "consulent")
        base = f"/plaatsing/{here.code}"
        await enter(at, one, here.people["consulent"])
        await enter(at, two, other)
        await enter(at, bureau, here.people["projectbureau"])
        assert (await two.get(base)).status == 404
        for rubbish in ("", "Niemand", "Anna docent", "x" * 999):
            assert (await do(one, base, f"{base}/overdragen", to=rubbish)).status == 400
        assert (await two.get(base)).status == 404
        assert "Bea" in (await one.get(base)).text
        assert (await do(one, base, f"{base}/overdragen", to="Bea")).where == "/plaatsingen"
        assert (await one.get(base)).status == 404
        assert (await two.get(base)).status == 200 and "Annakind" in two.text
        # When somebody is ill the project office does it; a place of before is taken again.
        assert (await do(bureau, base, f"{base}/overdragen", to="Anna consulent")).status == 303
        assert (await one.get(base)).status == 200 and (await two.get(base)).status == 404
        found = await events(at.store, 1)
        assert [(e.what, e.detail) for e in found][:2] == [
            ("handed_over", "Anna consulent"),
            ("handed_over", "Bea"),
        ]
        for role in ("regiehouder", "ouder", "helpdesk", "monteur"):
            await enter(at, two, here.people[role])
            await two.get(base)
            assert (await two.post(f"{base}/overdragen", {"to": "Bea"})).status == 403, role
            assert "overdragen" not in two.text


async def test_the_monteur_of_the_plan_is_in_the_placement() -> None:
    async with pages() as at, browser(at) as lead, browser(at) as bureau, browser(at) as mo:
        here = await case(at, "Anna")
        base = f"/plaatsing/{here.code}"
        await enter(at, lead, here.people["consulent"])
        await enter(at, bureau, here.people["projectbureau"])
        await enter(at, mo, await person(at, "Mo", "monteur"))
        await do(bureau, base, f"{base}/stap/judge", **ALL_YES)
        await do(bureau, base, f"{base}/stap/approve")
        assert "Mo" in (await lead.get(base)).text
        assert (await mo.get(base)).status == 404
        assert (await _planned(lead, base, "Mo")).status == 303
        assert (await mo.get(base)).status == 200
        assert (await _planned(lead, base, "Anna monteur")).status == 303
        assert (await mo.get(base)).status == 404
        assert (await _planned(lead, base, "Mo")).status == 303
        assert (await mo.get(base)).status == 200
        # A plan that fails changes nobody; somebody without an account is a name only.
        assert (await _planned(lead, base, "")).status == 409
        assert (await mo.get(base)).status == 200
        assert (await _planned(lead, base, "Piet van elders")).status == 303
        assert (await mo.get(base)).status == 404
        assert "Piet van elders" in (await lead.get(base)).text


async def test_a_family_may_have_it_erased_earlier() -> None:
    async with pages() as at, browser(at) as one, browser(at) as parent:
        here = await case(at, "Anna")
        base, day = f"/plaatsing/{here.code}", "2020-01-01"
        await enter(at, one, here.people["consulent"])
        await enter(at, parent, here.people["ouder"])
        assert (await do(one, base, f"{base}/wisdatum", erase_on="2999-01-01")).status == 409
        await do(one, base, f"{base}/stap/withdraw", reason="niet meer nodig")
        assert 'name="erase_on"' in (await one.get(base)).text
        assert 'name="erase_on"' not in (await parent.get(base)).text
        found = await at.site.desk.placements.of(here.code, here.people["consulent"], "consulent")
        assert found is not None
        for wrong in ("", day, found.facts.erase_on, "2999-01-01", "x"):
            assert (await do(one, base, f"{base}/wisdatum", erase_on=wrong)).status == 409, wrong
        await parent.get(base)
        assert (await parent.post(f"{base}/wisdatum", {"erase_on": day})).status == 403
        now = found.facts.erase_on
        assert (await do(one, base, f"{base}/wisdatum", erase_on=today())).status == 303
        assert now not in (await one.get(base)).text and "stap/erase" in one.text
        assert (await do(one, base, f"{base}/stap/erase")).where == "/plaatsingen"
        assert (await one.get(base)).status == 404


@pytest.mark.parametrize(
    ("state", "day", "code"),
    [
        ("in_use", "2026-11-27", "not_now"),
        ("erased", "2026-11-27", "not_now"),
        ("returned", "2026-11-25", "erase_sooner"),
        ("returned", "2026-12-01", "erase_sooner"),
        ("refused", "2026-13-01", "erase_sooner"),
    ],
)
def test_only_sooner_and_never_before_today(state: str, day: str, code: str) -> None:
    facts = Facts(erase_on="" if state == "erased" else "2026-12-01")
    with pytest.raises(StepError, match=code):
        sooner(state, facts, day, "2026-11-26")  # type: ignore[arg-type]
    due = Facts(erase_on="2026-12-01")
    assert sooner("returned", due, "2026-11-26", "2026-11-26").erase_on == "2026-11-26"
