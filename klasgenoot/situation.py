"""What the screen and the pupil are told, derived from what is the case. Pure."""

from dataclasses import dataclass

from signaling import messages as m

UNSEEN_S = 10.0
"""The screen may be restarting this long; then the lamp says that somebody watches."""

_WAIT_FOR_SERVER_S = 10.0  # a server that restarts is back sooner; then people are told


@dataclass(frozen=True)
class Part:
    """A part of the set: `ok` is None while unknown, `code` names what is wrong."""

    ok: bool | None = None
    code: str = ""


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
    sound: tuple[str, ...] = ()
    """What the kiosk page says about the sound of the room."""


def unit_state(facts: Facts) -> tuple[m.UnitState, str]:
    """The one state of the set, and the reason where something has to be done.

    The first rule that holds counts: what closes the session stands above what it survives.
    """
    away = facts.server.ok is False and facts.server_away_s > _WAIT_FOR_SERVER_S
    rules: tuple[tuple[bool, m.UnitState, str], ...] = (
        (not facts.paired, "fault", "not_paired"),
        (facts.curtain, "curtain", "curtain"),
        (facts.live, "live", ""),
        (facts.camera.ok is False, "fault", facts.camera.code),
        (away, "fault", facts.server.code),
        (facts.server.ok is True and facts.camera.ok is True, "ready", ""),
    )
    return next(((state, why) for holds, state, why in rules if holds), ("starting", ""))


def notices(facts: Facts) -> tuple[str, ...]:
    """Codes of what is wrong and may be worth a word to both sides."""
    parts = (facts.camera, facts.ptz, facts.light, facts.microphone)
    found = [part.code for part in parts if part.ok is False and part.code]
    # "The lesson goes on" is for a lesson; without one the state and the checks tell it.
    if facts.server.ok is False and facts.live:
        found.append("server_away")
    if not facts.screen:
        found.append("kiosk_absent")
    if facts.curtain:
        found.append("curtain")
    if facts.board_lost:
        found.append("board_lost")
    if facts.view == "scherm" and facts.smartboard and facts.smartboard.ok is False:
        found.append("smartboard_absent")
    return (*found, *facts.sound)


def checks(facts: Facts) -> tuple[m.Check, ...]:
    """The screen's checklist."""
    parts = {
        "server": facts.server,
        "camera": facts.camera,
        "ptz": facts.ptz,
        "light": facts.light,
        "microphone": facts.microphone,
    }
    lines = [m.Check(name=name, ok=part.ok, advice=part.code) for name, part in parts.items()]
    pupil = m.Check(name="pupil", ok=True if facts.pupil_online else None)
    return (*lines, pupil)


def must_cover(facts: Facts, screen_away_s: float) -> bool:
    """Whether the class picture has to be withheld: by the curtain, or because nothing in the
    classroom would tell that somebody watches (no screen, and no lamp that works)."""
    unseen = not facts.screen and screen_away_s > UNSEEN_S and facts.light.ok is not True
    return facts.curtain or unseen


def lamp_tells(facts: Facts, screen_away_s: float) -> bool:
    """Whether the lamp has to say that somebody watches, because the screen can't."""
    return facts.watching and not facts.screen and screen_away_s > UNSEEN_S
