"""Area `join`: into the class, steering, asking and coming back, on one machine's loopback."""

import threading
import time
from pathlib import Path

import psutil
from playwright.sync_api import Page, Playwright, sync_playwright
from rich.progress import track

from bench.peers import aiortc_click_to_picture, aiortc_steering, chromium_click_to_picture
from bench.presses import HOLD_S, driven_at, presses, read_journal
from bench.results import Bound, Results, percentile
from bench.stage import Stage, stage

AREA = "join"
_L = "loopback"
BOUNDS = (
    Bound(AREA, _L, "click_to_picture_p50_ms", True, 500),
    Bound(AREA, _L, "click_to_picture_p95_ms", True, 800),
    Bound(AREA, _L, "steer_to_serial_p99_ms", True, 20),
    Bound(AREA, _L, "stop_to_serial_p99_ms", True, 20),
    Bound(AREA, "channel_cut", "stop_max_ms", True, 450),
    Bound(AREA, _L, "question_to_light_p95_ms", True, 100),
    *(
        Bound(AREA, scenario, "recover_max_s", True, 5)
        for scenario in (
            "restart_server",
            "restart_agent",
            "restart_kiosk",
            "restart_home",
            "reload_page",
        )
    ),
    Bound(AREA, "server_away", "frames_lost", True, 0),
)

_JOINS = 20
_STEERS = 200
_CUTS = 100
_QUESTIONS = 40
_RESTARTS = 3
_AWAY_S = 300
_LOOKS = 10


def measure(results: Results) -> None:
    with sync_playwright() as playwright:
        results.add(AREA, _L, "chromium", **_figures(chromium_click_to_picture(playwright, _JOINS)))
        results.add(AREA, _L, "aiortc", **_figures(aiortc_click_to_picture(playwright, _JOINS)))
        results.add(AREA, _L, "aiortc", **_steering_figures(*aiortc_steering(playwright, _STEERS)))
        with stage(playwright, SOUND_CLASS_MICROPHONE="sim:toon:880") as one:
            home, screen = one.home(), one.screen()
            screen.wait_for_selector("body[data-state=ready]")
            results.add(AREA, _L, "klasgenoot", **_figures(_joins(home)))
            _steering(home, one, results)
            _cuts(home, one, results)
            _questions(home, screen, one, results)
        _restarts(playwright, results)
        _server_away(playwright, results)


def _figures(times_ms: list[float]) -> dict[str, float]:
    return {
        "click_to_picture_p50_ms": percentile(times_ms, 0.5),
        "click_to_picture_p95_ms": percentile(times_ms, 0.95),
    }


def _joins(home: Page) -> list[float]:
    """From the press of the button to the first new picture on the glass."""
    times = []
    for _ in track(range(_JOINS), "joining"):
        home.evaluate(_WATCH_JOIN)
        home.click("[data-action=join]")
        home.wait_for_selector("body[data-state=live]")
        times.append(home.evaluate("lab.joined"))
        home.click("[data-action=leave]")
        home.wait_for_selector("body[data-state=off]")
        time.sleep(0.5)  # as a person would, and so that the leg before is really gone
    home.click("[data-action=join]")
    home.wait_for_selector("body[data-state=live]")
    return times


_WATCH_JOIN = """() => {
    const video = document.querySelector('#klas-video');
    document.querySelector('[data-action=join]').addEventListener('click', () => {
        const pressed = performance.now();
        lab.joined = new Promise((done) => {
            const look = (_now, { presentationTime }) =>
                presentationTime > pressed && video.srcObject?.active
                    ? done(performance.now() - pressed)
                    : video.requestVideoFrameCallback(look);
            video.requestVideoFrameCallback(look);
        });
    }, { capture: true, once: true });
}"""


def _steering(home: Page, one: Stage, results: Results) -> None:
    starts, stops = presses(home, one.demo.journal, _STEERS)
    results.add(AREA, _L, "klasgenoot", **_steering_figures(starts, stops))


