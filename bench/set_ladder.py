"""Scenario `ladder`: a question that nobody answers reaches every rung on time, a hundred times.

Real processes, real pages, the simulated lamp. Short times, so that a ladder takes seconds; what
is measured is how late each rung is on the lamp, in class, at home and on a buddy's phone, from
the press at home. The last rung is held until the lamp was seen to go on pulsing.
"""

import threading
import time
from itertools import pairwise
from pathlib import Path

from playwright.sync_api import Page, Playwright, sync_playwright
from rich.progress import track

from bench.buddy_link import join, scan
from bench.results import Results, percentile
from bench.stage import Stage, free_ports, stage
from hardware.light import HALF_PERIOD_S

AREA, SCENARIO = "set", "ladder"

_LADDERS = 100
_STEP_S = 0.6
_RUNGS = ("light", "pulse", "large", "buddy", "teacher")
_DUE_S = {rung: index * _STEP_S for index, rung in enumerate(_RUNGS)}
_LOOK_S = 0.004
_HELD_S = 2 * HALF_PERIOD_S
_PATIENCE_S = 5.0

_WATCH = """(name) => {
    globalThis.lab ??= {};
    lab.changes = [];
    let last = document.body.dataset[name];
    new MutationObserver(() => {
        const now = document.body.dataset[name];
        if (now !== last) lab.changes.push([last = now, Date.now() / 1000]);
    }).observe(document.body, { attributes: true });
    addEventListener('click', (event) => {
        if (event.target.closest('[data-action=question]')) lab.pressedAt = Date.now() / 1000;
    }, true);
}"""


def measure(results: Results) -> None:
    with sync_playwright() as playwright:
        late, missed = ladders(playwright, _LADDERS)
    every = [value for values in late.values() for value in values]
    if every:
        results.add(
            AREA,
            SCENARIO,
            "klasgenoot",
            late_max_s=max(map(abs, every)),
            late_p50_s=percentile(every, 0.5),
            earliest_s=min(every),
            rungs_missed=missed,
            ladders=_LADDERS,
            **{f"late_{where}_max_s": max(values) for where, values in late.items() if values},
        )


def ladders(playwright: Playwright, count: int) -> tuple[dict[str, list[float]], int]:
    """How late each rung was, in seconds, by where it was noticed; and how many never came."""
    step = str(_STEP_S)
    rungs = ("ESCALATE", "LARGE", "BUDDY", "TEACHER")
    settings = {f"QUESTION_{rung}_AFTER_S": step for rung in rungs}
    port = str(free_ports(1)[0])
    with stage(playwright, BUDDY_HOST="127.0.0.1", BUDDY_PORT=port, **settings) as one:
        home, screen = one.lesson()
        screen.wait_for_selector("body[data-state=live]")
        phone = join(one.browser(), scan(screen))
        for page, name in ((home, "rung"), (screen, "rung"), (phone, "state")):
            page.evaluate(_WATCH, name)
        with Lamp(_shown(one)) as lamp:
            late: dict[str, list[float]] = {"lamp": [], "class": [], "home": [], "buddy": []}
            missed = 0
            for _ in track(range(count), "ladders"):
                home.wait_for_selector("body[data-state=live]")
                missed += _one(home, screen, phone, lamp, late)
        return late, missed


def _one(home: Page, screen: Page, phone: Page, lamp: "Lamp", late: dict[str, list[float]]) -> int:
    """Press, wait for the last rung, take the question back. How many rungs were missed."""
    for page in (home, screen, phone):
        page.evaluate("lab.changes = []")
    lamp.forget()
    home.click("[data-action=question]")
    pressed_at = float(home.evaluate("lab.pressedAt"))
    _until(lambda: len(_changes(screen)) == len(_RUNGS) and len(_changes(home)) == len(_RUNGS))
    time.sleep(_HELD_S)
    held_until = time.time()
    missed = 0
    for where, page in (("class", screen), ("home", home)):
        seen = _changes(page)
        missed += sum(rung not in seen for rung in _RUNGS)
        late[where] += [seen[rung] - pressed_at - _DUE_S[rung] for rung in seen if rung in _DUE_S]
    called = _changes(phone)
    missed += "call" not in called
    late["buddy"] += [called["call"] - pressed_at - _DUE_S["buddy"]] if "call" in called else []
    on_lamp = lamp.late(pressed_at, held_until)
    missed += 2 - min(2, len(on_lamp))
    late["lamp"] += on_lamp
    if home.is_visible("[data-action=withdraw]"):  # not if the lesson broke off
        home.click("[data-action=withdraw]")
    for page in (home, screen):
        page.wait_for_selector("body[data-question=none]")
    phone.wait_for_selector("body[data-state=none]")
    _until(lambda: not lamp.lit)
    return missed


def _changes(page: Page) -> dict[str, float]:
    return dict(page.evaluate("lab.changes"))


def _until(condition) -> None:  # type: ignore[no-untyped-def]
    deadline = time.monotonic() + _PATIENCE_S
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)


def _shown(one: Stage) -> Path:
    return one.demo.folder / "hardware" / "light" / "shown"


class Lamp:
    """Looks at the simulated lamp 250 times a second, and notes when it changes."""

    def __init__(self, shown: Path) -> None:
        self._shown = shown
        self._changes: list[tuple[float, bool]] = []
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self.lit = False

    def __enter__(self) -> "Lamp":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def forget(self) -> None:
        self._changes = []

    def late(self, pressed_at: float, until: float) -> list[float]:
        """Of its going on, of its first dark half (it was lit already), and of any later beat."""
        times = [at for at, _ in self._changes if at <= until]
        found = [times[0] - pressed_at] if times else []
        if len(times) > 1:
            found.append(times[1] - pressed_at - _DUE_S["pulse"] - HALF_PERIOD_S)
            gaps = [after - before for before, after in pairwise([*times[1:], until])]
            found.append(max(0.0, max(gaps) - HALF_PERIOD_S))
        return found

    def _look(self) -> None:
        while not self._ended.wait(_LOOK_S):
            # Between truncation and writing there is nothing in it: as it was.
            if (text := self._shown.read_text().strip()) and (text != "0") != self.lit:
                self.lit = not self.lit
                self._changes.append((time.time(), self.lit))
