"""Planning a meeting from times, and signing up for buddy duty."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from dossier.desk import Desk, Route
from dossier.fields import FieldError, line, number, words
from dossier.roles import PlacementRight
from dossier.rondom.lists_store import MOST_PLACES, MOST_SEATS, ListKind, TooManyListsError
from dossier.rondom.together import me, number_in, told
from dossier.visit import PageError, Visit, elsewhere

_WHERE: dict[ListKind, tuple[str, PlacementRight]] = {
    "meeting": ("gesprekken", "meetings"),
    "duty": ("buddydienst", "duties"),
}
Handler = Callable[[Visit], Awaitable[web.Response]]


def routes(desk: Desk) -> tuple[Route, ...]:
    found: list[Route] = []
    for kind, (path, right) in _WHERE.items():
        pages = ListPages(desk, kind)
        base = f"/plaatsing/{{placement}}/samen/{path}"
        found += [
            Route("GET", base, right, pages.show),
            Route("POST", base, "news_write", pages.add),
            Route("POST", f"{base}/{{list}}/weg", "news_write", pages.drop),
            Route("POST", f"{base}/plek/{{place}}", right, pages.take),
            Route("POST", f"{base}/plek/{{place}}/af", right, pages.leave),
        ]
    return tuple(found)


class ListPages:
    """One kind of list. Who takes a place shows his name to all who see the list."""

    def __init__(self, desk: Desk, kind: ListKind) -> None:
        self._desk, self._all, self._kind = desk, desk.together, kind
        self._path, self._right = _WHERE[kind]

    async def show(self, visit: Visit) -> web.Response:
        return await self._show(visit)

    async def _show(self, visit: Visit, status: int = 200, error: str = "") -> web.Response:
        return self._desk.renderer.page(
            visit,
            "rondom/lists",
            status=status,
            error=error,
            sections=self._all.sections(visit),
            lists=await self._all.lists.of(visit.here.id, self._kind),
            kind=self._kind,
            base=self._base(visit),
            mine=visit.here.member_id,
            most_seats=MOST_SEATS,
            given=visit.form,
        )

    async def add(self, visit: Visit) -> web.Response:
        try:
            title = line(visit.form, "title", 80, 1)
            text = words(visit.form, "places", 4000, 1)
            labels = [" ".join(one.split()) for one in text.split("\n") if one.strip()]
            if len(labels) > MOST_PLACES or any(len(one) > 80 for one in labels):
                raise FieldError("long", "places")
            seats = number(visit.form, "seats", 1, MOST_SEATS) if self._kind == "duty" else 1
        except FieldError as error:
            return await self._show(visit, 400, told(visit, error))
        try:
            await self._all.lists.add(
                visit.here.id, me(visit), self._kind, title, [(one, seats) for one in labels]
            )
        except TooManyListsError:
            return await self._show(visit, 400, visit.say("together.full"))
        await self._all.tell(visit, self._right)
        raise elsewhere(self._base(visit))

    async def drop(self, visit: Visit) -> web.Response:
        if not await self._all.lists.drop(visit.here.id, self._kind, number_in(visit, "list")):
            raise PageError(404)
        raise elsewhere(self._base(visit))

    async def take(self, visit: Visit) -> web.Response:
        member_id, who = me(visit)
        went = await self._all.lists.take(
            visit.here.id, self._kind, number_in(visit, "place"), member_id, who
        )
        if went == "gone":
            raise PageError(404)
        if went == "full":
            return await self._show(visit, 409, visit.say("together.place_full"))
        raise elsewhere(self._base(visit))

    async def leave(self, visit: Visit) -> web.Response:
        member_id, _ = me(visit)
        if not await self._all.lists.leave(visit.here.id, number_in(visit, "place"), member_id):
            raise PageError(404)
        raise elsewhere(self._base(visit))

    def _base(self, visit: Visit) -> str:
        return f"/plaatsing/{visit.here.code}/samen/{self._path}"
