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
