"""Pelco-D, Sony's header, V4L2 calls, SOAP and HTTP: round trips, and rubbish into each."""

import contextlib
import math
import uuid
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hardware import network_search, onvif_soap, pelco_d, sony_header, uvc_controls
from hardware.head_engine import HeadEngine
from hardware.http_reply import HttpError, ReplyReader
from hardware.motion import MotionError
from hardware.onvif_engine import NOBODY, OnvifEngine
from hardware.onvif_soap import Login, OnvifError, OnvifFaultError
from hardware.pelco_engine import PelcoEngine
from hardware.profiles import find_profile
from hardware.sim_onvif import SimOnvif
from hardware.sony_header import Message, Payload, SonyHeaderError
from hardware.sony_link import SonyLink
from hardware.uvc_controls import Answer, Range, UvcError
from hardware.uvc_engine import UvcEngine

BYTE = st.integers(0, 255)
FRAMES = st.builds(pelco_d.Frame, st.integers(1, 255), BYTE, BYTE, BYTE, BYTE)
MESSAGES = st.builds(
    Message,
    st.sampled_from(Payload),
    st.integers(0, sony_header.MAX_NUMBER),
    st.binary(min_size=1, max_size=16),
)
SIM = find_profile("sim")


# -- Pelco-D ------------------------------------------------------------------------------------


@given(st.lists(FRAMES, max_size=5), st.integers(1, 9))
def test_pelco_frames_survive_any_cut(frames: list[pelco_d.Frame], size: int) -> None:
    data = b"".join(pelco_d.encode(frame) for frame in frames)
    framer = pelco_d.Framer()
    found = [f for at in range(0, len(data), size) for f in framer.feed(data[at : at + size])]
    assert found == frames
    assert framer.rubbish == framer.pending == 0


@given(st.integers(1, 255), st.integers(-63, 63), st.integers(-63, 63), st.integers(-1, 1))
def test_pelco_motions_come_back(address: int, pan: int, tilt: int, zoom: int) -> None:
    frame = pelco_d.motion(address, pan, tilt, zoom)
    assert pelco_d.speeds(frame) == (pan, tilt, zoom)
    assert not frame.command2 & 1


def test_pelco_frames_are_those_of_the_manual() -> None:
    assert pelco_d.encode(pelco_d.motion(1, 0, 0, 0)) == bytes.fromhex("ff010000000001")
    assert pelco_d.encode(pelco_d.motion(10, -20, 0, 0)) == bytes.fromhex("ff0a0004140022")
    preset = pelco_d.extended(2, pelco_d.Extended.GO_TO_PRESET, 1)
    assert pelco_d.encode(preset) == bytes.fromhex("ff02000700010a")


@given(st.binary(max_size=60), FRAMES)
def test_rubbish_costs_pelco_no_later_frame_for_long(data: bytes, frame: pelco_d.Frame) -> None:
    framer = pelco_d.Framer()
    framer.feed(data)
    assert framer.pending < pelco_d.SIZE
    assert frame in framer.feed(pelco_d.encode(frame) * 3)


@pytest.mark.parametrize("address", [0, 256, -1])
def test_a_pelco_address_outside_its_range_is_refused(address: int) -> None:
    with pytest.raises(pelco_d.PelcoError):
        PelcoEngine(SIM, 0.4, address)


# -- Sony's header ------------------------------------------------------------------------------


@given(MESSAGES)
def test_sony_messages_come_back(message: Message) -> None:
    assert sony_header.decode(sony_header.encode(message)) == message


@given(st.binary(max_size=40))
def test_a_strange_datagram_is_refused_or_read_whole(data: bytes) -> None:
    try:
        message = sony_header.decode(data)
    except SonyHeaderError:
        return
    assert sony_header.encode(message) == data


def test_sony_types_and_bytes_are_those_of_the_manual() -> None:
    stop = bytes.fromhex("8101060101010303ff")
    assert sony_header.kind_of(stop) == Payload.COMMAND
    assert sony_header.kind_of(bytes.fromhex("81090612ff")) == Payload.INQUIRY
    assert sony_header.kind_of(bytes.fromhex("88010001ff")) == Payload.SETTING
    data = sony_header.encode(Message(Payload.COMMAND, 0x01020304, stop))
    assert data[:8].hex() == "0100000901020304"


def link_after_reset() -> SonyLink:
    link = SonyLink(0)
    (reset,) = link.datagrams()
    assert sony_header.decode(reset) == Message(Payload.CONTROL, 0, b"\x01")
    link.receive(sony_header.encode(Message(Payload.CONTROL_REPLY, 0, b"\x01")), 0)
    return link


