"""`klasgenoot update`: a newer version beside the old one, a switch of one link, and a way back.

Steps, in this order, so that the power may go at any time: the other place is filled while the old
one runs; the link moves in one rename; the agent is started; is it not ready in time, the link
moves back. `update.json` in the state folder says what goes on (update_marker.py).
"""

import datetime
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from klasgenoot.upkeep import update
from klasgenoot.upkeep.service_status import agent_status
from signaling import small_files
from signaling.identity import DeviceKey

READY_S = 90.0  # systemd waits this long for READY=1; a slow set takes ten seconds
_BUILD_S = 900.0


@dataclass(frozen=True)
class Places:
    """Where things are; tests have their own."""

    program: Path = Path("/opt/klasgenoot")
    state: Path = Path("/var/lib/klasgenoot")
    key: Path = Path("/etc/klasgenoot/update.pub")
    offered: Path = Path("/var/lib/klasgenoot-updates")


Run = Callable[[list[str], float], bool]
"""Runs a command and tells whether it succeeded within so many seconds."""


def run(command: list[str], most_s: float) -> bool:
    try:
        done = subprocess.run(command, timeout=most_s, check=False)  # noqa: S603 - fixed commands
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0


def update_set(
    places: Places, now: datetime.datetime, runs: Run = run, *, at_once: bool = False
) -> str:
    """One word: nothing, later, done or failed. Raises update.UpdateError.

    `at_once` does not wait for the end of school, as a monteur beside the set may.
    """
    manifest = places.offered / update.MANIFEST
    try:
        data = manifest.read_bytes()[: update.MOST_BYTES + 1]
        signature = (places.offered / update.SIGNATURE).read_text("ascii", "replace")[:200]
        public = places.key.read_text("ascii", "replace")[:100]
    except FileNotFoundError:
        return "nothing"  # no folder, or nobody's key: updates are done by hand then
    names = update.check_manifest(data, signature, public)
    version = update.version_of(data)
    current = places.program / "current"
    if _text(current / "versie") == version or _text(places.program / "geweigerd") == version:
        return "nothing"
    since = datetime.datetime.fromtimestamp(manifest.stat().st_mtime).astimezone(now.tzinfo)
    if not at_once and not update.may_update(now, since, agent_status().get("state") == "live"):
        return "later"
    _mark(places, "busy")
    old = current.readlink().name if current.is_symlink() else "b"
    new = places.program / update.other_slot(old)
    try:
        _fill(places, new, names, version, runs)
    except update.UpdateError:
        shutil.rmtree(new, ignore_errors=True)
        _mark(places, "failed")
        raise
    _switch(places.program, new.name)
    if runs(["systemctl", "restart", "klasgenoot.service"], READY_S):
        # The screen's page belongs to the version that serves it.
        runs(["systemctl", "try-restart", "klasgenoot-scherm.service"], READY_S)
        (places.state / "update.json").unlink(missing_ok=True)
        return "done"
    _switch(places.program, old)
    runs(["systemctl", "restart", "klasgenoot.service"], READY_S)
    (places.program / "geweigerd").write_text(version)  # not again every hour
    _mark(places, "failed")
    return "failed"


def sign(folder: Path, key: DeviceKey) -> str:
    """Sign the manifest of a folder; gives the public key. Raises UpdateError and OSError."""
    data = (folder / update.MANIFEST).read_bytes()
    update.check_files(update.read_manifest(data), _digests(folder))
    (folder / update.SIGNATURE).write_text(key.sign(update.CONTEXT + data) + "\n")
    return key.public


def _fill(places: Places, new: Path, names: dict[str, str], version: str, runs: Run) -> None:
    """A whole installation in the place that is not used."""
    shutil.rmtree(new, ignore_errors=True)
    wheels = new / "pakketten"
    wheels.mkdir(parents=True)
    for name in names:  # copied first and checked then: a stick may be pulled out, or changed
        try:
            shutil.copyfile(places.offered / name, wheels / name)
        except OSError:
            raise update.UpdateError(f"{name} ontbreekt of is beschadigd") from None
    update.check_files(names, _digests(wheels))
    python = str(new / "bin" / "python")
    pip = ["-m", "pip", "install", "--quiet", "--no-cache-dir", "--no-index"]
    base = getattr(sys, "_base_executable", sys.executable)
    made = runs([base, "-m", "venv", str(new)], _BUILD_S) and runs(
        [python, *pip, "--find-links", str(wheels), "klasgenoot"], _BUILD_S
    )
    # It must at least start and know its settings before it may take over.
    if not made or not runs([python, "-m", "klasgenoot", "--help"], READY_S):
        raise update.UpdateError("de nieuwe versie laat zich niet installeren")
    shutil.rmtree(wheels)
    (new / "versie").write_text(version + "\n")


def _switch(program: Path, slot: str) -> None:
    """In one rename: there is always a link, to the old or to the new."""
    fresh = program / "current.nieuw"
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(slot)
    fresh.replace(program / "current")
    folder = os.open(program, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _mark(places: Places, state: str) -> None:
    path = places.state / "update.json"
    small_files.replace(path, json.dumps({"state": state}).encode())
    owner = places.state.stat()
    os.chown(path, owner.st_uid, owner.st_gid)  # the agent reads it


def _digests(folder: Path) -> dict[str, str]:
    found = {}
    for path in folder.glob("*.whl"):
        with path.open("rb") as file:
            found[path.name] = hashlib.file_digest(file, "sha256").hexdigest()
    return found


def _text(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return ""
