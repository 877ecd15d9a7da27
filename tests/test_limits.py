"""The limits of the server, with time as an argument."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling import limits
from signaling.limits import FailedLogins, LoginDelays, Strangers, Takeovers, TokenBucket

ADDRESS = "192.0.2.7"


def test_the_numbers_are_those_of_the_design() -> None:
    assert limits.FIRST_MESSAGE_S == 2.0
    assert limits.MESSAGES_PER_S == 20.0
    assert limits.SEND_QUEUE == 64
    assert limits.SOCKETS_PER_DEVICE == 2
    assert limits.TAKEOVERS_PER_MINUTE == 3
    assert LoginDelays().free == 5


@given(st.lists(st.floats(0, 0.5), max_size=300))
def test_a_bucket_never_gives_more_than_burst_and_rate(gaps: list[float]) -> None:
    bucket, now, taken = TokenBucket(0.0), 0.0, 0
    for gap in gaps:
        now += gap
        taken += bucket.take(now)
    assert taken <= limits.BURST + limits.MESSAGES_PER_S * now + 1e-6


def test_a_bucket_lets_the_allowed_rate_through_for_ever() -> None:
    bucket = TokenBucket(0.0)
    assert all(bucket.take(n / limits.MESSAGES_PER_S) for n in range(2_000))


def test_a_bucket_empties_refills_and_ignores_a_clock_that_goes_back() -> None:
    bucket = TokenBucket(100.0)
    assert sum(bucket.take(100.0) for _ in range(100)) == limits.BURST
    assert not bucket.take(0.0)
    assert not bucket.take(100.04)
    assert bucket.take(100.06)


def test_failed_logins_are_free_five_times_and_then_slow_down() -> None:
    failed = FailedLogins()
    delays = [failed.failed("key", ADDRESS, 0.0) for _ in range(12)]
    assert delays == [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 30, 30]


def test_failures_count_by_key_and_by_address() -> None:
    failed = FailedLogins()
    for number in range(5):
        assert failed.failed("key", f"192.0.2.{number}", 0.0) == 0
    assert failed.failed("key", "198.51.100.1", 0.0) == 1
    failed = FailedLogins()
    for number in range(5):
        assert failed.failed(f"key {number}", ADDRESS, 0.0) == 0
    assert failed.failed("another", ADDRESS, 0.0) == 1


def test_a_valid_login_clears_the_key_and_time_clears_all() -> None:
    failed = FailedLogins()
    for number in range(6):
        failed.failed("key", f"192.0.2.{number}", 0.0)
    failed.succeeded("key")
    assert failed.failed("key", "198.51.100.1", 0.0) == 0
    for _ in range(6):
        failed.failed("other", ADDRESS, 0.0)
    assert failed.failed("other", ADDRESS, 901.0) == 0


def test_a_delay_never_overflows_and_the_memory_is_bounded() -> None:
    failed = FailedLogins(LoginDelays(entries=10))
    for number in range(3_000):
        assert failed.failed(f"key {number}", ADDRESS, 0.0) <= 30.0
    assert len(failed) == 10


def test_strangers_are_counted_an_address_at_a_time() -> None:
    strangers = Strangers(limit=2)
    assert strangers.enter("2001:db8::1") and strangers.enter("2001:db8::2")
    assert not strangers.enter("2001:db8::3")  # the same /64
    assert strangers.enter("2001:db8:0:1::1")
    strangers.leave("2001:db8::1")
    assert strangers.enter("2001:db8::3")


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8::1:2:3:4", "2001:db8::/64"),
        ("rubbish", "unknown"),
        ("", "unknown"),
    ],
)
def test_networks(address: str, network: str) -> None:
    assert limits.network_of(address) == network


def test_a_fourth_takeover_within_a_minute_is_an_alarm() -> None:
    takeovers = Takeovers()
    assert [takeovers.note(t) for t in (0.0, 10.0, 20.0, 30.0)] == [False, False, False, True]
    assert takeovers.note(45.0)
    assert not takeovers.note(95.0)
    steady = Takeovers()
    assert not any(steady.note(20.0 * n) for n in range(20))
