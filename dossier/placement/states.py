"""How a placement goes from request to erased: one table of steps. Pure; today is an argument.

A step leads from some states to one, asks for a right (dossier/roles.py), takes some facts
along and holds only when its conditions do. Days are YYYY-MM-DD, so that they compare as text.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Annotated, Literal, get_args

import msgspec

from dossier.roles import PlacementRight

State = Literal[
    "requested",
    "consultation",
    "judged",
    "approved",
    "refused",
    "withdrawn",
    "planned",
    "delivered",
    "placed",
    "in_use",
    "closing",
    "returned",
    "erased",
]
STATES: tuple[State, ...] = get_args(State)
MAIN: tuple[State, ...] = (
    "requested",
    "judged",
    "approved",
    "planned",
    "delivered",
    "placed",
    "in_use",
    "closing",
    "returned",
)
"""The way that most go, for the drawing at the top of the page."""
OVER: frozenset[State] = frozenset({"refused", "withdrawn", "returned", "erased"})

Criterion = Literal["ill", "no_qualification", "ten_weeks", "age", "no_contraindication"]
CRITERIA: tuple[Criterion, ...] = get_args(Criterion)
Answer = Literal["yes", "no", "doubt"]
SchoolKind = Literal["po", "vo", "mbo"]
Closing = Literal["back", "other_way", "diploma", "new_school", "deceased", "other"]

Day = Annotated[str, msgspec.Meta(pattern=r"^(\d{4}-\d\d-\d\d)?$")]
Words = Annotated[str, msgspec.Meta(max_length=600)]
Name = Annotated[str, msgspec.Meta(max_length=80)]


class Facts(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is known of a placement; nothing about the illness but that there is one.

    `weeks`: how long the child is expected to be away; `age`: in years, at the request.
    """

    kind: SchoolKind | Literal[""] = ""
    age: Annotated[int, msgspec.Meta(ge=0, le=99)] = 0
    weeks: Annotated[int, msgspec.Meta(ge=0, le=520)] = 0
    ill: bool = False
    no_qualification: bool = False
    no_contraindication: bool = False
    motive: Words = ""
    judged: dict[Criterion, Answer] = {}
    question: Words = ""
    answer: Words = ""
    reason: Words = ""
    closing: Closing | Literal[""] = ""
    delivery_day: Day = ""
    day: Day = ""
    monteur: Name = ""
    delivered_on: Day = ""
    set_number: Annotated[str, msgspec.Meta(max_length=11)] = ""
    loan_signed_on: Day = ""
    network_ok_on: Day = ""
    first_contact_on: Day = ""
    laptop_back_on: Day = ""
    unit_back_on: Day = ""
    erase_on: Day = ""


class StepError(Exception):
    """This cannot be done now; every code of `codes` has words (`needs.…`)."""

    def __init__(self, *codes: str) -> None:
        super().__init__(" ".join(codes))
        self.codes = codes


Condition = Callable[[Facts, str], bool]


def measured(facts: Facts) -> Mapping[Criterion, Answer]:
    """What the numbers of a request say by themselves; a judge cannot say otherwise."""
    old_enough = 4 <= facts.age <= 18
    return {
        "ten_weeks": "yes" if facts.weeks > 10 else "no",
        "age": "yes" if old_enough else "no",
    }


def is_day(text: str) -> bool:
    """A day that exists; "" is none."""
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _past(day: str, today: str) -> bool:
    return is_day(day) and day <= today


NEEDS: Mapping[str, Condition] = {
    "request_whole": lambda f, _: bool(f.kind) and f.age > 0 and f.weeks > 0,
    "all_judged": lambda f, _: set(f.judged) == set(CRITERIA),
    "as_measured": lambda f, _: all(
        f.judged.get(one) == answer or f.judged.get(one) == "doubt"
        for one, answer in measured(f).items()
    ),
    "doubt": lambda f, _: "doubt" in f.judged.values(),
    "question": lambda f, _: bool(f.question.strip()),
    "answer": lambda f, _: bool(f.answer.strip()),
    "all_yes": lambda f, _: set(f.judged) == set(CRITERIA) and set(f.judged.values()) == {"yes"},
    "reason": lambda f, _: bool(f.reason.strip()),
    "day_ahead": lambda f, today: is_day(f.day) and f.day >= today,
    "delivery_before": lambda f, _: is_day(f.delivery_day) and f.delivery_day < f.day,
    "monteur": lambda f, _: bool(f.monteur.strip()),
    "delivered": lambda f, today: _past(f.delivered_on, today),
    "set_known": lambda f, _: bool(re.fullmatch(r"\d{3}-\d{3}-\d{3}", f.set_number)),
    "day_reached": lambda f, today: _past(f.day, today),
    "loan_signed": lambda f, today: _past(f.loan_signed_on, today),
    "network_ok": lambda f, today: _past(f.network_ok_on, today),
    "first_contact": lambda f, today: _past(f.first_contact_on, today),
    "closing": lambda f, _: bool(f.closing),
    "laptop_back": lambda f, today: _past(f.laptop_back_on, today),
    "unit_back": lambda f, today: _past(f.unit_back_on, today),
    "erase_due": lambda f, today: _past(f.erase_on, today),
}
"""Condition -> whether it holds of these facts on this day."""


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """From one of `from_` to `to`; `takes` names the facts that may come along."""

    from_: tuple[State, ...]
    to: State
    right: PlacementRight
    takes: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


