"""`klasgenoot prove`: shows on this very machine that the set keeps no picture and no sound."""

import itertools
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import psutil

_ATTEMPTS_S = 120.0  # a slow set takes some seconds; one that hangs is a failed proof
_RAM = ("tmpfs", "ramfs")
_RECORDERS = ("MediaRecorder", "captureStream", "showSaveFilePicker", "createWritable")

State = Literal["shown", "failed", "unknown"]


@dataclass(frozen=True)
class Attempt:
    """How a planted recorder fared: bytes kept without the lock, and with it."""

    how: str
    where: str
    free: int
    locked: int

    @property
    def state(self) -> State:
        """`unknown` where it fails without the lock too: then it shows nothing."""
        if self.locked:
            return "failed"
        return "shown" if self.free else "unknown"


@dataclass(frozen=True)
class Check:
    """Something looked up; `name` is a key of report.CHECKS."""

    name: str
    state: State
    detail: str = ""


def planted_recorder(state_dir: Path) -> list[Attempt]:
    """Let a recorder try in every folder that matters, once free and once locked."""
    homes = [state_dir, Path.cwd(), Path.home(), Path(tempfile.gettempdir()), Path("/dev/shm")]  # noqa: S108
    found: list[Attempt] = []
    for home in dict.fromkeys(home.resolve() for home in homes):
        try:
            with tempfile.TemporaryDirectory(prefix="klasgenoot-proef-", dir=home) as name:
                free, locked = (_run(mode, Path(name)) for mode in ("free", "locked"))
        except OSError:  # we cannot write there either
            continue
        found += [Attempt(how, str(home), kept, locked.get(how, -1)) for how, kept in free.items()]
    return found


def _run(mode: str, folder: Path) -> dict[str, int]:
    """Bytes kept by each way of recording; a way that is missing did not come to an end."""
    done = subprocess.run(  # noqa: S603 - our own interpreter and a folder of ours
        [sys.executable, "-m", "klasgenoot.proof.attempts", mode, str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        timeout=_ATTEMPTS_S,
        check=False,
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return {line["how"]: line["kept"] for line in lines}


def agents() -> list[psutil.Process]:
    """The agents that run on this machine, with their children that handle pictures."""
    found = []
    for process in psutil.process_iter():
        try:
            if _is_agent(process.cmdline()):
                found.append(process)
                found += [c for c in process.children() if _is_picture_child(c)]
        except psutil.Error:
            continue
    return found


def _is_agent(command: list[str]) -> bool:
    """`klasgenoot run` or `python -m klasgenoot run`."""
    steps = itertools.pairwise(command)
    return any(Path(name).name == "klasgenoot" and act == "run" for name, act in steps)


def _is_picture_child(process: psutil.Process) -> bool:
    return "klasgenoot.media.source_apart" in process.cmdline()


def live_checks(processes: Iterable[psutil.Process]) -> list[Check]:
    """What the kernel says of the agents that run now."""
    found = list(processes)
    if not found:
        return [Check("agent", "unknown")]
    try:
        return [
            Check("agent", "shown", str(len(found))),
            _all("file_limit", found, lambda p: p.rlimit(resource.RLIMIT_FSIZE) == (0, 0)),
            _all("core_limit", found, lambda p: p.rlimit(resource.RLIMIT_CORE) == (0, 0)),
            _all("open_files", found, lambda p: not written_files(p)),
            _all("swapped", found, lambda p: _status(p, "VmSwap") in ("", "0 kB")),
        ]
    except psutil.AccessDenied:
        return [Check("agent", "unknown", "root")]
    except psutil.NoSuchProcess:
        return [Check("agent", "unknown")]


def _all(
    name: str, processes: list[psutil.Process], holds: Callable[[psutil.Process], bool]
) -> Check:
    return Check(name, "shown" if all(holds(process) for process in processes) else "failed")


def written_files(process: psutil.Process) -> list[str]:
    """Plain files that a process has open for writing. Raises psutil.AccessDenied."""
    found = []
    for file in process.open_files():
        if file.mode != "r" and not file.path.startswith(("/dev/", "/sys/", "/proc/")):
            found.append(file.path)
    return found


def _status(process: psutil.Process, field: str) -> str:
    try:
        text = Path(f"/proc/{process.pid}/status").read_text()
    except OSError:
        raise psutil.NoSuchProcess(process.pid) from None
    found = re.search(rf"^{field}:\s*(.*)$", text, re.MULTILINE)
    return found[1] if found else ""


def machine_checks(web: Iterable[Path]) -> list[Check]:
    """What holds whether a lesson runs or not; `web` are the folders of our pages."""
    from klasgenoot.no_recording import landlock_version

    version = landlock_version()
    return [
        Check("landlock", "shown" if version else "failed", str(version)),
        Check("swap", "failed" if _swaps() else "shown"),
        Check("browser", *_browser_profiles()),
        Check("page_code", "failed" if any(map(_records, web)) else "shown"),
    ]


def _swaps() -> bool:
    """Whether memory may end up on a disk; zram is memory itself."""
    try:
        lines = Path("/proc/swaps").read_text().splitlines()[1:]
    except OSError:
        return False
    return any(not line.startswith("/dev/zram") for line in lines)


def _browser_profiles() -> tuple[State, str]:
    """Whether every browser that shows one of our windows keeps its profile in memory."""
    profiles = set()
    for process in psutil.process_iter(["cmdline"]):
        for argument in process.info["cmdline"] or ():
            folder = argument.removeprefix("--user-data-dir=")
            if folder != argument and Path(folder).name.startswith("klasgenoot-"):
                profiles.add(Path(folder))
    if not profiles:
        return "unknown", ""
    return ("shown" if all(map(in_memory, profiles)) else "failed"), str(len(profiles))


def in_memory(path: Path) -> bool:
    """Whether a folder lies on a file system that has no disk."""
    mounts = sorted(psutil.disk_partitions(all=True), key=lambda m: -len(m.mountpoint))
    full = os.path.realpath(path)
    for mount in mounts:
        point = mount.mountpoint.rstrip("/") + "/"
        if (full + "/").startswith(point):
            return mount.fstype in _RAM
    return False


def _records(folder: Path) -> bool:
    pages = [path for path in folder.rglob("*") if path.suffix in (".js", ".html")]
    return any(word in page.read_text("utf-8") for page in pages for word in _RECORDERS)
