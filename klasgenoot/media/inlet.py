"""The leg's way in: anybody who knows the port may send datagrams to it.

Only from where ICE's own signed checks came is anything else taken, or a stranger's record could
spoil a DTLS handshake (RFC 9147 leaves that to ICE). What aiortc cannot read must cost one
datagram, not the lesson: an empty one, say, ends its transport. Private parts of aiortc 1.16 and
aioice 0.13 are used; `seams.check` looks for them.
"""

import struct
from typing import Any
from weakref import WeakKeyDictionary

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
_MOST_ADDRESSES = 64
"""From which the laptop may check: its own, its router's and the relay's, and some more."""
_STUN_HEAD = 20
_COOKIE = struct.pack("!I", stun.COOKIE)

Address = tuple[str, int]
_known: WeakKeyDictionary[ice.Connection, set[Address]] = WeakKeyDictionary()
"""Of each guarded agent: from where a check came whose integrity holds."""


def install() -> None:
    """Once in a process, before its first leg: STUN that cannot be read is refused, no more."""
    stun.parse_message = _parse
    ice.StunProtocol.datagram_received = _datagram_received  # type: ignore[method-assign, assignment]


def guard(sender: RTCRtpSender) -> None:
    """Let no datagram end the transport under `sender`; call before it connects."""
    transport: Any = sender.transport
    agent: ice.Connection = transport.transport.iceGatherer._connection
    take, read_next, check = agent.data_received, transport._recv_next, agent.check_incoming
    refused = 0
    known = _known.setdefault(agent, set())

    def check_incoming(message: stun.Message, address: Address, protocol: ice.StunProtocol) -> None:
        if len(known) < _MOST_ADDRESSES:
            known.add(address)
        check(message, address, protocol)

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

    agent.check_incoming = check_incoming  # type: ignore[method-assign, assignment]
    agent.data_received = data_received  # type: ignore[method-assign]
    transport._recv_next = recv_next


_plain_parse, _plain_received = stun.parse_message, ice.StunProtocol.datagram_received


def _datagram_received(self: ice.StunProtocol, data: bytes, address: tuple[Any, ...]) -> None:
    """Of a stranger only STUN, which carries its own proof, is looked at."""
    known = _known.get(self.receiver)
    is_stun = len(data) >= _STUN_HEAD and data[0] < 4 and data[4:8] == _COOKIE
    if is_stun or known is None or address[:2] in known:
        _plain_received(self, data, address)


def _parse(data: bytes) -> stun.Message:
    """aioice is ready for a ValueError only, but raises others for attributes of a wrong length."""
    try:
        return _plain_parse(data)
    except struct.error:
        raise ValueError("a STUN attribute of a wrong length") from None
