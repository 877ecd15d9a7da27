"""Switching notices on and off for the device that one sits at."""

from aiohttp import web

from dossier.desk import Desk, Route
from dossier.push_store import PushStore
from dossier.visit import PageError, Visit


def routes(desk: Desk) -> tuple[Route, ...]:
    pages = PushPages(desk)
    return (
        Route("POST", "/account/melding", "own", pages.switch_on),
        Route("POST", "/account/melding/uit", "own", pages.switch_off),
    )


class PushPages:
    """Answered in JSON: a script asks."""

    def __init__(self, desk: Desk) -> None:
        self._pusher, self._devices = desk.pusher, PushStore(desk.store)

    async def switch_on(self, visit: Visit) -> web.Response:
        endpoint = visit.json.get("endpoint")
        if not self._pusher.works or not isinstance(endpoint, str):
            raise PageError(400)
        if not self._pusher.knows(endpoint):
            return web.json_response({"error": visit.say("push.unknown")}, status=400)
        await self._devices.add(visit.who.account_id, endpoint)
        return web.json_response({})

    async def switch_off(self, visit: Visit) -> web.Response:
        endpoint = visit.json.get("endpoint")
        if not isinstance(endpoint, str):
            raise PageError(400)
        await self._devices.remove(visit.who.account_id, endpoint)
        return web.json_response({})
