"""The page's server: loopback only, one token, one page, no foreign site, shut headers."""

import asyncio
import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from signaling import messages as m
from signaling.loopback import PageError, PageServer
from signaling.page_files import PageFiles

ROOT = Path(__file__).parent.parent
WEB, KIOSK = ROOT / "thuis_client" / "web", ROOT / "klasgenoot" / "web"
SHARED = ROOT / "signaling" / "web"


class Local:
    def __init__(self) -> None:
        self.events: list[object] = []
        self.page = PageServer(
            WEB,
            "t" * 43,
            m.FromHome,
            self.events.append,
            self.events.append,
            lambda: self.events.append("closed"),
        )


@pytest.fixture
async def local() -> AsyncIterator[Local]:
    one = Local()
    await one.page.start("127.0.0.1", 0)
    yield one
    await one.page.stop()


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


def socket_url(local: Local, token: str = "t" * 43) -> str:
    return local.page.url.split("/?")[0] + f"/ws?token={token}"


async def until(condition) -> None:
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0)


async def join(local: Local, client: aiohttp.ClientSession) -> aiohttp.ClientWebSocketResponse:
    origin = local.page.url.split("/?")[0]
    socket = await client.ws_connect(socket_url(local), headers={"Origin": origin})
    await socket.send_str(m.encode(m.Hello(v=m.PROTOCOL)))
    return socket


async def test_the_page_is_served_shut(local: Local, client: aiohttp.ClientSession) -> None:
    for path in ("/", "/home.js", "/gedeeld/local.js"):
        async with client.get(local.page.url.split("/?")[0] + path) as answer:
            assert answer.status == 200
            assert answer.headers["Cache-Control"] == "no-store"
            assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
            assert "display-capture=()" in answer.headers["Permissions-Policy"]


async def text_of(client: aiohttp.ClientSession, url: str, kind: str) -> str:
    async with client.get(url) as answer:
        assert answer.status == 200, url
        assert answer.content_type == kind
        assert answer.headers["Content-Encoding"] == "gzip"
        return await answer.text()


async def test_the_page_comes_with_one_module_and_one_sheet(
    local: Local, client: aiohttp.ClientSession
) -> None:
    root = local.page.url.split("/?")[0]
    page = await text_of(client, root + "/", "text/html")
    assert re.findall('<script[^>]* src="([^"]+)"', page) == ["/home.js?joined"]
    assert re.findall('<link rel="stylesheet" href="([^"]+)"', page) == ["/joined.css"]
    sheet = await text_of(client, root + "/joined.css", "text/css")
    assert sheet.startswith((SHARED / "basis.css").read_text())
    assert sheet.endswith((WEB / "looks.css").read_text())
    whole = await text_of(client, root + "/home.js?joined", "text/javascript")
    part = await text_of(client, root + "/together.js?joined=/home.js", "text/javascript")
    for name in ("/session.js", "/gedeeld/local.js"):
        assert f"['{name}'] ??=" in whole
        assert f"['{name}'] ??=" not in part
    assert "['/chat-panel.js'] ??=" in part
    alone = await text_of(client, root + "/home.js", "text/javascript")
    assert alone == (WEB / "home.js").read_text()
    plain = {"Accept-Encoding": "identity"}
    async with client.get(root + "/home.js?joined", headers=plain) as answer:
        assert "Content-Encoding" not in answer.headers
        assert await answer.text() == whole


@pytest.mark.parametrize(
    "name",
    ["/together.js?joined=/session.js", "/together.js?joined=" + "a" * 3000, "/no.js?joined"],
)
async def test_a_part_is_only_made_for_the_page(
    local: Local, client: aiohttp.ClientSession, name: str
) -> None:
    async with client.get(local.page.url.split("/?")[0] + name) as answer:
        assert answer.status == 404


