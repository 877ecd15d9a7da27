"""What the reports for people outside have in common: one printable page without anything else."""

import datetime
from html import escape


def report_page(title: str, body: str, style: str = "") -> str:
    """A whole page in Dutch; `body` and `style` are safe HTML and CSS, `title` is text."""
    return f"""<!doctype html>
<html lang="nl"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{escape(title)}</title><style>{_STYLE}{style}</style></head><body>
<h1>{escape(title)}</h1>
{body}</body></html>
"""


def dutch_date(day: datetime.date) -> str:
    return f"{day.day} {_MONTHS.split()[day.month - 1]} {day.year}"


_MONTHS = "januari februari maart april mei juni juli augustus september oktober november december"
_STYLE = """
body{font:16px/1.45 system-ui,sans-serif;max-width:48rem;margin:1.2rem auto;padding:0 1rem;
color:#1b1b1b;background:#fff}h1{font-size:1.5rem;margin:0}h2{font-size:1.1rem;margin:1rem 0 .2rem}
p{margin:.3rem 0}ul{margin:.2rem 0;padding-left:1.2rem}
.uitslag{font-size:1.2rem;font-weight:600;padding:.6rem .9rem;border-radius:.5rem;color:#fff}
.uitslag.goed{background:#14713d}.uitslag.matig{background:#8a5300}
.uitslag.dicht{background:#b3261e}table{border-collapse:collapse;width:100%;font-size:.9rem}
td,th{text-align:left;padding:.25rem .5rem;border-bottom:1px solid #ccc}
td.goed{color:#14713d;font-weight:600}td.dicht{color:#b3261e;font-weight:600}
.klein{font-size:.85rem;color:#444}
@media print{body{margin:0;max-width:none}.uitslag{print-color-adjust:exact;
-webkit-print-color-adjust:exact}}
"""
