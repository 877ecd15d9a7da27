"""The only process of the set that may write files, and only the few small ones of FILES.

The agent handles picture and sound, so it may write nothing at all (no_recording.py). What it has
to remember it hands to this child through a pipe: a name and the whole contents, which must be
what such a file may say. `main` is the child.
"""

import errno
import os
import re
import select
import struct
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import msgspec

from hardware.motion import Position
from klasgenoot.room.moving import Remembered
from signaling import small_files
from signaling.keyfile import PairFile

_HEAD = struct.Struct("!?BI")  # may replace, bytes of the name, bytes of the contents
_DONE = struct.Struct("!i")  # 0, or the errno
_END_S = 2.0
_ANSWER_S = 5.0  # a worn card may take a second; the agent must not hang on a dead one
_LINE = re.compile(rb"[\w:-]{1,100}\n?")


class _Presets(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    rooms: dict[str, dict[int, Position]]


def _is_line(data: bytes) -> bool:
    return _LINE.fullmatch(data) is not None


def _is_json(kind: type) -> Callable[[bytes], bool]:
    def check(data: bytes) -> bool:
        try:
            msgspec.json.decode(data, type=kind)
        except (msgspec.DecodeError, RecursionError):
            return False
        return True

    return check


FILES: dict[str, tuple[int, Callable[[bytes], bool]]] = {
    "device.key": (256, _is_line),
    "page.token": (256, _is_line),
    "pair.json": (1024, _is_json(PairFile)),
    "presets.json": (131_072, _is_json(_Presets)),
    "curtain": (16, _is_line),
    "room.json": (2048, _is_json(Remembered)),
    "helpdesk": (64, _is_line),
}
"""Name → the most bytes it has, and whether bytes are what it may say."""

POWEROFF = b"poweroff\n"
_OFF = "/poweroff"  # no file of the folder can be called this


class Keeper:
    """The agent's end, a `small_files.Writer`. Start it before writing is forbidden.

    `poweroff` is the one file elsewhere that it may make: whoever waits for it switches off.
    """

    def __init__(self, folder: Path, poweroff: Path | None = None) -> None:
        self._folder, self._poweroff = folder, poweroff
        self._lock = threading.Lock()
        self._child = subprocess.Popen(  # noqa: S603 - our own interpreter and paths
            [sys.executable, "-m", __name__, str(folder), *([str(poweroff)] if poweroff else [])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            process_group=0,  # Ctrl-C ends the agent, and its end ends this child
        )

    def create(self, path: Path, data: bytes) -> bool:
        """See small_files.Writer."""
        try:
            self._ask(path, data, replace=False)
        except FileExistsError:
            return False
        return True

    def replace(self, path: Path, data: bytes) -> None:
        """See small_files.Writer."""
        self._ask(path, data, replace=True)

    def close(self) -> None:
        assert self._child.stdin
        with suppress(BrokenPipeError):
            self._child.stdin.close()
        try:
            self._child.wait(_END_S)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()

    def _ask(self, path: Path, data: bytes, *, replace: bool) -> None:
        name = (_OFF if path == self._poweroff else path.name).encode()
        if path not in (self._folder / path.name, self._poweroff) or len(name) > 255:
            raise PermissionError(errno.EPERM, "not a file of this set", str(path))
        assert self._child.stdin and self._child.stdout
        with self._lock, suppress(BrokenPipeError):
            answer = b""
            self._child.stdin.write(_HEAD.pack(replace, len(name), len(data)) + name + data)
            self._child.stdin.flush()
            if not select.select([self._child.stdout], [], [], _ANSWER_S)[0]:
                self._child.kill()  # a late answer would be taken for that to the next question
                raise TimeoutError(errno.ETIMEDOUT, "the disk does not answer", str(path))
            answer = self._child.stdout.read(_DONE.size)
        if len(answer) < _DONE.size:
            raise BrokenPipeError(errno.EPIPE, "the keeper of files is gone; start the set again")
        if problem := _DONE.unpack(answer)[0]:
            raise OSError(problem, os.strerror(problem), str(path))


def serve(
    folder: Path, asked: BinaryIO, answers: BinaryIO, poweroff: Path | None = None
) -> None:  # fmt: skip
    """Write what is asked for, one after the other, until `asked` ends."""
    while len(head := asked.read(_HEAD.size)) == _HEAD.size:
        replaces, name_bytes, size = _HEAD.unpack(head)
        name = asked.read(name_bytes).decode("ascii", "replace")
        off = name == _OFF and poweroff is not None
        most, fits = (len(POWEROFF), POWEROFF.__eq__) if off else FILES.get(name, (0, _is_line))
        if size > most:
            return  # nobody of ours says this: do not even read it
        data = asked.read(size)
        if len(data) < size:
            return  # the agent died while it said this
        path = poweroff if poweroff is not None and off else folder / name
        answers.write(_DONE.pack(_write(path, data, replaces) if fits(data) else _BAD))
        answers.flush()


def sweep(folder: Path) -> None:
    """Remove what a power cut left of files that were being written."""
    for name in FILES:
        for path in folder.glob(f".{name}.*"):
            with suppress(OSError):
                path.unlink()


_BAD = errno.EINVAL


def _write(path: Path, data: bytes, replaces: bool) -> int:
    """0 or the errno."""
    try:
        if replaces:
            small_files.replace(path, data)
        elif not small_files.create(path, data):
            return errno.EEXIST
    except OSError as error:
        return error.errno or errno.EIO
    return 0


if __name__ == "__main__":
    paths = [Path(argument) for argument in sys.argv[1:]]
    sweep(paths[0])
    serve(paths[0], sys.stdin.buffer, sys.stdout.buffer, *paths[1:])
