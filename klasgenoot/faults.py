"""Every fault of the set that its screen can name: where it sits, how grave it is, who mends it.

Pure. One row a code, in the order in which they have to be solved: what stands higher makes what
stands below it look broken. The words are in signaling/web/teksten-storing.js (`fault.`,
`advice.`, `klas.notice.` + code); docs/faults.md is made of both.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

CheckName = Literal[
    "power",
    "set",
    "network",
    "server",
    "camera",
    "ptz",
    "light",
    "microphone",
    "speaker",
    "screen",
    "pupil",
]
"""The lines of the checklist; their words are `check.` + name."""

Who = Literal["buddy", "teacher", "ict", "helpdesk", "nobody"]
"""Who can mend it; `nobody` has to do anything, it passes by itself."""


@dataclass(frozen=True)
class Fault:
    """One row of the table."""

    code: str
    check: CheckName
    blocks: bool
    """Whether no lesson is possible; else the lesson goes on without this part."""
    who: Who
    told: bool
    """Whether the pupil at home is told too (`notice.` + code), during a lesson."""


_BLOCKS, _GOES_ON = True, False
_TOLD, _CLASS_ONLY = True, False

FAULTS: dict[str, Fault] = {
    row[0]: Fault(*row)
    for row in (
        ("local_away", "set", _BLOCKS, "buddy", _CLASS_ONLY),
        ("taken_over", "screen", _BLOCKS, "buddy", _CLASS_ONLY),
        ("network_absent", "network", _BLOCKS, "buddy", _TOLD),
        ("sign_in", "network", _BLOCKS, "ict", _CLASS_ONLY),
        ("wrong_clock", "set", _BLOCKS, "helpdesk", _CLASS_ONLY),
        ("server_away", "server", _BLOCKS, "ict", _TOLD),
        ("server_refused", "server", _BLOCKS, "helpdesk", _CLASS_ONLY),
        ("unpaired", "server", _BLOCKS, "helpdesk", _CLASS_ONLY),
        ("not_paired", "server", _BLOCKS, "helpdesk", _CLASS_ONLY),
        ("media_failed", "network", _BLOCKS, "ict", _CLASS_ONLY),
        ("camera_absent", "camera", _BLOCKS, "buddy", _TOLD),
        ("camera_taken", "camera", _BLOCKS, "buddy", _TOLD),
        ("camera_stopped", "camera", _BLOCKS, "buddy", _TOLD),
        ("update_busy", "set", _GOES_ON, "nobody", _CLASS_ONLY),
        ("battery_low", "power", _GOES_ON, "buddy", _TOLD),
        ("hot", "set", _GOES_ON, "buddy", _CLASS_ONLY),
        ("class_mic_absent", "microphone", _GOES_ON, "buddy", _TOLD),
        ("class_mic_refused", "microphone", _GOES_ON, "buddy", _TOLD),
        ("class_mic_silent", "microphone", _GOES_ON, "teacher", _TOLD),
        ("class_mic_soft", "microphone", _GOES_ON, "teacher", _CLASS_ONLY),
        ("class_mic_clipping", "microphone", _GOES_ON, "teacher", _CLASS_ONLY),
        ("speaker_absent", "speaker", _GOES_ON, "buddy", _TOLD),
        ("speaker_unheard", "speaker", _GOES_ON, "buddy", _TOLD),
        ("sound_blocked", "speaker", _GOES_ON, "buddy", _TOLD),
        ("ptz_absent", "ptz", _GOES_ON, "buddy", _TOLD),
        ("ptz_silent", "ptz", _GOES_ON, "buddy", _TOLD),
        ("ptz_rubbish", "ptz", _GOES_ON, "helpdesk", _TOLD),
        ("light_absent", "light", _GOES_ON, "buddy", _TOLD),
        ("smartboard_absent", "camera", _GOES_ON, "buddy", _TOLD),
        ("device_battery_low", "power", _GOES_ON, "buddy", _CLASS_ONLY),
        ("clock_off", "set", _GOES_ON, "helpdesk", _CLASS_ONLY),
        ("disk_full", "set", _GOES_ON, "helpdesk", _CLASS_ONLY),
        ("update_failed", "set", _GOES_ON, "helpdesk", _CLASS_ONLY),
        ("kiosk_absent", "screen", _GOES_ON, "buddy", _TOLD),
        ("on_battery", "power", _GOES_ON, "buddy", _CLASS_ONLY),
        ("pupil_away", "pupil", _GOES_ON, "nobody", _CLASS_ONLY),
    )
}

HINTS = frozenset({"on_battery", "pupil_away"})
"""Said small beside the check; nothing is broken."""

_RANK = {code: rank for rank, code in enumerate(FAULTS)}


def first(codes: Iterable[str]) -> str:
    """The one to solve first, "" of none; a code that is not in the table comes last."""
    return min(codes, key=lambda code: _RANK.get(code, len(_RANK)), default="")


def in_order(codes: Iterable[str]) -> tuple[str, ...]:
    """Each once, as they have to be solved."""
    return tuple(sorted(dict.fromkeys(codes), key=lambda code: _RANK.get(code, len(_RANK))))


def of_check(codes: Iterable[str], name: CheckName) -> str:
    """The first of these codes that belongs to this line of the checklist, or ""."""
    return first(code for code in codes if code in FAULTS and FAULTS[code].check == name)


def blocks(code: str) -> bool:
    """Whether no lesson is possible with it."""
    return code in FAULTS and FAULTS[code].blocks
