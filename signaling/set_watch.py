"""The seam between the server and whatever watches over the sets (the helpdesk's pages). Pure.

The server knows nothing of accounts and pages; whoever puts the process together (__main__.py)
may hand it a `Site`.
"""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Any, Protocol

from signaling.messages import Message
from signaling.messages_helpdesk import ToHelpdesk

if TYPE_CHECKING:
    from signaling.store import Store

Tell = Callable[[Message], None]
"""Sends to that set; never waits or raises."""


class SetWatch(Protocol):
    """Hears of each school unit, named by its public key, and whether the laptop of its pair is
    there; none of these waits or raises.

    `seat` is one login: the next login of the same unit is another.
    """

    def came(self, key: str, seat: object, boot: str, tell: Tell) -> None: ...
    def told(self, key: str, seat: object, message: ToHelpdesk) -> None: ...
    def went(self, key: str, seat: object) -> None: ...
    def home_came(self, key: str, seat: object, tell: Tell) -> None: ...
    def home_went(self, key: str, seat: object) -> None: ...


class Site(Protocol):
    """Pages beside the devices' WebSocket."""

    @property
    def watch(self) -> SetWatch: ...

    def running(
        self, app: Any, store: "Store"
    ) -> AbstractAsyncContextManager[Callable[[int], Awaitable[None]]]:
        """Add the routes; gives what has to be awaited with the port once it is known."""
