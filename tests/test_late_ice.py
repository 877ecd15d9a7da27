"""STUN and relay come after the answer: nobody waits for them, and alone they are enough."""

import asyncio
import shutil
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from aiortc import RTCPeerConnection, RTCSessionDescription
from aiortc.sdp import candidate_from_sdp

from bench.lab_turn import BINARY, coturn
from bench.trust import loopback_relay
from bench.trust_abuse import attack, honest
from config.settings import Turn
from signaling.ice_urls import Way
from signaling.late_ice import LateCandidates, check, configuration, first_of
from signaling.link_settings import IceSettings
from signaling.messages import IceCandidate, IceServer
from signaling.reach_measure import measure
from signaling.sdp import more_to_come

needs_coturn = pytest.mark.skipif(BINARY is None, reason="coturn is not installed")


@contextmanager
def relay_at(tmp_path_factory: pytest.TempPathFactory, address: str) -> Iterator[Turn]:
    folder = Path("/tmp") / tmp_path_factory.mktemp("relay").name
    folder.mkdir(mode=0o755, exist_ok=True)  # coturn reads it without our rights
    try:
        turn = loopback_relay(folder, address)
        with coturn(turn):
            yield turn
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Turn]:
    with relay_at(tmp_path_factory, "127.0.0.1") as turn:
        yield turn


def settings(turn: Turn, url: str, key: str, relay_only: bool = True) -> IceSettings:
    user, password = honest(turn, key)
    server = IceServer(urls=url, username=user, credential=password)
    return IceSettings((server,), relay_only, ca_file=authority(turn))


def authority(turn: Turn) -> str:
    return str(Path(turn.certificate_file).parent / "authority.pem")


def udp(turn: Turn) -> str:
    return f"turn:127.0.0.1:{turn.udp_port}?transport=udp"


def tls(turn: Turn) -> str:
    return f"turns:127.0.0.1:{turn.tls_port}?transport=tcp"


class Peer:
    """One side, as camera leg and probe build it."""

    def __init__(self, ice: IceSettings) -> None:
        self.connection = RTCPeerConnection(configuration(ice))
        self.told: list[IceCandidate] = []
        self.adding: list[asyncio.Future[None]] = []
        self.other: Peer | None = None
        self.late = LateCandidates(ice, self._tell)

    def _tell(self, ice: IceCandidate) -> None:
        self.told.append(ice)
        if self.other is not None:
            candidate = candidate_from_sdp(ice.candidate.removeprefix("candidate:"))
            candidate.sdpMid = ice.mid
            adding = asyncio.ensure_future(self.other.connection.addIceCandidate(candidate))
            self.adding.append(adding)

    async def close(self) -> None:
        self.late.stop()
        await self.connection.close()


async def answered(one: Peer, two: Peer) -> float:
    """Negotiate; gives how long the answer took (s)."""
    video = one.connection.addTransceiver("video", direction="recvonly")
    await one.connection.setLocalDescription(await one.connection.createOffer())
    offer = more_to_come(one.connection.localDescription.sdp)
    start = time.monotonic()
    await two.connection.setRemoteDescription(RTCSessionDescription(offer, "offer"))
    await two.connection.setLocalDescription(await two.connection.createAnswer())
    answer = more_to_come(two.connection.localDescription.sdp)
    sender = two.connection.getTransceivers()[0].sender
    two.late.start(two.connection, sender, "0")
    took = time.monotonic() - start
    one.other, two.other = two, one
    await one.connection.setRemoteDescription(RTCSessionDescription(answer, "answer"))
    one.late.start(one.connection, video.sender, "0")
    return took


async def connected(*peers: Peer) -> None:
    async with asyncio.timeout(15):
        while any(peer.connection.connectionState != "connected" for peer in peers):
            await asyncio.sleep(0.01)


def test_the_seams_are_there() -> None:
    check()


@needs_coturn
@pytest.mark.parametrize("way", [(udp, udp), (tls, udp), (tls, tls)])
async def test_two_devices_meet_at_the_relay_alone(relay: Turn, way) -> None:  # type: ignore[no-untyped-def]
    one = Peer(settings(relay, way[0](relay), "a" * 43))
    two = Peer(settings(relay, way[1](relay), "b" * 43))
    try:
        await answered(one, two)
        await connected(one, two)
        assert all("typ relay raddr 0.0.0.0" in ice.candidate for ice in one.told + two.told)
        assert len(one.told) == len(two.told) == 1
    finally:
        await one.close()
        await two.close()


async def test_a_relay_that_is_silent_keeps_nobody_waiting() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as dead:
        dead.bind(("127.0.0.1", 0))
        port = dead.getsockname()[1]
        servers = (
            IceServer(urls=f"stun:127.0.0.1:{port}"),
            IceServer(urls=f"turn:127.0.0.1:{port}", username="x", credential="y"),
        )
        one, two = Peer(IceSettings()), Peer(IceSettings(servers))
        try:
            assert await answered(one, two) < 1.0  # aiortc by itself: 5 s
            await connected(one, two)
            assert two.told == []
        finally:
            await one.close()
            await two.close()


@needs_coturn
async def test_a_dead_way_gives_place_to_the_next(relay: Turn) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as dead:
        dead.bind(("127.0.0.1", 0))
        live = settings(relay, tls(relay), "c" * 43)
        gone = IceServer(urls=f"turn:127.0.0.1:{dead.getsockname()[1]}", username="x")
        one = Peer(IceSettings((gone, *live.servers), True, live.ca_file))
        two = Peer(settings(relay, udp(relay), "d" * 43))
        try:
            await answered(one, two)
            await connected(one, two)
        finally:
            await one.close()
            await two.close()


async def test_the_first_that_succeeds() -> None:
    async def after(seconds: float, value: int | Exception) -> int:
        await asyncio.sleep(seconds)
        if isinstance(value, Exception):
            raise value
        return value

    assert await first_of([after(0, OSError()), after(0, 2)], 5) == 2
    assert await first_of([after(9, 1), after(0, 2)], 0.01) == 2
    assert await first_of([after(0.05, 1), after(9, 2)], 0.01) == 1
    assert await first_of([after(0, OSError())], 1) is None
    assert await first_of([], 1) is None


@needs_coturn
@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_abuse_is_refused(tmp_path_factory: pytest.TempPathFactory, address: str) -> None:
    with relay_at(tmp_path_factory, address) as relay:
        attempts = attack(relay)
    assert len(attempts) > 60
    assert [attempt for attempt in attempts if not attempt.refused] == []


@needs_coturn
@pytest.mark.parametrize("kind", ["udp", "tcp", "tls"])
async def test_each_way_is_measured(relay: Turn, kind) -> None:  # type: ignore[no-untyped-def]
    user, password = honest(relay, kind * 14)
    port = relay.tls_port if kind == "tls" else relay.udp_port
    context = ssl.create_default_context(cafile=authority(relay))
    found = await measure(Way(kind, "127.0.0.1", port, user, password), context)
    assert found.ok
    assert 1500 < found.kbps < 3500
    assert 0 < found.delay_ms <= found.delay_p95_ms < 500
    assert 0 <= found.lost_pct < 5


async def test_a_closed_way_is_told_not_raised() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # not listening
        port = closed.getsockname()[1]
        context = ssl.create_default_context()
        for kind in ("tcp", "tls"):
            found = await measure(Way(kind, "127.0.0.1", port), context)  # type: ignore[arg-type]
            assert not found.ok
            assert not found.measured
