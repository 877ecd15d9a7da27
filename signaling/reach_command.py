"""The network part of `thuis probe` and `klasgenoot probe`: progress, table, and the page."""

import datetime
from pathlib import Path
from typing import Literal

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Table

from config.settings import Link
from signaling.commands import fail
from signaling.identity import DeviceKey
from signaling.reach import Reach
from signaling.reach_probe import STEPS, probe
from signaling.reach_report import html

_DOING = {
    "server": "server",
    "udp": "relay over UDP",
    "tcp": "relay over TCP",
    "tls": "relay over TLS",
    "done": "done",
}
_VERDICTS = {
    "good": "this network is fine",
    "poor": "a lesson works here, but not sharp: see the report",
    "closed": "this network keeps lessons out: give the report to the ICT department",
    "sign_in": "sign in to the wifi network first, then try again",
}


async def probe_network(
    link: Link, key: DeviceKey, role: Literal["unit", "laptop"], report: str
) -> Reach:
    """Try all ways, show them, and write the page to `report` ("" writes none)."""
    columns = (TextColumn("{task.description}"), BarColumn())
    with Progress(*columns, transient=True) as progress:
        bar = progress.add_task("", total=len(STEPS) - 1)

        def step(name: str) -> None:
            progress.update(bar, description=_DOING[name], completed=STEPS.index(name))

        reach = await probe(link, key, role, step)
    _show(reach)
    if report:
        _write(Path(report), html(reach, datetime.date.today()))
    return reach


def _write(path: Path, page: str) -> None:
    try:
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        fail(f"cannot write {path}: {error.strerror}")
    print(f"report: {path}")


def _show(reach: Reach) -> None:
    table = Table("way", "open", "connect", "there and back", "lost", "bandwidth")
    for one in reach.tries:
        figures = (
            (f"{one.delay_ms:.0f} ms", f"{one.lost_pct:.1f} %", f"{one.kbps:.0f} kbit/s")
            if one.measured
            else ("", "", "")
        )
        state = "yes" if one.ok else "no"
        table.add_row(f"{one.kind} {one.port}", state, f"{one.connect_ms:.0f} ms", *figures)
    console = Console()
    console.print(table)
    console.print(_VERDICTS[reach.verdict])
