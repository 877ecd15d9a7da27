"""A secret in a file of the server's own, made at its first use."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path


def load_or_make(file: Path, make: Callable[[], bytes]) -> bytes:
    """What the file has, readable by its owner alone. Raises OSError.

    Two processes that make it at once end with one: the file is there whole or not at all.
    """
    if not file.exists():
        new = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as made:
            made.write(make())
            made.flush()
            os.fsync(made.fileno())
        try:
            os.link(new, file)
        except FileExistsError:
            pass
        finally:
            new.unlink()
    return file.read_bytes()
