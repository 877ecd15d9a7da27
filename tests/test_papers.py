"""The papers: filled in with what is known, a line for the rest, no number that nobody shares."""

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import update

from dossier.forms.inventory import GOALS
from dossier.forms.inventory_store import Line, write
from dossier.papers.gather import PAPERS, grid, phones
from dossier.placement.events import Event
from dossier.placement.members import Member
from dossier.placement.tables import members
from dossier.rooster.lessons import Row
from tests.helpdesk_tools import browser, pages
from tests.placement_tools import case, enter, with_set
from tests.server_tools import Pair

TODAY = date(2026, 9, 7)
LATER = TODAY + timedelta(90)


def person(role: str, *, shares: bool) -> Member:
    return Member(id=1, account_id=1, role=role, name=f"N {role}", phone="0612345678",
                  mail="a@example.org", shares=shares, ended_at=None)  # fmt: skip


def row(weekday: int, **of: object) -> Row:
    values: dict[str, object] = {"subject": "taal", "weekday": weekday, "begin_min": 510,
                                 "end_min": 560, "first": TODAY, "last": LATER}  # fmt: skip
    return Row(**{**values, **of})  # type: ignore[arg-type]


def test_who_is_needed_first_stands_first_and_shares_or_not() -> None:
    found = phones([person("ouder", shares=False), person("begeleider", shares=True)])
    assert [one.role for one in found] == ["begeleider", "ouder"]
    assert [one.phone for one in found] == ["0612345678", ""] and found[1].mail == ""


def test_the_week_as_a_grid() -> None:
    rows = [row(1, room="12"), row(3, week="b"), row(1, begin_min=600, end_min=650),
            row(2, last=TODAY - timedelta(1)), row(4, last=TODAY),
            row(1, subject="gym")]  # fmt: skip
    found = grid(rows, TODAY)
    assert [one.time for one in found] == ["8:30–9:20", "10:00–10:50"]
    assert found[0].days == {1: "taal, 12 / gym", 3: "taal (B)"}


@pytest.mark.parametrize("language", ["nl", "en"])
async def test_every_paper_is_filled_in(language: str) -> None:
    async with pages() as at, browser(at) as one:
        here, pair = await case(at, "Anna"), await Pair().add_to(at.store)
        async with at.store.transaction() as connection:
            await connection.execute(
                update(members).where(members.c.role == "begeleider").values(shares=True)
            )
            await connection.execute(
                update(members).where(members.c.role == "buddy").values(name="<i>Kees</i>")
            )
        goal = Line(form=3, kind=GOALS[0], goal="Weer mee met de klas", result="vier lessen")
        event = Event(at=1, who="t", what="row_added")
        number = await with_set(at, here.code, pair.unit.public)
        await write(at.store, number, goal, event)
        await enter(at, one, here.people["monteur"])
        page = (await one.get(f"/plaatsing/{here.code}/papieren/handelingsplan")).text
        assert one.status == 200 and "Weer mee" not in page  # the form is not his to read
        await enter(at, one, here.people["regiehouder"])
        base = f"/plaatsing/{here.code}/papieren"
        assert len(re.findall(rf'href="{base}/\w+"', (await one.get(base)).text)) == len(PAPERS)
        for paper in PAPERS:
            page = (await one.get(f"{base}/{paper}?taal={language}")).text
            assert one.status == 200 and "Annakind" in page and "<i>Kees" not in page, paper
            assert page.count("0612345678") == (
                paper in ("brief", "telefoonlijst", "handelingsplan")
            )
            assert f'lang="{language}"' in page
            assert ("Weer mee met de klas" in page) == (paper == "handelingsplan")
        assert "School Anna" in page
        for wrong in ("x", "brief.html", "..%2fbase", "all"):
            assert (await one.get(f"{base}/{wrong}")).status == 404
