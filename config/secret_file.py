"""A password in a file of its own, so that it stands in no settings, process list or log."""

import stat
from pathlib import Path

from config.settings import SettingsError

MAX_SIGNS = 200


def read_password(path: str, key: str) -> str:
    """The first line of a 0600 file, "" without a file. Raises SettingsError, which names `key`."""
    if not path:
        return ""
    try:
        mode = Path(path).stat().st_mode
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeError):
        raise SettingsError(f"setting {key}: not a readable file of plain text") from None
    if stat.S_IMODE(mode) & 0o077:
        raise SettingsError(f"setting {key}: others can read that file; `chmod 600` closes it")
    password = text.partition("\n")[0].rstrip("\r")
    if not 0 < len(password) <= MAX_SIGNS or not password.isprintable():
        raise SettingsError(f"setting {key}: one line of at most {MAX_SIGNS} printable signs")
    return password
