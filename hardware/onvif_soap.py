"""ONVIF's envelopes: what is said to a camera and how its answers are read. Pure.

Sources: ONVIF Core, Media and PTZ Service Specifications 20.12; OASIS Web Services Security
UsernameToken Profile 1.1 (digest = base64(SHA-1(nonce + created + password))). Ten requests are
all that is needed, so they are written here instead of being made from the service descriptions
(WSDL) by a library at every start: nothing is asked of the internet, and nothing heavy is loaded.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import urlsplit
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

CONTENT_TYPE = "application/soap+xml; charset=utf-8"
DEVICE_PATH = "/onvif/device_service"
SOAP = "http://www.w3.org/2003/05/soap-envelope"
DEVICE = "http://www.onvif.org/ver10/device/wsdl"
MEDIA = "http://www.onvif.org/ver10/media/wsdl"
PTZ = "http://www.onvif.org/ver20/ptz/wsdl"
SCHEMA = "http://www.onvif.org/ver10/schema"
_WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
_WSU = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
_TOKEN = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0"  # noqa: S105  a name
_ENCODING = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0"
MAX_TOKEN = 64  # ONVIF: a ReferenceToken has at most so many signs


class OnvifError(ValueError):
    """The answer makes no sense; the text says why."""


class OnvifFaultError(OnvifError):
    """The camera refuses; `reason` is its own word, at most 100 signs."""

    def __init__(self, reason: str) -> None:
        self.reason = "".join(sign for sign in reason if sign.isprintable())[:100]
        super().__init__(self.reason or "no reason given")


@dataclass(frozen=True, slots=True)
class Login:
    """Who we are to the camera."""

    user: str
    password: str = field(repr=False)


def envelope(body: str, security: str = "") -> bytes:
    """A SOAP 1.2 message around a body of our own making."""
    return (
        f'<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="{SOAP}"'
        f' xmlns:tds="{DEVICE}" xmlns:trt="{MEDIA}" xmlns:tptz="{PTZ}" xmlns:tt="{SCHEMA}">'
        f"<s:Header>{security}</s:Header><s:Body>{body}</s:Body></s:Envelope>"
    ).encode()


def security(login: Login, nonce: bytes, created_at: float) -> str:
    """The UsernameToken; `created_at` is the camera's own time (seconds since 1970)."""
    created = datetime.fromtimestamp(created_at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    digest = password_digest(login.password, nonce, created)
    return (
        f'<wsse:Security s:mustUnderstand="1" xmlns:wsse="{_WSSE}" xmlns:wsu="{_WSU}">'
        f"<wsse:UsernameToken><wsse:Username>{escape(login.user)}</wsse:Username>"
        f'<wsse:Password Type="{_TOKEN}#PasswordDigest">{digest}</wsse:Password>'
        f'<wsse:Nonce EncodingType="{_ENCODING}#Base64Binary">'
        f"{base64.b64encode(nonce).decode()}</wsse:Nonce>"
        f"<wsu:Created>{created}</wsu:Created></wsse:UsernameToken></wsse:Security>"
    )


def password_digest(password: str, nonce: bytes, created: str) -> str:
    """As the profile has it; SHA-1 is its choice."""
    said = nonce + created.encode() + password.encode()
    return base64.b64encode(hashlib.sha1(said, usedforsecurity=False).digest()).decode()


def place(degrees: float, low: float, high: float) -> float:
    """An angle in ONVIF's generic space, where −1…1 is the whole reach."""
    return 2 * (degrees - low) / (high - low) - 1


def degrees(place: float, low: float, high: float) -> float:
    """Back from the generic space."""
    return low + (place + 1) / 2 * (high - low)


# -- requests -----------------------------------------------------------------------------------

GET_TIME = "<tds:GetSystemDateAndTime/>"
GET_SERVICES = "<tds:GetCapabilities><tds:Category>All</tds:Category></tds:GetCapabilities>"
GET_PROFILES = "<trt:GetProfiles/>"


def continuous_move(profile: str, pan: float, tilt: float, zoom: float, seconds: float) -> str:
    """Speeds −1…1; the camera stops by itself after so many seconds."""
    return _ptz(
        "ContinuousMove",
        profile,
        f"<tptz:Velocity>{_vector(pan, tilt)}{_zoom(zoom)}</tptz:Velocity>"
        f"<tptz:Timeout>PT{seconds:g}S</tptz:Timeout>",
    )


def stop(profile: str) -> str:
    """Both head and lens."""
    both = "<tptz:PanTilt>true</tptz:PanTilt><tptz:Zoom>true</tptz:Zoom>"
    return _ptz("Stop", profile, both)


def absolute_move(profile: str, pan: float, tilt: float, zoom: float | None) -> str:
    """Positions −1…1, zoom 0…1 or None."""
    lens = "" if zoom is None else _zoom(zoom)
    position = f"<tptz:Position>{_vector(pan, tilt)}{lens}</tptz:Position>"
    return _ptz("AbsoluteMove", profile, position)


def get_status(profile: str) -> str:
    """Where it looks."""
    return _ptz("GetStatus", profile, "")


def set_preset(profile: str, token: str) -> str:
    """Store under a token; the camera answers with the one it used."""
    named = f"<tptz:PresetName>{escape(token)}</tptz:PresetName>"
    return _ptz(
        "SetPreset", profile, f"{named}<tptz:PresetToken>{escape(token)}</tptz:PresetToken>"
    )


def goto_preset(profile: str, token: str) -> str:
    """Recall by token."""
    asked = f"<tptz:PresetToken>{escape(token)}</tptz:PresetToken>"
    return _ptz("GotoPreset", profile, asked)


def _ptz(name: str, profile: str, rest: str) -> str:
    token = f"<tptz:ProfileToken>{escape(profile)}</tptz:ProfileToken>"
    return f"<tptz:{name}>{token}{rest}</tptz:{name}>"


def _vector(x: float, y: float) -> str:
    return f"<tt:PanTilt x={_number(x)} y={_number(y)}/>"


def _zoom(x: float) -> str:
    return f"<tt:Zoom x={_number(x)}/>"


def _number(value: float) -> str:
    return quoteattr(f"{value:.4f}")


# -- answers ------------------------------------------------------------------------------------


def parse(data: bytes) -> ElementTree.Element:
    """The first element in the body of an answer; OnvifFaultError, OnvifError."""
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data or data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise OnvifError("an answer with a document type: no ONVIF camera sends one")
    try:
        root = ElementTree.fromstring(data)  # noqa: S314  no entities: refused above
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise OnvifError(f"no XML: {type(error).__name__}") from None
    body = root.find(f"{{{SOAP}}}Body")
    if root.tag != f"{{{SOAP}}}Envelope" or body is None or not len(body):
        raise OnvifError("no SOAP envelope with a body")
    first = body[0]
    if first.tag == f"{{{SOAP}}}Fault":
        texts = [each.text or "" for each in first.iter(f"{{{SOAP}}}Text")]
        codes = [(each.text or "").split(":")[-1] for each in first.iter(f"{{{SOAP}}}Value")]
        raise OnvifFaultError(" ".join([*codes[-1:], *texts[:1]]))
    return first


def camera_time(answer: ElementTree.Element) -> float:
    """Seconds since 1970 in GetSystemDateAndTimeResponse; OnvifError."""
    utc = next(answer.iter(f"{{{SCHEMA}}}UTCDateTime"), None)
    if utc is None:
        raise OnvifError("no UTC time")
    parts = []
    for group, names in (
        ("Date", ("Year", "Month", "Day")),
        ("Time", ("Hour", "Minute", "Second")),
    ):
        for name in names:
            text = utc.findtext(f"{{{SCHEMA}}}{group}/{{{SCHEMA}}}{name}", "")
            if not text.strip().isascii() or not text.strip().isdigit():
                raise OnvifError("a strange time")
            parts.append(int(text))
    try:
        year, month, day, hour, minute, second = parts
        return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC).timestamp()
    except (ValueError, OverflowError):
        raise OnvifError("a strange time") from None


