"""Whoever does not belong or misbehaves is told by name and cut, and harms nobody else."""

import asyncio
import socket as sockets
import time

import aiohttp
import pytest

from signaling import limits
from signaling.identity import DeviceKey, login_bytes, new_nonce
from signaling.limits import FailedLogins, LoginDelays
from signaling.messages import (
    MAX_MESSAGE_BYTES,
    Answer,
    Join,
    Login,
    Message,
    Offer,
    Peer,
    Problem,
    Ready,
    Refuse,
    Sealed,
)
from signaling.store import Store, StoreError
from tests.server_tools import (
    BOOT,
    CANDIDATE,
    SEALED,
    BrokenStore,
    Pair,
    devices,
    meet,
    refusal,
    serving,
    until,
)


async def test_an_unknown_key_is_refused() -> None:
    async with serving() as running, devices(running) as at:
        stranger = await at.stranger()
        await stranger.log_in(DeviceKey.make())
        assert await stranger.ended() == refusal("unknown_key")


async def test_a_second_laptop_with_another_key_never_gets_anything() -> None:
    async with serving() as running, devices(running) as at:
        pair = await Pair().add_to(running.store)
        unit, laptop = await at.both(pair)
        third = await at.stranger()
        await third.log_in(DeviceKey.make(), key=pair.laptop.public)  # claims to be the laptop
        assert await third.ended() == refusal("bad_login")
        await meet(unit, laptop)


async def test_a_login_cannot_be_replayed() -> None:
    async with serving() as running, devices(running) as at:
        pair = await Pair().add_to(running.store)
        first, second = await at.stranger(), await at.stranger()
        await second.next()
        nonce_of_first = (await first.next()).nonce  # type: ignore[attr-defined]
        recorded = pair.unit.sign(login_bytes(nonce_of_first, pair.unit.public, BOOT))
        await second.send(Login(v=1, key=pair.unit.public, boot=BOOT, signature=recorded))
        assert await second.ended() == refusal("bad_login")


async def test_a_revoked_pair_is_refused_and_cut() -> None:
    async with serving() as running, devices(running) as at:
        pair = await Pair().add_to(running.store)
        unit, laptop = await at.both(pair)
        others = await at.both(await Pair().add_to(running.store))
        await running.store.revoke(pair.unit.public)
        again = await at.stranger()
        await again.log_in(pair.unit)
        assert await again.ended() == refusal("revoked")
        pairs = [p.pairing for p in await running.store.all_pairs() if not p.revoked]
        running.server._hub.close_revoked(pairs)  # what `watch` does every 5 s
        assert await unit.ended() == refusal("revoked")
        assert await laptop.ended() == refusal("revoked")
        await meet(*others)


BEFORE_LOGIN: list[tuple[str, Message | str | bytes]] = [
    ("login_first", Join(nonce="n" * 43)),
    ("wrong_version", Login(v=99, key="k" * 43, boot="b" * 16, signature="s" * 86)),
    ("bad_login", Login(v=1, key="k" * 43, boot="b" * 16, signature="s" * 86)),
    ("invalid", '{"type": "login", "v": 1}'),
]
ANY_TIME: list[tuple[str, Message | str | bytes]] = [
    ("not_json", "hello"),
    ("not_json", b'{"type": "join"}'),
    ("not_json", "[" * 60_000),
    ("invalid", "[]"),
    ("invalid", '{"type": "join", "nonce": "too short"}'),
    ("invalid", '{"type": "candidate", "ice": {"candidate": 5}}'),
    ("unknown_type", '{"type": "steal"}'),
    ("unknown_type", '{"type": "welcome", "role": "unit", "heartbeat_s": 1}'),
    ("too_large", '"' + "x" * MAX_MESSAGE_BYTES + '"'),
]


