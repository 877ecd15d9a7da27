"""A set whose key is the right one and whose camera leg has another certificate than it signs.

usage: python -m tests.lying_set run   (instead of `python -m klasgenoot run`)
"""

import re

from klasgenoot import __main__
from signaling import sdp as sdp_rules

_plain = sdp_rules.keep_sha256


def _lie(sdp: str) -> str:
    found = re.search(r"a=fingerprint:sha-256 (..)", _plain(sdp))
    assert found is not None
    other = f"{int(found[1], 16) ^ 1:02X}"
    return re.sub(r"(a=fingerprint:sha-256) ..", rf"\1 {other}", _plain(sdp))


if __name__ == "__main__":
    sdp_rules.keep_sha256 = _lie
    __main__.main()
