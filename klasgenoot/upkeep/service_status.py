"""Asks systemd how the agent is; reads only, and needs no rights."""

import subprocess

from klasgenoot.upkeep.service import read_status

UNIT = "klasgenoot.service"
_ANSWER_S = 5.0


def unit_properties(unit: str, *names: str) -> dict[str, str]:
    """Properties of a unit; empty where there is no systemd."""
    command = ["systemctl", "show", unit, "--property", ",".join(names)]
    try:
        told = subprocess.run(  # noqa: S603 - a fixed command
            command, capture_output=True, text=True, errors="replace", timeout=_ANSWER_S, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return {}
    pairs = (line.partition("=") for line in told.stdout.splitlines())
    return {name: value for name, equals, value in pairs if equals}


def agent_status() -> dict[str, str]:
    """What the running agent says of itself (service.py); empty when it does not run."""
    told = unit_properties(UNIT, "ActiveState", "StatusText")
    return read_status(told.get("StatusText", "")) if told.get("ActiveState") == "active" else {}
