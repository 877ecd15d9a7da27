"""The ways in which a hostile server comes between two devices that join; bench/hostile.py plays
them. None of them may end in a session: whatever it changes is signed, used once, and fresh."""

from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from bench.hostile import Deed, Kind, Parcel, Scene, tag_of
from bench.hostile_changes import (
    OWN,
    SDP,
    SIGNED,
    Change,
    read,
    recorded,
    resealed,
    unsigned,
    with_sdp,
)
from signaling.identity import DeviceKey, new_nonce, seal, sha256
from signaling.messages import Answer, Bye, Join, Message, Offer, Ready, Refuse, Role

Make = Callable[[Scene, Any], list[Parcel]]


def steps(**makers: Make) -> Deed:
    """In place of each message of these types what its maker gives; all else passes."""

    async def deed(scene: Scene, to: Role, message: Message) -> list[Parcel]:
        make = makers.get(tag_of(message))
        return [(to, message)] if make is None else make(scene, message)

    return deed


def changed(tag: str, change: Change) -> Deed:
    """Every message of this type is changed on its way."""
    to: Role = "laptop" if tag in {"ready", "answer"} else "unit"
    return steps(**{tag: lambda scene, message: [(to, change(scene, message))]})


def _withheld(tag: str, to: Role) -> Deed:
    """The page tries again by itself, and then gets what belonged to the first try."""

    def make(scene: Scene, message: Message) -> list[Parcel]:
        if tag in scene.held:
            return [(to, scene.held[tag])]
        scene.held[tag] = message
        return [("laptop", Refuse(code="no_answer"))]

    return steps(**{tag: make})


# --- the server in a device's place --------------------------------------------------------------


def _offers(signer: DeviceKey | None) -> Deed:
    """The set gets the offer of the server's own peer."""

    async def deed(scene: Scene, to: Role, message: Message) -> list[Parcel]:
        match message:
            case Offer():
                return [("unit", resealed(message, signer, sdp=await scene.peer.offer()))]
            case Answer():
                await scene.peer.answered(read(message).sdp)
                return []
        return [(to, message)]

    return deed


def _answers(signer: DeviceKey | None) -> Deed:
    """The laptop gets the answer of the server's own peer; the set answered as well."""

    async def deed(scene: Scene, to: Role, message: Message) -> list[Parcel]:
        if not isinstance(message, Answer):
            return [(to, message)]
        sdp = await scene.peer.answer(read(scene.present["offer"]).sdp)
        return [("laptop", resealed(message, signer, sdp=sdp))]

    return deed


async def _plays_the_set(scene: Scene, to: Role, message: Message) -> list[Parcel]:
    """The set never hears that anybody wants in."""
    match message:
        case Join():
            return [("laptop", Ready(nonce=new_nonce(), answers=message.nonce))]
        case Offer():
            offer = read(message)
            answer = msgspec.structs.replace(
                offer,
                type="answer",
                sender="unit",
                receiver="laptop",
                sdp=await scene.peer.answer(offer.sdp),
                offer_sha256=sha256(message.sealed.body),
            )
            return [("laptop", Answer(sealed=seal(OWN, answer)))]
    return []


async def _plays_the_laptop(scene: Scene, to: Role, message: Message) -> list[Parcel]:
    """The set never hears of the laptop; its refusal is what the page gets to see."""
    match message:
        case Join():
            scene.held["join"] = Join(nonce=new_nonce())
            return [("unit", scene.held["join"])]
        case Ready():
            nonces = {"nonce_laptop": message.answers, "nonce_unit": message.nonce}
            made = resealed(scene.earlier["offer"], OWN, sdp=await scene.peer.offer(), **nonces)
            return [("unit", made)]
        case Answer():
            await scene.peer.answered(read(message).sdp)
            return []
        case Refuse():
            return [(to, message)]
    return []


# --- in another order, or another way round ------------------------------------------------------


def _mirrored(_scene: Scene, message: Offer) -> list[Parcel]:
    return [("laptop", Answer(sealed=message.sealed))]


def _mirrored_as_answer(_scene: Scene, message: Offer) -> list[Parcel]:
    made = resealed(message, type="answer", offer_sha256=sha256(message.sealed.body))
    assert isinstance(made, Offer)
    return [("laptop", Answer(sealed=made.sealed))]


def _back_to_the_set(_scene: Scene, message: Answer) -> list[Parcel]:
    return [("unit", Offer(sealed=message.sealed))]


def _not_passed(_scene: Scene, _message: Message) -> list[Parcel]:
    return []


