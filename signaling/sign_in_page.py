"""Does a Wi-Fi network's sign-in page answer in the server's place?

Such a network answers HTTPS with its own certificate or with plain HTTP, and sends every page to
its own. Nothing of ours is told while looking: one GET of /healthz, whose answer is only judged.
"""

import asyncio
import contextlib
import json
import ssl
from typing import Literal, NamedTuple
from urllib.parse import urlsplit

from signaling.http_proxy import find_proxy
from signaling.server_clock import date_in

Verdict = Literal["ours", "sign_in", "unknown"]

_LOOK_S = 2.0
_ENOUGH_BYTES = 4_096
_NETWORK_AUTHENTICATION_REQUIRED = 511  # RFC 6585


def judge(answer: bytes, host: str) -> Verdict:
    """What an HTTP answer to `GET /healthz` of `host` says; any bytes are allowed."""
    head, _, body = answer.partition(b"\r\n\r\n")
    first, *fields = head.decode("latin-1").split("\r\n")
    version, _, rest = first.partition(" ")
    if not version.startswith("HTTP/1.") or not rest[:3].isdigit():
        return "unknown"
    status = int(rest[:3])
    if _is_ours(body):
        return "ours"
    if status == _NETWORK_AUTHENTICATION_REQUIRED:
        return "sign_in"
    if 300 <= status < 400:
        return "sign_in" if _leads_elsewhere(fields, host) else "unknown"
    return "sign_in" if status == 200 and b"<html" in body.lower() else "unknown"


def _is_ours(body: bytes) -> bool:
    with contextlib.suppress(ValueError, RecursionError):
        found = json.loads(body.decode("utf-8"))
        return isinstance(found, dict) and isinstance(found.get("ok"), bool)
    return False


def _leads_elsewhere(fields: list[str], host: str) -> bool:
    for field in fields:
        name, _, value = field.partition(":")
        if name.strip().lower() == "location":
            with contextlib.suppress(ValueError):
                found = urlsplit(value.strip()).hostname
                return found is not None and found != host.lower()
    return False


class Look(NamedTuple):
    """Who answers, and the `Date` that our own server's answer has."""

    verdict: Verdict = "unknown"
    date: str | None = None


async def answers(url: str, http_proxy: str = "") -> bool:
    """Whether a sign-in page answers for the server of this wss:// URL; never raises."""
    return (await look(url, http_proxy)).verdict == "sign_in"


async def look(url: str, http_proxy: str = "") -> Look:
    """Ask who answers for the server of this wss:// URL; never raises."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme != "wss" or find_proxy(http_proxy, host):
        return Look()  # a proxy is no network that one signs in to
    # With TLS (whatever certificate) and without: many networks only answer on port 80.
    anyone = ssl.create_default_context()
    anyone.check_hostname, anyone.verify_mode = False, ssl.CERT_NONE
    port = parts.port or 443
    found = await asyncio.gather(
        _get(host, port, anyone), _get(host, port, None), _get(host, 80, None)
    )
    verdicts = [judge(answer, host) for answer in found]
    if "ours" in verdicts:
        return Look("ours", date_in(found[verdicts.index("ours")]))
    return Look("sign_in" if "sign_in" in verdicts else "unknown")


async def _get(host: str, port: int, tls: ssl.SSLContext | None) -> bytes:
    """The beginning of an answer; b"" when there is none."""
    answer = b""
    with contextlib.suppress(OSError, ValueError, TimeoutError, asyncio.IncompleteReadError):
        async with asyncio.timeout(_LOOK_S):
            reader, writer = await asyncio.open_connection(host, port, ssl=tls)
            try:
                name = f"[{host}]" if ":" in host else host
                request = f"GET /healthz HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n"
                writer.write(request.encode("ascii", "ignore"))
                while len(answer) < _ENOUGH_BYTES and (more := await reader.read(_ENOUGH_BYTES)):
                    answer += more
            finally:
                writer.transport.abort()
    return answer
