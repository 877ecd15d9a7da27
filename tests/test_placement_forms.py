"""Checklists, INVENTARISATIE and EVALUATIE: their rules, and their pages request by request."""

import re

import pytest

from dossier.forms import evaluation, inventory
from dossier.forms.checklists import BY_KEY, ITEMS, PHASES, known, mine
from dossier.forms.evaluation import RoleMean, result
from dossier.placement.states import Facts
from dossier.roles import RIGHTS
from dossier.words import WORDS
from tests.helpdesk_tools import Browser, browser, pages
from tests.placement_tools import case, enter


def test_every_task_has_its_place() -> None:
    assert len(BY_KEY) == len(ITEMS) > 60
    parts = [part for some in PHASES.values() for part in some]
    assert {one.part for one in ITEMS} == set(parts) and len(parts) == len(set(parts))
    for one in ITEMS:
        assert one.roles and all("check" in RIGHTS[role] for role in one.roles), one.key
        assert f"part.{one.part}" in WORDS and one.dutch != one.english
        assert (
            not one.fact
            or one.fact in Facts.__struct_fields__
            or "_" in one.fact
            or (one.fact == "evaluation")
        )
    assert all(mine(one, [], True) and not mine(one, ["helpdesk"], False) for one in ITEMS)
    assert known(Facts(loan_signed_on="2026-11-26"), {"inventory_1": "+"}) == {
        "day_loan": "2026-11-26",
        "inventory_home": "+",
    }


@pytest.mark.parametrize(
    ("goal", "text", "until", "smart", "codes"),
    [
        ("Contact", "Twee keer per week bellen, 2 van 3 lukt", "2027-01-01", "smart", ()),
        ("Contact", "Vaker bellen", "2027-01-01", "smart", ("number", "vague")),
        ("Contact", "3 keer", "", "smrt", ("a", "day")),
        ("", "", "", "", ("s", "m", "a", "r", "t", "day", "empty")),
    ],
)
def test_smart(goal: str, text: str, until: str, smart: str, codes: tuple[str, ...]) -> None:
    assert inventory.doubts(goal, text, until, smart) == codes
    assert all(f"smart.{code}" in WORDS for code in codes)


def test_what_scores_propose() -> None:
    def means(*given: tuple[str, int, float]) -> list[RoleMean]:
        return [RoleMean(*one) for one in given]

    def proposal(*given: tuple[str, int, float], turned: bool = False) -> str:
        found = result(means(*given), turned)
        assert found is not None
        return found.proposal

    assert result([], False) is None
    assert proposal(("docent", 1, 5), ("leerling", 1, 4)) == "success"
    assert proposal(("docent", 1, 5), ("leerling", 1, 4), turned=True) == "challenge"
    assert proposal(("docent", 1, 5), ("leerling", 1, 2)) == "apart"
    middle = result(means(("docent", 2, 3.5), ("buddy", 1, 2.0)), True)
    assert middle is not None and middle.proposal == "" and middle.answers == 3
    assert middle.by_role == {"docent": 2.5, "buddy": 4.0} and middle.good == 3.0


def test_a_plot_is_escaped_and_stays_inside() -> None:
    drawing = evaluation.plot([("1", 1.0), ("<2>", 5.0)], '"><script>')
    assert "<script>" not in drawing and "<2>" not in drawing and "&lt;2&gt;" in drawing
    ys = [float(y) for y in re.findall(r'cy="([\d.]+)"', drawing)]
    assert all(0 <= y <= 96 for y in ys)


async def do(one: Browser, page: str, path: str, **fields: str) -> Browser:
    await one.get(page)
    return await one.post(path, fields)


async def test_a_task_is_ticked_by_whose_it_is() -> None:
    async with pages() as at, browser(at) as one:
        here = await case(at, "Anna")
        base = f"/plaatsing/{here.code}/taken"
        await enter(at, one, here.people["ouder"])
        await do(one, base, f"{base}/quiet", done="1", remark="op zolder")
        assert one.where.startswith(base)
        await one.get(f"{base}?fase=3")
        assert "op zolder" in one.text and "Anna ouder" in one.text
        for item, status in (("greet", 404), ("geen", 404), ("quiet", 303)):
            assert (await do(one, base, f"{base}/{item}", done="1")).status == status
        for wrong in ({"done_on": "2999-01-01"}, {"done_on": "x"}, {"remark": "x" * 201}):
            assert (await do(one, base, f"{base}/quiet", done="1", **wrong)).status == 400
        await do(one, base, f"{base}/quiet", remark="")
        assert "op zolder" not in (await one.get(f"{base}?fase=3")).text
        await enter(at, one, here.people["regiehouder"])
        assert (await do(one, base, f"{base}/greet", done="1")).status == 303


