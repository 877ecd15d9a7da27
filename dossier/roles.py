"""Who may do what: one table of roles and rights. Pure.

A role is held in one placement (a row in `members`), or on the account itself. What is of the house
(sets, accounts, one's own pages) goes by the account's role; what is of a placement goes by the
roles in that placement, and by the account's role only where it is one of `EVERYWHERE`.
"""

from collections.abc import Iterable, Mapping
from typing import Literal, cast, get_args

Role = Literal[
    "consulent",
    "projectbureau",
    "monteur",
    "regiehouder",
    "begeleider",
    "ict",
    "docent",
    "buddy",
    "leerling",
    "ouder",
    "helpdesk",
    "beheerder",
]
ROLES: tuple[Role, ...] = get_args(Role)

HouseRight = Literal["own", "sets", "act", "accounts", "audit", "placements", "request", "keeping"]
"""`own`: one's own password, sessions and data; `sets`: see the sets, name them; `act`: do
something with one; `accounts`: invite and end; `audit`: the whole list of who did what;
`placements`: the list of those one may see; `request`: make a placement; `keeping`: how long what
is kept."""

PlacementRight = Literal[
    "see",  # the front page: how far it is, dates, the next step
    "amend",  # the request itself, and answers when there is doubt
    "judge",
    "plan",
    "deliver",
    "install",  # the day of placement: what was signed, tested, reached
    "use",  # from placed to in use
    "close",
    "return",
    "erase",
    "withdraw",
    "people",  # who is in it; telephone and mail only of who shares them
    "invite",
    "hand_over",  # another consulent in the place of this one
    "check",  # the checklists: the tasks of one's own role
    "check_all",
    "inventory",  # read INVENTARISATIE-1, -2 and -3
    "inventory_home",  # write -1
    "inventory_school",  # write -2
    "goals",  # write -3
    "evaluate",  # fill in EVALUATIE-1 for oneself
    "evaluation",  # read the scores and -2, -3
    "evaluation_lead",  # begin and end a round, write -2 and -3
    "export",  # everything about the pupil
    "log",  # who did what in this placement
    "rooster",  # the timetable
    "rooster_write",
    "sign_off",
    "hours",
    "hours_write",
    "news",
    "news_write",
    "messages",
    "meetings",
    "duties",
    "documents",
    "documents_write",
    "album",
    "papers",
]
Right = HouseRight | PlacementRight
HOUSE_RIGHTS: frozenset[HouseRight] = frozenset(get_args(HouseRight))
PLACEMENT_RIGHTS: frozenset[PlacementRight] = frozenset(get_args(PlacementRight))

_MEMBER = "own placements see people"
_TOGETHER = "rooster news messages meetings"
_RIGHTS: Mapping[Role, str] = {
    "consulent": f"""{_MEMBER} {_TOGETHER} request amend plan install use close return erase
        withdraw invite hand_over check check_all inventory inventory_home inventory_school goals
        evaluate evaluation evaluation_lead export log rooster_write hours hours_write news_write
        duties documents documents_write papers""",
    "projectbureau": "own placements see judge plan deliver return erase hand_over log keeping",
    "monteur": f"{_MEMBER} install check papers rooster",
    "regiehouder": f"""{_MEMBER} {_TOGETHER} use invite check check_all inventory
        inventory_school goals evaluate evaluation evaluation_lead log rooster_write hours
        hours_write news_write duties documents documents_write album papers""",
    "begeleider": f"""{_MEMBER} {_TOGETHER} invite check inventory inventory_school evaluate
        evaluation rooster_write hours hours_write news_write duties documents documents_write
        album papers""",
    "ict": f"{_MEMBER} check rooster news messages papers",
    "docent": f"""{_MEMBER} {_TOGETHER} check inventory inventory_school evaluate evaluation
        rooster_write hours hours_write news_write duties documents documents_write album""",
    "buddy": f"{_MEMBER} {_TOGETHER} check evaluate duties album",
    "leerling": f"""{_MEMBER} {_TOGETHER} check inventory inventory_home evaluate evaluation
        export log sign_off hours duties documents documents_write album""",
    "ouder": f"""{_MEMBER} {_TOGETHER} check inventory inventory_home evaluate evaluation
        export log sign_off hours duties documents documents_write album papers""",
    "helpdesk": "own sets act placements see",
    "beheerder": "own sets act accounts audit keeping",
}
RIGHTS: Mapping[Role, frozenset[Right]] = {
    role: cast("frozenset[Right]", frozenset(rights.split())) for role, rights in _RIGHTS.items()
}

EVERYWHERE: frozenset[Role] = frozenset({"projectbureau", "helpdesk"})
"""Roles of an account that hold in every placement; all others only where they were invited."""

OF_THE_HOUSE: tuple[Role, ...] = ("consulent", "projectbureau", "monteur", "helpdesk", "beheerder")
"""Roles that a beheerder gives to an account."""

_SCHOOL_AND_HOME: str = "regiehouder begeleider ict docent buddy leerling ouder"
_INVITES: Mapping[Role, str] = {
    "consulent": _SCHOOL_AND_HOME,
    "regiehouder": _SCHOOL_AND_HOME,
    "begeleider": "ict docent buddy",
}
INVITES: Mapping[Role, tuple[Role, ...]] = {
    role: cast("tuple[Role, ...]", tuple(invited.split())) for role, invited in _INVITES.items()
}
"""Whom a role may invite into its placement: nobody gives more than his own place has."""


def may(role: str, right: Right) -> bool:
    """False for a role that is none of ours."""
    return any(right in rights for name, rights in RIGHTS.items() if name == role)


def may_in_house(role: str, right: Right) -> bool:
    """What an account of this role may do outside a placement."""
    return right in HOUSE_RIGHTS and may(role, right)


def any_may(roles: Iterable[str], right: Right) -> bool:
    """What somebody with these roles in a placement may do there."""
    return right in PLACEMENT_RIGHTS and any(may(role, right) for role in roles)


def roles_in(account_role: str, member_as: Iterable[str]) -> frozenset[str]:
    """The roles that hold in a placement where an account is a member as `member_as`."""
    return frozenset(member_as) | (EVERYWHERE & {account_role})


def home(role: str) -> str:
    """The page where somebody begins."""
    return "/helpdesk" if may(role, "sets") else "/plaatsingen"