STEPS: Mapping[str, Step] = {
    "judge": Step(
        from_=("requested",),
        to="judged",
        right="judge",
        takes=("judged",),
        needs=("request_whole", "all_judged", "as_measured"),
    ),
    "consult": Step(
        from_=("judged",),
        to="consultation",
        right="judge",
        takes=("question",),
        needs=("doubt", "question"),
    ),
    "answer": Step(
        from_=("consultation",), to="requested", right="amend", takes=("answer",), needs=("answer",)
    ),
    "approve": Step(from_=("judged",), to="approved", right="judge", needs=("all_yes",)),
    "refuse": Step(
        from_=("judged",), to="refused", right="judge", takes=("reason",), needs=("reason",)
    ),
    "plan": Step(
        from_=("approved", "planned"),
        to="planned",
        right="plan",
        takes=("day", "delivery_day", "monteur"),
        needs=("day_ahead", "delivery_before", "monteur"),
    ),
    "deliver": Step(
        from_=("planned",),
        to="delivered",
        right="deliver",
        takes=("delivered_on", "set_number"),
        needs=("delivered", "set_known"),
    ),
    "place": Step(
        from_=("delivered",),
        to="placed",
        right="install",
        takes=("loan_signed_on", "network_ok_on"),
        needs=("day_reached", "loan_signed", "network_ok"),
    ),
    "use": Step(
        from_=("placed",),
        to="in_use",
        right="use",
        takes=("first_contact_on",),
        needs=("first_contact",),
    ),
    "close": Step(
        from_=("delivered", "placed", "in_use"),
        to="closing",
        right="close",
        takes=("closing", "reason"),
        needs=("closing",),
    ),
    "return": Step(
        from_=("closing",),
        to="returned",
        right="return",
        takes=("laptop_back_on", "unit_back_on"),
        needs=("laptop_back", "unit_back"),
    ),
    "withdraw": Step(
        from_=("requested", "consultation", "judged", "approved", "planned"),
        to="withdrawn",
        right="withdraw",
        takes=("reason",),
        needs=("reason",),
    ),
    "erase": Step(
        from_=("refused", "withdrawn", "returned"), to="erased", right="erase", needs=("erase_due",)
    ),
}


def missing(name: str, facts: Facts, today: str) -> tuple[str, ...]:
    """The conditions of this step that do not hold yet."""
    return tuple(code for code in STEPS[name].needs if not NEEDS[code](facts, today))


def step(
    state: State,
    facts: Facts,
    name: str,
    given: Mapping[str, object],
    *,
    today: str,
    keep_days: int,
) -> tuple[State, Facts]:
    """Do it: the new state and facts. Raises StepError, KeyError for a step that is none of ours.

    `given` beyond what the step takes is refused. A placement that is over is erased `keep_days`
    days later.
    """
    one = STEPS[name]
    if state not in one.from_:
        raise StepError("not_now")
    if not set(given) <= set(one.takes):
        raise StepError("not_of_this_step")
    try:
        changed = msgspec.convert({**msgspec.to_builtins(facts), **given}, Facts)
    except msgspec.ValidationError:
        raise StepError("wrong_field") from None
    if codes := missing(name, changed, today):
        raise StepError(*codes)
    if one.to == "erased":
        return "erased", Facts()
    if one.to in OVER:
        due = date.fromisoformat(today) + timedelta(days=keep_days)
        changed = msgspec.structs.replace(changed, erase_on=due.isoformat())
    return one.to, changed


def sooner(state: State, facts: Facts, day: str, today: str) -> Facts:
    """The facts with an earlier day of erasing, as a family may wish. Raises StepError."""
    if state not in OVER or not facts.erase_on:
        raise StepError("not_now")
    if not is_day(day) or not today <= day < facts.erase_on:
        raise StepError("erase_sooner")
    return msgspec.structs.replace(facts, erase_on=day)


LEARNED = ("network_ok_on", "first_contact_on", "unit_back_on")
"""What the product finds out by itself."""


def learn(facts: Facts, name: str, day: str) -> Facts:
    """The facts with what the product knows; the first time counts, a person's word stays."""
    if name not in LEARNED or not is_day(day) or getattr(facts, name):
        return facts
    return msgspec.structs.replace(facts, **{name: day})
