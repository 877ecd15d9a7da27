"""The signed exchange of a leg: it works both ways, and nothing else does."""

from collections.abc import Callable

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.handshake import FRESH_S, LaptopHandshake, UnitHandshake
from signaling.identity import (
    DeviceKey,
    Pairing,
    Statement,
    TrustError,
    new_nonce,
    seal,
)
from signaling.messages import Leg, Sealed

PRINT = ":".join(f"{n:02X}" for n in range(32))
OFFER = f"v=0\r\ns=offer\r\na=fingerprint:sha-256 {PRINT}\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\n"
ANSWER = OFFER.replace("s=offer", "s=answer")
UNIT, LAPTOP = DeviceKey.make(), DeviceKey.make()
PAIRING = Pairing(unit_key=UNIT.public, laptop_key=LAPTOP.public, epoch=3)
LEGS: tuple[Leg, Leg] = ("camera", "talk")


def devices(leg: Leg = "camera") -> tuple[LaptopHandshake, UnitHandshake]:
    return LaptopHandshake(LAPTOP, PAIRING, leg), UnitHandshake(UNIT, PAIRING, leg)


def greeted(leg: Leg = "camera") -> tuple[LaptopHandshake, UnitHandshake]:
    """Both know both nonces, as far as the leg has it before the offer."""
    laptop, unit = devices(leg)
    if leg == "camera":
        nonce_laptop = laptop.begin(0.0)
        laptop.ready(unit.ready(nonce_laptop, 0.0), nonce_laptop, 0.0)
    else:
        nonce_unit = unit.ready(None, 0.0)
        laptop.begin(0.0)
        laptop.ready(nonce_unit, None, 0.0)
    return laptop, unit


def agreed(leg: Leg = "camera") -> tuple[LaptopHandshake, UnitHandshake]:
    laptop, unit = greeted(leg)
    assert unit.offer(laptop.offer(OFFER, 1.0), 1.0) == OFFER
    assert laptop.answer(unit.answer(ANSWER, 2.0), 2.0) == ANSWER
    return laptop, unit


def refused(code: str, act: Callable[[], object]) -> None:
    with pytest.raises(TrustError) as error:
        act()
    assert error.value.code == code


@pytest.mark.parametrize("leg", LEGS)
def test_both_legs_and_both_byes(leg: Leg) -> None:
    laptop, unit = agreed(leg)
    of_laptop, of_unit = laptop.bye(), unit.bye()
    assert of_laptop is not None and of_unit is not None
    unit.check_bye(of_laptop)
    laptop.check_bye(of_unit)


def test_the_talk_leg_also_takes_the_laptop_s_own_nonce_as_answered() -> None:
    laptop, unit = devices("talk")
    nonce_unit = unit.ready(None, 0.0)
    laptop.ready(nonce_unit, laptop.begin(0.0), 0.0)
    assert unit.offer(laptop.offer(OFFER, 0.0), 0.0) == OFFER


# --- nonces -----------------------------------------------------------------------------------


def test_a_recorded_exchange_is_refused() -> None:
    laptop, unit = greeted()
    offer = laptop.offer(OFFER, 0.0)
    unit.offer(offer, 0.0)
    answer = unit.answer(ANSWER, 0.0)
    laptop.answer(answer, 0.0)
    refused("stale_nonce", lambda: unit.offer(offer, 0.0))  # the same once more
    refused("stale_nonce", lambda: laptop.answer(answer, 0.0))
    later_laptop, later_unit = greeted()
    refused("stale_nonce", lambda: later_unit.offer(offer, 0.0))
    later_laptop.offer(OFFER, 0.0)
    refused("stale_nonce", lambda: later_laptop.answer(answer, 0.0))


@pytest.mark.parametrize("leg", LEGS)
def test_everything_goes_stale(leg: Leg) -> None:
    late = FRESH_S + 0.1
    laptop, unit = greeted(leg)
    refused("stale_nonce", lambda: laptop.offer(OFFER, late))
    offer = laptop.offer(OFFER, FRESH_S)
    refused("stale_nonce", lambda: unit.offer(offer, late))
    unit.offer(offer, FRESH_S)
    refused("stale_nonce", lambda: unit.answer(ANSWER, late))
    answer = unit.answer(ANSWER, FRESH_S)
    refused("stale_nonce", lambda: laptop.answer(answer, late))
    laptop.answer(answer, FRESH_S)


