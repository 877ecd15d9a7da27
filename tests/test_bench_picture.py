"""The arithmetic of the picture bench."""

import math

import numpy as np
import pytest

from bench.content import HEIGHT, WIDTH, number_at, sent_picture
from bench.page_watch import Count, Kept, Shown
from bench.picture_figures import first_since, first_wide, fresh, received_kbps, steady
from bench.picture_sharpness import _distance, ssim
from klasgenoot.media.stamp import read_stamp


def _shown(at: float, delay_ms: float = 20.0, width: int = 1280) -> Shown:
    return Shown(at, delay_ms, int(at * 1000 - delay_ms), width, width * 9 // 16)


def test_a_reel_is_played_to_and_fro() -> None:
    numbers = [number_at(math.ceil(i * 1001 / 30), 4) for i in range(8)]
    assert numbers == [0, 1, 2, 3, 2, 1, 0, 1]


def test_the_sent_picture_carries_its_stamp() -> None:
    reel = np.full((4, HEIGHT * 3 // 2, WIDTH), 90, np.uint8)
    picture = sent_picture(reel, 123_456_789)
    assert read_stamp(picture[:HEIGHT]) == 123_456_789
    assert (reel == 90).all()


def test_ssim_is_one_for_the_same_and_less_for_another() -> None:
    draw = np.random.default_rng(1)
    reel = draw.integers(16, 235, (2, HEIGHT * 3 // 2, WIDTH), np.uint8)
    same = sent_picture(reel, 1000)[:HEIGHT]
    assert ssim(reel, [Kept(1000, same)]) == pytest.approx(1.0)
    assert ssim(reel, [Kept(1000, np.full_like(same, 120))]) < 0.5
    assert math.isnan(ssim(reel, []))


def test_steady_figures() -> None:
    shown = [_shown(10 + i / 30, 20 if i % 10 else 50) for i in range(300)]
    del shown[100:125]  # 0.87 s without a picture
    counts = [Count(10 + i, 0, i * 50_000, 0, 0, 0, 0, 0, 0) for i in range(11)]
    figures = steady(shown, counts, 10, 20, 800)
    assert figures["fps"] == pytest.approx(27.5)
    assert figures["freezes_per_min"] == pytest.approx(6)
    assert figures["longest_gap_ms"] == pytest.approx(867, abs=2)
    assert figures["p50_ms"] == 20
    assert figures["p95_ms"] == 50
    assert figures["line_share"] == pytest.approx(0.5)


def test_nothing_shown_is_a_freeze_and_no_delay() -> None:
    figures = steady([], [], 0, 30, 350)
    assert figures["fps"] == 0
    assert figures["freezes_per_min"] == 2
    assert "p50_ms" not in figures


def test_a_repeated_stamp_is_no_new_picture() -> None:
    assert len(fresh([_shown(1.0), _shown(1.0), _shown(1.03)], 0, 2)) == 2


def test_rates_of_two_connections() -> None:
    counts = [Count(t, t // 3, t * 1000, 0, 0, 0, 0, 0, 0) for t in (0, 1, 2, 3, 4, 5)]
    assert received_kbps(counts, 0, 10) == pytest.approx(2 * 2000 * 8 / 5 / 1000)


def test_back_is_a_picture_taken_after_the_line_came_back() -> None:
    shown = [_shown(10.1, 5000), _shown(10.2, 300), _shown(10.5, 30)]
    assert first_since(shown, 10.0) == pytest.approx(0.5)
    assert first_since(shown, 11.0) is None


def test_wide_again_has_to_hold() -> None:
    shown = [_shown(1), _shown(1.2, width=640), *(_shown(2 + i / 10) for i in range(12))]
    assert first_wide(shown, 0.5, 1280, 1.0) == pytest.approx(1.5)
    assert first_wide(shown[:5], 0.5, 1280, 1.0) is None


def test_distance() -> None:
    assert _distance("boon?", "boon?") == 0
    assert _distance("8.30Kring", "830Krlng") == 2
