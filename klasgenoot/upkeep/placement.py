"""The report of a placement: one document to print, sign and keep at school. Pure.

Holds what the monteur typed, and of the machine only whether its parts work: no keys, no addresses.
The first-contact list asks what the handbook of the field asks on the first day.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from klasgenoot.upkeep.doctor import NAMES, Finding, State, verdict
from signaling.reach import Reach
from signaling.reach_report import todo
from signaling.report_page import dutch_date, report_page

FIRST_CONTACT: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "De leerling thuis",
        (
            "ziet de klas en hoort de docent",
            "hoort ook klasgenoten die iets zeggen",
            "draait de camera naar links, rechts, omhoog en omlaag, en zoomt in en uit",
            "leest wat op het bord of smartboard staat (anders: afspreken hoe het bord komt)",
            "drukt op de vraagknop en ziet dat de vraag is gezien",
            "weet hoe je even niet in beeld bent, en hoe je stopt",
        ),
    ),
    (
        "De klas",
        (
            "ziet en hoort de leerling, ook achter in het lokaal",
            "ziet de vraaglamp en de vraag op het scherm",
            "staat zo dat de camera alle leerlingen en het bord kan zien",
            "is verteld dat er niets wordt opgenomen",
        ),
    ),
    (
        "De docent",
        (
            "draagt de microfoon en weet hoe hij aan en uit gaat",
            "zegt een keer 'gezien' en 'jouw beurt' op een vraag",
            "doet het gordijn dicht en weer open",
        ),
    ),
    (
        "De buddy's",
        (
            "zetten de set aan, wachten op groen en zetten hem goed uit",
            "verplaatsen de set naar een ander lokaal en zien hem vanzelf terugkomen",
            "laden de microfoon op en weten waar de set 's avonds staat (achter slot)",
            "weten waar het papier met de stappen en telefoonnummers hangt",
        ),
    ),
    (
        "Afgesproken",
        (
            "wie er belt als het niet werkt, en naar wie; een telefoon ligt klaar",
            "de ICT van de school is bereikbaar en heeft het netwerkverslag",
            "wanneer leerling, klas en docent vertellen hoe het ging",
        ),
    ),
)
"""Heading and lines; everybody reads the lines after the heading."""

_WORD: dict[State, str] = {"good": "goed", "wrong": "niet goed", "unknown": "niet te zien"}
_CLASS: dict[State, str] = {"good": "goed", "wrong": "dicht", "unknown": "matig"}
_HEADLINE: dict[State, str] = {
    "good": "De set werkt.",
    "wrong": "Nog niet alles werkt. Hieronder staat wat er moet gebeuren.",
    "unknown": "Niets is stuk gevonden, maar niet alles was te zien.",
}


@dataclass(frozen=True)
class Typed:
    """What the monteur typed; "" becomes a line to write on."""

    set_name: str = ""
    school: str = ""
    room: str = ""
    monteur: str = ""
    remarks: str = ""
    words_equal: bool | None = None
    """Whether both screens showed the same six words at pairing; None when not compared."""


def html(
    typed: Typed,
    findings: Sequence[Finding],
    reach: Reach | None,
    version: str,
    today: datetime.date,
) -> str:
    """The whole document."""
    state = verdict(findings)
    body = f"""<table class="kop"><tbody>
{_field("Set", typed.set_name)}{_field("School", typed.school)}{_field("Lokaal", typed.room)}
{_field("Monteur", typed.monteur)}{_field("Datum", dutch_date(today))}{_field("Versie", version)}
</tbody></table>
<p class="uitslag {_CLASS[state]}">{_HEADLINE[state]}</p>
<h2>Nagekeken door de set zelf</h2>
<table><tbody>{"".join(map(_finding, findings))}</tbody></table>
<h2>Koppelen</h2>
<p>{_words(typed.words_equal)}</p>
<h2>Netwerk</h2>{_network(reach)}
<h2>Eerste contact</h2>
<p>Samen doorlopen, met de leerling aan de lijn. Vink af wat gelukt is.</p>
{"".join(_list(heading, lines) for heading, lines in FIRST_CONTACT)}
<h2>Opmerkingen</h2><p class="vrij">{escape(typed.remarks)}</p>
<table class="onder"><tbody><tr><td>Handtekening monteur</td><td>Handtekening school</td></tr>
</tbody></table>
<p class="klein">Dit verslag bevat alleen wat hier is ingevuld. Het blijft op school; de set bewaart
het niet.</p>
"""
    return report_page("Plaatsingsverslag Klasgenoot", body, _STYLE)


def _field(name: str, value: str) -> str:
    return f"<tr><th>{name}</th><td class='vul'>{escape(value)}</td></tr>"


def _finding(one: Finding) -> str:
    more = " · ".join(escape(text) for text in (one.detail, one.advice) if text)
    note = f"<br><span class='klein'>{more}</span>" if more else ""
    word = f'<td class="{_CLASS[one.state]}">{_WORD[one.state]}</td>'
    return f"<tr><td>{NAMES[one.name]}{note}</td>{word}</tr>"


def _words(equal: bool | None) -> str:
    if equal is None:
        return f"{_BOX} De zes woorden op beide schermen zijn vergeleken en waren gelijk."
    if equal:
        return f"{_TICK} De zes woorden op beide schermen waren gelijk."
    return "<b>De zes woorden waren niet gelijk. Niet gebruiken: opnieuw koppelen.</b>"


def _network(reach: Reach | None) -> str:
    if reach is None:
        return "<p>Niet gemeten. Geef <code>klasgenoot probe</code> voor een verslag.</p>"
    tasks = "".join(f"<li>{task}</li>" for task in todo(reach))
    best = reach.best
    measured = ""
    if best is not None and best.measured:
        speed = f"{best.kbps / 1000:.1f}".replace(".", ",")
        measured = (
            f"<p>Gemeten in dit lokaal: {speed} Mbit/s (hoogstens 3), heen en terug "
            f"{best.delay_ms:.0f} ms, kwijt {best.lost_pct:.0f} %.</p>"
        )
    return f"{measured}<ul>{tasks}</ul>"


def _list(heading: str, lines: Sequence[str]) -> str:
    rows = "".join(f"<li>{_BOX} {escape(line)}</li>" for line in lines)
    return f"<h3>{heading}</h3><ul class='vink'>{rows}</ul>"


_BOX = '<span class="hok" role="img" aria-label="vakje om af te vinken"></span>'
_TICK = '<span class="hok" role="img" aria-label="afgevinkt">✓</span>'
_STYLE = """td.matig{color:#8a5300;font-weight:600}h3{font-size:1rem;margin:.5rem 0 .1rem}
.kop th{width:7rem;color:#444;font-weight:600}.vul{min-height:1.2rem}
.vink{list-style:none;padding:0}.vink li{margin:.15rem 0;break-inside:avoid}
.hok{display:inline-block;width:.9rem;height:.9rem;border:1.5px solid #333;border-radius:2px;
vertical-align:-.15rem;margin-right:.3rem;line-height:.9rem;text-align:center}
.vrij{min-height:4rem;border:1px solid #ccc;border-radius:.3rem;padding:.4rem;white-space:pre-wrap}
.onder td{height:4rem;vertical-align:top;width:50%;font-size:.85rem;color:#444}"""
