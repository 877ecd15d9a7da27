"""Runs a target for a while: hypothesis' inputs in rounds, each with a seed of its own."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.fuzz.target import Target


@dataclass
class Found:
    """How many inputs were tried, and each crash by its kind and place, with a small example."""

    inputs: int = 0
    crashes: dict[str, str] = field(default_factory=dict)


def one_round(target: Target, number: int, examples: int, found: Found) -> None:
    """So many inputs; what crashes is made small and noted."""
    last = b""

    @seed(number)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
        print_blob=False,
    )
    @given(target.inputs)
    def check(data: bytes) -> None:
        nonlocal last
        found.inputs += 1
        last = data
        target.check(data)

    try:
        check()
    except Exception as error:  # any that comes out here is what is looked for
        trace = error.__traceback__
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        where = f"{trace.tb_frame.f_code.co_qualname}:{trace.tb_lineno}" if trace else ""
        found.crashes.setdefault(f"{type(error).__name__} in {where}", repr(last[:500]))


def for_minutes(
    target: Target, minutes: float, examples: int, tell: Callable[[Found, float], None]
) -> Found:
    """Rounds until the time is over; `tell` hears the share of it after each."""
    found, start, number = Found(), time.monotonic(), 0
    while (share := (time.monotonic() - start) / (60 * minutes)) < 1:
        tell(found, share)
        one_round(target, number, examples, found)
        number += 1
    tell(found, 1.0)
    return found
