"""The agent cannot record: it may not write a single byte to a file, on any disk or in memory.

Two locks, both for ever and for every child: no file may be longer than 0 bytes (RLIMIT_FSIZE,
getrlimit(2); holds for memfd and /dev/shm too), and no file may be made, opened for writing or
removed outside /dev and /sys (Landlock, landlock(7), Linux 5.13). No core dump either.
Pipes, sockets, serial lines and the lamps of the kernel are not files in this sense.
"""

import ctypes
import os
import resource
import stat
import struct
import subprocess
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import structlog

log = structlog.get_logger()

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same on every architecture
_VERSION, _PATH_BENEATH = 1, 1
_PR_SET_NO_NEW_PRIVS, _PR_SET_DUMPABLE = 38, 4

# Rights of landlock(7) that change files: 1 write, 4 remove dir, 5 remove file, 6…12 make anything.
_WRITE = 1 << 1
_CHANGES = _WRITE | sum(1 << bit for bit in range(4, 13))
_SINCE = ((2, 1 << 13), (3, 1 << 14))  # ABI 2 knows moving between folders, 3 truncating
_TRUNCATE = 1 << 14


def forbid(writable: Iterable[Path] = ()) -> None:
    """Lock this process, from a time when it has one thread; there is no way back.

    `writable` are more folders whose files may be opened for writing, never made: the lamp's.
    Standard output and error go on: where they are files, through a child that only copies.
    """
    threads = len(os.listdir("/proc/self/task"))  # noqa: PTH208
    if threads != 1:
        raise RuntimeError(f"{threads} threads run already: they would not be locked")
    for number in (1, 2):
        _through_pipe(number)
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    landlocked = _landlock(libc, [Path("/dev"), Path("/sys"), *writable])
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    if not landlocked:
        log.warning(
            "no_landlock", advice="a kernel with Landlock locks twice; see klasgenoot prove"
        )


def landlock_version() -> int:
    """The kernel's version of Landlock, 0 when it has none."""
    return max(0, int(ctypes.CDLL(None).syscall(_CREATE_RULESET, None, 0, _VERSION)))


def _landlock(libc: ctypes.CDLL, writable: Iterable[Path]) -> bool:
    """Whether it holds now."""
    if not (version := landlock_version()):
        return False
    handled = _CHANGES | sum(right for since, right in _SINCE if version >= since)
    attributes = struct.pack("=Q", handled)
    rules = libc.syscall(_CREATE_RULESET, attributes, len(attributes), 0)
    if rules < 0:
        return False
    try:
        for path in writable:
            with suppress(FileNotFoundError):
                _allow(libc, rules, path, handled & (_WRITE | _TRUNCATE))
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        return bool(libc.syscall(_RESTRICT_SELF, rules, 0) == 0)
    finally:
        os.close(rules)


def _allow(libc: ctypes.CDLL, rules: int, path: Path, rights: int) -> None:
    folder = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        libc.syscall(_ADD_RULE, rules, _PATH_BENEATH, struct.pack("=Qi", rights, folder), 0)
    finally:
        os.close(folder)


def _through_pipe(number: int) -> None:
    if not stat.S_ISREG(os.fstat(number).st_mode):
        return
    copier = subprocess.Popen(
        ["/bin/cat"], stdin=subprocess.PIPE, stdout=number, start_new_session=True
    )
    assert copier.stdin
    os.dup2(copier.stdin.fileno(), number)
    copier.stdin.close()
