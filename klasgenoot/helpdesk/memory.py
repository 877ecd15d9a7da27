"""When the helpdesk restarted this set: on disk, or each restart would begin the count anew."""

import time
from pathlib import Path

import structlog

from klasgenoot.helpdesk.rules import may_restart, remembered, to_remember
from signaling import small_files

log = structlog.get_logger()


class RestartMemory:
    """The file `helpdesk` of the state folder. What cannot be read counts as too often."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "helpdesk"
        self._times: tuple[int, ...] | None = ()
        try:
            self._times = remembered(self._path.read_bytes()[:256])
        except FileNotFoundError:
            pass
        except OSError as error:
            log.warning("helpdesk_file_unreadable", problem=error.strerror)
            self._times = None
        if self._times is None:
            # From now on an hour has to pass, as if it had been used up this moment.
            self._times = (int(time.time()),) * 3

    @property
    def ago_s(self) -> float:
        """How long ago the last restart was; infinite for never."""
        assert self._times is not None
        return abs(time.time() - max(self._times)) if self._times else float("inf")

    def may(self) -> bool:
        assert self._times is not None
        return may_restart(self._times, int(time.time()))

    def remember(self) -> bool:
        """Note a restart; False when it could not be written, and then it may not be done."""
        assert self._times is not None
        line = to_remember(self._times, int(time.time()))
        try:
            small_files.replace(self._path, line)
        except OSError as error:
            log.warning("helpdesk_file_not_written", problem=error.strerror)
            return False
        self._times = remembered(line)
        return True