@pytest.mark.parametrize(("code", "rubbish"), BEFORE_LOGIN + ANY_TIME)
async def test_rubbish_before_the_login(code: str, rubbish: Message | str | bytes) -> None:
    async with serving() as running, devices(running) as at:
        stranger = await at.stranger()
        await stranger.next()
        await stranger.send(rubbish)
        # Deep nesting may be found to be invalid before it is found to be endless.
        wanted = (refusal(code), refusal("invalid"))
        assert await stranger.ended() in wanted
        await until(lambda: running.metric("klasgenoot_sockets") == 0)


async def test_rubbish_after_the_login_harms_only_its_sender() -> None:
    async with serving() as running, devices(running) as at:
        bystanders = await at.both(await Pair().add_to(running.store))
        pair = await Pair().add_to(running.store)
        for code, rubbish in ANY_TIME:
            unit = await at.device(pair.unit)
            await unit.send(rubbish)
            assert await unit.ended() in (refusal(code), refusal("invalid"))
        await meet(*bystanders)


async def test_a_frame_far_too_large_is_refused_unread() -> None:
    async with serving() as running, devices(running) as at:
        stranger = await at.stranger()
        await stranger.next()
        await stranger.send("x" * (2 * MAX_MESSAGE_BYTES + 1))
        assert (await stranger.ended())[2] == aiohttp.WSCloseCode.MESSAGE_TOO_BIG


async def test_silence_after_connecting(monkeypatch: pytest.MonkeyPatch) -> None:
    assert limits.FIRST_MESSAGE_S == 2.0
    monkeypatch.setattr("signaling.server_door.FIRST_MESSAGE_S", 0.1)
    async with serving() as running, devices(running) as at:
        stranger = await at.stranger()
        await stranger.next()
        assert await stranger.ended() == refusal("silence")


async def test_pings_do_not_break_the_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("signaling.server_door.FIRST_MESSAGE_S", 0.2)
    async with serving() as running, devices(running) as at:
        stranger = await at.stranger()
        await stranger.next()

        async def ping() -> None:
            while True:
                await stranger.socket.ping()
                await asyncio.sleep(0.06)

        pinging = asyncio.create_task(ping())
        assert await stranger.ended() == refusal("silence")
        pinging.cancel()


async def test_what_is_out_of_order_is_told_and_changes_nothing() -> None:
    async with serving() as running, devices(running) as at:
        unit, laptop = await at.both(await Pair().add_to(running.store))
        for device, message in [
            (laptop, Offer(sealed=SEALED)),
            (unit, Answer(sealed=SEALED)),
            (unit, Join(nonce=new_nonce())),
            (unit, Ready(nonce=new_nonce(), answers=new_nonce())),
            (unit, Refuse(code="fault")),
            (laptop, Login(v=1, key="k" * 43, boot="b" * 16, signature="s" * 86)),
        ]:
            await device.send(message)
            assert await device.expect(Problem) == Problem(code="wrong_order")
        await meet(unit, laptop)


async def test_joining_a_unit_that_is_away_is_told() -> None:
    async with serving() as running, devices(running) as at:
        laptop = await at.device((await Pair().add_to(running.store)).laptop)
        await laptop.send(Join(nonce=new_nonce()))
        assert await laptop.expect(Problem) == Problem(code="peer_offline")


@pytest.mark.parametrize("kind", ["text", "ping"])
async def test_a_flood_is_cut_and_does_not_disturb_another_pair(kind: str) -> None:
    async with serving() as running, devices(running) as at:
        bystanders = await at.both(await Pair().add_to(running.store))
        flooder = await at.device((await Pair().add_to(running.store)).laptop)

        async def flood() -> None:
            for _ in range(3_000):
                if kind == "text":
                    await flooder.send(CANDIDATE)
                else:
                    await flooder.socket.ping()
                await asyncio.sleep(0)

        flooding = asyncio.create_task(flood())
        started = time.monotonic()
        await meet(*bystanders)
        assert time.monotonic() - started < 1.0
        assert (await flooder.ended())[0] == "flood"
        flooding.cancel()
        await asyncio.gather(flooding, return_exceptions=True)
        await meet(*bystanders)


