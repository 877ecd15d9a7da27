"""Rate control: bounded, climbs with patience, never believes nonsense."""

from hypothesis import given
from hypothesis import strategies as st

from klasgenoot.media.rate import RateControl


def make() -> RateControl:
    return RateControl(start=1_500_000, least=80_000, most=4_000_000)


def test_a_narrow_line_gets_a_smaller_picture_at_once() -> None:
    control = make()
    assert control.plan(0).divisor == 1
    control.on_estimate(400_000)
    assert control.plan(0.1).divisor == 2
    control.on_estimate(150_000)
    assert control.plan(0.2).divisor == 3


def test_it_climbs_back_with_patience() -> None:
    control = make()
    control.on_estimate(150_000)
    control.plan(0)
    control.on_estimate(3_000_000)
    assert control.plan(1).divisor == 3
    assert control.plan(4.9).divisor == 3
    assert control.plan(5).divisor == 2
    assert control.plan(5.1).divisor == 2
    assert control.plan(9.2).divisor == 1


@given(st.lists(st.one_of(st.integers(-(10**12), 10**12), st.floats(0, 1)), max_size=40))
def test_whatever_is_reported_the_plan_is_sane(reports: list) -> None:
    control = make()
    for second, report in enumerate(reports):
        if isinstance(report, int):
            control.on_estimate(report)
        else:
            control.on_loss(report)
        plan = control.plan(second)
        assert 80_000 <= plan.bits_per_second <= 4_000_000
        assert plan.divisor in (1, 2, 3)
