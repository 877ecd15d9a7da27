"""What every file of pages is given, and how it tells which pages it has."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

from aiohttp import web

from config import settings as config
from dossier.accounts import Accounts
from dossier.invitations import Invitations
from dossier.placement.avg import erase
from dossier.placement.members import Members
from dossier.placement.states import step
from dossier.placement.store import Placement, Placements, today
from dossier.push import Pusher
from dossier.render import Renderer
from dossier.roles import Right
from dossier.rondom.mail import Mailer
from dossier.rooster.keeper import RoosterKeeper
from dossier.sessions import Sessions
from dossier.sets_board import SetsBoard
from dossier.sets_store import SetsStore
from dossier.visit import Visit
from signaling.store import Store

if TYPE_CHECKING:
    from dossier.rondom.together import Together


class Place(Protocol):
    """Where these pages are, which a passkey is bound to, and how long the audit list is kept."""

    origin: str
    audit_days: int

    @property
    def rp_id(self) -> str: ...


class Route(NamedTuple):
    """A page. `right` None: for everybody. A path with `{placement}` is of one placement: the
    handler runs only for somebody with the right there, and finds `visit.placement` and
    `visit.roles`; a right of the house goes by the account's role."""

    method: Literal["GET", "POST"]
    path: str
    right: Right | None
    handler: Callable[[Visit], Awaitable[web.Response]]


@dataclass(frozen=True, kw_only=True)
class Desk:
    """The stores, the renderer and the settings of this server's pages."""

    place: Place
    settings: config.Settings
    store: Store
    renderer: Renderer
    accounts: Accounts
    invitations: Invitations
    sessions: Sessions
    board: SetsBoard
    kept: SetsStore
    placements: Placements
    members: Members
    rooster: RoosterKeeper
    mailer: Mailer
    pusher: Pusher

    async def erase(self, one: Placement) -> None:
        """A placement whose day has come. Raises StepError, StoreError."""
        day = today(self.placements.clock)
        step(one.state, one.facts, "erase", {}, today=day, keep_days=0)
        await erase(self.placements, one.id)

    @cached_property
    def together(self) -> "Together":
        """What the pages around the lessons share."""
        from dossier.rondom.together import Together

        return Together(self)