async def test_goals_of_two_sides_become_one() -> None:
    async with pages() as at, browser(at) as one:
        here = await case(at, "Anna")
        base = f"/plaatsing/{here.code}/inventarisatie"
        goal = {"kind": "social", "goal": "Meedoen in de <b>pauze</b>", "result": "2 keer per week"}
        await enter(at, one, here.people["leerling"])
        assert (await do(one, base, f"{base}/1", **goal)).status == 303
        assert (await do(one, base, f"{base}/2", **goal)).status == 403
        assert (await do(one, base, f"{base}/3", **goal)).status == 403
        await enter(at, one, here.people["regiehouder"])
        await one.get(f"{base}?formulier=3")
        assert "&lt;b&gt;pauze" in one.text and "<b>pauze" not in one.text
        assert (await do(one, base, f"{base}/3", **goal)).status == 303
        assert WORDS["smart.day"][0] in (await one.get(f"{base}?formulier=3")).text
        number = re.findall(r'name="line" value="(\d+)"', one.text)
        line = max(number, key=int)
        ticks = {f"smart_{letter}": "1" for letter in "smart"}
        await do(one, base, f"{base}/3", **goal, line=line, until="2027-02-01", **ticks)
        assert ">SMART</p>" in (await one.get(f"{base}?formulier=3")).text
        for wrong in (
            {"kind": "helps"},
            {"kind": "geen"},
            {"goal": ""},
            {"goal": "x" * 301},
            {"until": "morgen"},
            {"line": "-1"},
            {"goal": "a\u202eb"},
        ):
            assert (await do(one, base, f"{base}/3", **{**goal, **wrong})).status == 400, wrong
        assert (await do(one, base, f"{base}/3", **goal, line="999")).status == 409
        assert (await do(one, base, f"{base}/3/{line}/weg")).status == 303
        assert (await do(one, base, f"{base}/3/{line}/weg")).status == 404


async def test_a_round_and_the_next_one() -> None:
    async with pages() as at, browser(at) as lead, browser(at) as other:
        here = await case(at, "Anna")
        base = f"/plaatsing/{here.code}/evaluatie"
        await enter(at, lead, here.people["regiehouder"])
        goals = f"/plaatsing/{here.code}/inventarisatie"
        await do(lead, goals, f"{goals}/3", kind="social", goal="Pauze", result="2 pauzes per week")
        assert (await do(lead, base + "/samen", base)).status == 303
        assert (await do(lead, base + "/samen", base)).status == 409
        first = await _round(lead, base)
        await do(lead, base + "/samen", f"{base}/{first}/stelling", text="Het bord is leesbaar.")
        for role, score in (("leerling", "5"), ("docent", "2"), ("buddy", "4")):
            await enter(at, other, here.people[role])
            await other.get(base)
            assert "2 pauzes per week" in other.text and "Het bord is leesbaar." in other.text
            names = dict.fromkeys(re.findall(r'name="(s\d+)"', other.text), score)
            await other.post(f"{base}/{first}/ik", {**names, "noticed": f"geluid {role}"})
            assert other.status == 200 and "Bedankt" in other.text
            for wrong in ({"s1": "6"}, {"s1": ""}, {"s1": "x"}):
                await other.get(base)
                assert (await other.post(f"{base}/{first}/ik", wrong)).status == 400
        assert (await other.get(base + "/samen")).status == 403  # a buddy sees no scores
        await lead.get(base + "/samen")
        assert "geluid buddy" in lead.text and "verschillend beleefd" in lead.text
        action = {"what": "Microfoon op tafel", "who": "docent", "due": "2027-01-10"}
        assert (await do(lead, base + "/samen", f"{base}/{first}/actie", **action)).status == 303
        point = {"kind": "success", "text": "De leerling doet mee"}
        assert (await do(lead, base + "/samen", f"{base}/{first}/punt", **point)).status == 303
        assert (await do(lead, base + "/samen", f"{base}/{first}/einde")).status == 303
        assert (await do(lead, base + "/samen", f"{base}/{first}/punt", **point)).status == 409
        assert (await do(lead, base + "/samen", base)).status == 303
        second = await _round(lead, base)
        assert second != first
        await enter(at, other, here.people["leerling"])
        await other.get(base)
        assert "Actie is gelukt:" in other.text and "Microfoon op tafel" in other.text
        assert "Het bord is leesbaar." in other.text
        names = dict.fromkeys(re.findall(r'name="(s\d+)"', other.text), "4")
        await other.post(f"{base}/{second}/ik", names)
        assert (await other.post(f"{base}/{first}/ik", names)).status in (400, 409)
        await lead.get(base + "/samen")
        assert "Ronde 1: 3,7" in lead.text and '<svg class="plot small"' in lead.text
        for wrong in ({"what": ""}, {"due": "x"}, {"who": "x" * 81}):
            await do(lead, base + "/samen", f"{base}/{second}/actie", **{**action, **wrong})
            assert lead.status == 400


async def _round(lead: Browser, base: str) -> str:
    await lead.get(base + "/samen")
    found = re.search(rf"{base}/(\d+)/einde", lead.text)
    assert found is not None
    return found[1]


async def test_a_round_of_another_placement_cannot_be_filled() -> None:
    async with pages() as at, browser(at) as mine_, browser(at) as theirs:
        here, other = await case(at, "Anna"), await case(at, "Bram")
        base = f"/plaatsing/{other.code}/evaluatie"
        await enter(at, theirs, other.people["regiehouder"])
        await do(theirs, base + "/samen", base)
        number = await _round(theirs, base)
        await enter(at, mine_, here.people["regiehouder"])
        own = f"/plaatsing/{here.code}/evaluatie"
        for what, fields in (
            ("ik", {"s1": "1"}),
            ("punt", {"kind": "success", "text": "erin"}),
            ("actie", {"what": "erin", "who": "ik", "due": "2027-01-01"}),
            ("einde", {}),
        ):
            await do(mine_, "/account", f"{own}/{number}/{what}", **fields)
            assert mine_.status == 409, what
        await theirs.get(base + "/samen")
        assert "erin" not in theirs.text.split("datalist")[0].replace("herinner", "")
        assert f"{base}/{number}/einde" in theirs.text
