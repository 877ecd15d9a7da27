"""One device's flood leaves the others their turn: reads are small, and buffered frames yield."""

import asyncio
import socket
import time
from types import SimpleNamespace

from aiohttp import WSMessage, WSMsgType

from signaling.connection import Connection
from signaling.doorstep import Doorstep
from signaling.limits import TokenBucket
from signaling.listener import listeners
from signaling.metrics import ServerMetrics


def test_a_read_is_small_whoever_asks() -> None:
    [listener] = listeners("127.0.0.1", 0, Doorstep())
    with listener, socket.socket() as flooder:
        listener.listen()
        flooder.connect(listener.getsockname())
        guest, _ = listener.accept()
        with guest:
            flooder.sendall(b"x" * 8_192)
            assert len(guest.recv(262_144)) <= 2_048
            assert guest.recv_into(bytearray(262_144)) <= 2_048
            assert guest.recv_into(bytearray(10)) == 10
            assert guest.recv_into(bytearray(10), 4) == 4


class Buffered:
    """A socket with another frame always at hand."""

    async def receive(self) -> WSMessage:
        return WSMessage(WSMsgType.TEXT, "{}", None)


async def test_frames_at_hand_leave_others_their_turn() -> None:
    turns = 0

    async def other() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    bucket = TokenBucket(time.monotonic(), burst=100)
    connection = Connection(
        Buffered(),  # type: ignore[arg-type]
        SimpleNamespace(),  # type: ignore[arg-type]
        ServerMetrics(),
        time.monotonic,
        bucket,
    )
    task = asyncio.create_task(other())
    for _ in range(40):
        assert await connection.receive() == "{}"
    task.cancel()
    assert turns >= 4
