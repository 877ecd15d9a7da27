"""The attackers of `bench.soak_attack`: a process of its own, on whatever processor is left over,
without manners.

usage: python -m bench.attackers PORT SECONDS   (keys as JSON on stdin; counts as JSON on stdout)
"""

import asyncio
import json
import os
import random
import struct
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable

from signaling.identity import DeviceKey, from_text, login_bytes, new_nonce
from signaling.messages import Candidate, IceCandidate, Join, Login, Message, encode

_WORKERS = 24  # of each kind of attack, all at the same time, from five addresses
_ONE_S = 40.0
_AGAIN_S = 0.005  # without it a single refused attacker would keep its own process busy
_BOOT = "boot-of-an-attacker"
_LARGE = 65_537

_UPGRADE = (
    b"GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
)
_TEXT, _BINARY, _CLOSE, _PING = 1, 2, 8, 9


def frame(opcode: int, payload: bytes = b"", first: int = 0x80, masked: bool = True) -> bytes:
    """A WebSocket frame (RFC 6455 5.2), masked with zeros; `first` is FIN and the reserved bits."""
    mask = 0x80 if masked else 0
    if len(payload) < 126:
        head = struct.pack("!BB", first | opcode, mask | len(payload))
    elif len(payload) < 65_536:
        head = struct.pack("!BBH", first | opcode, mask | 126, len(payload))
    else:
        head = struct.pack("!BBQ", first | opcode, mask | 127, len(payload))
    return head + (bytes(4) if masked else b"") + payload


class Line:
    """One TCP connection to the server."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def say(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    async def upgrade(self) -> str:
        """Become a WebSocket; gives the nonce of the server's challenge."""
        await self.say(_UPGRADE)
        await self._reader.readuntil(b"\r\n\r\n")
        return str(json.loads(await self.hear())["nonce"])

    async def hear(self) -> bytes:
        """The server's next frame."""
        size = (await self._reader.readexactly(2))[1]
        if size == 126:
            size = int.from_bytes(await self._reader.readexactly(2))
        return await self._reader.readexactly(size)

    async def log_in(self, public: str, signer: DeviceKey, nonce: str) -> None:
        signature = signer.sign(login_bytes(nonce, public, _BOOT))
        await self.tell(Login(v=1, key=public, boot=_BOOT, signature=signature))

    async def tell(self, message: Message) -> None:
        await self.say(frame(_TEXT, encode(message).encode()))

    async def to_the_end(self) -> None:
        while await self._reader.read(65_536):
            pass

    def close(self) -> None:
        self._writer.transport.abort()