def test_ready_has_to_answer_the_own_nonce() -> None:
    laptop, unit = devices()
    refused("stale_nonce", lambda: laptop.ready(new_nonce(), new_nonce(), 0.0))  # not begun
    nonce = laptop.begin(0.0)
    refused("stale_nonce", lambda: laptop.ready(new_nonce(), new_nonce(), 0.0))
    refused("stale_nonce", lambda: laptop.ready(new_nonce(), None, 0.0))
    refused("stale_nonce", lambda: laptop.ready(nonce, nonce, 0.0))  # ours sent back
    refused("stale_nonce", lambda: laptop.ready("short", nonce, 0.0))
    laptop.ready(unit.ready(nonce, 0.0), nonce, 0.0)
    refused("stale_nonce", lambda: laptop.ready(new_nonce(), nonce, 0.0))  # a second one


def test_the_unit_takes_each_nonce_of_the_laptop_once() -> None:
    _, unit = devices()
    nonce = new_nonce()
    unit.ready(nonce, 0.0)
    refused("stale_nonce", lambda: unit.ready(nonce, 1.0))
    refused("stale_nonce", lambda: unit.ready("rubbish", 1.0))
    refused("stale_nonce", lambda: unit.ready(None, 1.0))  # the camera leg begins with a Join
    refused("stale_nonce", lambda: UnitHandshake(UNIT, PAIRING, "talk").ready(nonce, 1.0))


def test_out_of_turn() -> None:
    laptop, unit = devices()
    laptop.begin(0.0)
    refused("stale_nonce", lambda: laptop.offer(OFFER, 0.0))
    refused("wrong_offer", lambda: unit.answer(ANSWER, 0.0))
    assert laptop.bye() is None and unit.bye() is None
    other_laptop, other_unit = greeted()
    other_unit.offer(other_laptop.offer(OFFER, 0.0), 0.0)
    answer = other_unit.answer(ANSWER, 0.0)
    refused("stale_nonce", lambda: laptop.answer(answer, 0.0))
    refused("stale_nonce", lambda: unit.offer(other_laptop.offer(OFFER, 0.0), 0.0))


def test_a_refused_message_does_not_spoil_the_right_one() -> None:
    laptop, unit = greeted()
    offer = laptop.offer(OFFER, 0.0)
    forged = Sealed(body=offer.body.replace("s=offer", "s=fraud"), signature=offer.signature)
    refused("bad_signature", lambda: unit.offer(forged, 0.0))
    unit.offer(offer, 0.0)


def test_starting_over() -> None:
    laptop, unit = agreed()
    bye_of_first = laptop.bye()
    nonce = laptop.begin(10.0)
    laptop.ready(unit.ready(nonce, 10.0), nonce, 10.0)
    assert bye_of_first is not None
    unit.check_bye(bye_of_first)  # what was agreed can still be ended
    unit.offer(laptop.offer(OFFER, 10.0), 10.0)
    unit.ready(new_nonce(), 11.0)
    refused("wrong_offer", lambda: unit.answer(ANSWER, 11.0))  # its offer is void by now


def test_an_answer_belongs_to_its_offer() -> None:
    laptop, unit = greeted()
    unit.offer(laptop.offer(OFFER, 0.0), 0.0)
    laptop.offer(OFFER.replace("s=offer", "s=newer"), 0.0)
    refused("wrong_offer", lambda: laptop.answer(unit.answer(ANSWER, 0.0), 0.0))


def test_a_bye_belongs_to_its_session() -> None:
    laptop, unit = agreed()
    other_laptop, other_unit = agreed()
    for_other, from_other = other_laptop.bye(), other_unit.bye()
    assert for_other is not None and from_other is not None
    refused("stale_nonce", lambda: unit.check_bye(for_other))
    refused("stale_nonce", lambda: laptop.check_bye(from_other))
    refused("bad_signature", lambda: laptop.check_bye(for_other))  # its own, sent back


