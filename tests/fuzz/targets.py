"""What is fuzzed, from which valid inputs, and the only errors that may come out of it."""

import contextlib
import tomllib
from pathlib import Path

from aiortc.sdp import candidate_from_sdp
from hypothesis import strategies as st

from config.settings import Settings, SettingsError, load, parse, read
from hardware import network_search, onvif_soap, pelco_d, uvc_controls, visca, visca_reply
from hardware.http_reply import HttpError, ReplyReader
from hardware.onvif_engine import OnvifEngine
from hardware.pelco_engine import PelcoEngine
from hardware.profiles import find_profile
from hardware.sim_onvif import SimOnvif
from hardware.sony_header import Message as SonyMessage
from hardware.sony_header import Payload
from hardware.sony_header import encode as encode_sony
from hardware.sony_link import SonyLink
from hardware.uvc_engine import UvcEngine
from hardware.visca_fields import ViscaSyntaxError
from signaling import (
    messages_buddy,
    messages_helpdesk,
    messages_pairing,
    messages_room,
    messages_sound,
    messages_together,
    sdp,
)
from signaling.identity import TrustError
from signaling.messages import Decoder, Message, MessageError, encode
from tests.fuzz.mutations import mutated
from tests.fuzz.target import Target
from tests.fuzz.targets_wire import WIRE
from tests.test_messages import DECODERS, MESSAGES
from tests.test_sdp import BAD, GOOD, MDNS
from tests.test_visca import COMMANDS, REPLIES

_ADDRESSES = ("192.0.2.1", "2001:db8::1")
_SAMPLE = Path(__file__).parents[2] / "config" / "sample.toml"


_DECODERS = [
    *DECODERS.values(),
    *(
        Decoder(getattr(messages_pairing, name))
        for name in ("ToPairing", "FromPairing", "PagePairs")
    ),
    *(
        Decoder(getattr(messages_helpdesk, name))
        for name in ("ToHelpdesk", "FromHelpdesk", "PageHelpdesk")
    ),
    Decoder(messages_buddy.FromBuddy),
    Decoder(messages_room.FromRoom),
    *(Decoder(getattr(messages_sound, name)) for name in ("BothWays", "KioskSound")),
    *(Decoder(getattr(messages_together, name)) for name in ("Together", "FileFrame")),
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


def _cameras(data: bytes) -> None:
    """What the other cameras' answers go through, and what their simulators hear."""
    model = find_profile("sim")
    pelco, uvc = PelcoEngine(model, 0.4, 1), UvcEngine(model, 0.4)
    onvif = OnvifEngine(model, 0.4, "/x", None, lambda: 0.0)
    for engine, piece in ((pelco, data), (uvc, data), (onvif, b"200\n" + data)):
        engine.open(0.0)
        engine.receive(piece, 0.1)
        engine.timeout(5.0)
    link = SonyLink(0.0)
    assert len(link.receive(data, 0.1)) <= visca.MAX_PACKET
    with contextlib.suppress(uvc_controls.UvcError):
        uvc_controls.calls(data)
    with contextlib.suppress(HttpError):
        ReplyReader().feed(data)
    with contextlib.suppress(onvif_soap.OnvifError):
        onvif_soap.parse(data)
    SimOnvif(model).answer("/", data, "x", 0.0, 0.0)
    network_search.read_onvif(data, "192.0.2.1")
    network_search.read_sony(data, "192.0.2.1")


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
_CAMERA_BYTES = [
    pelco_d.encode(pelco_d.extended(1, pelco_d.Extended.PAN_IS, 4000)),
    encode_sony(SonyMessage(Payload.REPLY, 1, b"\x90\x41\xff")),
    uvc_controls.encode_answer(
        uvc_controls.Answer(uvc_controls.GET, 0, uvc_controls.write_value(0x009A0908, 36000))
    ),
    uvc_controls.put(uvc_controls.Control.PAN_SPEED, 3),
    onvif_soap.envelope(onvif_soap.GET_PROFILES),
    b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n<a/>\n",
    b"\x02MODEL:SRG\xffNAME:KLAS\xff\x03",
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
        Target("cameras", mutated(st.sampled_from(_CAMERA_BYTES)), _cameras),
        Target(
            "settings",
            mutated(
                st.just(_SAMPLE.read_bytes())
                | st.lists(st.sampled_from(_KEYS), max_size=5).map(b"\n".join)
            ),
            _settings,
        ),
        *WIRE,
    )
}
