"""The proof as a page that a school board can read: what was tried, and what came of it. Pure."""

import datetime
from collections.abc import Sequence
from html import escape

from klasgenoot.proof.prove import Attempt, Check, State
from signaling.report_page import dutch_date, report_page

CHECKS: dict[str, tuple[str, dict[State, str]]] = {
    "agent": (
        "Het programma dat beeld en geluid verwerkt, is bekeken terwijl het draaide",
        {
            "shown": "",
            "unknown": "Het draaide niet, of de test mocht het niet bekijken. Zet de Klasgenoot "
            "aan en doe de test als beheerder (sudo) opnieuw.",
        },
    ),
    "file_limit": (
        "Dat programma mag van het systeem geen enkele byte in een bestand schrijven",
        {"failed": "Er draait een programma zonder slot. Start de Klasgenoot opnieuw."},
    ),
    "core_limit": (
        "Als het programma vastloopt, blijft er niets van het geheugen achter",
        {"failed": "Er kan een geheugenafdruk achterblijven. Start de Klasgenoot opnieuw."},
    ),
    "open_files": (
        "Het heeft geen enkel gewoon bestand open om in te schrijven",
        {"failed": "Er staat een bestand open om in te schrijven. Bel de helpdesk."},
    ),
    "swapped": (
        "Niets van het geheugen van dat programma staat op de schijf",
        {"failed": "Een deel van het geheugen staat op de schijf. Zet swap uit."},
    ),
    "landlock": (
        "Dit systeem heeft ook een tweede slot (Landlock), en de Klasgenoot gebruikt het dan",
        {"failed": "Dit systeem heeft alleen het eerste slot. Een nieuwer systeem heeft er twee."},
    ),
    "swap": (
        "Deze computer zet geen geheugen op de schijf (geen swap)",
        {"failed": "Er is swap. Zet die uit, of versleutel de schijf."},
    ),
    "browser": (
        "Het scherm bewaart zijn gegevens alleen in het werkgeheugen",
        {
            "failed": "Er is een venster dat op de schijf schrijft. Start de Klasgenoot opnieuw.",
            "unknown": "Er stond geen venster van de Klasgenoot open. Doe de test opnieuw als "
            "het scherm aan staat.",
        },
    ),
    "page_code": (
        "In de code van de pagina's zit niets dat kan opnemen",
        {"failed": "De pagina's zijn veranderd. Installeer de Klasgenoot opnieuw."},
    ),
}
"""For each check what it says when it holds, and what to do when it does not."""

HOW: dict[str, str] = {
    "write": "een bestand schrijven",
    "slowly": "byte voor byte schrijven",
    "append": "aan een bestaand bestand toevoegen",
    "map": "via een stuk geheugen schrijven",
    "nameless": "een bestand zonder naam",
    "temporary": "een tijdelijk bestand",
    "child": "een ander programma laten schrijven",
    "film": "een film opslaan",
    "photo": "een foto opslaan",
    "in_memory": "een bestand in het geheugen",
    "shared_memory": "gedeeld geheugen dat blijft bestaan",
    "core": "een geheugenafdruk bij een crash",
}
_WORD: dict[State, str] = {"shown": "aangetoond", "failed": "niet goed", "unknown": "niet te zien"}
_CLASS: dict[State, str] = {"shown": "goed", "failed": "dicht", "unknown": "matig"}


def verdict(attempts: Sequence[Attempt], checks: Sequence[Check]) -> State:
    """Failed if anything did; unknown while the agent was not seen or no recorder could be."""
    states = {one.state for one in attempts} | {one.state for one in checks}
    seen = any(one.state == "shown" for one in attempts)
    agent = any(one.name == "agent" and one.state == "shown" for one in checks)
    if "failed" in states:
        return "failed"
    return "shown" if seen and agent else "unknown"


_HEADLINES: dict[State, str] = {
    "shown": "Deze Klasgenoot kan niets opnemen. Dat is hier aangetoond.",
    "failed": "Let op: niet alles is in orde. Hieronder staat wat er moet gebeuren.",
    "unknown": "Nog niet alles is aangetoond. Hieronder staat wat er ontbreekt.",
}


