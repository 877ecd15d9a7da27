"""Passwords: what is one, and argon2id over it.

The numbers are OWASP's for argon2id (19 MiB, 2 passes, 1 lane): 30 ms on a school's server, and
two at a time cannot fill its memory.
"""

import asyncio
import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from argon2 import PasswordHasher

_T = TypeVar("_T")

MIN_CHARACTERS, MAX_CHARACTERS = 12, 200
_AT_ONCE, _MOST_WAITING = 2, 32
_FEW = 5
"""A password of fewer different signs is a pattern, however long."""
_COMMON = (
    "klasgenoot",
    "helpdesk",
    "beheerder",
    "wachtwoord",
    "password",
    "welkom",
    "welcome",
    "qwerty",
    "azerty",
    "letmein",
    "iloveyou",
    "123456",
    "654321",
    "abcdef",
    "1q2w3e",
    "school",
)
"""What the most used passwords of this length are made of, and words of this place."""


class BusyError(Exception):
    """More passwords than this machine can look at now; try again."""


def problem(password: str, name: str) -> str:
    """The code of what is wrong with a new password; "" when it will do."""
    if len(password) < MIN_CHARACTERS:
        return "password_short"
    if len(password) > MAX_CHARACTERS:
        return "password_long"
    plain = password.casefold()
    left = plain
    for word in (name.casefold(), *_COMMON):
        left = left.replace(word, "") if word else left
    if len(set(plain)) < _FEW or len(left) < _FEW + 1:
        return "password_common"
    return ""


@functools.cache
def _hasher() -> "PasswordHasher":
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


@functools.cache
def _nobodys() -> str:
    """A hash that no password has: an unknown account takes as long as a known one."""
    return _hasher().hash("nobody's password, of which nobody knows the account")


class Passwords:
    """argon2id in threads, a few at a time."""

    def __init__(self) -> None:
        self._free = asyncio.Semaphore(_AT_ONCE)
        self._waiting = 0

    async def hash(self, password: str) -> str:
        """Raises BusyError."""
        return await self._in_turn(lambda: _hasher().hash(password))

    async def right(self, stored: str, password: str) -> bool:
        """`stored` is "" for an account that is not there or has no password: as slow, and False.

        Raises BusyError.
        """
        return await self._in_turn(lambda: _verify(stored, password)) and bool(stored)

    async def _in_turn(self, work: Callable[[], _T]) -> _T:
        if self._waiting >= _MOST_WAITING:
            raise BusyError
        self._waiting += 1
        try:
            async with self._free:
                return await asyncio.to_thread(work)
        finally:
            self._waiting -= 1


def _verify(stored: str, password: str) -> bool:
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return _hasher().verify(stored or _nobodys(), password[: MAX_CHARACTERS + 1])
    except (VerificationError, InvalidHashError):
        return False
