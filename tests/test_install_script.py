"""The install script on a small tree, where it only puts files: twice, interrupted, and away again.

The whole of it, on a bare Debian, is `bench/set_install.py`.
"""

import os
import re
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from klasgenoot.__main__ import main

INSTALL = Path(__file__).parent.parent / "config" / "install"
SCRIPTS = [*sorted(INSTALL.glob("*.sh")), INSTALL / "set" / "klasgenoot"]
UNIT = INSTALL / "set" / "klasgenoot.service"
MOST_EXPOSED = 1.5


def script(root: Path, *options: str, **more: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(INSTALL / "klasgenoot.sh"), "--root", str(root), "--files-only", *options],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
        **more,
    )


def tree(root: Path) -> dict[str, tuple[int, bytes]]:
    """Every path with its mode and what is in it."""
    found = {}
    for path in sorted(root.rglob("*")):
        if path.is_symlink():
            what = os.fsencode(path.readlink())
        else:
            what = path.read_bytes() if path.is_file() else b""
        found[str(path.relative_to(root))] = (path.lstat().st_mode, what)
    return found


def test_twice_is_as_once_and_away_is_away(tmp_path: Path) -> None:
    (tmp_path / "etc" / "udev").mkdir(parents=True)  # somebody else's, and it stays
    (tmp_path / "etc" / "udev" / "other.rules").write_text("x")
    before = tree(tmp_path)
    told = script(tmp_path)
    assert told.returncode == 0, told.stderr
    once = tree(tmp_path)
    assert "etc/systemd/system/multi-user.target.wants/klasgenoot.service" in once
    again = script(tmp_path)
    assert again.returncode == 0
    assert again.stdout.count("is al klaar") == again.stdout.count("[")
    assert tree(tmp_path) == once
    assert script(tmp_path, "--uninstall", "--keys", "remove").returncode == 0
    assert tree(tmp_path) == before


def test_interrupted_at_each_step_it_finishes_the_next_time(tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    whole.mkdir()
    steps = script(whole).stdout.count("…")
    assert steps >= 6
    for number in range(1, steps + 1):
        root = tmp_path / str(number)
        root.mkdir()
        process = subprocess.Popen(
            [str(INSTALL / "klasgenoot.sh"), "--root", str(root), "--files-only"],
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert process.stdout
        for line in process.stdout:
            if line.startswith(f"[{number}/"):
                os.killpg(process.pid, signal.SIGKILL)  # as a power cut: no time to tidy up
                break
        process.stdout.close()
        process.wait()
        assert script(root).returncode == 0
        assert tree(root) == tree(whole), number
        assert script(root, "--uninstall", "--keys", "remove").returncode == 0
        assert tree(root) == {}, number


def test_a_dry_run_changes_nothing(tmp_path: Path) -> None:
    told = script(tmp_path, "--dry-run")
    assert told.returncode == 0
    assert "moet nog" in told.stdout
    assert tree(tmp_path) == {}


def test_what_somebody_changed_is_put_right(tmp_path: Path) -> None:
    script(tmp_path)
    unit = tmp_path / "etc/systemd/system/klasgenoot.service"
    unit.write_text("[Service]\nExecStart=/bin/true\n")
    told = script(tmp_path)
    assert "Starten bij het aanzetten …" in told.stdout
    assert unit.read_bytes() == UNIT.read_bytes()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--nonsense"], "onbekende optie"),
        (["--wheels", "/nowhere"], "is er niet"),
        (["--keys", "perhaps"], "keep of remove"),
        (["--wheels", "/tmp"], "SHA256SUMS"),  # a folder that nobody prepared
    ],
)
def test_rubbish_is_refused_in_one_line(tmp_path: Path, options: list[str], words: str) -> None:
    told = script(tmp_path, *options)
    assert told.returncode == 1
    assert words in told.stderr
    assert tree(tmp_path) == {}


def test_the_laptop_s_script_tells_first_and_leaves_nothing(tmp_path: Path) -> None:
    environment = {"HOME": str(tmp_path), "PATH": os.environ["PATH"]}
    for options in (["--dry-run"], ["--uninstall", "--keys", "remove"]):
        told = subprocess.run(
            [str(INSTALL / "thuis.sh"), *options],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert told.returncode == 0, told.stderr
        assert "Programma" in told.stdout
        assert tree(tmp_path) == {}


def test_every_step_has_its_three_functions_and_every_file_its_step() -> None:
    text = (INSTALL / "klasgenoot.sh").read_text()
    steps = re.findall(r"^([a-z]+)\|", text, re.MULTILINE)
    files = re.findall(r"^([a-z]+) +(file|link) +(\S+) +(\S+) (\S+)$", text, re.MULTILINE)
    of_files = set(re.findall(r"^for step in (.*); do$", text, re.MULTILINE)[0].split())
    assert {step for step, *_ in files} == of_files
    for step in set(steps) - of_files:
        for what in ("done", "do", "undo"):
            assert f"{step}_{what}() {{" in text, (step, what)
    for _, kind, source, _, _ in files:
        assert kind == "link" or (INSTALL / "set" / source).is_file(), source


def test_no_address_of_anybody_in_what_is_installed() -> None:
    for path in [*SCRIPTS, *(INSTALL / "set").iterdir(), *INSTALL.glob("*.ps1")]:
        text = path.read_text()
        assert not re.search(r"https?://", text), path.name


def test_the_commands_of_the_units_exist() -> None:
    for path in (INSTALL / "set").glob("*.service"):
        for name in re.findall(r"bin/klasgenoot (\S+)", path.read_text()):
            assert name in main.commands, path.name


@pytest.mark.skipif(not shutil.which("shellcheck"), reason="apt-get install shellcheck")
@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_shellcheck(path: Path) -> None:
    told = subprocess.run(
        ["shellcheck", "--shell=sh", "--external-sources", "--source-path=SCRIPTDIR", str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stdout


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="apt-get install systemd")
def test_the_agent_is_exposed_as_little_as_can_be() -> None:
    told = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--no-pager", str(UNIT)],
        capture_output=True,
        text=True,
        check=True,
    )
    score = re.search(r"Overall exposure level for klasgenoot.service: ([\d.]+)", told.stdout)
    assert score, told.stdout
    assert float(score[1]) <= MOST_EXPOSED
