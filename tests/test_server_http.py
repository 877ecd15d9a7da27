"""What the server's port gives to anything that is not a device."""

import aiohttp
import pytest
from aiohttp import web

from tests.server_tools import serving


@pytest.mark.parametrize("origin", ["https://example.org", "null", "http://127.0.0.1", ""])
async def test_a_web_page_is_not_let_in(origin: str) -> None:
    async with serving() as running, aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
            await session.ws_connect(running.url, headers={"Origin": origin})
        assert caught.value.status == web.HTTPForbidden.status_code
        async with session.ws_connect(running.url) as socket:
            assert "challenge" in await socket.receive_str()


async def test_the_version_is_for_this_machine_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving() as running, aiohttp.ClientSession() as session:
        url = f"http://127.0.0.1:{running.port}/healthz"
        async with session.get(url) as answer:
            assert (await answer.json()).keys() == {"ok", "version"}
        monkeypatch.setattr(web.Request, "remote", "192.0.2.7")
        async with session.get(url) as answer:
            assert await answer.json() == {"ok": True}


async def test_counts_are_for_this_machine_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving() as running, aiohttp.ClientSession() as session:
        url = f"http://127.0.0.1:{running.port}/metrics"
        async with session.get(url) as answer:
            assert answer.status == 200
        monkeypatch.setattr(web.Request, "remote", "192.0.2.7")
        async with session.get(url) as answer:
            assert answer.status == 404
