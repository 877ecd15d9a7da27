"""The pairing code, the ceremony on both sides, and a server in the middle that lies. Pure."""

import string

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.identity import DeviceKey, TrustError, new_nonce
from signaling.messages import Decoder, Message, MessageError
from signaling.messages_pairing import (
    MAX_EPOCH,
    FromPairing,
    PairHello,
    PairOpened,
    PairReveal,
    ToPairing,
)
from signaling.pairing import (
    LASTS_S,
    TABLE,
    Ceremony,
    LaptopCeremony,
    PairingError,
    UnitCeremony,
)
from signaling.pairing_code import CodeError, PairingCode
from signaling.pairing_proofs import check_proof
from signaling.pairing_words import WORDS

CHALLENGE = new_nonce()


class Both:
    """A unit and a laptop with the same code; each step is done once, in order."""

    def __init__(self, unit_epoch: int = 0, laptop_epoch: int = 0) -> None:
        self.code = PairingCode.make()
        self.unit = UnitCeremony(DeviceKey.make(), self.code, unit_epoch, 0.0)
        self.laptop = LaptopCeremony(DeviceKey.make(), self.code, laptop_epoch, 0.0)

    def claimed(self, floor: int = 0) -> PairHello:
        self.unit.open(CHALLENGE)
        self.unit.opened(1.0)
        return hello(self.laptop, floor)

    def compare(self) -> None:
        reply = self.unit.hello(self.claimed(), 2.0)
        self.unit.reveal(self.laptop.reply(reply, 3.0), 4.0)

    def pair(self) -> None:
        self.compare()
        by_unit, by_laptop = self.unit.say(True, 5.0), self.laptop.say(True, 5.0)
        self.unit.confirm(by_laptop, 6.0)
        self.laptop.confirm(by_unit, 6.0)


def hello(laptop: LaptopCeremony, floor: int = 0) -> PairHello:
    """What an honest server makes of a claim."""
    claim = laptop.claim(CHALLENGE)
    return PairHello(
        key=claim.key,
        epoch=claim.epoch,
        floor=floor,
        commitment=claim.commitment,
        mac=claim.mac,
    )


def fails(code: str, ceremony: Ceremony, act) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(PairingError) as error:
        act()
    assert error.value.code == code
    assert (ceremony.state, ceremony.problem) == ("failed", code)


# --- the words and the code ----------------------------------------------------------------------


def test_the_words_can_be_told_apart() -> None:
    assert len(WORDS) == len(set(WORDS)) == 256
    assert all(word.isascii() and word.islower() and 3 <= len(word) <= 9 for word in WORDS)
    starts = [word[:4] for word in WORDS if len(word) > 3]
    assert len(starts) == len(set(starts))


def test_a_code_is_read_as_people_type_it() -> None:
    code = PairingCode.make()
    typed = code.typed()
    assert len(typed) == 34 and set(typed) <= set(string.ascii_uppercase + string.digits + "-")
    for spelling in (
        typed.lower(),
        typed.replace("-", " "),
        f"  {typed} \n",
        typed.replace("-", ""),
    ):
        assert PairingCode.read(spelling) == code
    assert PairingCode.read(typed.replace("0", "o").replace("1", "l")) == code
    key = DeviceKey.make().public
    scanned = PairingCode.read(code.scanned(key))
    assert (scanned.place, scanned.secret) == (code.place, code.secret) and scanned.unit_hash
    assert code.secret not in code.ticket() + code.mac_key().hex()


@given(st.integers(0, 27), st.integers(1, 31))
def test_every_single_typing_error_is_noticed(at: int, by: int) -> None:
    signs = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    typed = PairingCode.make().typed().replace("-", "")
    other = signs[(signs.index(typed[at]) + by) % 32]
    with pytest.raises(CodeError, match="code_check"):
        PairingCode.read(typed[:at] + other + typed[at + 1 :])


@given(st.integers(0, 26))
def test_signs_that_changed_places_are_noticed(at: int) -> None:
    typed = PairingCode.make().typed().replace("-", "")
    swapped = typed[:at] + typed[at + 1] + typed[at] + typed[at + 2 :]
    if swapped != typed:
        with pytest.raises(CodeError, match="code_check"):
            PairingCode.read(swapped)


