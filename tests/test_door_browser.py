"""The whole way of a timetable to the door: outside its lessons the pupil knocks, the class opens,
and the button then leads in. Server, set, home and two real browsers."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect
from sqlalchemy import insert

from bench.stage import Stage, new_demo
from dossier.placement.states import Facts
from dossier.placement.store import columns_of
from dossier.placement.tables import placements
from dossier.rooster.tables import rooster_rows
from dossier.schema import prepare
from signaling.set_number import set_number
from signaling.store import Store

pytestmark = pytest.mark.browser


async def _timetable(url: str, unit_key: str) -> None:
    """A placement of this set, whose only lesson is next week's."""
    store = await Store.open(url)
    await prepare(store)
    day = date.today() + timedelta(days=7)
    facts = Facts(kind="vo", set_number=set_number(unit_key))
    async with store.transaction() as connection:
        made = await connection.execute(
            insert(placements).values(
                code="p000000001",
                state="in_use",
                since=1.0,
                created_at=1.0,
                pupil="Noor",
                school="De Wilgen",
                **columns_of(facts),
            )
        )
        assert made.inserted_primary_key is not None
        await connection.execute(
            insert(rooster_rows).values(
                placement_id=made.inserted_primary_key[0],
                uid="u@klasgenoot",
                subject="taal",
                room="2.13",
                kind="les",
                weekday=day.isoweekday(),
                begin_min=600,
                end_min=660,
                week="elke",
                first=day.isoformat(),
                last=day.isoformat(),
                skips="",
            )
        )
    await store.close()


@pytest.fixture
def stage(play: Playwright, tmp_path: Path) -> Iterator[Stage]:
    demo = new_demo(tmp_path / "demo")
    url = demo.environment["KLASGENOOT_SERVER_DATABASE_URL"]
    work = _timetable(url, demo._tell("klasgenoot", "key"))
    with ThreadPoolExecutor(1) as other:  # the browser's loop runs in this thread
        other.submit(asyncio.run, work).result(60)
    one = Stage(play, demo, tmp_path)
    yield one
    one.close()


def test_knock_first_then_the_class_opens(stage: Stage) -> None:
    screen, home = stage.screen(), stage.home()
    screen.wait_for_selector("body[data-state=ready]")
    home.click("[data-action=join]")
    reason = "Er is nu geen les in je rooster. Klop eerst aan."
    expect(home.locator("body")).to_contain_text(reason)
    assert screen.get_attribute("body", "data-state") == "ready"
    home.click("[data-action=knock]")
    expect(screen.locator("#knocks")).to_be_visible()
    screen.click("[data-action=wait]")
    expect(home.locator("#knocked")).to_contain_text("Nog even wachten")
    home.click("[data-action=join]")
    expect(home.locator("body")).to_contain_text(reason)  # to wait is no welcome
    home.click("[data-action=knock]")
    screen.click("[data-action=come]")
    expect(home.locator("#knocked")).to_contain_text("Kom maar binnen")
    home.click("[data-action=join]")
    home.wait_for_selector("body[data-state=live]")
    screen.wait_for_selector("body[data-state=live]")
