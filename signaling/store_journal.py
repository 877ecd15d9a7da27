"""Which pairs were ended, in a text file outside the database: it survives when the database is
restored from a backup that is older than a revocation. One line a pair: both keys and the epoch.
"""

import os
from pathlib import Path

from sqlalchemy import URL

from signaling.identity import Pairing


class Journal:
    """At `file`; "" is beside SQLite's own, and nowhere for a database that is none."""

    def __init__(self, url: URL, file: str = "") -> None:
        local = url.get_backend_name() == "sqlite" and url.database not in (None, "", ":memory:")
        file = file or (f"{url.database}.revoked" if local else "")
        self._path = Path(file) if file else None

    def add(self, pairings: list[Pairing]) -> None:
        """On the disk when this returns. Raises OSError."""
        if self._path is None or not pairings:
            return
        lines = "".join(f"{p.unit_key} {p.laptop_key} {p.epoch}\n" for p in pairings)
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(lines)
            file.flush()
            os.fsync(descriptor)

    def read(self) -> list[Pairing]:
        """All that was added; a line that a power cut spoilt is left out. Raises OSError."""
        if self._path is None or not self._path.exists():
            return []
        found = []
        for line in self._path.read_text(encoding="ascii", errors="replace").splitlines():
            unit, _, rest = line.partition(" ")
            laptop, _, epoch = rest.partition(" ")
            if laptop and epoch.isdecimal() and len(epoch) <= 10:
                found.append(Pairing(unit_key=unit, laptop_key=laptop, epoch=int(epoch)))
        return found
