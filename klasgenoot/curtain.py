"""The curtain: closed until somebody opens it, also when the agent died behind it."""

import threading
from pathlib import Path

import structlog

from signaling import small_files

log = structlog.get_logger()

_WORDS = {True: b"closed", False: b"open"}


class Curtain:
    """Remembered in `curtain` of the state folder; any rubbish there counts as closed."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "curtain"
        self._writing = threading.Lock()
        try:
            self.closed = self._path.read_bytes()[:16].strip() != _WORDS[False]
        except FileNotFoundError:
            self.closed = False
        except OSError as error:
            log.warning("curtain_unreadable", problem=error.strerror)
            self.closed = True

    def turn(self) -> None:
        """Close it, or open it; `remember` is for a thread that may wait for the disk."""
        self.closed = not self.closed

    def remember(self) -> None:
        with self._writing:  # who comes last writes what holds last
            try:
                small_files.replace(self._path, _WORDS[self.closed])
            except OSError as error:
                log.warning("curtain_not_written", problem=error.strerror)
