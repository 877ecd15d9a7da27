"""Whoever crowds the server's doorstep stands in the way of nobody else."""

import asyncio
import gc
import logging
import time
from typing import Any

import aiohttp
import pytest
from aiohttp import WSMessage, WSMsgType

from bench.attackers import _UPGRADE
from config import settings as config
from signaling.connection import Connection
from signaling.doorstep import ALL, ASK_S, LOG_IN_S, NETWORK, SETTLED_S, SITE, Doorstep, Peer, Share
from signaling.limits import BURST
from signaling.metrics import ServerMetrics
from signaling.refusals import RefusedError
from signaling.server_app import running as whole_server
from tests.server_tools import Pair, devices, serving, until

FAST = Share(NETWORK.most, 1e6, 1_000_000)
LINE_BYTES = 8_190
"""aiohttp's longest line of a request."""
SETTINGS = config.Server(port=0, database_url="sqlite+aiosqlite://")


def test_an_address_has_so_many_strangers_and_no_more() -> None:
    doorstep = Doorstep(network=FAST)
    for port in range(NETWORK.most):
        assert doorstep.enter(("192.0.2.1", port), 0.0)
    assert not doorstep.enter(("192.0.2.1", 999), 1.0)
    assert doorstep.enter(("192.0.2.2", 0), 1.0)
    for _ in range(2):  # logged in, and then gone
        doorstep.leave(("192.0.2.1", 5))
    assert doorstep.enter(("192.0.2.1", 999), 1.0)
    assert not doorstep.enter(("192.0.2.1", 998), 1.0)


def test_whoever_had_time_to_log_in_gives_way_to_others_of_its_network() -> None:
    doorstep, cut = Doorstep(network=FAST), list[int]()
    for port in range(NETWORK.most):
        doorstep.enter(("192.0.2.1", port), float(port) / 100)
        doorstep.may_cut(("192.0.2.1", port), lambda port=port: cut.append(port))  # type: ignore[misc]
    assert not doorstep.enter(("192.0.2.1", 998), SETTLED_S - 0.01)
    assert doorstep.enter(("192.0.2.1", 999), SETTLED_S)
    assert cut == [0]
    assert len(doorstep) == NETWORK.most


def test_connects_have_a_pace() -> None:
    doorstep = Doorstep()

    def let_in(now: float, tries: int) -> int:
        entered = 0
        for port in range(tries):
            entered += doorstep.enter(("192.0.2.1", port), now)
            doorstep.leave(("192.0.2.1", port))
        return entered

    assert let_in(0.0, 1_000) == NETWORK.burst
    assert let_in(10.0, 1_000) == min(NETWORK.burst, 10 * NETWORK.rate)
    assert let_in(11.0, 1_000) == NETWORK.rate


def test_it_remembers_a_bounded_number_of_addresses() -> None:
    doorstep = Doorstep(entries=10)
    for number in range(1_000):
        doorstep.enter((f"192.0.{number // 256}.{number % 256}", 1), 0.0)
    assert len(doorstep._paces) == 10


def test_all_together_have_a_pace() -> None:
    doorstep = Doorstep()
    entered = 0
    for number in range(4 * ALL.burst):
        peer = (f"10.{number >> 8}.{number & 255}.1", 1)
        entered += doorstep.enter(peer, 0.0)
        doorstep.leave(peer)
    assert entered == ALL.burst


def test_a_customer_with_many_networks_of_ipv6_is_one_site() -> None:
    doorstep = Doorstep()
    entered = sum(
        doorstep.enter((f"2001:db8:1:{number:x}::1", 1, 0, 0), number / SITE.rate)
        for number in range(8 * SITE.most)
    )
    assert entered > SITE.most
    assert len(doorstep) == SITE.most
    assert doorstep.enter(("2001:db8:2::1", 1, 0, 0), 1e6)


def test_a_full_doorstep_has_room_for_who_comes_from_elsewhere() -> None:
    """Whoever is cut for it is the oldest of the network that has most."""
    doorstep, cut = Doorstep(everybody=Share(12, 1e3, 1_000)), list[Peer]()

    def come(address: str, port: int) -> bool:
        peer = (address, port)
        if entered := doorstep.enter(peer, 0.0):
            doorstep.may_cut(peer, lambda: cut.append(peer))
        return entered

    assert all(come("192.0.2.1", port) for port in range(8))
    assert all(come("192.0.2.2", port) for port in range(4))
    assert not come("192.0.2.1", 99)
    assert not cut
    assert come("192.0.2.3", 1)
    assert cut == [("192.0.2.1", 0)]
    assert len(doorstep) == 12
    doorstep.leave(("192.0.2.1", 0))  # its socket is closed at last
    assert len(doorstep) == 12
    assert come("192.0.2.2", 5)
    assert cut[1:] == [("192.0.2.1", 1)]
    assert not come("192.0.2.2", 6)  # six, five, one: nobody has much more than this one


def test_nobody_stands_there_for_long() -> None:
    doorstep, cut = Doorstep(), list[str]()
    for name in ("silent", "asking", "gone"):
        doorstep.enter((name, 1), 0.0)
        doorstep.may_cut((name, 1), lambda name=name: cut.append(name))  # type: ignore[misc]
    doorstep.asked(("asking", 1), 1.0)
    doorstep.leave(("gone", 1))
    doorstep.sweep(ASK_S - 0.1)
    assert cut == []
    doorstep.sweep(ASK_S)
    assert cut == ["silent"]
    doorstep.sweep(1.0 + LOG_IN_S)
    assert cut == ["silent", "asking"]
    assert len(doorstep) == 0


async def test_a_silent_connection_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also one that got as far as a head without an end."""
    monkeypatch.setattr("signaling.doorstep.ASK_S", 0.1)
    monkeypatch.setattr("signaling.listener._SWEEP_S", 0.05)
    async with whole_server(SETTINGS) as port:
        for said in (b"", b"GET /ws HTTP/1.1\r\nHost: x\r\n"):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(said)
            assert await asyncio.wait_for(reader.read(), 5) == b""
            writer.close()


async def test_connections_that_say_nothing_are_counted_and_refused() -> None:
    async with whole_server(SETTINGS) as port:
        silent = [await asyncio.open_connection("127.0.0.1", port) for _ in range(NETWORK.burst)]
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
        b"GET /ws HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: \xff\xfe==\r\n\r\n",
    ],
)
async def test_what_is_no_http_is_no_line_in_the_log(
    rubbish: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        async with whole_server(SETTINGS) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(rubbish)
            try:
                assert b" 400 " in await asyncio.wait_for(reader.read(), 5)
            except ConnectionResetError:  # the rest of a line without end is not read to be polite
                assert len(rubbish) > LINE_BYTES
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


async def test_what_a_flooder_said_is_no_garbage_to_be_collected() -> None:
    """A collection of a hundred thousand objects would hold every device up."""
    ping = b"\x89\x80" + bytes(4)
    async with serving() as running:
        gc.disable()
        try:
            for _ in range(3):
                reader, writer = await asyncio.open_connection("127.0.0.1", running.port)
                writer.write(_UPGRADE)
                await reader.readuntil(b"challenge")
                writer.write(ping * 5_000)
                assert b"flood" in await asyncio.wait_for(reader.read(), 5)
                writer.close()
            await until(lambda: running.metric("klasgenoot_sockets") == 0)
            assert sum(isinstance(one, WSMessage) for one in gc.get_objects()) < 100
        finally:
            gc.enable()
