"""Steering messages: newest only, and no faster than one can follow."""

from hypothesis import given
from hypothesis import strategies as st

from klasgenoot.steering import Steering, degrees_per_second


def test_a_message_that_comes_twice_or_late_is_dropped() -> None:
    steering = Steering()
    assert [steering.is_fresh(n) for n in (5, 5, 4, 6, 0)] == [True, False, False, True, False]


@given(st.floats(-1, 1), st.floats(0.5, 120))
def test_zoomed_in_it_turns_slower(share: float, fov: float) -> None:
    assert abs(degrees_per_second(share, fov)) <= fov
    assert degrees_per_second(0, fov) == 0
