"""What is fuzzed, from which valid inputs, and the only errors that may come out of it."""

import contextlib
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from aiortc.sdp import candidate_from_sdp
from hypothesis import strategies as st

from config.settings import Settings, SettingsError, load, parse, read
from hardware import visca, visca_reply
from hardware.visca_fields import ViscaSyntaxError
from signaling import messages_pairing, messages_sound, sdp
from signaling.identity import TrustError
from signaling.messages import Decoder, Message, MessageError, encode
from tests.fuzz.mutations import mutated
from tests.test_messages import DECODERS, MESSAGES
from tests.test_sdp import BAD, GOOD, MDNS
from tests.test_visca import COMMANDS, REPLIES

_ADDRESSES = ("192.0.2.1", "2001:db8::1")
_SAMPLE = Path(__file__).parents[2] / "config" / "sample.toml"


@dataclass(frozen=True)
class Target:
    """`check` lets nothing out but what is wrong with us."""

    name: str
    inputs: st.SearchStrategy[bytes]
    check: Callable[[bytes], None]


_DECODERS = [
    *DECODERS.values(),
    *(
        Decoder(getattr(messages_pairing, name))
        for name in ("ToPairing", "FromPairing", "PagePairs")
    ),
    *(Decoder(getattr(messages_sound, name)) for name in ("BothWays", "KioskSound")),
]


def _messages(data: bytes) -> None:
    for raw in (data, _text(data)):
        for decode in _DECODERS:
            with contextlib.suppress(MessageError):
                message = decode(raw)
                assert isinstance(message, Message)
                encode(message)


def _sdp(data: bytes) -> None:
    text = _text(data)
    with contextlib.suppress(TrustError):
        sdp.require_one_fingerprint(text)
    for act in (sdp.keep_sha256, sdp.more_to_come, sdp.drop_mdns):
        with contextlib.suppress(sdp.SdpError):
            act(text)
    for line in (text, text.replace("\n", "").replace("\r", "")):
        with contextlib.suppress(sdp.SdpError):
            for one in sdp.expand_mdns(line, _ADDRESSES).splitlines():
                # As CameraLeg.add_candidate reads it.
                with contextlib.suppress(ValueError, IndexError, AssertionError):
                    candidate_from_sdp(one.removeprefix("candidate:"))


def _visca(data: bytes) -> None:
    framer, decoder = visca_reply.Framer(), visca_reply.Decoder()
    for piece in (data[: len(data) // 3], data[len(data) // 3 :]):
        replies = decoder.feed(piece)
        assert decoder.pending <= visca.MAX_PACKET
        for reply in replies:
            if isinstance(reply, visca_reply.InquiryData):
                _read_answer(reply.data)
        for packet, _ in framer.feed(piece):
            assert len(packet) <= visca.MAX_PACKET
            with contextlib.suppress(ViscaSyntaxError):
                address, command = visca.decode(packet)
                assert visca.decode(visca.encode(command, min(address, 7)))[1] == command
    _read_answer(data)
    with contextlib.suppress(ViscaSyntaxError):
        visca.decode(data)


def _read_answer(data: bytes) -> None:
    for read_one in (
        visca_reply.pan_tilt_counts,
        visca_reply.zoom_counts,
        visca_reply.version_text,
    ):
        with contextlib.suppress(visca_reply.ViscaReplyError):
            read_one(data)


def _settings(data: bytes) -> None:
    with contextlib.suppress(SettingsError):
        parse(read(data, "fuzz.toml"))
    name, _, value = _text(data).partition("=")
    for environment in (
        {"KLASGENOOT_" + name: value},
        {"KLASGENOOT_SERVER_PORT": value},
        {"KLASGENOOT_UNIT_NAME": value},
    ):
        with contextlib.suppress(SettingsError):
            assert isinstance(load(None, environment), Settings)


def _text(data: bytes) -> str:
    """With lone surrogates where the bytes are no UTF-8."""
    return data.decode("utf-8", "surrogateescape")


_KEYS = [
    f"{section}.{key} = {value!r}".replace("'", '"').encode()
    for section, table in tomllib.loads(_SAMPLE.read_text()).items()
    for key, value in table.items()
]
_COMMAND_BYTES = COMMANDS.map(visca.encode)
_REPLY_BYTES = REPLIES.map(visca_reply.encode_reply)

TARGETS = {
    target.name: target
    for target in (
        Target(
            "messages",
            mutated(st.one_of(*MESSAGES.values()).map(lambda message: encode(message).encode())),
            _messages,
        ),
        Target(
            "sdp",
            mutated(st.sampled_from([*GOOD, *BAD.values(), MDNS]).map(str.encode)),
            _sdp,
        ),
        Target(
            "visca",
            mutated(st.lists(_COMMAND_BYTES | _REPLY_BYTES, max_size=6).map(b"".join)),
            _visca,
        ),
        Target(
            "settings",
            mutated(
                st.just(_SAMPLE.read_bytes())
                | st.lists(st.sampled_from(_KEYS), max_size=5).map(b"\n".join)
            ),
            _settings,
        ),
    )
}