@pytest.mark.parametrize("sdp", ["", "hello", OFFER.replace(":1F", ":1f"), ANSWER + OFFER[4:] * 99])
def test_a_bad_fingerprint_is_neither_sent_nor_taken(sdp: str) -> None:
    laptop, unit = greeted()
    refused("bad_fingerprint", lambda: laptop.offer(sdp, 0.0))
    offer = laptop.offer(OFFER, 0.0)
    refused("bad_fingerprint", lambda: unit.offer(changed(offer, LAPTOP, sdp=sdp), 0.0))
    unit.offer(offer, 0.0)
    refused("bad_fingerprint", lambda: unit.answer(sdp, 0.0))
    answer = unit.answer(ANSWER, 0.0)
    refused("bad_fingerprint", lambda: laptop.answer(changed(answer, UNIT, sdp=sdp), 0.0))


# --- any single change ------------------------------------------------------------------------


def changed(sealed: Sealed, key: DeviceKey, **fields: object) -> Sealed:
    """The same statement with these fields changed, signed by `key`."""
    statement = msgspec.json.decode(sealed.body, type=Statement)
    return seal(key, msgspec.structs.replace(statement, **fields))


CHANGES = [
    ("wrong_version", {"v": 2}),
    ("wrong_pair", {"pair": "0" * 32}),
    ("wrong_way", {"sender": "unit", "receiver": "laptop"}),
    ("wrong_way", {"receiver": "laptop"}),
    ("wrong_epoch", {"epoch": 2}),
    ("wrong_epoch", {"epoch": 4}),
    ("wrong_leg", {"leg": "talk"}),
    ("wrong_type", {"type": "bye"}),
    ("wrong_type", {"type": "answer"}),
    ("stale_nonce", {"nonce_laptop": new_nonce()}),
    ("stale_nonce", {"nonce_unit": new_nonce()}),
    ("wrong_offer", {"offer_sha256": "0" * 64}),
]


@pytest.mark.parametrize(("code", "fields"), CHANGES)
def test_a_changed_field_is_refused_even_if_signed(code: str, fields: dict[str, object]) -> None:
    laptop, unit = greeted()
    offer = changed(laptop.offer(OFFER, 0.0), LAPTOP, **fields)
    refused(code, lambda: unit.offer(offer, 0.0))


def test_another_pair_s_signature_is_refused() -> None:
    laptop, unit = greeted()
    offer = laptop.offer(OFFER, 0.0)
    refused("bad_signature", lambda: unit.offer(changed(offer, DeviceKey.make()), 0.0))
    refused("bad_signature", lambda: unit.offer(changed(offer, UNIT), 0.0))


def test_a_bye_carries_nothing() -> None:
    laptop, unit = agreed()
    bye = laptop.bye()
    assert bye is not None
    refused("bad_statement", lambda: unit.check_bye(changed(bye, LAPTOP, sdp=OFFER)))
    refused("wrong_type", lambda: unit.check_bye(laptop_offer()))


def laptop_offer() -> Sealed:
    return greeted()[0].offer(OFFER, 0.0)


@pytest.mark.parametrize("kind", ["offer", "answer", "bye"])
@given(data=st.data())
def test_any_changed_character_is_refused(kind: str, data: st.DataObject) -> None:
    laptop, unit = greeted()
    sealed = laptop.offer(OFFER, 0.0)
    take: Callable[[Sealed], object] = lambda s: unit.offer(s, 0.0)  # noqa: E731
    if kind == "answer":
        unit.offer(sealed, 0.0)
        sealed = unit.answer(ANSWER, 0.0)
        take = lambda s: laptop.answer(s, 0.0)  # noqa: E731
    elif kind == "bye":
        bye = laptop.bye()
        assert bye is not None
        sealed, take = bye, unit.check_bye
    field = data.draw(st.sampled_from(["body", "signature"]))
    text = getattr(sealed, field)
    place = data.draw(st.integers(0, len(text)))
    gone = data.draw(st.integers(0, 2))
    put = data.draw(st.text(max_size=2))
    forged = text[:place] + put + text[place + gone :]
    if forged == text:
        return
    bad = msgspec.structs.replace(sealed, **{field: forged})
    refused("bad_signature", lambda: take(bad))
    take(sealed)
