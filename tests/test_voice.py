"""The voice's line: short packets, and a pupil without a camera is heard in class."""

import pytest

from tests.conftest import Lesson, wait_for

pytestmark = pytest.mark.browser

AUDIO = "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=ptime:20\r\na=maxptime:60\r\na=mid:0\r\n"
SHORT = "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\na=ptime:10\r\n"
VIDEO = "m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:1\r\n"
HEAD = "v=0\r\ns=-\r\n"


@pytest.mark.parametrize(
    ("told", "used"),
    [
        (HEAD + AUDIO + VIDEO, HEAD + SHORT + VIDEO),
        (HEAD + VIDEO + AUDIO.replace("\r\n", "\n"), HEAD + VIDEO + SHORT),
        (HEAD + VIDEO, HEAD + VIDEO),
        ("", ""),
        ("m=audio", "m=audio"),
        (HEAD + "a=m=audio 1\r\n", HEAD + "a=m=audio 1\r\n"),
    ],
)
def test_short_packets_are_asked_for_the_voice_alone(lesson: Lesson, told: str, used: str) -> None:
    sdp = "async (told) => (await import('/gedeeld/voice.js')).atOnce(told)"
    assert lesson.home.evaluate(sdp, told) == used


RED = (
    AUDIO.replace(" 111", " 111 63 9") + "a=rtpmap:111 opus/48000/2\r\na=rtpmap:63 red/48000/2\r\n"
)


@pytest.mark.parametrize(
    ("told", "first"),
    [
        (HEAD + RED, "m=audio 9 UDP/TLS/RTP/SAVPF 63 111 9\r\n"),
        (HEAD + AUDIO, "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n"),
        (HEAD + VIDEO + "a=rtpmap:63 red/48000/2\r\n", "m=video 9 UDP/TLS/RTP/SAVPF 96\r\n"),
        ("m=audio\r\na=rtpmap:63 red/48000\r\n", "m=audio"),
    ],
)
def test_twice_where_both_know_how(lesson: Lesson, told: str, first: str) -> None:
    sdp = "async (told) => (await import('/gedeeld/voice.js')).atOnce(told, true)"
    assert first in lesson.home.evaluate(sdp, told)


def second(received: int, lost: int, told: float = 0) -> list[object]:
    return [{"received": received, "lost": lost}, told]


@pytest.mark.parametrize(
    ("seconds", "twice"),
    [
        ([], False),
        ([second(100, 0), second(199, 1), second(298, 2)], False),
        ([second(100, 0), second(195, 5)], True),
        ([second(100, 0), second(195, 5), *[second(200, 5)] * 59], True),
        ([second(100, 0), second(195, 5), *[second(200, 5)] * 65], False),
        ([second(100, 0, 0.05)], True),  # heard from the other side
        ([[None, 0], [None, 0.03]], True),
        ([second(100, 9), second(200, 3)], False),  # what came late is no longer counted as lost
        ([second(0, 0), second(0, 0)], False),
    ],
)
def test_when_the_voice_is_sent_twice(
    lesson: Lesson, seconds: list[list[object]], twice: bool
) -> None:
    step = """async (seconds) => {
        const { Losses } = await import('/gedeeld/voice.js');
        const losses = new Losses();
        seconds.forEach(([came, told], at) => losses.step(came, told, 1000 * (at + 1)));
        return losses.twice;
    }"""
    assert lesson.home.evaluate(step, seconds) is twice


WATCHED = """{
    globalThis.legs = [];
    globalThis.RTCPeerConnection = class extends RTCPeerConnection {
        constructor(...rest) { super(...rest); legs.push(this); }
    };
}"""
BYTES_EACH = """async () => {
    const sent = async () => {
        for (const leg of legs.filter(({ connectionState }) => connectionState === 'connected'))
            for (const report of (await leg.getStats()).values())
                if (report.type === 'outbound-rtp' && report.kind === 'audio') return report;
        return { bytesSent: 0, packetsSent: 0 };
    };
    const from = await sent();
    await new Promise((done) => setTimeout(done, 500));
    const to = await sent();
    return (to.bytesSent - from.bytesSent) / (to.packetsSent - from.packetsSent);
}"""
LOSES = """(() => {
    const look = RTCRtpReceiver.prototype.getStats;
    let lost = 0;
    RTCRtpReceiver.prototype.getStats = async function () {
        return new Map([...(await look.call(this))].map(([id, report]) => [
            id, report.type === 'inbound-rtp' ? { ...report, packetsLost: (lost += 50) } : report,
        ]));
    };
})()"""


def test_on_a_line_that_loses_the_voice_goes_twice_both_ways(lesson: Lesson) -> None:
    """The loss is told, not made; what is sent is real."""
    home, screen = lesson.home, lesson.screen
    for page in (home, screen):
        page.add_init_script(WATCHED)
        page.reload()
    lesson.wait_state(home, "live")
    lesson.wait_state(screen, "live")
    wait_for(lambda: abs(lesson.class_hears() - 660) < 15, what="660 Hz in class")
    wait_for(lambda: abs(lesson.home_hears() - 880) < 15, what="880 Hz at home")
    for page in (home, screen):
        once = page.evaluate(BYTES_EACH)
        assert 10 < once < 70
        page.evaluate(LOSES)
        wait_for(
            lambda page=page, once=once: page.evaluate(BYTES_EACH) > 1.7 * once,  # type: ignore[misc]
            what="more in each packet",
        )
    wait_for(lambda: abs(lesson.class_hears() - 660) < 15, what="660 Hz in class still")
    wait_for(lambda: abs(lesson.home_hears() - 880) < 15, what="880 Hz at home still")


NO_CAMERA = """{
    const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (wanted) => {
        if (wanted.video) throw new DOMException('none', 'NotFoundError');
        return ask(wanted);
    };
}"""
PLAYS_AT = "(({ paused, currentTime }) => paused ? 0 : currentTime)"


def test_a_pupil_without_a_camera_is_heard(lesson: Lesson) -> None:
    """The element plays, that is: its stream alone may hold a voice that nobody hears."""
    home, screen = lesson.home, lesson.screen
    wait_for(lambda: abs(lesson.class_hears() - 660) < 15, what="660 Hz in class")
    home.add_init_script(NO_CAMERA)
    home.reload()  # comes back only when the page waits for no picture of its own
    screen.wait_for_selector("#placeholder:visible")
    wait_for(lambda: abs(lesson.class_hears() - 660) < 15, what="660 Hz in class again")
    at = f"{PLAYS_AT}(document.querySelector('#leerling-video'))"
    first = screen.evaluate(at)
    wait_for(lambda: screen.evaluate(at) > first, what="the voice out of the loudspeaker")
