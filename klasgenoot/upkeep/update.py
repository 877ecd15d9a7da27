"""When a set may put a newer version in, and what makes a folder of packages trustworthy. Pure.

A set that is only on in lessons would never update outside school hours (R18): after a week of
waiting it may at any time when no lesson runs, for the agent is away for five seconds only.
"""

import datetime
import hashlib
import re
from collections.abc import Mapping

from signaling.identity import TrustError, check_signature

MANIFEST, SIGNATURE = "SHA256SUMS", "SHA256SUMS.sig"
CONTEXT = b"klas-update/v1\0"
SCHOOL_FROM, SCHOOL_UNTIL = datetime.time(7, 30), datetime.time(17, 0)
PATIENCE = datetime.timedelta(days=7)
MOST_BYTES = 65_536

_LINE = re.compile(r"([0-9a-f]{64}) [ *]([A-Za-z0-9][A-Za-z0-9._+-]{0,200}\.whl)")


class UpdateError(Exception):
    """This folder is not used; the text says why, for a person."""


def may_update(now: datetime.datetime, waits_since: datetime.datetime, lesson: bool) -> bool:
    """Local time; `waits_since` is when this version was first seen, `lesson` whether one runs."""
    school = now.weekday() < 5 and SCHOOL_FROM <= now.time() < SCHOOL_UNTIL
    return not lesson and (not school or now - waits_since >= PATIENCE)


def read_manifest(data: bytes) -> dict[str, str]:
    """File name → SHA-256. Raises UpdateError for anything but such lines."""
    if len(data) > MOST_BYTES:
        raise UpdateError(f"{MANIFEST} is te groot")
    try:
        lines = data.decode("ascii").splitlines()
    except UnicodeDecodeError:
        raise UpdateError(f"{MANIFEST} is geen lijst van pakketten") from None
    found = {}
    for line in lines:
        match = _LINE.fullmatch(line)
        if match is None or match[2] in found:
            raise UpdateError(f"{MANIFEST} is geen lijst van pakketten")
        found[match[2]] = match[1]
    if not any(name.startswith("klasgenoot-") for name in found):
        raise UpdateError(f"in {MANIFEST} staat geen klasgenoot")
    return found


def check_manifest(data: bytes, signature: str, public: str) -> dict[str, str]:
    """The manifest, if `public` signed it. Raises UpdateError."""
    try:
        check_signature(public.strip(), CONTEXT + data, signature.strip())
    except TrustError:
        raise UpdateError("de handtekening klopt niet: deze map is niet van ons") from None
    return read_manifest(data)


def check_files(manifest: Mapping[str, str], digests: Mapping[str, str]) -> None:
    """The files that are there are those of the manifest. Raises UpdateError, naming one."""
    for name, digest in manifest.items():
        if digests.get(name) != digest:
            raise UpdateError(f"{name} ontbreekt of is beschadigd")
    if extra := sorted(set(digests) - set(manifest)):
        raise UpdateError(f"{extra[0]} hoort niet in deze map")


def version_of(data: bytes) -> str:
    """What `versie` of an installed place says: the same as klasgenoot.sh writes."""
    return hashlib.sha256(data).hexdigest()


def other_slot(current: str) -> str:
    """The place that is not used."""
    return "b" if current == "a" else "a"
