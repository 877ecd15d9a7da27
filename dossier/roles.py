"""Who may do what: one table. Pure."""

from collections.abc import Mapping
from typing import Literal, get_args

Role = Literal["helpdesk", "beheerder"]
"""Later: consulent, docent, ouder."""
ROLES: tuple[Role, ...] = get_args(Role)

Right = Literal["own", "sets", "act", "accounts", "audit"]
"""`own`: one's own password and sessions; `sets`: see the sets, name them; `act`: do something with
one; `accounts`: invite and end; `audit`: the whole list of who did what."""

RIGHTS: Mapping[Role, frozenset[Right]] = {
    "helpdesk": frozenset({"own", "sets", "act"}),
    "beheerder": frozenset({"own", "sets", "act", "accounts", "audit"}),
}


def may(role: str, right: Right) -> bool:
    """False for a role that is none of ours."""
    return any(right in rights for name, rights in RIGHTS.items() if name == role)
