"""The pages look at the certificate that the browser really got."""

import pytest

from tests.conftest import Lesson

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
