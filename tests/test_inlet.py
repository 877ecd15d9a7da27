"""Datagrams of strangers cost themselves, never the lesson."""

import asyncio
import random
import struct

from aioice import stun

from tests.leg_tools import connected, throw


async def test_an_empty_datagram_ends_nothing() -> None:
    async with connected() as leg:
        await leg.works()
        throw(leg, [b""])
        await leg.works()
        assert leg.ours.connectionState == "connected"


async def test_no_kind_of_rubbish_ends_it() -> None:
    chance = random.Random(7)
    starts = [bytes([first]) for first in range(256)]
    bodies = [b"", b"\x00" * 3, chance.randbytes(20), chance.randbytes(1200)]
    async with connected() as leg:
        for body in bodies:
            throw(leg, [start + body for start in starts])
            await asyncio.sleep(0)
        throw(leg, [chance.randbytes(9000)])
        await leg.works()
        assert leg.ours.connectionState == "connected"


async def test_an_attribute_of_a_wrong_length_is_no_error_of_ours() -> None:
    told: list[dict[str, object]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context))
    async with connected() as leg:
        for kind in (0x0024, 0x8028, 0x8029, 0x0009, 0x0020, 0x0006):
            attribute = struct.pack("!HH", kind, 3) + b"\xff\xff\xff\x00"
            throw(leg, [struct.pack("!HHI12s", 1, 8, stun.COOKIE, bytes(12)) + attribute])
        await leg.works()
    assert not told