def _other_answers(scene: Scene, message: Ready) -> Message:
    """The set was given another nonce; this puts right what it says of it."""
    join = scene.present["join"]
    assert isinstance(join, Join)
    return Ready(nonce=message.nonce, answers=join.nonce)


def _earlier_nonce(scene: Scene, message: Ready) -> Message:
    ready = scene.earlier["ready"]
    assert isinstance(ready, Ready)
    return Ready(nonce=ready.nonce, answers=message.answers)


def _said_by_the_laptop(_scene: Scene, message: Offer) -> str:
    """What only the page's own process may say."""
    sdp = read(message).sdp
    return msgspec.json.encode({"type": "verified", "leg": "camera", "sdp": sdp}).decode()


_ORDER: dict[str, Kind] = {
    "the laptop's own offer as the answer": Kind(steps(offer=_mirrored)),
    "the laptop's own offer, called an answer": Kind(steps(offer=_mirrored_as_answer)),
    "the set's own answer as an offer": Kind(steps(answer=_back_to_the_set)),
    "an earlier offer overtakes the right one": Kind(
        steps(
            join=lambda scene, message: [("unit", message), ("unit", scene.earlier["offer"])],
            ready=_not_passed,
        )
    ),
    "an earlier answer before Ready": Kind(
        steps(ready=lambda scene, _message: [("laptop", scene.earlier["answer"])])
    ),
    "an earlier answer to Join": Kind(
        steps(join=lambda scene, _message: [("laptop", scene.earlier["answer"])])
    ),
    "the answer to the try before": Kind(_withheld("answer", "laptop")),
    "the offer of the try before": Kind(_withheld("offer", "unit")),
    "a bye in place of the answer": Kind(
        steps(answer=lambda _scene, message: [("laptop", Bye(sealed=message.sealed))])
    ),
    "verified, says the server": Kind(
        steps(offer=lambda scene, message: [("laptop", _said_by_the_laptop(scene, message))]),
        told="no_answer",
    ),
    "Join with another nonce": Kind(changed("join", lambda _scene, _m: Join(nonce=new_nonce()))),
    "Join with another nonce, hidden from the laptop": Kind(
        steps(
            join=lambda _scene, _message: [("unit", Join(nonce=new_nonce()))],
            ready=lambda scene, message: [("laptop", _other_answers(scene, message))],
        )
    ),
    "an earlier Join": Kind(changed("join", recorded)),
    "Join, and another after it": Kind(
        steps(join=lambda _scene, message: [("unit", message), ("unit", Join(nonce=new_nonce()))])
    ),
    "another Join before the offer": Kind(
        steps(offer=lambda _scene, message: [("unit", Join(nonce=new_nonce())), ("unit", message)])
    ),
    "Ready with another nonce": Kind(
        changed("ready", lambda _scene, m: Ready(nonce=new_nonce(), answers=m.answers))
    ),
    "Ready with the laptop's own nonce": Kind(
        changed("ready", lambda _scene, m: Ready(nonce=m.answers, answers=m.answers))
    ),
    "Ready to somebody else": Kind(
        changed("ready", lambda _scene, m: Ready(nonce=m.nonce, answers=new_nonce()))
    ),
    "Ready with its nonces swapped": Kind(
        changed("ready", lambda _scene, m: Ready(nonce=m.answers, answers=m.nonce))
    ),
    "an earlier Ready": Kind(changed("ready", recorded)),
    "Ready with the nonce of an earlier one": Kind(changed("ready", _earlier_nonce)),
    "Ready twice, the second with another nonce": Kind(
        steps(
            ready=lambda _scene, m: [
                ("laptop", m),
                ("laptop", Ready(nonce=new_nonce(), answers=m.answers)),
            ]
        )
    ),
}


def _all() -> Iterator[tuple[str, Kind]]:
    for tag in ("offer", "answer"):
        for name, change in SDP.items():
            yield f"{tag}: {name}", Kind(changed(tag, with_sdp(change)))
        for name, altered in SIGNED.items():
            yield f"{tag}: {name}", Kind(changed(tag, altered))
        yield f"{tag}: signature missing", Kind(changed(tag, unsigned), told="no_answer")
    for name, signer in (("", None), (", signed by the server", OWN)):
        yield f"offer: the server's own peer{name}", Kind(_offers(signer))
        yield f"answer: the server's own peer{name}", Kind(_answers(signer))
    yield "the server plays the set", Kind(_plays_the_set)
    yield "the server plays the laptop", Kind(_plays_the_laptop)
    yield from _ORDER.items()


KINDS: dict[str, Kind] = dict(_all())
