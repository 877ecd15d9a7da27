"""What a hostile server may say unasked in the middle of a lesson. None of it may end the lesson:
only the two devices can, by what they sign or say over their own encrypted line."""

from collections.abc import Callable

from bench.hostile import Parcel, Scene
from bench.hostile_changes import OWN, read, resealed
from signaling.identity import new_nonce, to_text
from signaling.messages import (
    Answer,
    Bye,
    Candidate,
    IceCandidate,
    Join,
    Message,
    Offer,
    Peer,
    Problem,
    Ready,
    Refuse,
    Relays,
    Sealed,
)
from signaling.messages_helpdesk import HelpdeskAction

Say = Callable[[Scene], list[Parcel]]

_MADE_UP = Sealed(body="{}", signature=to_text(bytes(64)))
_NOWHERE = Candidate(ice=IceCandidate(candidate="candidate:1 1 udp 1 127.0.0.1 9 typ host"))


def _sealed(scene: Scene, tag: str) -> Sealed:
    message = scene.present[tag]
    assert isinstance(message, Offer | Answer | Bye)
    return message.sealed


def _bye(scene: Scene, tag: str) -> Bye:
    """Of the present session in every field, under the server's signature."""
    made = resealed(scene.present[tag], OWN, type="bye", sdp="", offer_sha256="")
    assert isinstance(made, Offer | Answer)
    return Bye(sealed=made.sealed)


def _to_both(message: Message) -> list[Parcel]:
    return [("laptop", message), ("unit", message)]


LIVE: dict[str, Say] = {
    "a bye of nobody": lambda _scene: _to_both(Bye(sealed=_MADE_UP)),
    "the laptop's bye, signed by the server": lambda scene: [("unit", _bye(scene, "offer"))],
    "the set's bye, signed by the server": lambda scene: [("laptop", _bye(scene, "answer"))],
    "the bye of an earlier lesson": lambda scene: _to_both(scene.earlier["bye"]),
    "this lesson's offer as a bye": lambda scene: _to_both(Bye(sealed=_sealed(scene, "offer"))),
    "this lesson's answer as a bye": lambda scene: _to_both(Bye(sealed=_sealed(scene, "answer"))),
    "the set refuses": lambda _scene: [("laptop", Refuse(code="unverified"))],
    "the set has no camera": lambda _scene: [("laptop", Refuse(code="camera_absent"))],
    "a problem": lambda _scene: _to_both(Problem(code="timed_out")),
    "another pair is revoked": lambda _scene: _to_both(
        Problem(code="revoked", pair="0" * 32, epoch=9)
    ),
    "this pair was revoked in an older epoch": lambda scene: _to_both(
        Problem(code="revoked", pair=read(scene.present["offer"]).pair, epoch=0)
    ),
    "the other one is gone": lambda _scene: _to_both(Peer(online=False)),
    "the other one was started anew": lambda _scene: _to_both(Peer(online=True, boot="b" * 22)),
    "the set was started anew, and refuses": lambda _scene: [
        ("laptop", Peer(online=True, boot="b" * 22)),
        ("laptop", Refuse(code="unverified")),
    ],
    "a Join of the server's own": lambda _scene: [("unit", Join(nonce=new_nonce()))],
    "this lesson's Join again": lambda scene: [("unit", scene.present["join"])],
    "this lesson's offer again": lambda scene: [("unit", scene.present["offer"])],
    "this lesson's answer again": lambda scene: [("laptop", scene.present["answer"])],
    "an offer signed by the server, after a Join": lambda scene: [
        ("unit", Join(nonce=new_nonce())),
        ("unit", resealed(scene.present["offer"], OWN)),
    ],
    "a Ready that nobody asked for": lambda _scene: [
        ("laptop", Ready(nonce=new_nonce(), answers=new_nonce()))
    ],
    "candidates that lead nowhere": lambda _scene: _to_both(_NOWHERE),
    "the helpdesk restarts the set": lambda _scene: [
        ("unit", HelpdeskAction(number=number, action="restart")) for number in range(12)
    ],
    "the helpdesk has the set checked": lambda _scene: [
        ("unit", HelpdeskAction(number=number, action="doctor")) for number in range(12)
    ],
    "the helpdesk writes all over the screen": lambda _scene: [
        ("unit", HelpdeskAction(number=number, action="text", text="W" * 160))
        for number in range(40)
    ],
    "other relays": lambda _scene: _to_both(Relays(servers=())),
}
"""In a lesson whose join passed this server, after an earlier one that did too."""