def service_paths(answer: ElementTree.Element) -> tuple[str, str]:
    """Paths of the media and PTZ services in GetCapabilitiesResponse; OnvifError.

    Only the path is used: a camera behind a router tells the address that it believes to have,
    and another host is never spoken to.
    """
    return _path(answer, "Media"), _path(answer, "PTZ")


def _path(answer: ElementTree.Element, name: str) -> str:
    for each in answer.iter(f"{{{SCHEMA}}}{name}"):
        text = (each.findtext(f"{{{SCHEMA}}}XAddr") or "").strip()
        try:
            path = urlsplit(text).path
        except ValueError:
            continue
        if path.startswith("/") and path.isascii() and path.isprintable() and " " not in path:
            return path
    raise OnvifError(f"this camera has no {name} service")


def ptz_profile(answer: ElementTree.Element) -> str:
    """The token of the first media profile that can turn, in GetProfilesResponse; OnvifError."""
    for each in answer.iter(f"{{{MEDIA}}}Profiles"):
        token = each.get("token", "")
        turns = each.find(f"{{{SCHEMA}}}PTZConfiguration") is not None
        if turns and 0 < len(token) <= MAX_TOKEN:
            return token
    raise OnvifError("no profile of this camera turns")


def status(answer: ElementTree.Element) -> tuple[float, float, float] | None:
    """Pan, tilt (−1…1) and zoom (0…1) in GetStatusResponse; None if it tells none; OnvifError."""
    position = next(answer.iter(f"{{{SCHEMA}}}Position"), None)
    if position is None:
        return None
    values = list(_numbers(position))
    return (values[0], values[1], values[2]) if len(values) == 3 else None


def _numbers(position: ElementTree.Element) -> Iterator[float]:
    for name, keys in (("PanTilt", "xy"), ("Zoom", "x")):
        part = position.find(f"{{{SCHEMA}}}{name}")
        for key in keys if part is not None else "":
            assert part is not None
            try:
                value = float(part.get(key, ""))
            except ValueError:
                raise OnvifError("a strange position") from None
            if not -1.01 <= value <= 1.01:  # not a number fails too
                raise OnvifError("a position outside −1…1")
            yield value


def preset_token(answer: ElementTree.Element) -> str:
    """The token in SetPresetResponse; OnvifError."""
    token = answer.findtext(f"{{{PTZ}}}PresetToken", "")
    if not 0 < len(token) <= MAX_TOKEN:
        raise OnvifError("no token of the preset")
    return token
