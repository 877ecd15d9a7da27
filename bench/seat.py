"""Area `seat`: the pupil's page. SCENARIO=name measures one of them."""

import os
import time

from playwright.sync_api import Page, sync_playwright

from bench import seat_file, seat_page, seat_turning
from bench.results import Bound, Results
from bench.stage import Stage, stage

AREA = "seat"
BOUNDS = (
    Bound(AREA, "page", "weight_kib", True, 400),
    Bound(AREA, "page", "usable_ms", True, 500),
    Bound(AREA, "live", "longest_task_ms", True, 50),
    Bound(AREA, "live", "dropped_frames_pct", True, 1),
    Bound(AREA, "click_to_centre", "error_p95_pct_of_width", True, 2),
    Bound(AREA, "steer", "seems_to_move_p95_ms", True, 50),
    Bound(AREA, "steer", "moves_p95_ms", True, 250),
    Bound(AREA, seat_file.SCENARIO, "fps", False, 20),
    Bound(AREA, seat_file.SCENARIO, "arrived_pct", False, 100),
)

_IN_CLASS = {
    "live": seat_page.live,
    "steer": seat_turning.steer,
    "click_to_centre": seat_turning.clicks,
}
_ONE = os.environ.get("SCENARIO", "")


def partial_run() -> bool:
    """A run of one scenario leaves the figures of the others as they are."""
    return bool(_ONE)


def measure(results: Results) -> None:
    with sync_playwright() as playwright:
        if _ONE in ("", "page"):
            with stage(playwright) as one:
                one.screen().wait_for_selector("body[data-state=ready]")
                results.add(AREA, "page", "klasgenoot", **seat_page.loads(one))
        if _ONE in ("", *_IN_CLASS):
            with stage(playwright, CAMERA_SOURCE="sim:") as one:
                home = _in_class(one)
                for name, scenario in _IN_CLASS.items():
                    if _ONE in ("", name):
                        results.add(AREA, name, "klasgenoot", **scenario(home))
        if _ONE in ("", seat_file.SCENARIO):
            figures = seat_file.file_while_live(playwright)
            results.add(AREA, seat_file.SCENARIO, "klasgenoot", **figures)


def _in_class(one: Stage) -> Page:
    screen = one.screen()
    home = one.home()
    home.add_init_script(_KEEP_PARTS)
    home.reload()
    screen.wait_for_selector("body[data-state=ready]")
    home.click("[data-action=join]")
    home.wait_for_selector("body[data-state=live]")
    home.wait_for_selector("#overview:visible")
    time.sleep(5)  # pictures sharpen, the delay is measured
    return home


_KEEP_PARTS = """
const plain = RTCPeerConnection.prototype.addTransceiver;
RTCPeerConnection.prototype.addTransceiver = function (...args) {
    const made = plain.apply(this, args);
    if (args[1]?.direction === 'recvonly') lab.receiver = made.receiver;
    return made;
};
const channel = RTCPeerConnection.prototype.createDataChannel;
RTCPeerConnection.prototype.createDataChannel = function (...args) {
    const made = channel.apply(this, args);
    made.addEventListener('message', ({ data }) => {
        if (typeof data !== 'string' || !data.includes('"view"')) return;
        const message = JSON.parse(data);
        if (message.type === 'view') lab.view = { ...message, at: performance.now() };
    });
    return made;
};
"""
