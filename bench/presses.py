"""A person's presses in a page, and when they reach the simulated head's serial line."""

import time
from pathlib import Path

from playwright.sync_api import Page
from rich.progress import track

HOLD_S = 0.2  # the shortest press of a person
_TURNS = (("ArrowLeft", "0103ff"), ("ArrowRight", "0203ff"))
_STILL = "0303ff"
_LOOK_S = 0.02  # the journal has the times in it: looking often would only make the machine busy

_WATCH_KEYS = """() => {
    globalThis.lab ??= {};
    const note = (event) => {
        if (!event.repeat) lab.keyAt = performance.timeOrigin + event.timeStamp;
    };
    addEventListener('keydown', note, true);
    addEventListener('keyup', note, true);
}"""


def presses(page: Page, journal: Path, count: int) -> tuple[list[float], list[float]]:
    """Milliseconds from a key going down, and from it going up, to the first byte on the line."""
    page.evaluate(_WATCH_KEYS)
    starts, stops = [], []
    for turn in track(range(count), "steering"):
        key, ending = _TURNS[turn % 2]
        for act, times, expected in (
            (page.keyboard.down, starts, ending),
            (page.keyboard.up, stops, _STILL),
        ):
            seen = len(read_journal(journal))
            act(key)
            times.append(driven_at(journal, seen, expected) - page.evaluate("lab.keyAt"))
            time.sleep(HOLD_S)
    return starts, stops


def read_journal(journal: Path) -> list[str]:
    """A line for each packet that went over the line: its time in ms and its bytes."""
    return journal.read_text().splitlines()


def driven_at(journal: Path, seen: int, ending: str) -> float:
    """When (ms) the first drive with this ending went over the line after line `seen`."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        for line in read_journal(journal)[seen:]:
            at, _, packet = line.partition(" ")
            if packet.startswith("81010601") and packet.endswith(ending):
                return float(at)
        time.sleep(_LOOK_S)
    raise TimeoutError(f"no drive ..{ending} on the line")
