"""Candidates that come after the answer: STUN and the relay, without keeping anybody waiting.

aiortc gathers everything before it gives an SDP, and a server that does not answer costs it 5 s.
Here it gathers its own addresses only, and this file adds the rest to the running ICE agent and
trickles it (RFC 8838). Private parts of aioice 0.13 are used; `check()` tells when they are gone.
"""

import asyncio
import functools
import ipaddress
import ssl
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, TypeVar

import structlog
from aioice import ice
from aioice.candidate import Candidate, candidate_foundation, candidate_priority
from aiortc import RTCConfiguration, RTCIceTransportPolicy, RTCPeerConnection, RTCRtpSender

from signaling.ice_urls import Way, ways
from signaling.link_settings import IceSettings
from signaling.messages import IceCandidate
from signaling.turn_client import allocate

log = structlog.get_logger()

_LEAD_S = 0.6
"""UDP may lose one packet (sent again after 0.5 s) before TLS is tried beside it."""
_GIVE_UP_S = 8.0
_COMPONENT = 1
_CONNECT = "_RTCPeerConnection__connect"
_T = TypeVar("_T")


def configuration(settings: IceSettings) -> RTCConfiguration:
    """For aiortc: own addresses only (none with relay_only); the rest comes late."""
    policy = RTCIceTransportPolicy.RELAY if settings.relay_only else RTCIceTransportPolicy.ALL
    # Always a list: None would make aiortc ask a public STUN server.
    return RTCConfiguration(iceServers=[], iceTransportPolicy=policy)


class SeamError(Exception):
    """aiortc or aioice is not the one this was written for; install the pinned version."""


def check() -> None:
    """Raise SeamError when a private part that is used here is missing."""
    agent = ice.Connection(ice_controlling=False)
    names = ("_protocols", "_local_candidates", "_remote_candidates", "_closing",
             "_pair_remote_candidate")  # fmt: skip
    missing = [name for name in names if not hasattr(agent, name)]
    missing += [] if hasattr(RTCPeerConnection, _CONNECT) else [_CONNECT]
    if missing:
        raise SeamError(f"aioice lacks {', '.join(missing)}; install the pinned version")


class LateCandidates:
    """Adds STUN and relay candidates to the ICE agent under a sender, in the background.

    `on_candidate` is called for each in the event loop; an allocation ends with the connection.
    """

    def __init__(self, settings: IceSettings, on_candidate: Callable[[IceCandidate], None]) -> None:
        self._settings = settings
        self._on_candidate = on_candidate
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, connection: RTCPeerConnection, sender: RTCRtpSender, mid: str) -> None:
        """Call once, when both descriptions are set (aiortc has bundled the transports)."""
        agent: ice.Connection = sender.transport.transport.iceGatherer._connection
        found = ways(self._settings.servers)
        relays = [way for way in found if way.kind != "stun"]
        if relays:
            self._spawn(self._relay(connection, agent, relays, mid))
        if not self._settings.relay_only:
            for way in [way for way in found if way.kind == "stun"][:1]:
                for protocol in list(agent._protocols):
                    if ipaddress.ip_address(protocol.local_candidate.host).version == 4:
                        self._spawn(self._reflexive(protocol, way, mid))

    def stop(self) -> None:
        for task in self._tasks:
            task.cancel()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(_quietly(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _reflexive(self, protocol: ice.StunProtocol, way: Way, mid: str) -> None:
        found, _ = await ice.server_reflexive_candidate(protocol, (way.host, way.port))
        if found.host != protocol.local_candidate.host:  # no address translation on the way
            self._tell(found, mid)

    async def _relay(
        self, connection: RTCPeerConnection, agent: ice.Connection, relays: list[Way], mid: str
    ) -> None:
        async def one(way: Way) -> ice.StunProtocol:
            # Reading the authorities takes long enough to delay an answer: only where needed.
            tls = _authorities(self._settings.ca_file) if way.kind == "tls" else None
            _, protocol = await allocate(
                lambda: ice.StunProtocol(agent), way, tls, self._settings.http_proxy
            )
            return protocol

        protocol = await first_of([one(way) for way in relays], _LEAD_S)
        if protocol is None:
            log.info("relay_unreachable")
            return
        if agent._closing:
            protocol.transport.close()
            return
        host, port = protocol.transport.get_extra_info("sockname")
        # The related address would only tell the peer where this device stands.
        hidden = "0.0.0.0" if ipaddress.ip_address(host).version == 4 else "::"  # noqa: S104
        protocol.local_candidate = Candidate(
            foundation=candidate_foundation("relay", "udp", host),
            component=_COMPONENT,
            transport="udp",
            priority=candidate_priority(_COMPONENT, "relay"),
            host=host,
            port=port,
            type="relay",
            related_address=hidden,
            related_port=9,
        )
        agent._protocols.append(protocol)
        agent._local_candidates.append(protocol.local_candidate)
        for remote in agent.remote_candidates:
            agent._pair_remote_candidate(remote)
        agent.sort_check_list()
        self._tell(protocol.local_candidate, mid)
        if connection.iceConnectionState == "new":  # aiortc waited for an own candidate
            await getattr(connection, _CONNECT)()

    def _tell(self, candidate: Candidate, mid: str) -> None:
        self._on_candidate(IceCandidate(candidate=f"candidate:{candidate.to_sdp()}", mid=mid))


@functools.lru_cache(maxsize=2)
def _authorities(ca_file: str) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=ca_file or None)


async def first_of(tries: Sequence[Coroutine[Any, Any, _T]], lead_s: float) -> _T | None:
    """The first of these coroutines that succeeds; each starts `lead_s` after the one before it,
    or at once when that has failed. None when none does; the losers are cancelled."""
    waiting = list(tries)
    running: set[asyncio.Task[_T]] = set()
    try:
        async with asyncio.timeout(_GIVE_UP_S):
            while waiting or running:
                if waiting:
                    running.add(asyncio.create_task(waiting.pop(0)))
                done, running = await asyncio.wait(
                    running,
                    timeout=lead_s if waiting else None,
                    return_when=asyncio.FIRST_COMPLETED,
                )
                for task in done:
                    if task.exception() is None:
                        return task.result()
    except TimeoutError:
        pass
    finally:
        for task in running:
            task.cancel()
        for never in waiting:
            never.close()
    return None


async def _quietly(work: Coroutine[Any, Any, None]) -> None:
    """Whatever a relay or a network does to aioice ends here; name and address stay unlogged."""
    try:
        await work
    except Exception as error:
        log.debug("way_failed", kind=type(error).__name__)
