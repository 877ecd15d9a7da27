"""A device's link: logs in, comes back by itself, never blocks, and is not fooled."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.asyncio.server import ServerConnection, serve

from signaling import client
from signaling.client import backoff
from signaling.identity import new_nonce
from signaling.messages import Candidate as CandidateMessage
from signaling.messages import (
    Challenge,
    Decoder,
    IceCandidate,
    Join,
    Login,
    Message,
    Peer,
    Problem,
    Ready,
    ToServer,
    Welcome,
    encode,
)
from signaling.store import Store
from tests.client_tools import Owner
from tests.server_tools import Pair, Running, serving, until

BOOT = "boot-boot-boot-boot"


@contextlib.asynccontextmanager
async def both(running: Running, pair: Pair) -> AsyncIterator[tuple[Owner, Owner]]:
    async with (
        Owner(running.url, pair.unit).running() as unit,
        Owner(running.url, pair.laptop).running() as laptop,
    ):
        await until(lambda: Peer(online=True, boot=BOOT) in unit.messages)
        await until(lambda: Peer(online=True, boot=BOOT) in laptop.messages)
        yield unit, laptop


async def test_two_links_meet_through_the_server() -> None:
    async with serving() as running:
        pair = await Pair().add_to(running.store)
        async with both(running, pair) as (unit, laptop):
            join = Join(nonce=new_nonce())
            assert laptop.link.send(join)
            await until(lambda: join in unit.messages)
            ready = Ready(nonce=new_nonce(), answers=join.nonce)
            assert unit.link.send(ready)
            await until(lambda: ready in laptop.messages)
            sent = [
                CandidateMessage(ice=IceCandidate(candidate=f"candidate:{n}")) for n in range(30)
            ]
            assert all(laptop.link.send(message) for message in sent)
            await until(lambda: sent[-1] in unit.messages)
            assert [m for m in unit.messages if isinstance(m, CandidateMessage)] == sent
            assert unit.states == [("connecting", ""), ("online", "")]
            too_large = CandidateMessage(ice=IceCandidate(candidate="x" * 70_000))
            assert not laptop.link.send(too_large)


async def test_a_restarted_server_has_its_devices_back_within_five_seconds() -> None:
    store = await Store.open("sqlite+aiosqlite://")
    pair = await Pair().add_to(store)
    async with serving(store) as running, Owner(running.url, pair.unit).running() as unit:
        await unit.state("online")
        port = running.port
        await running.server.stop(1.0)
        await unit.state("away")
        assert not unit.link.send(Join(nonce=new_nonce()))
    async with Owner(f"ws://127.0.0.1:{port}/ws", pair.unit).running() as unit:
        await until(lambda: len(unit.states) > 4)  # some failures first
        started = time.monotonic()
        async with serving(store, port=port):
            await unit.state("online")
            assert time.monotonic() - started < 5.0
    assert ("away", "unreachable") in unit.states
    await store.close()


@given(st.integers(0, 10_000))
def test_backoff_grows_is_jittered_and_capped(failures: int) -> None:
    delay = backoff(failures)
    assert 0.05 <= delay <= 3.0
    assert delay <= 0.1 * 2.0 ** min(failures, 20)


async def test_taken_over_stays_quiet_until_told() -> None:
    async with serving() as running:
        pair = await Pair().add_to(running.store)
        async with Owner(running.url, pair.unit).running() as first:
            await first.state("online")
            async with Owner(running.url, pair.unit).running() as second:
                await first.state("refused")
                assert first.states[-1] == ("refused", "taken_over")
                with pytest.raises(TimeoutError):
                    await until(lambda: first.link.state != "refused", 0.3)
                assert second.link.state == "online"
                first.link.reconnect()
                await first.state("online")
                await second.state("refused")


async def test_an_unknown_key_is_tried_again_later(monkeypatch: pytest.MonkeyPatch) -> None:
    assert client._REFUSED_S == 30.0
    monkeypatch.setattr(client, "_REFUSED_S", 0.2)
    async with serving() as running:
        pair = Pair()
        async with Owner(running.url, pair.unit).running() as unit:
            await unit.state("refused")
            assert unit.states[-1] == ("refused", "unknown_key")
            await pair.add_to(running.store)
            await unit.state("online")
            assert running.metric('klasgenoot_logins_total{outcome="unknown_key"}') <= 2


async def test_an_owner_that_fails_does_not_cost_the_link() -> None:
    async with serving() as running:
        pair = await Pair().add_to(running.store)
        heard = []

        def broken(message: Message) -> None:
            heard.append(message)
            raise ZeroDivisionError

        owner = Owner(running.url, pair.unit)
        owner.link._on_message = broken
        async with owner.running(), Owner(running.url, pair.laptop).running():
            await until(lambda: len(heard) == 2)
            assert owner.link.state == "online"


# --- a server that is not ours ------------------------------------------------------------------


@contextlib.asynccontextmanager
async def false_server(script: Callable[[ServerConnection], object]) -> AsyncIterator[str]:
    async def handler(socket: ServerConnection) -> None:
        await script(socket)  # type: ignore[misc]

    async with serve(handler, "127.0.0.1", 0, close_timeout=0.1) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        yield f"ws://127.0.0.1:{port}/ws"


CHALLENGE = encode(Challenge(v=1, nonce="n" * 43))


@pytest.mark.parametrize(
    ("first", "state", "code"),
    [
        ("hello", "away", "bad_server"),
        (encode(Peer(online=True)), "away", "bad_server"),
        (encode(Challenge(v=2, nonce="n" * 43)), "refused", "wrong_version"),
        (encode(Problem(code="revoked", final=True)), "refused", "revoked"),
        (encode(Problem(code="unavailable")), "away", "closed"),
        ("x" * 80_000, "away", "closed"),
    ],
)
async def test_a_server_that_speaks_otherwise(first: str, state: str, code: str) -> None:
    async def script(socket: ServerConnection) -> None:
        await socket.send(first)
        await socket.wait_closed()

    async with false_server(script) as url, Owner(url).running() as owner:
        await until(lambda: len(owner.states) > 1)
        assert owner.states[1] == (state, code)
        assert not owner.messages


async def test_a_login_is_sent_only_once_asked_and_is_valid() -> None:
    logins: list[Message] = []

    async def script(socket: ServerConnection) -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await socket.recv()
        await socket.send(CHALLENGE)
        logins.append(Decoder(ToServer)(await socket.recv()))
        await socket.wait_closed()

    async with false_server(script) as url, Owner(url).running() as owner:
        await until(lambda: len(logins) == 1)
        login = logins[0]
        assert isinstance(login, Login) and login.boot == BOOT and login.software == "test"
        assert not owner.link.send(Join(nonce=new_nonce()))  # not online yet


async def test_a_server_that_says_nothing_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "_OPEN_S", 0.2)

    async def script(socket: ServerConnection) -> None:
        await socket.wait_closed()

    async with false_server(script) as url, Owner(url).running() as owner:
        await until(lambda: ("away", "unreachable") in owner.states)


async def test_sending_never_blocks_and_is_bounded() -> None:
    async def script(socket: ServerConnection) -> None:
        await socket.send(CHALLENGE)
        await socket.recv()
        await socket.send(encode(Welcome(role="unit", heartbeat_s=5.0)))
        socket.transport.pause_reading()
        await socket.wait_closed()

    large = CandidateMessage(ice=IceCandidate(candidate="x" * 60_000))
    async with false_server(script) as url, Owner(url).running() as owner:
        await owner.state("online")
        results = []

        def full() -> bool:
            results.append(owner.link.send(large))
            return not results[-1]

        await until(full)
        assert owner.link._queue.qsize() == client._QUEUE == 64
        stopping = time.monotonic()
    assert time.monotonic() - stopping < 2.5  # also of the false server, which takes a while


async def test_another_network_does_not_wait_for_what_was_tried_on_the_old_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(client, "_OPEN_S", 60.0)
    monkeypatch.setattr(client, "_FIRST_DELAY_S", 60.0)
    monkeypatch.setattr(client, "_LAST_DELAY_S", 60.0)
    came: list[ServerConnection] = []

    async def script(socket: ServerConnection) -> None:
        came.append(socket)
        await socket.wait_closed()

    async with false_server(script) as url, Owner(url).running() as owner:
        await until(lambda: len(came) == 1)
        owner.link.renew()
        await until(lambda: len(came) == 2)
        owner.link.renew()
        await until(lambda: len(came) == 3)
