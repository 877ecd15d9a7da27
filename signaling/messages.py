"""Every message that travels in this product, as tagged structs: one schema for all links.

Four links, each with its own closed set of messages:

* device <-> server (WebSocket): `FromServer`, `ToServer`
* laptop page <-> agent (data channels of the camera leg): `FromPupil`, `FromSet`
* home page <-> its local process (loopback WebSocket): `FromHome`, `ToHome`
* kiosk page <-> the agent (loopback WebSocket): `FromKiosk`, `ToKiosk`

The JavaScript types are made from this file (`signaling/jstypes.py`).
"""

import re
from typing import Annotated, Literal, TypeVar

import msgspec

from signaling.messages_presence import Microphone, Presence, Shield

PROTOCOL = 1
"""Version of all links; named in each first message; a mismatch is told and ends."""

MAX_MESSAGE_BYTES = 65_536
"""An SDP of two legs is below 10 KiB; anything larger is not ours."""

MAX_STILL_BYTES = 1_500_000
"""A photo of the board; sharp text of a 1080-line board takes a third of it."""

Leg = Literal["camera", "talk"]
Role = Literal["unit", "laptop"]
QuestionState = Literal["none", "asked", "escalated", "seen", "turn"]
Rung = Literal["none", "light", "pulse", "large", "buddy", "teacher"]
"""How far an unanswered question got."""
DeviceState = Literal["on", "off", "absent", "refused"]
"""A microphone or camera of the pupil."""
ViewName = Literal["klas", "bord", "scherm", "hoeken"]
"""The class, the board straightened, the smartboard's signal, the board while corners are set."""
UnitState = Literal["starting", "ready", "live", "curtain", "fault"]

Token = Annotated[str, msgspec.Meta(min_length=16, max_length=128, pattern=r"^[A-Za-z0-9_\-]*\Z")]
"""Nonces, keys and signatures: base64url without padding."""
Sdp = Annotated[str, msgspec.Meta(max_length=32_768)]
Short = Annotated[str, msgspec.Meta(max_length=200)]
Code = Annotated[str, msgspec.Meta(max_length=40, pattern=r"^[a-z_]*\Z")]
Share = Annotated[float, msgspec.Meta(ge=-1, le=1)]
Half = Annotated[float, msgspec.Meta(ge=-0.5, le=0.5)]
Place = Annotated[float, msgspec.Meta(ge=-0.25, le=1.25)]
"""A share of the picture; a corner of the board may lie just outside it."""
Sequence = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
Milliseconds = Annotated[float, msgspec.Meta(ge=0, le=1e15)]