def _steering_figures(starts: list[float], stops: list[float]) -> dict[str, float]:
    return {
        "steer_to_serial_p50_ms": percentile(starts, 0.5),
        "steer_to_serial_p99_ms": percentile(starts, 0.99),
        "stop_to_serial_p50_ms": percentile(stops, 0.5),
        "stop_to_serial_p99_ms": percentile(stops, 0.99),
    }


def _cuts(home: Page, one: Stage, results: Results) -> None:
    """The laptop falls silent in mid-movement, its browser frozen as a whole: when is the Stop?"""
    browser = _home_browser(one)
    delays = []
    for turn in track(range(_CUTS), "cutting the control channel"):
        key, ending = (("ArrowLeft", "0103ff"), ("ArrowRight", "0203ff"))[turn % 2]
        seen = len(read_journal(one.demo.journal))
        home.keyboard.down(key)
        driven_at(one.demo.journal, seen, ending)
        time.sleep(HOLD_S)
        seen = len(read_journal(one.demo.journal))
        cut_at = time.time() * 1000
        for process in browser:
            process.suspend()
        delays.append(driven_at(one.demo.journal, seen, "0303ff") - cut_at)
        for process in browser:
            process.resume()
        home.keyboard.up(key)
        time.sleep(HOLD_S)
    results.add(AREA, "channel_cut", "klasgenoot", stop_max_ms=max(delays))


def _home_browser(one: Stage) -> list[psutil.Process]:
    """All processes of the pupil's browser, told by the microphone that only it has."""
    mark = f"--use-file-for-fake-audio-capture={one.folder / 'home.wav'}"
    roots = [p for p in psutil.process_iter() if mark in _arguments(p)]
    return list({*roots, *(child for root in roots for child in root.children(recursive=True))})


