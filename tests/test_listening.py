"""Listening to a microphone opens no loudspeaker, and hears."""

import pytest

from tests.conftest import Lesson

pytestmark = pytest.mark.browser

HEARS = """async () => {
    const { listeningContext } = await import('/gedeeld/listening.js');
    const context = listeningContext({ latencyHint: 'playback' });
    const tone = await navigator.mediaDevices.getUserMedia({ audio: true });
    const ear = new AnalyserNode(context, { fftSize: 4096 });
    new MediaStreamAudioSourceNode(context, { mediaStream: tone }).connect(ear);
    await context.resume();
    const samples = new Float32Array(ear.fftSize);
    for (let look = 0; look < 200; look++) {
        await new Promise((done) => setTimeout(done, 50));
        ear.getFloatTimeDomainData(samples);
        if (samples.some((sample) => Math.abs(sample) > 0.01))
            return context.sinkId.type;
    }
    return 'silence';
}"""


def test_it_hears_without_a_loudspeaker(lesson: Lesson) -> None:
    assert lesson.home.evaluate(HEARS) == "none"
