"""The way out of a network that only has an HTTP proxy: CONNECT (RFC 9110 9.3.6)."""

import asyncio
import base64
import re
import socket
import urllib.request
from urllib.parse import unquote, urlsplit

import msgspec

from signaling.addresses import is_loopback

_ANSWER_BYTES = 8_192
_STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})[ \r]")


class ProxyError(OSError):
    """The proxy cannot be used or refuses the host; the text is safe to show and to log."""


class Proxy(msgspec.Struct, frozen=True):
    """An HTTP proxy; `login` is "user:password" or empty."""

    host: str
    port: int
    login: str = ""


def find_proxy(setting: str, host: str) -> str:
    """The proxy's URL for this host: the setting, or HTTPS_PROXY / NO_PROXY; "" is none."""
    if is_loopback(host):
        return ""
    if setting:
        return setting
    found = urllib.request.getproxies_environment()
    if urllib.request.proxy_bypass_environment(host, found):  # type: ignore[attr-defined]
        return ""
    return found.get("https", "") or found.get("all", "")


def parse_proxy(url: str) -> Proxy:
    """Raises ProxyError for what is no http:// URL."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or 3128
    except ValueError:
        host, parts, port = "", urlsplit(""), 0
    if parts.scheme != "http" or not host:
        raise ProxyError("setting link.http_proxy must be like http://proxy.example:3128")
    login = f"{unquote(parts.username)}:{unquote(parts.password or '')}" if parts.username else ""
    return Proxy(host, port, login)


async def tunnel(proxy: Proxy, host: str, port: int) -> socket.socket:
    """A connected socket to host:port by way of the proxy; not blocking. Raises OSError."""
    sock = await _connected(proxy.host, proxy.port)
    try:
        await asyncio.get_running_loop().sock_sendall(sock, _request(proxy, host, port))
        match = _STATUS.match(await _head(sock))
        if match is None or not match[1].startswith(b"2"):
            code = match[1].decode() if match else "no HTTP"
            raise ProxyError(f"the proxy refuses the relay or server ({code})")
    except BaseException:
        sock.close()
        raise
    return sock


async def _connected(host: str, port: int) -> socket.socket:
    loop = asyncio.get_running_loop()
    problem: OSError = ProxyError("the proxy's name is not known")
    for family, kind, protocol, _, address in await loop.getaddrinfo(
        host, port, type=socket.SOCK_STREAM
    ):
        sock = socket.socket(family, kind, protocol)
        sock.setblocking(False)
        try:
            await loop.sock_connect(sock, address)
        except OSError as error:
            sock.close()
            problem = error
        except BaseException:
            sock.close()
            raise
        else:
            return sock
    raise problem


def _request(proxy: Proxy, host: str, port: int) -> bytes:
    where = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    lines = [f"CONNECT {where} HTTP/1.1", f"Host: {where}"]
    if proxy.login:
        token = base64.b64encode(proxy.login.encode()).decode()
        lines.append(f"Proxy-Authorization: Basic {token}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("ascii", "ignore")


async def _head(sock: socket.socket) -> bytes:
    """Up to the empty line and not a byte further: what follows belongs to the tunnel."""
    loop, head = asyncio.get_running_loop(), b""
    while not head.endswith(b"\r\n\r\n"):
        more = await loop.sock_recv(sock, 1)
        if not more or len(head) > _ANSWER_BYTES:
            raise ProxyError("the proxy gives no answer")
        head += more
    return head
