"""Autobahn's cases of RFC 6455 against the server's own socket, which here says back what it hears.

The cases are the suite's own, run by kosoku under Python 3: the suite's runner needs Python 2.7,
which Debian has no more. Compression (12, 13) is left out, because the server does not offer it.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator

import kosoku
from aiohttp import WSMsgType, web
from kosoku._kosoku import CaseResult

from bench.results import Results
from signaling.connection import Connection, new_socket
from signaling.limits import TokenBucket
from signaling.metrics import ServerMetrics

_COMPRESSION = ("12.*", "13.*")
_TOO_LARGE = 1009
_AT_ONCE = 8
_NO_LIMIT = 1_000_000  # a second: the flood of the cases is not what is measured here
_METRICS = ServerMetrics()


class _Echo(Connection):
    """A device's connection as the server has it, with an answer to everything."""

    async def answer(self) -> None:
        while True:
            frame = await self._frame()
            if frame is None:
                return
            if frame.type is WSMsgType.TEXT:
                self._queue.put_nowait((frame.type, frame.data.encode()))
            elif frame.type is WSMsgType.BINARY:
                self._queue.put_nowait((frame.type, frame.data))


async def _serve(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    socket = new_socket(heartbeat_s=5.0)
    await socket.prepare(request)
    bucket = TokenBucket(time.monotonic(), _NO_LIMIT, _NO_LIMIT)
    echo = _Echo(socket, request.transport, _METRICS, time.monotonic, bucket)
    echo._queue = asyncio.Queue()  # 500 messages at once are more than a device may leave unread
    writer = asyncio.create_task(echo.write())
    try:
        await echo.answer()
    finally:
        await echo.finish(writer)
    return socket


@contextlib.asynccontextmanager
async def echoing() -> AsyncIterator[str]:
    """The address of such a server."""
    app = web.Application()
    app.router.add_get("/", _serve)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"ws://127.0.0.1:{runner.addresses[0][1]}/"
    finally:
        await runner.cleanup()


async def failed(url: str) -> tuple[int, list[CaseResult]]:
    """How many cases there are, and those that failed."""
    try:
        found = await kosoku.run_fuzzingclient(
            url, exclude_cases=_COMPRESSION, concurrency=_AT_ONCE
        )
    except kosoku.FailureError as error:
        found = error.results
    return len(found), [case for case in found if not case.passed]


def is_too_large(case: CaseResult) -> bool:
    """Whether it failed because the server refuses, as it should, what is beyond 128 KiB."""
    return case.case_id.startswith("9.") and case.remote_close_code == _TOO_LARGE


def measure(results: Results) -> None:
    async def run() -> tuple[int, list[CaseResult]]:
        async with echoing() as url:
            return await failed(url)

    cases, missed = asyncio.run(run())
    refused = sum(map(is_too_large, missed))
    for case in missed:
        if not is_too_large(case):
            print(f"autobahn {case.case_id}: {case.description} ({case.remote_close_code})")
    results.add(
        "trust",
        "autobahn",
        "klasgenoot",
        cases=cases,
        failed=len(missed) - refused,
        refused_too_large=refused,
    )
