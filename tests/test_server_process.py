"""The server as its operator meets it: the command line, TLS rules, signals."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import aiohttp
import pytest
from click.testing import CliRunner

from config import settings as config
from signaling.__main__ import cli
from signaling.identity import DeviceKey
from signaling.server_app import PortError, certificate, running
from tests.log_gate import GATE
from tests.server_tools import Device

UNIT, LAPTOP = DeviceKey.make(), DeviceKey.make()


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    changes = {
        "KLASGENOOT_SERVER_PORT": "0",
        "KLASGENOOT_SERVER_DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path}/server.db",
        "KLASGENOOT_SERVER_LOG_LEVEL": "debug",
    }
    for name, value in changes.items():
        monkeypatch.setenv(name, value)
    return {**os.environ, **changes}


def command(*words: str, code: int = 0) -> str:
    result = CliRunner().invoke(cli, words)
    assert result.exit_code == code, result.output
    return result.output


@pytest.mark.usefixtures("environment")
def test_pairs_by_the_command_line() -> None:
    assert command("pair", "list") == ""
    assert "added, epoch 1" in command("pair", "add", UNIT.public, LAPTOP.public)
    assert UNIT.public in command("pair", "list") and "valid" in command("pair", "list")
    for words in (("add", UNIT.public, LAPTOP.public), ("add", "x", "y"), ("revoke", "nobody")):
        output = command("pair", *words, code=2)
        assert output.startswith("Error: ") and output.count("\n") == 1
    assert "revoked" in command("pair", "revoke", LAPTOP.public)
    assert "revoked" in command("pair", "list")
    output = command("pair", "add", UNIT.public, LAPTOP.public, code=2)
    assert "use epoch 2" in output
    command("pair", "add", UNIT.public, LAPTOP.public, "--epoch", "2")


@pytest.mark.usefixtures("environment")
def test_every_error_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "wrong.toml").write_text("[server]\nprot = 1\n")
    output = command("run", "--settings", str(tmp_path / "wrong.toml"), code=2)
    assert output == "Error: unknown setting server.prot; did you mean port?\n"
    monkeypatch.setenv("KLASGENOOT_SERVER_HOST", "0.0.0.0")
    assert "only connect with TLS" in command("run", code=2)
    monkeypatch.setenv("KLASGENOOT_SERVER_HOST", "127.0.0.1")
    monkeypatch.setenv("KLASGENOOT_SERVER_DATABASE_URL", "rubbish")
    assert "server.database_url" in command("run", code=2)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "", "192.0.2.1", "example.org"])
def test_plain_only_on_loopback(host: str) -> None:
    with pytest.raises(config.SettingsError, match=r"server\.host.*certificate_file"):
        certificate(config.Server(host=host))


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.8.8.8"])
def test_loopback_needs_no_certificate(host: str) -> None:
    assert certificate(config.Server(host=host)) is None


def test_certificate_files_that_are_none(tmp_path: Path) -> None:
    (tmp_path / "x.pem").write_text("hello")
    for path in (str(tmp_path / "x.pem"), str(tmp_path / "none.pem")):
        settings = config.Server(certificate_file=path, certificate_key_file=path)
        with pytest.raises(config.SettingsError, match=r"server\.certificate_file"):
            certificate(settings)


async def test_a_port_that_is_taken() -> None:
    settings = config.Server(port=0, database_url="sqlite+aiosqlite://")
    async with running(settings) as port:
        with pytest.raises(PortError, match=str(port)):
            async with running(config.Server(port=port, database_url=settings.database_url)):
                pass


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_process_starts_serves_and_stops(
    environment: dict[str, str], number: signal.Signals
) -> None:
    await asyncio.to_thread(command, "pair", "add", UNIT.public, LAPTOP.public)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "signaling", "run"),
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None and process.stderr is not None
    line = (await asyncio.wait_for(process.stdout.readline(), 10)).decode()
    assert line.startswith("server listening port=")
    port = int(line.split("=")[1])
    async with aiohttp.ClientSession() as session:
        socket = await session.ws_connect(f"ws://127.0.0.1:{port}/ws")
        device = Device(socket)
        await device.log_in(UNIT)
        await device.welcome()
        kept = []
        if number is signal.SIGTERM:  # one that does not answer the close frame
            kept.append(await session.ws_connect(f"ws://127.0.0.1:{port}/ws"))
        process.send_signal(number)
        assert (await device.ended())[2] == 1012
        assert await asyncio.wait_for(process.wait(), 20) == 0
    errors = (await process.stderr.read()).decode()
    assert "login" in errors and "role='unit'" in errors
    assert "Traceback" not in errors
    GATE.look(errors, "server")
    for secret in ("127.0.0.1", UNIT.public[:7]):
        assert secret not in errors


def test_help_is_quick() -> None:
    started = time.monotonic()
    subprocess.run([sys.executable, "-m", "signaling", "--help"], check=True, capture_output=True)
    assert time.monotonic() - started < 2.0  # 0.2 s on an idle machine
