"""`make soak`: half an hour of lesson; what grows, is lost or kept, and still works at the end.

usage: python -m bench.soak [MINUTES]
"""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
from playwright.sync_api import Page, Playwright, sync_playwright
from rich.progress import track

from bench.results import Results
from bench.stage import Stage, new_demo
from klasgenoot.proof import prove

_WARM_S = 60  # caches, first keyframes and imports are not growth
_MOST_MIB = 20
_STEER_EVERY_S = 10
_MEMORY = "/dev/shm"


def main() -> None:
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else 30
    with sync_playwright() as playwright, _on_stage(playwright) as one:
        home, screen = one.lesson()
        time.sleep(_WARM_S)
        start, written = _memory(one), _written(one)
        for second in track(range(int(minutes * 60)), "in class"):
            if second % _STEER_EVERY_S == 0:
                _use(home, screen, second)
            time.sleep(1)
        end = _memory(one)
        kept, checks = _written(one) - written, prove.live_checks(_media_processes(one))
        shown = home.evaluate("lab.stamp(document.querySelector('#klas-video'))")
        age = (time.time() * 1000 - shown + 2**31) % 2**32 - 2**31  # clocks differ by a little
    for name, before in start.items():
        print(f"{name:8} {before:7.1f} -> {end[name]:7.1f} MiB ({end[name] - before:+.1f})")
    print(f"picture at the end is {age:.0f} ms old")
    print(f"{kept} bytes written by what handles pictures; " + ", ".join(map(_told, checks)))
    results = Results()
    results.add("trust", f"unit_{minutes:.0f}min", "klasgenoot", bytes_written=kept)
    results.save_soak()
    if kept or any(check.state == "failed" for check in checks):
        sys.exit("error: something was written to a disk, or the lock is not on")
    if end["unit"] - start["unit"] > _MOST_MIB or age > 1500:
        sys.exit(f"error: the agent grew by more than {_MOST_MIB} MiB, or the picture stood still")


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
