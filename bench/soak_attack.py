"""Ten minutes of attack on the server, while an honest pair goes on talking through it.

usage: python -m bench.soak_attack [MINUTES]

The first tenth (60 s at most) is quiet. In life attackers and whatever else this machine does are
elsewhere; so that the slowest messages (p99) tell of the server and not of the scheduler, attackers
only get what is left of the processors (SCHED_IDLE), and server and pair get them first, quiet or
attacked (SCHED_FIFO, where that is allowed). `make bench AREA=trust` runs it too, for
BENCH_ATTACK_MIN minutes.
"""

import asyncio
import gc
import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import psutil
from rich.progress import Progress

from bench.ending import end_cleanly
from bench.results import Bound, Results, percentile
from bench.stage import free_ports
from config.processes import Managed
from signaling import logs
from signaling.client import LinkState, ServerLink
from signaling.identity import DeviceKey, new_nonce, to_text
from signaling.messages import (
    Answer,
    Candidate,
    IceCandidate,
    Join,
    Message,
    Offer,
    Peer,
    Ready,
    Sealed,
)

_QUIET_S = 60.0
_TASTE_S = 10.0  # what a first attack imports and caches is no growth, as in bench/soak.py
_REST_S = 5.0
_EVERY_S = 1 / 15  # each way; a device may say 20 a second
_MOST_GROWTH_PCT, _MOST_RATIO = 20, 2
_SEALED = Sealed(body="{}", signature="s" * 86)

Pair = tuple[DeviceKey, DeviceKey]


class Honest:
    """One device of the pair, over the product's own link; notes when each message came."""

    def __init__(self, url: str, key: DeviceKey) -> None:
        self.link = ServerLink(
            url, key, secrets.token_urlsafe(16), "bench", self._heard, self._state
        )
        self.arrived: dict[int, float] = {}
        self.losses = -1  # the first connecting is no loss
        self.peer = asyncio.Event()
        self.met: asyncio.Queue[Message] = asyncio.Queue()

    def _heard(self, message: Message) -> None:
        match message:
            case Candidate():
                self.arrived[int(message.ice.candidate)] = time.perf_counter()
            case Peer(online=True):
                self.peer.set()
            case Join() | Ready() | Offer() | Answer():
                self.met.put_nowait(message)

    def _state(self, state: LinkState, _: str) -> None:
        self.losses += state == "connecting"


class Talk:
    """What the pair says to each other, and how long each word took."""

    def __init__(self, unit: Honest, laptop: Honest) -> None:
        self._unit, self._laptop = unit, laptop
        self._sent: dict[int, tuple[Honest, float]] = {}

    async def meet(self) -> None:
        """From Join to Answer; candidates may then go on for ever."""
        unit, laptop = self._unit, self._laptop
        for one in (unit, laptop):
            await one.peer.wait()
        join = Join(nonce=new_nonce())
        for speaker, message, hearer in (
            (laptop, join, unit),
            (unit, Ready(nonce=new_nonce(), answers=join.nonce), laptop),
            (laptop, Offer(sealed=_SEALED), unit),
            (unit, Answer(sealed=_SEALED), laptop),
        ):
            assert speaker.link.send(message)
            assert await hearer.met.get() == message

    async def go_on(self, seconds: float) -> tuple[list[float], int]:
        """Latencies in ms of what was said in this time, and how much was lost."""
        first, start = len(self._sent), time.perf_counter()
        for turn in range(int(seconds / _EVERY_S)):
            await asyncio.sleep(max(0.0, start + turn * _EVERY_S - time.perf_counter()))
            for speaker, hearer in ((self._unit, self._laptop), (self._laptop, self._unit)):
                number = len(self._sent)
                self._sent[number] = hearer, time.perf_counter()
                speaker.link.send(Candidate(ice=IceCandidate(candidate=str(number))))
        await asyncio.sleep(1)  # what is not there after a second is lost
        said = [self._sent[number] for number in range(first, len(self._sent))]
        took = [
            1000 * (hearer.arrived[number] - at)
            for number, (hearer, at) in enumerate(said, first)
            if number in hearer.arrived
        ]
        return took, len(said) - len(took)


@contextmanager
def _first_in_line() -> Iterator[None]:
    """This process, and what it starts meanwhile, go before all others."""
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    except PermissionError:
        print("not root: what else this machine does is in the figures")
        yield
        return
    try:
        yield
    finally:
        os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))


@contextmanager
def server(folder: Path, pairs: list[Pair]) -> Iterator[tuple[Managed, int]]:
    """A real server process that knows these pairs, and its port."""
    [port] = free_ports(1)
    environment = {
        "KLASGENOOT_SERVER_PORT": str(port),
        "KLASGENOOT_SERVER_DATABASE_URL": f"sqlite+aiosqlite:///{folder}/server.db",
    }
    for unit, laptop in pairs:
        subprocess.run(
            [sys.executable, "-m", "signaling", "pair", "add", "--", unit.public, laptop.public],
            env=os.environ | environment,
            stdout=subprocess.DEVNULL,
            check=True,
        )
    one = Managed("server", ["signaling", "run"], environment, log=folder / "server.log")
    one.start()
    try:
        one.wait_line("server")
        yield one, port
    finally:
        one.stop()


