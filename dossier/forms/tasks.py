"""What a task of a checklist is. Pure."""

from typing import Literal, NamedTuple, cast

from dossier.roles import Role

Place = Literal["home", "school"]


class Item(NamedTuple):
    """A task; `roles` are who may do it; `fact` ticks it by itself once it is known."""

    key: str
    part: str
    place: Place
    roles: tuple[Role, ...]
    dutch: str
    english: str
    fact: str = ""


def items(
    part: str,
    place: Place,
    *lines: tuple[str, str, str, str] | tuple[str, str, str, str, str],
) -> tuple[Item, ...]:
    """Lines of key, roles, Dutch, English, and a fact where there is one."""
    return tuple(
        Item(one[0], part, place, cast("tuple[Role, ...]", tuple(one[1].split())), *one[2:])
        for one in lines
    )
