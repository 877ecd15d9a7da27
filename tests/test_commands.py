"""The command lines: keys, trust, errors in one line."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from klasgenoot.__main__ import main as klasgenoot
from signaling.__main__ import cli as server
from signaling.identity import DeviceKey
from thuis_client.__main__ import main as thuis
from thuis_client.appearance import NAME, AppearanceFile


def key_that_begins_with_a_dash() -> str:
    """One in 64 does: base64url has the dash among its signs."""
    while True:
        if (key := DeviceKey.make().public).startswith("-"):
            return key


@pytest.fixture
def states(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    monkeypatch.setenv("KLASGENOOT_UNIT_STATE_DIR", str(tmp_path / "unit"))
    monkeypatch.setenv("KLASGENOOT_LAPTOP_STATE_DIR", str(tmp_path / "laptop"))
    url = f"sqlite+aiosqlite:///{tmp_path}/server.db"
    monkeypatch.setenv("KLASGENOOT_SERVER_DATABASE_URL", url)


@pytest.mark.usefixtures("states")
@pytest.mark.parametrize("command", [klasgenoot, thuis])
def test_key_and_trust(command) -> None:
    run = CliRunner().invoke
    first, second = run(command, ["key"]), run(command, ["key"])
    assert first.exit_code == 0
    assert len(first.output.strip()) == 43
    assert first.output == second.output
    assert run(command, ["trust", key_that_begins_with_a_dash()]).exit_code == 0


@pytest.mark.usefixtures("states")
@pytest.mark.parametrize("rubbish", ["", "x", "é" * 43, "A" * 42, "A" * 44])
def test_a_wrong_key_is_refused_in_one_line(rubbish: str) -> None:
    done = CliRunner().invoke(klasgenoot, ["trust", rubbish])
    assert done.exit_code == 2
    assert "43 characters" in done.output


@pytest.mark.usefixtures("states")
def test_pairs_with_any_key() -> None:
    run = CliRunner().invoke
    unit, laptop = key_that_begins_with_a_dash(), key_that_begins_with_a_dash()
    assert run(server, ["pair", "add", unit, laptop]).exit_code == 0
    assert unit in run(server, ["pair", "list"]).output
    assert run(server, ["pair", "revoke", laptop]).exit_code == 0
    assert "revoked" in run(server, ["pair", "list"]).output


def test_devices_lists_without_hardware() -> None:
    assert CliRunner().invoke(klasgenoot, ["devices"]).exit_code == 0


@pytest.mark.parametrize("given", ["/nowhere", ""])
def test_the_screen_without_a_token_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", given)
    monkeypatch.setenv("KLASGENOOT_UNIT_STATE_DIR", str(tmp_path / "file"))
    (tmp_path / "file").write_text("no folder")
    told = CliRunner().invoke(klasgenoot, ["screen"])
    assert told.exit_code == 2
    assert told.output.startswith("error: ")


@pytest.mark.usefixtures("states")
def test_how_the_pupil_is_in_class_at_first(tmp_path: Path) -> None:
    run = CliRunner().invoke
    assert run(thuis, ["appear", "letters"]).exit_code == 0
    kept = AppearanceFile(tmp_path / "laptop" / NAME).kept
    assert kept is not None
    assert kept.presence.step == "letters"
    refused = run(thuis, ["appear", "naked"])
    assert refused.exit_code == 2
    assert "picture" in refused.output
