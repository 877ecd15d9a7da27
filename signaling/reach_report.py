"""The probe's report: one page of plain Dutch that an ICT department can act on. Pure.

Names nobody: no keys, no addresses of this device or its network, only hosts and ports to open.
"""

import datetime
from html import escape

from signaling.reach import GOOD_DELAY_MS, GOOD_KBPS, GOOD_LOST_PCT, Reach, Try, TryKind, is_good
from signaling.report_page import dutch_date, report_page

_WHERE = {"laptop": "de laptop van de leerling", "unit": "de Klasgenoot op school"}
_SHORT = {"laptop": "Laptop", "unit": "Klasgenoot"}

_HEADLINE = {
    "good": ("goed", "Dit netwerk is geschikt."),
    "poor": ("matig", "De les komt door dit netwerk, maar niet scherp."),
    "closed": ("dicht", "Dit netwerk houdt de les tegen."),
    "sign_in": ("dicht", "Dit wifi-netwerk wil eerst een aanmelding."),
}

_WAYS: dict[TryKind, tuple[str, str, str]] = {
    "server": ("Aanmelden bij de server", "TCP", "nodig"),
    "udp": ("Beeld en geluid, beste weg", "UDP", "gewenst: minste vertraging"),
    "tcp": ("Beeld en geluid over TCP", "TCP", "niet nodig"),
    "tls": ("Beeld en geluid, laatste weg", "TCP (TLS)", "nodig als UDP dicht is"),
}


def html(reach: Reach, today: datetime.date) -> str:
    """The whole page, without anything from elsewhere."""
    kind, headline = _HEADLINE[reach.verdict]
    tasks = "".join(f"<li>{task}</li>" for task in todo(reach))
    rows = "".join(_row(one) for one in reach.tries)
    body = f"""<p>Getest vanaf {_WHERE[reach.role]} op {dutch_date(today)}.
Voor de ICT-afdeling.</p>
<p class="uitslag {kind}">{headline}</p>
{_picture(reach)}
<h2>Wat te doen</h2><ul>{tasks}</ul>
<h2>Wat open moet staan</h2>
<p>Alleen van binnen naar buiten. Er hoeft niets van buiten naar binnen open.</p>
<table><thead><tr><th>Waarvoor</th><th>Adres</th><th>Poort</th><th>Soort</th><th></th>
<th>Getest</th></tr></thead><tbody>{rows}</tbody></table>
<h2>Gemeten</h2>{_figures(reach)}
<p class="klein">Beeld en geluid zijn van apparaat tot apparaat versleuteld. De server en het
doorgeefpunt kunnen ze niet bekijken en er wordt niets bewaard. Inspectie van TLS op deze adressen
werkt niet en moet uit. In dit verslag staan geen namen en geen adressen van dit netwerk.</p>
"""
    return report_page("Netwerkverslag Klasgenoot", body, _STYLE)


def todo(reach: Reach) -> list[str]:
    """What the reader has to do, the most important first; sentences of safe HTML."""
    if reach.sign_in:
        return [
            "Meld dit apparaat eerst aan op de aanmeldpagina van het wifi-netwerk, of laat het "
            "zonder aanmelding toe. Doe daarna de test opnieuw."
        ]
    tasks = []
    server, udp, tls = reach.find("server"), reach.find("udp"), reach.find("tls")
    if server is None or not server.ok:
        tasks.append(f"Sta {_place(server, 'TCP')} toe. Zonder deze verbinding werkt niets.")
        tasks.append("Doe de test dan opnieuw: dan staan hier ook de poorten voor beeld en geluid.")
        if reach.proxy:
            tasks.append("De test ging via de HTTP-proxy. Sta CONNECT naar dit adres toe.")
        return tasks
    if not reach.known:
        return ["De server kent dit apparaat niet. Bel de helpdesk; aan het netwerk ligt het niet."]
    if not reach.relay:
        return ["Er is geen doorgeefpunt ingesteld. Alleen rechtstreekse verbindingen werken."]
    if udp is not None and not udp.ok and tls is not None and not tls.ok:
        tasks.append(f"Sta {_place(udp, 'UDP')} toe (het beste), of anders {_place(tls, 'TCP')}.")
    elif udp is not None and not udp.ok:
        tasks.append(
            f"Het werkt nu over TCP. Sta {_place(udp, 'UDP')} toe: dan is er minder vertraging."
        )
    elif tls is not None and not tls.ok:
        tasks.append(f"Sta ook {_place(tls, 'TCP')} toe, als reserve. Zet inspectie van TLS uit.")
    tasks += _slow(reach.best)
    return tasks or ["Niets. Alles wat nodig is, staat open en is snel genoeg."]


