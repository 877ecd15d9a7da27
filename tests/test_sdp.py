"""What is read from and changed in an SDP."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.identity import TrustError
from signaling.sdp import (
    MAX_ADDRESSES,
    MAX_BYTES,
    MAX_LINES,
    SdpError,
    drop_mdns,
    expand_mdns,
    keep_sha256,
    require_one_fingerprint,
)

PRINT = ":".join(f"{n:02X}" for n in range(32))
OTHER = ":".join(f"{n:02X}" for n in range(1, 33))
LINE = f"a=fingerprint:sha-256 {PRINT}"
HEAD = ["v=0", "o=- 1 2 IN IP4 127.0.0.1", "s=-", "t=0 0"]
VIDEO = ["m=video 9 UDP/TLS/RTP/SAVPF 96", "c=IN IP4 0.0.0.0"]
DATA = ["m=application 9 UDP/DTLS/SCTP webrtc-datachannel", "c=IN IP4 0.0.0.0"]
MDNS = "candidate:12 1 udp 2113937151 0a1b-2c3d.local 54321 typ host generation 0"


def sdp(*lines: str) -> str:
    return "\r\n".join(lines) + "\r\n"


GOOD = [
    sdp(*HEAD, LINE, *VIDEO, *DATA),
    sdp(*HEAD, *VIDEO, LINE, *DATA, LINE),
    sdp(*HEAD, LINE, *VIDEO, LINE, *DATA),
    sdp(*HEAD, *VIDEO, LINE, "m=audio 0 UDP/TLS/RTP/SAVPF 0"),  # rejected: carries nothing
    sdp(*HEAD, LINE, *VIDEO).replace("\r\n", "\n"),
]
BAD = {
    "none": sdp(*HEAD, *VIDEO),
    "two": sdp(*HEAD, *VIDEO, LINE, *DATA, LINE.replace(PRINT, OTHER)),
    "two in a section": sdp(*HEAD, *VIDEO, LINE, LINE.replace(PRINT, OTHER)),
    "session and section differ": sdp(*HEAD, LINE, *VIDEO, LINE.replace(PRINT, OTHER)),
    "a section uncovered": sdp(*HEAD, *VIDEO, LINE, *DATA),
    "a bundled section uncovered": sdp(
        *HEAD, *VIDEO, LINE, "m=audio 0 UDP/TLS/RTP/SAVPF 0", "a=bundle-only"
    ),
    "another hash besides": sdp(*HEAD, LINE, f"a=fingerprint:sha-384 {PRINT}", *VIDEO),
    "another hash only": sdp(*HEAD, f"a=fingerprint:sha-1 {PRINT}", *VIDEO),
    "capitals": sdp(*HEAD, LINE, LINE.replace("fingerprint", "FINGERPRINT"), *VIDEO),
    "capital hash": sdp(*HEAD, LINE.replace("sha", "SHA"), *VIDEO),
    "small letters": sdp(*HEAD, LINE.replace(PRINT, PRINT.lower()), *VIDEO),
    "more space": sdp(*HEAD, LINE.replace("sha-256 ", "sha-256  "), *VIDEO),
    "space at the end": sdp(*HEAD, LINE + " ", *VIDEO),
    "too short": sdp(*HEAD, LINE[:-3], *VIDEO),
    "too long": sdp(*HEAD, LINE + ":00", *VIDEO),
    "hidden behind a bare CR": sdp(*HEAD, LINE, f"a=x\r{LINE.replace(PRINT, OTHER)}", *VIDEO),
    "a section behind a bare CR": sdp(*HEAD, *VIDEO, LINE, "a=x\rm=audio 9 UDP/TLS/RTP/SAVPF 0"),
    "hidden behind NUL": sdp(*HEAD, LINE + "\0", *VIDEO),
    "no SDP": "hello",
    "empty": "",
    "a blank line": sdp(*HEAD, "", LINE, *VIDEO),
    "too large": sdp(*HEAD, LINE, *VIDEO, "a=x:" + "y" * MAX_BYTES),
    "too many lines": sdp(*HEAD, LINE, *VIDEO, *["a=x"] * MAX_LINES),
}


@pytest.mark.parametrize("text", GOOD)
def test_one_fingerprint_for_all(text: str) -> None:
    assert require_one_fingerprint(text) == PRINT


@pytest.mark.parametrize("name", BAD)
def test_anything_else_is_refused(name: str) -> None:
    with pytest.raises(TrustError, match="bad_fingerprint"):
        require_one_fingerprint(BAD[name])


@given(st.text(max_size=200), st.integers(0, 400))
def test_rubbish_is_refused_by_name(rubbish: str, place: int) -> None:
    text = GOOD[1][:place] + rubbish + GOOD[1][place:]
    for act in (require_one_fingerprint, keep_sha256, drop_mdns):
        with contextlib.suppress(TrustError, SdpError):
            act(text)


@given(st.integers(0, len(GOOD[1]) - 1), st.characters(codec="ascii"))
def test_no_changed_character_yields_another_fingerprint(place: int, char: str) -> None:
    """One changed digit makes the two lines differ, so nothing but the one value comes out."""
    try:
        found = require_one_fingerprint(GOOD[1][:place] + char + GOOD[1][place + 1 :])
    except TrustError:
        return
    assert found == PRINT


def test_only_sha_256_is_kept() -> None:
    text = sdp(
        *HEAD, *VIDEO, LINE, f"a=fingerprint:sha-384 {PRINT}", f"a=fingerprint:sha-512 {OTHER}"
    )
    with pytest.raises(TrustError):
        require_one_fingerprint(text)
    assert keep_sha256(text) == sdp(*HEAD, *VIDEO, LINE)


def test_hidden_addresses_become_the_machine_s_own() -> None:
    text = sdp(*HEAD, LINE, *VIDEO, f"a={MDNS}", "a=end-of-candidates")
    expanded = expand_mdns(text, ["192.0.2.1", "2001:db8::1"]).splitlines()
    assert expanded[-3:] == [
        "a=candidate:120 1 udp 2113937151 192.0.2.1 54321 typ host generation 0",
        "a=candidate:121 1 udp 2113936895 2001:db8::1 54321 typ host generation 0",
        "a=end-of-candidates",
    ]
    assert ".local" not in drop_mdns(text)
    assert drop_mdns(text) == text.replace(f"a={MDNS}\r\n", "")


def test_a_trickled_candidate_is_expanded_too() -> None:
    assert expand_mdns(MDNS, ["192.0.2.1", "192.0.2.2"]).splitlines() == [
        "candidate:120 1 udp 2113937151 192.0.2.1 54321 typ host generation 0",
        "candidate:121 1 udp 2113936895 192.0.2.2 54321 typ host generation 0",
    ]
    assert expand_mdns(MDNS, []) == ""
    assert expand_mdns("", ["192.0.2.1"]) == ""  # end of candidates
    known = MDNS.replace("0a1b-2c3d.local", "198.51.100.1")
    assert expand_mdns(known, ["192.0.2.1"]) == known


def test_expanding_is_bounded() -> None:
    many = [f"192.0.2.{n}" for n in range(100)]
    assert len(expand_mdns(MDNS, many).splitlines()) == MAX_ADDRESSES
    with pytest.raises(SdpError, match="too_many_lines"):
        expand_mdns(sdp(*HEAD, *VIDEO, *[f"a={MDNS}"] * 200), many)
    with pytest.raises(SdpError, match="too_large"):
        expand_mdns("candidate:" + "x" * 2_000, many)
    with pytest.raises(SdpError, match="not_sdp"):
        expand_mdns(MDNS + "\r\na=candidate:2", many)
    with pytest.raises(SdpError, match="not_sdp"):
        expand_mdns("hello", many)


async def test_what_aiortc_makes_passes() -> None:
    from aiortc import RTCConfiguration, RTCPeerConnection

    connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    connection.createDataChannel("x")
    connection.addTransceiver("video")
    await connection.setLocalDescription(await connection.createOffer())
    text = keep_sha256(connection.localDescription.sdp)
    await connection.close()
    assert require_one_fingerprint(text) in text
    assert text.count("a=fingerprint:") == 2
