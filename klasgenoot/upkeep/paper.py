"""The paper that hangs on the trolley, and the one beside the laptop: one A4 each. Pure.

Pictures are the icons of the pages; what to do when something is wrong comes from the one table of
faults, so that paper and screen never say different things. No names: phone numbers only.
"""

import re
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Literal

import signaling
from config.settings import Contact, Timetable
from config.timetable import DAYS, Slot, slots
from klasgenoot.fault_words import advice, catalogue, said

Side = Literal["set", "laptop"]

STEPS: dict[Side, tuple[tuple[str, str, str], ...]] = {
    "set": (
        ("power", "Aanzetten", "Stekker erin. Druk op de aan-knop. Wacht tot het scherm aan is."),
        ("check", "Kijken", "Alles op het scherm groen? Goed zo. Rood? Doe wat erbij staat."),
        ("mic", "Microfoon", "De docent draagt de microfoon en zet hem aan."),
        ("pupil", "De leerling belt", "Jij hoeft niets te doen. Zeg hallo en zwaai even."),
        ("hand", "Lamp brandt", "De leerling heeft een vraag. Druk op ‘gezien’ of ‘jouw beurt’."),
        ("curtain", "Even privé", "Druk op ‘gordijn’: beeld en geluid zijn dicht. Nog eens: open."),
        ("move", "Ander lokaal", "Druk op ‘verplaatsen’. Rijd, stekkers erin. Hij komt vanzelf."),
        ("leave", "Uitzetten", "Druk op ‘uitzetten’, wacht. Microfoon in de lader. Deur op slot."),
    ),
    "laptop": (
        ("power", "Aanzetten", "Zet de laptop aan. Doe de stekker erin als de les lang duurt."),
        ("sound", "Headset", "Zet je headset op. Dan hoort niemand anders de klas."),
        ("enter", "Naar de klas", "Druk op ‘Naar de klas’. Je ziet en hoort je klas."),
        ("ptz", "Kijken", "Draai de camera met de pijlen. Zoom in op het bord."),
        ("hand", "Vraag", "Druk op de vraagknop. In de klas gaat een rode lamp aan."),
        ("camera-off", "Even niet te zien", "Zet je camera uit. Je hoort en ziet de klas wel."),
        ("leave", "Stoppen", "Druk op ‘Stoppen’. In de klas gaat het beeld weg."),
    ),
}
"""Icon, word and sentence, in the order of a lesson."""

_WHEN: dict[Side, tuple[str, ...]] = {
    "set": (
        "local_away",
        "network_absent",
        "camera_absent",
        "ptz_absent",
        "class_mic_absent",
        "class_mic_silent",
        "speaker_unheard",
        "light_absent",
        "battery_low",
    ),
    "laptop": ("unit_offline", "no_answer", "server_away", "media_failed", "local_away"),
}
_TITLES: dict[Side, str] = {"set": "Zo werkt de set", "laptop": "Naar de klas met je laptop"}
_DAYS = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag")
_HOURS = 6
_MOST_HOURS = 9  # what fits on the paper

ICONS = Path(signaling.__file__).parent / "web" / "icons.js"

_ICON = re.compile(r"^  '?([a-z-]+)'?: \[(.*?)\],$", re.MULTILINE | re.DOTALL)
_PATH = re.compile(r"'([^']*)'")


def icons(source: str) -> dict[str, tuple[str, ...]]:
    """Name → paths of the drawings in signaling/web/icons.js; a filled one begins with `=`."""
    return {name: tuple(_PATH.findall(body)) for name, body in _ICON.findall(source)}


def html(
    side: Side,
    unit_name: str,
    contact: Contact,
    week: Timetable,
    drawings: Mapping[str, Sequence[str]],
) -> str:
    """The whole page; `drawings` from `icons`. What the week leaves open is filled in by hand."""
    title = _TITLES[side]
    shown = f"{title} <small>{escape(unit_name)}</small>" if side == "set" else title
    return f"""<!doctype html>
<html lang="nl"><head><meta charset="utf-8"><title>{escape(title)}</title><style>{_STYLE}</style>
</head><body><h1>{shown}</h1>
<ol class="stappen">{"".join(_step(step, drawings) for step in STEPS[side])}</ol>
<div class="onder"><section><h2>Wat te doen als…</h2><table>{_when(side)}</table></section>
<section><h2>Lukt het niet? Bel</h2>{_phones(side, contact)}
<p class="klein">Zeg het nummer van de set. De helpdesk ziet nooit beeld.</p></section></div>
<h2>Rooster</h2>{_timetable(week)}
<p class="klein">Er wordt niets opgenomen. Alleen de leerling kijkt mee. Hang dit papier aan de
set en zet er geen namen van leerlingen op.</p>
</body></html>
"""


