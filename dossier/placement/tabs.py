"""The pages of a placement as tabs: one table, in the order of the screen."""

from typing import NamedTuple

from dossier.roles import PlacementRight
from dossier.visit import Visit


class Tab(NamedTuple):
    """`path` is what follows /plaatsing/CODE; `key` its word."""

    right: PlacementRight
    path: str
    key: str


TABS: tuple[Tab, ...] = (
    Tab("see", "", "tab.overview"),
    Tab("check", "/taken", "tab.checks"),
    Tab("inventory", "/inventarisatie", "tab.inventory"),
    Tab("evaluate", "/evaluatie", "tab.evaluation"),
    Tab("people", "/mensen", "tab.people"),
    Tab("rooster", "/rooster", "tab.rooster"),
    Tab("hours", "/uren", "tab.hours"),
    Tab("news", "/samen", "tab.together"),
    Tab("papers", "/papieren", "tab.papers"),
)


def tabs(visit: Visit) -> list[tuple[str, str, bool]]:
    """Where to, its word's key, and whether one is there: what this person may see."""
    if visit.placement is None:
        return []
    base = f"/plaatsing/{visit.placement.code}"
    here = visit.request.path.removeprefix(base)
    return [
        (f"{base}{tab.path}", tab.key, here == tab.path or _under(here, tab.path))
        for tab in TABS
        if visit.may(tab.right)
    ]


def _under(here: str, path: str) -> bool:
    return bool(path) and here.startswith(f"{path}/")