def test_only_the_newest_packet_is_said_again() -> None:
    link = link_after_reset()
    drive, stop = bytes.fromhex("8101060110010203ff"), bytes.fromhex("8101060101010303ff")
    link.send(drive, 1)
    link.send(stop, 1.01)
    assert len(link.datagrams()) == 2
    link.timeout(1.2)
    (again,) = link.datagrams()
    assert sony_header.decode(again) == Message(Payload.COMMAND, 2, stop)
    link.timeout(1.4)
    assert link.datagrams() == []
    assert link.wake_at() is None


def test_an_answer_that_comes_twice_counts_once() -> None:
    link = link_after_reset()
    link.send(bytes.fromhex("81090612ff"), 1)
    ack = sony_header.encode(Message(Payload.REPLY, 1, b"\x90\x41\xff"))
    assert link.receive(ack, 1.1) == b"\x90\x41\xff"
    assert link.receive(ack, 1.1) == b""
    assert link.wake_at() is None


def test_a_camera_that_minds_the_number_gets_a_reset_and_one_only() -> None:
    link = link_after_reset()
    link.send(b"\x81\x09\x06\x12\xff", 1)
    link.datagrams()
    wrong = sony_header.encode(Message(Payload.CONTROL_REPLY, 1, sony_header.BAD_NUMBER))
    for _ in range(5):
        link.receive(wrong, 1)
    assert len(link.datagrams()) == 1


def test_a_camera_that_knows_no_reset_is_spoken_to_all_the_same() -> None:
    link = SonyLink(0)
    link.send(b"\x81\x09\x06\x12\xff", 0)
    for now in (0.15, 0.3):
        link.timeout(now)
    assert sony_header.decode(link.datagrams()[-1]).kind == Payload.INQUIRY


# -- V4L2 ---------------------------------------------------------------------------------------


@given(st.binary(max_size=120))
def test_rubbish_is_no_call_and_no_answer(data: bytes) -> None:
    for read in (uvc_controls.calls, uvc_controls.answers):
        with contextlib.suppress(UvcError):
            read(data)


@given(st.integers(-(2**31), 2**31 - 2), st.integers(1, 2**31 - 1), st.integers(0, 5000))
def test_a_range_comes_back_and_fits(low: int, width: int, step: int) -> None:
    high = min(low + width, 2**31 - 1)
    body = uvc_controls.write_range(uvc_controls.Control.PAN, Range(low, high, max(1, step)))
    _, reach = uvc_controls.read_range(body)
    assert reach
    for value in (low - 1e9, 0.0, (low + high) / 2, high + 1e9):
        assert low <= reach.fit(value) <= high


def uvc_ready(*controls: int) -> UvcEngine:
    engine = UvcEngine(SIM, 0.4)
    engine.open(0)
    for _ in range(20):
        for call, body in uvc_controls.calls(engine.bytes_to_send()):
            errno, told = 0, body
            if call == uvc_controls.QUERY:
                control, _ = uvc_controls.read_range(body)
                errno = 0 if control in controls else 22
                told = uvc_controls.write_range(control, Range(-36000, 36000, 3600))
            engine.receive(uvc_controls.encode_answer(Answer(call, errno, told)), 0)
    assert engine.health.state == "ready"
    return engine


def test_a_camera_that_tells_a_value_outside_its_range_talks_rubbish() -> None:
    engine = uvc_ready(uvc_controls.Control.PAN, uvc_controls.Control.TILT)
    for now in range(1, 9):
        engine.timeout(now)
        for call, body in uvc_controls.calls(engine.bytes_to_send()):
            told = body
            if call == uvc_controls.GET:
                control, _ = uvc_controls.read_value(body)
                told = uvc_controls.write_value(control, 2**31 - 1)
            engine.receive(uvc_controls.encode_answer(Answer(call, 0, told)), now)
        if engine.health.state == "rubbish":
            break
    assert engine.health.state == "rubbish"
    assert engine.position is None


def test_a_camera_without_controls_says_so() -> None:
    engine = UvcEngine(SIM, 0.4)
    engine.open(0)
    for _ in range(10):
        for call, body in uvc_controls.calls(engine.bytes_to_send()):
            engine.receive(uvc_controls.encode_answer(Answer(call, 22, body)), 0)
    assert engine.health.state == "absent"
    assert "no controls" in engine.health.detail


# -- all engines --------------------------------------------------------------------------------

ENGINES = {
    "pelco": lambda: PelcoEngine(SIM, 0.4, 1),
    "uvc": lambda: UvcEngine(SIM, 0.4),
    "onvif": lambda: OnvifEngine(SIM, 0.4, "/onvif/device_service", None, lambda: 1.8e9),
}


