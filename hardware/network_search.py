"""Cameras on the local network, found because somebody asked for it: nothing is sent otherwise.

ONVIF cameras answer a WS-Discovery probe (multicast 239.255.255.250:3702), Sony's answer
`ENQ:network` (broadcast, UDP 52380). Answers are read for two seconds; what they say is shown to a
person and goes nowhere else.
"""

from __future__ import annotations

import select
import socket
import time
import uuid
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

from hardware.devices import Device

LISTEN_S = 2.0
MAX_ANSWERS = 256
ONVIF = ("239.255.255.250", 3702)
SONY = ("255.255.255.255", 52380)
SONY_ASKS = b"\x02ENQ:network\xff\x03"
_DISCOVERY = "http://schemas.xmlsoap.org/ws/2005/04/discovery"
_ADDRESSING = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
_SOAP = "http://www.w3.org/2003/05/soap-envelope"


def find_network_cameras(
    onvif: tuple[str, int] = ONVIF, sony: tuple[str, int] = SONY, seconds: float = LISTEN_S
) -> list[Device]:
    """Ask and listen; without a network, nothing is found."""
    questions = ((onvif, probe(uuid.uuid4())), (sony, SONY_ASKS))
    readers = (read_onvif, read_sony)
    sockets: dict[socket.socket, int] = {}
    try:
        for number, (place, question) in enumerate(questions):
            each = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            sockets[each] = number
            each.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
            with suppress(OSError):
                each.sendto(question, place)
        found: dict[tuple[str, str], Device] = {}
        for one, data, sender in _answers(list(sockets), seconds):
            device = readers[sockets[one]](data, sender)
            if device:
                found[device.name, device.address] = device
        return sorted(found.values(), key=lambda device: device.address)
    finally:
        for each in sockets:
            each.close()


def _answers(
    sockets: list[socket.socket], seconds: float
) -> Iterator[tuple[socket.socket, bytes, str]]:
    until = time.monotonic() + seconds
    for _ in range(MAX_ANSWERS):
        ready, _, _ = select.select(sockets, [], [], max(0.0, until - time.monotonic()))
        if not ready:
            return
        with suppress(OSError):
            data, (sender, _) = ready[0].recvfrom(16_384)
            yield ready[0], data, sender


def probe(number: uuid.UUID) -> bytes:
    """WS-Discovery's question for everything that sends video."""
    return (
        f'<?xml version="1.0" encoding="utf-8"?><e:Envelope xmlns:e="{_SOAP}"'
        f' xmlns:w="{_ADDRESSING}" xmlns:d="{_DISCOVERY}"'
        ' xmlns:dn="http://www.onvif.org/ver10/network/wsdl"><e:Header>'
        f"<w:MessageID>uuid:{number}</w:MessageID>"
        "<w:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</w:To>"
        f"<w:Action>{_DISCOVERY}/Probe</w:Action></e:Header><e:Body><d:Probe>"
        "<d:Types>dn:NetworkVideoTransmitter</d:Types></d:Probe></e:Body></e:Envelope>"
    ).encode()


def read_onvif(data: bytes, sender: str) -> Device | None:
    """The camera in an answer, None if it is none; the address is the sender's."""
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data or data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return None
    try:
        root = ElementTree.fromstring(data)  # noqa: S314  no entities: refused above
    except (ElementTree.ParseError, ValueError, LookupError):
        return None
    told = next(root.iter(f"{{{_DISCOVERY}}}XAddrs"), None)
    if told is None:
        return None
    address = ""
    for each in (told.text or "").split():
        with suppress(ValueError):
            parts = urlsplit(each)
            port = f":{parts.port}" if parts.port else ""
            if parts.scheme == "http" and not address:
                address = f"http://{sender}{port}{parts.path}"
    scopes = next(root.iter(f"{{{_DISCOVERY}}}Scopes"), None)
    words = ((scopes.text or "") if scopes is not None else "").split()
    facts = {
        kind: unquote(word.rpartition("/")[2])
        for word in words
        for kind in ("name", "hardware")
        if f"/{kind}/" in word
    }
    name = _plain(facts.get("name", "")) or "ONVIF camera"
    return Device("camera", name, _plain(address), _plain(facts.get("hardware", "driver onvif")))


def read_sony(data: bytes, sender: str) -> Device | None:
    """The camera in an answer to ENQ:network, None if it is none."""
    if not data.startswith(b"\x02") or not data.endswith(b"\x03"):
        return None
    fields = {}
    for field in data[1:-1].split(b"\xff"):
        key, colon, value = field.decode("ascii", "replace").partition(":")
        if colon:
            fields[key] = value
    if "MODEL" not in fields and "NAME" not in fields:
        return None
    name = _plain(fields.get("NAME", "") or fields["MODEL"])
    return Device("camera", name, f"sony://{sender}", _plain(fields.get("MODEL", "")))


def _plain(text: str) -> str:
    return "".join(sign for sign in text if sign.isprintable())[:200]
