"""`make soak`: half an hour of lesson; what grows, is lost or kept, and still works at the end.

usage: python -m bench.soak [MINUTES]   (in `make bench AREA=trust`: BENCH_UNIT_MIN)
"""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page, Playwright, sync_playwright
from rich.progress import track

from bench.ending import end_cleanly
from bench.results import Bound, Results
from bench.stage import Stage, new_demo
from klasgenoot.proof import prove

_WARM_S = 60  # caches, first keyframes and imports are not growth
_MOST_MIB = 20
_FRESH_MS = 1_500
_STEER_EVERY_S = 10
_MEMORY = "/dev/shm"


def minutes_of_bench() -> float:
    """How long `make bench` is in class; other than 30, the scenario has another name."""
    return float(os.environ.get("BENCH_UNIT_MIN", "30"))


def bounds(minutes: float) -> tuple[Bound, ...]:
    scenario = f"unit_{minutes:g}min"
    return (
        Bound("trust", scenario, "bytes_written", True, 0),
        Bound("trust", scenario, "checks_failed", True, 0),
        Bound("trust", scenario, "agent_growth_mib", True, _MOST_MIB),
        Bound("trust", scenario, "picture_age_ms", True, _FRESH_MS),
    )


def measure(playwright: Playwright, results: Results, minutes: float) -> None:
    with _on_stage(playwright) as one:
        home, screen = one.lesson()
        time.sleep(_WARM_S)
        start, written = _memory(one), _written(one)
        by_minute = []
        for second in track(range(int(minutes * 60)), "in class"):
            if second % 60 == 0:
                by_minute.append(_memory(one)["unit"])
            if second % _STEER_EVERY_S == 0:
                try:
                    _use(home, screen, second)
                except PlaywrightError:
                    for page in (home, screen):  # their processes' last words are on stderr
                        print(
                            page.evaluate("[{...document.body.dataset}, document.body.innerText]")
                        )
                    raise
            time.sleep(1)
        end = _memory(one)
        kept, checks = _written(one) - written, prove.live_checks(_media_processes(one))
        shown = home.evaluate("lab.stamp(document.querySelector('#klas-video'))")
        age = (time.time() * 1000 - shown + 2**31) % 2**32 - 2**31  # clocks differ by a little
    for name, before in start.items():
        print(f"{name:8} {before:7.1f} -> {end[name]:7.1f} MiB ({end[name] - before:+.1f})")
    print("unit, each minute:", *(f"{mib:.0f}" for mib in by_minute))  # a step, or without end?
    print(", ".join(map(_told, checks)))
    results.add(
        *("trust", f"unit_{minutes:g}min", "klasgenoot"),
        bytes_written=kept,
        checks_failed=sum(check.state == "failed" for check in checks),
        agent_growth_mib=end["unit"] - start["unit"],
        picture_age_ms=age,
    )


def main() -> None:
    end_cleanly()
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else minutes_of_bench()
    results = Results()
    with sync_playwright() as playwright:
        measure(playwright, results, minutes)
    results.save_soak()
    if not results.show(bounds(minutes)):
        sys.exit("error: something was written to a disk, the lock is off, or the lesson suffered")


@contextmanager
def _on_stage(playwright: Playwright) -> Iterator[Stage]:
    """As `stage`, with the simulated hardware in memory.

    A real lamp is no file, and the time of the last write to one would count as written.
    """
    with TemporaryDirectory(dir=_MEMORY) as memory, TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "demo").mkdir()
        (folder / "demo" / "hardware").symlink_to(memory)
        one = Stage(playwright, new_demo(folder / "demo"), folder)
        try:
            yield one
        finally:
            one.close()


def _use(home: Page, screen: Page, second: int) -> None:
    """What a pupil does in a lesson: look around, ask, be answered."""
    home.keyboard.press("ArrowLeft" if second % 20 else "ArrowRight", delay=800)
    home.click("[data-action=question]")
    screen.click("[data-action=seen]")
    home.click("[data-action=withdraw]")
    screen.wait_for_selector("body[data-question=none]")


def _media_processes(one: Stage) -> list[psutil.Process]:
    assert one.demo.unit.process is not None
    unit = one.demo.unit.process.pid
    return [process for process in prove.agents() if unit in (process.pid, process.ppid())]


def _written(one: Stage) -> int:
    """Bytes that the agent and what draws for it caused to be written to any disk (proc_pid_io)."""
    return sum(process.io_counters().write_bytes for process in _media_processes(one))


def _told(check: prove.Check) -> str:
    return f"{check.name} {check.state}"


def _memory(one: Stage) -> dict[str, float]:
    """Resident memory in MiB of each of our processes."""
    return {
        process.name: psutil.Process(process.process.pid).memory_info().rss / 2**20
        for process in one.demo.processes
        if process.process is not None
    }


if __name__ == "__main__":
    main()
