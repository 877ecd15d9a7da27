"""The listener for buddies' phones: off by default, one secret link, and rubbish of every kind."""

import asyncio
import contextlib
import socket
import time
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import WSMsgType

from config.settings import Buddy
from klasgenoot.asking import buddy_page
from klasgenoot.asking.buddy_page import MOST_PHONES, BuddyPage
from signaling import messages as m
from signaling.messages_buddy import BuddyHello, BuddyTell
from tests.server_tools import until


class Phones:
    """A page that is served, and phones made by hand."""

    def __init__(self, lasts_s: float = 600) -> None:
        self.told = 0
        self.page = BuddyPage(
            Buddy(host="127.0.0.1", port=0, link_lasts_s=lasts_s), "nl", self._tell
        )
        self.client = aiohttp.ClientSession()

    def _tell(self) -> None:
        self.told += 1

    def link(self) -> tuple[str, str]:
        """The page's address and the token."""
        link = self.page.link(time.monotonic())
        assert link is not None
        base, _, token = link.url.partition("/#")
        return base, token

    async def open(self, origin: str | None = None) -> aiohttp.ClientWebSocketResponse:
        base, _ = self.link()
        return await self.client.ws_connect(f"{base}/ws", headers={"Origin": origin or base})

    async def join(self, token: str = "") -> aiohttp.ClientWebSocketResponse:
        phone = await self.open()
        hello = BuddyHello(v=m.PROTOCOL, token=token or self.link()[1])
        await phone.send_str(m.encode(hello))
        return phone


@pytest.fixture
async def phones() -> AsyncIterator[Phones]:
    one = Phones()
    await one.page.run()
    yield one
    await one.client.close()
    await one.page.stop()


async def hear(phone: aiohttp.ClientWebSocketResponse) -> dict[str, str]:
    async with asyncio.timeout(5):
        return dict(await phone.receive_json())


async def ended(phone: aiohttp.ClientWebSocketResponse) -> str:
    """The code of the goodbye, "" without one; the socket is closed after it."""
    code = ""
    async with asyncio.timeout(5):
        async for frame in phone:
            if frame.type is WSMsgType.TEXT and frame.json()["type"] == "buddy_bye":
                code = frame.json()["code"]
    assert phone.closed
    return code


async def test_it_is_off_unless_a_setting_says_where() -> None:
    page = BuddyPage(Buddy(), "nl", lambda: None)
    await page.run()
    assert page.count is None
    assert page.link(0) is None
    page.show("call", 0)
    page.over()
    await page.stop()


async def test_a_port_that_is_taken_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(buddy_page, "_AGAIN_S", 0.02)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        page = BuddyPage(Buddy(host="127.0.0.1", port=port), "nl", lambda: None)
        running = asyncio.create_task(page.run())
        await asyncio.sleep(0.1)
        assert page.count is None
    await asyncio.wait_for(running, 5)
    assert page.count == 0
    await page.stop()


async def test_a_phone_hears_what_it_needs_and_no_more(phones: Phones) -> None:
    phone = await phones.join()
    assert await hear(phone) == {"type": "buddy_news", "sees": "none", "language": "nl"}
    await until(lambda: phones.page.count == 1)
    phones.page.show("call", time.monotonic())
    assert (await hear(phone))["sees"] == "call"
    await phone.send_str(m.encode(BuddyTell()))
    await until(lambda: phones.told == 1)
    await phone.close()
    await until(lambda: phones.page.count == 0)


async def test_the_link_is_long_secret_and_the_same_while_it_is_good(phones: Phones) -> None:
    base, token = phones.link()
    assert len(token) * 6 >= 128
    assert phones.link() == (base, token)
    phones.page.over()
    assert phones.link()[1] != token


async def test_a_phone_is_sent_to_an_address_that_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    found = ["fd00::7", "192.0.2.7"]
    monkeypatch.setattr(buddy_page, "local_addresses", lambda: found)
    page = BuddyPage(Buddy(host="0.0.0.0", port=0), "nl", lambda: None)
    await page.run()
    assert "//192.0.2.7:" in (page.link(0) or pytest.fail()).url
    found.clear()  # the cable is out
    assert "//127.0.0.1:" in (page.link(0) or pytest.fail()).url
    await page.stop()


@pytest.mark.parametrize("what", ["lesson", "time"])
async def test_a_link_ends_with_the_lesson_or_its_time(what: str) -> None:
    phones = Phones(lasts_s=60)
    await phones.page.run()
    try:
        _, token = phones.link()
        phone = await phones.join(token)
        await hear(phone)
        if what == "lesson":
            phones.page.over()
        else:
            phones.page.show("none", time.monotonic() + 61)
        assert await ended(phone) == "over"
        await until(lambda: phones.page.count == 0)
        late = await phones.client.ws_connect(
            f"{phones.link()[0]}/ws", headers={"Origin": phones.link()[0]}
        )
        await late.send_str(m.encode(BuddyHello(v=m.PROTOCOL, token=token)))
        assert await ended(late) == "wrong_link"  # link() above made a new one
    finally:
        await phones.client.close()
        await phones.page.stop()


async def test_without_a_link_nobody_comes_in(phones: Phones) -> None:
    base, token = phones.link()
    phones.page.over()
    phone = await phones.client.ws_connect(f"{base}/ws", headers={"Origin": base})
    await phone.send_str(m.encode(BuddyHello(v=m.PROTOCOL, token=token)))
    assert await ended(phone) == "over"


