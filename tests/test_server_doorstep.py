"""Whoever crowds the server's doorstep stands in the way of nobody else."""

import asyncio
import logging
import time
from typing import Any

import aiohttp
import pytest
from aiohttp import WSMessage, WSMsgType

from config import settings as config
from signaling.connection import Connection
from signaling.limits import (
    BURST,
    CONNECT_BURST,
    CONNECTIONS_PER_ADDRESS,
    CONNECTS_PER_S,
    Doorstep,
)
from signaling.metrics import ServerMetrics
from signaling.refusals import RefusedError
from signaling.server_app import running as whole_server
from tests.server_tools import Pair, devices, serving, until

SETTINGS = config.Server(port=0, database_url="sqlite+aiosqlite://")


def test_an_address_has_so_many_strangers_and_no_more() -> None:
    doorstep = Doorstep()
    for port in range(CONNECTIONS_PER_ADDRESS):
        assert doorstep.enter(("192.0.2.1", port), float(port))
    assert not doorstep.enter(("192.0.2.1", 999), 1_000.0)
    assert doorstep.enter(("192.0.2.2", 0), 1_000.0)
    for _ in range(2):  # logged in, and then gone
        doorstep.leave(("192.0.2.1", 5))
    assert doorstep.enter(("192.0.2.1", 999), 1_001.0)
    assert not doorstep.enter(("192.0.2.1", 998), 1_002.0)


def test_connects_have_a_pace() -> None:
    doorstep = Doorstep()

    def let_in(now: float, tries: int) -> int:
        entered = 0
        for port in range(tries):
            entered += doorstep.enter(("192.0.2.1", port), now)
            doorstep.leave(("192.0.2.1", port))
        return entered

    assert let_in(0.0, 1_000) == CONNECT_BURST
    assert let_in(10.0, 1_000) == min(CONNECT_BURST, 10 * CONNECTS_PER_S)
    assert let_in(11.0, 1_000) == CONNECTS_PER_S


def test_it_remembers_a_bounded_number_of_addresses() -> None:
    doorstep = Doorstep(entries=10)
    for number in range(1_000):
        doorstep.enter((f"192.0.{number // 256}.{number % 256}", 1), 0.0)
    assert len(doorstep._paces) == 10


async def test_connections_that_say_nothing_are_counted_and_refused() -> None:
    async with whole_server(SETTINGS) as port:
        silent = [await asyncio.open_connection("127.0.0.1", port) for _ in range(CONNECT_BURST)]
        with pytest.raises(ConnectionResetError):
            reader, _ = await asyncio.open_connection("127.0.0.1", port)
            await reader.read()
        elsewhere = aiohttp.TCPConnector(local_addr=("127.0.0.9", 0))
        async with (
            aiohttp.ClientSession(connector=elsewhere) as session,
            session.get(f"http://127.0.0.1:{port}/healthz") as answer,
        ):
            assert answer.status == 200
        for _, writer in silent:
            writer.close()


async def test_a_device_that_logged_in_is_no_stranger() -> None:
    doorstep = Doorstep()
    async with serving(doorstep=doorstep) as running, devices(running) as at:
        pair = await Pair().add_to(running.store)
        unit = await at.device(pair.unit)
        assert len(doorstep) == 0
        stranger = await at.stranger()
        assert len(doorstep) == 1
        await stranger.socket.close()
        await until(lambda: len(doorstep) == 0)
        await unit.socket.close()
        await until(lambda: running.metric("klasgenoot_sockets") == 0)
        assert len(doorstep) == 0


@pytest.mark.parametrize("path", ["/healthz", "/metrics", "/ws", "/nothing"])
async def test_one_plain_request_a_connection(path: str) -> None:
    async with whole_server(SETTINGS) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode() * 50)
        answers = await asyncio.wait_for(reader.read(), 5)
        assert answers.count(b"HTTP/1.1 ") == 1
        writer.close()


@pytest.mark.parametrize(
    "rubbish",
    [
        b"GET / HTTP/9.9.9\r\n\r\n",
        b"GET / HTTP/1.1\r\nno colon\r\n\r\n",
        b"GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    ],
)
async def test_what_is_no_http_is_no_line_in_the_log(
    rubbish: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        async with whole_server(SETTINGS) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(rubbish)
            assert b" 400 " in await asyncio.wait_for(reader.read(), 5)
            writer.close()
    assert not [record for record in caplog.records if record.name == "aiohttp.server"]


class _Flood:
    """A socket on which there is always one more ping."""

    def __init__(self) -> None:
        self.read = 0

    async def receive(self) -> WSMessage:
        self.read += 1
        await asyncio.sleep(0)
        return WSMessage(WSMsgType.PING, b"", None)

    async def pong(self, _: bytes) -> None:
        """Nobody reads it."""


class _Line:
    """A transport that nobody cuts in time."""

    def abort(self) -> None:
        """Too late for this test."""


@pytest.mark.parametrize("refused", [False, True])
async def test_a_flood_is_not_read_to_its_end(refused: bool) -> None:
    flood = _Flood()
    line: Any = _Line()
    socket: Any = flood
    connection = Connection(socket, line, ServerMetrics(), time.monotonic)
    if refused:
        connection.end("invalid")
    with pytest.raises(RefusedError, match="more than 20"):
        await asyncio.wait_for(connection.read_to_end(), 5)
    assert flood.read <= 2 * BURST
