"""More targets: signed envelopes, media datagrams, files of a device, what people type, a log."""

import contextlib
import struct
from pathlib import Path
from tempfile import mkdtemp

import msgspec
from aioice import stun
from hypothesis import strategies as st

from klasgenoot.media import inlet
from klasgenoot.media.feedback import FeedbackError
from signaling import keyfile, logs, sign_in_page
from signaling.handshake import LaptopHandshake, UnitHandshake
from signaling.http_proxy import ProxyError, parse_proxy
from signaling.identity import _STATEMENT_CONTEXT, DeviceKey, TrustError
from signaling.keyfile import KeyFileError, PairFile
from signaling.messages import Sealed
from signaling.pairing_code import CodeError, PairingCode
from tests.fuzz.mutations import mutated
from tests.fuzz.target import Target
from tests.test_feedback import feedback, history
from tests.test_handshake import LAPTOP, OFFER, PAIRING, UNIT, greeted

_STRANGER = DeviceKey.make()
_MOST_SIGNED = 49_152  # of messages.Sealed


def _envelope(data: bytes) -> None:
    """Each body signed by the right key, so that it is looked into, and by another."""
    body = data.decode("utf-8", "replace")[:_MOST_SIGNED]
    for leg in ("camera", "talk"):
        for signer in (LAPTOP, UNIT, _STRANGER):
            sealed = Sealed(body=body, signature=signer.sign(_STATEMENT_CONTEXT + body.encode()))
            laptop, unit = greeted(leg)
            with contextlib.suppress(TrustError):
                laptop.offer(OFFER, 1.0)
                laptop.answer(sealed, 1.0)
                assert signer is UNIT
            with contextlib.suppress(TrustError):
                unit.offer(sealed, 1.0)
                assert signer is LAPTOP
            for side in (laptop, unit):
                with contextlib.suppress(TrustError):
                    side.check_bye(sealed)
    with contextlib.suppress(TrustError):
        greeted()[1].offer(Sealed(body=OFFER, signature=body[:86]), 1.0)


def _bodies() -> list[bytes]:
    laptop = LaptopHandshake(LAPTOP, PAIRING, "camera")
    unit = UnitHandshake(UNIT, PAIRING, "camera")
    nonce = laptop.begin(0.0)
    laptop.ready(unit.ready(nonce, 0.0), nonce, 0.0)
    offer = laptop.offer(OFFER, 0.0)
    unit.offer(offer, 0.0)
    answer, bye = unit.answer(OFFER, 0.0), laptop.bye()
    assert bye is not None
    return [one.body.encode() for one in (offer, answer, bye)]


def _datagrams(data: bytes) -> None:
    with contextlib.suppress(ValueError):
        inlet._parse(data)
    with contextlib.suppress(FeedbackError):
        history(20).match(data)


_FOLDER = Path(mkdtemp(prefix="klasgenoot-fuzz-"))


def _files(data: bytes) -> None:
    """As after a power cut, a bad disk or a curious hand."""
    for name, read in (
        ("device.key", keyfile.load_or_make),
        ("page.token", keyfile.load_or_make_token),
        ("pair.json", keyfile.load_pairing),
        ("pair.json", keyfile.highest_epoch),
    ):
        path = _FOLDER / name
        path.write_bytes(data)
        path.chmod(0o600)
        with contextlib.suppress(KeyFileError):
            read(_FOLDER)
        path.unlink(missing_ok=True)


def _texts(data: bytes) -> None:
    """What people type and strangers' servers say; and any of it in a log."""
    text = data.decode("utf-8", "surrogateescape")
    with contextlib.suppress(CodeError):
        PairingCode.read(text)
    with contextlib.suppress(ProxyError):
        parse_proxy(text)
    assert sign_in_page.judge(data, "klas.example") in {"ours", "sign_in", "unknown"}
    assert isinstance(logs.clean(text), str)


_STUN = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
_STUN.attributes["USERNAME"] = "abcd:efgh"
_STUN.add_message_integrity(b"k" * 22)
_DATAGRAMS = [
    bytes(_STUN),
    feedback(0, [0.7, None, 0.71, 0.9, None, 1.2]),
    struct.pack("!BBHIIBBHI", 0x81, 200, 6, 1, 2, 3, 4, 5, 6),
]
_PAIR = PairFile(role="unit", peer_key=LAPTOP.public, epoch=3)
_TEXTS = [
    b"ABC DEF GH 01 23 45 67 89.0123456789abcdef",
    b"http://user:word@proxy.example:3128",
    b"HTTP/1.1 302 Found\r\nLocation: https://login.example/\r\n\r\n",
    b"candidate:1 1 udp 1 192.0.2.1 9 typ host token=abcdef 2001:db8::1",
]

WIRE = (
    Target("envelope", mutated(st.sampled_from(_bodies())), _envelope),
    Target("datagrams", mutated(st.sampled_from(_DATAGRAMS)), _datagrams),
    Target(
        "files",
        mutated(st.sampled_from([msgspec.json.encode(_PAIR), UNIT.public.encode()])),
        _files,
    ),
    Target("texts", mutated(st.sampled_from(_TEXTS)), _texts),
)