@pytest.mark.parametrize(
    "first",
    [
        "",
        "{",
        "[]",
        '{"type":"buddy_tell"}',
        '{"type":"press","action":"curtain"}',
        '{"type":"buddy_hello","v":1,"token":""}',
        '{"type":"buddy_hello","v":1,"token":"' + "x" * 32 + '"}',
        '{"type":"buddy_hello","v":2,"token":"' + "x" * 32 + '"}',
        '{"type":"buddy_hello","v":1,"token":"é' + "x" * 32 + '"}',
        '{"type":"buddy_hello","v":1,"token":null}',
    ],
)
async def test_a_wrong_first_word_is_the_last(phones: Phones, first: str) -> None:
    phone = await phones.open()
    await phone.send_str(first)
    assert await ended(phone) == "wrong_link"
    assert (phones.page.count, phones.told) == (0, 0)


@pytest.mark.parametrize("frame", [b"\x00" * 10, "x" * 100_000])
async def test_frames_that_are_none_of_ours(phones: Phones, frame: bytes | str) -> None:
    good, bad = await phones.join(), await phones.join()
    await hear(good)
    await hear(bad)
    await (bad.send_bytes(frame) if isinstance(frame, bytes) else bad.send_str(frame))
    await ended(bad)
    phones.page.show("call", time.monotonic())
    assert (await hear(good))["sees"] == "call"
    assert phones.told == 0


async def test_rubbish_after_the_hello_costs_only_its_sender(phones: Phones) -> None:
    good, bad = await phones.join(), await phones.join()
    await hear(good)
    await hear(bad)
    await bad.send_str('{"type":"press","action":"shutdown"}')
    assert await ended(bad) == "wrong_link"
    phones.page.show("told", time.monotonic())
    assert (await hear(good))["sees"] == "told"


async def test_a_phone_that_hammers_is_cut(phones: Phones) -> None:
    phone = await phones.join()
    for _ in range(20):
        with contextlib.suppress(ConnectionError):
            await phone.send_str(m.encode(BuddyTell()))
    assert await ended(phone) == "too_fast"
    assert phones.told < 6


async def test_eight_phones_and_no_ninth(phones: Phones) -> None:
    inside = [await phones.join() for _ in range(MOST_PHONES)]
    for phone in inside:
        await hear(phone)
    assert await ended(await phones.join()) == "full"
    await inside[0].close()
    await until(lambda: phones.page.count == MOST_PHONES - 1)
    assert (await hear(await phones.join()))["type"] == "buddy_news"


async def test_who_says_nothing_is_sent_away_and_takes_no_place_for_long(
    phones: Phones, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(buddy_page, "FIRST_MESSAGE_S", 2.5)
    silent = [await phones.open() for _ in range(16)]
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await phones.open()
    assert refused.value.status == 503
    assert [await ended(one) for one in silent] == ["wrong_link"] * 16
    assert (await hear(await phones.join()))["type"] == "buddy_news"


async def test_a_foreign_site_is_not_let_in(phones: Phones) -> None:
    base, _ = phones.link()
    for origin in ("http://example.org", "null", base.replace("http", "https"), f"{base}.example"):
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await phones.open(origin)
        assert refused.value.status == 403
    async with phones.client.get(f"{base}/", headers={"Host": "example.org"}) as answer:
        assert answer.status == 403


@pytest.mark.parametrize(
    "path",
    [
        "/index.html",
        "/kiosk.js",
        "/gedeeld/local.js",
        "/gedeeld/teksten-klas.js",
        "/../buddy_page.py",
        "/%2e%2e/buddy_page.py",
        "/gedeeld/%2e%2e/server.py",
        "/metrics",
    ],
)
async def test_nothing_else_is_served(phones: Phones, path: str) -> None:
    from yarl import URL

    base, _ = phones.link()
    async with phones.client.get(URL(base + path, encoded=True)) as answer:
        assert answer.status == 404


async def test_the_page_is_served_shut_and_holds_no_secret(phones: Phones) -> None:
    base, token = phones.link()
    for path in buddy_page._FILES:
        async with phones.client.get(base + path) as answer:
            assert answer.status == 200
            assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
            assert "camera=()" in answer.headers["Permissions-Policy"]
            assert token not in await answer.text()
    async with phones.client.post(f"{base}/") as answer:
        assert answer.status == 405


async def test_a_flood_of_connections_is_not_served(phones: Phones) -> None:
    base, _ = phones.link()
    phone = await phones.join()
    await hear(phone)
    refused = 0
    for _ in range(260):  # twice what a door lets in at once
        try:
            async with phones.client.get(f"{base}/gedeeld/icon.svg") as answer:
                assert answer.status == 200
        except aiohttp.ClientError:
            refused += 1
    assert refused > 20
    phones.page.show("call", time.monotonic())
    assert (await hear(phone))["sees"] == "call"


async def test_bytes_that_are_no_http_disturb_nobody(phones: Phones) -> None:
    base, _ = phones.link()
    host, port = base.removeprefix("http://").split(":")
    phone = await phones.join()
    await hear(phone)
    for rubbish in (
        b"\x16\x03\x01\x02\x00",
        b"\xff" * 70_000,
        b"GET /\r\n\r\n",
        b"GET / HTTP/9\r\n",
    ):
        _, writer = await asyncio.open_connection(host, int(port))
        with contextlib.suppress(ConnectionError):
            writer.write(rubbish)
            await writer.drain()
        writer.close()
    phones.page.show("call", time.monotonic())
    assert (await hear(phone))["sees"] == "call"
