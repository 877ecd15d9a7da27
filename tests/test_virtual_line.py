"""Delay and use of narrow and bad lines: control, pacing, parity and repeats together."""

from collections.abc import Callable, Iterator

import pytest

from tests.virtual_line import FPS, VirtualLine

SETTLE_S, MEASURE_S = 10, 20


@pytest.fixture
def leg(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., VirtualLine]]:
    legs: list[VirtualLine] = []

    def make(kbps: float, loss: float = 0.0, seed: int = 1, **more: float) -> VirtualLine:
        legs.append(VirtualLine(monkeypatch, kbps, loss, seed, **more))
        return legs[-1]

    yield make
    for one in legs:
        one.close()


@pytest.mark.parametrize(
    ("kbps", "loss", "seed"), [(350, 0.0, 1), (350, 0.0, 2), (800, 0.03, 1), (800, 0.03, 2)]
)
def test_a_narrow_or_losing_line_is_used_without_a_queue(
    leg: Callable[..., VirtualLine], kbps: float, loss: float, seed: int
) -> None:
    line = leg(kbps, loss, seed).run(SETTLE_S).run(MEASURE_S)
    told = f"share {line.share:.2f}, p50 {line.delay_ms(50):.0f}, p95 {line.delay_ms(95):.0f} ms"
    assert len(line.shown) > 0.93 * FPS * MEASURE_S, told
    assert line.delay_ms(95) < 60, told
    assert line.share > 0.75, told


def test_a_line_that_breaks_in_holds_pictures_up_for_a_moment_only(
    leg: Callable[..., VirtualLine],
) -> None:
    line = leg(20_000).run(SETTLE_S)
    line.bits_per_second = 350_000.0
    line.run(5)
    assert line.delay_ms(100) < 600
    line.run(5)
    assert line.delay_ms(95) < 100


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_wide_line_that_jitters_is_not_taken_for_a_narrow_one(
    leg: Callable[..., VirtualLine], seed: int
) -> None:
    """Pictures that are held back and come together are no queue of ours, at whatever pace."""
    line = leg(20_000, seed=seed, jitter_s=0.03, shows_kbps=450).run(SETTLE_S).run(MEASURE_S)
    assert not line.feed._line.narrow
    assert line.feed.line_bps > 1_000_000
    assert line.delay_ms(95) < 70


@pytest.mark.parametrize("seed", [2, 3, 4])
def test_a_line_that_was_narrow_and_now_jitters_is_given_its_room_again(
    leg: Callable[..., VirtualLine], seed: int
) -> None:
    line = leg(350, seed=seed, shows_kbps=450).run(SETTLE_S)
    line.bits_per_second = 20e6
    line.jitter(0.03, seed)
    line.run(SETTLE_S)
    rates = [line.run(0.5).feed._line.rate for _ in range(2 * MEASURE_S)]
    assert sorted(rates)[MEASURE_S] > 750_000


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_bound_taken_for_far_too_low_is_tried_again(
    leg: Callable[..., VirtualLine], seed: int
) -> None:
    """At so little the heartbeats take what would show that more goes through."""
    line = leg(350, seed=seed).run(SETTLE_S)
    line.feed._line._bound.met(90_000.0, line.feed._line._backed_off_at)
    line.feed._line.rate = 80_000.0
    line.run(MEASURE_S)
    assert line.feed._line.rate > 250_000


def test_what_a_draining_queue_lost_is_no_measure_of_the_line(
    leg: Callable[..., VirtualLine],
) -> None:
    """Less is sent meanwhile, so less arrives."""
    for seed in range(1, 25):
        line = leg(20_000, seed=seed).run(6)
        line.bits_per_second = 350_000.0
        bounds = [line.run(0.05).feed._line._bound.at or 350_000 for _ in range(60)]
        assert min(bounds) > 260_000, seed
