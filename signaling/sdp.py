"""The few things that this product reads or changes in an SDP (RFC 8866). Pure.

An SDP is otherwise left to the WebRTC implementations. Strict on purpose: a line that these
functions and a browser could read differently is refused.
"""

import re
from collections.abc import Sequence

from signaling.identity import TrustError

MAX_BYTES = 32_768
"""As in messages.Sdp; an SDP of two legs is below 10 KiB."""
MAX_LINES = 1_000
"""Chromium's largest offer with three sections has about 250."""
MAX_CANDIDATE = 1_024
"""As in messages.IceCandidate."""
MAX_ADDRESSES = 8
"""A candidate may multiply by this much; more interfaces only slow ICE down."""

_FINGERPRINT = re.compile(r"a=fingerprint:sha-256 ((?:[0-9A-F]{2}:){31}[0-9A-F]{2})")
_OTHER_HASH = re.compile(r"a=fingerprint:(?!sha-256 )[a-z0-9-]+ [0-9A-F:]+")
_CANDIDATE = re.compile(
    r"(?P<head>(?:a=)?candidate:)(?P<foundation>[\w+/]{1,32}) (?P<component>\d{1,3}) "
    r"(?P<transport>\w{1,8}) (?P<priority>\d{1,10}) (?P<address>[^ ]{1,255}) (?P<rest>.*)",
    re.ASCII,
)


class SdpError(ValueError):
    """This is no SDP (not_sdp), or larger than any of ours (too_large, too_many_lines)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def require_one_fingerprint(sdp: str) -> str:
    """The SHA-256 fingerprint (`AB:CD:…`) that all of this SDP stands under (RFC 8122, RFC 8842).

    Exactly one distinct value, no other hash, and every section that carries anything is covered.
    Raises TrustError("bad_fingerprint").
    """
    try:
        lines = _lines(sdp)
    except SdpError:
        raise TrustError("bad_fingerprint") from None
    found: set[str] = set()
    for line in lines:
        if "fingerprint" in line.lower():
            match = _FINGERPRINT.fullmatch(line)
            if match is None:
                raise TrustError("bad_fingerprint")
            found.add(match[1])
    session, *sections = _sections(lines)
    covered = _has_fingerprint(session)
    if len(found) != 1 or not (covered or all(_covered(section) for section in sections)):
        raise TrustError("bad_fingerprint")
    return found.pop()


def keep_sha256(sdp: str) -> str:
    """Without fingerprints of other hashes: aiortc emits three, Chromium keeps only the last.

    Raises SdpError.
    """
    return _joined([line for line in _lines(sdp) if not _OTHER_HASH.fullmatch(line)])


def more_to_come(sdp: str) -> str:
    """Without the end of candidates (RFC 8840 8.2) that aiortc always writes: more are trickled.

    Raises SdpError.
    """
    return _joined([line for line in _lines(sdp) if line != "a=end-of-candidates"])


def name_parity(sdp: str, ssrc: int, parity_ssrc: int) -> str:
    """Say that one stream protects another (RFC 5956: FEC-FR). Raises SdpError."""
    found = []
    for line in _lines(sdp):
        found.append(line)
        if line.startswith(f"a=ssrc:{ssrc} cname:"):
            found.append(line.replace(str(ssrc), str(parity_ssrc), 1))
            found.append(f"a=ssrc-group:FEC-FR {ssrc} {parity_ssrc}")
    return _joined(found)


def expand_mdns(text: str, addresses: Sequence[str]) -> str:
    """Put the machine's own addresses where the browser hid them behind `*.local` names.

    `text` is an SDP, or one trickled candidate line (RFC 8838; "" ends the candidates), which
    becomes as many lines as there are addresses, joined by newlines. Each address gets its own
    foundation (RFC 8445 5.1.1.3) and a slightly lower local preference. The camera leg ends in a
    process that cannot resolve the names of another machine's browser
    (draft-ietf-mmusic-mdns-ice-candidates), and this machine's own process knows the addresses.
    Raises SdpError.
    """
    if not text or text.startswith(("candidate:", "a=candidate:")):
        return "\n".join(_expanded(_one_line(text), addresses))
    lines = [made for line in _lines(text) for made in _expanded(line, addresses)]
    if len(lines) > MAX_LINES:
        raise SdpError("too_many_lines")
    return _joined(lines)


def drop_mdns(text: str) -> str:
    """Without `*.local` candidates, each of which costs aioice a second. Raises SdpError."""
    return expand_mdns(text, ())


def _expanded(line: str, addresses: Sequence[str]) -> list[str]:
    match = _CANDIDATE.fullmatch(line)
    if match is None or not match["address"].lower().endswith(".local"):
        return [line]
    made = []
    for number, address in enumerate(addresses[:MAX_ADDRESSES]):
        foundation = f"{match['foundation'][:31]}{number}"
        priority = max(1, int(match["priority"]) - (number << 8))
        made.append(
            f"{match['head']}{foundation} {match['component']} {match['transport']} "
            f"{priority} {address} {match['rest']}"
        )
    return made


def _one_line(candidate: str) -> str:
    if len(candidate) > MAX_CANDIDATE:
        raise SdpError("too_large")
    if not candidate.isprintable():
        raise SdpError("not_sdp")
    return candidate


def _lines(sdp: str) -> list[str]:
    if len(sdp) > MAX_BYTES or len(sdp.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise SdpError("too_large")
    lines = sdp.replace("\r\n", "\n").removesuffix("\n").split("\n")
    if len(lines) > MAX_LINES:
        raise SdpError("too_many_lines")
    if lines[0] != "v=0" or any(not _is_line(line) for line in lines):
        raise SdpError("not_sdp")
    return lines


def _is_line(line: str) -> bool:
    return line[1:2] == "=" and line[0].isascii() and line[0].islower() and line.isprintable()


def _joined(lines: list[str]) -> str:
    return "\r\n".join(lines) + "\r\n"


def _sections(lines: list[str]) -> list[list[str]]:
    """The session's own lines, then those of each m-section."""
    sections: list[list[str]] = [[]]
    for line in lines:
        if line.startswith("m="):
            sections.append([])
        sections[-1].append(line)
    return sections


def _has_fingerprint(lines: list[str]) -> bool:
    return any(line.startswith("a=fingerprint:") for line in lines)


def _covered(section: list[str]) -> bool:
    """A rejected section (port 0, RFC 3264 6) carries nothing; a bundled one does (RFC 9143)."""
    rejected = section[0].split(" ")[1:2] == ["0"] and "a=bundle-only" not in section
    return rejected or _has_fingerprint(section)