def _slow(best: Try | None) -> list[str]:
    if best is None or not best.measured or is_good(best):
        return []
    tasks = []
    if best.kbps < GOOD_KBPS:
        tasks.append(
            f"Geef dit apparaat meer ruimte: {_number(best.kbps / 1000)} Mbit/s gemeten, "
            f"{_number(GOOD_KBPS / 1000)} nodig voor een scherp schoolbord."
        )
    if best.lost_pct > GOOD_LOST_PCT:
        tasks.append(
            f"Er raakt {best.lost_pct:.0f} % kwijt. Kijk naar de ontvangst van de wifi, of gebruik "
            "een netwerkkabel."
        )
    if best.delay_ms > GOOD_DELAY_MS or best.delay_p95_ms > 2 * GOOD_DELAY_MS:
        tasks.append("De vertraging is groot of wisselt sterk. Geef dit verkeer voorrang (QoS).")
    return tasks


def _place(one: Try | None, protocol: str) -> str:
    if one is None:
        return f"{protocol} naar de server"
    return f"<b>{escape(one.host)}</b>, poort {one.port} ({protocol})"


def _row(one: Try) -> str:
    what, protocol, need = _WAYS[one.kind]
    state = '<td class="goed">open</td>' if one.ok else '<td class="dicht">dicht</td>'
    cells = (what, escape(one.host), str(one.port), protocol, need)
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + state + "</tr>"


def _figures(reach: Reach) -> str:
    measured = [one for one in reach.tries if one.measured]
    if not measured:
        return "<p>Er was geen weg om op te meten.</p>"
    rows = "".join(
        f"<tr><td>{_WAYS[one.kind][1]} {one.port}</td><td>{one.connect_ms:.0f} ms</td>"
        f"<td>{one.delay_ms:.0f} ms ({one.delay_p95_ms:.0f})</td><td>{_number(one.lost_pct)} %</td>"
        f"<td>{_number(one.kbps / 1000)} Mbit/s</td></tr>"
        for one in measured
    )
    return (
        "<table><thead><tr><th>Weg</th><th>Verbinden</th><th>Heen en terug (slechtste 5 %)</th>"
        "<th>Kwijt</th><th>Ruimte, hoogstens 3</th></tr></thead>"
        f"<tbody>{rows}</tbody></table><p class='klein'>Goed is: heen en terug hoogstens "
        f"{GOOD_DELAY_MS:.0f} ms, kwijt hoogstens {GOOD_LOST_PCT:.0f} %, ruimte minstens "
        f"{_number(GOOD_KBPS / 1000)} Mbit/s.</p>"
    )


def _number(value: float) -> str:
    return f"{value:.1f}".replace(".", ",")


def _picture(reach: Reach) -> str:
    """Device, network, server and relay, with a line for each way: open or closed."""
    lines, spoken = [], []
    for number, one in enumerate(reach.tries):
        y = 32 + 34 * number
        colour, word = ("#14713d", "open") if one.ok else ("#b3261e", "dicht")
        dash = "" if one.ok else ' stroke-dasharray="7 6"'
        end, mark = (600, "") if one.ok else (352, _cross(366, y))
        label = f"{_WAYS[one.kind][1]} {one.port}"
        spoken.append(f"{label} {word}")
        lines.append(
            f'<line x1="150" y1="{y}" x2="{end}" y2="{y}" stroke="{colour}" '
            f'stroke-width="3"{dash}/>'
            f"{mark}"
            f'<text x="160" y="{y - 6}">{label}: {word}</text>'
        )
    height = 34 * len(reach.tries) + 24
    return (
        f'<svg viewBox="0 0 760 {height + 10}" role="img" aria-label="{", ".join(spoken)}">'
        f'<rect x="20" y="8" width="130" height="{height - 6}" rx="10" class="doos"/>'
        f'<text x="85" y="{height / 2 + 8}" text-anchor="middle">{_SHORT[reach.role]}</text>'
        f'<rect x="352" y="8" width="28" height="{height - 6}" rx="4" class="muur"/>'
        f'<text x="392" y="{height + 2}" class="bij">firewall van dit netwerk</text>'
        f'<rect x="600" y="8" width="140" height="{height - 6}" rx="10" class="doos"/>'
        f'<text x="670" y="{height / 2 + 8}" text-anchor="middle">Server</text>'
        f"{''.join(lines)}</svg>"
    )


def _cross(x: int, y: int) -> str:
    path = f"M{x - 7} {y - 7}l14 14m0 -14l-14 14"
    return f'<path d="{path}" stroke="#b3261e" stroke-width="4" fill="none"/>'


_STYLE = """svg{width:100%;height:auto;font-size:15px}
.doos{fill:#eef2f7;stroke:#445}.muur{fill:#d9c9b5;stroke:#876}.bij{font-size:12px;fill:#444}"""
