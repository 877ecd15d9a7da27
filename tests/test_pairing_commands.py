"""Pairing and un-pairing by the command lines, with real processes on a real server."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.processes import Managed
from signaling.keyfile import load_ended, load_pairing


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    """What the command lines need, and a server that listens."""
    settings = {
        "KLASGENOOT_SERVER_PORT": "0",
        "KLASGENOOT_SERVER_DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path}/server.db",
        "KLASGENOOT_UNIT_STATE_DIR": str(tmp_path / "unit"),
        "KLASGENOOT_LAPTOP_STATE_DIR": str(tmp_path / "laptop"),
        "KLASGENOOT_LAPTOP_KEYS": "file",
    }
    server = Managed("server", ("signaling", "run"), settings)
    server.start()
    port = server.wait_line("server listening port=")
    yield settings | {"KLASGENOOT_LINK_SERVER_URL": f"ws://127.0.0.1:{port}/ws"}
    server.stop()


def begin(environment: dict[str, str], *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", *words],
        env={**os.environ, **environment, "PYTHONUNBUFFERED": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def code_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return next(line for line in process.stdout if line.startswith("code: ")).split()[1]


def both(environment: dict[str, str], at_unit: str) -> tuple[str, str]:
    unit = begin(environment, "klasgenoot", "pair")
    laptop = begin(environment, "thuis_client", "pair", *code_of(unit).split("-"))
    for process, says in ((unit, at_unit), (laptop, "y")):
        assert process.stdin is not None
        process.stdin.write(says + "\n")
        process.stdin.flush()
    return unit.communicate(timeout=20)[0], laptop.communicate(timeout=20)[0]


def words_in(text: str) -> list[str]:
    return text.partition("six words: ")[2].splitlines()[0].split()


def test_pair_unpair_and_pair_again(environment: dict[str, str], tmp_path: Path) -> None:
    by_unit, by_laptop = both(environment, "y")
    assert "paired, epoch 1" in by_unit and "paired, epoch 1" in by_laptop
    assert words_in(by_unit) == words_in(by_laptop) and len(words_in(by_unit)) == 6
    pairing = load_pairing(tmp_path / "unit")
    assert pairing is not None and pairing == load_pairing(tmp_path / "laptop")
    told = begin(environment, "thuis_client", "unpair").communicate(timeout=20)[0]
    assert told == "un-paired\n"
    assert load_ended(tmp_path / "laptop") == pairing
    assert "revoked" in begin(environment, "signaling", "pair", "list").communicate(timeout=20)[0]
    by_unit, by_laptop = both(environment, "y")
    assert "paired, epoch 2" in by_unit and "paired, epoch 2" in by_laptop


def test_a_no_pairs_nobody(environment: dict[str, str], tmp_path: Path) -> None:
    by_unit, by_laptop = both(environment, "n")
    assert "the words differ" in by_unit and "helpdesk" in by_unit
    assert "stopped" in by_laptop
    assert load_pairing(tmp_path / "unit") is None and load_pairing(tmp_path / "laptop") is None


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("pair",), "type the code"),
        (("pair", "ABCD"), "28 signs"),
        (("pair", "é" * 28), "digits and letters"),
        (("pair", "0" * 27 + "1"), "typing error"),
        (("pair", "0" * 28), "no set shows this code"),
        (("unpair",), "not paired"),
    ],
)
def test_what_is_wrong_is_one_line(
    environment: dict[str, str], words: tuple[str, ...], said: str
) -> None:
    process = begin(environment, "thuis_client", *words)
    text = process.communicate(timeout=20)[0]
    assert process.returncode == 2
    assert text.startswith("error: ") and said in text and text.count("\n") == 1


def test_unpair_without_a_server(environment: dict[str, str], tmp_path: Path) -> None:
    both(environment, "y")
    away = environment | {"KLASGENOOT_LINK_SERVER_URL": "ws://127.0.0.1:9/ws"}
    text = begin(away, "klasgenoot", "unpair").communicate(timeout=20)[0]
    assert "un-paired" in text and "server could not be told" in text
    assert load_pairing(tmp_path / "unit") is None
    text = begin(environment, "klasgenoot", "unpair").communicate(timeout=20)[0]
    assert text == "un-paired\n"  # asked again, it tells the server
