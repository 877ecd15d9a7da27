"""What `klasgenoot prove` shows: progress, the outcome, and the page for the school board."""

import datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

import klasgenoot
import signaling
from klasgenoot.proof import prove
from klasgenoot.proof.report import html, verdict
from signaling.commands import fail

_WEB = (Path(klasgenoot.__file__).parent / "web", Path(signaling.__file__).parent / "web")
_TOLD = {
    "shown": "shown: this set cannot record",
    "failed": "not in order: see the report for what to do",
    "unknown": "not everything could be seen: see the report",
}


def prove_and_tell(state_dir: Path, report: str) -> prove.State:
    console = Console()
    with console.status("a planted recorder tries to keep a picture"):
        attempts = prove.planted_recorder(state_dir)
        checks = [*prove.live_checks(prove.agents()), *prove.machine_checks(_WEB)]
    table = Table("what", "state")
    table.add_row(f"planted recorder, {len(attempts)} attempts", _worst(attempts))
    for check in checks:
        table.add_row(check.name, check.state)
    console.print(table)
    state = verdict(attempts, checks)
    console.print(_TOLD[state])
    if report:
        try:
            Path(report).write_text(html(attempts, checks, datetime.date.today()), "utf-8")
        except OSError as error:
            fail(f"cannot write {report}: {error.strerror}")
        console.print(f"report: {report}")
    return state


def _worst(attempts: list[prove.Attempt]) -> str:
    states = {attempt.state for attempt in attempts}
    if "failed" in states:
        return "failed"
    return "shown" if "shown" in states else "unknown"
