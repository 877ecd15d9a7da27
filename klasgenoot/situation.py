"""What the screen and the pupil are told, derived from what is the case. Pure."""

from dataclasses import dataclass

from klasgenoot.faults import FAULTS, HINTS, CheckName, blocks, first, in_order, of_check
from signaling import messages as m

UNSEEN_S = 10.0
"""The screen may be restarting this long; then the lamp says that somebody watches."""

_WAIT_FOR_SERVER_S = 6.0  # a server that restarts is back in 5; then people are told

NOT_FITTED = "not_fitted"
"""The code of a part that this set has not got: nothing is said about it."""


@dataclass(frozen=True)
class Part:
    """A part of the set: `ok` is None while unknown, `code` names what is wrong."""

    ok: bool | None = None
    code: str = ""


@dataclass(frozen=True)
class Machine:
    """What the computer of the set says about itself."""

    power: Part = Part()
    percent: int | None = None
    """Of its own battery, where it has one."""
    charging: bool = False
    device_battery: Part = Part()
    """The weakest battery of what is used with it (microphone, remote control)."""
    network: Part = Part()
    disk: Part = Part()
    heat: Part = Part()
    update: Part = Part()


@dataclass(frozen=True)
class Facts:
    """All that the screen's text depends on."""

    paired: bool
    server: Part
    server_away_s: float
    camera: Part
    ptz: Part
    light: Part
    microphone: Part
    screen: bool
    pupil_online: bool
    watching: bool
    live: bool
    curtain: bool
    smartboard: Part | None
    """None where the set has no second source."""
    view: m.ViewName
    board_lost: bool
    machine: Machine = Machine()
    clock: Part = Part()
    media: Part = Part()
    """Whether the last call's picture and sound found a way through the network."""
    speaker: Part = Part()
    ended: bool = False
    """Un-paired by somebody, where it was paired before."""
    buddies: int | None = None
    """Phones that listen for a question; None where the set has no page for them."""
    moving: bool = False
    """On the way to another room, or being switched off."""
    sound: tuple[str, ...] = ()
    """What the kiosk page says about the sound of the room."""


def faults(facts: Facts) -> tuple[str, ...]:
    """Codes of all that is wrong, and of the hints, as they have to be solved."""
    machine = facts.machine
    parts = [
        *(facts.camera, facts.ptz, facts.light, facts.microphone, facts.speaker, facts.clock),
        *(machine.power, machine.device_battery, machine.network),
        *(machine.disk, machine.heat, machine.update),
    ]
    if machine.network.ok is not False:  # else the rest of the way is not to blame
        waits = facts.server.code == "server_away" and facts.server_away_s <= _WAIT_FOR_SERVER_S
        patient = waits and not facts.live
        parts += [facts.media] if patient else [facts.server, facts.media]
    found = [part.code for part in parts if part.ok is not True and part.code in FAULTS]
    if not facts.paired:
        found.append("unpaired" if facts.ended else "not_paired")
    if not facts.screen:
        found.append("kiosk_absent")
    if facts.view == "scherm" and facts.smartboard and facts.smartboard.ok is False:
        found.append("smartboard_absent")
    if facts.paired and not facts.pupil_online and facts.server.ok is True:
        found.append("pupil_away")
    return in_order(found)


def todo(facts: Facts) -> str:
    """The one thing to do next, "" of nothing."""
    return first(code for code in faults(facts) if code not in HINTS)


def unit_state(facts: Facts) -> tuple[m.UnitState, str]:
    """The one state of the set, and the reason where something has to be done.

    The first rule that holds counts: what closes the session stands above what it survives.
    """
    blocking = first(code for code in faults(facts) if blocks(code))
    rules: tuple[tuple[bool, m.UnitState, str], ...] = (
        (not facts.paired, "fault", blocking),
        (facts.moving, "curtain", "moving"),
        (facts.curtain, "curtain", "curtain"),
        (facts.live, "live", ""),
        (blocking != "", "fault", blocking),
        (facts.server.ok is True and facts.camera.ok is True, "ready", ""),
    )
    return next(((state, why) for holds, state, why in rules if holds), ("starting", ""))


def notices(facts: Facts) -> tuple[str, ...]:
    """Codes of what is wrong and may be worth a word on the screen."""
    found = [code for code in faults(facts) if code not in HINTS]
    if facts.server.ok is False and facts.server.code in found:
        found.remove(facts.server.code)
        # "The lesson goes on" is for a lesson; without one the state and the checks tell it.
        if facts.live:
            found.append("server_away")
    if facts.curtain:
        found.append("curtain")
    if facts.board_lost:
        found.append("board_lost")
    return (*found, *facts.sound)


def pupil_notices(facts: Facts) -> tuple[str, ...]:
    """Those that the pupil is told; the rest is the school's own."""
    return tuple(c for c in notices(facts) if c not in FAULTS or FAULTS[c].told)


def checks(facts: Facts) -> tuple[m.Check, ...]:
    """The screen's checklist; what this set has not got is left out."""
    machine, found = facts.machine, faults(facts)
    online = facts.server.ok is True
    parts: dict[CheckName, Part] = {
        "power": Part(True) if machine.power.ok is not False else machine.power,
        "network": Part(True) if online else machine.network,
        "camera": facts.camera,
        "ptz": facts.ptz,
        "light": facts.light,
        "microphone": facts.microphone,
        "speaker": facts.speaker,
        "server": Part(True) if online else Part(),
        "pupil": Part(True if facts.pupil_online else None),
    }
    if of_check(found, "set"):  # the computer itself is only worth a line when it fails
        parts["set"] = Part()
    lines = []
    for name, part in parts.items():
        code = of_check(found, name)
        if part.code == NOT_FITTED:
            continue
        ok = part.ok if not code else None if code in HINTS else False
        power = name == "power"
        lines.append(
            m.Check(
                name=name,
                ok=ok,
                advice=code,
                percent=machine.percent if power else None,
                charging=machine.charging if power else False,
            )
        )
    return tuple(lines)


def must_cover(facts: Facts, screen_away_s: float) -> bool:
    """Whether the class picture has to be withheld: by the curtain, between two rooms, or because
    nothing in the classroom would tell that somebody watches (no screen, no lamp that works)."""
    unseen = not facts.screen and screen_away_s > UNSEEN_S and facts.light.ok is not True
    return facts.curtain or facts.moving or unseen


def lamp_tells(facts: Facts, screen_away_s: float) -> bool:
    """Whether the lamp has to say that somebody watches, because the screen can't."""
    return facts.watching and not facts.screen and screen_away_s > UNSEEN_S
