"""A link with an owner that keeps all it says."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from signaling.client import STATES, ServerLink
from signaling.identity import DeviceKey
from signaling.messages import (
    Message,
)
from tests.server_tools import BOOT, until


class Owner:
    """Who owns a link: keeps all that it says."""

    def __init__(self, url: str, key: DeviceKey | None = None, ca_file: str = "") -> None:
        self.messages: list[Message] = []
        self.states: list[tuple[str, str]] = []
        self.link = ServerLink(
            url,
            key or DeviceKey.make(),
            BOOT,
            "test",
            self.messages.append,
            lambda state, code: self.states.append((state, code)),
            ca_file,
        )

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator["Owner"]:
        task = asyncio.create_task(self.link.run())
        try:
            yield self
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
            for (old, _), (new, _) in zip(self.states, self.states[1:], strict=False):
                assert new in STATES[old]  # type: ignore[index]

    async def state(self, state: str) -> None:
        await until(lambda: self.link.state == state)
