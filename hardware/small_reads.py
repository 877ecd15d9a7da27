"""Reads the kernel's small text files; what is missing, huge or no text is None."""

from pathlib import Path

_MOST_BYTES = 4096
"""A page: no attribute of sysfs is longer."""
_MOST_ENTRIES = 64


def text(path: Path) -> str | None:
    """The first line without blanks, or None."""
    try:
        with path.open("rb", buffering=0) as file:
            data = file.read(_MOST_BYTES) or b""
    except (OSError, ValueError):  # ENODEV: a battery that was just taken out
        return None
    return data.decode("ascii", "replace").partition("\n")[0].strip()


def number(path: Path) -> int | None:
    """A whole number of at most nine digits, or None."""
    found = text(path)
    if found is None or not found.lstrip("-").isascii() or len(found) > 10:
        return None
    try:
        return int(found)
    except ValueError:
        return None


def folders(root: Path, start: str = "") -> list[Path]:
    """What is in a folder of sysfs, by name; [] when there is no such folder."""
    try:
        return sorted(p for p in root.iterdir() if p.name.startswith(start))[:_MOST_ENTRIES]
    except (OSError, ValueError):
        return []