async def lesson(
    process: psutil.Process, port: int, seconds: float, pair: Pair, keys: dict[str, object]
) -> dict[str, float]:
    """Quiet, then attack: the figures."""
    unit, laptop = (Honest(f"ws://127.0.0.1:{port}/ws", key) for key in pair)
    links = [asyncio.create_task(one.link.run()) for one in (unit, laptop)]
    talk = Talk(unit, laptop)
    await talk.meet()
    gc.freeze()  # a pause of this process would count as one of the server's
    idle = process.memory_info().rss
    await _attack(port, _TASTE_S, keys)
    await asyncio.sleep(_REST_S)
    quiet_s = min(_QUIET_S, seconds / 10)
    quiet, lost_before = await talk.go_on(quiet_s)
    before, cpu = process.memory_info().rss, sum(process.cpu_times()[:2])
    attack_s = seconds - quiet_s
    attacking = asyncio.create_task(_attack(port, attack_s, keys))
    watching = asyncio.create_task(_most_memory(process, attack_s))
    attacked, lost = await talk.go_on(attack_s)
    most = await watching
    cpu = sum(process.cpu_times()[:2]) - cpu
    counts = await attacking
    losses = unit.losses + laptop.losses
    for link in links:
        link.cancel()
    print(", ".join(f"{name} {count}" for name, count in sorted(counts.items())))
    print(f"honest pair: {lost_before + lost} lost, cut off {losses} times")
    print(f"others' load: {os.getloadavg()[0]:.1f} processes wanted {os.cpu_count()} cores")
    return {
        "rss_growth_pct": 100 * (most - before) / before,
        "honest_p99_ratio": percentile(attacked, 0.99) / percentile(quiet, 0.99),
        "rss_above_idle_pct": 100 * (most - idle) / idle,
        "cpu_pct": 100 * cpu / attack_s,
        "honest_p50_ms": percentile(attacked, 0.5),
        "quiet_p99_ms": percentile(quiet, 0.99),
        "honest_p99_ms": percentile(attacked, 0.99),
        "attacks": sum(counts.values()),
        "cut_or_lost": lost + losses,
    }


async def _attack(port: int, seconds: float, keys: dict[str, object]) -> dict[str, int]:
    """How often each kind of attack was made, and cut."""
    attackers = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.attackers", str(port), str(seconds)),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    said, _ = await attackers.communicate(json.dumps(keys).encode())
    return cast(dict[str, int], json.loads(said))


async def _most_memory(process: psutil.Process, seconds: float) -> int:
    """The most bytes that were resident at any second."""
    most = 0
    with Progress() as progress:
        bar = progress.add_task("under attack", total=int(seconds))
        for _ in range(int(seconds)):
            most = max(most, process.memory_info().rss)
            progress.advance(bar)
            await asyncio.sleep(1)
    return most


def minutes_of_bench() -> float:
    """How long `make bench` attacks; other than 10, the scenario has another name."""
    return float(os.environ.get("BENCH_ATTACK_MIN", "10"))


def bounds(minutes: float) -> tuple[Bound, ...]:
    scenario = f"attack_{minutes:g}min"
    return (
        Bound("trust", scenario, "rss_growth_pct", True, _MOST_GROWTH_PCT),
        Bound("trust", scenario, "honest_p99_ratio", True, _MOST_RATIO),
        Bound("trust", scenario, "cut_or_lost", True, 0),
        Bound("trust", scenario, "tracebacks", True, 0),
    )


def measure(results: Results, minutes: float) -> None:
    logs.configure("warning")  # the honest pair's own link is chatty
    honest, bad = ((DeviceKey.make(), DeviceKey.make()) for _ in range(2))
    keys = {"victim": honest[0].public, "insiders": [to_text(key.seed()) for key in bad]}
    with (
        tempfile.TemporaryDirectory() as name,
        _first_in_line(),
        server(Path(name), [honest, bad]) as (one, port),
    ):
        assert one.process is not None
        process = psutil.Process(one.process.pid)
        figures = asyncio.run(lesson(process, port, minutes * 60, honest, keys))
        log = (Path(name) / "server.log").read_text()
    print(f"{len(log) / 1024 / minutes:.0f} KiB of log a minute")
    figures["tracebacks"] = log.count("Traceback")
    results.add("trust", f"attack_{minutes:g}min", "klasgenoot", **figures)


def main() -> None:
    end_cleanly()
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else minutes_of_bench()
    results = Results()
    measure(results, minutes)
    results.save_soak()
    if not results.show(bounds(minutes)):
        sys.exit("error: a bound was missed, the honest pair was cut, or the server stumbled")


if __name__ == "__main__":
    main()
