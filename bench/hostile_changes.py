"""What a hostile server may do to a signed message that passes it: to the SDP in it (`SDP`), or to
the statement and its signature (`SIGNED`)."""

import re
import secrets
from collections.abc import Callable
from typing import Any

import msgspec

from bench.hostile import Scene, tag_of
from signaling.identity import DeviceKey, Statement, new_nonce, seal, to_text
from signaling.messages import Answer, Bye, Message, Offer, Sealed, encode

OWN = DeviceKey.make()
"""The server's: the best that it has to sign with."""

_PRINT = re.compile(r"a=fingerprint:sha-256 ([0-9A-F:]+)")
_FOREIGN = ":".join(f"{byte:02X}" for byte in secrets.token_bytes(32))
_FOREIGN_LINE = f"a=fingerprint:sha-256 {_FOREIGN}"
_CANDIDATE = "a=candidate:1 1 udp 2130706431 127.0.0.1 9 typ host"

Change = Callable[[Scene, Any], Message | str]


def read(message: Message) -> Statement:
    """What an Offer, Answer or Bye says, signed by whomever."""
    assert isinstance(message, Offer | Answer | Bye)
    return msgspec.json.decode(message.sealed.body, type=Statement)


# --- what may be done to a signed message ---------------------------------------------------------


def resealed(message: Any, signer: DeviceKey | None = None, **fields: object) -> Message:
    """With other fields, under the old signature or a new one of `signer`."""
    statement = msgspec.structs.replace(read(message), **fields)
    if signer is not None:
        sealed = seal(signer, statement)
    else:
        body = msgspec.json.encode(statement).decode()
        sealed = Sealed(body=body, signature=message.sealed.signature)
    return _with(message, sealed)


def _with(message: Any, sealed: Sealed) -> Message:
    result: Message = msgspec.structs.replace(message, sealed=sealed)
    return result


def _fields(signer: DeviceKey | None = None, **fields: object) -> Change:
    return lambda _scene, message: resealed(message, signer, **fields)


def _counted(step: int) -> Change:
    return lambda _scene, message: resealed(message, epoch=read(message).epoch + step)


def _body(change: Callable[[str], str]) -> Change:
    def changed_body(_scene: Scene, message: Any) -> Message:
        sealed = Sealed(body=change(message.sealed.body), signature=message.sealed.signature)
        return _with(message, sealed)

    return changed_body


def _signature(make: Callable[[Scene, str], str]) -> Change:
    def signed(scene: Scene, message: Any) -> Message:
        signature = make(scene, tag_of(message))
        return _with(message, Sealed(body=message.sealed.body, signature=signature))

    return signed


def unsigned(_scene: Scene, message: Any) -> str:
    whole = msgspec.json.decode(encode(message))
    del whole["sealed"]["signature"]
    return msgspec.json.encode(whole).decode()


def _renewed(scene: Scene, message: Any) -> Message:
    """The recorded statement, with the nonces of this exchange written in."""
    now = read(message)
    recorded = scene.earlier[tag_of(message)]
    return resealed(recorded, nonce_laptop=now.nonce_laptop, nonce_unit=now.nonce_unit)


def _with_old_nonces(scene: Scene, message: Any) -> Message:
    old = read(scene.earlier[tag_of(message)])
    return resealed(message, nonce_laptop=old.nonce_laptop, nonce_unit=old.nonce_unit)


def _other_way(_scene: Scene, message: Any) -> Message:
    statement = read(message)
    return resealed(message, sender=statement.receiver, receiver=statement.sender)


def _other_type(_scene: Scene, message: Any) -> Message:
    return resealed(message, type="answer" if read(message).type == "offer" else "offer")


def recorded(scene: Scene, message: Any) -> Message:
    return scene.earlier[tag_of(message)]


def with_sdp(change: Callable[[str], str], signer: DeviceKey | None = None) -> Change:
    return lambda _scene, message: resealed(message, signer, sdp=change(read(message).sdp))


