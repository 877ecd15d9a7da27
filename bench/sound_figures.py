"""Figures out of what was said and what was heard. Pure; samples at 48 kHz."""

import numpy as np
from pystoi import stoi as pystoi_stoi
from scipy.signal import correlate

from bench.lab_pulse import RATE_HZ, Samples

_FRAME = RATE_HZ // 50
_ACTIVE_DB = -30.0  # below the loudest frame of the speech: a pause
_ALIKE = 0.35  # of a perfect correlation: what is less is not the same words
_SILENCE = 1e-6  # -120 dBFS


def level_db(samples: Samples) -> float:
    """Mean level, dBFS (1 is full scale)."""
    return float(20 * np.log10(np.sqrt(np.mean(samples**2)) + _SILENCE))


def frame_powers(samples: Samples) -> Samples:
    """Mean power of each 20 ms."""
    whole = samples[: len(samples) // _FRAME * _FRAME].reshape(-1, _FRAME)
    powers: Samples = np.mean(whole**2, axis=1)
    return powers


def active(speech: Samples) -> np.ndarray:
    """Which frames of 20 ms hold speech."""
    powers = frame_powers(speech)
    mask: np.ndarray = powers > powers.max() * 10 ** (_ACTIVE_DB / 10)
    return mask


def lag(said: Samples, heard: Samples) -> tuple[int, float]:
    """Samples by which `said` lies later in `heard`, and how alike both are there, 0..1."""
    likeness = np.abs(correlate(heard, said, mode="valid", method="fft"))
    at = int(np.argmax(likeness))
    there = heard[at : at + len(said)]
    scale = np.linalg.norm(said) * np.linalg.norm(there)
    return at, float(likeness[at] / scale) if scale > 0 else 0.0


def delays_ms(mouth: Samples, ear: Samples, longest_s: float = 1.0) -> list[float]:
    """From mouth to ear, for each second of speech that can be recognised again."""
    window, reach = RATE_HZ, round(longest_s * RATE_HZ)
    loud = frame_powers(mouth).max() * 10 ** (_ACTIVE_DB / 10)
    found = []
    for start in range(0, min(len(mouth), len(ear) - reach) - window, window // 2):
        said = mouth[start : start + window]
        if np.mean(said**2) < loud:
            continue
        at, alike = lag(said, ear[start : start + window + reach])
        if alike > _ALIKE:
            found.append(1000 * at / RATE_HZ)
    return found


def intelligibility(mouth: Samples, ear: Samples, longest_s: float = 1.0) -> list[float]:
    """STOI of each three seconds, each put in its place first: a jitter buffer moves speech."""
    window, reach = 3 * RATE_HZ, round(longest_s * RATE_HZ)
    found = []
    for start in range(0, min(len(mouth), len(ear) - reach) - window, window):
        said = mouth[start : start + window]
        if active(said).mean() < 0.3 or level_db(said) < -45:
            continue
        at, _ = lag(said, ear[start : start + window + reach])
        there = ear[start + at : start + at + window]
        found.append(float(pystoi_stoi(said, there, RATE_HZ, extended=False)))
    return found


def voice_lost_db(voice: Samples, other: Samples, alone: Samples, both: Samples) -> float:
    """What a voice lost in `both` against `alone`, in the frames in which both voices speak.

    `voice` and `other` are what was said, begun together; `alone` and `both` what was heard.
    """
    length = min(len(voice), len(other)) // _FRAME
    frames = (active(voice)[:length] & active(other)[:length]).nonzero()[0]
    powers = []
    for heard in (alone, both):
        at, _ = lag(voice, heard)
        powers.append(frame_powers(heard[at : at + len(voice)])[frames].sum())
    return float(10 * np.log10(powers[0] / max(powers[1], 1e-12)))
