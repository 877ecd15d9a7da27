"""A notice on a phone or laptop that there is something new: web push (RFC 8030) without a body.

A push service learns that somebody is told something, and when; never what, nor by whom.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import aiohttp
import structlog
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from py_vapid import Vapid02
from py_vapid.utils import b64urlencode

from config.settings import Push
from dossier.key_file import load_or_make
from signaling.store import StoreError

_log = structlog.get_logger("dossier.push")

_ANSWER_S = 20.0
_WAITING = 500
_AT_ONCE = 4  # to one push service
_TRIES = 3
_AGAIN_S = 60.0
_KEPT_S = 86_400  # a phone that was off for longer finds the news on the page
_MOST_CHARACTERS = 1000  # of an address; the longest known are about 500

Outcome = Literal["told", "gone", "refused", "again"]


class Pusher:
    """`run` has to run as a task. Without a contact in the settings nothing is ever sent."""

    def __init__(self, settings: Push, again_s: float = _AGAIN_S) -> None:
        self._settings, self._again_s = settings, again_s
        self._services = [_rule(origin) for origin in settings.services.split()]
        self._queue: asyncio.Queue[str] = asyncio.Queue()
        self._open = 0  # queued, on its way or to be tried again

    @property
    def works(self) -> bool:
        return bool(self._settings.contact)

    def key(self) -> str:
        """By which a browser binds a subscription to this server; "" where there is no push."""
        if not self.works:
            return ""
        try:
            return self._public_key
        except (OSError, ValueError) as error:
            _log.error("push_key_file", kind=type(error).__name__)
            return ""

    @cached_property
    def _public_key(self) -> str:
        point = self._vapid.public_key.public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        return str(b64urlencode(point))

    def knows(self, endpoint: object) -> bool:
        """Whether this is an address at a push service: no other is ever asked anything."""
        if not isinstance(endpoint, str) or not 0 < len(endpoint) <= _MOST_CHARACTERS:
            return False
        try:
            origin = _origin(endpoint)
        except ValueError:
            return False
        plain = endpoint.isascii() and endpoint.isprintable() and " " not in endpoint
        return plain and any(rule.fullmatch(origin) for rule in self._services)

    def send(self, endpoints: Sequence[str]) -> None:
        """Queued: a push service that is away holds up no page, and no other service."""
        if not self.works:
            return
        for endpoint in endpoints[: _WAITING - self._open]:
            self._open += 1
            self._queue.put_nowait(endpoint)

    async def run(self, forget: Callable[[str], Awaitable[None]]) -> None:
        """Until cancelled. `forget` is told of an address that is no more.

        What fails three times is let go: the page still says what is new.
        """
        limit = aiohttp.ClientTimeout(total=_ANSWER_S)
        async with (
            aiohttp.TCPConnector(limit_per_host=_AT_ONCE) as lines,
            aiohttp.ClientSession(timeout=limit, connector=lines) as session,
            asyncio.TaskGroup() as sending,
        ):
            while True:
                endpoint = await self._queue.get()
                sending.create_task(self._send(session, endpoint, forget))

    async def _send(
        self,
        session: aiohttp.ClientSession,
        endpoint: str,
        forget: Callable[[str], Awaitable[None]],
    ) -> None:
        try:
            if await self._tell(session, endpoint) == "gone":
                await forget(endpoint)
        except StoreError as error:
            _log.error("store", code=error.code)
        finally:
            self._open -= 1
            self._queue.task_done()

    async def settled(self) -> None:
        """Wait until everything that was queued is sent or let go."""
        await self._queue.join()

    async def _tell(self, session: aiohttp.ClientSession, endpoint: str) -> Outcome:
        for number in range(_TRIES):
            outcome, kind = await self._once(session, endpoint)
            if outcome in ("told", "gone"):
                return outcome
            # Not the address: whoever has it can send to that device.
            _log.warning("push_not_sent", kind=kind, tries=number + 1)
            if outcome == "refused":
                break
            await asyncio.sleep(self._again_s)
        return "refused"

    async def _once(self, session: aiohttp.ClientSession, endpoint: str) -> tuple[Outcome, str]:
        if not self.knows(endpoint):  # the settings have changed since
            return "gone", "unknown"
        try:
            headers = {"TTL": str(_KEPT_S), "Topic": "nieuw", **self._signed(endpoint)}
            async with session.post(endpoint, headers=headers, allow_redirects=False) as answer:
                return _outcome(answer.status), str(answer.status)
        except (OSError, ValueError, TimeoutError, aiohttp.ClientError) as error:
            return "again", type(error).__name__

    def _signed(self, endpoint: str) -> dict[str, str]:
        claims = {"sub": self._settings.contact, "aud": _origin(endpoint)}
        signed: dict[str, str] = self._vapid.sign(claims)
        return signed

    @cached_property
    def _vapid(self) -> Vapid02:
        pem = load_or_make(Path(self._settings.key_file), _new_key)
        try:
            key = serialization.load_pem_private_key(pem, password=None)
        except (TypeError, UnsupportedAlgorithm) as error:  # behind a password, or of no known kind
            raise ValueError from error
        if not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name != "secp256r1":
            raise ValueError
        return Vapid02(key)


def _outcome(status: int) -> Outcome:
    """RFC 8030, 5 and 7.3."""
    if 200 <= status < 300:
        return "told"
    if status in (404, 410):
        return "gone"
    return "again" if status == 429 or status >= 500 else "refused"


def _new_key() -> bytes:
    return ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _origin(address: str) -> str:
    """Scheme, name and port alone. Raises ValueError when there is more before the path."""
    parts = urlsplit(address)
    if "@" in parts.netloc or not parts.hostname:
        raise ValueError
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{parts.hostname}{port}"


def _rule(origin: str) -> re.Pattern[str]:
    return re.compile(re.escape(origin).replace(r"\*", r"[\w-]+"))