def _tag(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


class Message(msgspec.Struct, frozen=True, tag_field="type", tag=_tag, kw_only=True):
    """Base of all messages; `type` on the wire is the class name in snake_case."""


class Sealed(msgspec.Struct, frozen=True, kw_only=True):
    """A statement as signed: `body` is the exact text under the signature (facts: identity.py)."""

    body: Annotated[str, msgspec.Meta(max_length=49_152)]
    signature: Token


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """More about the question than its state.

    `soon`: the answer was "zo meteen". `told`: a classmate says it to the teacher. `chimes` only
    grows: how often the set was to chime since it was started.
    """

    rung: Rung = "none"
    soon: bool = False
    loud: bool = True
    told: bool = False
    chimes: int = 0


class IceCandidate(msgspec.Struct, frozen=True, kw_only=True):
    """One trickled ICE candidate (RFC 8838); unsigned: DTLS fingerprints are what counts."""

    candidate: Annotated[str, msgspec.Meta(max_length=1024)]
    mid: Short = "0"


class IceServer(msgspec.Struct, frozen=True, kw_only=True):
    """A STUN or TURN server, with the field names that RTCPeerConnection takes."""

    urls: Short
    username: Short = ""
    credential: Short = ""


class Phones(msgspec.Struct, frozen=True, kw_only=True):
    """Whom a pupil or parent may call; "" where the settings name nobody."""

    helpdesk: Short = ""
    hours: Short = ""
    school: Short = ""


# --- device <-> server -------------------------------------------------------------------------


class Challenge(Message, frozen=True):
    """Server's first message: sign this nonce."""

    v: int
    nonce: Token


class Login(Message, frozen=True):
    """Device's first message; `boot` is fresh at every start of the process."""

    v: int
    key: Token
    boot: Token
    signature: Token
    software: Short = ""
    probe: bool = False
    """Only to try the network: gets Welcome and Relays, and disturbs no login of this device."""


class Welcome(Message, frozen=True):
    """Logged in."""

    role: Role
    heartbeat_s: float
    helpdesk: bool = False
    """Whether this server takes reports of a set (messages_helpdesk.py)."""


class Relays(Message, frozen=True):
    """Server -> device: the ways to the relay; sent again before the credentials expire."""

    servers: Annotated[tuple[IceServer, ...], msgspec.Meta(max_length=8)]


class Peer(Message, frozen=True):
    """The other device of the pair is there (with this `boot`) or not."""

    online: bool
    boot: str = ""


class Problem(Message, frozen=True):
    """What went wrong, by name; `final` means: do not come back with the same login.

    With code `revoked`, `pair` and `epoch` say which pair is ended for good.
    """

    code: Code
    final: bool = False
    pair: Short = ""
    epoch: int = 0


class Join(Message, frozen=True):
    """Laptop -> unit: I want into the class."""

    nonce: Token


class Ready(Message, frozen=True):
    """Unit -> laptop: come; `nonce` is the unit's own, `answers` the laptop's from Join."""

    nonce: Token
    answers: Token


class Refuse(Message, frozen=True):
    """Unit -> laptop: not now, and why."""

    code: Code


class Offer(Message, frozen=True):
    """Laptop -> unit: signed offer of a leg."""

    sealed: Sealed


class Answer(Message, frozen=True):
    """Unit -> laptop: signed answer."""

    sealed: Sealed


class Candidate(Message, frozen=True):
    """Either way: a trickled candidate of the camera leg."""

    ice: IceCandidate


class Bye(Message, frozen=True):
    """Either way: the session ends; signed, because the server may not end one."""

    sealed: Sealed


FromServer = (
    Challenge
    | Welcome
    | Relays
    | Peer
    | Problem
    | Join
    | Ready
    | Refuse
    | Offer
    | Answer
    | Candidate
    | Bye
)
ToServer = Login | Join | Ready | Refuse | Offer | Answer | Candidate | Bye

# --- laptop page <-> agent, data channels of the camera leg ---------------------------------------


class Steer(Message, frozen=True):
    """Move the camera: -1..1 of the comfortable speed (right, up, in are +); all zero is Stop.

    Repeated every 70 ms while held, because the set stops by itself without it.
    """

    seq: Sequence
    pan: Share
    tilt: Share
    zoom: Share


class Look(Message, frozen=True):
    """Centre the picture on this point: x right, y down, as shares of the picture from its middle.

    `width` < 1 also zooms until that share of the picture fills it.
    """

    seq: Sequence
    x: Half
    y: Half
    width: Annotated[float, msgspec.Meta(gt=0, le=1)] = 1.0


class Home(Message, frozen=True):
    """Turn the camera to its home position."""

    seq: Sequence


class Preset(Message, frozen=True):
    """Go to a stored position, or store the present one."""

    seq: Sequence
    number: Annotated[int, msgspec.Meta(ge=1, le=16)]
    store: bool = False


class Follow(Message, frozen=True):
    """Keep whoever walks about in the picture, until anything else turns the camera."""

    seq: Sequence
    on: bool


class Show(Message, frozen=True):
    """What to show."""

    view: ViewName


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """A point of the class picture as shares of its width and height, y down."""

    x: Place
    y: Place


class Corners(Message, frozen=True):
    """The board's corners by hand, clockwise from the top left; none: look for them yourself."""

    points: Annotated[tuple[Point, ...], msgspec.Meta(max_length=4)] = ()


class Fade(Message, frozen=True):
    """Whether who stands before the board is to be faded out."""

    on: bool


class Closer(Message, frozen=True):
    """Zoom in on the board, because its text cannot be read."""


class TakeStill(Message, frozen=True):
    """Send a photo of what is shown over the file channel; it replaces one on its way."""

    number: Sequence


class DropStill(Message, frozen=True):
    """Stop sending that photo."""

    number: Sequence


class Ask(Message, frozen=True):
    """The vraagknop is pressed; not `loud` asks for lamp and screen only."""

    loud: bool = True


class Withdraw(Message, frozen=True):
    """The question is taken back."""


class Beat(Message, frozen=True):
    """Sign of life of the page, 4 a second, with what the page sees (link figures of getStats)."""

    seq: Sequence
    clock_ms: Milliseconds
    mic: DeviceState
    camera: DeviceState
    fps: Annotated[float, msgspec.Meta(ge=0, le=1000)] = 0.0
    lost_pct: Annotated[float, msgspec.Meta(ge=0, le=100)] = 0.0
    showing: bool = False
    talking: bool = False
    presence: Presence = Presence()
    resting: bool = False
    """The pupil only listens for a while: microphone and camera are off on purpose."""


class Talk(Message, frozen=True):
    """Signed offer (from the page) or answer (from the set) of the talk leg."""

    sealed: Sealed


class TalkCandidate(Message, frozen=True):
    """A trickled candidate of the talk leg."""

    ice: IceCandidate


class Leave(Message, frozen=True):
    """The pupil goes."""


class Pulse(Message, frozen=True):
    """The set's answer to a Beat: echoes it, and says which RTP time was captured when.

    `capture_ms` and `clock_ms` are on the set's own monotonic clock; with the round trip of the
    beats the page knows the true delay glass to glass.
    """

    seq: Sequence
    clock_ms: Milliseconds
    rtp: int
    capture_ms: Milliseconds


class Situation(Message, frozen=True):
    """What the set is like now; sent whole whenever anything in it changes."""

    question: QuestionState
    asked_ago_ms: Milliseconds
    curtain: bool
    moves: bool
    kiosk: bool
    view: ViewName
    smartboard: bool
    notices: tuple[Code, ...] = ()
    follows: bool = False
    presets: tuple[int, ...] = ()
    """Numbers of the places taught in this room."""
    asked: Asked = Asked()
    moving: bool = False
    """The set is on its way to another room, or switched off; nothing is shown."""


class PresetReply(Message, frozen=True):
    """What became of a Preset that didn't simply turn the camera."""

    number: int
    result: Literal["stored", "empty", "failed"]


class NotNow(Message, frozen=True):
    """The camera is not turned now, and why: `curtain` or `moving`."""

    code: Code


class Board(Message, frozen=True):
    """What the set knows of the board; sent whole at every change.

    `corners` are those in use while the board is shown or set, `refused` says why the last ones by
    hand were not taken. `cap_px` is the height of the smallest capitals in pixels that count,
    `closer` whether zooming in would help.
    """

    corners: tuple[Point, ...] = ()
    by_hand: bool = False
    fade: bool = False
    refused: Code = ""
    cap_px: float | None = None
    mm_per_px: float | None = None
    small: bool = False
    closer: bool = False


class StillHead(Message, frozen=True):
    """On the file channel, before the photo's bytes: how many, and their SHA-256."""

    number: Sequence
    size: Annotated[int, msgspec.Meta(ge=1, le=MAX_STILL_BYTES)]
    sha256: Token
    width: Annotated[int, msgspec.Meta(ge=1, le=4096)]
    height: Annotated[int, msgspec.Meta(ge=1, le=4096)]


class StillRefused(Message, frozen=True):
    """No photo, or no more of it, and why."""

    number: Sequence
    code: Code


class View(Message, frozen=True):
    """Where the camera looks, degrees (right, up are +) and magnification."""

    pan_deg: float
    tilt_deg: float
    zoom: float
    fov_deg: float


class TalkWanted(Message, frozen=True):
    """The kiosk page is there without a talk leg: please offer one, with this nonce of the unit."""

    nonce: Token


class Farewell(Message, frozen=True):
    """The set ends the session, and why."""

    code: Code


FromPupil = (
    Show
    | Corners
    | Fade
    | Closer
    | TakeStill
    | DropStill
    | Steer
    | Look
    | Home
    | Preset
    | Follow
    | Ask
    | Withdraw
    | Beat
    | Talk
    | TalkCandidate
    | Leave
)
FromSet = (
    Pulse
    | Situation
    | PresetReply
    | Board
    | StillHead
    | StillRefused
    | View
    | TalkWanted
    | Talk
    | TalkCandidate
    | Farewell
    | NotNow
)

# --- home page <-> local process of the laptop


class Hello(Message, frozen=True):
    """First message of a page; `live` when it still has a session (its process was restarted)."""

    v: int
    live: bool = False


class CameraOffer(Message, frozen=True):
    """Page -> process: into the class, with this offer of the camera leg."""

    sdp: Sdp


class TalkOffer(Message, frozen=True):
    """Page -> process: sign this offer of the talk leg; `nonce` came in TalkWanted."""

    nonce: Token
    sdp: Sdp


class TalkAnswer(Message, frozen=True):
    """Page -> process: verify this answer of the talk leg, which came over the camera leg."""

    sealed: Sealed


class Hang(Message, frozen=True):
    """Page -> process: the session is over (the pupil pressed leave)."""


class Appear(Message, frozen=True):
    """Page -> process: the pupil chose how to be in class; kept on this laptop only."""

    presence: Presence
    shield: Shield = Shield()


class Speak(Message, frozen=True):
    """Page -> process: the pupil's microphone was switched; a page that is loaded anew in the
    lesson must not open what was shut. Remembered for as long as the process runs."""

    microphone: Microphone


class Status(Message, frozen=True):
    """Process -> page: how things stand, sent whole at every change."""

    wanted: bool
    server: bool
    peer: bool
    peer_boot: str
    peer_logins: int
    """How often the set was announced: it rises when it comes back over another network."""
    paired: bool
    language: str
    away: Code = ""
    """Why the server is not there, as a code of the page's catalogue; "" while it is."""
    ice_servers: tuple[IceServer, ...] = ()
    relay_only: bool = False
    presence: Presence | None = None
    """As chosen last on this laptop; None: never yet, and the page asks."""
    shield: Shield = Shield()
    microphone: Microphone = Microphone()
    person_model: bool = False
    """Whether /model/person.tflite can be loaded, which finds the person in a picture."""
    phones: Phones = Phones()


class Verified(Message, frozen=True):
    """Process -> page: the answer to your offer, verified against the pinned key of the set."""

    leg: Leg
    sdp: Sdp


class SignedTalk(Message, frozen=True):
    """Process -> page: your talk offer, signed; send it over the camera leg."""

    sealed: Sealed


class Refused(Message, frozen=True):
    """Process -> page: no, and why; `again` says that trying once more by itself makes sense."""

    code: Code
    again: bool = False


class Gone(Message, frozen=True):
    """Process -> page: the set ended the session with a signed bye."""

    code: Code


class TakenOver(Message, frozen=True):
    """Process -> page: another window of this page took over; stay quiet."""


FromHome = Hello | CameraOffer | TalkOffer | TalkAnswer | Candidate | Hang | Appear | Speak
ToHome = Status | Verified | SignedTalk | Refused | Candidate | Gone | TakenOver

# --- kiosk page <-> agent


class TalkCall(Message, frozen=True):
    """Agent -> kiosk: a verified offer of the talk leg."""

    sdp: Sdp


class TalkReply(Message, frozen=True):
    """Kiosk -> agent: the answer to it."""

    sdp: Sdp


class TalkEnd(Message, frozen=True):
    """Agent -> kiosk: close the talk leg."""


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the screen's checklist; `ok` is None while unknown."""

    name: Code
    ok: bool | None
    advice: Code = ""
    percent: Annotated[int, msgspec.Meta(ge=0, le=100)] | None = None
    """Of the battery, where there is one."""
    charging: bool = False


class Screen(Message, frozen=True):
    """Agent -> kiosk: all that the screen shows, sent whole at every change."""

    state: UnitState
    reason: Code
    watching: bool
    question: QuestionState
    asked_ago_ms: Milliseconds
    mic: DeviceState
    camera: DeviceState
    checks: tuple[Check, ...]
    notices: tuple[Code, ...]
    unit_name: str
    language: str
    class_microphone: str
    loudspeaker: str
    room_microphone: str = ""
    ice_servers: tuple[IceServer, ...] = ()
    relay_only: bool = False
    todo: Code = ""
    """The one thing to do next, as a code of klasgenoot/faults.py."""
    asked: Asked = Asked()
    buddies: int | None = None
    """Phones of buddies that are there; None where the set has no page for them."""
    presence: Presence = Presence()
    """How the pupil wants to be seen."""
    resting: bool = False
    """The pupil only listens for a while."""
    knocks: bool = False
    """The pupil knocks, and nobody has answered yet."""


MicLevel = Literal["unknown", "good", "silent", "soft", "clipping"]
"""What the class microphone's signal sounds like (signaling/web/mic-level.js)."""
SpeakerState = Literal["unknown", "on", "absent", "unheard"]
"""`unheard`: somebody in class pressed that the test sound was not heard."""


class Press(Message, frozen=True):
    """Kiosk -> agent: somebody pressed a button on the screen."""

    action: Literal["seen", "soon", "turn", "curtain", "move", "shutdown", "buddy", "come", "wait"]


class Sounding(Message, frozen=True):
    """Kiosk -> agent: state of the class microphone and of the talk leg."""

    microphone: DeviceState
    talking: bool
    blocked: bool = False
    hears: MicLevel = "unknown"
    speaker: SpeakerState = "unknown"


FromKiosk = Hello | TalkReply | TalkCandidate | Press | Sounding
ToKiosk = Screen | TalkCall | TalkCandidate | TalkEnd | TakenOver


# --- codec ---------------------------------------------------------------------------------------


class MessageError(Exception):
    """A message from outside is not one of ours. `code` is safe to show and to log."""

    def __init__(self, code: Literal["too_large", "not_json", "unknown_type", "invalid"]) -> None:
        super().__init__(code)
        self.code: Code = code


_T = TypeVar("_T")
_encoder = msgspec.json.Encoder()


class Decoder:
    """Decodes one link's messages.

    `Decoder(FromPupil)(text)` gives a message or raises MessageError; never anything else.
    """

    def __init__(self, union: object) -> None:
        self._decoder: msgspec.json.Decoder[Message] = msgspec.json.Decoder(union)

    def __call__(self, raw: str | bytes) -> Message:
        size = len(raw) if isinstance(raw, bytes) else len(raw.encode("utf-8", "surrogatepass"))
        if size > MAX_MESSAGE_BYTES:
            raise MessageError("too_large")
        try:
            return self._decoder.decode(raw)
        except msgspec.ValidationError as error:
            unknown = "Invalid value" in str(error) and str(error).endswith("`$.type`")
            raise MessageError("unknown_type" if unknown else "invalid") from None
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            raise MessageError("not_json") from None


def encode(message: Message) -> str:
    """The text that goes on the wire."""
    return _encoder.encode(message).decode()
