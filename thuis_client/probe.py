"""`thuis probe`: the laptop without a browser. Joins, looks, turns the camera a little, leaves.

For the monteur and the helpdesk: says whether the way into the class is open, and how good it is.
It keeps nothing of what it sees: pictures are counted and dropped.
"""

import asyncio
import contextlib
import secrets
import time
from collections.abc import Awaitable
from dataclasses import dataclass
from pathlib import Path

from aiortc import RTCDataChannel, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from aiortc.sdp import candidate_from_sdp
from av import VideoFrame

from config.settings import Settings
from signaling import messages as m
from signaling.client import ServerLink
from signaling.handshake import LaptopHandshake
from signaling.identity import TrustError
from signaling.keyfile import load_or_make, load_pairing
from signaling.late_ice import LateCandidates, configuration
from signaling.link_settings import ice_settings
from signaling.sdp import keep_sha256, more_to_come

_STEP_S = 10.0  # each step takes less than a second where all is well
_BEAT_S = 0.25

_ADVICE = {
    "not_paired": "this laptop knows no set yet: run `thuis pair` with the code that the set shows",
    "server_away": "the server can't be reached: check the network, then link.server_url",
    "knock_first": "no lesson of the timetable goes on: knock on the home page first",
    "unit_offline": "the set in class is switched off or has no network",
    "no_answer": "the set does not answer: restart it",
    "no_path": "set and laptop can't reach each other: a firewall blocks UDP; use a TURN server",
    "no_picture": "connected, but no picture comes: look at the set's screen for the reason",
    "unverified": "the answer was not from the paired set: call the helpdesk",
}


@dataclass
class Report:
    """What was found. Times in seconds from the start of the step; no `code` when all is well."""

    code: str = ""
    server_s: float = 0.0
    connect_s: float = 0.0
    picture_s: float = 0.0
    width: int = 0
    height: int = 0
    frames_per_s: float = 0.0
    round_trip_ms: float = 0.0
    moved: bool | None = None

    @property
    def ok(self) -> bool:
        return not self.code

    def advice(self) -> str:
        return _ADVICE.get(self.code, self.code)

    def text(self) -> str:
        lines = [f"server reached      {self.server_s:6.2f} s"]
        if self.connect_s:
            lines.append(f"set reached         {self.connect_s:6.2f} s")
        if self.picture_s:
            lines += [
                f"first picture       {self.picture_s:6.2f} s",
                f"picture             {self.width}x{self.height}, {self.frames_per_s:.1f}/s",
                f"round trip          {self.round_trip_ms:6.1f} ms",
                f"camera turns        {_WORDS[self.moved]}",
            ]
        return "\n".join(lines)


_WORDS = {True: "yes", False: "no", None: "this set's camera is fixed"}


class _ProbeError(Exception):
    """Ends the probe; the text is the report's code."""


