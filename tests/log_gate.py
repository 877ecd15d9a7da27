"""A gate behind all logs that tests produce: a line that says who or where fails its test.

Knows nothing of signaling/logs.py, whose mistakes it is there to catch. Looked at are the log of
every process of ours once it stops, and whatever reached the standard error of a test or of a
Python process that a test ran. What is found is told by kind and logger, never by content.
"""

import contextlib
import ipaddress
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

from config.processes import Managed

_RULES: dict[str, re.Pattern[str]] = {
    "a candidate": re.compile(r"candidate:\w|\btyp (?:host|srflx|prflx|relay)\b", re.I),
    "SDP": re.compile(
        r"(?:\b|\\n)(?:a=(?:ice-|fingerprint|candidate|rtpmap|setup:|mid:|ssrc)"
        r"|m=(?:audio|video|application) \d"
        r"|o=\S* \d+ \d+ IN|c=IN IP)"
    ),
    "a .local name": re.compile(r"\b[\w-]+\.local\b(?!\()", re.I),
    "a fingerprint": re.compile(r"(?:[0-9A-F]{2}:){5}[0-9A-F]{2}", re.I),
    "a hash": re.compile(r"\b[0-9a-f]{32,}\b", re.I),
    "a secret": re.compile(
        r"(?:token|password|secret|ufrag|pwd|credential)=['\"]?[\w+/-]{4}", re.I
    ),
    "an e-mail address": re.compile(r"[\w+-]@[\w-]+\.\w"),
}
_V4 = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])")
_V6 = re.compile(r"(?<![\w:])[0-9A-Fa-f:]*:[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*(?!\w)")
_LONG = re.compile(r"(?<![\w-])[\w-]{22,}(?![\w-])", re.ASCII)
_LOGGER = re.compile(r"logger['\"]?[=:] ?['\"]([\w.]+)")
_CASES = (str.isupper, str.islower, str.isdigit)


def told(line: str, names: frozenset[str] = frozenset()) -> Iterator[str]:
    """The kinds of things that this line tells and should not."""
    for kind, rule in _RULES.items():
        if rule.search(line):
            yield kind
    if any(_is_address(found[0]) for found in [*_V4.finditer(line), *_V6.finditer(line)]):
        yield "an address"
    if any(_is_key(found[0]) for found in _LONG.finditer(line)):
        yield "a key or token"
    if any(name in line for name in names):
        yield "a name"


def _is_address(text: str) -> bool:
    for form in (text, text.rstrip(":.")):
        with contextlib.suppress(ValueError):
            address = ipaddress.ip_address(form)
            return address.version == 4 or any(char.isalnum() for char in text)
    return False


def _is_key(text: str) -> bool:
    """Base64url of 16 bytes and more has capitals, small letters and digits; words have not."""
    return all(any(map(case, text)) for case in _CASES)


class Gate:
    """What was found and not yet held against a test."""

    def __init__(self) -> None:
        self.names = {socket.gethostname()} if len(socket.gethostname()) > 3 else set()
        """Of persons, rooms and machines; a test that brings one into play adds it."""
        self._found: dict[str, int] = {}
        self._read: dict[Path, int] = {}

    def look(self, text: str, where: str) -> None:
        for line in text.splitlines():
            for kind in told(line, frozenset(self.names)):
                logger = match[1] if (match := _LOGGER.search(line)) else "none"
                place = f"{where} tells {kind} (logger {logger})"
                self._found[place] = self._found.get(place, 0) + 1

    def look_at(self, log: Path) -> None:
        """What was added since the last look."""
        with contextlib.suppress(FileNotFoundError), log.open("rb") as file:
            file.seek(self._read.get(log, 0))
            self.look(file.read().decode(errors="replace"), log.name)
            self._read[log] = file.tell()

    def take(self) -> list[str]:
        """A line for each kind and place, and forget them."""
        found, self._found = self._found, {}
        return [f"{place}, {count} lines" for place, count in found.items()]


GATE = Gate()


def pytest_configure() -> None:
    """Look at each process of ours when it ends."""
    for name in ("stop", "kill"):
        setattr(Managed, name, _then_look(getattr(Managed, name)))
    plain = subprocess.Popen.communicate

    def communicate(self: Any, *arguments: Any, **options: Any) -> Any:
        out, errors = plain(self, *arguments, **options)
        if errors and sys.executable in str(self.args):
            text = errors if isinstance(errors, str) else errors.decode(errors="replace")
            GATE.look(text, "stderr")
        return out, errors

    subprocess.Popen.communicate = communicate  # type: ignore[method-assign]


def _then_look(act: Callable[[Managed], None]) -> Callable[[Managed], None]:
    def looked(self: Managed) -> None:
        act(self)
        if self._log is not None:
            GATE.look_at(self._log)

    return looked


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.when == "teardown":  # it has what was captured in all phases
        for title, text in report.sections:
            if "stderr" in title:
                GATE.look(text, "stderr")
    if found := GATE.take():
        report.outcome = "failed"
        report.longrepr = "\n".join(["logs must not say who or where:", *found])
        report.sections = [section for section in report.sections if "stderr" not in section[0]]
    return report
