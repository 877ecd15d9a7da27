"""What the sets report becomes facts of a placement, and a task that is ticked by itself."""

import asyncio

import pytest

from dossier.placement import learned
from dossier.placement.events import Event, events
from dossier.placement.states import CRITERIA, State
from dossier.placement.store import today
from signaling.messages_helpdesk import Report
from signaling.set_number import set_number
from tests.helpdesk_tools import browser, pages
from tests.placement_tools import case, enter
from tests.server_tools import Pair, devices

GOOD = Report(state="live", live=True, lost_pct=1.0, rtt_ms=60)


@pytest.mark.parametrize("state", ["requested", "planned", "returned", "erased", "refused"])
def test_nothing_is_learned_before_delivery_or_after_return(state: State) -> None:
    assert learned.found(state, None, True) == frozenset() == learned.found(state, None, False)


async def test_a_first_lesson_is_the_first_contact() -> None:
    async with pages() as at, browser(at) as one, devices(at) as sets:
        here = await case(at, "Anna")
        pair = await Pair().add_to(at.store)
        kept = at.site.desk.placements
        day = today(kept.clock)

        async def look() -> int:
            return await learned.look(kept, at.site.desk.kept, at.site.watch.now)

        for name, given in (
            ("judge", {"judged": dict.fromkeys(CRITERIA, "yes")}),
            ("approve", {}),
            ("plan", {"day": "2999-01-02", "delivery_day": "2999-01-01", "monteur": "Mo"}),
            ("deliver", {"delivered_on": day, "set_number": set_number(pair.unit.public)}),
        ):
            found = await kept.of(here.code, here.people["consulent"], "consulent")
            assert found is not None
            await kept.step(found, name, given, Event(at=1.0, who="x", what=name))
        unit = await sets.device(pair.unit)
        for report, first, network in (
            (Report(state="ready"), "", ""),
            (Report(state="live", live=True, lost_pct=30, rtt_ms=60), day, ""),
            (GOOD, day, day),
        ):
            await unit.send(report)
            while (now := at.site.watch.now(pair.unit.public)) is None or now.report != report:
                await asyncio.sleep(0.01)
            await look()
            found = await kept.of(here.code, here.people["consulent"], "consulent")
            assert found is not None
            assert (found.facts.first_contact_on, found.facts.network_ok_on) == (first, network)
        assert await look() == 0
        assert [e.what for e in await events(at.store, found.id)][:2] == ["learned", "learned"]
        await enter(at, one, here.people["regiehouder"])
        await one.get(f"/plaatsing/{here.code}/taken?fase=2")
        assert one.text.count("vanzelf afgevinkt") == 2
        assert "het systeem zelf" in (await one.get(f"/plaatsing/{here.code}/logboek")).text
        found = await kept.of(here.code, here.people["consulent"], "consulent")
        assert found is not None
        await kept.step(found, "close", {"closing": "back"}, Event(at=1.0, who="x", what="close"))
        assert await look() == 0
        await at.store.revoke(pair.unit.public)
        assert await look() == 1
        found = await kept.of(here.code, here.people["consulent"], "consulent")
        assert found is not None and found.facts.unit_back_on == day
