"""Bare Debian trees for the install bench: layers over one debootstrap, thrown away afterwards.

Root only. The debootstrap stays in a cache, because an archive takes minutes; everything else is
an overlay (Linux, overlayfs) on top of it.
"""

import contextlib
import hashlib
import os
import re
import stat
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

CACHE = Path(os.environ.get("KLAS_BENCH_CACHE", "/var/tmp/klasgenoot-bench"))
_SUITE = "bookworm"

# What Debian's own tools write down about packages, and what differs by time alone.
_BOOKKEEPING = (
    "var/lib/dpkg",
    "var/lib/apt",
    "var/cache",
    "var/log",
    "var/lib/systemd",
    "var/lib/pam",
    "var/lib/ucf",
    "var/lib/python",
    "tmp",
    "run",
    "proc",
    "root",
)
_BOOK_FILES = ("etc/ld.so.cache", "etc/passwd-", "etc/shadow-", "etc/group-", "etc/gshadow-")


class TreeError(Exception):
    """No tree can be made here; the text says why."""


def bare() -> Path:
    """A tree of `debootstrap --variant=minbase`, made at the first call. Raises TreeError."""
    if os.geteuid() != 0:
        raise TreeError("a Debian tree needs root")
    tree = CACHE / _SUITE
    if not (tree / "bin" / "sh").exists() or (tree / "debootstrap").exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        made = subprocess.run(
            ["debootstrap", "--variant=minbase", _SUITE, str(tree)],
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode:
            raise TreeError(f"debootstrap reaches no archive: {made.stdout[-200:]}")
    return tree


@contextlib.contextmanager
def layered(*lower: Path) -> Iterator[tuple[Path, Path]]:
    """A tree to write in, and the folder that gets what differs; `lower` the top one first."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as name:
        folder = Path(name)
        upper, work, merged = (folder / part for part in ("upper", "work", "merged"))
        for part in (upper, work, merged):
            part.mkdir()
        options = f"lowerdir={':'.join(map(str, lower))},upperdir={upper},workdir={work}"
        command = ["mount", "-t", "overlay", "overlay", "-o", options, str(merged)]
        mounted = subprocess.run(command, capture_output=True, text=True, check=False)
        if mounted.returncode:
            raise TreeError(f"no overlay: {mounted.stderr.strip()}")
        try:
            yield merged, upper
        finally:
            subprocess.run(["umount", "--lazy", str(merged)], check=False)


State = dict[str, tuple[int, int, int, str]]


_OWN_IDS = ("etc/machine-id", "var/lib/dbus/machine-id")
"""Every installation draws its own, where the machine has none to give (machine-id(5))."""
_ID = re.compile(r"[0-9a-f]{32}\n")


def state_of(tree: Path, ignored: Sequence[str] = _BOOKKEEPING) -> State:
    """Path → mode, owner, group and contents; without bookkeeping and compiled Python."""
    found: State = {}
    for folder, folders, files in os.walk(tree):
        base = Path(folder)
        here = str(base.relative_to(tree))
        folders[:] = [n for n in folders if _name(here, n) not in ignored and n != "__pycache__"]
        for name in [*folders, *files]:
            path = _name(here, name)
            if path in _BOOK_FILES or name.endswith(".pyc"):
                continue
            status = (base / name).lstat()
            what = _what(base / name, status)
            own = path in _OWN_IDS and stat.S_ISREG(status.st_mode)
            if own and _ID.fullmatch((base / name).read_text()):
                what = "an id of its own"
            found[path] = (status.st_mode, status.st_uid, status.st_gid, what)
    return found


def _name(here: str, name: str) -> str:
    return name if here == "." else f"{here}/{name}"


def _what(path: Path, status: os.stat_result) -> str:
    if stat.S_ISLNK(status.st_mode):
        return os.fsdecode(path.readlink())
    if stat.S_ISREG(status.st_mode):
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha1").hexdigest()
    return ""
