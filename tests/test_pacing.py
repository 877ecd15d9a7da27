"""When packets leave, and what a line with spare time is used for."""

import asyncio

import pytest

from klasgenoot.media.feedback import Sent
from klasgenoot.media.line import LineEstimate
from klasgenoot.media.pacing import Pacer

FPS = 30


class Outlet:
    """A pacer, and what it sends again."""

    def __init__(self, lost_pct: int = 0, start: int = 1_500_000) -> None:
        self.line = LineEstimate(start, 80_000, 4_000_000)
        if lost_pct:
            every = 100 // lost_pct
            sent = [n / 100 for n in range(300)]
            fates = [
                Sent(at, 1000, None if n % every == 0 else at + 0.01) for n, at in enumerate(sent)
            ]
            self.line.on_feedback(fates, 300.0)
            self.line.on_feedback([], 301.0)  # no queue was the reason
        self.pacer = Pacer(self.line, FPS)
        self.again: list[int] = []
        self.pacer.repeat = self._repeat

    async def _repeat(self, sequence: int) -> None:
        self.again.append(sequence)

    async def idle(self) -> None:
        if self.pacer._repeating is not None:
            await asyncio.wait([self.pacer._repeating])


async def picture(outlet: Outlet, *sequences: int) -> None:
    for sequence in sequences:
        outlet.pacer.after_packet(sequence, 1000)
    outlet.pacer.after_picture()
    await outlet.idle()


async def test_a_clean_line_gets_nothing_twice() -> None:
    outlet = Outlet()
    await picture(outlet, 1, 2)
    assert outlet.again == []


async def test_on_a_line_that_loses_packets_leave_twice_the_last_one_first() -> None:
    outlet = Outlet(lost_pct=10)
    await picture(outlet, 7, 8, 9)
    assert outlet.again[:3] == [9, 8, 7]


async def test_a_small_picture_leaves_more_often_and_not_without_end() -> None:
    outlet = Outlet(lost_pct=10)
    await picture(outlet, 7, 8)
    assert outlet.again == [8, 7] * 4


async def test_a_busy_line_gets_nothing_twice() -> None:
    outlet = Outlet(lost_pct=10)
    outlet.pacer.also_sent(100_000)
    assert outlet.pacer.behind
    await picture(outlet, 7)
    assert outlet.again == []


async def test_a_new_picture_ends_the_repeating() -> None:
    outlet = Outlet(lost_pct=10)
    outlet.pacer.after_packet(1, 1000)
    outlet.pacer.after_picture()
    first = outlet.pacer._repeating
    assert first is not None
    outlet.pacer.after_packet(2, 1000)
    await asyncio.wait([first])
    assert outlet.again == []


async def test_a_leg_that_was_closed_meanwhile_is_no_fault() -> None:
    outlet = Outlet(lost_pct=10)

    async def gone(_sequence: int) -> None:
        raise ConnectionError

    outlet.pacer.repeat = gone
    outlet.pacer.after_packet(1, 1000)
    outlet.pacer.after_picture()
    task = outlet.pacer._repeating
    assert task is not None
    await asyncio.wait([task])
    assert task.exception() is None


async def test_what_is_sent_again_does_not_wait_for_what_is_new(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    outlet = Outlet(start=100_000)
    monkeypatch.setattr("klasgenoot.media.pacing.asyncio.sleep", sleep)
    for again in (False, True, False):
        outlet.pacer.number()
        await outlet.pacer.before_packet(1200, again)
    assert len(slept) == 1  # the third, behind the two before it
    assert slept[0] > 0.01


async def test_a_flood_of_missing_packets_is_not_answered_one_by_one() -> None:
    outlet = Outlet(start=100_000)
    assert sum(outlet.pacer.may_retransmit(n) for n in range(500)) < 20


async def test_what_is_on_its_way_again_is_not_sent_once_more() -> None:
    outlet = Outlet()
    assert [outlet.pacer.may_retransmit(n) for n in (5, 5, 6, 5)] == [True, False, True, False]


async def test_while_the_line_is_full_no_picture_is_added() -> None:
    outlet = Outlet()
    outlet.pacer.waits(0.05)
    assert not outlet.pacer.behind
    outlet.pacer.waits(0.5)
    assert outlet.pacer.behind
