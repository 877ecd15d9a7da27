"""What set and helpdesk tell each other: numbers, codes, and one short text to the screen.

The same schema rules as signaling/messages.py. Two links carry them, each with its own closed set:

* device <-> server, beside its other messages: `ToHelpdesk` from the unit, `FromHelpdesk` to it
* kiosk page <-> agent, beside theirs: `PageHelpdesk` from the page, `HelpdeskShown` to it

The server that sends an action is not trusted: what may be done is decided on the set
(klasgenoot/helpdesk/rules.py).
"""

from typing import Annotated, Literal

import msgspec

from signaling.messages import Code, Message, Sequence, UnitState

MAX_FAULTS = 16
MAX_FINDINGS = 40
MAX_TEXT = 160
"""Two lines on the screen in class; read in one glance."""

Count = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
Seconds = Annotated[float, msgspec.Meta(ge=0, le=1e9)]
Percent = Annotated[float, msgspec.Meta(ge=0, le=100)]
VersionText = Annotated[str, msgspec.Meta(pattern=r"^[0-9A-Za-z.+~-]{0,24}\Z")]
ScreenText = Annotated[
    str,
    msgspec.Meta(
        max_length=MAX_TEXT,
        # No control signs, and none that turn the reading direction or hide.
        pattern="^[^\\x00-\\x1f\\x7f-\\x9f\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]*\\Z",
    ),
]
"""Plain words for the screen in class; shown as they are, never as markup."""

ActionName = Literal["restart", "doctor", "text"]
Outcome = Literal[
    "started",
    "asking",
    "done",
    "seen",
    "declined",
    "not_allowed",
    "too_often",
    "in_lesson",
    "unavailable",
    "failed",
]
"""What became of an action. `asking`: somebody in class is asked first; `seen`: the text was."""

# --- device <-> server -------------------------------------------------------------------------


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """What runs there, for example `klasgenoot` `0.1.0`."""

    name: Code
    text: VersionText


class Report(Message, frozen=True):
    """Unit -> server, each 30 s and at a change: how the set is, in codes and numbers.

    `faults` are codes of the screen's catalogue, the most pressing first. The link figures are of
    the lesson that goes on, 0 without one.
    """

    state: UnitState
    reason: Code = ""
    faults: Annotated[tuple[Code, ...], msgspec.Meta(max_length=MAX_FAULTS)] = ()
    versions: Annotated[tuple[Version, ...], msgspec.Meta(max_length=8)] = ()
    up_s: Seconds = 0.0
    live: bool = False
    lost_pct: Percent = 0.0
    rtt_ms: Annotated[float, msgspec.Meta(ge=0, le=60_000)] = 0.0
    rate_kbps: Annotated[float, msgspec.Meta(ge=0, le=1_000_000)] = 0.0
    questions: Count = 0
    turns: Count = 0
    """How often the pupil asked, and got the turn, since the agent started: counts alone."""
    allows: bool = True
    """Whether this set lets the helpdesk do anything at all ([helpdesk] allow)."""


class HelpdeskAction(Message, frozen=True):
    """Server -> unit: somebody of the helpdesk asks for this; `number` comes back in the result."""

    number: Sequence
    action: ActionName
    text: ScreenText = ""


class HelpdeskResult(Message, frozen=True):
    """Unit -> server: what became of it; `findings` are the codes that the doctor found wrong."""

    number: Sequence
    outcome: Outcome
    findings: Annotated[tuple[Code, ...], msgspec.Meta(max_length=MAX_FINDINGS)] = ()


FromHelpdesk = HelpdeskAction
ToHelpdesk = Report | HelpdeskResult

# --- kiosk page <-> agent ------------------------------------------------------------------------


class HelpdeskShown(Message, frozen=True):
    """Agent -> kiosk: what the helpdesk does or did a moment ago, sent whole at every change.

    `asks`: the lesson would be interrupted, and somebody in class has to say yes.
    """

    action: Literal["", "restart", "doctor", "text"] = ""
    state: Literal["", "asking", "running", "done"] = ""
    text: ScreenText = ""


class HelpdeskAnswer(Message, frozen=True):
    """Kiosk -> agent: the text was read, or somebody in class says yes or no to a restart."""

    answer: Literal["ok", "yes", "no"]


PageHelpdesk = HelpdeskAnswer
