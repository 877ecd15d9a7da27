"""Bytes over a data channel of their own, at the pace that leaves the line to what is live.

All channels of a leg share one queue: a chunk is sent only when nothing of ours waits in it, and
is small enough on a narrow line that a message of the control channel waits a tenth of a second.
"""

import asyncio
from collections.abc import Callable
from typing import Protocol

from signaling import messages as m

SHARE = 0.5  # of the line: the picture of a board that stands still can spare it
_CHUNK_MOST, _CHUNK_LEAST = 16_384, 1_024  # what every browser takes; what is worth a packet
_CHUNK_S = 0.1  # of the file's share of the line in one chunk
_LOOK_S = 0.02


class FileError(Exception):
    """The file did not arrive; `code` is for the page."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Channel(Protocol):
    """What is used of an RTCDataChannel."""

    @property
    def readyState(self) -> str: ...  # noqa: N802 - WebRTC's name

    @property
    def bufferedAmount(self) -> int: ...  # noqa: N802 - WebRTC's name

    def send(self, data: bytes | str) -> None: ...


async def send_file(
    channel: Channel,
    head: m.StillHead,
    data: bytes,
    line_bps: Callable[[], float],
    sent: Callable[[int], None],
) -> None:
    """Send the head and then the data; FileError when the channel closes.

    `line_bps()` is what the line bears now, `sent(bytes)` is told of every chunk. Has no time
    limit of its own.
    """
    _put(channel, m.encode(head))
    at = 0
    while at < len(data):
        pace = SHARE * line_bps()
        chunk = data[at : at + chunk_size(pace)]
        _put(channel, chunk)
        sent(len(chunk))
        at += len(chunk)
        await asyncio.sleep(len(chunk) * 8 / pace)
        while channel.bufferedAmount > 0 and channel.readyState == "open":  # noqa: ASYNC110 - a channel that closes tells nobody
            await asyncio.sleep(_LOOK_S)


def chunk_size(pace_bps: float) -> int:
    """Bytes in a chunk when the file may take `pace_bps` bits per second."""
    return min(_CHUNK_MOST, max(_CHUNK_LEAST, int(pace_bps / 8 * _CHUNK_S)))


def _put(channel: Channel, data: bytes | str) -> None:
    if channel.readyState != "open":
        raise FileError("line_gone")
    channel.send(data)
