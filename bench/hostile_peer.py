"""The hostile server's own end of a leg: what it would put in a device's place."""

import asyncio

from aiortc import (
    MediaStreamTrack,
    RTCConfiguration,
    RTCPeerConnection,
    RTCSessionDescription,
    VideoStreamTrack,
)
from aiortc.mediastreams import MediaStreamError

from signaling.sdp import drop_mdns, keep_sha256


class ServerPeer:
    """Plain aiortc; `frames` counts the pictures of the class that came here instead."""

    def __init__(self) -> None:
        self.frames = 0
        self._connections: list[RTCPeerConnection] = []
        self._tasks: set[asyncio.Task[None]] = set()

    async def offer(self) -> str:
        """As the laptop would: the class picture is to come here."""
        connection = self._new()
        connection.createDataChannel("control")
        connection.addTransceiver("video", direction="recvonly")
        await connection.setLocalDescription(await connection.createOffer())
        return keep_sha256(connection.localDescription.sdp)

    async def answered(self, sdp: str) -> None:
        """The set took the last of our offers for the laptop's."""
        await self._connections[-1].setRemoteDescription(RTCSessionDescription(sdp, "answer"))

    async def answer(self, offer: str) -> str:
        """As the set would: with a picture of the server's own."""
        connection = self._new()
        connection.addTrack(VideoStreamTrack())
        await connection.setRemoteDescription(RTCSessionDescription(drop_mdns(offer), "offer"))
        await connection.setLocalDescription(await connection.createAnswer())
        return keep_sha256(connection.localDescription.sdp)

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        for connection in self._connections:
            await connection.close()

    def _new(self) -> RTCPeerConnection:
        # An empty list, because the default asks a public STUN server.
        connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self._connections.append(connection)
        connection.on("track", self._came)
        return connection

    def _came(self, track: MediaStreamTrack) -> None:
        task = asyncio.create_task(self._count(track))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _count(self, track: MediaStreamTrack) -> None:
        try:
            while True:
                await track.recv()
                self.frames += 1
        except MediaStreamError:
            return
