"""Two ends of a leg in this process, and strangers who throw datagrams at it."""

import contextlib
import socket
from collections.abc import AsyncIterator, Callable
from typing import Any

from aiortc import RTCDataChannel, RTCPeerConnection, RTCSessionDescription

from klasgenoot.media import dtls, inlet, seams
from tests.server_tools import until


class Leg:
    """`ours` is guarded and answers, as the set does."""

    def __init__(self) -> None:
        self.ours, self.theirs = RTCPeerConnection(), RTCPeerConnection()
        self.heard: list[str | bytes] = []
        self.reports: list[bytes] = []
        """RTCP that came in and was authentic."""

    async def begin(self, change_offer: Callable[[str], str] = str) -> None:
        """To the answer, but not further; `change_offer` is what stands in ours of theirs."""
        self.channel = self.theirs.createDataChannel("control")
        self.theirs.addTransceiver("video", direction="recvonly")

        @self.ours.on("datachannel")
        def opened(ours: RTCDataChannel) -> None:
            ours.on("message", self.heard.append)

        video = self.ours.addTransceiver(seams.StandInTrack(), direction="inactive")
        await self.theirs.setLocalDescription(await self.theirs.createOffer())
        offer = change_offer(self.theirs.localDescription.sdp)
        inlet.install()
        dtls.install()
        await self.ours.setRemoteDescription(RTCSessionDescription(offer, "offer"))
        await self.ours.setLocalDescription(await self.ours.createAnswer())
        inlet.guard(video.sender)
        self.transport: Any = video.sender.transport
        plain = self.transport._handle_rtcp_data

        async def handle_rtcp_data(data: bytes) -> None:
            self.reports.append(data)
            await plain(data)

        self.transport._handle_rtcp_data = handle_rtcp_data
        self.agent = self.transport.transport.iceGatherer._connection
        self.ports = [p.transport.get_extra_info("sockname") for p in self.agent._protocols]

    async def end(self) -> None:
        """Let theirs hear the answer."""
        await self.theirs.setRemoteDescription(self.ours.localDescription)

    async def works(self) -> None:
        """A word still comes through."""
        word = f"word {len(self.heard)}"
        self.channel.send(word)
        await until(lambda: word in self.heard)

    @property
    def their_transport(self) -> Any:
        return self.theirs.getTransceivers()[0].receiver.transport

    async def close(self) -> None:
        await self.ours.close()
        await self.theirs.close()


@contextlib.asynccontextmanager
async def beginning(change_offer: Callable[[str], str] = str) -> AsyncIterator[Leg]:
    """A leg that was answered, but whose answer did not arrive yet."""
    leg = Leg()
    try:
        await leg.begin(change_offer)
        yield leg
    finally:
        await leg.close()


@contextlib.asynccontextmanager
async def connected() -> AsyncIterator[Leg]:
    async with beginning() as leg:
        await leg.end()
        await until(lambda: leg.channel.readyState == "open")
        yield leg


def throw(leg: Leg, datagrams: list[bytes]) -> None:
    """From sockets that nobody knows, to every port of ours."""
    for host, port, *_ in leg.ports:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family, socket.SOCK_DGRAM) as stranger:
            for datagram in datagrams:
                stranger.sendto(datagram, (host, port))
