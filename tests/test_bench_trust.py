"""`make bench AREA=trust` measures what it has to, under the names that are looked for."""

import pytest

from bench import soak, soak_attack, trust

NAMES = {
    ("hostile_server", "kinds_tried"),
    ("hostile_server", "frames_accepted"),
    ("revocation", "live_to_stop_s"),
    ("unit_30min", "bytes_written"),
    ("firewalls", "connected_pct"),
    ("firewalls", "connect_p95_s"),
    ("turn_abuse", "refused_pct"),
    ("attack_10min", "rss_growth_pct"),
    ("attack_10min", "honest_p99_ratio"),
}


def test_every_name_has_its_bound() -> None:
    assert {(bound.scenario, bound.metric) for bound in trust.BOUNDS} >= NAMES


def test_a_shorter_run_has_another_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BENCH_ATTACK_MIN", "2")
    monkeypatch.setenv("BENCH_UNIT_MIN", "0.5")
    assert {one.scenario for one in soak_attack.bounds(soak_attack.minutes_of_bench())} == {
        "attack_2min"
    }
    assert {one.scenario for one in soak.bounds(soak.minutes_of_bench())} == {"unit_0.5min"}
