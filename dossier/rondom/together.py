"""What the pages around the lessons share: their stores, and who somebody is there."""

from collections.abc import Sequence
from pathlib import Path

from dossier.desk import Desk
from dossier.fields import FieldError
from dossier.placement.members import Member
from dossier.roles import PlacementRight, any_may
from dossier.rondom.files_store import Files
from dossier.rondom.lists_store import Lists
from dossier.rondom.notify import Notices
from dossier.rondom.seal import Seal
from dossier.rondom.talk_store import Talk
from dossier.visit import PageError, Visit

SECTIONS: tuple[tuple[PlacementRight, str, str], ...] = (
    ("news", "/samen", "together.news"),
    ("messages", "/samen/berichten", "together.messages"),
    ("meetings", "/samen/gesprekken", "together.meetings"),
    ("duties", "/samen/buddydienst", "together.duties"),
    ("documents", "/samen/documenten", "together.documents"),
    ("album", "/samen/album", "together.album"),
)
"""Right, path behind the placement, word: the menu inside the tab."""


class Together:
    """One for all pages of this room."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        store, settings = desk.store, desk.settings
        self.talk, self.lists = Talk(store), Lists(store)
        self.files = Files(store, Seal(Path(settings.dossier.files_key_file)))
        self.notices = Notices(store, desk.mailer, desk.pusher)

    def sections(self, visit: Visit) -> list[tuple[str, str, bool]]:
        base = f"/plaatsing/{visit.here.code}"
        path = visit.request.path.removeprefix(base)
        return [
            (f"{base}{to}", key, path == to or (to != "/samen" and path.startswith(f"{to}/")))
            for right, to, key in SECTIONS
            if visit.may(right)
        ]

    async def people(self, placement_id: int, right: PlacementRight) -> list[Member]:
        """Who has an account and may use this part."""
        found: dict[int, Member] = {}  # one with two roles is one person, by the first of them
        may: set[int] = set()
        for one in await self.desk.members.all(placement_id):
            if one.account_id is not None:
                found.setdefault(one.account_id, one)
                if any_may((one.role,), right):
                    may.add(one.account_id)
        return [one for account_id, one in found.items() if account_id in may]

    async def tell(
        self, visit: Visit, right: PlacementRight, only: Sequence[int] | None = None
    ) -> None:
        url = f"{self.desk.place.origin}/plaatsing/{visit.here.code}/samen"
        await self.notices.tell(visit.here.id, right, url, by=visit.here.member_id, only=only)


def me(visit: Visit) -> tuple[int, str]:
    """Number and name of whoever is there. Raises PageError for somebody of the house."""
    if visit.here.member_id is None:
        raise PageError(403)
    return visit.here.member_id, visit.here.member_name or visit.who.name


def told(visit: Visit, error: FieldError) -> str:
    return visit.say(f"field.{error.code}", field=visit.say(f"together.f.{error.name}"))


def number_in(visit: Visit, name: str) -> int:
    """A number that the path has. Raises PageError."""
    text = visit.request.match_info[name]
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise PageError(404)
    return int(text)
