"""The gate behind the logs: what it stops, what it lets through, and a lesson that says all."""

import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Playwright

from bench.stage import stage
from signaling.identity import DeviceKey, new_nonce
from tests.conftest import in_class, wait_for
from tests.log_gate import GATE, told

ROOT = Path(__file__).parent.parent
CANDIDATE = "candidate:1 1 udp 2113937151 192.0.2.17 54321 typ host"
STOPPED = {
    f"event='{CANDIDATE}'": {"a candidate", "an address"},
    "Candidate(1 1 udp 1 x 9 typ srflx)": {"a candidate"},
    "peer ('192.0.2.17', 5000)": {"an address"},
    "at 127.0.0.1:8780": {"an address"},
    "to [2001:db8::17]:443": {"an address"},
    "fe80::1%eth0": {"an address"},
    "on ::1": {"an address"},
    "::ffff:192.0.2.17": {"an address"},
    "2001:db8:0:0:0:0:0:17, then": {"an address"},
    r"v=0\r\no=- 1 2 IN IP4 x\r\nm=audio 9 UDP": {"SDP"},
    "a=ice-pwd:abcd": {"SDP"},
    "0a1b2c3d-aaaa.local refused": {"a .local name"},
    f"key={DeviceKey.make().public}": {"a key or token"},
    f"nonce {new_nonce()}": {"a key or token"},
    "AB:CD:EF:01:23:45": {"a fingerprint"},
    "pair " + "0123456789abcdef" * 2: {"a hash"},
    "GET /?token=abcdef": {"a secret"},
    "from kind@school.example": {"an e-mail address"},
    "welcome Saartje": {"a name"},
}
LET_THROUGH = [
    "time='2026-11-22T10:00:00.123456Z' level='info' logger='signaling.server' event='login'",
    "key='abcdef…' role='unit' software='klasgenoot'",
    "session idle -> calling at 12:34:56",
    'File "/usr/lib/python3.11/asyncio/selector_events.py", line 80, in _run',
    "test_a_name_that_is_as_long_as_a_key_but_of_words",
    "from [address] [candidate left out] [secret] token=[secret] [login]@db",
    "std::error, ratio 1.5 of 2.25, ::",
    "_mdns = threading.local()",
]


@pytest.mark.parametrize("line", STOPPED)
def test_it_stops(line: str) -> None:
    assert set(told(line, frozenset({"Saartje"}))) >= STOPPED[line]


@pytest.mark.parametrize("line", LET_THROUGH)
def test_it_lets_through(line: str) -> None:
    assert not list(told(line))


PLANTED = {
    "standard error": "print(LINE, file=sys.stderr)",
    "the log of a process": "LOG.write_text(LINE); Managed('unit', [], {}, log=LOG).stop()",
    "a process that a test ran": (
        "subprocess.run([sys.executable, '-c', f'import sys; print({LINE!r}, file=sys.stderr)'],"
        " capture_output=True)"
    ),
    "nothing": "print('hello', file=sys.stderr)",
}


@pytest.mark.parametrize("place", PLANTED)
def test_a_planted_line_fails_the_run(place: str, tmp_path: Path) -> None:
    line = f"level='debug' logger='aioice.ice' event='{CANDIDATE}'"
    (tmp_path / "test_planted.py").write_text(
        f"""import subprocess, sys
from pathlib import Path
from config.processes import Managed
LINE, LOG = {line!r}, Path({str(tmp_path / "unit.log")!r})
def test_planted():
    {PLANTED[place]}
"""
    )
    options = ["-p", "tests.log_gate", "-p", "no:cacheprovider", str(tmp_path)]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if place == "nothing":
        assert done.returncode == 0, done.stdout
        return
    assert done.returncode == 1, done.stdout
    assert "tells a candidate (logger aioice.ice)" in done.stdout
    assert "test_planted" in done.stdout
    assert "192.0.2.17" not in done.stdout


@pytest.mark.browser
def test_a_whole_lesson_at_level_debug_names_nobody(play: Playwright) -> None:
    levels = {f"{name}_LOG_LEVEL": "debug" for name in ("SERVER", "UNIT", "LAPTOP")}
    GATE.names |= {"Zonnebloemklas", "Lokaal Kanarie"}
    with stage(play, **levels, UNIT_NAME="Zonnebloemklas", UNIT_ROOM="Lokaal Kanarie") as one:
        lesson = in_class(one)
        lesson.wait_state(lesson.screen, "live")
        wait_for(lesson.picture_is_fresh)
        lesson.home.keyboard.press("ArrowLeft", delay=300)
        lesson.home.click("[data-action=question]")
        lesson.wait_question(lesson.screen, "asked")
        lesson.home.click("[data-action=leave]")
        lesson.wait_state(lesson.screen, "ready")
        logs = {path.stem: path.read_text() for path in one.demo.folder.glob("*.log")}
    assert "logger='aioice.ice'" in logs["unit"], "the chatty libraries were silent"
    assert "logger='aiortc" in logs["unit"]
    assert logs["server"] and logs["home"]
    for name, text in logs.items():
        found = {kind for line in text.splitlines() for kind in told(line, frozenset(GATE.names))}
        assert not found, name
