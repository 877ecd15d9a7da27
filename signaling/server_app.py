"""The server as a process: listens, serves `/ws`, `/healthz` and `/metrics`, stops gracefully."""

import asyncio
import contextlib
import gc
import logging
import signal
import ssl
import time
from collections.abc import AsyncIterator
from importlib.metadata import PackageNotFoundError, version

import structlog
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.typedefs import Handler

from config import settings as config
from config.turn import read_secret
from signaling.addresses import is_loopback
from signaling.doorstep import Doorstep
from signaling.known_units import KnownUnits
from signaling.listener import listeners, sweeping
from signaling.relays import RelayPolicy
from signaling.server import Server
from signaling.set_watch import Site
from signaling.store import Store, StoreError

_DRAIN_S = 2.0
"""All sockets get their close frame at once; a device that needs longer is not there."""
_KEEPALIVE_S = 15.0
"""Only a monitor uses plain HTTP here, once a minute at most."""

_log = structlog.get_logger("signaling.server_app")


class PortError(Exception):
    """The server cannot listen; the text tells a person what to do."""


def certificate(settings: config.Server) -> ssl.SSLContext | None:
    """TLS as the settings say; None (plain ws://) on loopback only. Raises SettingsError."""
    if not settings.certificate_file:
        if is_loopback(settings.host):
            return None
        raise config.SettingsError(
            "setting server.host: other machines may only connect with TLS; set "
            "server.certificate_file and server.certificate_key_file, or use host 127.0.0.1"
        )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(settings.certificate_file, settings.certificate_key_file)
    except (OSError, ValueError):  # ssl.SSLError is an OSError
        raise config.SettingsError(
            "setting server.certificate_file or server.certificate_key_file: not a readable PEM "
            "certificate chain with its key"
        ) from None
    return context


@contextlib.asynccontextmanager
async def running(
    settings: config.Server, turn: config.Turn | None = None, site: Site | None = None
) -> AsyncIterator[int]:
    """The whole server; gives its port. `site` adds pages beside the devices' socket.

    Raises SettingsError, StoreError, PortError, UnitsError.
    """
    tls, relays = certificate(settings), relay_policy(turn or config.Turn())
    units = KnownUnits(settings.units_file)
    store = await Store.open(settings.database_url, settings.revoked_file)
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(store.close)
        doorstep = Doorstep()
        server = Server(
            store,
            settings.heartbeat_s,
            relays=relays,
            units=units,
            came_in=doorstep.leave,
            sets=site.watch if site else None,
        )
        app = application(server, store, doorstep)
        listening = await stack.enter_async_context(site.running(app, store)) if site else None
        runner = web.AppRunner(
            app,
            access_log=None,  # it would log addresses
            handle_signals=False,
            keepalive_timeout=_KEEPALIVE_S,
            shutdown_timeout=_DRAIN_S,
        )
        logging.getLogger("aiohttp.server").addFilter(_is_ours)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        try:
            for listener in listeners(settings.host, settings.port, doorstep):
                await web.SockSite(runner, listener, ssl_context=tls).start()
        except OSError as error:
            raise PortError(
                f"cannot listen at setting server.host, port {settings.port}: {error.strerror}"
            ) from None
        port = runner.addresses[0][1]
        if listening is not None:
            await listening(port)
        tasks = [asyncio.create_task(one) for one in (server.watch(), sweeping(doorstep))]
        try:
            yield port
        finally:
            for task in tasks:
                task.cancel()
            for door in list(runner.sites):
                await door.stop()
            await server.stop(_DRAIN_S)


def relay_policy(turn: config.Turn) -> RelayPolicy | None:
    """What credentials are made from; None without a relay. Raises SettingsError."""
    if not turn.host:
        return None
    return RelayPolicy(turn.host, turn.udp_port, turn.tls_port, turn.lifetime_s, read_secret(turn))


async def run(
    settings: config.Server, turn: config.Turn | None = None, site: Site | None = None
) -> None:
    """Until SIGTERM or SIGINT. Prints `server listening port=…` once devices can connect."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with running(settings, turn, site) as port:
        if not (settings.units_file or is_loopback(settings.host)):
            _log.warning("any_set_may_pair", advice="list your sets in server.units_file")
        gc.collect()
        gc.freeze()  # looking through all that stays for garbage would hold every device up 50 ms
        print(f"server listening port={port}", flush=True)
        await stop.wait()
        _log.info("stopping")


def application(server: Server, store: Store, doorstep: Doorstep | None = None) -> web.Application:
    """The routes."""

    @web.middleware
    async def at_the_door(request: web.Request, handler: Handler) -> web.StreamResponse:
        if doorstep is not None and request.transport is not None:
            doorstep.asked(request.transport.get_extra_info("peername"), time.monotonic())
        return await handler(request)

    async def devices(request: web.Request) -> web.StreamResponse:
        if "Origin" in request.headers:
            # Only a page sends one (RFC 6455 10.2), and our devices are no pages: somebody else's
            # could otherwise fill the places of everybody behind the same address.
            raise web.HTTPForbidden(text="devices only")
        return await server.serve(request)

    async def healthz(request: web.Request) -> web.Response:
        told: dict[str, object] = {"ok": True}
        if is_loopback(request.remote or ""):  # which faults a server has is nobody else's business
            told["version"] = _version()
        try:
            await store.check()
        except StoreError:
            told["ok"] = False
        return web.json_response(told, status=200 if told["ok"] else 503)

    async def metrics(request: web.Request) -> web.Response:
        if not is_loopback(request.remote or ""):  # counts tell who keeps a server when people talk
            raise web.HTTPNotFound
        return web.Response(
            body=server.metrics.render(),
            headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"},
        )

    app = web.Application(middlewares=[at_the_door])
    app.on_response_prepare.append(_once)
    app.router.add_get("/ws", devices)
    app.router.add_get("/healthz", healthz)
    app.router.add_get("/metrics", metrics)
    return app


async def _once(_: web.Request, response: web.StreamResponse) -> None:
    """One plain request a connection: connections are counted, requests are not."""
    response.force_close()
    if not isinstance(response, web.WebSocketResponse):
        # aiohttp chose this header before: without it a browser tries its next form in vain.
        response.headers["Connection"] = "close"


def _is_ours(record: logging.LogRecord) -> bool:
    """Not a stranger's rubbish that is no HTTP: a flood of it must not be a flood of lines."""
    return not (record.exc_info and isinstance(record.exc_info[1], HttpProcessingError))


def _version() -> str:
    try:
        return version("klasgenoot")
    except PackageNotFoundError:  # run from a checkout
        return "development"
