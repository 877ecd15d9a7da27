"""The leg's way in: anybody who knows the port may send datagrams to it.

What aiortc cannot read must cost one datagram, not the lesson: an empty one, say, ends its
transport. Private parts of aiortc 1.16 and aioice 0.13 are used; `seams.check` looks for them.
"""

import struct
from typing import Any

import structlog
from aioice import ice, stun
from aiortc import RTCRtpSender

log = structlog.get_logger()

_MOST_WAITING = 2_000
"""Datagrams that wait to be read: five seconds of a lesson; a flood is not kept."""
_MOST_BYTES = 2_048
"""A datagram of ours fits the network's 1500."""
_TOLD = 10
"""A flood of rubbish must not become a flood of lines."""


def install() -> None:
    """Once in a process, before its first leg: STUN that cannot be read is refused, no more."""
    stun.parse_message = _parse


def guard(sender: RTCRtpSender) -> None:
    """Let no datagram end the transport under `sender`; call before it connects."""
    transport: Any = sender.transport
    agent: ice.Connection = transport.transport.iceGatherer._connection
    take, read_next = agent.data_received, transport._recv_next
    refused = 0

    def data_received(data: bytes, component: int) -> None:
        if 0 < len(data) <= _MOST_BYTES and agent._queue.qsize() < _MOST_WAITING:
            take(data, component)

    async def recv_next() -> None:
        nonlocal refused
        try:
            await read_next()
        except ConnectionError:
            raise
        except Exception as error:
            refused += 1
            if refused <= _TOLD:
                log.warning("datagram_refused", kind=type(error).__name__)

    agent.data_received = data_received  # type: ignore[method-assign]
    transport._recv_next = recv_next


_plain_parse = stun.parse_message


def _parse(data: bytes) -> stun.Message:
    """aioice is ready for a ValueError only, but raises others for attributes of a wrong length."""
    try:
        return _plain_parse(data)
    except struct.error:
        raise ValueError("a STUN attribute of a wrong length") from None
