"""The pages of a real server in a thread of their own, for browsers that are driven in step."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from contextlib import AbstractAsyncContextManager
from typing import Any, Self, TypeVar

from tests.helpdesk_tools import Pages

T = TypeVar("T")


class PagesThread:
    """A context manager; `at` is there inside it."""

    at: Pages

    def __init__(self, serve: Callable[[], AbstractAsyncContextManager[Pages]]) -> None:
        self._serve = serve
        self._ready: Future[Pages] = Future()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._main()))

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(60)

    def __enter__(self) -> Self:
        self._thread.start()
        self.at = self._ready.result(60)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._done.set)
        self._thread.join(60)

    async def _main(self) -> None:
        self._loop, self._done = asyncio.get_running_loop(), asyncio.Event()
        try:
            async with self._serve() as at:
                self._ready.set_result(at)
                await self._done.wait()
        except BaseException as error:
            if not self._ready.done():
                self._ready.set_exception(error)
            raise
