"""What the line bears and how the picture uses it, against a modelled line, in virtual time."""

import itertools
import random

from hypothesis import given
from hypothesis import strategies as st

from klasgenoot.media.feedback import Sent
from klasgenoot.media.line import LineEstimate
from klasgenoot.media.rate import LADDERS, Ladder


class ModelLine:
    """A token bucket with a queue, as `tc tbf`; packets of 1200 bytes go at the estimate's rate."""

    BURST = 32_000.0

    def __init__(self, bits_per_second: float, jitter_s: float = 0, loss: float = 0) -> None:
        self.rate, self.jitter_s, self.loss = bits_per_second, jitter_s, loss
        self.estimate = LineEstimate(1_500_000, 80_000, 4_000_000)
        self.now = 100.0
        self.worst_queue_s = 0.0
        self.queues: list[float] = []
        self._bucket, self._filled_at = self.BURST, self.now
        self._random = random.Random(1)

    def run(self, seconds: float) -> "ModelLine":
        end = self.now + seconds
        flying: list[Sent] = []
        self.worst_queue_s, self.queues = 0.0, []
        while self.now < end:
            batch_end = self.now + 0.06
            while self.now < batch_end:
                flying.append(self._send(1200))
                self.now += 1200 * 8 / self.estimate.rate
            self.estimate.on_feedback(flying, self.now)
            flying = []
        return self

    def _send(self, size: int) -> Sent:
        gained = self.rate * (self.now - self._filled_at)
        self._bucket, self._filled_at = min(self._bucket + gained, self.BURST), self.now
        queue_s = max(0.0, (size * 8 - self._bucket) / self.rate)  # a debt is a queue
        if queue_s > 0.15 or self._random.random() < self.loss:
            return Sent(self.now, size)
        self._bucket -= size * 8
        self.worst_queue_s = max(self.worst_queue_s, queue_s)
        self.queues.append(queue_s)
        jitter = self._random.uniform(0, self.jitter_s)
        return Sent(self.now, size, self.now + queue_s + 7.0 + jitter)


def test_it_finds_a_narrow_line_and_stays_just_below() -> None:
    line = ModelLine(350_000).run(6)
    line.run(60)
    assert 0.7 * 350_000 < line.estimate.rate < 1.1 * 350_000
    assert line.worst_queue_s < 0.1
    assert sorted(line.queues)[int(0.95 * len(line.queues))] < 0.03


def test_random_loss_is_not_congestion() -> None:
    line = ModelLine(20_000_000, loss=0.03).run(20)
    assert line.estimate.rate > 3_500_000
    known = [line.run(0.5).estimate.usual_loss for _ in range(20)]
    assert 0.02 < sum(known) / 20 < 0.04


def test_what_a_full_queue_throws_away_is_not_the_lines_usual_loss() -> None:
    """Else parity would take half of a narrow line that loses nothing by itself."""
    line = ModelLine(20_000_000).run(10)
    line.rate = 120_000
    line.run(3)
    assert line.estimate.usual_loss < 0.01  # one packet at most, of dozens


def test_a_jittery_line_that_loses_is_known_to_lose() -> None:
    assert ModelLine(20_000_000, jitter_s=0.15, loss=0.03).run(20).estimate.lossy


def test_a_receiver_that_was_busy_is_not_congestion() -> None:
    """Its network thread stands still: everything of 0.3 s is stamped in one go, every 2 s."""
    estimate, now = LineEstimate(1_500_000, 80_000, 4_000_000), 100.0
    for tick in range(3000):
        now += 0.01
        late = 200 - tick % 200
        arrived = now + (0.01 * late + 0.0001 * (30 - late) if late < 30 else 0.005)
        estimate.on_feedback([Sent(now, 1800, arrived)], now)
    assert estimate.rate > 1_200_000


def test_jitter_is_not_congestion() -> None:
    line = ModelLine(20_000_000, jitter_s=0.03).run(20)
    assert line.estimate.rate > 2_500_000
    assert 0.01 < line.estimate.jitter_s < 0.04


def test_it_climbs_back_within_seconds() -> None:
    line = ModelLine(350_000).run(20)
    line.rate = 20_000_000
    line.run(9)  # a bound that was met time and again is believed for six seconds
    assert line.estimate.rate > 1_200_000


def test_a_line_that_breaks_in_brings_it_down_at_once() -> None:
    line = ModelLine(20_000_000).run(10)
    line.rate = 350_000
    line.run(1.5)
    assert line.estimate.rate < 380_000


def test_a_line_that_was_away_comes_back_as_it_was() -> None:
    line = ModelLine(20_000_000).run(10)
    before = line.estimate.rate
    lost = [Sent(line.now + 0.01 * number, 1200) for number in range(500)]
    line.now += 5
    line.estimate.on_feedback([*lost, Sent(line.now, 1200, line.now + 7)], line.now)
    line.run(1)
    assert line.estimate.rate >= before
    assert line.estimate.usual_loss < 0.001


PACKETS = st.builds(
    Sent,
    st.floats(allow_nan=False, min_value=-1e9, max_value=1e9),
    st.integers(0, 70_000),
    st.none() | st.floats(allow_nan=False, min_value=-1e9, max_value=1e9),
)