@given(st.text(max_size=200))
def test_rubbish_is_no_code(text: str) -> None:
    with pytest.raises(CodeError):
        PairingCode.read(text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "code_empty"),
        ("- -", "code_empty"),
        ("ABC", "code_length"),
        ("A" * 29, "code_length"),
        ("U" * 28, "code_sign"),
        ("é" * 28, "code_sign"),
        ("٣" * 28, "code_sign"),
    ],
)
def test_what_is_wrong_with_a_code_is_named(text: str, code: str) -> None:
    with pytest.raises(CodeError) as error:
        PairingCode.read(text)
    assert error.value.code == code


# --- the ceremony --------------------------------------------------------------------------------


def test_both_pin_each_other_under_a_higher_epoch() -> None:
    both = Both(unit_epoch=4, laptop_epoch=7)
    both.pair()
    assert both.unit.state == both.laptop.state == "done"
    assert both.unit.pairing == both.laptop.pairing
    assert both.unit.pairing is not None and both.unit.pairing.epoch == 8
    assert both.unit.words == both.laptop.words and len(both.unit.words) == 6


def test_the_server_may_only_raise_the_epoch() -> None:
    both = Both(unit_epoch=4)
    reply = both.unit.hello(both.claimed(floor=30), 2.0)
    assert reply.epoch == 31
    both = Both(unit_epoch=4)
    assert both.unit.hello(both.claimed(floor=1), 2.0).epoch == 5
    both = Both()
    fails("unverified", both.unit, lambda: both.unit.hello(both.claimed(floor=MAX_EPOCH), 2.0))


def test_a_laptop_takes_no_epoch_that_it_had() -> None:
    both = Both(laptop_epoch=3)
    reply = both.unit.hello(both.claimed(), 2.0)
    older = msgspec.structs.replace(reply, epoch=3)
    fails("unverified", both.laptop, lambda: both.laptop.reply(older, 3.0))


def test_it_is_too_late_after_15_minutes() -> None:
    both = Both()
    both.compare()
    both.unit.tick(LASTS_S - 0.1)
    fails("code_expired", both.unit, lambda: both.unit.tick(LASTS_S))
    fails("code_expired", both.laptop, lambda: both.laptop.say(True, LASTS_S))
    assert LASTS_S == 900


def test_no_means_no() -> None:
    both = Both()
    both.compare()
    confirm = both.laptop.say(True, 5.0)
    fails("words_differ", both.unit, lambda: both.unit.say(False, 5.0))
    with pytest.raises(PairingError, match="words_differ"):
        both.unit.confirm(confirm, 6.0)
    assert both.laptop.state == "confirmed"


def test_a_yes_that_comes_before_the_own_one_is_refused() -> None:
    both = Both()
    both.compare()
    confirm = both.laptop.say(True, 5.0)
    fails("wrong_order", both.unit, lambda: both.unit.confirm(confirm, 5.0))


def test_every_state_can_fail_and_the_last_ones_lead_nowhere() -> None:
    for table in TABLE.values():
        assert {state for state, events in table.items() if not events} == {"done", "failed"}
        assert all("fail" in events for events in table.values() if events)
        reached = {next_ for events in table.values() for next_ in events.values()} | {"opening"}
        assert reached == set(table)


@pytest.mark.parametrize("field", ["key", "epoch", "commitment", "mac"])
def test_a_claim_that_was_changed_on_its_way(field: str) -> None:
    both = Both()
    message = both.claimed()
    changed = {"key": DeviceKey.make().public, "epoch": 5}.get(field, new_nonce())
    lie = msgspec.structs.replace(message, **{field: changed})
    fails("unverified", both.unit, lambda: both.unit.hello(lie, 2.0))


