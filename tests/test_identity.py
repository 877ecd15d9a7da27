"""Keys, signatures and signed statements."""

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.identity import (
    DeviceKey,
    Pairing,
    Statement,
    TrustError,
    check_signature,
    from_text,
    login_bytes,
    new_nonce,
    other,
    seal,
    to_text,
    unseal,
)
from signaling.messages import PROTOCOL, Sealed

UNIT, LAPTOP = DeviceKey.make(), DeviceKey.make()
PAIRING = Pairing(unit_key=UNIT.public, laptop_key=LAPTOP.public)


def statement(**changes: object) -> Statement:
    fields: dict[str, object] = {
        "v": PROTOCOL,
        "type": "offer",
        "pair": PAIRING.name,
        "sender": "laptop",
        "receiver": "unit",
        "epoch": 1,
        "leg": "camera",
        "nonce_laptop": new_nonce(),
        "nonce_unit": new_nonce(),
        "sdp": "v=0\r\n",
    }
    return Statement(**(fields | changes))  # type: ignore[arg-type]


@given(st.binary(max_size=80))
def test_text_and_back(data: bytes) -> None:
    assert from_text(to_text(data), len(data)) == data
    with pytest.raises(TrustError, match="bad_key"):
        from_text(to_text(data), len(data) + 1)


@given(st.text(max_size=50))
def test_one_spelling_only(text: str) -> None:
    try:
        data = from_text(text, 32)
    except TrustError as error:
        assert error.code == "bad_key"
    else:
        assert to_text(data) == text


def test_other_spellings_of_a_key_are_refused() -> None:
    text = to_text(b"\xff" * 32)
    for spelling in (text + "=", text.replace("_", "/"), text[:-1] + "9", text + "\n", " " + text):
        with pytest.raises(TrustError):
            from_text(spelling, 32)


def test_a_key_survives_its_seed() -> None:
    assert DeviceKey(UNIT.seed()).public == UNIT.public
    assert other("unit") == "laptop" and other("laptop") == "unit"


def test_rfc_8032_test_1() -> None:
    key = DeviceKey(
        bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    )
    assert from_text(key.public, 32).hex().startswith("d75a980182b10ab7d54bfed3c964073a")
    assert from_text(key.sign(b""), 64).hex().startswith("e5564300c360ac729086e2cc806e828a")


@given(st.binary(max_size=60), st.binary(max_size=60))
def test_a_signature_is_for_its_data_and_key(data: bytes, others: bytes) -> None:
    signature = UNIT.sign(data)
    check_signature(UNIT.public, data, signature)
    with pytest.raises(TrustError, match="bad_signature"):
        check_signature(LAPTOP.public, data, signature)
    if others != data:
        with pytest.raises(TrustError, match="bad_signature"):
            check_signature(UNIT.public, others, signature)


@pytest.mark.parametrize("key", ["", "rubbish", "é" * 43, "A" * 44])
def test_a_rubbish_key_or_signature_is_a_bad_signature(key: str) -> None:
    with pytest.raises(TrustError, match="bad_signature"):
        check_signature(key, b"", UNIT.sign(b""))
    with pytest.raises(TrustError, match="bad_signature"):
        check_signature(UNIT.public, b"", key)


def test_a_login_is_bound_to_nonce_key_and_boot() -> None:
    base = ("n" * 43, UNIT.public, "b" * 16)
    made = {login_bytes(*base)}
    for place in range(3):
        made.add(login_bytes(*(f"{x}x" if i == place else x for i, x in enumerate(base))))
    made.add(login_bytes(base[0] + base[1][:1], base[1][1:], base[2]))  # no shifting of borders
    assert len(made) == 5


def test_a_pair_s_name_depends_on_both_keys_and_their_roles() -> None:
    swapped = Pairing(unit_key=LAPTOP.public, laptop_key=UNIT.public)
    assert PAIRING.name != swapped.name
    assert PAIRING.name == Pairing(unit_key=UNIT.public, laptop_key=LAPTOP.public, epoch=9).name
    assert (PAIRING.key_of("unit"), PAIRING.key_of("laptop")) == (UNIT.public, LAPTOP.public)


def test_a_statement_arrives() -> None:
    sent = statement()
    sealed = seal(LAPTOP, sent)
    assert unseal(sealed, PAIRING, "unit") == sent
    assert json.loads(sealed.body).keys() >= {"v", "type", "pair", "from", "to", "epoch", "leg"}


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("wrong_version", {"v": 2}),
        ("wrong_pair", {"pair": "another"}),
        ("wrong_way", {"sender": "unit", "receiver": "laptop"}),
        ("wrong_way", {"receiver": "laptop"}),
        ("wrong_epoch", {"epoch": 0}),
    ],
)
def test_a_statement_for_somebody_else(code: str, changes: dict[str, object]) -> None:
    with pytest.raises(TrustError) as error:
        unseal(seal(LAPTOP, statement(**changes)), PAIRING, "unit")
    assert error.value.code == code


def test_a_statement_by_somebody_else() -> None:
    for key in (UNIT, DeviceKey.make()):
        with pytest.raises(TrustError, match="bad_signature"):
            unseal(seal(key, statement()), PAIRING, "unit")


@pytest.mark.parametrize(
    "body",
    ["", "{}", "[]", "hello", '{"v": 1, "more": 2}', "[" * 40_000],
)
def test_signed_rubbish(body: str) -> None:
    signature = LAPTOP.sign(b"klas/v1\0" + body.encode())
    with pytest.raises(TrustError, match="bad_statement"):
        unseal(Sealed(body=body, signature=signature), PAIRING, "unit")


def test_a_field_too_many_is_refused() -> None:
    body = seal(LAPTOP, statement()).body[:-1] + ',"extra":1}'
    signature = LAPTOP.sign(b"klas/v1\0" + body.encode())
    with pytest.raises(TrustError, match="bad_statement"):
        unseal(Sealed(body=body, signature=signature), PAIRING, "unit")


def test_a_login_signature_is_no_statement_signature() -> None:
    body = msgspec.json.encode(statement())
    with pytest.raises(TrustError, match="bad_signature"):
        unseal(Sealed(body=body.decode(), signature=LAPTOP.sign(body)), PAIRING, "unit")