class Probe:
    """One visit to the class."""

    def __init__(self, settings: Settings) -> None:
        state = Path(settings.laptop.state_dir)
        self._key = load_or_make(state, settings.laptop.keys == "auto")
        self._pairing = load_pairing(state)
        self._inbox: asyncio.Queue[m.Message] = asyncio.Queue(64)
        self._server = ServerLink(
            settings.link.server_url,
            self._key,
            secrets.token_urlsafe(16),
            "thuis-probe",
            self._inbox.put_nowait,
            self._server_state,
            settings.link.ca_file,
            settings.link.http_proxy,
        )
        self._link = settings.link
        self._ice = ice_settings(settings.link)
        self._online = asyncio.Event()
        self._connection = RTCPeerConnection(configuration(self._ice))
        self._late: LateCandidates | None = None
        self._report = Report()
        self._views: list[m.View] = []
        self._trips: list[float] = []
        self._beat_at = 0.0
        self._moves = False
        self._frames = 0
        self._seen = asyncio.Event()
        self._sequence = 0
        self._decode = m.Decoder(m.FromSet)

    async def run(self, seconds: float) -> Report:
        """Look for this many seconds; never raises for what is wrong on the way."""
        link = asyncio.create_task(self._server.run())
        try:
            await self._visit(seconds)
        except _ProbeError as error:
            self._report.code = str(error)
        finally:
            if self._late is not None:
                self._late.stop()
            with contextlib.suppress(Exception):
                async with asyncio.timeout(2):
                    await self._connection.close()
            link.cancel()
        return self._report

    async def _visit(self, seconds: float) -> None:
        if self._pairing is None:
            raise _ProbeError("not_paired")
        start = time.monotonic()
        await _within(self._online.wait(), "server_away")
        self._report.server_s = time.monotonic() - start
        await _within(self._set_online(), "unit_offline")
        start = time.monotonic()
        control, opened = self._prepare()
        handshake = LaptopHandshake(self._key, self._pairing, "camera")
        await _within(self._agree(handshake), "no_answer")
        taking = asyncio.create_task(self._take_candidates())
        try:
            await _within(opened.wait(), "no_path")
        finally:
            taking.cancel()
        self._report.connect_s = time.monotonic() - start
        beats = asyncio.create_task(self._beat(control))
        try:
            await self._look(seconds, start)
            if self._moves:
                await self._turn(control)
            control.send(m.encode(m.Leave()))
            await asyncio.sleep(0.1)  # the farewell leaves before the connection closes
        finally:
            beats.cancel()

    def _server_state(self, state: str, _code: str) -> None:
        if state == "online":
            self._online.set()

    async def _set_online(self) -> None:
        while True:
            message = await self._inbox.get()
            if isinstance(message, m.Relays):
                self._ice = ice_settings(self._link, message)
            elif isinstance(message, m.Peer) and message.online:
                return

    def _prepare(self) -> tuple[RTCDataChannel, asyncio.Event]:
        opened = asyncio.Event()
        control = self._connection.createDataChannel("control")
        control.on("open", opened.set)
        control.on("message", self._from_set)
        self._video = self._connection.addTransceiver("video", direction="recvonly")
        self._connection.on("track", lambda track: asyncio.ensure_future(self._count(track)))
        return control, opened

    async def _agree(self, handshake: LaptopHandshake) -> None:
        await self._connection.setLocalDescription(await self._connection.createOffer())
        offer = more_to_come(keep_sha256(self._connection.localDescription.sdp))
        self._server.send(m.Join(nonce=handshake.begin(time.monotonic())))
        while True:
            message = await self._inbox.get()
            try:
                match message:
                    case m.Ready():
                        handshake.ready(message.nonce, message.answers, time.monotonic())
                        self._server.send(m.Offer(sealed=handshake.offer(offer, time.monotonic())))
                    case m.Answer():
                        sdp = handshake.answer(message.sealed, time.monotonic())
                        description = RTCSessionDescription(sdp, "answer")
                        await self._connection.setRemoteDescription(description)
                        self._late = LateCandidates(self._ice, self._trickle)
                        self._late.start(
                            self._connection, self._video.sender, self._video.mid or "0"
                        )
                        return
                    case m.Refuse():
                        raise _ProbeError(message.code)
            except TrustError:
                raise _ProbeError("unverified") from None

    def _trickle(self, ice: m.IceCandidate) -> None:
        self._server.send(m.Candidate(ice=ice))

    async def _take_candidates(self) -> None:
        """What the set trickles after its answer."""
        while True:
            message = await self._inbox.get()
            if isinstance(message, m.Candidate) and message.ice.candidate:
                with contextlib.suppress(ValueError, IndexError, AssertionError):
                    text = message.ice.candidate.removeprefix("candidate:")
                    candidate = candidate_from_sdp(text)
                    candidate.sdpMid = message.ice.mid
                    await self._connection.addIceCandidate(candidate)

    async def _look(self, seconds: float, start: float) -> None:
        await _within(self._seen.wait(), "no_picture")
        self._report.picture_s = time.monotonic() - start
        before = self._frames
        await asyncio.sleep(seconds)
        self._report.frames_per_s = (self._frames - before) / seconds
        self._report.round_trip_ms = min(self._trips, default=0.0) * 1000

    async def _turn(self, control: RTCDataChannel) -> None:
        """Half a second to the right and back: does what the camera says of itself change?"""
        before = len(self._views)
        for share in (0.5, -0.5):
            for _ in range(5):
                self._sequence += 1
                steer = m.Steer(seq=self._sequence, pan=share, tilt=0, zoom=0)
                control.send(m.encode(steer))
                await asyncio.sleep(0.1)
        self._sequence += 1
        stop = m.Steer(seq=self._sequence, pan=0, tilt=0, zoom=0)
        control.send(m.encode(stop))
        self._report.moved = len(self._views) > before

    async def _beat(self, control: RTCDataChannel) -> None:
        while True:
            self._sequence += 1
            beat = m.Beat(
                seq=self._sequence,
                clock_ms=time.monotonic() * 1000,
                mic="absent",
                camera="absent",
                showing=True,
                talking=True,  # a probe has no voice: it must not be asked for a talk leg
            )
            self._beat_at = time.monotonic()
            control.send(m.encode(beat))
            await asyncio.sleep(_BEAT_S)

    def _from_set(self, raw: str) -> None:
        try:
            message = self._decode(raw)
        except m.MessageError:
            return
        match message:
            case m.Pulse():
                self._trips = [*self._trips[-20:], time.monotonic() - self._beat_at]
            case m.View():
                self._views = [*self._views[-100:], message]
            case m.Situation():
                self._moves = message.moves

    async def _count(self, track: MediaStreamTrack) -> None:
        with contextlib.suppress(MediaStreamError):
            while True:
                frame = await track.recv()
                assert isinstance(frame, VideoFrame)
                self._frames += 1
                self._report.width, self._report.height = frame.width, frame.height
                self._seen.set()


async def _within(work: Awaitable[object], code: str) -> None:
    try:
        async with asyncio.timeout(_STEP_S):
            await work
    except TimeoutError:
        raise _ProbeError(code) from None
