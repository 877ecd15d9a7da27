"""A request becomes a WebSocket, or is refused whatever is in it."""

from aiohttp import web


async def upgrade(socket: web.WebSocketResponse, request: web.Request) -> None:
    """Prepare it. Raises HTTPException, also for what aiohttp has no answer to."""
    try:
        await socket.prepare(request)
    except ValueError:  # a Sec-WebSocket-Key that is no ASCII; else a traceback for each of a flood
        raise web.HTTPBadRequest(text="no WebSocket") from None