# --- what may be done to an SDP ------------------------------------------------------------------


def _swapped(sdp: str) -> str:
    return _PRINT.sub(_FOREIGN_LINE, sdp)


def _for_session(sdp: str) -> str:
    return sdp.replace("\r\nm=", f"\r\n{_FOREIGN_LINE}\r\nm=", 1)


def _in_last_section(sdp: str) -> str:
    head, mark, tail = sdp.rpartition("a=fingerprint:")
    return head + _PRINT.sub(_FOREIGN_LINE, mark + tail, count=1)


def _other_case(sdp: str) -> str:
    return _PRINT.sub(lambda found: f"{found[0]}\r\na=fingerprint:SHA-256 {found[1].lower()}", sdp)


SDP: dict[str, Callable[[str], str]] = {
    "fingerprint swapped": _swapped,
    "foreign fingerprint for the whole session": _for_session,
    "fingerprint of one section swapped": _in_last_section,
    "second fingerprint beside the first": lambda sdp: _PRINT.sub(
        lambda found: f"{found[0]}\r\n{_FOREIGN_LINE}", sdp
    ),
    "fingerprint of another hash added": lambda sdp: _PRINT.sub(
        lambda found: f"{found[0]}\r\na=fingerprint:sha-1 {_FOREIGN[:59]}", sdp
    ),
    "fingerprint twice, in another case": _other_case,
    "fingerprint removed": lambda sdp: _PRINT.sub("a=inactive", sdp),
    "ICE password changed": lambda sdp: re.sub(r"(a=ice-pwd:)\S+", rf"\1{'x' * 24}", sdp),
    "ICE name changed": lambda sdp: re.sub(r"(a=ice-ufrag:)\S+", r"\1xxxx", sdp),
    "DTLS role changed": lambda sdp: re.sub(r"a=setup:\w+", "a=setup:passive", sdp),
    "codec removed": lambda sdp: re.sub(r"a=rtpmap:\d+ H264[^\r]*\r\n", "", sdp),
    "encryption removed": lambda sdp: sdp.replace("UDP/TLS/RTP/SAVPF", "RTP/AVPF"),
    "candidate added": lambda sdp: sdp + f"{_CANDIDATE}\r\n",
    "cut short": lambda sdp: sdp[: len(sdp) // 2],
}

SIGNED: dict[str, Change] = {
    "fingerprint swapped, signed by the server": with_sdp(_swapped, OWN),
    "all as it was, signed by the server": _fields(OWN),
    "signature at random": _signature(lambda _scene, _tag: to_text(secrets.token_bytes(64))),
    "signature of an earlier one": _signature(lambda scene, tag: _signature_of(scene.earlier[tag])),
    "signature of the other device": _signature(
        lambda scene, tag: _signature_of(scene.earlier["answer" if tag == "offer" else "offer"])
    ),
    "recorded at an earlier join": recorded,
    "recorded, with the nonces of now": _renewed,
    "nonces of an earlier join": _with_old_nonces,
    "nonces of nobody": _fields(nonce_laptop=new_nonce(), nonce_unit=new_nonce()),
    "from and to swapped": _other_way,
    "next epoch": _counted(1),
    "epoch before": _counted(-1),
    "other leg": _fields(leg="talk"),
    "other type": _other_type,
    "other version": _fields(v=2),
    "other pair": _fields(pair="0" * 32),
    "other offer named": _fields(offer_sha256="0" * 64),
    "field added": _body(lambda body: body.replace("{", '{"admin":true,', 1)),
    "same content, spelt differently": _body(lambda body: msgspec.json.format(body, indent=1)),
    "body cut short": _body(lambda body: body[: len(body) // 2]),
}


def _signature_of(message: Message) -> str:
    assert isinstance(message, Offer | Answer | Bye)
    return message.sealed.signature
