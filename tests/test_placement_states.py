"""The placement's steps: no state without its conditions, in any order, on any day."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dossier.placement.states import (
    CRITERIA,
    NEEDS,
    OVER,
    STATES,
    STEPS,
    Facts,
    State,
    StepError,
    learn,
    missing,
    step,
)
from dossier.roles import PLACEMENT_RIGHTS, RIGHTS
from dossier.words import WORDS

DAYS = ("2026-11-20", "2026-11-26", "2026-12-02", "2026-12-03", "2027-06-01")
BAD_DAYS = ("", "2026-13-45", "gisteren", "2999-01-01")
GOOD_FOR: dict[str, tuple[object, ...]] = {
    "judged": (
        dict.fromkeys(CRITERIA, "yes"),
        {**dict.fromkeys(CRITERIA, "yes"), "ill": "doubt"},
        {**dict.fromkeys(CRITERIA, "yes"), "age": "no"},
    ),
    "closing": ("back", "other"),
    "set_number": ("123-456-789",),
    "monteur": ("Mo",),
    **dict.fromkeys(("question", "answer", "reason"), ("omdat",)),
}
BAD_FOR: dict[str, tuple[object, ...]] = {
    "judged": ({}, {"ill": "yes"}),
    "closing": ("", "nonsense"),
    "set_number": ("", "12", "x" * 99),
    **dict.fromkeys(("question", "answer", "reason", "monteur"), ("", " ")),
}
START = st.builds(
    Facts,
    kind=st.sampled_from(["vo", "vo", "vo", ""]),
    age=st.sampled_from([13, 13, 13, 30, 0]),
    weeks=st.sampled_from([20, 20, 20, 4]),
)


def attempt(dice: random.Random, state: State) -> tuple[str, dict[str, object]]:
    """Mostly a step that can be next, mostly with facts that will do: deep states are reached."""
    names = sorted(STEPS)
    if dice.random() < 0.9:
        ahead = [n for n in names if state in STEPS[n].from_]
        onward = [n for n in ahead if n not in ("withdraw", "refuse", "close")]
        if state == "planned":
            onward.remove("plan")
        names = onward * 4 + ahead or names
    name = dice.choice(names)
    given_: dict[str, object] = {}
    for fact in STEPS[name].takes:
        chance = dice.random()
        if chance < 0.85:
            given_[fact] = dice.choice(GOOD_FOR.get(fact, DAYS))
        elif chance < 0.95:
            given_[fact] = dice.choice(BAD_FOR.get(fact, BAD_DAYS))
    return name, given_


HOLDS: dict[State, tuple[str, ...]] = {
    "judged": ("all_judged", "as_measured"),
    "consultation": ("doubt", "question"),
    "approved": ("all_yes",),
    "planned": ("all_yes", "monteur", "delivery_before"),
    "delivered": ("all_yes", "monteur", "delivered", "set_known"),
    "placed": ("all_yes", "delivered", "set_known", "loan_signed", "network_ok", "day_reached"),
    "in_use": ("all_yes", "set_known", "loan_signed", "network_ok", "first_contact"),
    "closing": ("all_yes", "delivered", "closing"),
    "returned": ("all_yes", "delivered", "closing", "laptop_back", "unit_back"),
    "refused": ("reason",),
    "withdrawn": ("reason",),
}
"""What is true in a state, however one came there."""


REACHED: set[str] = set()


@settings(max_examples=600, deadline=None, derandomize=True)
@given(START, st.integers(0, 2**32))
def test_no_path_to_a_state_without_its_conditions(facts: Facts, seed: int) -> None:
    dice = random.Random(seed)
    state: State = "requested"
    over_on = ""
    days = sorted(dice.choices(DAYS, k=40))
    for today in days:
        name, given_ = attempt(dice, state)
        before, had = state, facts
        try:
            state, facts = step(state, facts, name, given_, today=today, keep_days=90)
        except StepError as error:
            assert (state, facts) == (before, had)
            assert all(f"needs.{code}" in WORDS for code in error.codes)
            continue
        assert before in STEPS[name].from_ and state == STEPS[name].to
        if state in OVER and state != "erased":
            over_on = today
            assert facts.erase_on > today
        if state == "erased":
            assert before in OVER and over_on and today > over_on and facts == Facts()
        REACHED.add(state)
        for code in HOLDS.get(state, ()):
            assert NEEDS[code](facts, today), (state, code)


def test_the_walks_came_everywhere() -> None:
    if not REACHED:
        pytest.skip("the walks did not run")
    assert set(STATES) - {"requested"} <= REACHED


def test_the_whole_way() -> None:
    facts, state = Facts(kind="vo", age=13, weeks=20), "requested"
    today = "2026-11-26"
    for name, given_, day in (
        ("judge", {"judged": {**dict.fromkeys(CRITERIA, "yes"), "age": "doubt"}}, today),
        ("consult", {"question": "Hoe oud?"}, today),
        ("answer", {"answer": "Dertien."}, today),
        ("judge", {"judged": dict.fromkeys(CRITERIA, "yes")}, today),
        ("approve", {}, today),
        ("plan", {"day": "2026-12-02", "delivery_day": "2026-12-01", "monteur": "Mo"}, today),
        ("plan", {"day": "2026-12-03", "delivery_day": "2026-12-01", "monteur": "Mo"}, today),
        ("deliver", {"delivered_on": "2026-12-01", "set_number": "123-456-789"}, "2026-12-01"),
        ("place", {"loan_signed_on": "2026-12-03", "network_ok_on": "2026-12-03"}, "2026-12-03"),
        ("use", {"first_contact_on": "2026-12-03"}, "2026-12-03"),
        ("close", {"closing": "back"}, "2027-04-01"),
        ("return", {"laptop_back_on": "2027-04-02", "unit_back_on": "2027-04-03"}, "2027-04-03"),
        ("erase", {}, "2027-07-02"),
    ):
        state, facts = step(state, facts, name, given_, today=day, keep_days=90)  # type: ignore[arg-type, assignment]
    assert state == "erased" and facts == Facts()


@pytest.mark.parametrize(
    ("state", "name", "given_"),
    [
        ("requested", "approve", {}),
        ("requested", "judge", {"judged": {"ill": "maybe"}}),
        ("requested", "judge", {"judged": "yes"}),
        ("judged", "refuse", {"reason": "x" * 601}),
        ("judged", "refuse", {"reason": "x", "set_number": "123-456-789"}),
        ("closing", "return", {"laptop_back_on": 5}),
        ("returned", "erase", {}),
    ],
)
def test_rubbish_is_refused(state: State, name: str, given_: dict[str, object]) -> None:
    with pytest.raises(StepError):
        step(state, Facts(), name, given_, today="2026-11-26", keep_days=90)


def test_the_table_is_whole() -> None:
    assert {one.to for one in STEPS.values()} | {"requested"} == set(STATES)
    for name, one in STEPS.items():
        assert one.right in PLACEMENT_RIGHTS and set(one.needs) <= set(NEEDS)
        assert set(one.takes) <= set(Facts.__struct_fields__)
        assert any(one.right in rights for rights in RIGHTS.values())
        for key in (f"step.{name}", f"step.{name}_why", f"step.{name}_go", f"event.{name}"):
            assert key in WORDS, key
    assert all(f"placed.{state}" in WORDS for state in STATES)
    assert all(f"needs.{code}" in WORDS for code in NEEDS)
    assert missing("erase", Facts(erase_on="2026-11-27"), "2026-11-26") == ("erase_due",)


def test_what_the_product_knows_counts_once() -> None:
    facts = learn(Facts(), "first_contact_on", "2026-11-26")
    assert facts.first_contact_on == "2026-11-26"
    assert learn(facts, "first_contact_on", "2026-11-27") == facts
    assert learn(facts, "erase_on", "2026-11-27") == facts == learn(facts, "monteur", "x")
    assert learn(Facts(), "network_ok_on", "straks") == Facts()
