"""H.264 pictures as RTP payloads (RFC 6184, packetization mode 1). Pure."""

import re
from itertools import pairwise

_START = re.compile(b"\x00\x00\x00?\x01")
_FU_A = 28
_NRI, _TYPE = 0x60, 0x1F
_FIRST, _FINAL = 0x80, 0x40
_STAP_A = 24
_PARAMETERS = (7, 8)  # SPS and PPS, which are tiny and travel with what follows


def payloads(bitstream: bytes, most_bytes: int) -> list[bytes]:
    """Cut an Annex B bitstream into RTP payloads of at most about `most_bytes`, of like sizes.

    Parameter sets share one payload (STAP-A); a unit that is too large is cut evenly (FU-A).
    """
    units = [unit for unit in _START.split(bitstream) if unit]
    small = [unit for unit in units if unit[0] & _TYPE in _PARAMETERS]
    rest = [unit for unit in units if unit[0] & _TYPE not in _PARAMETERS]
    found = [_together(small)] if len(small) > 1 else small
    for unit in rest:
        found += [unit] if len(unit) <= most_bytes else _cut(unit, most_bytes)
    return found


def _together(units: list[bytes]) -> bytes:
    importance = max(unit[0] & _NRI for unit in units)
    body = b"".join(len(unit).to_bytes(2) + unit for unit in units)
    return bytes([importance | _STAP_A]) + body


def _cut(unit: bytes, most_bytes: int) -> list[bytes]:
    indicator, kind, body = unit[0] & ~_TYPE & 0xFF | _FU_A, unit[0] & _TYPE, unit[1:]
    count = -(-len(body) // (most_bytes - 2))
    cuts = [i * len(body) // count for i in range(count + 1)]
    found = []
    for number, (a, b) in enumerate(pairwise(cuts)):
        edge = (_FIRST if number == 0 else 0) | (_FINAL if number == count - 1 else 0)
        found.append(bytes([indicator, edge | kind]) + body[a:b])
    return found