@pytest.mark.parametrize("field", ["key", "nonce", "epoch", "mac"])
def test_a_reply_that_was_changed_on_its_way(field: str) -> None:
    both = Both()
    reply = both.unit.hello(both.claimed(), 2.0)
    changed = {"key": DeviceKey.make().public, "epoch": 9}.get(field, new_nonce())
    lie = msgspec.structs.replace(reply, **{field: changed})
    fails("unverified", both.laptop, lambda: both.laptop.reply(lie, 3.0))


@pytest.mark.parametrize("field", ["nonce", "mac"])
def test_a_nonce_that_was_not_committed_to(field: str) -> None:
    both = Both()
    reveal = both.laptop.reply(both.unit.hello(both.claimed(), 2.0), 3.0)
    lie = msgspec.structs.replace(reveal, **{field: new_nonce()})
    fails("unverified", both.unit, lambda: both.unit.reveal(lie, 4.0))
    assert not both.unit.words


@pytest.mark.parametrize("field", ["signature", "mac"])
def test_a_consent_that_was_changed_on_its_way(field: str) -> None:
    both = Both()
    both.compare()
    both.unit.say(True, 5.0)
    lie = msgspec.structs.replace(both.laptop.say(True, 5.0), **{field: "x" * 86})
    fails("unverified", both.unit, lambda: both.unit.confirm(lie, 6.0))


def test_the_own_message_sent_back_is_nobody() -> None:
    both = Both()
    claim = both.claimed()
    mirrored = msgspec.structs.replace(claim, key=both.unit.open(CHALLENGE).key)
    fails("unverified", both.unit, lambda: both.unit.hello(mirrored, 2.0))


@pytest.mark.parametrize("bad", ["short", "A" * 44, "!" * 43, "é" * 43])
def test_keys_and_nonces_that_are_none(bad: str) -> None:
    both = Both()
    lie = msgspec.structs.replace(both.claimed(), key=bad)
    fails("unverified", both.unit, lambda: both.unit.hello(lie, 2.0))
    both = Both()
    reply = both.unit.hello(both.claimed(), 2.0)
    lie = msgspec.structs.replace(reply, nonce=bad)
    fails("unverified", both.laptop, lambda: both.laptop.reply(lie, 3.0))


def test_a_scanned_code_knows_the_unit() -> None:
    both = Both()
    key = both.unit.open(CHALLENGE).key
    for scanned, state in ((key, "comparing"), (DeviceKey.make().public, "failed")):
        code = PairingCode.read(both.code.scanned(scanned))
        unit = UnitCeremony(DeviceKey(both.unit._key.seed()), both.code, 0, 0.0)
        laptop = LaptopCeremony(DeviceKey.make(), code, 0, 0.0)
        unit.opened(1.0)
        reply = unit.hello(hello(laptop), 2.0)
        if state == "failed":
            fails("unverified", laptop, lambda one=laptop, r=reply: one.reply(r, 3.0))
        else:
            laptop.reply(reply, 3.0)
            assert laptop.state == state


def test_first_messages_are_good_for_one_socket_only() -> None:
    both = Both()
    for message in (both.unit.open(CHALLENGE), both.laptop.claim(CHALLENGE)):
        check_proof(CHALLENGE, message)
        with pytest.raises(TrustError):
            check_proof(new_nonce(), message)
        with pytest.raises(TrustError):
            check_proof(CHALLENGE, msgspec.structs.replace(message, epoch=9))


# --- a server in the middle ----------------------------------------------------------------------


def test_a_server_without_the_code_can_put_no_key_in_between() -> None:
    both, evil = Both(), DeviceKey.make()
    guess = LaptopCeremony(evil, PairingCode(both.code.place, "0" * 20), 0, 0.0)
    both.claimed()
    fails("unverified", both.unit, lambda: both.unit.hello(hello(guess), 2.0))
    fake = UnitCeremony(evil, PairingCode(both.code.place, "0" * 20), 0, 0.0)
    fake.opened(1.0)
    other = LaptopCeremony(DeviceKey.make(), fake.code, 0, 0.0)
    reply = fake.hello(hello(other), 2.0)
    fails("unverified", both.laptop, lambda: both.laptop.reply(reply, 3.0))