class Attackers:
    """Every kind of attack, at the same time."""

    def __init__(self, port: int, victim: str, insiders: list[DeviceKey]) -> None:
        self._port, self._victim, self._insiders = port, victim, insiders
        self._chance = random.Random(4)
        self._recorded: tuple[str, str] | None = None
        self.counts: Counter[str] = Counter()

    async def attack(self, until: float) -> None:
        hosts: tuple[tuple[Callable[[Line], Awaitable[None]], ...], ...] = (
            (self.silent, self.byte_a_second, self.frame_a_second),
            (self.joins, self.large, self.control, self.connects),
            (self.no_http, self.no_frames, self.requests),
            (self.forged, self.replayed),
            (self.insider,),
        )
        async with asyncio.TaskGroup() as group:
            for number, kinds in enumerate(hosts):
                for kind in kinds * _WORKERS:
                    group.create_task(self._keep_at_it(kind, f"127.0.0.{11 + number}", until))

    async def _keep_at_it(
        self, kind: Callable[[Line], Awaitable[None]], address: str, until: float
    ) -> None:
        name = getattr(kind, "__name__", "")
        while (left := until - time.monotonic()) > 0:
            line = None
            try:
                async with asyncio.timeout(min(left, _ONE_S)):
                    line = Line(
                        *await asyncio.open_connection(
                            "127.0.0.1", self._port, local_addr=(address, 0)
                        )
                    )
                    await kind(line)
                self.counts[name] += 1
            except (OSError, EOFError, ValueError, KeyError):  # cut; a TimeoutError is an OSError
                self.counts[f"{name} cut"] += 1
            finally:
                if line is not None:
                    line.close()
            await asyncio.sleep(_AGAIN_S)

    # --- slow ---

    async def silent(self, line: Line) -> None:
        await line.to_the_end()

    async def byte_a_second(self, line: Line) -> None:
        for byte in _UPGRADE:
            await line.say(bytes([byte]))
            await asyncio.sleep(1)

    async def frame_a_second(self, line: Line) -> None:
        await line.upgrade()
        for byte in frame(_TEXT, b" " * 100):
            await line.say(bytes([byte]))
            await asyncio.sleep(1)

    # --- floods ---

    async def joins(self, line: Line) -> None:
        await line.upgrade()
        await line.say(frame(_TEXT, encode(Join(nonce=new_nonce())).encode()) * 2_000)
        await line.to_the_end()

    async def large(self, line: Line) -> None:
        await line.upgrade()
        await line.say(frame(_TEXT, b'"' + b"x" * _LARGE + b'"'))
        await line.say(frame(_TEXT, bytes(1 << 20)))
        await line.to_the_end()

    async def control(self, line: Line) -> None:
        await line.upgrade()
        await line.say(frame(_PING) * 20_000)
        await line.to_the_end()

    async def connects(self, line: Line) -> None:
        """Only the connecting."""

    # --- malformed ---

    async def no_http(self, line: Line) -> None:
        await line.say(self._chance.choice(_NO_HTTP))
        await line.to_the_end()

    async def no_frames(self, line: Line) -> None:
        await line.upgrade()
        await line.say(self._chance.choice(_NO_FRAMES))
        await line.to_the_end()

    # --- logins ---

    async def forged(self, line: Line) -> None:
        nonce = await line.upgrade()
        await line.log_in(self._victim, self._insiders[0], nonce)
        await line.to_the_end()

    async def replayed(self, line: Line) -> None:
        """An insider's own login, said again to another challenge."""
        nonce = await line.upgrade()
        if self._recorded is None:
            key = self._insiders[1]
            self._recorded = key.public, key.sign(login_bytes(nonce, key.public, _BOOT))
        public, signature = self._recorded
        await line.tell(Login(v=1, key=public, boot=_BOOT, signature=signature))
        await line.to_the_end()

    # --- requests ---

    async def requests(self, line: Line) -> None:
        path = self._chance.choice(("/metrics", "/healthz", "/", "/ws"))
        await line.say(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode() * 100)
        await line.to_the_end()

    # --- a device that is paired and turned bad: it takes over from itself, and floods ---

    async def insider(self, line: Line) -> None:
        own = self._chance.choice(self._insiders)
        await line.log_in(own.public, own, await line.upgrade())
        ice = Candidate(ice=IceCandidate(candidate="candidate:1 1 udp 1 192.0.2.1 9 typ host"))
        await line.say(frame(_TEXT, encode(ice).encode()) * 1_000)
        await line.to_the_end()


_NO_HTTP = (
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200),
    b"GET / HTTP/9.9\r\n\r\n",
    b"GET /ws HTTP/1.1\r\nno colon here\r\n\r\n",
    b"GET /ws HTTP/1.1\r\n" + b"X: y\r\n" * 5_000 + b"\r\n",
    b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\n\r\n",
    b"POST /ws HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n" + bytes(100_000),
    b"POST /healthz HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\n",
    b"GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
    _UPGRADE.replace(b"13", b"99"),
    _UPGRADE.replace(b"AAAA", b"\xff\xfe"),
)
_NO_FRAMES = (
    *(frame(opcode, b"hello") for opcode in (3, 7, 11, 15)),
    *(frame(_TEXT, b"hello", first=0x80 | bit) for bit in (0x10, 0x20, 0x40)),
    frame(_TEXT, b"hello", masked=False),
    frame(_TEXT, b"\xff\xfe\xc0"),
    frame(_PING, bytes(126)),
    frame(_PING, b"x", first=0),
    frame(_CLOSE, b"\x03"),
    frame(_CLOSE, struct.pack("!H", 9)),
    frame(0, b"the end of nothing"),
    frame(_BINARY, b"hello"),
    struct.pack("!BBQ", 0x81, 0xFF, (1 << 63) - 1) + bytes(4),
    struct.pack("!BBQ", 0x81, 0xFF, 1 << 63) + bytes(60_000),
    frame(_TEXT, b"x" * 1_000, first=0) + frame(0, b"y" * 1_000, first=0) * 500,
)


def main() -> None:
    # Real ones have machines of their own. What is measured is the server, not who gets a core.
    os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    told = json.load(sys.stdin)
    insiders = [DeviceKey(from_text(seed, 32)) for seed in told["insiders"]]
    attackers = Attackers(int(sys.argv[1]), told["victim"], insiders)
    asyncio.run(attackers.attack(time.monotonic() + float(sys.argv[2])))
    print(json.dumps(attackers.counts))


if __name__ == "__main__":
    main()