@pytest.mark.parametrize("folder", [WEB, KIOSK])
def test_what_a_page_is_made_of_follows_its_files(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "web")
    files = PageFiles(tmp_path / "web")
    files.warm()
    (entry,) = re.findall(r'src="(/\w+\.js)"', (tmp_path / "web" / "index.html").read_text())
    before = files.made(entry + "?joined")
    assert files.made(entry + "?joined") is before
    module = tmp_path / "web" / entry[1:]
    module.write_text(module.read_text() + "// changed\n")
    assert files.made(entry + "?joined") != before


@pytest.mark.parametrize(
    "path",
    [
        "/../laptop.py",
        "/%2e%2e/laptop.py",
        "/gedeeld/../server.py",
        "/gedeeld/%2e%2e/loopback.py",
        "/gedeeld",
        "/%00",
        "/" + "a" * 5000,
        "//etc/hostname",
    ],
)
async def test_nothing_else_is_served(
    local: Local, client: aiohttp.ClientSession, path: str
) -> None:
    from yarl import URL

    url = URL(local.page.url.split("/?")[0] + path, encoded=True)
    async with client.get(url) as answer:
        assert answer.status in (403, 404)


async def test_only_loopback(local: Local) -> None:
    other = Local()
    with pytest.raises(PageError, match="loopback"):
        await other.page.start("0.0.0.0", 0)


async def test_a_taken_port_is_named(local: Local) -> None:
    port = int(local.page.url.split(":")[2].split("/")[0])
    with pytest.raises(PageError, match=str(port)):
        await Local().page.start("127.0.0.1", port)


@pytest.mark.parametrize(
    ("token", "headers"),
    [
        ("wrong", {}),
        ("", {}),
        ("é" * 43, {}),
        ("t" * 43, {"Origin": "http://evil.example"}),
        ("t" * 43, {}),  # no origin: not a browser's page
        ("t" * 43, {"Host": "evil.example:8770"}),
    ],
)
async def test_a_stranger_is_not_let_in(
    local: Local, client: aiohttp.ClientSession, token: str, headers: dict[str, str]
) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await client.ws_connect(socket_url(local, token), headers=headers)
    assert refused.value.status == 403
    assert not local.events


async def test_messages_both_ways(local: Local, client: aiohttp.ClientSession) -> None:
    socket = await join(local, client)
    await until(lambda: local.events)
    assert local.page.present
    local.page.send(m.TakenOver())
    assert (await socket.receive_json(timeout=5)) == {"type": "taken_over"}
    await socket.send_str(m.encode(m.Hang()))
    await until(lambda: len(local.events) == 2)
    assert local.events[1] == m.Hang()
    await socket.close()
    await until(lambda: local.events[-1] == "closed")
    assert not local.page.present


@pytest.mark.parametrize("rubbish", ["", "{", "[]", '{"type":"nope"}', '{"type":"hang","x":NaN}'])
async def test_rubbish_is_passed_over(
    local: Local, client: aiohttp.ClientSession, rubbish: str
) -> None:
    socket = await join(local, client)
    await socket.send_str(rubbish)
    await socket.send_str(m.encode(m.Hang()))
    await until(lambda: local.events and local.events[-1] == m.Hang())


async def test_the_newest_page_takes_over(local: Local, client: aiohttp.ClientSession) -> None:
    first = await join(local, client)
    await until(lambda: local.events)
    second = await join(local, client)
    assert (await first.receive_json(timeout=5)) == {"type": "taken_over"}
    await first.receive(timeout=5)
    assert first.closed
    assert local.page.present
    assert "closed" not in local.events
    assert not second.closed


async def test_a_page_of_another_version_is_sent_away(
    local: Local, client: aiohttp.ClientSession
) -> None:
    origin = local.page.url.split("/?")[0]
    socket = await client.ws_connect(socket_url(local), headers={"Origin": origin})
    await socket.send_str('{"type":"hello","v":99}')
    await socket.receive(timeout=5)
    assert socket.closed
    assert not local.page.present
