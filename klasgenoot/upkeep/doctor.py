"""What `klasgenoot doctor` found, for who stands beside the set and for the helpdesk. Pure.

Nothing here names a person or an address: details are numbers, codes and names of parts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import msgspec

from klasgenoot.fault_words import advice
from klasgenoot.faults import FAULTS

State = Literal["good", "wrong", "unknown"]

NAMES: dict[str, str] = {
    "settings": "Instellingen",
    "agent": "Programma",
    "camera": "Camera: beeld",
    "ptz": "Camera: draait",
    "light": "Vraaglamp",
    "microphone": "Microfoon",
    "screen": "Scherm",
    "network": "Netwerk",
    "server": "Server",
    "pair": "Gekoppeld",
    "clock": "Klok",
    "disk": "Ruimte op de schijf",
    "units": "Start vanzelf",
    "update": "Updates",
    "privacy": "Bewaart niets",
}
"""Every check there is, in the order in which it is shown."""

_ADVICE = {
    "settings_wrong": "Verbeter de regel die hierboven staat in /etc/klasgenoot/klasgenoot.toml.",
    "agent_off": "Geef: sudo systemctl restart klasgenoot. Lukt het niet? Bel de helpdesk.",
    "units_off": "Start het installatiescript nog eens: dat zet ze weer aan.",
    "recording_possible": "Geef: sudo klasgenoot prove. Het verslag zegt wat er moet gebeuren.",
    "network_poor": "Het werkt, maar niet scherp. Geef: klasgenoot probe, voor een verslag.",
}
"""What a monteur does; all that a screen says too is in the catalogue (fault_words.py)."""

_UNKNOWN = "Niet te zien. Kijk met sudo, of terwijl de Klasgenoot aan staat."


@dataclass(frozen=True)
class Finding:
    """`name` is a key of NAMES; `code` one of faults.FAULTS or of this file's own, if wrong."""

    name: str
    state: State
    code: str = ""
    detail: str = ""

    @property
    def advice(self) -> str:
        """What to do, in Dutch; "" when nothing."""
        if self.code:
            return _ADVICE.get(self.code) or advice(self.code)
        return _UNKNOWN if self.state == "unknown" else ""


def verdict(findings: Sequence[Finding]) -> State:
    """Wrong when anything is; good when enough was seen to say so."""
    states = {finding.state for finding in findings}
    seen = all(f.state == "good" for f in findings if f.name in ("agent", "camera", "server"))
    if "wrong" in states:
        return "wrong"
    return "good" if seen else "unknown"


def part_finding(name: str, told: str) -> Finding:
    """From what the agent says of a part: `ok`, `unknown`, `wrong:code` (service.py)."""
    word, _, code = told.partition(":")
    if word == "ok":
        return Finding(name, "good")
    if word != "wrong":
        return Finding(name, "unknown")
    # Only codes that are known: what comes from elsewhere is shown to nobody.
    return Finding(name, "wrong", code if code in FAULTS else "unknown")


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """One finding for the helpdesk."""

    name: str
    state: State
    code: str
    advice: str
    detail: str


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What `klasgenoot doctor --json` prints."""

    v: int
    version: str
    verdict: State
    findings: tuple[Told, ...]


def report(findings: Sequence[Finding], version: str) -> Report:
    told = tuple(
        Told(name=f.name, state=f.state, code=f.code, advice=f.advice, detail=f.detail)
        for f in findings
    )
    return Report(v=1, version=version, verdict=verdict(findings), findings=told)