async def test_a_device_that_never_reads_is_cut() -> None:
    async with serving() as running, devices(running) as at:
        pair = await Pair().add_to(running.store)
        unit = await at.device(pair.unit)
        bystanders = await at.both(await Pair().add_to(running.store))
        transport = unit.socket.get_extra_info("socket")
        transport.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4096)
        unit.socket._response.connection.transport.pause_reading()  # type: ignore[union-attr]
        port = next(iter(running.server._hub._meetings.values())).entries["unit"].port
        large = Offer(sealed=Sealed(body="x" * 49_000, signature="s" * 86))

        def cut() -> bool:
            for _ in range(8):  # what a hostile peer's messages would do
                port.send(large)
            return running.metric('klasgenoot_problems_total{code="slow_reader"}') == 1

        await until(cut)
        await until(lambda: running.metric('klasgenoot_devices{role="unit"}') == 1)
        await meet(*bystanders)


async def test_a_device_that_stops_answering_pings_is_gone() -> None:
    async with serving(heartbeat_s=0.2) as running, devices(running) as at:
        pair = await Pair().add_to(running.store)
        laptop = await at.device(pair.laptop)
        assert not (await laptop.expect(Peer)).online
        unit = await at.stranger(autoping=False)
        await unit.log_in(pair.unit)
        assert (await laptop.expect(Peer)).online
        assert not (await laptop.expect(Peer)).online


async def test_failed_logins_wait_and_valid_ones_do_not() -> None:
    failures = FailedLogins(LoginDelays(free=2, first_s=0.3, cap_s=0.3))
    async with serving(failures=failures) as running, devices(running) as at:
        pair = await Pair().add_to(running.store)
        took = []
        for _ in range(3):
            third = await at.stranger()
            started = time.monotonic()
            await third.log_in(DeviceKey.make(), key=pair.unit.public)
            assert await third.ended() == refusal("bad_login")
            took.append(time.monotonic() - started)
        assert took[0] < 0.25 and took[1] < 0.25 and took[2] >= 0.3
        started = time.monotonic()
        await at.device(pair.unit)  # same key, same address
        assert time.monotonic() - started < 0.25


async def test_one_address_cannot_open_strangers_without_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("signaling.server_door.FIRST_MESSAGE_S", 0.5)
    async with serving() as running, devices(running) as at:
        for _ in range(limits.STRANGERS_PER_ADDRESS):
            await at.stranger()
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await at.stranger()
        assert refused.value.status == 429
        await until(lambda: running.metric("klasgenoot_sockets") == 0)
        await at.stranger()


class SlowStore(Store):
    """A store that answers when it is told to."""

    gate: asyncio.Event

    async def pair_of(self, key: str):  # type: ignore[no-untyped-def]
        await self.gate.wait()
        return await super().pair_of(key)


async def test_a_device_has_two_sockets_at_most() -> None:
    store = await SlowStore.open("sqlite+aiosqlite://")
    store.gate = asyncio.Event()
    async with serving(store) as running, devices(running) as at:
        pair = await Pair().add_to(store)
        waiting = [await at.stranger(), await at.stranger()]
        for device in waiting:
            await device.log_in(pair.unit)
        await until(lambda: running.server._sockets_of[pair.unit.public] == 2)
        third = await at.stranger()
        await third.log_in(pair.unit)
        assert await third.ended() == refusal("too_many_sockets")
        store.gate.set()
        await waiting[1].welcome()
    await store.close()


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (StoreError("unreachable", "secret advice"), "unavailable"),
        (ZeroDivisionError("secret detail"), "internal"),
    ],
)
async def test_a_fault_of_the_server_never_leaks(error: Exception, code: str) -> None:
    store = await BrokenStore.open("sqlite+aiosqlite://")
    store.error = error
    async with serving(store) as running, devices(running) as at:
        device = await at.stranger()
        await device.log_in(DeviceKey.make())
        assert await device.ended() == refusal(code)
    await store.close()
