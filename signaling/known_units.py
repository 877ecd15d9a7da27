"""Which units may show a pairing code: the ones that whoever runs the server has written down."""

from pathlib import Path

import structlog

from signaling.identity import TrustError, from_text

log = structlog.get_logger("signaling.known_units")

_MOST_BYTES = 1 << 20
"""Twenty thousand keys: more sets than the country has."""


class UnitsError(Exception):
    """The list cannot be used; the text tells a person what to do."""


class KnownUnits:
    """A file with the public key of a unit on each line (`klasgenoot key` prints it); what follows
    `#` is for people. It is read again for each code, so a new set needs no restart."""

    def __init__(self, file: str) -> None:
        """`file` is "" where every unit may. Raises UnitsError."""
        self._path = Path(file) if file else None
        self._keys()

    def has(self, key: str) -> bool:
        """Whether this unit may pair; none may while the list cannot be read."""
        try:
            keys = self._keys()
        except UnitsError as error:
            log.error("units_file", problem=str(error))
            return False
        return keys is None or key in keys

    def _keys(self) -> set[str] | None:
        if self._path is None:
            return None
        try:
            with self._path.open("rb") as file:
                text = file.read(_MOST_BYTES + 1).decode("utf-8")
        except (OSError, UnicodeDecodeError):
            raise UnitsError("setting server.units_file: not a readable text file") from None
        if len(text) > _MOST_BYTES:
            raise UnitsError("setting server.units_file: larger than 1 MiB")
        lines = [line.partition("#")[0].strip() for line in text.splitlines()]
        for number, line in enumerate(lines, 1):
            try:
                if line:
                    from_text(line, 32)
            except TrustError:
                raise UnitsError(
                    f"setting server.units_file, line {number}: not a key as "
                    "`klasgenoot key` prints it"
                ) from None
        return set(filter(None, lines))