@settings(deadline=None, max_examples=60)
@given(
    st.sampled_from(sorted(ENGINES)),
    st.lists(
        st.one_of(st.binary(max_size=80), st.just(b"200\n<x/>"), st.floats(0, 3)), max_size=12
    ),
)
def test_no_answer_upsets_an_engine(name: str, story: list[bytes | float]) -> None:
    engine: HeadEngine = ENGINES[name]()
    now = 0.0
    engine.open(now)  # type: ignore[attr-defined]
    for each in story:
        engine.bytes_to_send()
        if isinstance(each, float):
            now += each
            engine.timeout(now)
        elif not (name == "onvif" and b"\n" not in each):  # its line gives whole replies only
            with contextlib.suppress(ValueError) if name == "onvif" else contextlib.nullcontext():
                engine.receive(each, now)  # type: ignore[attr-defined]
        engine.drive(5, 5, 0.1, now)
        engine.next_timeout()  # type: ignore[attr-defined]
    with pytest.raises(MotionError):
        engine.drive(math.nan, 0, 0, now)
    assert engine.health.detail


# -- ONVIF --------------------------------------------------------------------------------------


def test_the_digest_is_that_of_the_profile() -> None:
    # By other means: printf '%s%s%s' nonce created password | openssl sha1 -binary | base64
    nonce = b"0123456789abcdef"
    digest = onvif_soap.password_digest("userpassword", nonce, "2010-09-16T07:50:45Z")
    assert digest == "ri70d82wt4JviOUmT3T3/yqAea0="


def test_a_password_is_not_in_what_is_sent() -> None:
    login = Login("klas", "heel-geheim")
    token = onvif_soap.security(login, b"n" * 16, 0.0)
    assert "heel-geheim" not in token
    assert "heel-geheim" not in repr(login)
    assert "1970-01-01T00:00:00Z" in token


BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbbbbbbbb">'
    b'<!ENTITY c "&b;&b;&b;&b;&b;&b;">]><a>&c;</a>'
)


@pytest.mark.parametrize(
    "data", [b"", b"<", b"<a/>", BOMB, BOMB.decode().encode("utf-16"), b"\x00" * 50, b"<a>" * 9000]
)
def test_strange_xml_is_refused(data: bytes) -> None:
    with pytest.raises(OnvifError):
        onvif_soap.parse(data)


@given(st.text(max_size=80))
def test_any_body_is_read_or_refused(text: str) -> None:
    body = f"<tt:Position><tt:PanTilt x='{text}' y='1'/></tt:Position>"
    with contextlib.suppress(OnvifError):
        answer = onvif_soap.parse(onvif_soap.envelope(f"<tptz:X>{body}</tptz:X>"))
        for read in (
            onvif_soap.status,
            onvif_soap.camera_time,
            onvif_soap.ptz_profile,
            onvif_soap.preset_token,
        ):
            with contextlib.suppress(OnvifError):
                read(answer)


@pytest.mark.parametrize(
    "address", ["http://198.51.100.9/onvif/ptz", "http://[::1", "javascript:x", "", "http://x/a b"]
)
def test_only_the_path_of_a_service_is_used(address: str) -> None:
    capabilities = (
        f"<tds:R><tt:Media><tt:XAddr>{address}</tt:XAddr></tt:Media>"
        f"<tt:PTZ><tt:XAddr>{address}</tt:XAddr></tt:PTZ></tds:R>"
    )
    answer = onvif_soap.parse(onvif_soap.envelope(capabilities))
    if address.endswith("/onvif/ptz"):
        assert onvif_soap.service_paths(answer) == ("/onvif/ptz", "/onvif/ptz")
    else:
        with pytest.raises(OnvifError):
            onvif_soap.service_paths(answer)


def test_a_fault_is_told_in_a_few_printable_words() -> None:
    reason = "x" * 5000 + "\n\x1b"
    fault = f"<s:Fault><s:Reason><s:Text>{'x' * 5000}</s:Text></s:Reason></s:Fault>"
    with pytest.raises(OnvifFaultError) as told:
        onvif_soap.parse(onvif_soap.envelope(fault))
    assert len(told.value.reason) <= 100
    assert OnvifFaultError(reason).reason.isprintable()


def test_a_camera_that_refuses_the_password_is_named() -> None:
    engine = OnvifEngine(SIM, 0.4, "/x", Login("a", "b"), lambda: 0.0)
    engine.open(0)
    engine.bytes_to_send()
    engine.receive(b"401\n<html>", 0)
    assert engine.health.detail == NOBODY


