"""An encoder that leaves something over is asked for more, until it spends what it should."""

from hypothesis import given
from hypothesis import strategies as st

from klasgenoot.media.fill import Fill


def spent(bias: float, pictures: int = 600) -> float:
    """Mean share that an encoder spends of what there is when it takes `bias` of what is asked."""
    fill, shares = Fill(), []
    for _ in range(pictures):
        shares.append(bias * fill.times)
        fill.took(shares[-1], 20)
    return sum(shares[300:]) / len(shares[300:])


def test_an_encoder_that_spends_too_little_is_asked_for_more() -> None:
    assert 0.85 < spent(0.7) < 1.05


def test_one_that_spends_enough_is_left_alone() -> None:
    assert spent(1.0) == 1.0


def test_a_movement_ends_it_at_once() -> None:
    fill = Fill()
    for _ in range(100):
        fill.took(0.5, 20)
    assert fill.times > 1.5
    fill.took(5.0, 20)
    assert fill.times == 1.0


def test_what_is_as_sharp_as_can_be_is_not_made_larger() -> None:
    fill = Fill()
    for _ in range(100):
        fill.took(0.1, 4)
    assert fill.times == 1.0


@given(st.lists(st.tuples(st.floats(0, 1e6), st.floats(-1, 100) | st.just(float("nan")))))
def test_whatever_it_took_the_rate_is_sane(pictures: list[tuple[float, float]]) -> None:
    fill = Fill()
    for share, quantizer in pictures:
        fill.took(share, quantizer)
        assert 1 <= fill.times <= 1.8