def _arguments(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def _questions(home: Page, screen: Page, one: Stage, results: Results) -> None:
    """From the press to the lamp and the banner, whichever is later."""
    home.evaluate(
        """() => document.querySelector('[data-action=question]').addEventListener('click',
            (e) => { lab.askedAt = performance.timeOrigin + e.timeStamp; }, true)"""
    )
    screen.evaluate(
        """() => new MutationObserver(() => {
            lab.bannerAt = performance.timeOrigin + performance.now();
        }).observe(document.body, { attributeFilter: ['data-question'] })"""
    )
    lamp = one.demo.folder / "hardware" / "light" / "shown"
    delays = []
    for _ in track(range(_QUESTIONS), "asking"):
        watcher = _LampWatch(lamp)
        home.click("[data-action=question]")
        screen.wait_for_selector("body[data-question=asked]")
        lit_at = watcher.wait()
        shown_at = max(lit_at, screen.evaluate("lab.bannerAt"))
        delays.append(shown_at - home.evaluate("lab.askedAt"))
        home.click("[data-action=withdraw]")
        screen.wait_for_selector("body[data-question=none]")
        home.wait_for_selector("body[data-question=none]")
    results.add(
        AREA,
        _L,
        "klasgenoot",
        question_to_light_p50_ms=percentile(delays, 0.5),
        question_to_light_p95_ms=percentile(delays, 0.95),
    )


class _LampWatch:
    """Notes when what the lamp shows becomes other than 0, to the millisecond."""

    def __init__(self, path: Path) -> None:
        self._at = 0.0
        self._thread = threading.Thread(target=self._watch, args=(path,))
        self._thread.start()

    def wait(self) -> float:
        self._thread.join(5)
        return self._at

    def _watch(self, path: Path) -> None:
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:
            if path.read_text().strip() not in ("", "0"):
                self._at = time.time() * 1000
                return
            time.sleep(0.001)


def _restarts(playwright: Playwright, results: Results) -> None:
    """Killed without warning, started at once: until picture and sound are both there again."""
    worst: dict[str, float] = {}
    for _ in track(range(_RESTARTS), "restarting"):
        with stage(playwright) as one:
            lesson = _Lesson(one)
            for scenario in ("server", "agent", "home"):
                worst[f"restart_{scenario}"] = max(
                    worst.get(f"restart_{scenario}", 0), lesson.restart(scenario)
                )
            worst["restart_kiosk"] = max(worst.get("restart_kiosk", 0), lesson.new_kiosk())
            worst["reload_page"] = max(worst.get("reload_page", 0), lesson.reload())
    for scenario, seconds in worst.items():
        results.add(AREA, scenario, "klasgenoot", recover_max_s=seconds)


class _Lesson:
    def __init__(self, one: Stage) -> None:
        self._stage = one
        self._home, self._screen = one.lesson()
        self._until_back(time.monotonic())

    def restart(self, name: str) -> float:
        process = {
            "server": self._stage.demo.server,
            "agent": self._stage.demo.unit,
            "home": self._stage.demo.home,
        }[name]
        start = time.monotonic()
        process.kill()
        process.start()
        process.wait_line({"server": "server", "agent": "screen ", "home": "home "}[name])
        return self._until_back(start)

    def new_kiosk(self) -> float:
        start = time.monotonic()
        browser = self._screen.context.browser
        assert browser is not None
        browser.close()
        self._screen = self._stage.screen()
        return self._until_back(start)

    def reload(self) -> float:
        start = time.monotonic()
        self._home.reload()
        return self._until_back(start)

    def _until_back(self, start: float) -> float:
        """Seconds until a fresh picture shows and both sides receive new, audible sound."""
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            if (
                self._picture()
                and self._sounds(self._home, "#klas-geluid")
                and self._sounds(self._screen, "#leerling-video")
            ):
                return time.monotonic() - start
        raise TimeoutError("picture and sound did not come back in 30 s")

    def _picture(self) -> bool:
        stamp = self._home.evaluate("lab.stamp(document.querySelector('#klas-video'))")
        return stamp is not None and (time.time() * 1000 - stamp) % 2**32 < 1000

    def _sounds(self, page: Page, selector: str) -> bool:
        level: float = page.evaluate(
            "(s) => lab.level(document.querySelector(s)?.srcObject)", selector
        )
        return level > 0.01


def _server_away(playwright: Playwright, results: Results) -> None:
    """Five minutes without a server in a live lesson: frames lost between line and glass."""
    with stage(playwright) as one:
        home = one.home()
        home.evaluate(_KEEP_RECEIVERS)
        one.screen().wait_for_selector("body[data-state=ready]")
        home.click("[data-action=join]")
        home.wait_for_selector("body[data-state=live]")
        time.sleep(3)
        before = _losses(home)
        one.demo.server.kill()
        for _ in track(range(_AWAY_S), "without a server"):
            time.sleep(1)
        after = _losses(home)
        results.add(
            AREA,
            "server_away",
            "klasgenoot",
            frames_lost=max(0, after["lost"] - before["lost"]),
            frames_shown=after["shown"] - before["shown"],
            longest_freeze_s=after["freeze"] - before["freeze"],
        )


def _losses(home: Page) -> dict[str, float]:
    """Now; a picture that came and is not decoded yet counts as lost in one look, not in all."""
    looks = []
    for _ in range(_LOOKS):
        looks.append(home.evaluate(_LOSSES))
        time.sleep(0.05)
    return {**looks[-1], "lost": min(look["lost"] for look in looks)}


_KEEP_RECEIVERS = """() => {
    const plain = RTCPeerConnection.prototype.addTransceiver;
    RTCPeerConnection.prototype.addTransceiver = function (...args) {
        const made = plain.apply(this, args);
        if (args[1]?.direction === 'recvonly') lab.receiver = made.receiver;
        return made;
    };
}"""

_LOSSES = """async () => {
    for (const report of (await lab.receiver.getStats()).values())
        if (report.type === 'inbound-rtp')
            return {
                lost: report.packetsLost + report.framesReceived - report.framesDecoded,
                shown: report.framesDecoded,
                freeze: report.totalFreezesDuration,
            };
}"""
