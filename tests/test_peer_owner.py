"""A page of another account of this machine is not let in, whatever it knows."""

import asyncio
import os
import socket

import pytest

from signaling import messages as m
from signaling import peer_owner
from signaling.loopback import PageServer
from signaling.peer_owner import owner_of, trusted
from tests.test_loopback import WEB

NOBODY = 65_534
_UPGRADE = (
    "GET /ws?token={token} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\n"
    "Connection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
)


@pytest.mark.parametrize(
    ("listen", "call"), [("127.0.0.1", "127.0.0.1"), ("::1", "::1"), ("::", "127.0.0.1")]
)
def test_the_owner_of_a_connection(listen: str, call: str) -> None:
    with (
        socket.create_server(
            (listen, 0),
            family=socket.AF_INET6 if ":" in listen else socket.AF_INET,
            dualstack_ipv6=listen == "::",
        ) as server,
        socket.create_connection((call, server.getsockname()[1])) as line,
    ):
        accepted, peer = server.accept()
        with accepted:
            assert owner_of(peer, accepted.getsockname()) == os.getuid()
            ours = line.getsockname()
            assert owner_of((ours[0], ours[1] ^ 1), accepted.getsockname()) is None


@pytest.mark.parametrize("rubbish", [(), ("x", 1), ("127.0.0.1", "y"), ("127.0.0.1",)])
def test_rubbish_belongs_to_nobody(rubbish: tuple[object, ...]) -> None:
    assert owner_of(rubbish, ("127.0.0.1", 1)) is None


def test_who_is_trusted() -> None:
    assert trusted() == {0, os.getuid()}
    assert trusted("nobody") == {0, os.getuid(), NOBODY}
    assert trusted("no such account at all") == trusted()


def test_in_a_namespace_of_its_own_others_have_no_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path
) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "uid_map").write_text("0 0 1\n")
    monkeypatch.setattr(peer_owner, "_UID_MAP", tmp_path / "uid_map")
    assert NOBODY in trusted("klasgenoot-scherm")
    assert NOBODY not in trusted()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
@pytest.mark.parametrize(("user", "status"), [(NOBODY, b"403"), (0, b"101")])
async def test_the_token_alone_lets_no_other_account_in(user: int, status: bytes) -> None:
    token = "t" * 43
    page = PageServer(
        WEB, token, m.FromHome, lambda _: None, lambda _: None, lambda: None, trusted()
    )
    await page.start("127.0.0.1", 0)
    try:
        host = page.url.split("/")[2]
        os.seteuid(user)
        line = socket.socket()  # belongs to whoever makes it
        os.seteuid(0)
        await asyncio.to_thread(line.connect, ("127.0.0.1", int(host.split(":")[1])))
        reader, writer = await asyncio.open_connection(sock=line)
        writer.write(_UPGRADE.format(token=token, host=host).encode())
        assert (await reader.readline()).split()[1] == status
        writer.close()
    finally:
        await page.stop()


async def test_a_journal_is_not_told_the_token(monkeypatch: pytest.MonkeyPatch) -> None:
    page = PageServer(WEB, "t" * 43, m.FromHome, lambda _: None, lambda _: None, lambda: None)
    await page.start("127.0.0.1", 0)
    try:
        monkeypatch.delenv("JOURNAL_STREAM", raising=False)
        assert "t" * 43 in page.told
        monkeypatch.setenv("JOURNAL_STREAM", "8:12345")
        assert page.told == page.url.partition("?")[0]
    finally:
        await page.stop()
