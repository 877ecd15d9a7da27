"""Plain aiortc as a process of its own: `python -m bench.lab_aiortc REEL CODEC`.

Answers one offer (JSON line on stdin) with one answer (JSON line on stdout) and sends the reel as
aiortc's own examples send a camera; encoder, rates and RTCP are aiortc's defaults.
"""

import asyncio
import json
import sys
from fractions import Fraction
from pathlib import Path

from aiortc import (
    MediaStreamTrack,
    RTCConfiguration,
    RTCPeerConnection,
    RTCRtpSender,
    RTCSessionDescription,
)
from av import VideoFrame

from bench.content import ReelSource


class _Camera(MediaStreamTrack):
    """Every picture bears the time at which the camera took it, as with aiortc's MediaPlayer."""

    kind = "video"

    def __init__(self, reel: Path) -> None:
        super().__init__()
        self._source = ReelSource(reel)
        self._source.open()

    async def recv(self) -> VideoFrame:
        loop = asyncio.get_running_loop()
        picture = await loop.run_in_executor(None, self._source.read)
        frame = VideoFrame.from_ndarray(picture.i420, format="yuv420p")
        frame.pts, frame.time_base = int(picture.captured_at * 90_000), Fraction(1, 90_000)
        return frame


async def _serve(reel: Path, codec: str) -> None:
    loop = asyncio.get_running_loop()
    camera = _Camera(reel)
    print("ready", flush=True)
    offer = json.loads(await loop.run_in_executor(None, sys.stdin.readline))
    # An empty list, because the default asks a public STUN server that this lab has no way to.
    connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    connection.addTrack(camera)
    known = RTCRtpSender.getCapabilities("video").codecs
    wanted = [c for c in known if c.mimeType in (f"video/{codec}", "video/rtx")]
    connection.getTransceivers()[0].setCodecPreferences(wanted)
    await connection.setRemoteDescription(RTCSessionDescription(offer["sdp"], offer["type"]))
    await connection.setLocalDescription(await connection.createAnswer())
    local = connection.localDescription
    print(json.dumps({"sdp": local.sdp, "type": local.type}), flush=True)
    await loop.run_in_executor(None, sys.stdin.read)  # until the bench lets go
    await connection.close()


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1]), sys.argv[2]))
