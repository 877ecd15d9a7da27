"""What the kiosk page says of microphone and loudspeaker, as parts of the set. Pure."""

from dataclasses import dataclass

from klasgenoot.situation import Part
from signaling.messages import Sounding

_UNHEARD = {"silent", "soft", "clipping"}


_UNKNOWN = Part()


@dataclass(frozen=True)
class Hearing:
    """Nothing is known while there is no screen."""

    microphone: Part = _UNKNOWN
    speaker: Part = _UNKNOWN

    @classmethod
    def of(cls, said: Sounding) -> "Hearing":
        """From the page's last word."""
        return cls(_microphone(said), _speaker(said))


def _microphone(said: Sounding) -> Part:
    if said.microphone != "on":
        refused = said.microphone == "refused"
        return Part(False, "class_mic_refused" if refused else "class_mic_absent")
    if said.hears in _UNHEARD:
        return Part(False, f"class_mic_{said.hears}")
    return Part(True)


def _speaker(said: Sounding) -> Part:
    if said.speaker in ("absent", "unheard"):
        return Part(False, f"speaker_{said.speaker}")
    if said.blocked:
        return Part(False, "sound_blocked")
    return Part(True if said.speaker == "on" else None)
