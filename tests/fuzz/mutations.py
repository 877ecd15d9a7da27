"""Strategies that damage valid inputs the way lines, bugs and attackers do."""

from hypothesis import strategies as st

_EDGE_BYTES = (0, 1, 9, 10, 13, 0x20, 0x22, 0x27, 0x5B, 0x5D, 0x7B, 0x7D, 0x7F, 0x80, 0xC0, 0xFF)
_PIECES = (
    b"[" * 2_000, b"{" * 2_000, b'{"a":' * 2_000, b"[[a]]\n" * 50, b"[a" + b".a" * 500 + b"]",
    b"9" * 5_000, b"-1", b"1e999", b"-1e999", b"NaN", b"Infinity", b"nan", b"inf", b"1e-400",
    b"0x" + b"f" * 50, b"18446744073709551616", b"9223372036854775808", b"0.1" + b"0" * 400,
    b'"\\ud800"', b"\xed\xa0\x80", b"\xff\xfe", b"\xef\xbb\xbf", b"\x00", b"\\u0000", b"\r", b"\n",
    b"\xe2\x80\xa8", b"null", b"true", b"1979-05-27T07:32:00Z", b"99999-99-99", b"''''''", b'"""',
    b".local", b"a=fingerprint:sha-256 ", b"v=0", b"m=", b"candidate:", b"\xff\xff", b"\x90\x50",
)  # fmt: skip
_ACCIDENTS = ("bit", "edge", "delete", "repeat", "splice", "piece", "noise")
_MOST_ACCIDENTS = 6
_MOST_BYTES = 200_000


@st.composite
def mutated(draw: st.DrawFn, valid: st.SearchStrategy[bytes]) -> bytes:
    """A valid input after a few accidents; sometimes none, sometimes nothing but noise."""
    data = bytearray(draw(valid))
    for _ in range(draw(st.integers(0, _MOST_ACCIDENTS))):
        start = draw(st.integers(0, len(data)))
        end = draw(st.integers(start, min(len(data), start + 200)))
        match draw(st.sampled_from(_ACCIDENTS)):
            case "bit" if start < len(data):
                data[start] ^= 1 << draw(st.integers(0, 7))
            case "edge" if start < len(data):
                data[start] = draw(st.sampled_from(_EDGE_BYTES))
            case "delete":
                del data[start:end]
            case "repeat":  # duplicated keys, lines and fields
                data[end:end] = data[start:end] * draw(st.sampled_from((1, 2, 50)))
            case "splice":
                other = draw(valid)
                data[start:] = other[draw(st.integers(0, len(other))) :]
            case "piece":
                data[start:end] = draw(st.sampled_from(_PIECES))
            case _:
                data[start:end] = draw(st.binary(max_size=20))
    return bytes(data[:_MOST_BYTES])
