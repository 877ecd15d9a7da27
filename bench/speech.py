"""Dutch speech out of espeak-ng, as files and as samples."""

import subprocess
import wave
from pathlib import Path

import numpy as np
from scipy.io import wavfile
from scipy.signal import resample_poly

from bench.lab_pulse import RATE_HZ, Samples

LEVEL_DB = -23.0  # mean of the speech, dBFS: a voice at a microphone that is set well
_PEAK = 0.9

TEACHER = (
    "Goedemorgen allemaal, pak je rekenboek en ga naar bladzijde vierendertig. "
    "We beginnen met de eerste drie sommen, die maken jullie samen met je buurman. "
    "Wie weet er hoeveel zeven keer acht is? Steek je vinger maar op. "
    "Daarna kijken we naar de kaart van Nederland, waar liggen de grote rivieren? "
    "De Rijn komt uit Zwitserland en stroomt langs Arnhem naar de Noordzee. "
    "Leg je pen neer en luister goed, want dit komt morgen in de toets."
)
PUPIL = (
    "Juf, ik heb een vraag over de tweede som, ik snap niet hoe je moet delen. "
    "Mag ik met Sanne samenwerken? Wij hadden gisteren al een stukje gemaakt. "
    "Ik denk dat het antwoord zesenvijftig is, maar ik weet het niet zeker. "
    "Kunt u het bord iets naar links draaien? Dan kan ik de kaart beter zien. "
    "Vanmiddag komt mijn oma op bezoek en dan bakken wij pannenkoeken. "
    "Ik vind het leuk om jullie allemaal weer te horen, tot morgen in de klas."
)


def speak(folder: Path, name: str, words: str, voice: str, seconds: float) -> tuple[Path, Samples]:
    """A WAV file of at most `seconds`, 48 kHz, and its samples."""
    raw = folder / f"{name}-raw.wav"
    subprocess.run(
        ["espeak-ng", "-v", voice, "-s", "145", "-w", str(raw), words], check=True, timeout=60
    )
    rate, spoken = wavfile.read(raw)
    samples = resample_poly(spoken.astype(np.float64), RATE_HZ, rate)[: round(seconds * RATE_HZ)]
    samples *= 10 ** (LEVEL_DB / 20) / np.sqrt(np.mean(samples**2))
    samples = np.clip(samples, -_PEAK, _PEAK)
    path = folder / f"{name}.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes((samples * 32767).astype("<i2").tobytes())
    return path, samples
