"""Area `set`, scenarios `audio` and `audio_5pct_loss`: how both sides hear each other.

The loudspeaker goes straight into the class microphone, without any attenuation: worse than any
room. All through real browsers, the talk leg on a line of its own (bench/lab_net.py). Three and a
half minutes; `SYSTEM=klasgenoot` leaves the peer out.
"""

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import sync_playwright

from bench.lab_net import Lab, lab
from bench.lab_pulse import Pulse, Samples, hearing, pulse
from bench.results import Bound, Results, percentile
from bench.sound_figures import delays_ms, intelligibility, level_db, voice_lost_db
from bench.sound_stage import ChromiumPeer, Klasgenoot, furnish, speaking
from bench.speech import PUPIL, TEACHER, speak

AREA = "set"
_A, _LOSS = "audio", "audio_5pct_loss"
BOUNDS = (
    Bound(AREA, _A, "echo_return_db", False, 45),
    Bound(AREA, _A, "double_talk_loss_db", True, 6),
    Bound(AREA, _A, "mouth_to_ear_p50_ms", True, 120),
    Bound(AREA, _LOSS, "stoi", False, 0.9),
)
_SPEECH_S = 12
_AFTER_S = 1.5  # the last words are on their way


def measure(results: Results) -> None:
    """Measure the product and plain Chromium, one after the other on the same line."""
    with sync_playwright() as playwright, lab() as line, pulse() as air, _folder() as folder:
        furnish(air)
        for system in (Klasgenoot, ChromiumPeer):
            if system.name not in os.environ.get("SYSTEM", system.name).split(","):
                continue
            measured = _Measured(line, air, folder)
            with speaking(playwright, line, air, system):
                measured.listen()
            measured.figures(results, system.name)


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


class _Measured:
    def __init__(self, line: Lab, air: Pulse, folder: Path) -> None:
        self._line, self._air = line, air
        self.teacher = speak(folder, "teacher", TEACHER, "nl", _SPEECH_S)
        self.pupil = speak(folder, "pupil", PUPIL, "nl+f3", _SPEECH_S)

    def listen(self) -> None:
        """Nothing is computed meanwhile: both browsers need the processors, or keep more sound."""
        # Gain control and echo canceller hear both voices first.
        self._say(teacher=True, pupil=False)
        self._say(teacher=False, pupil=True)
        self.one, self.two = self._say(True, False), self._say(False, True)
        self.both = self._say(True, True)
        self._line.loss(5)
        self.one_lossy, self.two_lossy = self._say(True, False), self._say(False, True)
        self._line.loss(0)

    def figures(self, results: Results, name: str) -> None:
        one, two = self.one, self.two
        there = delays_ms(one["class_air"], one["home_ear"])
        back = delays_ms(two["home_mouth"], two["class_air"])
        results.add(
            AREA, _A, name,
            echo_return_db=level_db(two["class_air"]) - level_db(two["home_ear"]),
            double_talk_loss_db=voice_lost_db(
                self.teacher[1], self.pupil[1], one["home_ear"], self.both["home_ear"]
            ),
            mouth_to_ear_p50_ms=max(percentile(there, 0.5), percentile(back, 0.5)),
            to_home_p50_ms=percentile(there, 0.5),
            to_class_p50_ms=percentile(back, 0.5),
            stoi=min(_to_home(one), _to_class(two)),
        )  # fmt: skip
        to_home, to_class = _to_home(self.one_lossy), _to_class(self.two_lossy)
        results.add(
            AREA, _LOSS, name,
            stoi=min(to_home, to_class), to_home_stoi=to_home, to_class_stoi=to_class,
        )  # fmt: skip

    def _say(self, teacher: bool, pupil: bool) -> dict[str, Samples]:
        """Let either or both speak their piece; gives what was heard at every place."""
        with hearing(self._air, "class_air", "home_mouth", "home_ear") as heard:
            time.sleep(0.5)
            voices = [
                self._air.play(sink, path)
                for speaks, sink, path in (
                    (teacher, "class_air", self.teacher[0]),
                    (pupil, "home_mouth", self.pupil[0]),
                )
                if speaks
            ]
            for voice in voices:
                voice.wait(_SPEECH_S + 20)
            time.sleep(_AFTER_S)
        return heard


def _to_home(heard: dict[str, Samples]) -> float:
    return _mean(intelligibility(heard["class_air"], heard["home_ear"]))


def _to_class(heard: dict[str, Samples]) -> float:
    return _mean(intelligibility(heard["home_mouth"], heard["class_air"]))


def _mean(values: list[float]) -> float:
    return sum(values) / len(values) if values else float("nan")


def main() -> None:
    """`python -m bench.set_audio`: these figures alone, printed and not kept."""
    results = Results()
    measure(results)
    results.show(BOUNDS)


if __name__ == "__main__":
    main()
