"""No line of any process says who or where, whoever logs it and at whatever level."""

import json
import logging
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from signaling import logs
from signaling.identity import DeviceKey, new_nonce, to_text

KEY = DeviceKey.make().public
CANDIDATE = "candidate:1 1 udp 2113937151 192.0.2.17 54321 typ host"
SDP = "v=0\r\no=- 1 2 IN IP4 192.0.2.17\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\na=ice-pwd:geheim\r\n"
SECRETS = [
    "192.0.2.17",
    "2001:db8::17",
    "fe80::1%eth0",
    "::ffff:192.0.2.17",
    "2001:0db8:0000:0000:0000:0000:0000:0017",
    CANDIDATE,
    SDP,
    repr(SDP),
    "a=ice-ufrag:abcd",
    "0a1b2c3d-aaaa-bbbb-cccc-0123456789ab.local",
    KEY,
    new_nonce(),
    "AB:CD:EF:01:23:45:67:89:AB:CD:EF:01:23:45:67:89",
    "postgresql+asyncpg://klas:geheim@db/klas",
    "kind@school.example",
    "http://127.0.0.1:8771/?token=" + new_nonce(),
]
TELLING = re.compile(
    r"192\.0\.2|2001:|fe80|ffff:|candidate:|v=0|ice-|0a1b2c3d|geheim|kind@|AB:CD|127\.0\.0\.1|"
    + "|".join(re.escape(s[:9]) for s in (KEY,))
)


@pytest.fixture
def written(capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[[], str]]:
    root = logging.getLogger()
    before = root.handlers[:], root.level, logging.raiseExceptions
    hooks = sys.excepthook, threading.excepthook
    yield lambda: capsys.readouterr().err
    root.handlers[:], root.level, logging.raiseExceptions = before
    sys.excepthook, threading.excepthook = hooks
    logging.captureWarnings(False)
    structlog.reset_defaults()


@pytest.mark.parametrize("secret", SECRETS)
def test_a_secret_in_whatever_place(secret: str, written: Callable[[], str]) -> None:
    logs.configure("debug")
    log = structlog.get_logger("ours")
    log.debug("event", value=secret, more=[secret, {secret: secret}], text=f"at {secret}, then")
    log.info(secret)
    log.info("positional %s", secret)
    for name in ("aioice.ice", "aiortc.rtcpeerconnection", "aiohttp.server", "websockets.client"):
        logging.getLogger(name).debug("Connection(0) %s -> %s", secret, (secret, 5000))
        logging.getLogger(name).warning(f"{secret}")
    try:
        raise ValueError(secret)
    except ValueError:
        log.exception("failed")
        logging.getLogger("asyncio").exception("Task exception was never retrieved")
    text = written()
    assert text.count("level=") >= 12
    assert not TELLING.search(text), text


@given(
    st.ip_addresses(v=4) | st.ip_addresses(v=6),
    st.text(st.sampled_from(" ,;()[]'\"=/<>@#"), max_size=3),
    st.text(st.sampled_from(" ,;()[]'\"/<>%"), max_size=3),
)
def test_no_address_survives(address: object, before: str, after: str) -> None:
    assert str(address) not in logs.clean(f"{before}{address}{after}")


@given(st.binary(min_size=32, max_size=64), st.text(max_size=5), st.text(max_size=5))
def test_no_key_survives(data: bytes, before: str, after: str) -> None:
    text = to_text(data)
    assert text[:7] not in logs.clean(f"{before} {text} {after}").replace(before, "")


@given(st.text())
def test_rubbish_is_logged_somehow(text: str) -> None:
    assert len(logs.clean(text)) <= 4_000
    event = logs.scrub(None, "", {"event": text, text: text, "n": 1, "none": None})
    json.dumps(event)


@pytest.mark.parametrize("name", ["token", "page_token", "password", "turn_credential", "ice_pwd"])
def test_secrets_by_name_are_dropped(name: str) -> None:
    assert logs.scrub(None, "", {name: "short"}) == {name: "[secret]"}


def test_keys_by_name_are_shortened() -> None:
    assert logs.scrub(None, "", {"key": KEY, "nonce": "abcdefghijk"}) == {
        "key": KEY[:6] + "…",
        "nonce": "abcdef…",
    }


@pytest.mark.parametrize(
    "text",
    [
        "session idle -> calling",
        "12:34:56",
        "RTCPeerConnection setRemoteDescription",
        "std::error",
        "ratio 1.5 of 2.25 at 30.0",
        "server.certificate_key_file",
        'File "/usr/lib/python3.11/asyncio/events.py", line 80, in _run',
    ],
)
def test_plain_words_stay(text: str) -> None:
    assert logs.clean(text) == text


def test_json_lines(written: Callable[[], str]) -> None:
    logs.configure("info", json_lines=True)
    structlog.get_logger("ours").info("hello", value=SDP)
    structlog.get_logger("ours").debug("not at this level")
    lines = written().splitlines()
    assert len(lines) == 1
    line = json.loads(lines[0])
    assert (line["event"], line["level"], line["logger"]) == ("hello", "info", "ours")
    assert line["value"] == "[sdp left out]"


def test_what_nobody_caught() -> None:
    code = f"""
import threading
from signaling import logs
logs.configure("info")
def fail():
    raise ValueError("from 192.0.2.17 {KEY}")
thread = threading.Thread(target=fail)
thread.start()
thread.join()
import logging
logging.getLogger("x").info("%d", "192.0.2.17")
fail()
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.count("uncaught") >= 2
    # The source line of a traceback is ours; what it raised is not.
    assert f"ValueError: from [address] {KEY[:6]}…" in done.stderr
    assert "192.0.2.17" not in done.stderr and KEY[:9] not in done.stderr


@pytest.mark.parametrize("library", ["aiosqlite.core", "sqlalchemy.engine", "alembic.runtime"])
def test_rows_are_in_no_log_at_any_level(written: Callable[[], str], library: str) -> None:
    logs.configure("debug")
    logging.getLogger(library).debug("executing INSERT ... ('Annakind', 'een brief')")
    assert "Annakind" not in written()