@pytest.mark.parametrize("first", ["unit", "laptop"])
def test_a_server_that_read_the_code_over_a_shoulder_gets_other_words(first: str) -> None:
    """It speaks with each side as the other one; only the words can tell, and they do."""
    both = Both()
    to_unit = LaptopCeremony(DeviceKey.make(), both.code, 0, 0.0)
    to_laptop = UnitCeremony(DeviceKey.make(), both.code, 0, 0.0)
    claim = both.claimed()
    to_laptop.opened(1.0)

    def with_unit() -> None:
        both.unit.reveal(to_unit.reply(both.unit.hello(hello(to_unit), 2.0), 3.0), 4.0)

    def with_laptop() -> None:
        to_laptop.reveal(both.laptop.reply(to_laptop.hello(claim, 2.0), 3.0), 4.0)

    for act in (with_unit, with_laptop) if first == "unit" else (with_laptop, with_unit):
        act()
    assert both.unit.state == both.laptop.state == "comparing"
    assert both.unit.words != both.laptop.words
    fails("words_differ", both.unit, lambda: both.unit.say(False, 5.0))
    both.laptop.say(True, 5.0)  # one careless yes is not enough
    with pytest.raises(PairingError):
        both.laptop.confirm(to_unit.say(True, 5.0), 6.0)


def test_the_middle_cannot_choose_its_nonce_after_the_laptops() -> None:
    """What the commitment is for: the unit shows its nonce only to whoever is bound already."""
    both = Both()
    claim = both.claimed()
    both.unit.hello(claim, 2.0)
    evil = LaptopCeremony(DeviceKey.make(), both.code, 0, 0.0)
    fails("wrong_order", both.unit, lambda: both.unit.hello(hello(evil), 2.0))
    both = Both()
    both.claimed()
    evil = LaptopCeremony(DeviceKey.make(), both.code, 0, 0.0)
    reply = both.unit.hello(hello(evil), 2.0)
    evil._nonce = new_nonce()  # chosen now that the unit's is known; its MAC is right
    reveal = evil.reply(reply, 3.0)
    fails("unverified", both.unit, lambda: both.unit.reveal(reveal, 4.0))


# --- rubbish -------------------------------------------------------------------------------------


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_rubbish_is_no_message(raw: bytes) -> None:
    for union in (FromPairing, ToPairing):
        try:
            Decoder(union)(raw)
        except MessageError:
            continue


def _samples() -> list[Message]:
    both = Both()
    opening, claim = both.unit.open(CHALLENGE), both.laptop.claim(CHALLENGE)
    both = Both()
    message = both.claimed()
    reply = both.unit.hello(message, 2.0)
    reveal = both.laptop.reply(reply, 3.0)
    both.unit.reveal(reveal, 4.0)
    return [opening, claim, message, reply, reveal, both.unit.say(True, 5.0)]


@pytest.mark.parametrize("sample", _samples(), ids=lambda m: type(m).__name__)
@pytest.mark.parametrize("rubbish", [None, 5, -1, 1.5, True, [], {}, "", "\0", "é" * 43, "A" * 200])
def test_a_field_of_rubbish_is_refused_or_unverified(sample: Message, rubbish: object) -> None:
    """The schema refuses it, or the ceremony does: neither raises anything else."""
    decode = Decoder(FromPairing | ToPairing)
    whole = msgspec.to_builtins(sample)
    for field in whole.keys() - {"type"}:
        try:
            message = decode(msgspec.json.encode(whole | {field: rubbish}))
        except MessageError:
            continue
        both = Both()
        both.claimed()
        steps = {PairHello: both.unit.hello, PairReveal: both.unit.reveal}
        if step := steps.get(type(message)):
            with pytest.raises(PairingError):
                step(message, 2.0)  # type: ignore[operator]


def test_messages_at_the_wrong_moment_end_it() -> None:
    both = Both()
    fails("wrong_order", both.unit, lambda: both.unit.reveal(PairReveal(nonce="", mac=""), 1.0))
    both = Both()
    fails("wrong_order", both.laptop, lambda: both.laptop.say(True, 1.0))
    assert Decoder(FromPairing)(b'{"type":"pair_opened","seconds":900}') == PairOpened(seconds=900)