@given(st.lists(st.one_of(st.lists(PACKETS, max_size=20), st.floats(), st.integers())))
def test_whatever_is_reported_the_rate_is_sane(reports: list) -> None:
    estimate = LineEstimate(1_500_000, 80_000, 4_000_000)
    for second, report in enumerate(reports):
        if isinstance(report, list):
            estimate.on_feedback(report, float(second))
        else:
            estimate.on_bound(report)
        assert 80_000 <= estimate.rate <= 4_000_000


def hold(ladder: Ladder, rate: float, quantizer: float, start: float, seconds: float) -> float:
    """The divisor after encoding for a while with this quantizer."""
    for step in range(int(seconds * 30)):
        ladder.encoded(quantizer)
        divisor = ladder.plan(rate, rate, start + step / 30).divisor
    return divisor


def divisor_at(ladder: Ladder, bears: float, now: float) -> float:
    return ladder.plan(bears, bears, now).divisor


def test_the_ladder_goes_down_at_once_and_up_with_patience() -> None:
    ladder = Ladder("klas", 1_500_000)
    assert divisor_at(ladder, 1_500_000, 0) == 1
    assert divisor_at(ladder, 300_000, 0.1) == 2
    assert divisor_at(ladder, 3_000_000, 0.2) == 2
    assert divisor_at(ladder, 3_000_000, 1.1) == 2
    assert divisor_at(ladder, 3_000_000, 1.3) == 1


def test_a_queue_that_drains_does_not_change_the_size() -> None:
    ladder = Ladder("klas", 1_500_000)
    plan = ladder.plan(100_000, 1_200_000, 0)
    assert (plan.divisor, plan.every) == (1, 1)
    assert plan.bits_per_second < 100_000


def test_an_easy_picture_is_sent_larger_and_a_hard_one_smaller() -> None:
    ladder = Ladder("klas", 500_000)
    assert hold(ladder, 500_000, 32, 0, 5) == 2
    assert hold(ladder, 500_000, 27, 10, 1.5) == 4 / 3
    assert hold(ladder, 400_000, 45, 20, 4) == 2


def test_a_very_easy_picture_is_sent_whole_at_once() -> None:
    ladder = Ladder("klas", 500_000)
    assert hold(ladder, 500_000, 15, 0, 1.5) == 1


def test_a_wide_line_is_not_filled_for_nothing() -> None:
    ladder = Ladder("klas", 3_000_000)
    hold(ladder, 3_000_000, 5, 0, 5)
    spent = ladder.plan(3_000_000, 3_000_000, 5).bits_per_second
    assert spent < 500_000
    hold(ladder, 3_000_000, 18, 6, 5)  # not quite sharp: more by and by
    assert ladder.plan(3_000_000, 3_000_000, 12).bits_per_second > 2_500_000


def test_a_narrow_line_is_used() -> None:
    """What is not used of it is not known of it, and the next movement would be too much."""
    ladder = Ladder("klas", 700_000)
    for step in range(150):
        ladder.encoded(9)
        plan = ladder.plan(700_000, 700_000, step / 30, narrow=True)
    assert plan.whole
    assert plan.bits_per_second > 600_000
    hold(ladder, 700_000, 3, 5, 5)  # but not for what is as good as the original
    assert ladder.plan(700_000, 700_000, 10, narrow=True).bits_per_second < 400_000


def test_a_camera_that_turns_may_spend_everything_with_the_next_picture() -> None:
    ladder = Ladder("klas", 3_000_000)
    hold(ladder, 3_000_000, 5, 0, 5)
    ladder.encoded(40)
    assert ladder.plan(3_000_000, 3_000_000, 5).bits_per_second > 2_500_000


def test_the_encoders_buffer_follows_the_rate() -> None:
    ladder = Ladder("klas", 1_000_000)
    assert ladder.plan(1_000_000, 1_000_000, 0).buffer_for == 1_000_000
    assert ladder.plan(800_000, 800_000, 1).buffer_for == 1_000_000
    assert ladder.plan(500_000, 500_000, 2).buffer_for == 500_000
    assert ladder.plan(900_000, 900_000, 3).buffer_for == 500_000


def test_a_size_that_does_not_last_is_tried_less_and_less_often() -> None:
    ladder, sizes = Ladder("klas", 400_000), []
    for second in range(60):
        quantizer = 20 if not sizes or sizes[-1] == 2 else 45
        sizes.append(hold(ladder, 400_000, quantizer, second, 1))
    changes = sum(a != b for a, b in itertools.pairwise(sizes))
    assert changes <= 14


def test_the_board_stays_sharp_and_the_class_keeps_moving() -> None:
    assert all(rung.divisor == 1 for rung in LADDERS["bord"])
    assert all(rung.every == 1 for rung in LADDERS["klas"] if rung.least >= 80_000)
    for rungs in LADDERS.values():
        assert rungs[0].least == 0
        assert list(rungs) == sorted(rungs, key=lambda rung: rung.least)
        assert all(rung.least <= rung.enough for rung in rungs)


@given(st.lists(st.tuples(st.floats(0, 1e8), st.floats(0, 10)), max_size=40))
def test_any_rate_has_a_plan(story: list) -> None:
    ladder, now = Ladder("klas", 0), 0.0
    for rate, pause in story:
        now += pause
        plan = ladder.plan(rate, rate, now)
        assert 30_000 <= plan.bits_per_second <= max(rate, 30_000)
        assert plan.every >= 1
