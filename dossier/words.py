"""Words of the pages, Dutch first. What a fault means is read from the one catalogue that the
screen in class has (signaling/web/teksten-storing.js), so that both say the same."""

import re
from collections import ChainMap
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal, get_args

import signaling
from dossier import (
    words_changes,
    words_forms,
    words_pages,
    words_papers,
    words_placement,
    words_rondom,
    words_rooster,
)

Language = Literal["nl", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

_FILES = (
    words_pages.WORDS,
    words_placement.WORDS,
    words_forms.WORDS,
    words_rondom.WORDS,
    words_rooster.WORDS,
    words_papers.WORDS,
    words_changes.WORDS,
)
"""Every file of words; none may say what another says."""
WORDS: Mapping[str, tuple[str, str]] = dict(ChainMap(*map(dict, _FILES)))
assert len(WORDS) == sum(map(len, _FILES))

_CATALOGUE = Path(signaling.__file__).parent / "web" / "teksten-storing.js"
_LANGUAGE = re.compile(r"^  (nl|en): \{$", re.M)
_LINE = re.compile(r"^    '((?:advice|fault|klas\.notice)\.[a-z_]+)': '([^'\n]*)',$", re.M)


@cache
def _screen() -> Mapping[str, Mapping[str, str]]:
    """language -> key -> words, of what the screen says about faults."""
    parts = _LANGUAGE.split(_CATALOGUE.read_text(encoding="utf-8"))
    return {
        name: dict(_LINE.findall(text)) for name, text in zip(parts[1::2], parts[2::2], strict=True)
    }


KNOWN_CODES = frozenset(key.rpartition(".")[2] for key in _screen()["nl"])
"""The codes of which the screen has words."""


def advice(code: str, language: str) -> str:
    """What the screen in class told people to do about this code."""
    words = _screen()["en" if language == "en" else "nl"]
    for kind in ("advice", "klas.notice", "fault"):
        if (found := words.get(f"{kind}.{code}")) is not None:
            return found
    return words["advice.unknown"]


def say(key: str, language: str, **values: object) -> str:
    """The words for a key; `{name}` is replaced. Raises KeyError."""
    dutch, english = WORDS[key]
    words = english if language == "en" else dutch
    return words.format(**values) if values else words