def _step(step: tuple[str, str, str], drawings: Mapping[str, Sequence[str]]) -> str:
    name, word, sentence = step
    return (
        f"<li>{_drawing(drawings.get(name, ()))}<div><b>{escape(word)}</b>"
        f"<p>{escape(sentence)}</p></div></li>"
    )


def _drawing(paths: Sequence[str]) -> str:
    drawn = "".join(
        f'<path class="vol" d="{escape(path[1:])}"/>' if path.startswith("=")
        else f'<path d="{escape(path)}"/>'
        for path in paths
    )  # fmt: skip
    return f'<svg viewBox="0 0 24 24" aria-hidden="true">{drawn}</svg>'


def _when(side: Side) -> str:
    words = catalogue("nl")
    rows = []
    for code in _WHEN[side]:
        if side == "set":
            # What is seen, which is the screen's first sentence, and what to do.
            cells = (said(code).partition(". ")[0], advice(code))
        else:
            first, _, then = words[f"reason.{code}"].partition(". ")
            cells = (first, then)
        rows.append(f"<tr><th>{escape(cells[0])}</th><td>{escape(cells[1])}</td></tr>")
    return "".join(rows)


def _phones(side: Side, contact: Contact) -> str:
    numbers = [("Helpdesk", contact.helpdesk_phone, contact.helpdesk_hours)]
    if side == "set":
        numbers.append(("Begeleider op school", contact.begeleider_phone, ""))
    else:
        numbers.append(("School", contact.school_phone, ""))
    rows = "".join(
        f"<tr><th>{name}</th><td class='nummer'>{escape(number) or '&nbsp;'}"
        f"{f'<br><small>{escape(when)}</small>' if when else ''}</td></tr>"
        for name, number, when in numbers
    )
    return f"<table class='bel'>{rows}</table>"


def _timetable(week: Timetable) -> str:
    days = [slots(getattr(week, day)) for day in DAYS]
    hours = sorted({(slot.begins, slot.ends) for day in days for slot in day})
    head = "".join(f"<th>{day}</th>" for day in _DAYS)
    rows = "".join(
        f"<tr><th>{_clock(begins)}–{_clock(ends)}</th>"
        + "".join(f"<td>{_what(day, begins, ends)}</td>" for day in days)
        + "</tr>"
        for begins, ends in hours[:_MOST_HOURS]
    )
    empty = "<tr><th></th>" + "<td></td>" * len(_DAYS) + "</tr>"
    rows += empty * max(0, _HOURS - len(hours))
    return f"<table class='rooster'><tr><th>tijd</th>{head}</tr>{rows}</table>"


def _what(day: Sequence[Slot], begins: int, ends: int) -> str:
    return escape(next((s.what or "×" for s in day if (s.begins, s.ends) == (begins, ends)), ""))


def _clock(minutes: int) -> str:
    return f"{minutes // 60}.{minutes % 60:02}"


_STYLE = """
@page{size:A4 portrait;margin:10mm}*{box-sizing:border-box}
body{font:12.5px/1.3 system-ui,sans-serif;color:#111;background:#fff;margin:0 auto;width:190mm}
h1{font-size:26px;margin:0 0 2mm}h1 small{font-weight:400;color:#444}
h2{font-size:15px;margin:2.5mm 0 1mm}p{margin:0}.klein{font-size:10.5px;color:#333;margin-top:1mm}
.stappen{list-style:none;counter-reset:stap;padding:0;margin:0;display:grid;
grid-template-columns:1fr 1fr;gap:2mm}
.stappen li{counter-increment:stap;display:flex;gap:3mm;align-items:center;border:1.5px solid #222;
border-radius:2.5mm;padding:1.8mm 3mm;position:relative;min-height:19mm}
.stappen li::before{content:counter(stap);position:absolute;top:1mm;right:2mm;font-weight:700;
font-size:16px}
.stappen b{font-size:16px}svg{width:13mm;height:13mm;flex:none;fill:none;stroke:#111;
stroke-width:1.8;stroke-linecap:round;stroke-linejoin:round}svg .vol{fill:#111;stroke:none}
.onder{display:grid;grid-template-columns:3fr 2fr;gap:5mm}
table{border-collapse:collapse;width:100%}th{text-align:left;padding-right:2mm;vertical-align:top}
td,th{border-bottom:1px solid #999;padding:.7mm 1mm .7mm 0}
.nummer{font-size:19px;font-weight:700;border:1.5px solid #222;padding:1mm 2mm;min-width:38mm}
.nummer small{font-size:10.5px;font-weight:400}
.rooster{table-layout:fixed}.rooster td,.rooster th{border:1px solid #555;padding:.7mm 1.5mm}
.rooster td{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.rooster th:first-child{width:25mm}.rooster tr+tr{height:6.5mm}
"""
