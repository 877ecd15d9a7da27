"""The pupil's page: what it weighs, when it can be used, and its main thread in a lesson."""

import time

from playwright.sync_api import Browser, Page
from rich.progress import track

from bench.results import percentile
from bench.stage import Stage

_LOADS = 20
_LIVE_S = 60


def loads(one: Stage) -> dict[str, float]:
    """From an empty cache to a button that may be pressed, the class known to be there."""
    browser = one.browser()
    each = [_load(browser, one.home_url) for _ in track(range(_LOADS), "loading")]
    return {
        "weight_kib": max(load["bytes"] for load in each) / 1024,
        "usable_ms": percentile([load["usable"] for load in each], 0.95),
        "usable_p50_ms": percentile([load["usable"] for load in each], 0.5),
        "files": max(load["files"] for load in each),
    }


def _load(browser: Browser, url: str) -> dict[str, float]:
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    try:
        page = context.new_page()
        page.add_init_script(_WATCH_LOAD)
        page.goto(url)
        while not page.evaluate("globalThis.lab?.usable"):
            time.sleep(0.02)
        load: dict[str, float] = page.evaluate(_LOADED)
        return load
    finally:
        context.close()


_WATCH_LOAD = """
globalThis.lab = {};
const look = () => {
    const button = document.querySelector('[data-action=join]');
    const known = document.querySelector('#peer')?.dataset.online === 'true';
    if (known && button && !button.disabled && button.offsetParent) lab.usable = performance.now();
    else requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""

_LOADED = """() => {
    const all = [...performance.getEntriesByType('navigation'),
                 ...performance.getEntriesByType('resource')];
    return {
        usable: lab.usable, files: all.length,
        bytes: all.reduce((sum, one) => sum + one.transferSize, 0),
    };
}"""


def live(home: Page) -> dict[str, float]:
    """A minute as a pupil spends it: turning, a place, a question, and mostly looking."""
    home.evaluate(_WATCH_THREAD)
    before = home.evaluate(_PICTURES)
    acts = ("ArrowLeft", "ArrowRight", "2", "+", "-", "Home")
    for second in track(range(_LIVE_S), "in class"):
        if second % 5 == 0:
            home.keyboard.press(acts[second // 5 % len(acts)], delay=300)
        elif second == 12:
            home.click("[data-action=question]")
        elif second == 18:
            home.click("[data-action=withdraw]")
        time.sleep(1)
    after = home.evaluate(_PICTURES)
    decoded = after["decoded"] - before["decoded"]
    missed = decoded - (after["presented"] - before["presented"])
    return {
        "longest_task_ms": home.evaluate("lab.longest"),
        "long_tasks": home.evaluate("lab.tasks"),
        "dropped_frames_pct": 100 * max(0, missed) / decoded,
        "pictures_per_s": decoded / _LIVE_S,
    }


_WATCH_THREAD = """() => {
    lab.longest = 0; lab.tasks = 0;
    new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) {
            lab.tasks += 1;
            lab.longest = Math.max(lab.longest, duration);
        }
    }).observe({ type: 'longtask' });
    const video = document.querySelector('#klas-video');
    const next = (_now, { presentedFrames }) => {
        lab.presented = presentedFrames;
        video.requestVideoFrameCallback(next);
    };
    video.requestVideoFrameCallback(next);
    return new Promise((done) => setTimeout(done, 500));
}"""

_PICTURES = """async () => {
    for (const report of (await lab.receiver.getStats()).values())
        if (report.type === 'inbound-rtp')
            return { decoded: report.framesDecoded, presented: lab.presented };
}"""
