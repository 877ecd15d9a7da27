"""The words of klasgenoot/faults.py, and docs/faults.md made of both.

`python -m klasgenoot.fault_words > docs/faults.md`. The words stand in the catalogue of the pages
alone; here its lines are read, for what is no page: the docs, the doctor, the helpdesk.
"""

import re
from functools import cache
from pathlib import Path
from typing import Literal

import signaling
from klasgenoot.faults import FAULTS, HINTS

_FOLDER = Path(signaling.__file__).parent / "web"
_FILES = ("teksten-storing.js", "teksten-klas.js")
_LINE = re.compile(r"^    '([\w.]+)': '([^'\\]*)',$")
_LANGUAGE = re.compile(r"^  (nl|en): \{$")

Language = Literal["nl", "en"]

_HEAD = """\
# Storingen: wat het scherm zegt en wat u doet

Dit bestand is gemaakt uit de tabel in het programma (`python -m klasgenoot.fault_words`).
Verander het niet hier. De volgorde is die van het scherm: los op wat bovenaan staat, want daardoor
lijkt vaak ook iets anders kapot. Het scherm noemt een storing binnen tien seconden.

| onderdeel | wat het scherm zegt | wat u doet | wie | gaat de les door? | code |
|---|---|---|---|---|---|
"""


@cache
def catalogue(language: Language) -> dict[str, str]:
    """Key → words, of what can go wrong. ValueError for a line that is not one of ours."""
    found: dict[str, str] = {}
    for name in _FILES:
        current = ""
        for line in (_FOLDER / name).read_text("utf-8").splitlines():
            if (start := _LANGUAGE.match(line)) is not None:
                current = start[1]
            elif (entry := _LINE.match(line)) is not None:
                if current == language:
                    found[entry[1]] = entry[2]
            elif line.startswith("    '"):
                raise ValueError(f"{name}: one entry a line, in single quotes: {line.strip()[:60]}")
    return found


def said(code: str, language: Language = "nl") -> str:
    """What the screen says in large, or beside the check of a hint."""
    words = catalogue(language)
    return words.get(f"fault.{code}") or advice(code, language)


def advice(code: str, language: Language = "nl") -> str:
    """The one thing to do, in short; that of the unknown for a code of a newer version."""
    words = catalogue(language)
    return words.get(f"advice.{code}") or words["advice.unknown"]


def render() -> str:
    """The text of docs/faults.md."""
    words = catalogue("nl")
    rows = []
    for fault in FAULTS.values():
        on = "nee" if fault.blocks else "ja"
        says = "(klein, bij de regel)" if fault.code in HINTS else said(fault.code)
        cells = (words[f"check.{fault.check}"], says, advice(fault.code), words[f"who.{fault.who}"])
        rows.append(f"| {' | '.join(cells)} | {on} | `{fault.code}` |\n")
    return _HEAD + "".join(rows)


if __name__ == "__main__":
    print(render(), end="")
