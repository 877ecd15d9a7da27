"""The pages look at the certificate that the browser really got."""

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.conftest import Lesson, wait_for

pytestmark = pytest.mark.browser

_LOOK = """async ([hash]) => {
    const { certificateHolds } = await import('/gedeeld/peer.js');
    const [a, b] = [new RTCPeerConnection(), new RTCPeerConnection()];
    try {
        a.createDataChannel('control');
        a.addTransceiver('video');
        await a.setLocalDescription();
        await b.setRemoteDescription(a.localDescription);
        const early = await certificateHolds(b, a.localDescription.sdp);
        await b.setLocalDescription();
        const connected = new Promise((done) => {
            a.onconnectionstatechange = () => a.connectionState === 'connected' && done();
        });
        for (const [from, to] of [[a, b], [b, a]])
            from.onicecandidate = ({ candidate }) => candidate && to.addIceCandidate(candidate);
        await a.setRemoteDescription(b.localDescription);
        await connected;
        const sdp = b.localDescription.sdp;
        const other = sdp.replace(/(sha-256 )../g, (_, head) => head + hash);
        return {
            early,
            right: await certificateHolds(a, sdp),
            own: await certificateHolds(a, a.localDescription.sdp),
            changed: await certificateHolds(a, other) && other !== sdp,
            none: await certificateHolds(a, sdp.replace(/a=fingerprint.*/g, 'a=setup:active')),
        };
    } finally {
        a.close();
        b.close();
    }
}"""


@pytest.mark.parametrize("page", ["home", "screen"])
def test_only_the_named_certificate_holds(lesson: Lesson, page: str) -> None:
    found = getattr(lesson, page).evaluate(_LOOK, ["0F"])
    assert found == {
        "early": False,
        "right": True,
        "own": False,
        "changed": False,
        "none": False,
    }


def test_nothing_is_shown_when_it_does_not_hold(lesson: Lesson) -> None:
    """The set's page and the laptop's, each with a browser that tells of another certificate."""
    lie = """RTCDtlsTransport.prototype.getRemoteCertificates = () => [new ArrayBuffer(8)]"""
    home = lesson.home
    home.click("[data-action=leave]")
    lesson.wait_state(home, "off")
    true_look = "globalThis.trueLook = RTCDtlsTransport.prototype.getRemoteCertificates;"
    home.evaluate(f"() => {{ {true_look} {lie}; }}")
    home.click("[data-action=join]")
    lesson.wait_state(home, "refused")
    assert "jouw Klasgenoot" in home.inner_text("body")
    assert (
        home.evaluate("document.querySelector('#klas-video').srcObject?.active ?? false") is False
    )
    home.evaluate("() => { RTCDtlsTransport.prototype.getRemoteCertificates = trueLook; }")
    home.click("[data-action=join]")
    lesson.wait_state(home, "live")


_KEEP = """
globalThis.kept = [];
globalThis.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...given) { super(...given); kept.push(this); }
};"""
_AGREED = """async () => {
    const open = kept.filter((pc) => pc.connectionState === 'connected');
    return await Promise.all(open.map(async (pc) => {
        const found = [...(await pc.getStats()).values()];
        const one = found.find((report) => report.type === 'transport');
        const named = (id) => found.find((report) => report.id === id).fingerprint;
        return {
            srtp: one.srtpCipher, dtls: one.dtlsCipher, version: one.tlsVersion,
            ends_at_the_agent: !pc.getReceivers().some(({ track }) => track.kind === 'audio'),
            ours: named(one.localCertificateId), theirs: named(one.remoteCertificateId),
        };
    }));
}"""
_VERSIONS = {"FEFD", "FEFC"}  # DTLS 1.2 and 1.3


def _count(page: Page, state: str) -> int:
    """How many of the page's connections are in this state; its CSP lets nothing be waited for."""
    count: int = page.evaluate(
        "(state) => kept.filter((pc) => pc.connectionState === state).length", state
    )
    return count


def _agreed(page: Page, legs: int) -> list[dict[str, Any]]:
    wait_for(lambda: _count(page, "connected") >= legs)
    found: list[dict[str, Any]] = page.evaluate(_AGREED)
    return found


@pytest.fixture
def kept(lesson: Lesson) -> Page:
    """The home page, in class, with all its connections to be looked at."""
    lesson.home.click("[data-action=leave]")  # a page in class would join again by itself
    lesson.wait_state(lesson.home, "off")
    lesson.home.add_init_script(_KEEP)
    lesson.home.reload()
    lesson.home.click("[data-action=join]")
    lesson.wait_state(lesson.home, "live")
    return lesson.home


def test_both_legs_authenticate_and_share_no_certificate(lesson: Lesson, kept: Page) -> None:
    first = _agreed(kept, 2)
    for leg in first:
        # Between two Chromiums it is their own choice; no page can tell them.
        assert "AEAD" in leg["srtp"] or not leg["ends_at_the_agent"]
        assert "NULL" not in leg["srtp"]
        assert "GCM" in leg["dtls"] or "CHACHA20" in leg["dtls"]
        assert leg["version"] in _VERSIONS
    assert {leg["ends_at_the_agent"] for leg in first} == {True, False}
    kept.click("[data-action=leave]")
    lesson.wait_state(kept, "off")
    kept.evaluate("kept.length = 0")
    kept.click("[data-action=join]")
    lesson.wait_state(kept, "live")
    seen = [leg[end] for leg in (*first, *_agreed(kept, 2)) for end in ("ours", "theirs")]
    assert len(seen) == len(set(seen)) == 8


_ANOTHER = """() => {
    globalThis.ends = [];
    globalThis.RTCPeerConnection = class extends RTCPeerConnection {
        constructor(...given) {
            super(...given);
            this.addEventListener('connectionstatechange', () => {
                if (['connected', 'failed'].includes(this.connectionState))
                    ends.push(this.connectionState);
            });
        }
        setRemoteDescription({ type, sdp }) {
            const other = (hex) => (hex === '0F' ? 'F0' : '0F');
            const named = /(fingerprint:sha-256 )(..)/g;
            const changed = sdp.replace(named, (_, head, hex) => head + other(hex));
            return super.setRemoteDescription({ type, sdp: changed });
        }
    };
}"""


def test_nothing_is_shown_when_it_is_not_the_described_one(lesson: Lesson) -> None:
    """The description names another certificate than the set has: Chromium ends it by itself."""
    home = lesson.home
    home.click("[data-action=leave]")
    lesson.wait_state(home, "off")
    home.evaluate(_ANOTHER)
    home.click("[data-action=join]")
    wait_for(lambda: home.evaluate("ends.length"))
    assert set(home.evaluate("ends")) == {"failed"}
    assert lesson.state(home) != "live"
    assert (
        home.evaluate("document.querySelector('#klas-video').srcObject?.active ?? false") is False
    )
    home.click("[data-action=leave]")
    lesson.wait_state(home, "off")
    home.reload()
    home.click("[data-action=join]")
    lesson.wait_state(home, "live")
