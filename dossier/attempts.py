"""How often somebody may try to log in. Pure; time is an argument, in monotonic seconds.

Counted before the password is looked at, so that a hundred tries at once count as a hundred. An
account waits 30 s at most: whoever knows its name can hinder its owner, but not shut him out, and a
passkey is not hindered at all.
"""

from collections import OrderedDict
from collections.abc import Mapping

import msgspec


class Slowing(msgspec.Struct, frozen=True, kw_only=True):
    """`free` failures cost nothing; then `first_s`, doubled each time up to `cap_s`."""

    free: int
    first_s: float = 1.0
    cap_s: float


RULES: Mapping[str, Slowing] = {
    "account": Slowing(free=5, cap_s=30.0),
    "address": Slowing(free=20, cap_s=300.0),
}
FORGET_S = 900.0
ENTRIES = 8192
"""Below 2 MiB; the oldest goes first."""


class Attempts:
    """A name is `account …` or `address …`; what stands before the space names the rule."""

    def __init__(self) -> None:
        self._failures: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def wait_s(self, names: tuple[str, ...], now: float) -> float:
        """How long until the next try is looked at; 0: now."""
        return max((self._wait(name, now) for name in names), default=0.0)

    def note(self, names: tuple[str, ...], now: float) -> None:
        """One more try; `forget` when it turns out to be right."""
        for name in names:
            count, at = self._failures.pop(name, (0, now))
            self._failures[name] = ((0 if now - at > FORGET_S else count) + 1, now)
        while len(self._failures) > ENTRIES:
            self._failures.popitem(last=False)

    def forget(self, name: str) -> None:
        self._failures.pop(name, None)

    def __len__(self) -> int:
        return len(self._failures)

    def _wait(self, name: str, now: float) -> float:
        count, at = self._failures.get(name, (0, 0.0))
        if now - at > FORGET_S:
            return 0.0
        rule = RULES[name.partition(" ")[0]]
        over = count - rule.free
        if over < 0:
            return 0.0
        return max(0.0, at + min(rule.cap_s, rule.first_s * 2.0 ** min(over, 32)) - now)
