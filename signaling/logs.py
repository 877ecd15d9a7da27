"""Logs of every process: lines to stderr that never say who or where.

At every level, also DEBUG of aiortc, aioice, aiohttp and websockets: no IP addresses, candidates,
SDP, names of machines, full keys, tokens or passwords. `scrub` judges values, whoever logs them;
the last word before a line is written is always its.
"""

import contextlib
import ipaddress
import logging
import re
import sys
import threading
from collections.abc import Mapping, MutableMapping
from types import TracebackType
from typing import Any

import structlog

_MOST_CHARACTERS = 4_000
"""Of one value: a traceback fits, a dump does not."""

_DROPPED = (
    (
        re.compile(r"\bv=0(?![.\d])|\b[ma]=(?:audio|video|application|ice-|candidate|fingerprint)"),
        "sdp",
    ),
    (re.compile(r"candidate:", re.IGNORECASE), "candidate"),
)
"""Values that are refused whole, because what is around the match is as bad as the match."""

_SECRET_NAME = re.compile(r"token|password|passwd|secret|credential|signature|ufrag|pwd", re.I)
_KEY_NAME = re.compile(r"(?:^|_)(?:key|nonce|boot|pair)s?$", re.I)

_REPLACED = (
    (re.compile(r"(?<=://)[^/@\s]+@"), "[login]@"),
    (
        re.compile(
            r"(?i)\b(token|password|passwd|secret|credential|key|pwd|ufrag)([=:]\s*)[^\s&,;]+"
        ),
        r"\1\2[secret]",
    ),
    (re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+"), "[name]"),
    (re.compile(r"[\w-]+\.local\b", re.I), "[name]"),
    (re.compile(r"(?:[0-9A-Fa-f]{2}:){5,}[0-9A-Fa-f]{2}"), "[hex]"),
    (re.compile(r"\d{1,3}(?:\.\d{1,3}){3}"), "[address]"),
)
_COLONS = re.compile(r"[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:]*:[0-9A-Fa-f:]*(?:\[address\])?")
_LONG = re.compile(r"[A-Za-z0-9_-]{16,}")
_BASE64_BYTES = 40


_CHATTY = ("aioice", "aiortc", "websockets", "aiohttp.access")
_OF_ROWS = ("aiosqlite", "sqlalchemy", "alembic", "asyncpg")
"""What these tell at debug has the rows in it: names of people, letters, hashes."""


def configure(level: str, json_lines: bool = False) -> None:
    """Send all logs of this process to stderr, as key=value or as JSON lines.

    `level` is debug, info, warning or error. May be called again.
    """
    number = logging.getLevelNamesMapping()[level.upper()]
    early: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
    ]
    structlog.configure(
        processors=[*early, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if json_lines
        else structlog.processors.KeyValueRenderer(
            key_order=["time", "level", "logger", "event"], drop_missing=True
        )
    )
    for name in _CHATTY:  # their "info" is our debug: every candidate pair, every connection
        logging.getLogger(name).setLevel(number if number <= logging.DEBUG else logging.WARNING)
    for name in _OF_ROWS:
        logging.getLogger(name).setLevel(logging.WARNING)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=early,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.StackInfoRenderer(),
                structlog.processors.format_exc_info,
                scrub,
                structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
                renderer,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(number)
    logging.captureWarnings(True)
    logging.raiseExceptions = False  # its own error report prints the arguments as they are
    _log_uncaught()


def scrub(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """structlog processor: a copy of the event in which nothing tells who or where."""
    return {clean(str(name)): _value(str(name), value) for name, value in event.items()}


def clean(text: str) -> str:
    """`text` without what may not be logged; the whole of it goes if it is an SDP or candidate."""
    for pattern, name in _DROPPED:
        if pattern.search(text):
            return f"[{name} left out]"
    for pattern, replacement in _REPLACED:
        text = pattern.sub(replacement, text)
    text = _COLONS.sub(_without_ipv6, text)
    text = _LONG.sub(_shortened, text)
    return text[:_MOST_CHARACTERS]


def _value(name: str, value: object) -> object:
    if value is None or isinstance(value, bool | int | float):
        return value
    if _SECRET_NAME.search(name):
        return "[secret]"
    if isinstance(value, Mapping):
        return {clean(str(inner)): _value(str(inner), item) for inner, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_value(name, item) for item in value]
    text = str(value)
    if _KEY_NAME.search(name) and len(text) > 8:
        text = text[:6] + "…"
    return clean(text)


def _without_ipv6(match: re.Match[str]) -> str:
    text = match[0].replace("[address]", "0.0.0.0")  # noqa: S104 (the tail of ::ffff:1.2.3.4)
    around = match.string[max(0, match.start() - 1) : match.start()]
    around += match.string[match.end() : match.end() + 1]
    if not any(c.isdigit() for c in text) and any(c.isalnum() for c in around):
        return match[0]  # the middle of std::error
    for candidate in (text, text.rstrip(":"), text.lstrip(":"), text.strip(":")):
        with contextlib.suppress(ValueError):
            ipaddress.ip_address(candidate)
            return "[address]"
    return match[0]


def _shortened(match: re.Match[str]) -> str:
    """Keys, hashes and tokens: nothing that a person wrote is this long and has digits in it."""
    text = match[0]
    if len(text) >= _BASE64_BYTES or any(c.isdigit() for c in text):
        return text[:6] + "…"
    return text


def _log_uncaught() -> None:
    """What nobody caught would be printed as it is."""

    def of_main(
        kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if not issubclass(kind, KeyboardInterrupt):
            logging.getLogger("uncaught").critical("uncaught", exc_info=(kind, error, trace))

    def of_thread(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            of_main(args.exc_type, args.exc_value, args.exc_traceback)

    sys.excepthook = of_main
    threading.excepthook = of_thread
