"""How the pupil chose to be in class, kept on this laptop: one small private file."""

from pathlib import Path

import structlog

from signaling import messages as m
from signaling import small_files

log = structlog.get_logger()

NAME = "appearance.json"
_MAX_BYTES = 4096


class AppearanceFile:
    """`kept` is the last choice, or None: never chosen yet, or not readable any more."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.kept = self._read()

    def keep(self, choice: m.Appear) -> None:
        """On disk when this returns. Where the disk refuses, nothing old stays that shows more."""
        self.kept = choice
        try:
            small_files.replace(self._path, m.encode(choice).encode())
        except OSError as error:
            log.warning("appearance_not_kept", error=error.strerror)
            try:
                self._path.unlink(missing_ok=True)
            except OSError:
                log.warning("appearance_stays")

    def _read(self) -> m.Appear | None:
        try:
            with self._path.open("rb") as file:
                found = m.Decoder(m.Appear)(file.read(_MAX_BYTES))
        except (OSError, m.MessageError):
            return None
        assert isinstance(found, m.Appear)
        return found
