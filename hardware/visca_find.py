"""Asks at a serial port whether a VISCA camera hangs there: the version inquiry, at each rate.

For the monteur's installation; the driver itself asks again (ptz_conversation.py). A port that
somebody else has open is left alone.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import serial

from hardware import visca
from hardware.visca_reply import Decoder, InquiryData, ViscaReplyError, version_text

BAUDS = (9600, 38400)
ANSWER_S = 0.6
"""A camera with a slow shutter answers within half a second; an adapter adds 16 ms."""

MODELS = {"040d": "evi-d100", "040e": "evi-d70"}
"""≈ Two of Sony's model codes and their profile (profiles.py); the monteur names any other."""


@dataclass(frozen=True, slots=True)
class Found:
    """A camera that answered: where, how fast, and what it says it is."""

    port: str
    baud: int
    version: str
    """As `version_text` gives it."""

    @property
    def profile(self) -> str:
        """The model's profile, "" when it is not known."""
        words = self.version.split()
        return MODELS.get(words[3] if len(words) > 3 else "", "")


def ask(port: str, bauds: Sequence[int] = BAUDS) -> Found | None:
    """The camera on this port, or None; takes at most 0.6 s a rate. Never raises for a port."""
    for baud in bauds:
        try:
            with serial.Serial(port, baud, timeout=0.05, exclusive=True) as line:
                version = _version(line)
        except (OSError, serial.SerialException, ValueError):
            return None
        if version:
            return Found(port, baud, version)
    return None


def _version(line: serial.Serial) -> str:
    decoder = Decoder()
    line.write(visca.encode(visca.AddressSet()))
    line.write(visca.encode(visca.Inquiry(visca.Question.VERSION)))
    until = time.monotonic() + ANSWER_S
    while time.monotonic() < until:
        for reply in decoder.feed(line.read(64)):
            if isinstance(reply, InquiryData):
                try:
                    return version_text(reply.data)
                except ViscaReplyError:
                    continue
    return ""
