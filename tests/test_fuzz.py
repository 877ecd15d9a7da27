"""A few hundred of the inputs that `make fuzz` tries for hours, and that a crash is noticed."""

import dataclasses

import pytest

from tests.fuzz.rounds import Found, one_round
from tests.fuzz.targets import TARGETS

_EXAMPLES = 300


@pytest.mark.parametrize("name", TARGETS)
def test_only_named_errors_come_out(name: str) -> None:
    found = Found()
    one_round(TARGETS[name], 1, _EXAMPLES, found)
    assert not found.crashes
    assert found.inputs >= _EXAMPLES


def test_a_crash_is_noticed_and_its_input_is_made_small() -> None:
    def check(data: bytes) -> None:
        assert b"[[" not in data

    found = Found()
    one_round(dataclasses.replace(TARGETS["messages"], check=check), 1, 2_000, found)
    assert [kind.split()[0] for kind in found.crashes] == ["AssertionError"]
