"""The figures of the sound bench: what was made is what is measured."""

import numpy as np
import pytest

from bench.lab_pulse import RATE_HZ, Samples
from bench.sound_figures import delays_ms, intelligibility, lag, level_db, voice_lost_db


def speech(seed: int, seconds: float = 7.0) -> Samples:
    """Noise in syllables with pauses between them, at about -23 dBFS."""
    dice = np.random.default_rng(seed)
    time = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    syllables = np.clip(np.sin(2 * np.pi * (3 + seed / 7) * time + seed), 0, None) ** 2
    spectrum = np.fft.rfft(dice.standard_normal(len(time)))
    spectrum[np.fft.rfftfreq(len(time), 1 / RATE_HZ) > 4000] = 0
    sound: Samples = np.fft.irfft(spectrum, len(time)) * syllables
    return sound * 10 ** (-23 / 20) / np.sqrt(np.mean(sound**2))


VOICE, OTHER = speech(1), speech(2)


def later(sound: Samples, ms: float, gain_db: float = 0.0) -> Samples:
    silence = np.zeros(round(ms * RATE_HZ / 1000))
    return np.concatenate([silence, sound, np.zeros(2 * RATE_HZ)]) * 10 ** (gain_db / 20)


@pytest.mark.parametrize("ms", [0, 87.5, 400])
def test_delay(ms: float) -> None:
    found = delays_ms(VOICE, later(VOICE, ms, -12))
    assert len(found) > 6
    assert found == pytest.approx([ms] * len(found), abs=0.1)
    assert delays_ms(VOICE, later(OTHER, ms)) == []  # other words are not recognised
    assert delays_ms(VOICE, np.zeros(len(VOICE) + RATE_HZ)) == []


def test_intelligibility() -> None:
    noise = np.random.default_rng(3).standard_normal(len(VOICE) + 2 * RATE_HZ + 4800)
    clean, dirty = (
        intelligibility(VOICE, later(VOICE, 100) + level * noise) for level in (1e-5, 1.0)
    )
    assert min(clean) > 0.99
    assert max(dirty) < 0.8


def test_level_and_what_a_voice_loses() -> None:
    assert level_db(VOICE) == pytest.approx(-23, abs=0.01)
    assert level_db(np.zeros(100)) == pytest.approx(-120)
    alone, both = later(VOICE, 130), later(VOICE, 160, -9)  # a buffer grew meanwhile
    assert voice_lost_db(VOICE, OTHER, alone, both) == pytest.approx(9, abs=0.2)
    assert voice_lost_db(VOICE, OTHER, alone, alone) == pytest.approx(0, abs=0.01)
    at, alike = lag(VOICE, alone)
    assert at == pytest.approx(0.13 * RATE_HZ, abs=2)
    assert alike == pytest.approx(1, abs=0.01)
