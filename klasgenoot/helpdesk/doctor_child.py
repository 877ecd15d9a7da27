"""Runs `klasgenoot doctor --json` beside the agent, for the helpdesk: codes come back, no words.

The child inherits that nothing may be written (no_recording.py), so it writes no report.
"""

import asyncio
import contextlib
import sys
from typing import Annotated

import msgspec
import structlog

from signaling.messages import Code
from signaling.messages_helpdesk import MAX_FINDINGS

log = structlog.get_logger()

_PATIENCE_S = 90.0  # it tries every part, and a port that hangs takes its time
_MOST_BYTES = 262_144


class _Finding(msgspec.Struct, frozen=True):
    state: str
    code: Code = ""


class _Findings(msgspec.Struct, frozen=True):
    findings: Annotated[tuple[_Finding, ...], msgspec.Meta(max_length=500)]


class DoctorChild:
    """Called, it runs the doctor once; None when there is none, or it does not answer."""

    def __init__(self, settings_file: str | None, command: tuple[str, ...] | None = None) -> None:
        named = ("--settings", settings_file) if settings_file else ()
        own = (sys.executable, "-m", "klasgenoot", "doctor", "--json", *named)
        self._command = command or own

    async def __call__(self) -> tuple[str, ...] | None:
        try:
            child = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                limit=_MOST_BYTES,
                start_new_session=True,
            )
        except OSError as error:
            log.warning("doctor_not_started", problem=error.strerror)
            return None
        assert child.stdout is not None
        try:
            async with asyncio.timeout(_PATIENCE_S):
                said = await child.stdout.read(_MOST_BYTES)
                while more := await child.stdout.read(_MOST_BYTES):
                    said += more[: _MOST_BYTES - len(said)]
                await child.wait()
        except TimeoutError:
            log.warning("doctor_silent")
            return None
        finally:
            if child.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    child.kill()
                await child.wait()
        return findings(said)


def findings(said: bytes) -> tuple[str, ...] | None:
    """The codes of what is wrong, in the JSON of the doctor; None when it is no such JSON."""
    try:
        found = msgspec.json.decode(said, type=_Findings)
    except (msgspec.DecodeError, RecursionError):
        return None
    wrong = dict.fromkeys(one.code or "unknown" for one in found.findings if one.state == "wrong")
    return tuple(wrong)[:MAX_FINDINGS]
