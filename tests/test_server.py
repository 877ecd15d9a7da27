"""Two devices of one pair meet at a real server; nobody else does; whoever misbehaves is told."""

import asyncio
import json
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
    Bye,
    Candidate,
    IceCandidate,
    Join,
    Login,
    Message,
    Offer,
    Peer,
    Problem,
    Ready,
    Refuse,
    Sealed,
    encode,
)
from signaling.refusals import REFUSALS
from signaling.store import Store, StoreError
from tests.server_tools import BOOT, Device, Devices, Pair, Running, devices, serving, until

SEALED = Sealed(body='{"not": "looked into"}', signature="s" * 86)
CANDIDATE = Candidate(ice=IceCandidate(candidate="candidate:1 1 udp 1 192.0.2.1 9 typ host"))


def refusal(code: str) -> tuple[str, bool, int | None]:
    return code, REFUSALS[code].final, REFUSALS[code].close


async def meet(unit: Device, laptop: Device) -> None:
    """From Join to Answer."""
    join = Join(nonce=new_nonce())
    await laptop.send(join)
    assert await unit.expect(Join) == join
    ready = Ready(nonce=new_nonce(), answers=join.nonce)
    await unit.send(ready)
    assert await laptop.expect(Ready) == ready
    await laptop.send(Offer(sealed=SEALED))
    assert (await unit.expect(Offer)).sealed == SEALED
    await laptop.send(CANDIDATE)
    assert await unit.expect(Candidate) == CANDIDATE
    await unit.send(Answer(sealed=SEALED))
    assert (await laptop.expect(Answer)).sealed == SEALED


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


# --- who is refused -------------------------------------------------------------------------------


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
        assert await again.ended() == refusal("unknown_key")
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
    monkeypatch.setattr("signaling.server.FIRST_MESSAGE_S", 0.1)
    async with serving() as running, devices(running) as at:
        stranger = await at.stranger()
        await stranger.next()
        assert await stranger.ended() == refusal("silence")


async def test_pings_do_not_break_the_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("signaling.server.FIRST_MESSAGE_S", 0.2)
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
    monkeypatch.setattr("signaling.server.FIRST_MESSAGE_S", 0.5)
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


class BrokenStore(Store):
    """A store whose every answer is this error."""

    error: Exception

    async def pair_of(self, key: str):  # type: ignore[no-untyped-def]
        raise self.error

    async def check(self) -> None:
        raise self.error


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
