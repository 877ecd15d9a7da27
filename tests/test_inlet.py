"""Datagrams of strangers cost themselves, never the lesson."""

import asyncio
import contextlib
import random
import socket
import struct
from collections.abc import AsyncIterator

from aioice import stun
from aiortc import RTCDataChannel, RTCPeerConnection

from klasgenoot.media import inlet, seams
from tests.server_tools import until


class Leg:
    """Two ends of a connection in this process; the guarded one answers, as the set does."""

    def __init__(self) -> None:
        self.ours, self.theirs = RTCPeerConnection(), RTCPeerConnection()
        self.heard: list[str | bytes] = []

    async def connect(self) -> None:
        channel = self.channel = self.theirs.createDataChannel("control")
        self.theirs.addTransceiver("video", direction="recvonly")

        @self.ours.on("datachannel")
        def opened(ours: RTCDataChannel) -> None:
            ours.on("message", self.heard.append)

        video = self.ours.addTransceiver(seams.StandInTrack(), direction="inactive")
        await self.theirs.setLocalDescription(await self.theirs.createOffer())
        await self.ours.setRemoteDescription(self.theirs.localDescription)
        await self.ours.setLocalDescription(await self.ours.createAnswer())
        inlet.install()
        inlet.guard(video.sender)
        await self.theirs.setRemoteDescription(self.ours.localDescription)
        await until(lambda: channel.readyState == "open")
        agent = video.sender.transport.transport.iceGatherer._connection
        self.ports = [p.transport.get_extra_info("sockname") for p in agent._protocols]

    async def works(self) -> None:
        """A word still comes through."""
        word = f"word {len(self.heard)}"
        self.channel.send(word)
        await until(lambda: word in self.heard)

    async def close(self) -> None:
        await self.ours.close()
        await self.theirs.close()


@contextlib.asynccontextmanager
async def connected() -> AsyncIterator[Leg]:
    leg = Leg()
    try:
        await leg.connect()
        yield leg
    finally:
        await leg.close()


def throw(leg: Leg, datagrams: list[bytes]) -> None:
    for host, port, *_ in leg.ports:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family, socket.SOCK_DGRAM) as stranger:
            for datagram in datagrams:
                stranger.sendto(datagram, (host, port))


async def test_an_empty_datagram_ends_nothing() -> None:
    async with connected() as leg:
        await leg.works()
        throw(leg, [b""])
        await leg.works()
        assert leg.ours.connectionState == "connected"


async def test_no_kind_of_rubbish_ends_it() -> None:
    chance = random.Random(7)
    starts = [bytes([first]) for first in range(256)]
    bodies = [b"", b"\x00" * 3, chance.randbytes(20), chance.randbytes(1200)]
    async with connected() as leg:
        for body in bodies:
            throw(leg, [start + body for start in starts])
            await asyncio.sleep(0)
        throw(leg, [chance.randbytes(9000)])
        await leg.works()
        assert leg.ours.connectionState == "connected"


async def test_an_attribute_of_a_wrong_length_is_no_error_of_ours() -> None:
    told: list[dict[str, object]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context))
    async with connected() as leg:
        for kind in (0x0024, 0x8028, 0x8029, 0x0009, 0x0020, 0x0006):
            attribute = struct.pack("!HH", kind, 3) + b"\xff\xff\xff\x00"
            throw(leg, [struct.pack("!HHI12s", 1, 8, stun.COOKIE, bytes(12)) + attribute])
        await leg.works()
    assert not told