def html(attempts: Sequence[Attempt], checks: Sequence[Check], today: datetime.date) -> str:
    """The whole page."""
    state = verdict(attempts, checks)
    places = len({one.where for one in attempts if one.how not in ("in_memory", "core")})
    kept = sum(max(0, one.locked) for one in attempts)
    body = f"""<p>Gemaakt op {dutch_date(today)}, op de Klasgenoot zelf. Voor het schoolbestuur.</p>
<p class="uitslag {_CLASS[state]}">{_HEADLINES[state]}</p>
<h2>Hoe dit is getest</h2>
<p>Wij hebben zelf een programma gemaakt dat stiekem probeert op te nemen. Het kreeg hetzelfde slot
als het programma dat in de les het beeld verwerkt, en probeerde het op {len(attempts)} manieren en
plaatsen. Daarna nog eens zonder slot: dan moet het juist lukken, anders zegt de test niets.</p>
{_picture(attempts)}
<table><thead><tr><th>Poging</th><th>Zonder slot</th><th>Met slot</th><th></th></tr></thead>
<tbody>{"".join(_attempt(one) for one in _by_way(attempts))}</tbody></table>
<p>Geprobeerd op {places} plaatsen van deze computer. Bewaard met slot: {kept} bytes.</p>
<h2>Wat er verder is nagekeken</h2>
<table><tbody>{"".join(_check(one) for one in checks)}</tbody></table>
<h2>Wat dit niet bewijst</h2>
<p>Niemand kan verhinderen dat iemand met een telefoon een scherm filmt. De laptop thuis heeft dit
slot niet; daar bewaart de pagina niets en blijven de gegevens van de browser in het geheugen. Wie
deze computer in handen heeft en de software verandert, kan het slot weghalen: doe de test dan
opnieuw.</p>
<p class="klein">In dit verslag staan geen namen van personen.</p>
"""
    return report_page("Bewijs: de Klasgenoot bewaart niets", body, _STYLE)


def _by_way(attempts: Sequence[Attempt]) -> list[Attempt]:
    """One row for each way: the places together, the worst of them counts."""
    rows = []
    for how in dict.fromkeys(one.how for one in attempts):
        ours = [one for one in attempts if one.how == how]
        worst = min((one.locked for one in ours if one.locked < 0), default=0)
        locked = worst or max(one.locked for one in ours)
        rows.append(Attempt(how, "", max(one.free for one in ours), locked))
    return rows


def _attempt(one: Attempt) -> str:
    kept = "stopte" if one.locked < 0 else _bytes(one.locked)
    return (
        f"<tr><td>{escape(HOW.get(one.how, one.how))}</td><td>{_bytes(one.free)}</td>"
        f"<td>{kept}</td>{_state(one.state)}</tr>"
    )


def _bytes(count: int) -> str:
    return "niets" if count <= 0 else f"{count:,} bytes bewaard".replace(",", ".")


def _check(one: Check) -> str:
    told, advice = CHECKS[one.name]
    more = advice.get(one.state, "")
    note = f"<br><span class='klein'>{more}</span>" if more else ""
    return f"<tr><td>{told}{note}</td>{_state(one.state)}</tr>"


def _state(state: State) -> str:
    return f'<td class="{_CLASS[state]}">{_WORD[state]}</td>'


def _picture(attempts: Sequence[Attempt]) -> str:
    """Camera, recorder and disk: the way to the disk is shut."""
    blocked = bool(attempts) and not any(one.locked for one in attempts)
    colour, word = ("#14713d", "dicht") if blocked else ("#b3261e", "open")
    return f"""<svg viewBox="0 0 760 120" role="img"
aria-label="Van de camera naar de laptop: open. Van de camera naar de schijf: {word}.">
<rect x="20" y="30" width="130" height="60" rx="10" class="doos"/>
<text x="85" y="66" text-anchor="middle">Camera</text>
<rect x="290" y="30" width="150" height="60" rx="10" class="doos"/>
<text x="365" y="66" text-anchor="middle">Klasgenoot</text>
<rect x="600" y="4" width="140" height="46" rx="10" class="doos"/>
<text x="670" y="33" text-anchor="middle">Laptop</text>
<rect x="600" y="70" width="140" height="46" rx="10" class="doos"/>
<text x="670" y="99" text-anchor="middle">Schijf</text>
<path d="M150 60H290M440 50L600 28" stroke="#14713d" stroke-width="3"/>
<path d="M440 72L600 93" stroke="{colour}" stroke-width="3" stroke-dasharray="7 6"/>
<text x="520" y="106" text-anchor="middle" fill="{colour}">{word}</text></svg>"""


_STYLE = """svg{width:100%;height:auto;font-size:15px}td.matig{color:#8a5300;font-weight:600}
.doos{fill:#eef2f7;stroke:#445}"""
