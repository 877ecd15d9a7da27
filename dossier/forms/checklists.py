"""The tasks of the four phases: which are on, whose they are, what ticks itself. Pure."""

from collections.abc import Iterable, Mapping

from dossier.forms.tasks import Item
from dossier.forms.tasks_after import AFTER
from dossier.forms.tasks_before import BEFORE
from dossier.placement.states import Facts, State

ITEMS: tuple[Item, ...] = (*BEFORE, *AFTER)
BY_KEY: Mapping[str, Item] = {one.key: one for one in ITEMS}

PHASES: Mapping[int, tuple[str, ...]] = {
    1: ("inform", "inventory", "organise"),
    2: ("day", "first"),
    3: ("class", "lesson"),
    4: ("end",),
}


def phase_of(state: State) -> int:
    """Which of the four is on now."""
    if state in ("delivered", "placed"):
        return 2
    if state == "in_use":
        return 3
    return 4 if state in ("closing", "returned") else 1


def mine(item: Item, roles: Iterable[str], all_of_them: bool) -> bool:
    """Whether somebody with these roles may tick it."""
    return all_of_them or bool(set(item.roles) & set(roles))


def known(facts: Facts, others: Mapping[str, str]) -> Mapping[str, str]:
    """Item -> day, of what the product knows by itself: the placement's facts, and `others`
    (`inventory_1`…, `evaluation`) from the forms."""
    found = {}
    for item in ITEMS:
        if item.fact:
            day = getattr(facts, item.fact, "") or others.get(item.fact, "")
            if day:
                found[item.key] = day
    return found
