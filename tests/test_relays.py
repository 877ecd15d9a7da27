"""Credentials for the relay: short-lived, per device, and nobody's name."""

import time

import pytest

from signaling.connection import Connection
from signaling.ice_urls import ways
from signaling.identity import DeviceKey
from signaling.messages import IceServer, Peer, Relays
from signaling.relays import RelayPolicy, credential, issue, pseudonym
from tests.server_tools import Pair, devices, serving, until

POLICY = RelayPolicy("turn.example.org", 3478, 443, 600, "secret-of-the-relay-0123456789-abcdef")
KEY = DeviceKey.make().public


def test_the_credential_is_that_of_the_rest_scheme() -> None:
    # Reckoned with `openssl dgst -sha1 -hmac secret -binary | base64`.
    assert credential("secret", "1700000000:abc") == "JHgegmW+/B84iarkT5SFAOC1Iqw="


def test_every_way_and_when_it_ends() -> None:
    relays = issue(POLICY, KEY, 1_000_000.9)
    assert [server.urls for server in relays.servers] == [
        "stun:turn.example.org:3478",
        "turn:turn.example.org:3478?transport=udp",
        "turns:turn.example.org:443?transport=tcp",
    ]
    assert relays.servers[0].credential == ""
    user = relays.servers[1].username
    assert user == f"1000600:{pseudonym(POLICY.secret, KEY)}"
    assert relays.servers[2].credential == credential(POLICY.secret, user)


def test_the_pseudonym_stays_and_tells_nothing() -> None:
    mine = pseudonym(POLICY.secret, KEY)
    assert mine == pseudonym(POLICY.secret, KEY)
    assert mine != pseudonym(POLICY.secret, DeviceKey.make().public)
    assert mine != pseudonym("x" * 40, KEY)
    assert len(mine) == 16
    assert mine not in KEY


def test_an_ipv6_address_gets_brackets() -> None:
    relays = issue(RelayPolicy("2001:db8::1", 3478, 443, 600, POLICY.secret), KEY, 0)
    assert relays.servers[1].urls == "turn:[2001:db8::1]:3478?transport=udp"
    assert [way.host for way in ways(relays.servers)] == ["2001:db8::1"] * 3
    assert [way.kind for way in ways(relays.servers)] == ["stun", "udp", "tls"]


@pytest.mark.parametrize(
    "url",
    ["", "turn:", "turn:a:0", "turn:a:99999", "turn:a:b", "http://a", "turn:a?transport=sctp",
     "stun:a?transport=udp", "turns:a?transport=udp", "turn:a b", "turn:[::1", "turn:a\n"],
)  # fmt: skip
def test_a_url_that_is_none_is_left_out(url: str) -> None:
    assert ways([IceServer(urls=url)]) == []


def test_urls_without_a_port() -> None:
    found = ways([IceServer(urls="turns:a"), IceServer(urls="turn:a?transport=tcp")])
    assert [(way.kind, way.port) for way in found] == [("tls", 5349), ("tcp", 3478)]


async def test_the_server_hands_them_out_and_renews_them() -> None:
    policy = RelayPolicy("turn.example.org", 3478, 443, 1, POLICY.secret)  # a second: renewed soon
    async with serving(relays=policy) as running:
        pair = await Pair().add_to(running.store)
        async with devices(running) as opened:
            unit = await opened.device(pair.unit)
            first = await unit.next()
            assert isinstance(first, Relays)
            assert pair.unit.public not in repr(first)
            assert isinstance(await unit.next(), Peer)
            again = await unit.next()
            assert isinstance(again, Relays)
            assert int(again.servers[1].username.partition(":")[0]) >= int(time.time())


async def test_a_probe_disturbs_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(relays=POLICY) as running:
        pair = await Pair().add_to(running.store)
        async with devices(running) as opened:
            unit = await opened.device(pair.unit)
            assert isinstance(await unit.next(), Relays)
            probe = await opened.stranger()
            await probe.log_in(pair.unit, probe=True)
            await probe.welcome()
            assert isinstance(await probe.next(), Relays)
            assert not (await unit.expect(Peer)).online  # the first, of before
            await probe.socket.close()
            laptop = await opened.device(pair.laptop)
            assert isinstance(await laptop.next(), Relays)
            assert (await laptop.expect(Peer)).online  # the unit is still logged in
            assert running.metric("klasgenoot_takeovers_total") == 0


async def test_a_stranger_s_probe_gets_nothing() -> None:
    async with serving(relays=POLICY) as running, devices(running) as opened:
        probe = await opened.stranger()
        await probe.log_in(DeviceKey.make(), probe=True)
        assert (await probe.ended())[0] == "unknown_key"


async def test_a_probe_that_stays_is_sent_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("signaling.server._PROBE_S", 0.1)
    stopped: list[Connection] = []
    monkeypatch.setattr(Connection, "stop", lambda self: stopped.append(self) or self.abort())
    async with serving(relays=POLICY) as running:
        pair = await Pair().add_to(running.store)
        async with devices(running) as opened:
            probe = await opened.stranger()
            await probe.log_in(pair.laptop, probe=True)
            await probe.welcome()
            await until(lambda: bool(stopped))
