"""A Wi-Fi sign-in page in the server's place is noticed; and the way through an HTTP proxy."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.lab_tls import make_tls
from signaling.client import word_for
from signaling.http_proxy import Proxy, ProxyError, find_proxy, parse_proxy, tunnel
from signaling.sign_in_page import judge
from tests.client_tools import Owner
from tests.server_tools import until

OURS = b'HTTP/1.1 200 OK\r\n\r\n{"ok": true, "version": "1"}'
PORTAL = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<HTML>Welkom, gast</html>"


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (OURS, "ours"),
        (b'HTTP/1.1 503 Service Unavailable\r\n\r\n{"ok": false}', "ours"),
        (PORTAL, "sign_in"),
        (b"HTTP/1.1 511 Network Authentication Required\r\n\r\n", "sign_in"),
        (b"HTTP/1.0 302 Found\r\nLocation: http://portal.example/x\r\n\r\n", "sign_in"),
        (b"HTTP/1.1 302 Found\r\nlocation:https://klas.example/healthz\r\n\r\n", "unknown"),
        (b"HTTP/1.1 302 Found\r\nLocation: /login\r\n\r\n", "unknown"),
        (b"HTTP/1.1 302 Found\r\n\r\n", "unknown"),
        (b"HTTP/1.1 404 Not Found\r\n\r\n<html>nginx</html>", "unknown"),
        (b"HTTP/1.1 200 OK\r\n\r\nok", "unknown"),
        (b"SSH-2.0-OpenSSH\r\n", "unknown"),
        (b"", "unknown"),
    ],
)
def test_what_an_answer_says(answer: bytes, verdict: str) -> None:
    assert judge(answer, "klas.example") == verdict


@given(st.binary(max_size=200) | st.binary(max_size=99).map(lambda b: b"HTTP/1.1 302 x\r\n" + b))
def test_rubbish_is_judged_too(answer: bytes) -> None:
    assert judge(answer, "klas.example") in ("ours", "sign_in", "unknown")


@contextlib.asynccontextmanager
async def portal(folder: Path, tls: bool) -> AsyncIterator[int]:
    """A network that answers every request with its own page."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            await reader.readuntil(b"\n")
            writer.write(PORTAL)
            await writer.drain()
        writer.close()

    context = None
    if tls:
        files = make_tls(folder, "portal.example")
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(files.certificate, files.key)
    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    async with server:
        yield server.sockets[0].getsockname()[1]


@pytest.mark.parametrize("tls", [True, False])
async def test_a_link_says_so(tmp_path: Path, tls: bool) -> None:
    async with portal(tmp_path, tls) as port:
        owner = Owner(f"wss://127.0.0.1:{port}/ws")
        async with owner.running():
            await until(lambda: ("away", "sign_in") in owner.states, 20)
    assert word_for("away", "sign_in") == "sign_in"


async def test_a_server_that_is_away_is_only_away() -> None:
    owner = Owner("wss://127.0.0.1:9/ws")
    async with owner.running():
        await until(lambda: [state for state, _ in owner.states].count("away") > 3)
    assert "sign_in" not in {code for _, code in owner.states}


# --- the HTTP proxy ------------------------------------------------------------------------------


@contextlib.asynccontextmanager
async def proxy(answer: bytes) -> AsyncIterator[tuple[Proxy, list[bytes]]]:
    asked: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(answer)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield Proxy("127.0.0.1", server.sockets[0].getsockname()[1], "ict:geheim"), asked


async def test_a_tunnel_begins_after_the_proxy_s_words() -> None:
    async with proxy(b"HTTP/1.1 200 Connection established\r\nVia: x\r\n\r\nfirst") as (one, asked):
        sock = await tunnel(one, "2001:db8::1", 443)
        with sock:
            assert await asyncio.get_running_loop().sock_recv(sock, 99) == b"first"
    assert asked[0].startswith(b"CONNECT [2001:db8::1]:443 HTTP/1.1\r\n")
    assert b"Proxy-Authorization: Basic aWN0OmdlaGVpbQ==" in asked[0]


@pytest.mark.parametrize(
    "answer",
    [b"", b"HTTP/1.1 403 Forbidden\r\n\r\n", b"HTTP/1.1 2", b"\x00" * 20_000, b"\r\n\r\n",
     b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", b"SSH-2.0\r\n\r\n"],
)  # fmt: skip
async def test_a_proxy_that_is_none(answer: bytes) -> None:
    async with proxy(answer) as (one, _):
        with pytest.raises(ProxyError):
            await tunnel(one, "klas.example", 443)


@pytest.mark.parametrize("url", ["proxy:3128", "ftp://a", "http://", "http://[::1", "http://a:x"])
def test_a_proxy_setting_that_cannot_be_right(url: str) -> None:
    with pytest.raises(ProxyError, match=r"link\.http_proxy"):
        parse_proxy(url)


def test_which_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    assert find_proxy("", "klas.example") == ""
    assert find_proxy("http://p:1", "klas.example") == "http://p:1"
    assert find_proxy("http://p:1", "127.0.0.1") == ""
    monkeypatch.setenv("https_proxy", "http://env:3128")
    assert find_proxy("", "klas.example") == "http://env:3128"
    monkeypatch.setenv("no_proxy", "klas.example")
    assert find_proxy("", "klas.example") == ""
    assert parse_proxy("http://a%40b:c@p") == Proxy("p", 3128, "a@b:c")
