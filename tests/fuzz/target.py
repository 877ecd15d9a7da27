"""One thing that is fuzzed."""

from collections.abc import Callable
from dataclasses import dataclass

from hypothesis import strategies as st


@dataclass(frozen=True)
class Target:
    """`check` lets nothing out but what is wrong with us."""

    name: str
    inputs: st.SearchStrategy[bytes]
    check: Callable[[bytes], None]
