"""Delay, loss and bandwidth of one way to the relay, measured against ourselves.

Two allocations over the same way send to each other: every packet goes up to the relay and comes
back down to this very process, so one clock is enough and no other service is needed. The relay's
own quota bounds it, and only a device that the server let in has the credentials.
"""

import asyncio
import ssl
import struct
import time
from collections.abc import Iterator

import msgspec
from aioice.stun import TransactionError
from aioice.turn import TurnTransport

from signaling.ice_urls import Way
from signaling.reach import Try, TryKind
from signaling.turn_client import allocate

OPEN_S = 5.0
_QUIET_S, _QUIET_PER_S = 2.0, 50  # as much as sound: what a packet meets on an idle line
_BUSY_S, _BUSY_KBPS = 2.0, 3_000  # as much as a sharp picture and sound
_SIZE = 1_000
_HEAD = struct.Struct("!Id")
_SETTLE_S = 0.5
_FAILURES = (OSError, TransactionError, TimeoutError, ConnectionError)


class _Echo(asyncio.DatagramProtocol):
    """Notes what arrives: number, and seconds under way."""

    def __init__(self) -> None:
        self.arrived: dict[int, float] = {}

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if len(data) >= _HEAD.size:
            number, sent_at = _HEAD.unpack_from(data)
            self.arrived.setdefault(number, time.monotonic() - sent_at)

    def error_received(self, exc: Exception) -> None:
        pass


async def measure(way: Way, tls: ssl.SSLContext, http_proxy: str = "") -> Try:
    """Try this way; what does not work is told in the result, never raised."""
    kind: TryKind = "udp" if way.kind == "udp" else "tls" if way.kind == "tls" else "tcp"
    result = Try(kind=kind, host=way.host, port=way.port)
    opened: list[TurnTransport] = []
    try:
        start = time.monotonic()
        async with asyncio.timeout(OPEN_S):
            out, _ = await allocate(_Echo, way, tls, http_proxy)
            opened.append(out)
        result = msgspec.structs.replace(
            result, ok=True, connect_ms=(time.monotonic() - start) * 1000
        )
        async with asyncio.timeout(OPEN_S):
            back, echo = await allocate(_Echo, way, tls, http_proxy)
            opened.append(back)
            await _meet(out, back)
        return await _figures(result, out, back.get_extra_info("sockname"), echo)
    except _FAILURES:
        return result
    finally:
        for transport in opened:
            transport.close()


async def _meet(out: TurnTransport, back: TurnTransport) -> None:
    """Each lets the other through; without a permission the relay drops what comes (RFC 8656)."""
    for _ in range(3):
        back.sendto(b"", out.get_extra_info("sockname"))
        out.sendto(b"", back.get_extra_info("sockname"))
        await asyncio.sleep(0.1)


async def _figures(result: Try, out: TurnTransport, peer: tuple[str, int], echo: _Echo) -> Try:
    sent = await _send(out, peer, _QUIET_PER_S, _QUIET_S, 200, 0)
    delays = sorted(echo.arrived.values())
    if not delays:
        return result
    quiet = msgspec.structs.replace(
        result,
        delay_ms=_share(delays, 0.5) * 1000,
        delay_p95_ms=_share(delays, 0.95) * 1000,
        lost_pct=100 * (1 - len(delays) / sent),
    )
    echo.arrived.clear()
    start = time.monotonic()
    per_s = _BUSY_KBPS * 1000 / 8 / _SIZE
    await _send(out, peer, per_s, _BUSY_S, _SIZE, 1 << 20)
    spent = time.monotonic() - start - _SETTLE_S
    return msgspec.structs.replace(quiet, kbps=len(echo.arrived) * _SIZE * 8 / spent / 1000)


async def _send(  # noqa: PLR0917
    out: TurnTransport, peer: tuple[str, int], per_s: float, seconds: float, size: int, first: int
) -> int:
    """Packets at an even pace; gives how many, after the line had time to empty."""
    sent = 0
    for due in _paced(per_s, seconds):
        while sent < due:
            packet = _HEAD.pack(first + sent, time.monotonic()).ljust(size, b"\0")
            out.sendto(packet, peer)
            sent += 1
        await asyncio.sleep(0.005)
    await asyncio.sleep(_SETTLE_S)
    return sent


def _paced(per_s: float, seconds: float) -> Iterator[int]:
    start = time.monotonic()
    while (spent := time.monotonic() - start) < seconds:
        yield int(spent * per_s) + 1


def _share(ordered: list[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
