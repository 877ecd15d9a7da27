"""Into class from behind firewalls: real gates (nft), the real coturn, a real browser on each side.

The other profiles are in `make bench AREA=trust`.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from math import isfinite

import pytest
from playwright.sync_api import Playwright

from bench.lab_turn import BINARY
from bench.trust import join
from bench.trust_lab import Firewalls, firewalls
from bench.trust_stage import behind


def _present(command: str) -> bool:
    return shutil.which(command, path="/usr/sbin:/sbin:/usr/bin") is not None


pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        os.geteuid() != 0 or BINARY is None or not all(map(_present, ("ip", "nft"))),
        reason="the lab needs root, iproute2, nftables and coturn",
    ),
]


@pytest.fixture(scope="module")
def lab() -> Iterator[Firewalls]:
    with firewalls() as one:
        yield one


@pytest.mark.parametrize("profile", ["symmetric_nat", "ipv6_only", "http_proxy"])
def test_into_class(play: Playwright, lab: Firewalls, profile: str) -> None:
    with behind(play, lab, profile) as lesson:
        picture, talk = join(lesson)
        assert isfinite(picture)
        assert isfinite(talk)


def test_only_tcp_443_and_the_probe_says_so(play: Playwright, lab: Firewalls, tmp_path) -> None:  # type: ignore[no-untyped-def]
    """The hospital and the school both let out TCP 443 and nothing else."""
    with behind(play, lab, "tcp_443_only") as lesson:
        picture, talk = join(lesson)
        assert isfinite(picture)
        assert isfinite(talk)
        report = tmp_path / "report.html"
        command = [sys.executable, "-m", "klasgenoot", "probe", "--report", str(report)]
        done = subprocess.run(
            [*lab.prefix("school"), *command],
            env={**os.environ, **lesson.demo.environment},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert "tls 443" in done.stdout
        page = report.read_text()
        assert "Sta <b>turn.lab</b>, poort 3478 (UDP) toe" in page
        assert "10.79." not in page
        assert lesson.screen.evaluate("document.body.dataset.state") == "ready"  # not disturbed


def test_relay_only_even_where_all_is_open(play: Playwright, lab: Firewalls) -> None:
    with behind(play, lab, "open", LINK_RELAY_ONLY="true") as lesson:
        lesson.home.evaluate(_KEEP)
        lesson.home.click("[data-action=join]")
        lesson.home.wait_for_selector("body[data-state=live]")
        kinds = lesson.home.evaluate(_SELECTED)
        assert set(kinds) == {"relay"}


_KEEP = """() => {
    const Plain = RTCPeerConnection;
    globalThis.kept = [];
    globalThis.RTCPeerConnection = function (settings) {
        const made = new Plain(settings);
        kept.push(made);
        return made;
    };
}"""

_SELECTED = """async () => {
    const found = [];
    for (const pc of kept) {
        const stats = await pc.getStats();
        for (const s of stats.values()) {
            if (s.type === 'transport' && s.selectedCandidatePairId) {
                const pair = stats.get(s.selectedCandidatePairId);
                found.push(stats.get(pair.localCandidateId).candidateType,
                    stats.get(pair.remoteCandidateId).candidateType);
            }
        }
    }
    return found;
}"""
