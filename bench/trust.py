"""Area `trust`: who gets through, and what is kept out; one scenario alone with SCENARIO=attack.

The attack takes BENCH_ATTACK_MIN (10) minutes, the lesson that may write nothing BENCH_UNIT_MIN
(30); of another length they have another name than their bound.
"""

import os
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Page, sync_playwright
from playwright.sync_api import TimeoutError as PlaywrightTimeout
from rich.progress import track

from bench import autobahn, soak, soak_attack, trust_hostile, trust_revocation
from bench.lab_tls import make_tls
from bench.lab_turn import coturn
from bench.results import Bound, Results, percentile
from bench.stage import free_ports
from bench.trust_abuse import attack
from bench.trust_lab import PROFILES, firewalls
from bench.trust_stage import Behind, behind
from config.settings import Turn

AREA = "trust"
BOUNDS = (
    Bound(AREA, "firewalls", "connected_pct", False, 100),
    Bound(AREA, "firewalls", "connect_p95_s", True, 5),
    Bound(AREA, "turn_abuse", "refused_pct", False, 100),
    Bound(AREA, "autobahn", "failed", True, 0),
    Bound(AREA, "hostile_server", "kinds_tried", False, 40),
    Bound(AREA, "hostile_server", "frames_accepted", True, 0),
    Bound(AREA, "hostile_server", "kinds_untold", True, 0),
    Bound(AREA, "hostile_server", "lessons_disturbed", True, 0),
    Bound(AREA, "revocation", "live_to_stop_s", True, 5),
    Bound(AREA, "revocation", "joined_after_restore", True, 0),
    *soak_attack.bounds(soak_attack.minutes_of_bench()),
    *soak.bounds(soak.minutes_of_bench()),
)

_ONE = os.environ.get("SCENARIO", "")
_JOINS = 5  # of each profile
_PATIENCE_S = 20.0
_REST_S = 0.5  # as a person would, and so that the leg before is really gone


def measure(results: Results) -> None:
    for name, one in SCENARIOS.items():
        if _ONE in ("", name):
            one(results)


def partial_run() -> bool:
    """A run of one scenario leaves the figures of the others as they are."""
    return bool(_ONE)


def _hostile(results: Results) -> None:
    with sync_playwright() as playwright:
        trust_hostile.measure(playwright, results)


def _revocation(results: Results) -> None:
    with sync_playwright() as playwright:
        trust_revocation.measure(playwright, results)


def _unit(results: Results) -> None:
    with sync_playwright() as playwright:
        soak.measure(playwright, results, soak.minutes_of_bench())


def _attack(results: Results) -> None:
    soak_attack.measure(results, soak_attack.minutes_of_bench())


def _firewalls(results: Results) -> None:
    with sync_playwright() as playwright, firewalls() as lab:
        times: list[float] = []
        for profile in track(PROFILES, "behind firewalls"):
            with behind(playwright, lab, profile) as lesson:
                joins = [join(lesson) for _ in range(_JOINS)]
            pictures, talks = ([one[at] for one in joins] for at in (0, 1))
            times += pictures
            results.add(AREA, f"firewalls_{profile}", "klasgenoot", **_figures(pictures, talks))
        results.add(AREA, "firewalls", "klasgenoot", **_figures(times, []))


def join(lesson: Behind) -> tuple[float, float]:
    """Seconds from the click to the class picture, and to the pupil's picture in class.

    Infinite when it does not come. Ends with both sides out of class again.
    """
    start = time.monotonic()
    lesson.home.click("[data-action=join]")
    picture = talk = float("inf")
    try:
        lesson.home.wait_for_selector("body[data-state=live]", timeout=_PATIENCE_S * 1000)
        picture = time.monotonic() - start
        while not lesson.screen.evaluate(_PUPIL_SHOWS):
            if time.monotonic() - start > _PATIENCE_S:
                break
            lesson.screen.wait_for_timeout(20)
        else:
            talk = time.monotonic() - start
    except PlaywrightTimeout:
        pass
    _leave(lesson.home)
    return picture, talk


_PUPIL_SHOWS = """() => {
    const video = document.querySelector('#leerling-video');
    return video.srcObject?.active && video.readyState >= 2;
}"""


def _leave(home: Page) -> None:
    if home.evaluate("document.body.dataset.state") not in ("off", "refused"):
        home.click("[data-action=leave]")
        home.wait_for_selector("body[data-state=off]")
    time.sleep(_REST_S)


def _figures(pictures: list[float], talks: list[float]) -> dict[str, float]:
    """A join that failed counts as infinitely long: a percentile it reaches is left out."""
    connected = [seconds for seconds in pictures if seconds != float("inf")]
    return {
        "connected_pct": 100 * len(connected) / len(pictures),
        "connect_p50_s": percentile(pictures, 0.5),
        "connect_p95_s": percentile(pictures, 0.95),
        "talk_p95_s": percentile(talks, 0.95),
    }


def _turn_abuse(results: Results) -> None:
    """The real coturn with our configuration, on loopback, which makes abuse easier, not harder."""
    attempts = []
    for address in ("127.0.0.1", "::1"):  # IPv4-mapped forms are only tried out on a relay of IPv6
        with TemporaryDirectory() as name:
            turn = loopback_relay(Path(name), address)
            with coturn(turn):
                attempts += attack(turn)
    refused = sum(attempt.refused for attempt in attempts)
    results.add(
        AREA,
        "turn_abuse",
        "klasgenoot",
        refused_pct=100 * refused / len(attempts),
        kinds_tried=len(attempts),
    )


def loopback_relay(folder: Path, address: str = "127.0.0.1") -> Turn:
    """Settings of a relay on this machine, on ports that nobody has."""
    folder.chmod(0o755)  # coturn gives its rights up before it reads the certificate
    tls = make_tls(folder, address)
    udp, secure = free_ports(2)
    return Turn(
        host=address,
        udp_port=udp,
        tls_port=secure,
        relay_ip=address,
        certificate_file=str(tls.certificate),
        certificate_key_file=str(tls.key),
    )


SCENARIOS: dict[str, Callable[[Results], None]] = {
    "autobahn": autobahn.measure,
    "turn_abuse": _turn_abuse,
    "hostile_server": _hostile,
    "revocation": _revocation,
    "firewalls": _firewalls,
    "attack": _attack,
    "unit": _unit,
}
