"""Small private files, written whole: the old one or the new one, also after a power cut.

A process that may not write at all hands its files to another, see `through`.
"""

import os
import tempfile
from pathlib import Path
from typing import Protocol


class Writer(Protocol):
    """Writes files of mode 0600; OSError when it cannot."""

    def create(self, path: Path, data: bytes) -> bool:
        """Make a file that is not there yet; False, and nothing changed, when it is."""

    def replace(self, path: Path, data: bytes) -> None:
        """Make a file, or put another in its place."""


class OwnHand:
    """Writes by itself."""

    def create(self, path: Path, data: bytes) -> bool:
        """See Writer. Of two processes that do, the first wins."""
        temporary = _write(path, data)
        try:
            os.link(temporary, path)
        except FileExistsError:
            return False
        finally:
            temporary.unlink()
        _settle(path.parent)
        return True

    def replace(self, path: Path, data: bytes) -> None:
        """See Writer."""
        temporary = _write(path, data)
        try:
            temporary.replace(path)
        except OSError:
            temporary.unlink(missing_ok=True)
            raise
        _settle(path.parent)


def create(path: Path, data: bytes) -> bool:
    """See Writer.create."""
    return _hand[0].create(path, data)


def replace(path: Path, data: bytes) -> None:
    """See Writer.replace."""
    _hand[0].replace(path, data)


def through(writer: Writer) -> None:
    """Let `writer` write all files of this process from now on."""
    _hand[0] = writer


_hand: list[Writer] = [OwnHand()]


def _write(path: Path, data: bytes) -> Path:
    """A file beside `path`, on disk before it gets its name."""
    with tempfile.NamedTemporaryFile(  # made with mode 0600
        dir=path.parent, prefix=f".{path.name}.", delete=False
    ) as file:
        try:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        except OSError:
            Path(file.name).unlink()
            raise
    return Path(file.name)


def _settle(folder: Path) -> None:
    """The new name itself is on the disk, too, when this returns."""
    number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