def test_a_camera_that_tells_degrees_can_be_turned_all_the_same() -> None:
    engine = OnvifEngine(SIM, 0.4, "/x", None, lambda: 0.0)
    engine.open(0)
    twin = SimOnvif(SIM)
    for now in range(1, 12):
        path, _, body = engine.bytes_to_send().partition(b"\n")
        status, reply = twin.answer(path.decode(), body, "x", now, 0.0)
        if b"GetStatusResponse" in reply:
            reply = reply.replace(b'x="0.00000"', b'x="85.5"')
        engine.receive(b"%d\n" % status + reply, now)
        engine.timeout(now)
    assert engine.health.state == "ready"
    assert engine.position is None


def test_the_time_of_the_camera_is_read() -> None:
    at = datetime(2026, 11, 22, 8, 30, 15, tzinfo=UTC)
    body = (
        "<tds:R><tt:UTCDateTime><tt:Time><tt:Hour>8</tt:Hour><tt:Minute>30</tt:Minute>"
        "<tt:Second>15</tt:Second></tt:Time><tt:Date><tt:Year>2026</tt:Year>"
        "<tt:Month>11</tt:Month><tt:Day>22</tt:Day></tt:Date></tt:UTCDateTime></tds:R>"
    )
    answer = onvif_soap.parse(onvif_soap.envelope(body))
    assert onvif_soap.camera_time(answer) == at.timestamp()


# -- HTTP ---------------------------------------------------------------------------------------


@given(st.binary(max_size=300), st.integers(1, 40), st.booleans())
def test_a_reply_is_whole_whatever_the_cut(body: bytes, size: int, chunked: bool) -> None:
    if chunked:
        pieces = [body[at : at + 100] for at in range(0, len(body), 100)]
        coded = b"".join(b"%x\r\n%s\r\n" % (len(each), each) for each in pieces) + b"0\r\n\r\n"
        data = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + coded
    else:
        data = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    reader = ReplyReader()
    for at in range(0, len(data), size):
        assert not reader.whole
        reader.feed(data[at : at + size])
    assert reader.whole
    assert (reader.status, reader.body) == (200, body)


@given(st.binary(max_size=400))
def test_rubbish_is_no_reply(data: bytes) -> None:
    for start in (
        b"",
        b"HTTP/1.1 200 OK\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
    ):
        reader = ReplyReader()
        with contextlib.suppress(HttpError):
            reader.feed(start + data)
            reader.ended()


@pytest.mark.parametrize(
    "data",
    [
        b"x" * 20_000,
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 300_000,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffff\r\n",
        b"SSH-2.0-dropbear\r\n\r\n",
    ],
)
def test_a_boundless_reply_is_refused(data: bytes) -> None:
    with pytest.raises(HttpError):
        ReplyReader().feed(data)


# -- looking for cameras ------------------------------------------------------------------------

PROBE_MATCH = (
    b'<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope" '
    b'xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"><e:Body><d:ProbeMatches>'
    b"<d:ProbeMatch><d:Scopes>onvif://www.onvif.org/name/Bord%20camera "
    b"onvif://www.onvif.org/hardware/DC-200</d:Scopes>"
    b"<d:XAddrs>http://198.51.100.9:8000/onvif/device_service</d:XAddrs></d:ProbeMatch>"
    b"</d:ProbeMatches></e:Body></e:Envelope>"
)


def test_what_answers_a_search_is_read_and_its_told_address_is_not_believed() -> None:
    found = network_search.read_onvif(PROBE_MATCH, "192.0.2.7")
    assert found
    assert found.name == "Bord camera"
    assert found.address == "http://192.0.2.7:8000/onvif/device_service"
    told = b"\x02MAC:08-00-46-00-00-01\xffINFO:network\xffMODEL:SRG-300H\xffNAME:KLAS\xff\x03"
    sony = network_search.read_sony(told, "192.0.2.8")
    assert sony
    assert (sony.name, sony.address, sony.detail) == ("KLAS", "sony://192.0.2.8", "SRG-300H")


@given(st.binary(max_size=200))
def test_rubbish_that_answers_a_search_is_no_camera(data: bytes) -> None:
    assert network_search.read_onvif(data, "192.0.2.7") is None
    network_search.read_sony(data, "192.0.2.7")
    network_search.read_sony(b"\x02" + data + b"\x03", "192.0.2.7")
    assert network_search.read_onvif(BOMB, "192.0.2.7") is None


def test_the_question_is_xml() -> None:
    assert onvif_soap.parse(network_search.probe(uuid.UUID(int=1))).tag.endswith("Probe")
