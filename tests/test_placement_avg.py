"""Exporting and erasing; and that a change is whole or not there when the server dies in it."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from dossier.placement import avg
from dossier.placement.events import events
from dossier.placement.store import Placements
from dossier.placement.tables import placements
from dossier.schema import metadata, prepare
from dossier.tables import accounts
from signaling.store import Store
from tests.helpdesk_tools import Pages, browser, pages
from tests.placement_tools import ALL_YES, Case, case, enter
from tests.test_placement_forms import do

_DAY_S = 86_400.0


async def everything(at: Pages, here: Case) -> None:
    """A row in every table about this placement, and then some."""
    found = await at.site.desk.placements.of(here.code, here.people["ouder"], "ouder")
    assert found is not None
    async with at.store.transaction() as connection:
        for table in reversed(avg.tables()):
            row = {}
            for column in table.c:
                if column.name == "placement_id":
                    row[column.name] = found.id
                elif column.name == "member_id":
                    row[column.name] = found.member_id
                elif column.name == "id" or column.nullable:
                    continue
                else:
                    kind = column.type.python_type
                    row[column.name] = "Annageheim" if kind is str else kind(1)
            await connection.execute(insert(table).values(**row))


async def test_every_table_is_of_the_house_or_of_a_placement() -> None:
    of_the_house = {
        "accounts", "passkeys", "invitations", "sessions", "set_names", "link_history", "faults",
        "audit", "placements", "push_devices",
    }  # fmt: skip
    assert {t.name for t in metadata.sorted_tables} == of_the_house | {t.name for t in avg.tables()}


async def test_a_person_gets_everything_about_himself() -> None:
    async with pages() as at, browser(at) as one:
        here = await case(at, "Anna")
        base = f"/plaatsing/{here.code}"
        await enter(at, one, here.people["docent"])
        await do(one, f"{base}/taken", f"{base}/taken/greet", done="1", remark="elke les")
        await enter(at, one, here.people["ouder"])
        await do(one, f"{base}/taken", f"{base}/taken/quiet", done="1", remark="op zolder")
        mine = json.loads((await one.get("/account/gegevens")).text)
        assert mine["checks"][0]["remark"] == "op zolder" and len(mine["checks"]) == 1
        assert mine["accounts"][0]["name"] == "Anna ouder" and mine["members"][0]["phone"]
        assert "elke les" not in one.text
        for secret in ("password_hash", "token_sha256", "handle"):
            assert secret not in one.text
        whole = json.loads((await one.get(f"{base}/gegevens")).text)
        assert {row["remark"] for row in whole["checks"]} == {"op zolder", "elke les"}
        assert whole["placements"][0]["pupil"] == "Annakind"
        assert "attachment" in one.headers["Content-Disposition"]
        # Of the others only what they share.
        phones = {row["name"]: row["phone"] for row in whole["members"]}
        assert phones.pop("Anna ouder") and not any(phones.values())
        assert any(row["phone"] for row in (await avg.of_placement(at.store, 1))["members"][1:])
        await at.site.desk.members.change(1, here.people["docent"], "010 1", "", shares=True)
        whole = json.loads((await one.get(f"{base}/gegevens")).text)
        assert "010 1" in {row["phone"] for row in whole["members"]}
        await enter(at, one, here.people["docent"])
        assert (await one.get(f"{base}/gegevens")).status == 403


async def test_a_placement_is_erased_on_its_day_by_itself(tmp_path: Path) -> None:
    async with pages(tmp_path) as at, browser(at) as one:
        here, other = await case(at, "Anna"), await case(at, "Bram")
        await everything(at, here)
        kept = at.site.desk.placements
        link = await at.site.desk.members.invite(
            1, "ouder", "Annatante", (await events(at.store, 1))[0]
        )
        await enter(at, one, here.people["consulent"])
        base = f"/plaatsing/{here.code}"
        await do(one, base, f"{base}/stap/withdraw", reason="Annageheim hoeft niet")
        assert "Wordt gewist op" in (await one.get(base)).text
        assert await avg.erase_due(kept) == 0
        kept.clock = lambda: time.time() + 91 * _DAY_S
        assert await avg.erase_due(kept) == 1
        assert await avg.erase_due(kept) == 0
        assert (await one.get(base)).status == 404
        async with at.store.transaction() as connection:
            for table in avg.tables():
                rows = (await connection.execute(select(table.c.placement_id))).scalars()
                assert 1 not in set(rows), table.name
            names = set((await connection.execute(select(accounts.c.name))).scalars())
            row = (await connection.execute(select(placements).where(placements.c.id == 1))).one()
        assert row.state == "erased" and row.code == here.code and row.pupil == "" == row.school
        assert "Anna ouder" not in names and "Anna consulent" in names and "Bram ouder" in names
        assert (await one.get(f"/uitnodiging/{link}")).status == 404
        bram = await kept.of(other.code, other.people["ouder"], "ouder")
        assert bram is not None and bram.pupil == "Bramkind"
    raw = (tmp_path / "server.db").read_bytes()
    for name in (b"Annakind", b"Annageheim", b"School Anna", b"Anna ouder", b"Annatante"):
        assert name not in raw, name


async def test_two_who_step_at_the_same_moment() -> None:
    async with pages() as at, browser(at) as one, browser(at) as two:
        here = await case(at, "Anna")
        base = f"/plaatsing/{here.code}"
        for each in (one, two):
            await enter(at, each, here.people["projectbureau"])
            await each.get(base)
        await asyncio.gather(*(b.post(f"{base}/stap/judge", ALL_YES) for b in (one, two)))
        assert sorted([one.status, two.status]) == [303, 409]
        found = [e.what for e in await events(at.store, 1)]
        assert found.count("judge") == 1


_WORKER = """
import asyncio, sys
from dossier.placement.events import Event
from dossier.placement.store import Placements
from dossier.roles import ROLES
from signaling.store import Store

async def main(url, code, account):
    store = await Store.open(url)
    kept = Placements(store, 90)
    print("begun", flush=True)
    n = 0
    while True:
        one = await kept.of(code, account, "consulent")
        name = "plan"
        given = {"day": "2999-01-02", "delivery_day": "2999-01-01", "monteur": f"Mo {n}"}
        await kept.step(one, name, given, Event(at=n, who="x", what=name, detail=f"Mo {n}"))
        n += 1

asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
"""


@pytest.mark.parametrize("wait_s", [0.05, 0.13])
async def test_nothing_is_half_done_when_the_server_dies(tmp_path: Path, wait_s: float) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/server.db"
    async with pages(tmp_path) as at, browser(at) as one:
        here = await case(at, "Anna")
        await enter(at, one, here.people["projectbureau"])
        base = f"/plaatsing/{here.code}"
        await do(one, base, f"{base}/stap/judge", **ALL_YES)
        await do(one, base, f"{base}/stap/approve")
        account = here.people["consulent"]
    worker = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _WORKER, url, here.code, str(account)),
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)},
    )
    assert worker.stdout is not None
    await worker.stdout.readline()
    store = await Store.open(url)
    await prepare(store)
    kept = Placements(store, 90)
    while not [e for e in await events(store, 1) if e.what == "plan"]:
        await asyncio.sleep(0.02)
    await asyncio.sleep(wait_s)  # anywhere in a change
    worker.send_signal(signal.SIGKILL)
    await worker.wait()
    found = await kept.of(here.code, account, "consulent")
    assert found is not None and found.state == "planned"
    plans = [e for e in await events(store, 1, 100_000) if e.what == "plan"]
    assert plans[0].detail == found.facts.monteur == f"Mo {len(plans) - 1}"
    await store.close()
