"""Two devices of one pair meet at a real server, and nobody else hears of it."""

import asyncio
import json

import aiohttp
import pytest

from signaling.identity import new_nonce
from signaling.messages import (
    Bye,
    Join,
    Peer,
    Problem,
    encode,
)
from signaling.store import StoreError
from tests.server_tools import (
    SEALED,
    BrokenStore,
    Device,
    Devices,
    Pair,
    Running,
    devices,
    meet,
    refusal,
    serving,
    until,
)


async def test_two_devices_of_one_pair_meet() -> None:
    async with serving() as running, devices(running) as at:
        unit, laptop = await at.both(await Pair().add_to(running.store))
        await meet(unit, laptop)
        await laptop.send(Bye(sealed=SEALED))
        await unit.expect(Bye)
        assert running.metric('klasgenoot_relayed_total{type="offer"}') == 1


async def test_presence_says_when_and_with_which_boot() -> None:
    async with serving() as running, devices(running) as at:
        pair = await Pair().add_to(running.store)
        unit, laptop = await at.both(pair)
        await laptop.socket.close()
        assert await unit.expect(Peer) == Peer(online=False)
        await at.device(pair.laptop, boot="another-boot-of-it")
        assert await unit.expect(Peer) == Peer(online=True, boot="another-boot-of-it")


async def test_other_pairs_hear_nothing() -> None:
    async with serving() as running, devices(running) as at:
        unit, laptop = await at.both(await Pair().add_to(running.store))
        others = await at.both(await Pair().add_to(running.store))
        await meet(unit, laptop)
        for other in others:
            with pytest.raises(TimeoutError):
                await other.socket.receive(timeout=0.05)


@pytest.mark.parametrize("role", ["unit", "laptop"])
async def test_the_newest_login_takes_over(role: str) -> None:
    async with serving() as running, devices(running) as at:
        pair = await Pair().add_to(running.store)
        unit, laptop = await at.both(pair)
        old, peer = (unit, laptop) if role == "unit" else (laptop, unit)
        new = await at.device(getattr(pair, role), boot="boot-of-the-new-one")
        assert await old.ended() == refusal("taken_over")
        assert await peer.expect(Peer) == Peer(online=True, boot="boot-of-the-new-one")
        await meet(*((new, peer) if role == "unit" else (peer, new)))


async def test_a_key_that_is_fought_over_raises_an_alarm() -> None:
    async with serving() as running, devices(running) as at:
        pair = await Pair().add_to(running.store)
        latest = await at.device(pair.unit)
        for number in range(4):
            older, latest = latest, await at.device(pair.unit, boot=f"boot-boot-boot-b{number}")
            assert (await older.ended())[0] == "taken_over"
        assert running.metric("klasgenoot_takeovers_total") == 4
        assert running.metric("klasgenoot_takeover_alarms_total") == 1


async def test_a_handshake_that_the_other_left_is_told() -> None:
    async with serving() as running, devices(running) as at:
        unit, laptop = await at.both(await Pair().add_to(running.store))
        await laptop.send(Join(nonce=new_nonce()))
        await unit.expect(Join)
        await unit.socket.close()
        assert await laptop.expect(Problem) == Problem(code="interrupted")


async def test_after_a_restart_of_the_server_a_session_can_still_end_through_it() -> None:
    async with serving() as running, devices(running) as at:
        unit, laptop = await at.both(await Pair().add_to(running.store))
        await unit.send(Bye(sealed=SEALED))
        await laptop.expect(Bye)


# --- HTTP ---------------------------------------------------------------------------------------


async def get(running: Running, path: str) -> tuple[int, str]:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{running.port}{path}") as response,
    ):
        return response.status, await response.text()


async def test_health_and_metrics_name_nobody() -> None:
    async with serving() as running, devices(running) as at:
        pair = await Pair().add_to(running.store)
        await at.both(pair)
        status, text = await get(running, "/healthz")
        assert status == 200
        assert json.loads(text).keys() == {"ok", "version"} and json.loads(text)["ok"]
        status, text = await get(running, "/metrics")
        assert status == 200
        assert 'klasgenoot_devices{role="unit"} 1.0' in text
        for secret in (pair.unit.public, pair.laptop.public, pair.pairing.name, "127.0.0.1"):
            assert secret[:9] not in text


async def test_health_says_when_the_database_is_away() -> None:
    store = await BrokenStore.open("sqlite+aiosqlite://")
    store.error = StoreError("unreachable", "")
    async with serving(store) as running:
        status, text = await get(running, "/healthz")
        assert status == 503 and not json.loads(text)["ok"]
    await store.close()


async def test_a_plain_request_to_the_socket_is_refused() -> None:
    async with serving() as running:
        assert (await get(running, "/ws"))[0] == 400
        await until(lambda: running.metric("klasgenoot_sockets") == 0)
        assert encode(Problem(code="x"))  # and the server is still there
        assert (await get(running, "/healthz"))[0] == 200


async def open_both(at: Devices, running: Running) -> tuple[Device, Device]:
    return await at.both(await Pair().add_to(running.store))


async def test_stopping_tells_every_device_to_come_back() -> None:
    async with serving() as running, devices(running) as at:
        unit, laptop = await open_both(at, running)
        stopping = asyncio.create_task(running.server.stop(2.0))
        assert await unit.ended() == ("", False, 1012)
        assert await laptop.ended() == ("", False, 1012)
        await stopping
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await at.stranger()
        assert refused.value.status == 503
