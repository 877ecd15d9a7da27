"""Pairing over real sockets: one winner, burnt codes, consent, un-pairing, hostile messages."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, serve

from config.settings import Link
from signaling.doorstep import Doorstep
from signaling.identity import DeviceKey, Pairing, new_nonce
from signaling.limits import OPEN_PAIRINGS_PER_ADDRESS, FailedLogins, LoginDelays, Strangers
from signaling.messages import Challenge, Login, Message, Problem, encode
from signaling.messages_pairing import (
    PairCancel,
    PairConfirm,
    PairEnded,
    PairHello,
    PairOpened,
    PairReply,
    PairReveal,
)
from signaling.pairing import LaptopCeremony, PairingError, UnitCeremony
from signaling.pairing_client import PairingRun, tell_unpaired
from signaling.pairing_code import PairingCode, ticket_hash
from signaling.pairing_proofs import end_pair
from signaling.store import Store
from signaling.store_tickets import Tickets
from tests.server_tools import Device, Devices, Pair, Running, devices, refusal, serving, until

NO_DELAYS = FailedLogins(LoginDelays(free=1000))


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await Store.open(f"sqlite+aiosqlite:///{tmp_path}/server.db")
    yield opened
    await opened.close()


async def challenge(device: Device) -> str:
    message = await device.next()
    assert isinstance(message, Challenge)
    return message.nonce


async def show_code(at: Devices, unit: UnitCeremony) -> Device:
    device = await at.stranger()
    await device.send(unit.open(await challenge(device)))
    assert isinstance(await device.next(), PairOpened)
    unit.opened(0.0)
    return device


async def claim(at: Devices, laptop: LaptopCeremony) -> Device:
    device = await at.stranger()
    await device.send(laptop.claim(await challenge(device)))
    return device


def both(now: float = 0.0) -> tuple[UnitCeremony, LaptopCeremony]:
    code = PairingCode.make()
    return (
        UnitCeremony(DeviceKey.make(), code, 0, now),
        LaptopCeremony(DeviceKey.make(), code, 0, now),
    )


def with_place(place: str) -> LaptopCeremony:
    """Somebody who saw the open part of a code and guesses the rest."""
    return LaptopCeremony(DeviceKey.make(), PairingCode(place, PairingCode.make().secret), 0, 0.0)


async def compare(unit: UnitCeremony, laptop: LaptopCeremony, at: Devices) -> tuple[Device, Device]:
    by_unit, by_laptop = await show_code(at, unit), await claim(at, laptop)
    await by_unit.send(unit.hello(await by_unit.expect(PairHello), 1.0))
    await by_laptop.send(laptop.reply(await by_laptop.expect(PairReply), 1.0))
    unit.reveal(await by_unit.expect(PairReveal), 1.0)
    return by_unit, by_laptop


def runs(running: Running, unit_epoch: int = 0, url: str = "") -> tuple[PairingRun, PairingRun]:
    """Both devices as the product has them; somebody says yes as soon as there are words."""
    link = Link(server_url=url or running.url)
    made: list[PairingRun] = []
    unit, laptop = both(now=time.monotonic())
    unit._epoch = unit_epoch
    for ceremony in (unit, laptop):

        def changed(index: int = len(made)) -> None:
            if made[index].ceremony.state == "comparing":
                made[index].say(True)

        made.append(PairingRun(link, ceremony, changed))
    return made[0], made[1]


async def run_both(unit: PairingRun, laptop: PairingRun) -> list[Pairing | BaseException]:
    showing = asyncio.create_task(unit.run())
    await until(lambda: unit.ceremony.state == "waiting" or showing.done())
    return await asyncio.gather(showing, laptop.run(), return_exceptions=True)


async def test_two_devices_pair_and_may_log_in() -> None:
    async with serving() as running, devices(running) as at:
        unit, laptop = runs(running, unit_epoch=2)
        pairing, same = await run_both(unit, laptop)
        assert isinstance(pairing, Pairing) and pairing == same and pairing.epoch == 3
        assert unit.ceremony.words == laptop.ceremony.words
        assert await running.store.pair_of(pairing.unit_key) == (pairing, "unit")
        await at.device(laptop.ceremony._key)


async def test_a_new_pairing_ends_the_older_one_and_closes_it_at_once() -> None:
    async with serving() as running, devices(running) as at:
        old = await Pair().add_to(running.store)
        by_unit, by_laptop = await at.both(old)
        unit, laptop = runs(running)
        unit.ceremony._key = old.unit
        pairing, _ = await run_both(unit, laptop)
        assert isinstance(pairing, Pairing) and pairing.epoch == 2
        for device in (by_unit, by_laptop):
            assert await device.ended() == refusal("revoked")
        again = await at.stranger()
        await again.log_in(old.laptop)
        assert await again.ended() == refusal("revoked")


# --- guessing and racing -------------------------------------------------------------------------


async def test_one_of_100_parallel_claims_wins() -> None:
    async with serving(failures=NO_DELAYS) as running, devices(running) as at:
        running.server._strangers = Strangers(limit=500)
        unit, _ = both()
        by_unit = await show_code(at, unit)
        racers = [LaptopCeremony(DeviceKey.make(), unit.code, 0, 0.0) for _ in range(100)]
        sockets = await asyncio.gather(*(claim(at, racer) for racer in racers))
        greeted = await by_unit.expect(PairHello)
        winner = [racer._key.public for racer in racers].index(greeted.key)
        losers = await asyncio.gather(
            *(device.ended() for i, device in enumerate(sockets) if i != winner)
        )
        assert losers == [refusal("code_used")] * 99
        await by_unit.send(unit.hello(greeted, 1.0))
        racers[winner].reply(await sockets[winner].expect(PairReply), 1.0)


async def test_one_of_100_wins_between_processes(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/server.db"
    stores = [await Store.open(url) for _ in range(4)]
    code = PairingCode.make()
    hashed = ticket_hash(code.ticket())
    assert await Tickets(stores[0]).open(code.place, hashed, 0.0)
    outcomes = await asyncio.gather(
        *(Tickets(stores[i % 4]).claim(code.place, hashed, 1.0) for i in range(100))
    )
    assert sorted(outcomes) == ["code_used"] * 99 + ["won"]
    for one in stores:
        await one.close()


async def test_five_wrong_tries_burn_a_code() -> None:
    async with serving(failures=NO_DELAYS) as running, devices(running) as at:
        unit, laptop = both()
        by_unit = await show_code(at, unit)
        for _ in range(4):
            guess = await claim(at, with_place(unit.code.place))
            assert await guess.ended() == refusal("code_wrong")
        fifth = await claim(at, with_place(unit.code.place))
        assert await fifth.ended() == refusal("code_wrong")
        assert await by_unit.ended() == refusal("code_burnt")
        right = await claim(at, laptop)
        assert (await right.ended())[0] in ("code_burnt", "code_used")


async def test_four_wrong_tries_do_not(store: Store) -> None:
    tickets, code = Tickets(store), PairingCode.make()
    hashed = ticket_hash(code.ticket())
    for wrong in (4, 5):
        place = f"00000{wrong}"
        assert await tickets.open(place, hashed, 0.0)
        for _ in range(wrong):
            assert await tickets.claim(place, ticket_hash("x"), 1.0) == "code_wrong"
        assert await tickets.burnt(place) == (wrong == 5)
        won = await tickets.claim(place, hashed, 1.0)
        assert won == ("won" if wrong < 5 else "code_burnt")


async def test_a_code_is_good_for_15_minutes(store: Store) -> None:
    tickets, code = Tickets(store), PairingCode.make()
    hashed = ticket_hash(code.ticket())
    for late, outcome in ((899.9, "won"), (900.0, "code_expired"), (5000.0, "code_expired")):
        place = PairingCode.make().place
        assert await tickets.open(place, hashed, 1000.0)
        assert await tickets.claim(place, hashed, 1000.0 + late) == outcome
    assert not await tickets.open(place, hashed, 1000.0)  # a place that is in use
    assert await tickets.open(place, hashed, 10_000.0)  # forgotten after an hour


async def test_the_server_ends_a_pairing_that_lasts_too_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("signaling.server.LASTS_S", 0.2)
    async with serving() as running, devices(running) as at:
        unit, _ = both()
        assert await (await show_code(at, unit)).ended() == refusal("code_expired")


async def test_wrong_codes_get_slower_answers() -> None:
    failures = FailedLogins(LoginDelays(free=1, first_s=0.4, cap_s=0.4))
    async with serving(failures=failures) as running, devices(running) as at:
        loop = asyncio.get_running_loop()
        took = []
        for _ in range(2):
            started = loop.time()
            guess = await claim(at, with_place("ABCDEF"))
            assert await guess.ended() == refusal("code_wrong")
            took.append(loop.time() - started)
        assert took[0] < 0.35 and took[1] >= 0.4


# --- who stops, lies or sends rubbish ------------------------------------------------------------


@pytest.mark.parametrize("who", ["unit", "laptop"])
@pytest.mark.parametrize("how", ["cancel", "vanish", "rubbish"])
async def test_whoever_stops_ends_it_for_both(who: str, how: str) -> None:
    async with serving() as running, devices(running) as at:
        unit, laptop = both()
        pair = await compare(unit, laptop, at)
        one, other = pair if who == "unit" else pair[::-1]
        if how == "vanish":
            await one.socket.close()
        else:
            await one.send(PairCancel() if how == "cancel" else '{"type":"pair_reply"}')
        assert await other.ended() == refusal("stopped")
        again = await claim(at, LaptopCeremony(DeviceKey.make(), unit.code, 0, 0.0))
        assert (await again.ended())[0] == "code_used"
        assert not await running.store.all_pairs()


async def test_nobody_is_paired_by_one_yes_or_by_a_false_one() -> None:
    async with serving() as running, devices(running) as at:
        for lie in (False, True):
            unit, laptop = both()
            by_unit, by_laptop = await compare(unit, laptop, at)
            await by_unit.send(unit.say(True, 1.0))
            consent = laptop.say(True, 1.0)
            if lie:
                signature = DeviceKey.make().sign(b"something else")
                await by_laptop.send(PairConfirm(signature=signature, mac=consent.mac))
                assert await by_laptop.ended() == refusal("unverified")
                assert await by_unit.ended() == refusal("unverified")
            else:
                await by_laptop.send(PairCancel())
                assert await by_unit.ended() == refusal("stopped")
        assert not await running.store.all_pairs()


@pytest.mark.parametrize(
    "message",
    [
        PairReveal(nonce="n" * 43, mac="m" * 43),
        PairConfirm(signature="s" * 86, mac="m" * 43),
        PairReply(key="k" * 43, nonce="n" * 43, epoch=1, mac="m" * 43),
        Login(v=1, key="k" * 43, boot="b" * 16, signature="s" * 86),
    ],
)
async def test_out_of_turn(message: Message) -> None:
    async with serving() as running, devices(running) as at:
        device = await show_code(at, both()[0])
        await device.send(message)
        assert await device.ended() == refusal("out_of_turn")
        first = await at.stranger()
        await challenge(first)
        await first.send(message)
        wanted = "bad_login" if isinstance(message, Login) else "login_first"
        assert await first.ended() == refusal(wanted)


async def test_a_first_message_cannot_be_replayed_or_borrowed() -> None:
    async with serving(failures=NO_DELAYS) as running, devices(running) as at:
        unit, laptop = both()
        one, two = await at.stranger(), await at.stranger()
        recorded = unit.open(await challenge(one)), laptop.claim(await challenge(two))
        for message in recorded:
            device = await at.stranger()
            await challenge(device)
            await device.send(message)
            assert await device.ended() == refusal("bad_login")


async def test_a_device_cannot_pair_with_itself() -> None:
    async with serving() as running, devices(running) as at:
        unit, _ = both()
        by_unit = await show_code(at, unit)
        mirror = await claim(at, LaptopCeremony(unit._key, unit.code, 0, 0.0))
        assert await mirror.ended() == refusal("unverified")
        assert await by_unit.ended() == refusal("unverified")


async def test_units_beyond_the_limit_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("signaling.server_pairing.OPEN_PAIRINGS", 1)
    async with serving() as running, devices(running) as at:
        first = await show_code(at, both()[0])
        second = await at.stranger()
        await second.send(both()[0].open(await challenge(second)))
        assert await second.ended() == refusal("too_many_pairings")
        await first.socket.close()
        await until(lambda: not running.server._introductions._at)
        await show_code(at, both()[0])


async def test_one_address_does_not_hold_all_places() -> None:
    async with serving() as running, devices(running) as at:
        for _ in range(OPEN_PAIRINGS_PER_ADDRESS):
            await show_code(at, both()[0])
        one_more = await at.stranger()
        await one_more.send(both()[0].open(await challenge(one_more)))
        assert await one_more.ended() == refusal("too_many_pairings")
        elsewhere = aiohttp.TCPConnector(local_addr=("127.0.0.9", 0))
        async with aiohttp.ClientSession(connector=elsewhere) as session:
            await show_code(Devices(running, session), both()[0])


async def test_who_shows_a_code_is_no_stranger_at_the_door() -> None:
    doorstep = Doorstep()
    async with serving(doorstep=doorstep) as running, devices(running) as at:
        await show_code(at, both()[0])
        await until(lambda: len(doorstep) == 0)


@pytest.mark.parametrize("swapped", [b"pair_hello", b"pair_reply"])
async def test_a_server_that_swaps_a_key_pairs_nobody(swapped: bytes) -> None:
    """A real socket in the middle, which changes one key and passes on everything else."""
    async with serving() as running:

        async def middle(near: ServerConnection) -> None:
            async with connect(running.url) as far:

                async def pump(source, sink) -> None:  # type: ignore[no-untyped-def]
                    async for text in source:
                        message = text.encode() if isinstance(text, str) else text
                        if b'"type":"' + swapped in message:
                            at = message.index(b'"key":"') + 7
                            evil = DeviceKey.make().public.encode()
                            message = message[:at] + evil + message[at + 43 :]
                        await sink.send(message.decode())
                    await sink.close()

                await asyncio.gather(pump(near, far), pump(far, near), return_exceptions=True)

        async with serve(middle, "127.0.0.1", 0) as proxy:
            port = proxy.sockets[0].getsockname()[1]
            unit, laptop = runs(running, url=f"ws://127.0.0.1:{port}/ws")
            outcomes = await run_both(unit, laptop)
        codes = {error.code for error in outcomes if isinstance(error, PairingError)}
        assert len(outcomes) == 2 and "unverified" in codes
        assert not any(isinstance(outcome, Pairing) for outcome in outcomes)
        assert not await running.store.all_pairs()


RUBBISH = [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"type":"peer","online":true}', b"[" * 5000]


@pytest.mark.parametrize("rubbish", RUBBISH)
@pytest.mark.parametrize("first", [True, False])
async def test_a_server_that_sends_rubbish(rubbish: bytes, first: bool) -> None:
    async def evil(socket: ServerConnection) -> None:
        if not first:
            await socket.send(encode(Challenge(v=1, nonce=new_nonce())))
            await socket.recv()
        await socket.send(rubbish)
        await socket.wait_closed()

    async with serve(evil, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        ceremony = both()[0]
        run = PairingRun(Link(server_url=f"ws://127.0.0.1:{port}/ws"), ceremony, lambda: None)
        with pytest.raises(PairingError):
            await run.run()
        assert ceremony.state == "failed" and ceremony.problem


async def test_no_server_at_all() -> None:
    ceremony = both()[0]
    run = PairingRun(Link(server_url="ws://127.0.0.1:9/ws"), ceremony, lambda: None)
    with pytest.raises(PairingError, match="server_away"):
        await run.run()
    pairing = Pairing(unit_key=DeviceKey.make().public, laptop_key=DeviceKey.make().public)
    assert not await tell_unpaired(run._link, DeviceKey.make(), pairing)


# --- un-pairing ----------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["unit", "laptop"])
async def test_either_device_ends_the_pair_for_both_at_once(who: str) -> None:
    async with serving() as running, devices(running) as at:
        pair = await Pair().add_to(running.store)
        unit, laptop = await at.both(pair)
        key = pair.unit if who == "unit" else pair.laptop
        assert await tell_unpaired(Link(server_url=running.url), key, pair.pairing)
        for device in (unit, laptop):
            problem = await device.expect(Problem)
            assert (problem.code, problem.final) == ("revoked", True)
            assert (problem.pair, problem.epoch) == (pair.pairing.name, 1)
        for own in (pair.unit, pair.laptop):
            again = await at.stranger()
            await again.log_in(own)
            problem = await again.expect(Problem)
            assert (problem.code, problem.pair) == ("revoked", pair.pairing.name)


async def test_nobody_ends_another_pair_or_a_newer_one() -> None:
    async with serving() as running, devices(running) as at:
        pair = Pair()
        pairing = await running.store.add_pair(pair.unit.public, pair.laptop.public, epoch=5)
        link = Link(server_url=running.url)
        older = Pairing(unit_key=pairing.unit_key, laptop_key=pairing.laptop_key, epoch=4)
        assert await tell_unpaired(link, pair.unit, older)  # heard, and no longer true
        assert await tell_unpaired(link, DeviceKey.make(), pairing)  # not in that pair
        device = await at.stranger()
        forged = end_pair(DeviceKey.make(), await challenge(device), pairing)
        await device.send(forged)
        assert isinstance(await device.next(), PairEnded)
        assert await running.store.pair_of(pair.unit.public) == (pairing, "unit")
        borrowed = end_pair(pair.unit, new_nonce(), pairing)
        device = await at.stranger()
        await challenge(device)
        await device.send(borrowed)
        assert await device.ended() == refusal("bad_login")
        await at.both(pair)
