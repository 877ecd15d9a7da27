"""The codec of all links: what is ours comes through, anything else has a name."""

import math
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import inspect as mi

from signaling import messages
from signaling.messages import Decoder, Join, MessageError, Steer, encode

UNIONS = (
    "FromServer",
    "ToServer",
    "FromPupil",
    "FromSet",
    "FromHome",
    "ToHome",
    "FromKiosk",
    "ToKiosk",
)
DECODERS = {name: Decoder(getattr(messages, name)) for name in UNIONS}


def values(kind: mi.Type) -> st.SearchStrategy[Any]:
    """Valid values of a field, made from the schema itself."""
    result: st.SearchStrategy[Any]
    match kind:
        case mi.StrType(pattern=pattern) if pattern:
            letters = "abc_" if "A-Z" not in pattern else "aZ09-_"
            letters = "aé9Ω" if r"\W_" in pattern else letters
            result = st.text(letters, min_size=kind.min_length or 0, max_size=kind.max_length or 40)
        case mi.StrType():
            result = st.text(st.characters(codec="utf-8"), max_size=min(kind.max_length or 60, 60))
        case mi.IntType():
            result = st.integers(
                kind.ge if kind.ge is not None else -(2**53), kind.le if kind.le else 2**53
            )
        case mi.FloatType():
            low = kind.ge if kind.ge is not None else kind.gt
            result = st.floats(low, kind.le, allow_nan=False, allow_infinity=False)
            if (above := kind.gt) is not None:
                result = result.filter(lambda x: bool(x > above))
        case mi.BoolType():
            result = st.booleans()
        case mi.NoneType():
            result = st.none()
        case mi.LiteralType():
            result = st.sampled_from(kind.values)
        case mi.UnionType():
            result = st.one_of([values(member) for member in kind.types])
        case mi.VarTupleType():
            result = st.lists(values(kind.item_type), max_size=3).map(tuple)
        case mi.StructType():
            result = st.builds(kind.cls, **{f.name: values(f.type) for f in kind.fields})
        case _:
            raise TypeError(kind)
    return result


MESSAGES = {
    name: st.one_of([values(mi.type_info(kind)) for kind in get_args(getattr(messages, name))])
    for name in UNIONS
}


@pytest.mark.parametrize("union", UNIONS)
@given(data=st.data())
def test_every_message_comes_back_as_it_was(union: str, data: st.DataObject) -> None:
    message = data.draw(MESSAGES[union])
    assert DECODERS[union](encode(message)) == message
    assert DECODERS[union](encode(message).encode()) == message


@pytest.mark.parametrize("union", UNIONS)
@given(rubbish=st.text() | st.binary())
def test_rubbish_has_a_name(union: str, rubbish: str | bytes) -> None:
    with pytest.raises(MessageError) as error:
        DECODERS[union](rubbish)
    assert error.value.code in {"not_json", "invalid", "unknown_type"}


@given(st.data())
def test_a_damaged_message_is_a_message_or_has_a_name(data: st.DataObject) -> None:
    text = encode(data.draw(MESSAGES["ToServer"]))
    place = data.draw(st.integers(0, len(text)))
    damaged = text[:place] + data.draw(st.text(max_size=3)) + text[place + 1 :]
    try:
        message = DECODERS["ToServer"](damaged)
    except MessageError:
        return
    assert isinstance(message, messages.Message)


NONCE = "n" * 43


@pytest.mark.parametrize(
    ("code", "raw"),
    [
        ("too_large", " " * 65_537),
        ("too_large", b" " * 65_537),
        ("too_large", "é" * 40_000),
        ("not_json", ""),
        ("not_json", "hello"),
        ("not_json", b"\xff\xfe"),
        ("not_json", '{"type": "join"'),
        ("not_json", f'{{"type": "join", "nonce": "{NONCE}"}} more'),
        ("not_json", '{"type": "join", "x": ' + "[" * 60_000),
        ("not_json", "\ud800"),
        ("invalid", "[]"),
        ("invalid", "null"),
        ("invalid", "{}"),
        ("invalid", '{"type": 7}'),
        ("invalid", '{"type": "join"}'),
        ("invalid", '{"type": "join", "nonce": "short"}'),
        ("invalid", f'{{"type": "join", "nonce": "{NONCE}\\n"}}'),
        ("invalid", f'{{"type": "join", "nonce": "{NONCE} {NONCE}"}}'),
        ("invalid", '{"type": "refuse", "code": "a b"}'),
        ("invalid", '{"type": "refuse", "code": "abc\\n"}'),
        ("unknown_type", '{"type": "steal"}'),
        ("unknown_type", f'{{"type": "Join", "nonce": "{NONCE}"}}'),
        ("unknown_type", '{"type": "welcome", "role": "unit", "heartbeat_s": 5}'),
    ],
)
def test_each_bad_input_by_name(code: str, raw: str | bytes) -> None:
    with pytest.raises(MessageError) as error:
        DECODERS["ToServer"](raw)
    assert error.value.code == code


@pytest.mark.parametrize("value", ["NaN", "Infinity", "1e999", "1.001", "-1.001", '"1"', "null"])
@pytest.mark.parametrize("field", ["pan", "tilt", "zoom"])
def test_steering_out_of_range_or_nan(field: str, value: str) -> None:
    fields = {"pan": "0", "tilt": "0", "zoom": "0"} | {field: value}
    raw = '{"type": "steer", "seq": 1, ' + ", ".join(f'"{k}": {v}' for k, v in fields.items()) + "}"
    with pytest.raises(MessageError) as error:
        DECODERS["FromPupil"](raw)
    assert error.value.code in {"invalid", "not_json"}


def test_a_nan_of_our_own_does_not_travel_as_a_number() -> None:
    text = encode(Steer(seq=1, pan=math.nan, tilt=0.0, zoom=0.0))
    with pytest.raises(MessageError):
        DECODERS["FromPupil"](text)


def test_the_wire_format_is_what_the_pages_expect() -> None:
    assert encode(Join(nonce=NONCE)) == f'{{"type":"join","nonce":"{NONCE}"}}'
    tags = [kind.__struct_config__.tag for kind in get_args(messages.FromHome)]
    assert tags == [
        *(
            "hello",
            "camera_offer",
            "talk_offer",
            "talk_answer",
            "candidate",
            "hang",
            "appear",
            "speak",
        )
    ]


def test_every_message_of_the_schema_is_in_a_link_and_frozen() -> None:
    linked = {kind for name in UNIONS for kind in get_args(getattr(messages, name))}
    for value in vars(messages).values():
        if isinstance(value, type) and issubclass(value, msgspec.Struct):
            assert value.__struct_config__.frozen
            if issubclass(value, messages.Message) and value is not messages.Message:
                assert value in linked, value
